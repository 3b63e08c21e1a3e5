#include "account_page.hpp"

#include <algorithm>

#include "activity.hpp"

namespace demo {

void set_activity(View &view, Site &site, const Account &account, size_t shown) {
  std::map<std::string, std::string, std::less<>> labels;
  for (size_t i = 0; i < mfa_account_factor_count(account.get()); i++) {
    mfa_factor factor = MFA_FACTOR_INIT;
    if (mfa_account_factor(account.get(), i, &factor) == MFA_OK)
      labels.emplace(view_of(factor.id), view_of(factor.label));
  }
  std::vector<Activity> rows = recent_activity(site.engine.account_json(account), labels);
  for (size_t i = 0; i < std::min(rows.size(), shown); i++) {
    View &row = view.add_row("events");
    row.set("what", std::string_view(rows[i].text)).set("alarming", rows[i].alarming);
    set_time(row, "at", rows[i].at_s);
  }
}

}  // namespace demo
