from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import setting_changed
from django.utils.translation import gettext_lazy as _


class MfaConfig(AppConfig):
    name = "mfa_django"
    label = "mfa_django"
    verbose_name = _("Multi-factor authentication")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from mfa_django import checks, sessions

        register(checks.check_settings)
        user_logged_in.connect(sessions.restore, dispatch_uid="mfa_django")
        setting_changed.connect(_settings_changed, dispatch_uid="mfa_django")


PREFIXES = ("MFA_", "FIDO_", "U2F_", "TOKEN_ISSUER_NAME", "BASE_URL")


def _settings_changed(*, setting: str, **_more: object) -> None:
    if setting.startswith(PREFIXES):
        from mfa_django.engine import forget

        forget()
