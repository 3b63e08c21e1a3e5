/* libmfa: everything. Every function may be called from any thread, but where its header says otherwise. */
#ifndef MFA_MFA_H
#define MFA_MFA_H
#include "base.h"
#include "engine.h"
#include "log.h"
#include "otp.h"
#include "recovery.h"
#include "store.h"
#include "u2f.h"
#include "webauthn.h"
#endif
