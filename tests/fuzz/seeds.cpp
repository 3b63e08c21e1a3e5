// fuzz_seeds SEED FOLDER: what the fuzz targets begin with, a folder for each, made of the corpus. The same
// seed gives the same bytes.
#include "fuzz/seeds.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/sodium.hpp"
#include "support/seed.hpp"

namespace mfa::fuzz {

Bytes seed(std::initializer_list<ByteView> parts, ByteView rest) {
  Bytes out;
  for (const ByteView part : parts) {
    out.push_back(static_cast<uint8_t>(part.size() >> 8));
    out.push_back(static_cast<uint8_t>(part.size()));
    out.insert(out.end(), part.begin(), part.end());
  }
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

Bytes after(std::initializer_list<uint8_t> choice, ByteView rest) {
  Bytes out(choice);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

void Seeds::add(const char *target, ByteView input) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(folder_) / target;
  fs::create_directories(folder);
  std::ofstream out(folder / (std::to_string(count_++) + ".seed"), std::ios::binary);
  const std::string_view text = text_of(input);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

}  // namespace mfa::fuzz

int main(int argc, char **argv) {
  if (argc != 3 || !mfa::sodium_ready()) return 2;
  const mfa::test::SeededRandom random(std::strtoull(argv[1], nullptr, 10));
  mfa::fuzz::Seeds seeds(argv[2]);
  mfa::fuzz::add_ceremonies(seeds);
  mfa::fuzz::add_u2f(seeds);
  mfa::fuzz::add_records(seeds);
  mfa::fuzz::add_texts(seeds);
  mfa::fuzz::add_logs(seeds);
  std::printf("%zu seeds\n", seeds.count());
  return 0;
}
