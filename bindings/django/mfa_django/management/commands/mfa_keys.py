"""manage.py mfa_keys: new keys for the settings."""

import base64
from typing import Any

import mfa
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints new keys. Keep them out of the database, its backups and the repository; they are not the SECRET_KEY."
    requires_system_checks: list[str] = []  # there are no keys yet

    def handle(self, *args: Any, **options: Any) -> None:
        def made() -> str:
            return base64.urlsafe_b64encode(mfa.random_bytes(32)).rstrip(b"=").decode()

        self.stdout.write(f'MFA_KEYS = {{1: "{made()}"}}\nMFA_DECOY_KEY = "{made()}"\nMFA_PEPPER = "{made()}"')
