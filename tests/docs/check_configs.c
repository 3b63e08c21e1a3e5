/* A configuration a line on standard input; a line on standard output for each: OK, or why it is refused. */
#include <mfa/mfa.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  static char line[262144];
  mfa_buffer full = MFA_BUFFER_INIT;
  mfa_error err;
  while (fgets(line, sizeof line, stdin)) {
    const mfa_status status = mfa_config_check(line, strcspn(line, "\n"), &full, &err);
    if (status == MFA_OK) {
      puts("OK");
    } else {
      printf("%s: %s\n", mfa_status_name(status), err.message);
    }
  }
  mfa_buffer_free(&full);
  return 0;
}
