"""A server of a few lines: an engine with a clock that tests move, and users whose codes are made apart from libmfa."""

import base64
import hashlib
import hmac
import json
import threading

import mfa

ORIGIN = "https://example.org"
NOW_S = 1_800_000_000
CONFIG = {
    "version": 1,
    "issuer": "Example",
    "webauthn": {"rp_id": "example.org", "origins": [ORIGIN]},
    "u2f": {"app_id": ORIGIN, "enroll_raw": True},
    "methods": {
        "email": {"allowed": True},
        "hotp": {"allowed": True},
        "device": {"allowed": True},
        "u2f": {"allowed": True},
    },
    "device": {"pairing": True, "pairing_url": f"{ORIGIN}/pair"},
    "quick_login": {"enabled": True},
    "unsafe": {"recovery_test_hash": True},
}


def one_time_password(secret, counter, digits=6):
    """RFC 4226 section 5.3, with none of libmfa."""
    mac = hmac.new(secret, counter.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = mac[-1] & 15
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


class MemoryStore(mfa.Store):
    """A store as a host might write it: three methods over a dict. Its lock makes each of them one step."""

    def __init__(self):
        self.rows = {}
        self.lock = threading.Lock()

    def load(self, key):
        with self.lock:
            return self.rows.get(key)

    def save(self, key, record, expected_version, new_version, expires_at_s):
        with self.lock:
            if self.rows.get(key, (b"", 0))[1] != expected_version:
                return mfa.StoreAnswer.CONFLICT
            self.rows[key] = (record, new_version)
            return mfa.StoreAnswer.DONE

    def erase(self, key, expected_version):
        with self.lock:
            if key not in self.rows:
                return mfa.StoreAnswer.NONE
            if self.rows[key][1] != expected_version:
                return mfa.StoreAnswer.CONFLICT
            del self.rows[key]
            return mfa.StoreAnswer.DONE

    def scan(self, prefix, after, limit):
        with self.lock:
            keys = sorted(key for key in self.rows if key.startswith(prefix) and key > after)[:limit]
            return [(key, *self.rows[key]) for key in keys]


class Site:
    """`with Site() as site:` opens the engine and closes it. statement: of the last proof, as a session keeps it."""

    def __init__(self, store=None, config=CONFIG, **more):
        self.now_s = NOW_S
        self.events = []
        self.store = store or mfa.open_store("memory:")
        self.key = mfa.Key.generate(1)
        self.engine = mfa.Engine(
            config,
            [self.key],
            self.store,
            **{"decoy_key": bytes(32), "now_s": lambda: self.now_s, "event": self.events.append, **more},
        )
        self.statement = ""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.engine.close()
        self.store.close()

    def request(self, purpose=mfa.Purpose.LOGIN, user="alice", **more):
        proven = mfa.Proven.PASSWORD if purpose == mfa.Purpose.LOGIN and user else mfa.Proven.NOTHING
        return mfa.Request(
            **{
                "purpose": purpose,
                "user": user,
                "browser": f"the browser of {user!r}",
                "proven": proven,
                "statement": "" if purpose == mfa.Purpose.LOGIN else self.statement,
                **more,
            }
        )

    def code(self, secret, steps=0):
        return one_time_password(secret, self.now_s // 30 + steps)

    def enroll(self, method, respond, purpose=mfa.Purpose.LOGIN, user="alice", options=None):
        request = self.request(purpose, user)
        offer = self.engine.enroll_begin(request, method, options)
        proof = self.engine.enroll_finish(request, offer.ticket, respond(offer))
        self.statement = proof.statement
        return proof

    def enroll_totp(self, user="alice", **more):
        """The secret, as an authenticator app keeps it."""
        kept = []

        def respond(offer):
            kept.append(base64.b32decode(offer.secret + "=" * (-len(offer.secret) % 8)))
            return self.code(kept[0])

        self.enroll(mfa.Method.TOTP, respond, user=user, **more)
        return kept[0]

    def sign_in(self, secret, user="alice", steps=1):
        proof = self.engine.verify_code(self.request(user=user), mfa.Method.TOTP, self.code(secret, steps))
        self.statement = proof.statement
        return proof

    def event_names(self):
        return [json.loads(line)["event"] for line in self.events]


def jar(set_cookie):
    """The Cookie header of a browser that was sent this Set-Cookie."""
    return set_cookie.split(";", 1)[0]
