"""What a session keeps of a sign-in, and who asks: an mfa.Request, filled from what this server knows.

Keys of the session: mfa_login, whoever gave the right password and has not verified; mfa_statement, libmfa's, of whoever has;
mfa_browser, random; and base_username and mfa, which code written for django-mfa2 reads.
"""

import secrets
from typing import Any, Optional

import mfa
from django.conf import settings
from django.contrib import auth
from django.utils.module_loading import import_string

from mfa_django import engine as engines
from mfa_django.configuration import LEGACY_NAMES

LOGIN_S = 600
"""How long the password counts, without a second factor."""


class Nobody(Exception):
    """There is neither a sign-in nor a user: begin with the password."""


def user_id(user: Any) -> str:
    """What libmfa knows a user by: never the name, which can change and be given away."""
    return str(user.pk)


def user_of(request: Any) -> Optional[Any]:
    """Whoever is signed in, or gave the right password."""
    begun = _begun(request)
    if begun is not None:
        return auth.get_user_model()._default_manager.filter(pk=begun["user"]).first()
    return request.user if request.user.is_authenticated else None


def begin_login(request: Any, user: Any, proven: mfa.Proven) -> None:
    """The password was right. What the session was before ends: no sign-in is finished in another's name."""
    if request.user.is_authenticated:
        auth.logout(request)
    else:
        for key in ("mfa_statement", "mfa", "mfa_tickets"):
            request.session.pop(key, None)
        request.session.cycle_key()
    request.session["mfa_login"] = {"user": user_id(user), "proven": int(proven), "at": engines.now_s()}
    request.session["base_username"] = user.get_username()


def _begun(request: Any) -> Optional[dict[str, Any]]:
    begun = request.session.get("mfa_login")
    if begun is None or request.user.is_authenticated or not 0 <= engines.now_s() - begun["at"] < LOGIN_S:
        return None
    return begun  # type: ignore[no-any-return]


def is_signed_in(request: Any) -> bool:
    """Whether there is a statement to check; it is the engine that checks it."""
    return bool(request.user.is_authenticated and request.session.get("mfa_statement"))


def asking(request: Any, purpose: mfa.Purpose = mfa.Purpose.STEP_UP) -> mfa.Request:
    """Who asks. purpose: of one who is signed in; whoever is on the way in asks to sign in. Nobody."""
    begun = _begun(request)
    if is_signed_in(request):
        user, proven = user_id(request.user), mfa.Proven.NOTHING
    elif begun is not None:
        user, proven, purpose = begun["user"], mfa.Proven(begun["proven"]), mfa.Purpose.LOGIN
    elif request.user.is_authenticated:  # signed in by another door than has_mfa
        user, proven, purpose = user_id(request.user), mfa.Proven.OTHER, mfa.Purpose.LOGIN
    else:
        raise Nobody
    return _request(request, purpose, user=user, proven=proven, statement=request.session.get("mfa_statement", ""))


def asking_without_name(request: Any) -> mfa.Request:
    """A passkey is to name its user."""
    return _request(request, mfa.Purpose.LOGIN, flags=mfa.RequestFlag.USERNAMELESS)


def _request(request: Any, purpose: mfa.Purpose, **more: Any) -> mfa.Request:
    browser = request.session.get("mfa_browser")
    if browser is None:
        browser = request.session["mfa_browser"] = secrets.token_urlsafe(32)
    roles = getattr(settings, "MFA_ROLES", None)
    if roles is not None and more.get("user"):
        more["roles"] = list(import_string(roles)(request, user_of(request)))
    return mfa.Request(
        purpose,
        browser=browser,
        source=request.META.get("REMOTE_ADDR", "") or "",
        user_agent=request.headers.get("User-Agent", "")[:512],
        locale=getattr(request, "LANGUAGE_CODE", "") or "",
        **more,
    )


def keep(request: Any, proof: mfa.Proof) -> None:
    """The proof's statement replaces the session's."""
    kept = {
        "mfa_statement": proof.statement or "",
        "mfa": {"verified": True, "method": LEGACY_NAMES.get(proof.method.label, proof.method.label), "id": proof.factor},
    }
    if proof.method == mfa.Method.NONE:  # a sign-in that needed no factor
        kept["mfa"] = {"verified": False}
    request.mfa_kept = (proof.user, kept)
    request.session.update(kept)


def keep_statement(request: Any, proof: mfa.Proof) -> None:
    """Of a change that verified nothing new: method and id stay those of the verification."""
    request.session["mfa_statement"] = proof.statement or ""


def restore(sender: Any, request: Any, user: Any, **_more: Any) -> None:
    """After Django's login(), which empties the session where somebody else was signed in."""
    kept = getattr(request, "mfa_kept", None)
    if kept is not None and kept[0] == user_id(user):
        request.session.update(kept[1])
    elif hasattr(request, "session"):
        request.session.pop("mfa_statement", None)
        request.session.pop("mfa", None)
    if hasattr(request, "session"):
        request.session.pop("mfa_login", None)


def ticket_put(request: Any, name: str, ticket: str) -> None:
    request.session["mfa_tickets"] = {**request.session.get("mfa_tickets", {}), name: ticket}


def ticket_take(request: Any, name: str) -> str:
    """Once: the next attempt begins again."""
    tickets = dict(request.session.get("mfa_tickets", {}))
    ticket = tickets.pop(name, "")
    request.session["mfa_tickets"] = tickets
    return str(ticket)
