"""libmfa's store in a database of Django's: SQLite or PostgreSQL."""

from typing import Iterable, Optional

import mfa
from django.db import IntegrityError, transaction

from mfa_django.models import Record


class DjangoStore(mfa.Store):
    """Each call is one statement on this thread's connection, always to the database named: no router, no replica.

    A save must last whatever the view does next, or a code that was used could be used again: inside a transaction of the
    caller's it is refused (durable=True), and the engine's call is a mfa.StoreError. Views that verify are
    @transaction.non_atomic_requests where ATOMIC_REQUESTS is on; those of this package are.
    """

    def __init__(self, database: str) -> None:
        self._database = database

    def _rows(self):
        return Record.objects.using(self._database)

    def _durably(self):
        return transaction.atomic(using=self._database, durable=True)

    def load(self, key: bytes) -> Optional[tuple[bytes, int]]:
        row = self._rows().filter(key=key).values_list("value", "version").first()
        return None if row is None else (bytes(row[0]), row[1])

    def save(
        self, key: bytes, record: bytes, expected_version: int, new_version: int, expires_at_s: int
    ) -> mfa.StoreAnswer:
        # A column of 63 bits, and SQLite's integers: what is later than that is never.
        expires = expires_at_s if expires_at_s < 1 << 63 else 0
        if expected_version == 0:
            try:
                with self._durably():
                    self._rows().create(key=key, value=record, version=new_version, expires=expires)
            except IntegrityError:
                return mfa.StoreAnswer.CONFLICT
            return mfa.StoreAnswer.DONE
        with self._durably():
            changed = (
                self._rows()
                .filter(key=key, version=expected_version)
                .update(value=record, version=new_version, expires=expires)
            )
        return mfa.StoreAnswer.DONE if changed == 1 else mfa.StoreAnswer.CONFLICT

    def erase(self, key: bytes, expected_version: int) -> mfa.StoreAnswer:
        with self._durably():
            erased, _ = self._rows().filter(key=key, version=expected_version).delete()
        if erased == 1:
            return mfa.StoreAnswer.DONE
        return mfa.StoreAnswer.CONFLICT if self._rows().filter(key=key).exists() else mfa.StoreAnswer.NONE

    def scan(self, prefix: bytes, after: bytes, limit: int) -> Iterable[tuple[bytes, bytes, int]]:
        rows = self._rows().filter(key__gte=prefix, key__gt=after)
        end = _after_all_with(prefix)
        if end is not None:
            rows = rows.filter(key__lt=end)
        found = rows.order_by("key").values_list("key", "value", "version")[:limit]
        return [(bytes(key), bytes(value), version) for key, value, version in found]


def _after_all_with(prefix: bytes) -> Optional[bytes]:
    """The first key in byte order that follows every key with this prefix; None: there is none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None
