#include "core/trust_path.hpp"

#include <doctest.h>

#include <ctime>

#include "support/authority.hpp"

using namespace mfa;
using test::Authority;
using test::CertificateSpec;
using test::SoftwareKey;

namespace {

constexpr uint64_t kNow = 1'800'000'000;

TrustAnchors anchors(const std::vector<Bytes> &certificates, const std::vector<Bytes> &crls = {}) {
  return TrustAnchors::make({certificates.begin(), certificates.end()}, {crls.begin(), crls.end()}).value();
}
bool leads(const std::vector<Bytes> &chain, const TrustAnchors &to, uint64_t now_s = kNow) {
  return to.check(chain, now_s).has_value();
}

const Authority &root() {
  static const Authority authority = Authority::root("Root");
  return authority;
}

}  // namespace

TEST_CASE("a certificate may be its own anchor, by being it and not by looking like it") {
  const auto key = SoftwareKey::make(-7);
  const Bytes own = test::make_certificate({}, key);
  CHECK(leads({own}, anchors({own})));
  const Bytes issued = root().issue({}, key);
  CHECK(leads({issued}, anchors({issued})));
  CHECK_FALSE(leads({test::make_certificate({.serial = {2}}, key)}, anchors({own})));
  CHECK_FALSE(leads({test::make_certificate({}, SoftwareKey::make(-7))}, anchors({own})));
  const Bytes expired = test::make_certificate({.not_after = "20260101000000Z"}, key);
  CHECK_FALSE(leads({expired}, anchors({expired})));
}

TEST_CASE("what is trusted is what was given, in whatever place") {
  const Authority below = root().intermediate();
  const Bytes leaf = below.issue({}, SoftwareKey::make(-7));
  const Bytes &middle = below.certificate();
  CHECK(leads({leaf, middle}, anchors({root().certificate()})));
  CHECK(leads({leaf, middle, root().certificate()}, anchors({root().certificate()})));
  CHECK(leads({leaf}, anchors({middle})));
  CHECK(leads({leaf}, anchors({root().certificate(), middle})));
  CHECK_FALSE(leads({leaf}, anchors({root().certificate()})));
  CHECK_FALSE(leads({leaf, middle, root().certificate()}, anchors({})));
  CHECK_FALSE(leads({}, anchors({root().certificate()})));
  CHECK(leads({leaf, middle}, anchors({}).with(anchors({root().certificate()}))));
}

TEST_CASE("an anchor of version 1 issues, an issuer of version 1 below it does not") {
  const auto old = [](CertificateSpec &spec) {
    spec.version = 1;
    spec.authority.reset();
    spec.path_length.reset();
    spec.key_usage.reset();
    spec.key_identifiers = false;
  };
  const Authority first = Authority::root("Old root", -7, old);
  CHECK(leads({first.issue({}, SoftwareKey::make(-7))}, anchors({first.certificate()})));
  const Authority below = root().intermediate("Old intermediate", -7, old);
  CHECK_FALSE(
      leads({below.issue({}, SoftwareKey::make(-7)), below.certificate()}, anchors({root().certificate()})));
}

TEST_CASE("every kind of key issues, but for weak ones") {
  for (const int32_t algorithm : {-7, -35, -36, -257, -258, -259, -8}) {
    CAPTURE(algorithm);
    const Authority by = Authority::root("Root", algorithm);
    CHECK(leads({by.issue({}, SoftwareKey::make(-7))}, anchors({by.certificate()})));
  }
  CHECK_FALSE(leads({root().issue({.signature_algorithm = -65535}, SoftwareKey::make(-7))},
                    anchors({root().certificate()})));
}

TEST_CASE("a revocation list counts for its issuer's certificates alone") {
  const Bytes leaf = root().issue({.serial = {7}}, SoftwareKey::make(-7));
  const Authority other = Authority::root("Other");
  const auto list = [](const Authority &by) { return make_crl(by, {.revoked = {{.serial = {7}}}}); };
  CHECK_FALSE(leads({leaf}, anchors({root().certificate()}, {list(root())})));
  CHECK(leads({leaf}, anchors({root().certificate()}, {list(other)})));
  CHECK(leads({leaf}, anchors({root().certificate()}, {make_crl(root(), {})})));
  // With a list that has run out nobody knows.
  CHECK_FALSE(
      leads({leaf}, anchors({root().certificate()}, {make_crl(root(), {.next_update = "20260101000000Z"})})));
}

TEST_CASE("times of 64 bits") {
  const Bytes leaf = root().issue({.not_after = "99991231235959Z"}, SoftwareKey::make(-7));
  if (sizeof(time_t) > sizeof(int32_t)) {
    CHECK(leads({leaf}, anchors({leaf}), 253402300798));
    CHECK_FALSE(leads({leaf}, anchors({leaf}), 253402300801));
  } else {
    CHECK(leads({leaf}, anchors({leaf}), INT32_MAX));
    CHECK(anchors({leaf}).check({leaf}, uint64_t{INT32_MAX} + 1).error().reason == Reason::argument_range);
  }
  CHECK(anchors({leaf}).check({leaf}, UINT64_MAX).error().status == Status::err_argument);
}
