"""Tables: the sealed records that libmfa keeps, and which rows of django-mfa2 were imported."""

from django.db import models


class Record(models.Model):
    """One row of the store, read and written by store.py alone."""

    key = models.BinaryField(primary_key=True, max_length=512)
    value = models.BinaryField()
    version = models.BigIntegerField()
    expires = models.BigIntegerField(default=0, db_index=True)
    """Unix seconds from which the row may be deleted; 0: never."""

    class Meta:
        db_table = "mfa_django_record"


class ImportedKey(models.Model):
    """A row of django-mfa2's table that has a factor here, so that a second import takes nothing twice."""

    legacy_id = models.BigIntegerField(primary_key=True)
    factor = models.CharField(max_length=255)

    class Meta:
        db_table = "mfa_django_imported"
