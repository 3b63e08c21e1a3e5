/* What a request asks for, done: one line of answer to each. */
#ifndef APPLIANCE_COMMANDS_H
#define APPLIANCE_COMMANDS_H

#include <stdio.h>

#include "line.h"

/* Exit codes, and what the last request of a run decides. */
enum { ANSWER_YES = 0, ANSWER_NO = 1, ANSWER_USAGE = 2, ANSWER_FAILED = 3 };

/* Writes `STATUS<TAB>name=value...<LF>`. */
int command_run(mfa_engine *engine, const line *asked, FILE *out);
/* The answer to what is no request. */
int command_usage(const char *why, FILE *out);

#endif
