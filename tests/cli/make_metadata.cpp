// `make_metadata STATUS BLOB ROOT` writes a metadata BLOB about the software authenticator's model, and the
// certificate it leads to; then the model's key as an import line, on stdout.
#include <cstdio>
#include <fstream>

#include "core/encoding.hpp"
#include "support/authenticator.hpp"
#include "support/metadata.hpp"

using namespace mfa;
using namespace mfa::test;

int main(int argc, char **argv) {
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
