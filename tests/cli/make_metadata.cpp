// `make_metadata STATUS BLOB ROOT` writes a metadata BLOB about the software authenticator's model, and the
// certificate it leads to; then the model's key as an import line, on stdout. `make_metadata COUNT` writes a
// ceremony's document whose BLOB has eight models of COUNT certificates each.
#include <cstdio>
#include <fstream>

#include "core/encoding.hpp"
#include "support/authenticator.hpp"
#include "support/metadata.hpp"

using namespace mfa;
using namespace mfa::test;

namespace {

void write_many(size_t count) {
  const Authority service = Authority::root("Service");
  MetadataSpec spec;
  for (uint8_t model = 1; model <= 8; model++) {
    const Bytes certificate = Authority::root("Root " + std::to_string(model)).certificate();
    spec.entries.push_back({.aaguid = {{model}}, .roots = std::vector<Bytes>(count, certificate)});
  }
  std::printf(R"({"ceremony":"registration","expect":{"mds_blob":"%s","mds_root":"%s"},"response":{}})"
              "\n",
              make_metadata(spec, service).c_str(), base64url(service.certificate()).c_str());
}

}  // namespace

int main(int argc, char **argv) {
  if (argc == 2) {
    write_many(std::stoul(argv[1]));
    return 0;
  }
  if (argc != 4) return 2;
  const Authority service = Authority::root("Service");
  const auto aaguid = Authenticator().settings.aaguid;
  MetadataSpec spec;
  spec.entries.push_back({.aaguid = aaguid, .reports = {{.status = argv[1]}}});
  std::ofstream(argv[2]) << make_metadata(spec, service) << "\n";
  const Bytes root = service.certificate();
  std::ofstream(argv[3], std::ios::binary)
      .write(reinterpret_cast<const char *>(root.data()), static_cast<std::streamsize>(root.size()));
  const SoftwareKey key = SoftwareKey::make(-7);
  std::printf(R"({"method":"webauthn","id":"%s","public_key":"%s","user_handle":"AQID","aaguid":"%s"})"
              "\n",
              base64url(Bytes(16, 7)).c_str(), base64url(key.cose()).c_str(), hex(aaguid).c_str());
  return 0;
}
