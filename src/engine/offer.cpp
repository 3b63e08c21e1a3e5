#include "engine/offer.hpp"

#include "core/json.hpp"
#include "mfa/engine.h"

namespace mfa::engine {
namespace {

// With a NUL behind it, for C; the size does not count it.
Secret with_nul(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() + 1);
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.push_back(0);
  return Secret::take(std::move(bytes));
}

const Secret *find(const std::map<int32_t, Secret> &texts, int32_t item) {
  const auto at = texts.find(item);
  return at == texts.end() ? nullptr : &at->second;
}

std::string_view text(const Secret &secret) { return text_of(secret.reveal().first(secret.size() - 1)); }

void member(json::Writer &out, const std::map<int32_t, Secret> &texts, int32_t item, const char *name) {
  if (const Secret *secret = find(texts, item)) out.member(name, text(*secret));
}

}  // namespace

void Offer::set(int32_t item, std::string_view value) { texts[item] = with_nul(value); }
const Secret *Offer::get(int32_t item) const { return find(texts, item); }
void Proof::set(int32_t item, std::string_view value) { texts[item] = with_nul(value); }
const Secret *Proof::get(int32_t item) const { return find(texts, item); }

std::string offer_json(const Offer &offer) {
  json::Writer out;
  out.begin_object().member("method", name_of(offer.method)).member("expires_at_s", offer.expires_s);
  member(out, offer.texts, MFA_OFFER_TICKET, "ticket");
  if (const Secret *options = offer.get(MFA_OFFER_OPTIONS)) out.key("options").raw(text(*options));
  member(out, offer.texts, MFA_OFFER_URI, "uri");
  member(out, offer.texts, MFA_OFFER_SECRET, "secret");
  member(out, offer.texts, MFA_OFFER_CODE, "code");
  member(out, offer.texts, MFA_OFFER_ADDRESS_MASKED, "address");
  if (const Secret *codes = offer.get(MFA_OFFER_RECOVERY_CODES)) {
    out.key("recovery_codes").begin_array();
    std::string_view rest = text(*codes);
    while (!rest.empty()) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      out.text(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    out.end_array();
  }
  out.end_object();
  return out.take();
}

std::string proof_json(const Proof &proof) {
  json::Writer out;
  out.begin_object();
  member(out, proof.texts, MFA_PROOF_USER, "user");
  member(out, proof.texts, MFA_PROOF_FACTOR, "factor");
  member(out, proof.texts, MFA_PROOF_AMR, "amr");
  out.member("method", name_of(proof.method)).member("aal", proof.aal).member("signals", proof.signals);
  out.member("serial", proof.serial).member("recovery_remaining", proof.recovery_remaining);
  out.member("enough", proof.status == Status::ok);
  if (const Secret *credentials = proof.get(MFA_PROOF_CREDENTIALS))
    out.key("credentials").raw(text(*credentials));
  out.end_object();
  return out.take();
}

}  // namespace mfa::engine
