// include/mfa/engine.h: what accounts, offers and proofs hold.
#include <algorithm>

#include "capi/boundary.hpp"
#include "capi/handles.hpp"

namespace mfa::capi {
namespace {

mfa_text text(const std::string &value) { return {value.c_str(), value.size()}; }

const char *give(const Secret *secret, size_t *len) {
  if (len) *len = secret ? secret->size() - 1 : 0;  // the NUL behind it is not counted
  return secret ? reinterpret_cast<const char *>(secret->reveal().data()) : nullptr;
}

uint64_t number(const engine::View &view, mfa_account_item item) {
  switch (item) {
    case MFA_ACCOUNT_GRACE_UNTIL_S: return view.grace_until_s;
    case MFA_ACCOUNT_RECOVERY_REMAINING: return view.recovery_remaining;
    case MFA_ACCOUNT_MUST_ENROLL_RECOVERY: return view.must_enroll_recovery ? 1 : 0;
    case MFA_ACCOUNT_AAL_NEEDED: return static_cast<uint64_t>(view.aal_needed);
    default: return 0;  // an item of a later header
  }
}

Failure past_the_end() { return fail(Status::err_argument, Reason::argument_range, "no such row"); }

}  // namespace
}  // namespace mfa::capi

using namespace mfa;
using namespace mfa::capi;

extern "C" {

void mfa_account_free(mfa_account *account) { delete account; }

mfa_need mfa_account_need(const mfa_account *account) {
  // Without an account nothing is known: the caller must not go on.
  return account ? static_cast<mfa_need>(account->view.need) : MFA_NEED_FACTOR;
}

uint64_t mfa_account_number(const mfa_account *account, mfa_account_item item) {
  return account ? number(account->view, item) : 0;
}

size_t mfa_account_method_count(const mfa_account *account) {
  return account ? account->view.methods.size() : 0;
}

mfa_status mfa_account_method(const mfa_account *account, size_t index, mfa_method_info *info) {
  return boundary(nullptr, [&]() -> Result<Done> {
    if (!account || !info) return null_argument();
    if (index >= account->view.methods.size()) return past_the_end();
    const engine::MethodRow &row = account->view.methods[index];
    mfa_method_info out = MFA_METHOD_INFO_INIT;
    out.method = static_cast<mfa_method>(row.method);
    out.label = text(row.label);
    out.can_verify = row.can_verify;
    out.can_enroll = row.can_enroll;
    out.factors = row.factors;
    out.aal = row.aal;
    out.locked_until_s = row.locked_until_s;
    return write_sized(info, out);
  });
}

size_t mfa_account_factor_count(const mfa_account *account) {
  return account ? account->view.factors.size() : 0;
}

mfa_status mfa_account_factor(const mfa_account *account, size_t index, mfa_factor *factor) {
  return boundary(nullptr, [&]() -> Result<Done> {
    if (!account || !factor) return null_argument();
    if (index >= account->view.factors.size()) return past_the_end();
    const engine::FactorRow &row = account->view.factors[index];
    mfa_factor out = MFA_FACTOR_INIT;
    out.method = static_cast<mfa_method>(row.method);
    out.id = text(row.id);
    out.label = text(row.label);
    out.address = text(row.address);
    out.device = text(row.device);
    out.expires_s = row.expires_s;
    out.enabled = row.enabled;
    out.can_disable = row.can_disable;
    out.can_remove = row.can_remove;
    out.enterprise = row.enterprise;
    out.added_s = row.added_s;
    out.last_used_s = row.last_used_s;
    out.locked_until_s = row.locked_until_s;
    return write_sized(factor, out);
  });
}

mfa_status mfa_account_json(const mfa_account *account, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!account) return null_argument();
    return write_buffer(json, engine::view_json(account->view));
  });
}

const char *mfa_offer_text(const mfa_offer *offer, mfa_offer_item item, size_t *len) {
  return give(offer ? offer->offer.get(item) : nullptr, len);
}

uint64_t mfa_offer_expires_at_s(const mfa_offer *offer) { return offer ? offer->offer.expires_s : 0; }

mfa_status mfa_offer_json(const mfa_offer *offer, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!offer) return null_argument();
    return write_buffer(json, engine::offer_json(offer->offer));
  });
}

void mfa_offer_free(mfa_offer *offer) { delete offer; }

const char *mfa_proof_text(const mfa_proof *proof, mfa_proof_item item, size_t *len) {
  return give(proof ? proof->proof.get(item) : nullptr, len);
}

mfa_method mfa_proof_method(const mfa_proof *proof) {
  return proof ? static_cast<mfa_method>(proof->proof.method) : MFA_METHOD_NONE;
}

int32_t mfa_proof_aal(const mfa_proof *proof) { return proof ? proof->proof.aal : 0; }
uint32_t mfa_proof_signals(const mfa_proof *proof) { return proof ? proof->proof.signals : 0; }
uint64_t mfa_proof_serial(const mfa_proof *proof) { return proof ? proof->proof.serial : 0; }
uint64_t mfa_proof_recovery_remaining(const mfa_proof *proof) {
  return proof ? proof->proof.recovery_remaining : 0;
}

mfa_status mfa_proof_json(const mfa_proof *proof, mfa_buffer *json, mfa_error *err) {
  return boundary(err, [&]() -> Result<Done> {
    MFA_TRY(clear(json));
    if (!proof) return null_argument();
    return write_buffer(json, engine::proof_json(proof->proof));
  });
}

void mfa_proof_free(mfa_proof *proof) { delete proof; }

}  // extern "C"
