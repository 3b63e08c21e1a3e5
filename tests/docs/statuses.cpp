#include <mfa/mfa.h>
int main() { return mfa_has("nothing"); }
