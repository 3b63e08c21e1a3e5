// libmfa for C++20, header-only, on the C ABI of mfa/mfa.h: handles that free themselves, std::span and
// std::string_view, and answers that do not convert to bool. It throws nothing unless asked
// (Answer::or_throw) and compiles without exceptions and RTTI. A handle that was moved from answers
// MFA_ERR_ARGUMENT, or nothing. docs/cxx.md shows it at work.
#ifndef MFA_MFA_HPP
#define MFA_MFA_HPP

#include "cxx/account.hpp"
#include "cxx/answer.hpp"
#include "cxx/engine.hpp"
#include "cxx/log.hpp"
#include "cxx/otp.hpp"
#include "cxx/store.hpp"
#include "cxx/u2f.hpp"
#include "cxx/webauthn.hpp"

#endif
