// A case as the line that `mfa webauthn verify` reads.
#pragma once

#include "corpus/case.hpp"

namespace mfa::corpus {

std::string line_of(const Case &row);

}  // namespace mfa::corpus
