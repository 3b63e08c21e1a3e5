/* A scenario as flatten.py writes it. */
#ifndef MFA_SCENARIOS_LINES_H
#define MFA_SCENARIOS_LINES_H

#include <stdio.h>

#include "scenarios/pairs.h"

typedef struct step {
  char *number, *name, *note;
  pairs arguments, expect, has, contains, save; /* save: variable, item */
} step;

typedef struct scenario {
  pairs about; /* scenario, start_s, seed, keys, config */
  step *steps;
  size_t count;
} scenario;

/* The file's next one; NULL at its end. What is no such line ends the program. */
scenario *scenario_read(FILE *file);
void scenario_free(scenario *of);

#endif
