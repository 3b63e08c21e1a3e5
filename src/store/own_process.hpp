// The process that opened a store. After fork both would have it, and a code spent in the one could be spent
// in the other again.
#pragma once

#include <unistd.h>

#include "core/result.hpp"

namespace mfa::store {

class OwnProcess {
 public:
  bool is_here() const { return ::getpid() == opened_by_; }
  Result<Done> check() const {
    if (is_here()) return done;
    return fail(Status::err_store, Reason::store_forked,
                "the store was opened before fork: open it in the process that uses it");
  }

 private:
  const pid_t opened_by_ = ::getpid();
};

}  // namespace mfa::store
