"""Recovery codes: a new set is in force once one of it was typed back."""

from typing import Any

import mfa
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from mfa_django import refusals
from mfa_django.engine import engine
from mfa_django.views.common import checked, enrolling, names, view
from mfa_django.views.home import enrolled


@view("GET")
def manage(request: Any) -> HttpResponse:
    account = engine().account(checked(request))
    return render(request, "RECOVERY/Add.html", {"account": account})


@view("GET", json=True)
def left(request: Any) -> HttpResponse:
    return JsonResponse({"left": engine().account(checked(request)).recovery_remaining})


@view("POST")
def generate(request: Any) -> HttpResponse:
    """Shows a set, once. The one before it works until the new one is confirmed."""
    offer = engine().enroll_begin(enrolling(request), mfa.Method.RECOVERY, names(request))
    return render(request, "RECOVERY/Codes.html", {"offer": offer, "ticket": offer.ticket})


@view("POST")
def confirm(request: Any) -> HttpResponse:
    ticket = request.POST.get("ticket", "")
    try:
        proof = engine().enroll_finish(enrolling(request), ticket, request.POST.get("recovery", ""))
    except (mfa.Wrong, mfa.Malformed) as no:
        said = {"ticket": ticket, "message": refusals.explain(no)}
        return render(request, "RECOVERY/Codes.html", said, status=refusals.status_of(no))
    return enrolled(request, proof)
