// Inputs for the targets, in the form that each reads.
#pragma once

#include <initializer_list>
#include <string>

#include "core/bytes.hpp"

namespace mfa::fuzz {

class Seeds {
 public:
  explicit Seeds(std::string folder) : folder_(std::move(folder)) {}
  void add(const char *target, ByteView input);
  size_t count() const { return count_; }

 private:
  std::string folder_;
  size_t count_ = 0;
};

// The reverse of Parts in targets.hpp: parts behind their lengths, then the rest.
Bytes seed(std::initializer_list<ByteView> parts, ByteView rest);
// Bytes that choose, before the rest.
Bytes after(std::initializer_list<uint8_t> choice, ByteView rest);

// The cases of the corpus: whole, and what they are made of.
void add_ceremonies(Seeds &seeds);
void add_u2f(Seeds &seeds);
// Accounts, with all that each state of a pairing leaves in them.
void add_records(Seeds &seeds);
// Configurations, CBOR, JSON and short texts.
void add_texts(Seeds &seeds);
void add_logs(Seeds &seeds);

}  // namespace mfa::fuzz
