"""Where sealed records live (mfa/store.h): subclass Store for your database, or open one of libmfa's."""

import abc
from collections.abc import Iterable
from typing import Any, Optional, Self

from mfa import _callbacks
from mfa._call import call, check, text_call
from mfa._library import ffi, lib
from mfa._memory import Buffer, Closing, Handle, Text, raw
from mfa.constants import StoreAnswer

KEY_MAX: int = lib.MFA_STORE_KEY_MAX
"""Bytes of a key."""
RECORD_MAX: int = lib.MFA_STORE_RECORD_MAX
"""Bytes of a record."""


class Store(abc.ABC):
    """A key-value store with compare-and-set. Its methods may be called by any threads at once, and must not call the
    engine they serve. Whatever they raise makes the engine's call a StoreError, whose __cause__ it is: nothing is
    decided.

    The engine draws versions, 1 to 2**63 - 1: a store only compares and keeps them. Keys are compared exactly.
    """

    @abc.abstractmethod
    def load(self, key: bytes) -> Optional[tuple[bytes, int]]:
        """Record and version; None: no such key. Must see every save that was answered DONE, so never asks a
        replica."""

    @abc.abstractmethod
    def save(
        self, key: bytes, record: bytes, expected_version: int, new_version: int, expires_at_s: int
    ) -> StoreAnswer:
        """DONE once it is durable; CONFLICT when the stored version is not expected_version (0: there is no such key).

        expires_at_s: Unix seconds from which you may delete it, 0: never.
        """

    @abc.abstractmethod
    def erase(self, key: bytes, expected_version: int) -> StoreAnswer:
        """DONE; CONFLICT when the stored version is another; NONE: no such key."""

    def scan(self, prefix: bytes, after: bytes, limit: int) -> Iterable[tuple[bytes, bytes, int]]:
        """Optional: up to limit (key, record, version) whose key begins with prefix and comes after `after`, in byte
        order."""
        raise NotImplementedError

    def close(self) -> None:
        """Optional. An engine never calls it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class LentStore:
    """The mfa_store of a store, for one engine or one check, until it is released."""

    def __init__(self, store: Store) -> None:
        if not isinstance(store, Store):
            raise TypeError(f"expected a mfa.Store, not {type(store).__name__}")
        self._native = store._handle if type(store) is OpenedStore else None
        if self._native is not None:
            self.c = self._native.__enter__()
            return
        self.target = _callbacks.Target(store)
        self.c = ffi.new("mfa_store *")
        self.c.struct_size = ffi.sizeof("mfa_store")
        self.c.ctx = self.target.c
        self.c.load, self.c.save, self.c.erase = _callbacks.LOAD, _callbacks.SAVE, _callbacks.ERASE
        if type(store).scan is not Store.scan:
            self.c.scan = _callbacks.SCAN

    def release(self) -> None:
        if self._native is not None:
            self._native.__exit__()

    def __enter__(self) -> Any:
        return self.c

    def __exit__(self, *exception: object) -> None:
        self.release()


class OpenedStore(Closing, Store):
    """A store of libmfa's, from open_store. It stays open while an engine uses it, also when it was closed before. What
    a subclass changes, the engine is served with."""

    def __init__(self, pointer: Any) -> None:
        if not isinstance(pointer, ffi.CData) or ffi.typeof(pointer) is not ffi.typeof("mfa_store *"):
            raise TypeError("an OpenedStore comes from open_store")
        self._handle = Handle(pointer, lib.mfa_store_close, "store")

    def __enter__(self) -> Self:
        return Closing.__enter__(self)

    def load(self, key: bytes) -> Optional[tuple[bytes, int]]:
        version, err, data = ffi.new("uint64_t *"), ffi.new("mfa_error *"), raw(key)
        with self._handle as c, Buffer() as record:
            answer = c.load(c.ctx, data, len(data), record.c, version, err)
            if answer == StoreAnswer.NONE:
                return None
            self._done(answer, err)
            return record.data(), version[0]

    def save(
        self, key: bytes, record: bytes, expected_version: int, new_version: int, expires_at_s: int = 0
    ) -> StoreAnswer:
        err, data, kept = ffi.new("mfa_error *"), raw(key), raw(record)
        with self._handle as c:
            answer = c.save(c.ctx, data, len(data), kept, len(kept), expected_version, new_version, expires_at_s, err)
        return self._answered(answer, err)

    def erase(self, key: bytes, expected_version: int) -> StoreAnswer:
        err, data = ffi.new("mfa_error *"), raw(key)
        with self._handle as c:
            answer = c.erase(c.ctx, data, len(data), expected_version, err)
        return self._answered(answer, err)

    def scan(self, prefix: bytes, after: bytes, limit: int) -> list[tuple[bytes, bytes, int]]:
        err, begin, last, rows = ffi.new("mfa_error *"), raw(prefix), raw(after), _callbacks.Rows()
        target = _callbacks.Target(rows)
        with self._handle as c:
            answer = c.scan(c.ctx, begin, len(begin), last, len(last), limit, _callbacks.FOUND, target.c, err)
        self._done(answer, err)
        return rows.take()

    @staticmethod
    def _done(answer: int, err: Any) -> None:
        if answer != StoreAnswer.DONE:
            check(lib.MFA_ERR_STORE, err, _callbacks.Frame())

    @classmethod
    def _answered(cls, answer: int, err: Any) -> StoreAnswer:
        if answer not in (StoreAnswer.NONE, StoreAnswer.CONFLICT):
            cls._done(answer, err)
        return StoreAnswer(answer)


def open_store(url: Text) -> OpenedStore:
    """ "memory:", "sqlite:/var/lib/app/mfa.db" (mfa_store_open). Close it after the last engine on it.

    Open it after os.fork(), in the process that uses it. ArgumentError, Unsupported, StoreError.
    """
    data = raw(url)
    store = ffi.new("mfa_store *")
    store.struct_size = ffi.sizeof("mfa_store")
    call(lib.mfa_store_open, data, len(data), store)
    return OpenedStore(store)


def check_store(store: Store) -> str:
    """Tries every promise of a store on keys under "check/", which it erases again: one line for each
    (mfa_store_check).

    Wrong, with the lines in its report: one is broken. StoreError: the store failed at the first load.
    """
    with LentStore(store) as c:
        return text_call(lib.mfa_store_check, c)
