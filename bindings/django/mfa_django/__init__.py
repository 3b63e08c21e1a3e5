"""Multi-factor authentication for Django, on libmfa: what django-mfa2 did for login, TOTP, FIDO2, recovery and home.

How to move over: docs/django.md of libmfa. The classes here are the values that settings of django-mfa2 name.
"""


class ResidentKey:
    """For MFA_FIDO2_RESIDENT_KEY (WebAuthn section 5.4.6)."""

    DISCOURAGED = "discouraged"
    PREFERRED = "preferred"
    REQUIRED = "required"


class UserVerification:
    """For MFA_FIDO2_USER_VERIFICATION (WebAuthn section 5.8.6)."""

    DISCOURAGED = "discouraged"
    PREFERRED = "preferred"
    REQUIRED = "required"


class AuthenticatorAttachment:
    """For MFA_FIDO2_AUTHENTICATOR_ATTACHMENT (WebAuthn section 5.4.5)."""

    PLATFORM = "platform"
    CROSS_PLATFORM = "cross-platform"


class AttestationPreference:
    """For MFA_FIDO2_ATTESTATION_PREFERENCE (WebAuthn section 5.4.7)."""

    NONE = "none"
    INDIRECT = "indirect"
    DIRECT = "direct"
    ENTERPRISE = "enterprise"
