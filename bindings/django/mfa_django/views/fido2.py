"""Passkeys and security keys. Scripts speak the JSON that django-mfa2's spoke, by POST and with the CSRF token."""

import json
from typing import Any

import mfa
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from mfa_django import refusals, sessions
from mfa_django.engine import engine
from mfa_django.views.common import accepted, enrolling, names, redirect_of, view
from mfa_django.views.home import enrolled_next

BODY_MAX = 65536
"""Bytes of a response: libmfa's own limit is about this."""


def _public_key(offer: mfa.Offer) -> JsonResponse:
    return JsonResponse({"publicKey": json.loads(offer.options or "{}")})


def _sent(request: Any) -> bytes:
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_MAX:
        raise mfa.Malformed("a response of more than 64 KiB")
    sent: bytes = request.body
    return sent


@view("GET")
def start(request: Any) -> HttpResponse:
    """Whoever may not enrol is told so by begin_reg, which asks the engine."""
    names(request)
    return render(request, "FIDO2/Add.html")


@view("POST", json=True)
def begin_reg(request: Any) -> HttpResponse:
    offer = engine().enroll_begin(enrolling(request), mfa.Method.WEBAUTHN, names(request))
    sessions.ticket_put(request, "fido2_reg", offer.ticket)
    return _public_key(offer)


@view("POST", json=True)
def complete_reg(request: Any) -> HttpResponse:
    sent = _sent(request)
    proof = engine().enroll_finish(enrolling(request), sessions.ticket_take(request, "fido2_reg"), sent)
    status, url = enrolled_next(request, proof)
    return JsonResponse({"status": status, "redirect": url})


@view("GET")
def auth(request: Any) -> HttpResponse:
    """Also for one who is not known yet: the passkey names its user."""
    return render(request, "FIDO2/Auth.html", {"named": sessions.user_of(request) is not None})


def _asking(request: Any) -> mfa.Request:
    try:
        return sessions.asking(request)
    except sessions.Nobody:
        return sessions.asking_without_name(request)


@view("POST", json=True)
def begin_auth(request: Any) -> HttpResponse:
    offer = engine().verify_begin(_asking(request), mfa.Method.WEBAUTHN)
    sessions.ticket_put(request, "fido2_auth", offer.ticket)
    return _public_key(offer)


@view("POST", json=True)
def complete_auth(request: Any) -> HttpResponse:
    sent = _sent(request)
    try:
        proof = engine().verify_finish(_asking(request), sessions.ticket_take(request, "fido2_auth"), sent)
    except mfa.MoreNeeded as more:
        request.session["mfa_statement"] = more.proof.statement
        return JsonResponse({"status": "MORE", "redirect": refusals.to_verify(request)["Location"]})
    return JsonResponse({"status": "OK", "redirect": redirect_of(accepted(request, proof))})


@view("POST", json=True)
def recheck(request: Any) -> HttpResponse:
    """begin_auth for one who is signed in; complete_auth finishes it."""
    if not sessions.is_signed_in(request):
        raise sessions.Nobody
    offer = engine().verify_begin(sessions.asking(request), mfa.Method.WEBAUTHN)
    sessions.ticket_put(request, "fido2_auth", offer.ticket)
    return _public_key(offer)
