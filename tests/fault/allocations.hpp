// Every malloc of the process, of the libraries too, counted and made to fail on demand. It takes the place
// of the C library's by being defined in the program.
#pragma once

namespace mfa::test::allocations {

enum class Failing { once, from_then_on };

// Allocations fail between arm() and disarm(): the n-th, counted from 1, or that one and all after it.
void plan(long n, Failing failing);
void arm();
void disarm();
bool struck();   // one failed since plan()
long counted();  // while armed, since plan()

bool reach_new();  // false where operator new cannot be made to fail: under the thread sanitizer

long live();  // blocks of the process that are not freed

}  // namespace mfa::test::allocations
