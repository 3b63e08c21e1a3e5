// The parts of the demo site that a browser cannot reach: times, bounds and odd input.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest.h>
#include <sqlite3.h>

#include <string>

#include "../support/scratch.hpp"
#include "http.hpp"
#include "limiter.hpp"
#include "sessions.hpp"
#include "template.hpp"
#include "users.hpp"

namespace demo {
namespace {

Session session_of(const std::string &user, bool signed_in = true) {
  Session session;
  session.user = user;
  session.signed_in = signed_in;
  return session;
}

}  // namespace

TEST_CASE("a session ends when it was not used for half an hour") {
  Sessions sessions;
  sessions.add("id", session_of("alice"), 1000);
  CHECK(sessions.use("id", 1000 + 1800));
  CHECK(sessions.use("id", 1000 + 3600));
  CHECK_FALSE(sessions.use("id", 1000 + 3600 + 1801));
  CHECK_FALSE(sessions.use("id", 1000 + 3600));
}

TEST_CASE("a session that waits for a second factor ends after ten minutes") {
  Sessions sessions;
  sessions.add("id", session_of("alice", false), 0);
  CHECK(sessions.use("id", 600));
  CHECK_FALSE(sessions.use("id", 1201));
}

TEST_CASE("a session ends after twelve hours however much it is used") {
  Sessions sessions;
  sessions.add("id", session_of("alice"), 0);
  for (uint64_t now = 0; now <= 12 * 3600; now += 1800) CHECK(sessions.use("id", now));
  CHECK_FALSE(sessions.use("id", 12 * 3600 + 1));
}

TEST_CASE("a user's twenty-first session pushes out the one used longest ago, and nobody else's") {
  Sessions sessions;
  sessions.add("other", session_of("bob"), 0);
  for (int i = 0; i < 20; i++)
    sessions.add(std::to_string(i), session_of("alice"), 1 + static_cast<uint64_t>(i));
  CHECK(sessions.use("0", 50));
  sessions.add("20", session_of("alice"), 51);
  CHECK(sessions.use("0", 52));
  CHECK_FALSE(sessions.use("1", 52));
  CHECK(sessions.use("other", 52));
}

TEST_CASE("there are never more than ten thousand sessions") {
  Sessions sessions;
  for (int i = 0; i < 10001; i++) {
    sessions.add(std::to_string(i), session_of("user" + std::to_string(i)), static_cast<uint64_t>(i) / 100);
  }
  int left = 0;
  for (int i = 0; i < 10001; i++) left += sessions.use(std::to_string(i), 100) ? 1 : 0;
  CHECK(left == 10000);
  CHECK(sessions.use("10000", 100));
}

TEST_CASE("a change reaches the session and an ended one is gone") {
  Sessions sessions;
  sessions.add("id", session_of("alice"), 0);
  sessions.change("id", [](Session &session) { session.statement = "kept"; });
  CHECK(sessions.use("id", 1)->statement == "kept");
  sessions.end("id");
  CHECK_FALSE(sessions.use("id", 1));
  sessions.change("id", [](Session &) { FAIL("nothing to change"); });
}

TEST_CASE("a limiter counts attempts within its window and opens after it") {
  Limiter limiter(3, 60);
  for (int i = 0; i < 3; i++) CHECK(limiter.take("alice", 100) == 0);
  CHECK(limiter.take("alice", 130) == 30);
  CHECK(limiter.take("bob", 130) == 0);
  CHECK(limiter.take("alice", 159) == 1);
  CHECK(limiter.take("alice", 160) == 0);
}

TEST_CASE("a right attempt is forgiven, alone or with those before it") {
  Limiter limiter(2, 60);
  CHECK(limiter.take("alice", 0) == 0);
  CHECK(limiter.take("alice", 0) == 0);
  limiter.forgive("alice", false);
  CHECK(limiter.take("alice", 0) == 0);
  CHECK(limiter.take("alice", 0) == 60);
  limiter.forgive("alice", true);
  CHECK(limiter.take("alice", 0) == 0);
  CHECK(limiter.take("alice", 0) == 0);
}

TEST_CASE("a limiter makes room for new names and forgets those that end soonest") {
  Limiter limiter(1, 1000);
  CHECK(limiter.take("first", 0) == 0);
  for (int i = 0; i < 9999; i++) CHECK(limiter.take(std::to_string(i), 1) == 0);
  CHECK(limiter.take("last", 2) == 0);
  CHECK(limiter.take("last", 2) > 0);
  CHECK(limiter.take("first", 2) == 0);
}

TEST_CASE("templates escape every value") {
  Templates templates;
  templates.add("page", "<a title=\"{{x}}\">{{x}}</a>{{none}}");
  View view;
  view.set("x", "<b>&\"'");
  CHECK(templates.render("page", view) ==
        "<a title=\"&lt;b&gt;&amp;&quot;&#39;\">&lt;b&gt;&amp;&quot;&#39;</a>");
}

TEST_CASE("templates show sections, rows, what is not set, and other templates") {
  Templates templates;
  templates.add("part", "({{name}})");
  templates.add(
      "page",
      "{{#rows}}{{>part}}{{#mark}}!{{/mark}}{{/rows}}{{^rows}}none{{/rows}}{{#any_rows}}.{{/any_rows}}");
  View view;
  CHECK(templates.render("page", view) == "none");
  view.set("name", "outer").set("mark", false);
  view.add_row("rows").set("name", "one").set("mark", true);
  view.add_row("rows");
  CHECK(templates.render("page", view) == "(one)!(outer).");
  view.set("name", "");
  CHECK(templates.render("page", view) == "(one)!().");
}

TEST_CASE("templates that are not well formed are refused") {
  Templates templates;
  for (const char *wrong : {"{{x", "{{#x}}", "{{/x}}", "{{#x}}{{/y}}", "{{}}", "{{#}}{{/}}"}) {
    CHECK_THROWS_AS(templates.add("page", wrong), std::runtime_error);
  }
  CHECK_THROWS_AS(templates.render("absent", View()), std::runtime_error);
}

TEST_CASE("forms are decoded, the first of two fields of a name counts, and no more than 64 are read") {
  Fields fields = parse_form("a=1&b=x+y%20%26%3d&a=2&c&=d&e=%4&f=%zz");
  CHECK(find(fields, "a") == "1");
  CHECK(find(fields, "b") == "x y &=");
  CHECK(find(fields, "c").empty());
  CHECK(find(fields, "e") == "%4");
  CHECK(find(fields, "f") == "%zz");
  CHECK(find(fields, "none").empty());
  std::string many;
  for (int i = 0; i < 100; i++) many += std::to_string(i) + "=x&";
  CHECK(parse_form(many).size() == 64);
}

TEST_CASE("cookies are read by their whole name") {
  Fields cookies = parse_cookies("session=a; __Host-session=b;browser=c=d; broken");
  CHECK(find(cookies, "session") == "a");
  CHECK(find(cookies, "__Host-session") == "b");
  CHECK(find(cookies, "browser") == "c=d");
  CHECK(cookies.size() == 3);
}

TEST_CASE("texts are encoded for addresses and for JSON") {
  CHECK(percent_encode("/a b?c=\"é") == "/a%20b%3Fc%3D%22%C3%A9");
  CHECK(json_string("a\"\\\n\x01é") == "\"a\\\"\\\\\\u000a\\u0001é\"");
}

TEST_CASE("names are folded to lower case, and what is no name is refused") {
  CHECK(normal_name(" Alice.B@example.org ") == "alice.b@example.org");
  CHECK(normal_name(std::string(64, 'x')));
  for (const std::string &wrong : {std::string(), std::string("a"), std::string(65, 'x'), std::string("a b"),
                                   std::string("<b>"), std::string("a\0b", 3), std::string("ünal")}) {
    CHECK_FALSE(normal_name(wrong));
  }
}

TEST_CASE("users are listed by name, a page at a time, and may be made staff") {
  Users users(":memory:");
  for (const char *name : {"carol", "alice", "bob"}) users.add(name, "hash", 1700000000);
  std::vector<User> first = users.after("", 2);
  REQUIRE(first.size() == 2);
  CHECK(first[0].name == "alice");
  CHECK(first[1].name == "bob");
  CHECK(first[0].created_s == 1700000000);
  CHECK(users.after("bob", 2).size() == 1);
  CHECK(users.after("carol", 2).empty());

  users.set_staff(first[1].id, true);
  CHECK(users.by_name("bob")->staff);
  CHECK_FALSE(users.by_name("alice")->staff);
  users.set_staff(first[1].id, false);
  CHECK_FALSE(users.by_id(first[1].id)->staff);
}

TEST_CASE("a file of users from before they had a date and a role is taken") {
  const mfa::test::Scratch folder;
  const std::string path = folder.file("users.db");
  sqlite3 *db = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &db) == SQLITE_OK);
  CHECK(sqlite3_exec(db,
                     "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, password_hash TEXT "
                     "NOT NULL) STRICT, WITHOUT ROWID; INSERT INTO users VALUES ('id', 'alice', 'hash')",
                     nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(db);
  for (int opened = 0; opened < 2; opened++) {
    std::optional<User> alice = Users(path).by_name("alice");
    REQUIRE(alice);
    CHECK(alice->password_hash == "hash");
    CHECK(alice->created_s == 0);
    CHECK_FALSE(alice->staff);
  }
}

TEST_CASE("all sessions of one user end together, and no other") {
  Sessions sessions;
  sessions.add("one", session_of("alice"), 1000);
  sessions.add("two", session_of("alice", false), 1000);
  sessions.add("three", session_of("bob"), 1000);
  sessions.end_all_of("alice");
  CHECK_FALSE(sessions.use("one", 1000));
  CHECK_FALSE(sessions.use("two", 1000));
  CHECK(sessions.use("three", 1000));
}

}  // namespace demo
