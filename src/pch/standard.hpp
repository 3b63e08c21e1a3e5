// Precompiled for the builds that ask for it (-Db_pch=true): what most files include. No file may count on
// it.
#ifndef MFA_PCH_STANDARD_HPP  // GCC warns of "#pragma once" in what it is told to compile
#define MFA_PCH_STANDARD_HPP

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#endif
