"""manage.py mfa_import: the factors that django-mfa2 kept, into libmfa's store."""

from collections import Counter
from typing import Any

import mfa
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from mfa_django import engine as engines
from mfa_django.legacy import LeftOut, Row, factor_of
from mfa_django.models import ImportedKey
from mfa_django.sessions import user_id

COLUMNS = ("id", "username", "added_on", "key_type", "enabled", "properties", "last_used")


class Command(BaseCommand):
    help = "Imports the table User_Keys of django-mfa2. What was imported before is not imported again."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--table", default="mfa_user_keys")
        parser.add_argument("--database", default="default", help="alias of the database that has the table")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done; the engine is not asked")

    def handle(self, *args: Any, **options: Any) -> None:
        engine, users = engines.engine(), {}
        counted: Counter[str] = Counter()
        before = set(ImportedKey.objects.using(engines.database()).values_list("legacy_id", flat=True))
        for row in self._rows(options["database"], options["table"]):
            if row.username not in users:
                users[row.username] = self._user(row.username)
            outcome = self._one(engine, row, users[row.username], before, options["dry_run"])
            counted[outcome] += 1
            if options["verbosity"] > 1:
                self.stdout.write(f"row {row.id}, {row.key_type}: {outcome}")
        for outcome, count in sorted(counted.items()):
            self.stdout.write(f"{count:6} {outcome}")
        self.stdout.write(f"{sum(counted.values()):6} rows")

    def _rows(self, database: str, table: str) -> list[Row]:
        connection = connections[database]
        quoted = connection.ops.quote_name
        columns = ", ".join(map(quoted, COLUMNS))
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {columns} FROM {quoted(table)} ORDER BY {quoted('id')}")
                return [Row(*row) for row in cursor.fetchall()]
        except DatabaseError as wrong:
            raise CommandError(f"{table} cannot be read as django-mfa2's table: {wrong}") from wrong

    def _user(self, username: str) -> Any:
        """By the exact name; None: there is no such user."""
        model = get_user_model()
        found = model._default_manager.filter(**{model.USERNAME_FIELD: username}).first()
        # Where a collation ignores case the database finds more than was asked for.
        return found if found is not None and found.get_username() == username else None

    def _one(self, engine: mfa.Engine, row: Row, user: Any, before: set[int], dry: bool) -> str:
        if row.id in before:
            return "imported before"
        if user is None:
            return "left out: there is no such user"
        try:
            factor = factor_of(row, settings.TOKEN_ISSUER_NAME, engines.now_s(), settings.USE_TZ)
            if dry:
                return "can be imported"
            imported = engine.admin_import(user_id(user), factor, actor="mfa_import")
        except LeftOut as why:
            return f"left out: {row.key_type}: {why}"
        except mfa.Exists:
            return f"left out: {row.key_type}: registered already"
        except mfa.Denied as no:
            return f"left out: {row.key_type}: {no.reason_name}"
        except mfa.ArgumentError as wrong:
            return f"left out: {row.key_type}: {wrong}"
        ImportedKey.objects.using(engines.database()).create(legacy_id=row.id, factor=imported.factor)
        weak = ", with a secret of fewer than 128 bits" if imported.signals & mfa.Signal.WEAK_SECRET else ""
        return f"imported: {row.key_type}{weak}"
