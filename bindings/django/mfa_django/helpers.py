"""What a site calls: has_mfa in its login view, is_mfa wherever it wants to know."""

from typing import Any, Iterable, Optional

import mfa
from django.contrib.auth import get_user_model
from django.http import HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from mfa_django import refusals, sessions
from mfa_django.engine import engine


def has_mfa(request: Any, username: str) -> Any:
    """After the password was right, before login(). A response to return: the user has to verify or to enrol, or nothing
    could be decided. False: policy asks for no factor, go on. MFA_LOGIN_CALLBACK is called when a factor was verified.

    Raises the user model's DoesNotExist for a name that is nobody's."""
    user = get_user_model()._default_manager.get_by_natural_key(username)
    sessions.begin_login(request, user, mfa.Proven.PASSWORD)
    try:
        return go_on(request) or False
    except (mfa.Refused, mfa.Failed) as no:
        return refusals.message(request, no)


def go_on(request: Any) -> Optional[HttpResponse]:
    """For whoever gave a password: None, and a statement in the session, where that is enough."""
    account = engine().account(sessions.asking(request))
    if account.need not in (mfa.Need.NOTHING, mfa.Need.ENROLL_SOON):
        return refusals.to_verify(request, next_of(request))
    sessions.keep(request, engine().session_start(sessions.asking(request)))
    return None


def is_mfa(request: Any, ignore_methods: Iterable[str] = ()) -> bool:
    """Whether this session verified a factor, by another method than those (django-mfa2's names), and still counts."""
    told = request.session.get("mfa") or {}
    if not told.get("verified") or told.get("method") in ignore_methods or not sessions.is_signed_in(request):
        return False
    try:
        engine().session_check(sessions.asking(request))
    except mfa.Refused:
        return False
    return True


def recheck(request: Any) -> JsonResponse:
    """For scripts: {"res": whether the session still counts}. GET."""
    return JsonResponse({"res": is_mfa(request)})


def next_of(request: Any) -> str:
    """The page to go back to, if it is one of this site; "" for none."""
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""


def after(request: Any) -> str:
    """Where a page of this package leads that has done what it was for."""
    return next_of(request) or resolve_url("mfa_home")
