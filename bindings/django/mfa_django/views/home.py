"""The user's factors, and the way to a factor: which one to verify, which one to enrol."""

from typing import Any

import mfa
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext as _

from mfa_django import helpers, refusals, sessions
from mfa_django.configuration import LEGACY_NAMES
from mfa_django.engine import engine
from mfa_django.views.common import accepted, checked, view

AUTH = {"totp": "totp_auth", "webauthn": "fido2_auth", "u2f": "fido2_auth", "email": "email_auth", "recovery": "recovery_auth"}
ADD = {"totp": "start_new_otop", "webauthn": "start_fido2", "email": "start_email"}


def _row(info: mfa.MethodInfo, pages: dict[str, str]) -> dict[str, Any]:
    label = info.method.label
    return {"method": label, "legacy": LEGACY_NAMES.get(label, label), "label": info.label, "url": reverse(pages[label]),
            "locked": info.locked_until_s != 0}


def _to_use(account: mfa.Account) -> list[dict[str, Any]]:
    found = [_row(info, AUTH) for info in account.methods if info.can_verify and info.method.label in AUTH]
    # A passkey and an old key are asked for by one page.
    return [row for at, row in enumerate(found) if row["url"] not in [before["url"] for before in found[:at]]]


def _to_add(account: mfa.Account) -> list[dict[str, Any]]:
    return [_row(info, ADD) for info in account.methods if info.can_enroll and info.method.label in ADD]


def _with_next(request: Any, url: str) -> HttpResponse:
    query = request.GET.urlencode()
    return HttpResponseRedirect(f"{url}?{query}" if query else url)


@view("GET")
def index(request: Any) -> HttpResponse:
    account = engine().account(checked(request))
    shown = {"account": account, "keys": account.factors, "add": _to_add(account),
             "recovery_allowed": any(info.method == mfa.Method.RECOVERY and info.can_enroll for info in account.methods)}
    return render(request, "MFA.html", shown)


@view("GET")
def verify(request: Any) -> HttpResponse:
    """Where whoever has to verify or to enrol is sent."""
    account = engine().account(sessions.asking(request))
    methods = _to_use(account)
    if account.need == mfa.Need.ENROLL or not methods:
        if sessions.is_signed_in(request):  # at a page that asks for a factor, without having one
            account = engine().account(sessions.asking(request, mfa.Purpose.MANAGE))
        return render(request, "mfa_enroll.html", {"add": _to_add(account), "methods": methods})
    if len(methods) == 1 or getattr(settings, "MFA_ALWAYS_GO_TO_LAST_METHOD", False):
        return _with_next(request, methods[0]["url"])
    return _with_next(request, reverse("mfa_methods_list"))


@view("GET")
def show_methods(request: Any) -> HttpResponse:
    methods = _to_use(engine().account(sessions.asking(request)))
    return render(request, "select_mfa_method.html", {"methods": methods, "query": request.GET.urlencode()})


@view("GET")
def goto(request: Any, method: str) -> HttpResponse:
    """By django-mfa2's name for it, or libmfa's."""
    for label, page in AUTH.items():
        if method.lower() in (label, LEGACY_NAMES[label].lower()):
            return _with_next(request, reverse(page))
    raise Http404


@view("GET", json=True)
def recheck(request: Any) -> HttpResponse:
    return helpers.recheck(request)


@view("POST")
def toggle_key(request: Any) -> HttpResponse:
    """id: of a factor. enabled: "1" or "0"; without, the other of what it is."""
    asking, factor = checked(request), request.POST.get("id", "")
    wanted = request.POST.get("enabled")
    if wanted is None:
        now = [row.enabled for row in engine().account(asking).factors if row.id == factor]
        wanted = "0" if now == [True] else "1"
    sessions.keep_statement(request, engine().factor_set_enabled(asking, factor, wanted == "1"))
    return HttpResponseRedirect(reverse("mfa_home"))


@view("POST")
def delete_key(request: Any) -> HttpResponse:
    sessions.keep_statement(request, engine().factor_remove(checked(request), request.POST.get("id", "")))
    return HttpResponseRedirect(reverse("mfa_home"))


@view("POST")
def rename_key(request: Any) -> HttpResponse:
    engine().factor_rename(checked(request), request.POST.get("id", ""), request.POST.get("label", ""))
    return HttpResponseRedirect(reverse("mfa_home"))


@view("POST")
def reset(request: Any) -> HttpResponse:
    """Forgets the sign-in that was begun: another name may be given."""
    for key in ("mfa_login", "base_username", "mfa_tickets"):
        request.session.pop(key, None)
    return refusals.to_login(request)


def enrolled_next(request: Any, proof: mfa.Proof) -> tuple[str, str]:
    """After a new factor: django-mfa2's word for it and where to go on."""
    if sessions.is_signed_in(request):
        sessions.keep(request, proof)
        url = resolve_url(getattr(settings, "MFA_REDIRECT_AFTER_REGISTRATION", "mfa_home"))
        said = getattr(settings, "MFA_SUCCESS_REGISTRATION_MSG", _("Your new method is ready."))
        if "django.contrib.messages" in settings.INSTALLED_APPS:
            messages.success(request, str(said))
    else:
        url = accepted(request, proof).get("Location", "/")
    if proof.signals & mfa.Signal.MUST_ENROLL_RECOVERY:
        return "RECOVERY", reverse("manage_recovery_codes")
    return "OK", url


def enrolled(request: Any, proof: mfa.Proof) -> HttpResponse:
    return HttpResponseRedirect(enrolled_next(request, proof)[1])
