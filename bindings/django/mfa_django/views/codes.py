"""Verifying by a code that is typed: authenticator app and recovery code, at sign-in and to step up."""

from typing import Any

import mfa
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from mfa_django import refusals, sessions
from mfa_django.engine import engine
from mfa_django.views.common import accepted, view


def _auth(request: Any, method: mfa.Method, field: str, template: str) -> HttpResponse:
    asking = sessions.asking(request)
    said, status = "", 200
    if request.method == "POST":
        try:
            return accepted(request, engine().verify_code(asking, method, request.POST.get(field, "")))
        except mfa.MoreNeeded as more:
            request.session["mfa_statement"] = more.proof.statement
            return refusals.to_verify(request, request.GET.get("next", ""))
        except (mfa.FactorNeeded, mfa.EnrollNeeded, mfa.Revoked):
            raise
        except (mfa.Refused, mfa.Failed) as no:
            said, status = refusals.explain(no), refusals.status_of(no)
    return render(request, template, {"message": said}, status=status)


def _recheck(request: Any, method: mfa.Method, field: str) -> JsonResponse:
    """For a script: {"recheck": whether the code was right}, and a message where it was not."""
    if not sessions.is_signed_in(request):
        raise sessions.Nobody
    try:
        sessions.keep(request, engine().verify_code(sessions.asking(request), method, request.POST.get(field, "")))
    except (mfa.FactorNeeded, mfa.Revoked):
        raise
    except (mfa.Refused, mfa.Failed) as no:
        return JsonResponse({"recheck": False, "message": refusals.explain(no)}, status=refusals.status_of(no))
    return JsonResponse({"recheck": True})


@view("GET", "POST")
def totp_auth(request: Any) -> HttpResponse:
    return _auth(request, mfa.Method.TOTP, "otp", "TOTP/Auth.html")


@view("GET", "POST")
def recovery_auth(request: Any) -> HttpResponse:
    return _auth(request, mfa.Method.RECOVERY, "recovery", "RECOVERY/Auth.html")


@view("POST", json=True)
def totp_recheck(request: Any) -> HttpResponse:
    return _recheck(request, mfa.Method.TOTP, "otp")


@view("POST", json=True)
def recovery_recheck(request: Any) -> HttpResponse:
    return _recheck(request, mfa.Method.RECOVERY, "recovery")
