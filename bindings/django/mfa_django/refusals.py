"""What a page says of a no, and where it leads."""

import logging
from typing import Any
from urllib.parse import urlencode

import mfa
from django.conf import settings
from django.contrib import auth
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mfa_django.sessions import Nobody

LOG = logging.getLogger("mfa_django")
SIGN_IN_AGAIN = (mfa.Revoked, mfa.Expired, mfa.Mismatch, mfa.Wrong)


def words(no: mfa.Refused) -> str:
    """For the user: with the attempts that are left, or when to try again."""
    if isinstance(no, mfa.Locked):
        if no.retry_at is None:
            return _("Too many attempts. Use another method, or ask an administrator.")
        return _("Too many attempts. Try again at %(time)s.") % {"time": _time(no.retry_at)}
    if isinstance(no, mfa.Wrong):
        said = [_("That was not right.")]
        if no.attempts_left > 0:
            left = no.attempts_left
            said.append(ngettext("%(left)d attempt is left.", "%(left)d attempts are left.", left) % {"left": left})
        if no.retry_at is not None:
            said.append(_("Try again at %(time)s.") % {"time": _time(no.retry_at)})
        if abs(no.clock_skew_s) >= 30:
            said.append(_("Look at the clock of your device: it seems to be wrong."))
        return " ".join(said)
    if isinstance(no, mfa.TooSoon):
        if no.retry_at is None:
            return _("Too many mails were sent. Try again later.")
        return _("A mail was sent a moment ago. Try again at %(time)s.") % {"time": _time(no.retry_at)}
    for kind, text in (
        (mfa.AlreadyUsed, _("That was used before. Wait for the next code, or begin again.")),
        (mfa.Expired, _("That took too long. Begin again.")),
        (mfa.Exists, _("This key is registered already.")),
        (mfa.NotFound, _("There is no such method or key.")),
        (mfa.Malformed, _("That could not be read.")),
        (mfa.Denied, _("That is not allowed.")),
    ):
        if isinstance(no, kind):
            return text
    return _("That was not right.")


def _time(at: Any) -> str:
    local = timezone.localtime(at)
    today = local.date() == timezone.localtime(timezone.now() if settings.USE_TZ else at).date()
    return formats.date_format(local, "H:i:s" if today else "Y-m-d H:i:s")


def status_of(no: Exception) -> int:
    if isinstance(no, mfa.Failed):
        return 503
    return 429 if isinstance(no, (mfa.Locked, mfa.TooSoon)) else 403


def explain(no: Exception) -> str:
    """words(), or for a call that did not complete what the user can do; the log has why."""
    if isinstance(no, mfa.Refused):
        LOG.info("%s: %s", no.reason_name, no)
        return words(no)
    LOG.error("no answer: %s", no, exc_info=no)
    return _("That is not possible just now. Try again later.")


def message(request: Any, no: Exception) -> HttpResponse:
    """A page that says no. Whatever the reason, nobody is let in."""
    return render(request, "mfa_message.html", {"message": explain(no)}, status=status_of(no))


def to_verify(request: Any, next_url: str = "") -> HttpResponse:
    """To the page that asks for a factor, and back to next_url."""
    return _to(reverse("mfa_verify"), next_url)


def to_login(request: Any, next_url: str = "") -> HttpResponse:
    return _to(resolve_url(settings.LOGIN_URL), next_url)


def _to(url: str, next_url: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{url}?{urlencode({'next': next_url})}" if next_url else url)
    response.status_code = 303
    return response


def answer(request: Any, no: Exception, session: bool = False) -> HttpResponse:
    """Where an exception leads. session: it is of a session's check, which ends with what no verification can heal."""
    next_url = request.get_full_path() if request.method == "GET" else ""
    if isinstance(no, Nobody):
        return to_login(request, next_url)
    if isinstance(no, (mfa.FactorNeeded, mfa.EnrollNeeded)):
        return to_verify(request, next_url)
    if session and isinstance(no, SIGN_IN_AGAIN) or isinstance(no, mfa.Revoked):
        auth.logout(request)
        return to_login(request, next_url)
    return message(request, no)


def json_answer(request: Any, no: Exception) -> JsonResponse:
    """The same for a script of the page, which reads status and message; redirect is where to go on."""
    if isinstance(no, (Nobody, mfa.FactorNeeded, mfa.EnrollNeeded, mfa.Revoked)):
        response = answer(request, no)
        return JsonResponse(
            {"status": "ERR", "message": _("Verify that it is you."), "redirect": response["Location"]}, status=403
        )
    return JsonResponse({"status": "ERR", "message": explain(no)}, status=status_of(no))
