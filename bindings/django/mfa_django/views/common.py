"""What every view of this package has: its methods, CSRF, no caching, and an answer for every exception."""

from functools import wraps
from typing import Any, Callable

import mfa
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mfa_django import refusals, sessions
from mfa_django.engine import database, engine
from mfa_django.helpers import after


def view(*methods: str, json: bool = False) -> Callable[..., Any]:
    """json: for a script, which is answered in JSON whatever happens."""

    def decorate(inner: Callable[..., Any]) -> Callable[..., Any]:
        def answered(request: Any, *args: Any, **more: Any) -> HttpResponse:
            try:
                response = inner(request, *args, **more)
            except (mfa.Refused, mfa.Failed, sessions.Nobody) as no:
                response = (refusals.json_answer if json else refusals.answer)(request, no)
            add_never_cache_headers(response)
            # An address with a `next` in it is nobody else's business.
            response.headers.setdefault("Referrer-Policy", "same-origin")
            return response

        safe = ("HEAD",) if "GET" in methods else ()
        guarded = csrf_protect(require_http_methods([*methods, *safe])(sensitive_post_parameters()(answered)))
        # store.py saves in no transaction of the request's.
        made = wraps(inner)(transaction.non_atomic_requests(using=database())(guarded))
        made.mfa_exempt = True
        return made

    return decorate


def checked(request: Any) -> mfa.Request:
    """The request of one who is signed in and whose session still counts, to look at his factors and change them. Nobody."""
    if not sessions.is_signed_in(request):
        raise mfa.FactorNeeded() if sessions.user_of(request) else sessions.Nobody
    try:
        engine().session_check(sessions.asking(request))
    except refusals.SIGN_IN_AGAIN as ended:
        raise mfa.Revoked("the session ended") from ended
    return sessions.asking(request, mfa.Purpose.MANAGE)


def enrolling(request: Any) -> mfa.Request:
    """The request of one who enrols: signed in, or on the way in without a factor yet, which the engine sees to."""
    return sessions.asking(request, mfa.Purpose.MANAGE)


def names(request: Any, **more: Any) -> mfa.BeginOptions:
    """How authenticators and mails call the user."""
    user = sessions.user_of(request)
    if user is None:
        raise sessions.Nobody
    name = user.get_username()
    return mfa.BeginOptions(account_name=name, display_name=user.get_full_name() or name, **more)


def accepted(request: Any, proof: mfa.Proof) -> HttpResponse:
    """A factor was verified, or the first one enrolled on the way in: signed in by MFA_LOGIN_CALLBACK, or back to where
    the session was asked."""
    if sessions.is_signed_in(request):
        sessions.keep(request, proof)
        return HttpResponseRedirect(after(request))
    user = get_user_model()._default_manager.filter(pk=proof.user).first()
    if user is None or not user.is_active:
        raise mfa.Denied("the user is gone or not active")
    if request.user.is_authenticated:  # by another door than has_mfa, which has signed in already
        request.session.cycle_key()
        sessions.keep(request, proof)
        return HttpResponseRedirect(after(request))
    sessions.keep(request, proof)
    # Until the callback has signed in, the session says that of nobody.
    request.session.pop("mfa_login", None)
    response: HttpResponse = import_string(settings.MFA_LOGIN_CALLBACK)(request, user.get_username())
    return response


def redirect_of(response: HttpResponse) -> str:
    """Where the script of a page goes when the callback's response says where."""
    return response.get("Location", "/")
