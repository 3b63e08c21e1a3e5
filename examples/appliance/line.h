/* One request: `COMMAND<TAB>name=value<TAB>...`, ended by a line feed. A value has every byte but tab, line
 * feed and NUL; what a browser sends as JSON has none of them. */
#ifndef APPLIANCE_LINE_H
#define APPLIANCE_LINE_H

#include <mfa/mfa.h>

#define LINE_MAX_BYTES 262144

typedef struct line {
  const char *command;
  mfa_text user, method, purpose, proven, browser, session, statement, source, user_agent, ticket, response,
      roles;
} line;

/* Takes the line apart in place, without its line feed. NULL, or what is wrong with it. */
const char *line_parse(char *text, size_t len, line *into);
int text_is(mfa_text text, const char *word);
/* The part before the next comma, which is taken off; empty at the end. */
mfa_text text_take(mfa_text *list);

#endif
