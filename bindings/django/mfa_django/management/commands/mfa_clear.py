"""manage.py mfa_clear: deletes records past their time, which nothing needs any more."""

from typing import Any

from django.core.management.base import BaseCommand

from mfa_django import engine as engines
from mfa_django.models import Record


class Command(BaseCommand):
    help = "Deletes records that have expired: counters of sources, pairings."

    def handle(self, *args: Any, **options: Any) -> None:
        old = Record.objects.using(engines.database()).filter(expires__gt=0, expires__lte=engines.now_s())
        self.stdout.write(f"{old.delete()[0]} records deleted")
