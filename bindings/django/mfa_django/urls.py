"""django-mfa2's names and paths: path("mfa/", include("mfa_django.urls"))."""

from django.urls import path

from mfa_django.views import codes, email, fido2, home, recovery, totp

urlpatterns = [
    path("", home.index, name="mfa_home"),
    path("verify/", home.verify, name="mfa_verify"),
    path("selct_method", home.show_methods, name="mfa_methods_list"),
    path("goto/<str:method>", home.goto, name="mfa_goto"),
    path("recheck", home.recheck, name="mfa_recheck"),
    path("toggleKey", home.toggle_key, name="toggle_key"),
    path("delete", home.delete_key, name="mfa_delKey"),
    path("rename", home.rename_key, name="mfa_rename"),
    path("reset", home.reset, name="mfa_reset_cookie"),
    path("totp/start/", totp.start, name="start_new_otop"),
    path("totp/getToken", totp.get_token, name="get_new_otop"),
    path("totp/verify", totp.verify, name="verify_otop"),
    path("totp/auth", codes.totp_auth, name="totp_auth"),
    path("totp/recheck", codes.totp_recheck, name="totp_recheck"),
    path("recovery/start", recovery.manage, name="manage_recovery_codes"),
    path("recovery/getTokenLeft", recovery.left, name="get_recovery_token_left"),
    path("recovery/genTokens", recovery.generate, name="regen_recovery_tokens"),
    path("recovery/confirm", recovery.confirm, name="mfa_confirm_recovery"),
    path("recovery/auth", codes.recovery_auth, name="recovery_auth"),
    path("recovery/recheck", codes.recovery_recheck, name="recovery_recheck"),
    path("email/start/", email.start, name="start_email"),
    path("email/auth/", email.auth, name="email_auth"),
    path("fido2/", fido2.start, name="start_fido2"),
    path("fido2/auth", fido2.auth, name="fido2_auth"),
    path("fido2/begin_auth", fido2.begin_auth, name="fido2_begin_auth"),
    path("fido2/complete_auth", fido2.complete_auth, name="fido2_complete_auth"),
    path("fido2/begin_reg", fido2.begin_reg, name="fido2_begin_reg"),
    path("fido2/complete_reg", fido2.complete_reg, name="fido2_complete_reg"),
    path("fido2/recheck", fido2.recheck, name="fido2_recheck"),
    # Keys of the browsers' old interface sign in as passkeys do.
    path("u2f/", fido2.start, name="start_u2f"),
    path("u2f/auth", fido2.auth, name="u2f_auth"),
]
