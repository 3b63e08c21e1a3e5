// What a host is told, in words that a test can compare.
#pragma once

#include "engine/host.hpp"

namespace mfa::test {

// What was handed out since the last look: "name:STATUS", with the call where the event names one.
class News {
 public:
  explicit News(Host &host) : host_(host), seen_(host.events.list.size()) {}
  std::string since() {
    std::string all;
    for (; seen_ < host_.events.list.size(); seen_++) {
      const Event &event = host_.events.list[seen_];
      all += all.empty() ? "" : " ";
      all.append(event.name).append(*event.call ? "/" : "").append(event.call);
      if (event.status != Status::ok) all.append(":").append(name_of(event.status));
    }
    return all;
  }
  const Event &last() const { return host_.events.list.back(); }

 private:
  Host &host_;
  size_t seen_;
};

}  // namespace mfa::test
