"""For asyncio: each call runs in a thread of the loop's default executor, which libmfa's promises to threads allow.

A call that is cancelled still ends in its thread, and may have counted or saved: what it did is in the account.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

import mfa.engine

P = ParamSpec("P")
R = TypeVar("R")


async def call(function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """await call(mfa.recovery.generate, 10): any function of this package, in a thread."""
    return await asyncio.to_thread(function, *args, **kwargs)


def _in_thread(
    method: "Callable[Concatenate[mfa.engine.Engine, P], R]",
) -> "Callable[Concatenate[Engine, P], Awaitable[R]]":
    async def run(self: "Engine", /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(lambda: method(self.engine, *args, **kwargs))

    run.__name__, run.__doc__ = method.__name__, method.__doc__
    run.__qualname__ = f"Engine.{method.__name__}"
    return run


class Engine:
    """The methods of a mfa.Engine, to be awaited. The engine stays the caller's to close."""

    def __init__(self, engine: mfa.engine.Engine) -> None:
        self.engine = engine

    set_trust = _in_thread(mfa.engine.Engine.set_trust)
    config_json = _in_thread(mfa.engine.Engine.config_json)
    account = _in_thread(mfa.engine.Engine.account)
    enroll_begin = _in_thread(mfa.engine.Engine.enroll_begin)
    enroll_finish = _in_thread(mfa.engine.Engine.enroll_finish)
    verify_begin = _in_thread(mfa.engine.Engine.verify_begin)
    verify_finish = _in_thread(mfa.engine.Engine.verify_finish)
    verify_code = _in_thread(mfa.engine.Engine.verify_code)
    session_start = _in_thread(mfa.engine.Engine.session_start)
    session_check = _in_thread(mfa.engine.Engine.session_check)
    session_check_offline = _in_thread(mfa.engine.Engine.session_check_offline)
    session = _in_thread(mfa.engine.Engine.session)
    policy_explain = _in_thread(mfa.engine.Engine.policy_explain)
    device_remember = _in_thread(mfa.engine.Engine.device_remember)
    device_claim = _in_thread(mfa.engine.Engine.device_claim)
    device_claimed = _in_thread(mfa.engine.Engine.device_claimed)
    device_collect = _in_thread(mfa.engine.Engine.device_collect)
    remembered_issue = _in_thread(mfa.engine.Engine.remembered_issue)
    remembered_user = _in_thread(mfa.engine.Engine.remembered_user)
    factor_rename = _in_thread(mfa.engine.Engine.factor_rename)
    factor_set_enabled = _in_thread(mfa.engine.Engine.factor_set_enabled)
    factor_remove = _in_thread(mfa.engine.Engine.factor_remove)
    admin = _in_thread(mfa.engine.Engine.admin)
    admin_import = _in_thread(mfa.engine.Engine.admin_import)
    admin_audit = _in_thread(mfa.engine.Engine.admin_audit)
    admin_users = _in_thread(mfa.engine.Engine.admin_users)
