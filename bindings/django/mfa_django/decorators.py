"""For views of the site: what they ask of the session, or that the middleware leaves them alone."""

from functools import wraps
from typing import Any, Callable

import mfa

from mfa_django import refusals, sessions
from mfa_django.engine import engine


def mfa_required(
    view: Any = None, *, max_age_s: int = 300, aal: int = 0, method: mfa.Method = mfa.Method.NONE
) -> Callable[..., Any]:
    """Step-up: the view runs when a factor was verified in the last max_age_s seconds (0: at any time of the session), to
    the level aal (0: what policy asks), by that method (NONE: any). Else the user verifies first, and comes back by GET."""

    def decorate(inner: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(inner)
        def checked(request: Any, *args: Any, **more: Any) -> Any:
            try:
                if not request.user.is_authenticated:
                    raise sessions.Nobody
                if not sessions.is_signed_in(request):
                    return refusals.answer(request, mfa.FactorNeeded())
                need = mfa.SessionNeed(aal=aal, max_age_s=max_age_s, method=method)
                engine().session_check(sessions.asking(request), need)
            except (mfa.Refused, mfa.Failed, sessions.Nobody) as no:
                return refusals.answer(request, no, session=True)
            return inner(request, *args, **more)

        return checked

    return decorate if view is None else decorate(view)


def mfa_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """The middleware asks nothing of this view: signing out, health checks."""

    @wraps(view)
    def exempt(*args: Any, **more: Any) -> Any:
        return view(*args, **more)

    exempt.mfa_exempt = True  # type: ignore[attr-defined]
    return exempt
