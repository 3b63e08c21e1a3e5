#include "methods/device/agent.hpp"

#include <doctest.h>

using mfa::device::name_of_agent;

TEST_CASE("device agent: browsers and platforms by the names that people use") {
  CHECK(name_of_agent("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0") ==
        "Firefox on Linux");
  CHECK(name_of_agent("Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0") ==
        "Firefox on Android");
  CHECK(
      name_of_agent(
          "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile "
          "Safari/537.36") == "Chrome on Android");
  CHECK(
      name_of_agent(
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
          "Safari/537.36 Edg/130.0.0.0") == "Edge on Windows");
  CHECK(name_of_agent(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Mobile/15E148 Safari/604.1") == "Safari on iPhone");
  CHECK(
      name_of_agent("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    "CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1") == "Chrome on iPad");
  CHECK(name_of_agent(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/17.5 Safari/605.1.15") == "Safari on macOS");
  CHECK(name_of_agent(
            "Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36") == "Samsung Internet on Android");
  CHECK(
      name_of_agent(
          "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 "
          "Safari/537.36") == "Chrome on ChromeOS");
  CHECK(name_of_agent("curl/7.88.1") == "curl");
}

TEST_CASE("device agent: what is not known says so, in fixed words") {
  CHECK(name_of_agent("") == "unknown device");
  CHECK(name_of_agent("<script>alert(1)</script>") == "unknown device");
  CHECK(name_of_agent("NewBrowser/1.0 (Windows NT 12.0)") == "unknown browser on Windows");
  CHECK(name_of_agent(std::string(100000, 'x') + " Firefox/1") == "Firefox");
}
