#!/usr/bin/env python3
"""The site of these tests for a browser: serve.py PORT FOLDER. Its database is in the folder, its one user is alice; every page comes with a
policy that allows no inline script or style."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def strict(get_response):
    """Middleware."""

    def answer(request):
        response = get_response(request)
        response["Content-Security-Policy"] = POLICY
        return response

    return answer


def main():
    port, folder = sys.argv[1:]
    sys.path[:0] = [str(ROOT / "bindings/python"), str(ROOT / "bindings/django")]
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/site.db"}
    os.environ.update(DJANGO_SETTINGS_MODULE="site_settings", MFA_TEST_DATABASE=json.dumps(database))
    import django
    from django.conf import settings

    origin = f"http://localhost:{port}"
    settings.DEBUG = True  # runserver serves static files then
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.FIDO_SERVER_ID, settings.MFA_ORIGINS = "localhost", [origin]
    settings.MIDDLEWARE = ["serve.strict", *settings.MIDDLEWARE]
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    get_user_model().objects.create_user("alice", "alice@example.org", "correct horse")
    print(origin, flush=True)
    call_command("runserver", f"localhost:{port}", use_reloader=False)


if __name__ == "__main__":
    main()
