/* `peak COMMAND ...` runs it on this stdin, its output thrown away, and prints the most memory that it had
 * resident, in KiB. Python cannot say it: a process begins with what its parent had resident at the fork, and
 * that stays its peak. */
#define _DEFAULT_SOURCE /* wait4 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  struct rusage used;
  int status = 0, nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  pid_t child;
  if (argc < 2 || nowhere < 0) return 125;
  child = fork();
  if (child < 0) return 125;
  if (child == 0) {
    if (dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0) _exit(126);
    execv(argv[1], argv + 1);
    _exit(127);
  }
  if (wait4(child, &status, 0, &used) != child || !WIFEXITED(status)) return 125;
  printf("%ld\n", used.ru_maxrss);
  return WEXITSTATUS(status);
}
