// What handlers answer with.
#pragma once

#include "messages.hpp"
#include "site.hpp"

namespace demo {

// A path on this site, to go on to: `wanted` if it is one, else `otherwise`.
std::string local_path(std::string_view wanted, std::string_view otherwise);

Response json(int status, std::string body);
Response json_go(std::string_view to);         // done: go there
Response json_elsewhere(std::string_view to);  // not done: go there first
// What the browser needs for navigator.credentials, or why not.
Response json_offer(const Answer<Offer> &begun, Doing doing, const std::string &here);
Response json_no(int status, const Message &message);

// The engine said no to something that the page `here` asked: the right way on.
Response say_no(Site &site, Visit &visit, const mfa_error &error, const Message &message,
                const std::string &here);
// A mail address that the engine does not take: the person's mistake, not the site's.
Response say_bad_address(Site &site, Visit &visit, const std::string &here);
Response say_no_json(const mfa_error &error, const Message &message, const std::string &here);

Response no_such_page(Site &site, Visit &visit);

void set_message(View &view, const Message &message);
void set_time(View &view, const std::string &name, uint64_t at_s);  // name for people, name_iso for scripts

}  // namespace demo
