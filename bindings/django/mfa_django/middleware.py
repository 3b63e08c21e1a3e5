"""Each request of a signed-in user is checked: revocations, the timed recheck, sign-ins by another door than has_mfa."""

from typing import Any, Callable, Optional

import mfa
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import resolve_url

from mfa_django import helpers, refusals, sessions
from mfa_django.engine import engine

EXEMPT = ("logout", "admin:logout")


def process(request: Any) -> Optional[HttpResponse]:
    """None: go on. A response: verify, enrol or sign in first, or nothing could be decided."""
    if not request.user.is_authenticated:
        return None
    try:
        if not sessions.is_signed_in(request):
            return helpers.go_on(request) and refusals.answer(request, mfa.FactorNeeded())
        engine().session_check(sessions.asking(request))
    except (mfa.Refused, mfa.Failed) as no:
        return refusals.answer(request, no, session=True)
    return None


class MfaMiddleware:
    """After AuthenticationMiddleware. MFA_EXEMPT_URL_NAMES: names of views that it leaves alone, besides logout."""

    def __init__(self, get_response: Callable[[Any], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> Optional[HttpResponse]:
        exempt = (*EXEMPT, *getattr(settings, "MFA_EXEMPT_URL_NAMES", ()))
        if (
            getattr(view, "mfa_exempt", False)
            or request.resolver_match.view_name in exempt
            or request.path == resolve_url(settings.LOGIN_URL)
        ):
            return None
        return process(request)
