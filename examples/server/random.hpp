#pragma once

#include <string>

namespace demo {

// 32 random bytes as base64url: ids of sessions, browsers and users, and anti-forgery tokens.
std::string random_text();

}  // namespace demo
