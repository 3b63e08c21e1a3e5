#include "sessions.hpp"

#include <algorithm>

namespace demo {
namespace {

constexpr uint64_t kIdle = 30 * 60;         // seconds
constexpr uint64_t kIdleHalfway = 10 * 60;  // before the second factor
constexpr uint64_t kAbsolute = 12 * 60 * 60;
constexpr size_t kOfAllMax = 10000;
constexpr size_t kOfOneUserMax = 20;

bool over(const Session &session, uint64_t now_s) {
  uint64_t idle = session.signed_in ? kIdle : kIdleHalfway;
  return now_s - session.seen_s > idle || now_s - session.started_s > kAbsolute;
}

bool seen_earlier(const auto &a, const auto &b) { return a.second.seen_s < b.second.seen_s; }

}  // namespace

void Sessions::add(const std::string &id, Session session, uint64_t now_s) {
  session.started_s = session.seen_s = now_s;
  std::lock_guard lock(mutex_);
  make_room(session.user, now_s);
  sessions_.insert_or_assign(id, std::move(session));
}

std::optional<Session> Sessions::use(const std::string &id, uint64_t now_s) {
  std::lock_guard lock(mutex_);
  auto it = sessions_.find(id);
  if (it == sessions_.end()) return std::nullopt;
  if (over(it->second, now_s)) {
    sessions_.erase(it);
    return std::nullopt;
  }
  it->second.seen_s = now_s;
  return it->second;
}

void Sessions::change(const std::string &id, const Change &change) {
  std::lock_guard lock(mutex_);
  auto it = sessions_.find(id);
  if (it != sessions_.end()) change(it->second);
}

void Sessions::end(const std::string &id) {
  std::lock_guard lock(mutex_);
  sessions_.erase(id);
}

void Sessions::end_all_of(const std::string &user) {
  std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&user](const auto &entry) { return entry.second.user == user; });
}

// One user's many sign-ins push out his own oldest session, not those of others.
void Sessions::make_room(const std::string &user, uint64_t now_s) {
  auto mine = [&user](const auto &entry) { return entry.second.user == user; };
  if (sessions_.size() >= kOfAllMax)
    std::erase_if(sessions_, [now_s](const auto &e) { return over(e.second, now_s); });
  if (static_cast<size_t>(std::count_if(sessions_.begin(), sessions_.end(), mine)) >= kOfOneUserMax) {
    auto oldest = std::find_if(sessions_.begin(), sessions_.end(), mine);
    for (auto it = oldest; it != sessions_.end(); ++it) {
      if (mine(*it) && seen_earlier(*it, *oldest)) oldest = it;
    }
    sessions_.erase(oldest);
  } else if (sessions_.size() >= kOfAllMax) {
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto &a, const auto &b) { return seen_earlier(a, b); }));
  }
}

}  // namespace demo
