// What the opaque handles of include/mfa/engine.h are.
#pragma once

#include "capi/host_store.hpp"
#include "engine/engine.hpp"
#include "mfa/engine.h"

namespace mfa::capi {

class HostClock : public engine::Clock {
 public:
  HostClock(uint64_t (*clock)(void *), void *ctx) : now_s_(clock), ctx_(ctx) {}
  Result<uint64_t> now_s() override;

 private:
  uint64_t (*now_s_)(void *);
  void *ctx_;
};

class HostRandom : public engine::Random {
 public:
  HostRandom(int32_t (*random)(void *, uint8_t *, size_t), void *ctx) : random_(random), ctx_(ctx) {}
  Result<Done> fill(std::span<uint8_t> out) override;

 private:
  int32_t (*random_)(void *, uint8_t *, size_t);
  void *ctx_;
};

class HostEvents : public engine::Events {
 public:
  HostEvents(void (*event)(void *, const char *, size_t), void *ctx) : event_(event), ctx_(ctx) {}
  bool wanted() const override { return event_ != nullptr; }
  void emit(const engine::Event &event, std::string_view json) override;

 private:
  void (*event_)(void *, const char *, size_t);
  void *ctx_;
};

}  // namespace mfa::capi

struct mfa_engine {
  std::unique_ptr<mfa::engine::Store> store;
  mfa::capi::HostClock clock;
  mfa::capi::HostRandom random;
  mfa::capi::HostEvents events;
  std::unique_ptr<mfa::engine::Engine> engine;
};

struct mfa_account {
  mfa::engine::View view;
};
struct mfa_offer {
  mfa::engine::Offer offer;
};
struct mfa_proof {
  mfa::engine::Proof proof;
};
