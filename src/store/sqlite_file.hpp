// The store's file: made, opened, told from the databases of other programs, and set up.
#pragma once

#include "store/patience.hpp"
#include "store/sqlite.hpp"
#include "store/sqlite_handles.hpp"

namespace mfa::store {

// The file's absolute name, so that a later chdir changes nothing. Made with mode 0600 if there is none.
Result<std::string> make_file(const std::string &path);
// A connection that waits as `patience` has it, which must outlive it. Changes nothing in the file.
Result<Database> open_file(const std::string &path, Patience &patience);
// Makes the schema in an empty file and turns the write-ahead log on; a file that is not ours is left as it
// is.
Result<Done> make_ours(sqlite3 *db, Patience &patience);
// What each connection has for itself.
Result<Done> tune(sqlite3 *db, Synchronous synchronous);

}  // namespace mfa::store
