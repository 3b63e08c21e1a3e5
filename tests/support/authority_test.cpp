#include "support/authority.hpp"

#include <doctest.h>

#include "support/der.hpp"
#include "support/x509_of.hpp"

using namespace mfa;
using test::Authority;
using test::CertificateSpec;
using test::crl_of;
using test::SoftwareKey;
using test::x509_of;

namespace {

// OpenSSL's own path validation at this time; 0 is a yes.
int path_error(const Bytes &leaf, const std::vector<Bytes> &between, const Bytes &anchor,
               int64_t now_s = 1800000000, const Bytes *crl = nullptr) {
  X509_STORE *store = ::X509_STORE_new();
  ::X509_STORE_add_cert(store, x509_of(anchor).get());
  if (crl) ::X509_STORE_add_crl(store, crl_of(*crl).get());
  ::X509_VERIFY_PARAM_set_time(::X509_STORE_get0_param(store), now_s);
  if (crl) ::X509_VERIFY_PARAM_set_flags(::X509_STORE_get0_param(store), X509_V_FLAG_CRL_CHECK);
  STACK_OF(X509) *untrusted = sk_X509_new_null();
  std::vector<test::X509Handle> held;
  for (const Bytes &der : between) {
    held.push_back(x509_of(der));
    sk_X509_push(untrusted, held.back().get());
  }
  X509_STORE_CTX *context = ::X509_STORE_CTX_new();
  const auto certificate = x509_of(leaf);
  ::X509_STORE_CTX_init(context, store, certificate.get(), untrusted);
  ::X509_verify_cert(context);
  const int error = ::X509_STORE_CTX_get_error(context);
  ::X509_STORE_CTX_free(context);
  sk_X509_free(untrusted);
  ::X509_STORE_free(store);
  return error;
}

const SoftwareKey &leaf_key() {
  static const SoftwareKey key = SoftwareKey::make(-7);
  return key;
}

}  // namespace

TEST_CASE("authority: OpenSSL builds the path of a leaf, with and without an intermediate") {
  const auto root = Authority::root();
  const auto below = root.intermediate();
  CHECK(path_error(root.issue({}, leaf_key()), {}, root.certificate()) == X509_V_OK);
  CHECK(path_error(below.issue({}, leaf_key()), below.chain(), root.certificate()) == X509_V_OK);
  CHECK(path_error(below.issue({}, leaf_key()), {}, root.certificate()) ==
        X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  CHECK(root.chain().empty());
  CHECK(below.root_certificate() == root.certificate());
  CHECK(path_error(below.issue({}, leaf_key()), below.chain(), Authority::root("Other").certificate()) !=
        X509_V_OK);
}

TEST_CASE("authority: every algorithm signs a certificate that OpenSSL verifies") {
  for (const int32_t algorithm : test::all_algorithms()) {
    CAPTURE(algorithm);
    const auto root = Authority::root("Root", algorithm);
    const auto leaf = x509_of(root.issue({}, leaf_key()));
    CHECK(::X509_verify(leaf.get(), root.key().pkey()) == 1);
    const auto wrong = x509_of(root.issue({.wrong_signature = true}, leaf_key()));
    CHECK(::X509_verify(wrong.get(), root.key().pkey()) != 1);
  }
  const auto root = Authority::root();
  const auto sha1 = x509_of(root.issue({.signature_algorithm = -65535}, leaf_key()));
  CHECK(::X509_get_signature_nid(sha1.get()) == NID_ecdsa_with_SHA1);
  CHECK(::X509_verify(sha1.get(), root.key().pkey()) == 1);
}

TEST_CASE("authority: each broken rule is one that OpenSSL refuses") {
  const auto root = Authority::root();
  const auto other = Authority::root();  // of the same name
  const auto change = [&](std::function<void(CertificateSpec &)> break_it) {
    const auto below = root.intermediate("Intermediate", -7, break_it);
    return path_error(below.issue({}, leaf_key()), below.chain(), root.certificate());
  };
  CHECK(change(nullptr) == X509_V_OK);
  CHECK(change([](auto &spec) { spec.authority = false; }) == X509_V_ERR_INVALID_CA);
  CHECK(change([](auto &spec) { spec.authority = std::nullopt; }) != X509_V_OK);
  CHECK(change([](auto &spec) { spec.key_usage = test::kDigitalSignature; }) != X509_V_OK);
  CHECK(change([](auto &spec) { spec.not_after = "20260101000000Z"; }) == X509_V_ERR_CERT_HAS_EXPIRED);
  CHECK(change([](auto &spec) { spec.not_before = test::der::time_text(1800000001); }) ==
        X509_V_ERR_CERT_NOT_YET_VALID);
  CHECK(change([&](auto &spec) { spec.signed_by = other.key(); }) != X509_V_OK);
  CHECK(change([](auto &spec) { spec.wrong_signature = true; }) == X509_V_ERR_CERT_SIGNATURE_FAILURE);
  CHECK(change([](auto &spec) {
          spec.extensions.push_back({"1.2.3.4", Bytes{5, 0}, true});
        }) == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION);
  CHECK(change([](auto &spec) { spec.extensions.push_back({"1.2.3.4", Bytes{5, 0}, false}); }) == X509_V_OK);
  const auto short_root = Authority::root("Root", -7, [](auto &spec) { spec.path_length = 0; });
  const auto below = short_root.intermediate();
  CHECK(path_error(below.issue({}, leaf_key()), below.chain(), short_root.certificate()) ==
        X509_V_ERR_PATH_LENGTH_EXCEEDED);
  const CertificateSpec late{.not_after = test::der::time_text(4102444800)};
  CHECK(path_error(root.issue(late, leaf_key()), {}, root.certificate(), 4102444799) !=
        X509_V_OK);  // the root's
}

TEST_CASE("authority: what a certificate says, in OpenSSL's reading") {
  const auto root = Authority::root();
  const auto certificate =
      x509_of(root.issue({.subject = {},
                          .serial = {0x80, 1},
                          .extended_key_usage = {"2.23.133.8.3"},
                          .alternative_name = test::directory_name({{"2.23.133.2.1", "id:FFFFF1D0"}}, true),
                          .alternative_name_critical = true},
                         leaf_key()));
  CHECK(::X509_NAME_entry_count(::X509_get_subject_name(certificate.get())) == 0);
  CHECK(::X509_get_version(certificate.get()) == 2);
  CHECK(::ASN1_INTEGER_get(::X509_get0_serialNumber(certificate.get())) == 0x8001);
  int critical = 0;
  auto *names = static_cast<GENERAL_NAMES *>(
      ::X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, &critical, nullptr));
  REQUIRE(names != nullptr);
  CHECK(critical == 1);
  REQUIRE(sk_GENERAL_NAME_num(names) == 1);
  CHECK(sk_GENERAL_NAME_value(names, 0)->type == GEN_DIRNAME);
  ::GENERAL_NAMES_free(names);
  CHECK(::X509_get_ext_by_NID(certificate.get(), NID_ext_key_usage, -1) >= 0);
}

TEST_CASE("revocation lists: OpenSSL finds what is on them, and refuses another's") {
  const auto root = Authority::root();
  const Bytes good = root.issue({.serial = {7}}, leaf_key()), bad = root.issue({.serial = {8}}, leaf_key());
  const auto list = [&](test::RevocationSpec spec) {
    spec.revoked = {{.serial = {8}, .reason = 1}, {.serial = {9}}};
    return test::make_crl(root, spec);
  };
  const auto check = [&](const Bytes &leaf, const Bytes &crl, int64_t now_s = 1800000000) {
    return path_error(leaf, {}, root.certificate(), now_s, &crl);
  };
  CHECK(check(good, list({})) == X509_V_OK);
  CHECK(check(bad, list({})) == X509_V_ERR_CERT_REVOKED);
  CHECK(check(good, list({.signed_by = SoftwareKey::make(-7)})) == X509_V_ERR_CRL_SIGNATURE_FAILURE);
  CHECK(check(good, list({.wrong_signature = true})) == X509_V_ERR_CRL_SIGNATURE_FAILURE);
  CHECK(check(good, list({.next_update = "20260101000000Z"})) == X509_V_ERR_CRL_HAS_EXPIRED);
  CHECK(check(good, list({.this_update = "20290101000000Z"})) == X509_V_ERR_CRL_NOT_YET_VALID);
  CHECK(check(good, list({.issuer = test::Attributes{{"CN", "x"}}})) == X509_V_ERR_UNABLE_TO_GET_CRL);
  CHECK(check(good, test::make_crl(root, {})) == X509_V_OK);
}
