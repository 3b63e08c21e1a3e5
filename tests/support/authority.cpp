#include "support/authority.hpp"

#include "support/der.hpp"

namespace mfa::test {
Authority::Authority(const std::string &name, int32_t algorithm, const Change &change,
                     std::shared_ptr<const Authority> parent)
    : issuer_{{}, SoftwareKey::quick(algorithm, name)}, parent_(std::move(parent)) {
  CertificateSpec spec;
  spec.subject = {{"C", "CH"}, {"O", "libmfa tests"}, {"CN", name}};
  spec.authority = true;
  spec.key_usage = kCertSign | kCrlSign;
  spec.key_identifiers = true;
  if (parent_) spec.serial = {2};
  if (change) change(spec);
  issuer_.subject = spec.subject;
  certificate_ = make_certificate(spec, issuer_.key, parent_ ? &parent_->issuer_ : nullptr);
}

Authority Authority::root(const std::string &name, int32_t algorithm, const Change &change) {
  return {name, algorithm, change, nullptr};
}

Authority Authority::intermediate(const std::string &name, int32_t algorithm, const Change &change) const {
  return {name, algorithm, change, std::make_shared<const Authority>(*this)};
}

Bytes Authority::issue(CertificateSpec spec, const SoftwareKey &key) const {
  return make_certificate(spec, key, &issuer_);
}

std::vector<Bytes> Authority::chain() const {
  std::vector<Bytes> chain;
  for (const Authority *at = this; at->parent_; at = at->parent_.get()) chain.push_back(at->certificate_);
  return chain;
}

Bytes make_crl(const Authority &authority, const RevocationSpec &spec) {
  SoftwareKey signer = spec.signed_by ? *spec.signed_by : authority.key();
  if (spec.signature_algorithm != 0) signer = signer.under(spec.signature_algorithm);
  std::vector<Bytes> revoked;
  for (const Revoked &each : spec.revoked) {
    std::vector<Bytes> entry = {der::positive(each.serial), der::time(each.at)};
    if (each.reason)
      entry.push_back(der::sequence({extension_der({"2.5.29.21", der::enumerated(*each.reason), false})}));
    revoked.push_back(der::sequence(entry));
  }
  std::vector<Bytes> extensions;
  if (spec.number) extensions.push_back(extension_der({"2.5.29.20", der::integer(*spec.number), false}));
  for (const Extension &each : spec.extensions) extensions.push_back(extension_der(each));

  std::vector<Bytes> members;
  if (spec.version != 1) members.push_back(der::integer(spec.version - 1));
  members.push_back(signature_identifier(signer));
  members.push_back(name_der(spec.issuer ? *spec.issuer : authority.subject()));
  members.push_back(der::time(spec.this_update));
  if (spec.next_update) members.push_back(der::time(*spec.next_update));
  if (!revoked.empty()) members.push_back(der::sequence(revoked));
  if (!extensions.empty()) members.push_back(der::explicitly(0, der::sequence(extensions)));
  return signed_der(der::sequence(members), signer, spec.wrong_signature);
}

}  // namespace mfa::test
