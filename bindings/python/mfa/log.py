"""Is a log of events whole (mfa/log.h; docs/events.md)?"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mfa import errors
from mfa._call import call, made
from mfa._library import ffi, lib
from mfa._memory import Closing, Handle, Text, raw, text_at
from mfa.base import Key, key_ring
from mfa.constants import LogTrouble

LINE_MAX: int = lib.MFA_LOG_LINE_MAX
"""Bytes; a longer line is no event."""
WINDOW: int = lib.MFA_LOG_WINDOW
"""Events of a chain that may wait for one before them."""
WAITING: int = lib.MFA_LOG_WAITING
"""Events that may wait in all chains together."""
CHAINS: int = lib.MFA_LOG_CHAINS
"""Engines that wrote into the log."""


@dataclass(frozen=True)
class Finding:
    """What a line, or the end, brought to light (mfa_log_finding). line: 1 for the first; 0: it shows at the end."""

    trouble: LogTrouble
    is_note: bool
    line: int
    chain: str
    first_n: int
    last_n: int


class Log(Closing):
    """A check of one log. keys: of the engines that wrote, those dropped since too; none: links alone are checked.
    Threads take turns. After an exception the check is worth nothing."""

    def __init__(self, keys: Sequence[Key] = ()) -> None:
        keep: list[Any] = []
        ring, count = key_ring(keys, keep)
        self._turn = threading.Lock()
        self._handle = Handle(made(lib.mfa_log_new, "mfa_log", ring, count), lib.mfa_log_free, "log")

    def line(self, line: Text) -> list[Finding]:
        """The next line, without its end (mfa_log_line): what it brought to light, nothing for a good one."""
        data = raw(line)
        return self._findings(lib.mfa_log_line, data, len(data))

    def end(self, *, complete: bool = False) -> list[Finding]:
        """There are no more lines (mfa_log_end). complete: every engine was closed."""
        return self._findings(lib.mfa_log_end, 1 if complete else 0)

    @property
    def events(self) -> int:
        """Events that are there."""
        return self._number(lib.MFA_LOG_ITEM_EVENTS)

    @property
    def chains(self) -> int:
        return self._number(lib.MFA_LOG_ITEM_CHAINS)

    @property
    def unchecked(self) -> int:
        """Events whose links alone were checked."""
        return self._number(lib.MFA_LOG_ITEM_UNCHECKED)

    @property
    def problems(self) -> int:
        """Findings but for notes: 0 is a log that is whole."""
        return self._number(lib.MFA_LOG_ITEM_PROBLEMS)

    def _number(self, item: int) -> int:
        with self._handle as log, self._turn:
            return int(lib.mfa_log_number(log, item))

    def _findings(self, function: Callable[..., int], *given: Any) -> list[Finding]:
        with self._handle as log, self._turn:
            try:
                call(function, log, *given)
            except errors.Wrong:
                pass  # which is what findings say
            return [self._finding(log, index) for index in range(lib.mfa_log_finding_count(log))]

    @staticmethod
    def _finding(log: Any, index: int) -> Finding:
        row = ffi.new("mfa_log_finding *")
        row.struct_size = ffi.sizeof("mfa_log_finding")
        status = lib.mfa_log_finding_at(log, index, row)
        if status != lib.MFA_OK:
            raise errors.error_of(status, ffi.new("mfa_error *"))
        return Finding(
            LogTrouble(row.trouble), bool(row.is_note), row.line, text_at(row.chain), row.first_n, row.last_n
        )
