#include "methods/webauthn/formats/country.hpp"

namespace mfa::webauthn {
namespace {

// By the first letter, from A: the second letters that are assigned (ISO 3166-1, 249 codes).
constexpr std::string_view kAssigned[26] = {
    // clang-format off
    /* A */ "DEFGILMOQRSTUWXZ",
    /* B */ "ABDEFGHIJLMNOQRSTVWYZ",
    /* C */ "ACDFGHIKLMNORUVWXYZ",
    /* D */ "EJKMOZ",
    /* E */ "CEGHRST",
    /* F */ "IJKMOR",
    /* G */ "ABDEFGHILMNPQRSTUWY",
    /* H */ "KMNRTU",
    /* I */ "DELMNOQRST",
    /* J */ "EMOP",
    /* K */ "EGHIMNPRWYZ",
    /* L */ "ABCIKRSTUVY",
    /* M */ "ACDEFGHKLMNOPQRSTUVWXYZ",
    /* N */ "ACEFGILOPRUZ",
    /* O */ "M",
    /* P */ "AEFGHKLMNRSTWY",
    /* Q */ "A",
    /* R */ "EOSUW",
    /* S */ "ABCDEGHIJKLMNORSTVXYZ",
    /* T */ "CDFGHJKLMNORTVWZ",
    /* U */ "AGMSYZ",
    /* V */ "ACEGINU",
    /* W */ "FS",
    /* X */ "",
    /* Y */ "ET",
    /* Z */ "AMW",
    // clang-format on
};

bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_user_assigned(char first, char second) {
  if (first == 'A' || first == 'Z') return first == second;
  return first == 'X' || (first == 'Q' && second >= 'M');
}

}  // namespace

bool is_country(std::string_view code) {
  if (code.size() != 2 || !is_letter(code[0]) || !is_letter(code[1])) return false;
  return kAssigned[code[0] - 'A'].find(code[1]) != std::string_view::npos ||
         is_user_assigned(code[0], code[1]);
}

}  // namespace mfa::webauthn
