"""A site as django-mfa2's documentation has it, on a database that the tests make. MFA_TEST_DATABASE: Django's settings of it."""

import base64
import json
import os

SECRET_KEY = "of the tests, and of nothing that libmfa seals"
ALLOWED_HOSTS = ["example.org", "testserver"]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "mfa_django",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mfa_django.middleware.MfaMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": json.loads(os.environ.get("MFA_TEST_DATABASE", '{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}'))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "site_urls"
STATIC_URL = "/static/"
USE_TZ = True
LOGIN_URL = "/login/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast: passwords are not what is tested
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

MFA_LOGIN_CALLBACK = "site_urls.log_user_in"
MFA_UNALLOWED_METHODS = ()
MFA_REDIRECT_AFTER_REGISTRATION = "mfa_home"
MFA_SUCCESS_REGISTRATION_MSG = "Go back to your work"
TOKEN_ISSUER_NAME = "Example"
FIDO_SERVER_ID = "example.org"
FIDO_SERVER_NAME = "Example site"
MFA_KEYS = {1: base64.urlsafe_b64encode(bytes(range(32))).decode()}
MFA_DECOY_KEY = bytes(32)
MFA_CONFIG = {"unsafe": {"recovery_test_hash": True}}
