// A store in one SQLite file, which many threads and many processes may share.
#pragma once

#include <memory>

#include "engine/ports.hpp"

namespace mfa::store {

enum class Synchronous {
  normal,
  full,
  extra
};  // PRAGMA synchronous; normal may lose the last saves to a power cut

struct SqliteOptions {
  std::string path;
  Synchronous synchronous = Synchronous::full;
  int busy_timeout_ms = 10000;  // how long to wait for other processes before a call fails
};

// Creates the file (mode 0600) when there is none. err_store when it cannot be opened or is not ours.
Result<std::unique_ptr<engine::Store>> open_sqlite(const SqliteOptions &options);

}  // namespace mfa::store
