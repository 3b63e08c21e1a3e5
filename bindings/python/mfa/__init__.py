"""libmfa for Python: passkeys, one-time passwords, recovery codes, and the engine that keeps and judges them.

Names are those of the C headers without their prefix; each docstring names the call it makes, whose comment in
include/mfa says the rest. An answer of no, and a call that did not complete, are exceptions: what returns is a yes.

Secrets are passed as str or bytes and are not kept by this package; Python itself cannot wipe those.
"""

from mfa import aio, log, otp, recovery, u2f, webauthn
from mfa._library import COMPILED
from mfa._memory import Json, Text
from mfa.base import Key, config_check, config_schema, has, random_bytes, version, wipe
from mfa.constants import (AdminAction, AuthenticatorFlag, Hash, LogTrouble, Mediation, Method, Need, Proven, Purpose,
                           QrForm, RequestFlag, Rule, Signal, Status, StoreAnswer, UnsafeOtp, UserVerification,
                           reason_name, status_name)
from mfa.engine import BeginOptions, Engine, Request, SessionNeed
from mfa.errors import (AlreadyUsed, ArgumentError, Busy, ConfigError, Damaged, Denied, EnrollNeeded, Error, Exists, Expired,
                        FactorNeeded, Failed, InternalError, KeyMissing, Locked, Malformed, Mismatch, MoreNeeded, NoMemory,
                        NotFound, Pending, RecheckDue, Refused, Revoked, RolledBack, StoreError, TooSoon, Unsupported, Wrong)
from mfa.log import Log
from mfa.otp import qr
from mfa.results import Account, Factor, Imported, Mail, MethodInfo, Offer, Proof, Session
from mfa.store import OpenedStore, Store, check_store, open_store
from mfa.webauthn import Trust

__all__ = [
    "Account", "AdminAction", "AlreadyUsed", "ArgumentError", "AuthenticatorFlag", "BeginOptions", "Busy", "COMPILED",
    "ConfigError", "Damaged", "Denied", "Engine", "EnrollNeeded", "Error", "Exists", "Expired", "Factor", "FactorNeeded",
    "Failed", "Hash", "Imported", "InternalError", "Json", "Key", "KeyMissing", "Locked", "Log", "LogTrouble", "Mail",
    "Malformed", "Mediation", "Method", "MethodInfo", "Mismatch", "MoreNeeded", "Need", "NoMemory", "NotFound", "Offer",
    "OpenedStore", "Pending", "Proof", "Proven", "Purpose", "QrForm", "RecheckDue", "Refused", "Request", "RequestFlag",
    "Revoked", "RolledBack", "Rule", "Session", "SessionNeed", "Signal", "Status", "Store", "StoreAnswer", "StoreError", "Text",
    "TooSoon", "Trust", "Unsupported", "UnsafeOtp", "UserVerification", "Wrong", "aio", "check_store", "config_check",
    "config_schema", "has", "log", "open_store", "otp", "qr", "random_bytes", "reason_name", "recovery", "status_name", "u2f",
    "version", "webauthn", "wipe",
]
