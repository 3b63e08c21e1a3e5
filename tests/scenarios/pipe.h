/* The program of MFA_AUTHENTICATOR: a line to it, a line from it. POSIX. */
#ifndef MFA_SCENARIOS_PIPE_H
#define MFA_SCENARIOS_PIPE_H

/* 1: it runs. */
int authenticator_start(void);
/* members: JSON members without braces. The answer without its line's end, for you to free; NULL: it has
 * ended. */
char *authenticator_ask(const char *members);
void authenticator_stop(void);

#endif
