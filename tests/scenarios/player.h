/* Plays scenarios that flatten.py wrote as lines (README.md), for the runners in C and C++. */
#ifndef MFA_SCENARIOS_PLAYER_H
#define MFA_SCENARIOS_PLAYER_H

#ifdef __cplusplus
extern "C" {
#endif

/* argv: files of lines. Each scenario is a check, on "memory:" and on a store of the runner's own; one whose
 * name begins with "broken" has to fail. Prints `N checks, N failed`. The program's exit code. */
int play_files(int argc, char **argv);

#ifdef __cplusplus
}
#endif
#endif
