// Factors from elsewhere: another system's export, a batch of hardware tokens. docs/import.md has the forms.
#pragma once

#include "engine/account.hpp"
#include "engine/config.hpp"

namespace mfa::engine {

inline constexpr size_t kImportMax = 16384;  // bytes of JSON

// A factor as it will be kept, but for its id. err_argument with the member's name.
Result<Factor> read_import(const Config &config, std::string_view json);

}  // namespace mfa::engine
