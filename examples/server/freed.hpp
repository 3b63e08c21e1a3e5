// Handles of C libraries, owned.
#pragma once

namespace demo {

// A deleter for std::unique_ptr.
template <auto Free>
struct Freed {
  void operator()(auto *handle) const { Free(handle); }
};

}  // namespace demo
