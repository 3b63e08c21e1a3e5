"""Enrolling an authenticator app."""

from typing import Any

import mfa
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from mfa_django import refusals
from mfa_django.engine import engine
from mfa_django.views.common import enrolling, names, view
from mfa_django.views.home import enrolled


def _offer(request: Any) -> mfa.Offer:
    return engine().enroll_begin(enrolling(request), mfa.Method.TOTP, names(request))


@view("GET")
def start(request: Any) -> HttpResponse:
    """The secret is in the ticket too, sealed: a page that was not sent keeps nothing."""
    offer = _offer(request)
    qr = mark_safe(mfa.qr(offer.uri))  # made here, of modules alone
    return render(request, "TOTP/Add.html", {"offer": offer, "qr": qr})


@view("GET", json=True)
def get_token(request: Any) -> HttpResponse:
    """For a page with a script of its own; verify_otop takes ticket and answer."""
    offer = _offer(request)
    return JsonResponse({"qr": offer.uri, "secret_key": offer.secret, "ticket": offer.ticket})


@view("POST")
def verify(request: Any) -> HttpResponse:
    ticket, code = request.POST.get("ticket", ""), request.POST.get("answer", "")
    try:
        return enrolled(request, engine().enroll_finish(enrolling(request), ticket, code))
    except mfa.Wrong as no:
        # The same secret again: it is in the app by now.
        return render(request, "TOTP/Again.html", {"ticket": ticket, "message": refusals.explain(no)}, status=403)
