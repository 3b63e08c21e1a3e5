// The authenticators of the scenarios: JSON lines in, the browser's answer a line (README.md). For every
// language alike, so it answers nothing that would have to be taken apart.
#include <iostream>
#include <map>

#include "core/json.hpp"
#include "methods/u2f/token.hpp"
#include "support/authenticator.hpp"
#include "support/must.hpp"
#include "support/seed.hpp"

namespace {

using mfa::Bytes;
using mfa::test::Authenticator;
using mfa::test::must;
using mfa::test::Tamper;
namespace json = mfa::json;

// One thing on a key ring: passkeys, and what it registered by the raw protocol of U2F.
struct Device {
  Authenticator passkeys;
  std::optional<mfa::test::U2fToken> token;
};

struct World {
  std::optional<mfa::test::SeededRandom> random;
  std::map<std::string, Device, std::less<>> authenticators;
};

// A request that cannot be done: the scenario is wrong, not the library.
struct Refused {
  std::string why;
};

std::string text_of(const json::Value &request, std::string_view name) {
  const auto value = request.find(name);
  if (!value || value->type() != json::Type::string) throw Refused{"a text is missing: " + std::string(name)};
  return std::string(must(value->as_text()));
}

std::vector<std::string> list_of(const std::string &text) {
  std::vector<std::string> names;
  for (size_t at = 0; at < text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    names.push_back(text.substr(at, comma - at));
    at = comma + 1;
  }
  return names;
}

// What goes wrong for one call; the settings are put back after it.
struct Fault {
  Tamper tamper;
  Authenticator::Settings settings;
};

Fault fault_of(const std::string &text, const Authenticator::Settings &usual) {
  Fault fault{.tamper = {}, .settings = usual};
  for (const auto &name : list_of(text)) {
    if (name == "signature") {
      fault.tamper.signature = [](Bytes &signature) { signature[8] ^= 1; };
    } else if (name == "challenge") {
      fault.tamper.client_data = [](mfa::test::ClientData &data) {
        data.challenge[0] = data.challenge[0] == 'A' ? 'B' : 'A';
      };
    } else if (name == "type") {
      fault.tamper.client_data = [](mfa::test::ClientData &data) {
        data.type = data.type == "webauthn.get" ? "webauthn.create" : "webauthn.get";
      };
    } else if (name == "unverified") {
      fault.settings.user_verified = false;
    } else if (name == "absent") {
      fault.settings.user_present = false;
    } else if (name == "no_handle") {
      fault.settings.user_handles = false;
    } else {
      throw Refused{"there is no fault " + name};
    }
  }
  return fault;
}

std::string options_of(const json::Value &request) {
  const auto options = request.find("options");
  if (!options || options->type() != json::Type::object) throw Refused{"options are missing"};
  json::Writer out;
  if (!json::rewrite(*options, out).has_value()) throw Refused{"options hold a number with a fraction"};
  return out.take();
}

std::string respond(Authenticator &authenticator, const json::Value &request, bool creates) {
  const Fault fault = fault_of(text_of(request, "fault"), authenticator.settings);
  const std::string options = options_of(request), origin = text_of(request, "origin");
  const auto usual = std::exchange(authenticator.settings, fault.settings);
  std::string response = creates ? authenticator.create(options, origin, fault.tamper)
                                 : authenticator.get(options, origin, fault.tamper);
  authenticator.settings = usual;
  if (response.empty()) throw Refused{"it has no passkey of those that are asked for"};
  return response;
}

mfa::test::U2fTamper u2f_fault_of(const std::string &text) {
  mfa::test::U2fTamper tamper;
  for (const auto &name : list_of(text)) {
    if (name == "signature") {
      tamper.signature = [](Bytes &signature) { signature[8] ^= 1; };
    } else if (name == "challenge") {
      tamper.client_data = [](mfa::test::U2fClientData &data) {
        data.challenge[0] = data.challenge[0] == 'A' ? 'B' : 'A';
      };
    } else if (name == "absent") {
      tamper.head = [](Bytes &head) { head[0] = 0; };
    } else {
      throw Refused{"there is no fault of U2F " + name};
    }
  }
  return tamper;
}

// Options of the U2F API, which have an AppID.
std::string respond_raw(Device &device, const json::Value &request, const json::Value &options,
                        bool creates) {
  const auto requests = options.find("registerRequests");
  if (creates != requests.has_value()) throw Refused{"a request of the other kind"};
  if (creates) {
    device.token.emplace();
  } else if (!device.token) {
    throw Refused{"it is registered nowhere"};
  }
  const std::string app_id = text_of(options, "appId");
  const std::string challenge = text_of(creates ? requests->item(0) : options, "challenge");
  const auto tamper = u2f_fault_of(text_of(request, "fault"));
  const Bytes bytes = must(mfa::from_base64url(challenge));
  device.token->origin = text_of(request, "origin");
  return creates ? device.token->registers(app_id, bytes, tamper).json
                 : device.token->signs(app_id, bytes, tamper).json;
}

std::string respond(Device &device, const json::Value &request, bool creates) {
  const auto options = request.find("options");
  if (options && options->find("appId")) return respond_raw(device, request, *options, creates);
  return respond(device.passkeys, request, creates);
}

std::string answer(World &world, const json::Value &request) {
  const std::string op = text_of(request, "op");
  if (op == "seed") {
    const auto seed = request.find("seed");
    if (!seed || seed->type() != json::Type::integer) throw Refused{"a number is missing: seed"};
    world.authenticators.clear();
    world.random.reset();
    world.random.emplace(static_cast<uint64_t>(must(seed->as_int())));
    return "{}";
  }
  if (!world.random) throw Refused{"seed comes first"};
  const std::string name = text_of(request, "authenticator");
  if (op == "clone") {
    const auto original = world.authenticators.find(text_of(request, "of"));
    if (original == world.authenticators.end()) throw Refused{"there is nothing to clone"};
    world.authenticators.insert_or_assign(name, original->second);
    return "{}";
  }
  if (op != "create" && op != "get") throw Refused{"there is no op " + op};
  return respond(world.authenticators[name], request, op == "create");
}

std::string answer_line(World &world, const std::string &line) {
  try {
    const auto document = json::Document::parse(line);
    if (!document.has_value()) throw Refused{"this is no JSON"};
    return answer(world, document.value().root());
  } catch (const Refused &refused) {
    json::Writer out;
    return out.begin_object().member("error", refused.why).end_object().take();
  }
}

}  // namespace

int main() {
  World world;
  for (std::string line; std::getline(std::cin, line);) std::cout << answer_line(world, line) << std::endl;
  return 0;
}
