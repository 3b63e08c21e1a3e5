"""Codes by mail: level 1, never enough where policy asks for more. A mail is sent by POST alone."""

from typing import Any

import mfa
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.shortcuts import render

from mfa_django import refusals, sessions
from mfa_django.engine import engine
from mfa_django.views.common import accepted, enrolling, names, view
from mfa_django.views.home import enrolled


def address_of(request: Any) -> str:
    """Of the site's own record of the user."""
    user = sessions.user_of(request)
    return "" if user is None else getattr(user, user.get_email_field_name(), "") or ""


def send(mail: mfa.Mail) -> None:
    sender = getattr(settings, "EMAIL_FROM", "") or settings.DEFAULT_FROM_EMAIL
    message = EmailMultiAlternatives(mail.subject, mail.text, sender, [mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()


def _page(request: Any, enrol: bool) -> HttpResponse:
    asking = enrolling(request) if enrol else sessions.asking(request)
    template, shown = ("Email/Add.html" if enrol else "Email/Auth.html"), {"message": ""}
    if request.method != "POST":
        return render(request, template, shown)
    try:
        if request.POST.get("action") == "send":
            options = names(request, address=address_of(request))
            begin = engine().enroll_begin if enrol else engine().verify_begin
            offer = begin(asking, mfa.Method.EMAIL, options)
            if offer.mail is not None:
                send(offer.mail)
            return render(request, template, {"ticket": offer.ticket, "address": offer.address_masked})
        ticket = shown["ticket"] = request.POST.get("ticket", "")
        finish = engine().enroll_finish if enrol else engine().verify_finish
        proof = finish(asking, ticket, request.POST.get("otp", ""))
        return enrolled(request, proof) if enrol else accepted(request, proof)
    except mfa.MoreNeeded as more:
        request.session["mfa_statement"] = more.proof.statement
        return refusals.to_verify(request, request.GET.get("next", ""))
    except (mfa.FactorNeeded, mfa.EnrollNeeded, mfa.Revoked):
        raise
    except (mfa.Refused, mfa.Failed) as no:
        shown["message"] = refusals.explain(no)
        return render(request, template, shown, status=refusals.status_of(no))
    except OSError as no:  # the mail server, by smtplib
        shown["message"] = refusals.explain(mfa.Failed(str(no)))
        return render(request, template, shown, status=503)


@view("GET", "POST")
def start(request: Any) -> HttpResponse:
    return _page(request, True)


@view("GET", "POST")
def auth(request: Any) -> HttpResponse:
    return _page(request, False)
