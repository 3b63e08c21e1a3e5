#!/usr/bin/env python3
"""A login with a password, then an authenticator app, a passkey or a recovery code: Flask and the package mfa.

    PYTHONPATH=bindings/python MFA_LIBRARY=build/prefix/lib/libmfa.so.0 python3 examples/flask/app.py

Users and sessions are in memory here; they are what your server has already. What is mfa's: engine, who() and the calls on it.
"""

import argparse
import json
import secrets
from pathlib import Path

import mfa
from flask import Flask, abort, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.security import check_password_hash, generate_password_hash

CODES = (mfa.Method.TOTP, mfa.Method.RECOVERY)
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_app(origin: str, users: dict[str, str], engine: mfa.Engine) -> Flask:
    """users: names and passwords. engine: with the origin in its configuration."""
    app = Flask(__name__)
    hashes = {name: generate_password_hash(password) for name, password in users.items()}
    nobody = generate_password_hash(secrets.token_hex())
    sessions: dict[str, dict[str, str]] = {}

    @app.before_request
    def find_session():
        if request.method == "POST" and request.headers.get("Origin") != origin:
            abort(403)
        g.browser = request.cookies.get("browser") or secrets.token_urlsafe(32)
        g.id = request.cookies.get("session", "")
        g.session = sessions.get(g.id, {})

    @app.after_request
    def answer(response):
        for name, value in (("browser", g.get("browser", "")), ("session", g.get("id", ""))):
            response.set_cookie(name, value, httponly=True, samesite="Lax", secure=origin.startswith("https:"))
        response.headers.update({"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})
        return response

    def new_session(**members):
        """Under another name than before, so that nobody can have chosen it."""
        sessions.pop(g.id, None)
        g.id, g.session = secrets.token_urlsafe(32), members
        sessions[g.id] = g.session

    def who(purpose):
        """What this server knows of the request, nothing of it taken from the body."""
        login = purpose == mfa.Purpose.LOGIN
        return mfa.Request(
            purpose,
            user=g.session.get("user", ""),
            browser=g.browser,
            proven=mfa.Proven.PASSWORD if login else mfa.Proven.NOTHING,
            statement=g.session.get("statement", ""),
            source=request.remote_addr or "",
            user_agent=request.headers.get("User-Agent", ""),
        )

    def signed_in():
        if "statement" not in g.session:
            return False
        try:
            engine.session_check(who(mfa.Purpose.STEP_UP))
            return True
        except mfa.Refused:
            return False

    def verifying():
        return who(mfa.Purpose.STEP_UP if signed_in() else mfa.Purpose.LOGIN)

    def managing():
        return who(mfa.Purpose.MANAGE if signed_in() else mfa.Purpose.LOGIN)

    def keep(proof):
        new_session(user=proof.user, statement=proof.statement)

    def after_password():
        account = engine.account(who(mfa.Purpose.LOGIN))
        if account.need == mfa.Need.FACTOR:
            return redirect("/verify", 303)
        if account.need == mfa.Need.ENROLL:
            return redirect("/enroll/totp", 303)
        keep(engine.session_start(who(mfa.Purpose.LOGIN)))
        return redirect("/", 303)

    def explain(no):
        if isinstance(no, mfa.Locked):
            return (
                f"Too many attempts. Try again at {no.retry_at:%H:%M} UTC." if no.retry_at else "Ask an administrator."
            )
        if isinstance(no, mfa.AlreadyUsed):
            return "That was used before. Wait for the next one."
        return "That was not right."

    @app.errorhandler(mfa.FactorNeeded)
    def verify_first(no):
        return redirect("/verify", 303) if g.session.get("user") else redirect("/login", 303)

    @app.errorhandler(mfa.Refused)
    def refused(no):
        app.logger.info("%s: %s", no.reason_name, no)
        return render_template("message.html", message=explain(no)), 403

    @app.errorhandler(mfa.Failed)
    def failed(no):
        app.logger.error("%s: %s", no.status.name, no)
        return render_template("message.html", message="Not now. Try again later."), 503

    @app.get("/")
    def home():
        if not signed_in():
            return redirect("/login", 303)
        return render_template("home.html", account=engine.account(who(mfa.Purpose.MANAGE)), user=g.session["user"])

    @app.route("/login", methods=["GET", "POST"])
    def login():
        if request.method == "GET":
            return render_template("login.html", message="")
        user = request.form.get("user", "")
        if not check_password_hash(hashes.get(user, nobody), request.form.get("password", "")):
            return render_template("login.html", message="That was not right."), 403
        new_session(user=user)
        return after_password()

    @app.post("/logout")
    def logout():
        sessions.pop(g.id, None)
        g.id = ""
        return redirect("/login", 303)

    @app.route("/verify", methods=["GET", "POST"])
    def verify():
        if not g.session.get("user"):
            return redirect("/login", 303)
        message = ""
        if request.method == "POST":
            method = mfa.Method.from_label(request.form.get("method", ""))
            if method not in CODES:
                abort(400)
            try:
                keep(engine.verify_code(verifying(), method, request.form.get("code", "")))
                return redirect("/", 303)
            except mfa.Refused as no:
                message = explain(no)
        methods = [info for info in engine.account(verifying()).methods if info.can_verify]
        return render_template("verify.html", methods=methods, codes=CODES, message=message), 403 if message else 200

    @app.route("/enroll/<name>", methods=["GET", "POST"])
    def enroll(name):
        method = mfa.Method.from_label(name)
        if method not in CODES or not g.session.get("user"):
            return redirect("/", 303)
        if request.method == "POST":
            form = request.form
            keep(engine.enroll_finish(managing(), form.get("ticket", ""), form.get("code", "")))
            return redirect("/", 303)
        offer = engine.enroll_begin(managing(), method)
        qr = Markup(mfa.qr(offer.uri)) if offer.uri else ""
        return render_template("enroll.html", offer=offer, qr=qr, name=name)

    @app.post("/passkey/<action>/<step>")
    def passkey(action, step):
        """For static/passkeys.js: JSON both ways."""
        if (action, step) not in {(a, s) for a in ("enroll", "verify") for s in ("begin", "finish")}:
            abort(404)
        if not g.session.get("user"):
            abort(403)
        enrol = action == "enroll"
        asking = managing() if enrol else verifying()
        try:
            if step == "begin":
                begin = engine.enroll_begin if enrol else engine.verify_begin
                offer = begin(asking, mfa.Method.WEBAUTHN)
                return {"ticket": offer.ticket, "options": json.loads(offer.options or "{}")}
            sent = request.get_json()
            finish = engine.enroll_finish if enrol else engine.verify_finish
            keep(finish(asking, sent["ticket"], sent["credential"]))
            return {"next": "/"}
        except mfa.FactorNeeded:
            return {"next": "/verify"}
        except mfa.Refused as no:
            return {"message": explain(no)}, 403
        except (KeyError, TypeError):
            abort(400)

    @app.post("/remove")
    def remove():
        keep(engine.factor_remove(who(mfa.Purpose.MANAGE), request.form.get("factor", "")))
        return redirect("/", 303)

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--store", default="memory:", help="or sqlite:/path/to/mfa.db")
    parser.add_argument("--key", help="file of 64 random bytes; needed with a store that stays")
    options = parser.parse_args()
    secret = Path(options.key).read_bytes() if options.key else mfa.random_bytes(64)
    origin = f"http://localhost:{options.port}"
    config = {"version": 1, "issuer": "Example", "webauthn": {"rp_id": "localhost", "origins": [origin]}}
    with mfa.open_store(options.store) as store:
        with mfa.Engine(config, [mfa.Key(1, secret[:32])], store, decoy_key=secret[32:]) as engine:
            print(f"{origin}: alice, password correct horse", flush=True)
            create_app(origin, {"alice": "correct horse"}, engine).run(port=options.port, threaded=True)


if __name__ == "__main__":
    main()
