from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Record",
            fields=[
                ("key", models.BinaryField(max_length=512, primary_key=True, serialize=False)),
                ("value", models.BinaryField()),
                ("version", models.BigIntegerField()),
                ("expires", models.BigIntegerField(db_index=True, default=0)),
            ],
            options={"db_table": "mfa_django_record"},
        ),
        migrations.CreateModel(
            name="ImportedKey",
            fields=[
                ("legacy_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("factor", models.CharField(max_length=255)),
            ],
            options={"db_table": "mfa_django_imported"},
        ),
    ]
