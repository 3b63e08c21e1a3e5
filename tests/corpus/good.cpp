#include "corpus/case.hpp"

namespace mfa::corpus {

std::vector<Case> good_cases() {
  std::vector<Case> rows;
  for (const std::string &format : test::all_formats()) {
    for (const int32_t algorithm : test::all_algorithms()) {
      if (!test::SoftwareKey::available(algorithm) || !test::format_takes(format, algorithm)) continue;
      const bool rs1 = algorithm == -65535;
      for (const bool authentication : {false, true}) {
        rows.push_back({.id = "good/" + format + "/" + std::to_string(algorithm) +
                              (authentication ? "/authentication" : "/registration"),
                        .reason = "",
                        .format = format,
                        .algorithm = algorithm,
                        .authentication = authentication,
                        .expect =
                            [rs1](Expect &expect) {
                              if (rs1) expect.policy = R"({"rs1":true})";
                            },
                        .settings =
                            [u2f = format == "fido-u2f"](test::Authenticator::Settings &settings) {
                              if (u2f) settings.aaguid = {};
                            }});
      }
    }
  }
  return rows;
}

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (auto *list : {good_cases, registration_cases, authentication_cases, packed_cases, u2f_cases, tpm_cases,
                     android_cases, other_format_cases, trust_cases}) {
    for (Case &row : list()) all.push_back(std::move(row));
  }
  return all;
}

}  // namespace mfa::corpus
