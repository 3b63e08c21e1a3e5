//! Names for the numbers of libmfa's headers.

use crate::sys;

macro_rules! numbers {
    ($(#[$doc:meta])* $name:ident { $($(#[$said:meta])* $variant:ident = $number:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$said])* #[doc = concat!("`", stringify!($number), "`.")] $variant,)*
            /// A number of a newer libmfa.
            Other(i32),
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                match number {
                    $(sys::$number => Self::$variant,)*
                    other => Self::Other(other),
                }
            }
        }

        impl From<$name> for i32 {
            fn from(value: $name) -> i32 {
                match value {
                    $($name::$variant => sys::$number,)*
                    $name::Other(number) => number,
                }
            }
        }
    };
}

macro_rules! bits {
    ($(#[$doc:meta])* $name:ident { $($(#[$said:meta])* $flag:ident = $number:ident),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// None of them.
            pub const NONE: Self = Self(0);
            $($(#[$said])* #[doc = concat!("`", stringify!($number), "`.")] pub const $flag: Self = Self(sys::$number as u32);)*

            /// Whether all bits of `other` are set.
            pub fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }
    };
}

numbers! {
    /// Why a call did not answer yes (`mfa_status`). Above zero in C: the answer is no. Below: the call did not complete.
    Status {
        /// The code or response does not prove the factor; charged to the throttle.
        Wrong = MFA_WRONG,
        /// What the client sent cannot be read; nothing was charged.
        Malformed = MFA_MALFORMED,
        /// Code, ticket, claim or token was used before.
        AlreadyUsed = MFA_ALREADY_USED,
        /// Ticket, code, statement or token is past its time.
        Expired = MFA_EXPIRED,
        /// The ticket is of another user, purpose, method, browser or action.
        Mismatch = MFA_MISMATCH,
        /// Too many wrong answers: see [`Error::retry_at_s`](crate::Error::retry_at_s).
        LockedOut = MFA_LOCKED_OUT,
        /// Mail was sent a moment ago or too often: see [`Error::retry_at_s`](crate::Error::retry_at_s).
        TooSoon = MFA_TOO_SOON,
        /// Policy forbids it; the reason says which rule.
        Denied = MFA_DENIED,
        /// Verify a factor now, then call again.
        FactorNeeded = MFA_FACTOR_NEEDED,
        /// The timed recheck is due: as [`FactorNeeded`](Self::FactorNeeded).
        RecheckDue = MFA_RECHECK_DUE,
        /// Policy asks for a factor that the user has not enrolled.
        EnrollNeeded = MFA_ENROLL_NEEDED,
        /// From before a reset, block, removal or sign-out: sign in again.
        Revoked = MFA_REVOKED,
        /// No such user, factor, device or key.
        NotFound = MFA_NOT_FOUND,
        /// The credential is registered already.
        Exists = MFA_EXISTS,
        /// Pairing: the other side has not acted yet; ask again.
        Pending = MFA_PENDING,
        /// Right, and recorded, but policy asks for more: not a login. [`Error::proof`](crate::Error::proof) says what.
        MoreNeeded = MFA_MORE_NEEDED,
        /// The caller's mistake.
        Argument = MFA_ERR_ARGUMENT,
        /// Not in this build of libmfa.
        Unsupported = MFA_ERR_UNSUPPORTED,
        /// No memory.
        NoMemory = MFA_ERR_NO_MEMORY,
        /// The store failed: nothing was decided. What a store of yours answered is the error's source.
        Store = MFA_ERR_STORE,
        /// Lost the race for the record too often: nothing was decided, try again.
        Busy = MFA_ERR_BUSY,
        /// Configuration refused; the message holds the path.
        Config = MFA_ERR_CONFIG,
        /// The record is sealed with a key that is not in the ring.
        Key = MFA_ERR_KEY,
        /// A record does not open: altered, moved, or truncated.
        Damaged = MFA_ERR_DAMAGED,
        /// A record older than the serial that you remember, or none where one was.
        RolledBack = MFA_ERR_ROLLBACK,
        /// libmfa's own mistake, or the system's generator or clock failed.
        Internal = MFA_ERR_INTERNAL,
    }
}

numbers! {
    /// A kind of factor (`mfa_method`).
    Method {
        /// None, or any where a call says so.
        None = MFA_METHOD_NONE,
        /// RFC 6238.
        Totp = MFA_METHOD_TOTP,
        /// RFC 4226.
        Hotp = MFA_METHOD_HOTP,
        /// Passkeys and security keys: WebAuthn Level 3.
        Webauthn = MFA_METHOD_WEBAUTHN,
        /// FIDO U2F 1.2.
        U2f = MFA_METHOD_U2F,
        /// Codes by mail, which you send.
        Email = MFA_METHOD_EMAIL,
        /// Recovery codes.
        Recovery = MFA_METHOD_RECOVERY,
        /// Trusted devices.
        Device = MFA_METHOD_DEVICE,
    }
}

numbers! {
    /// The hash of a one-time password (`mfa_hash`).
    Hash { Sha1 = MFA_HASH_SHA1, Sha256 = MFA_HASH_SHA256, Sha512 = MFA_HASH_SHA512 }
}

numbers! {
    /// WebAuthn section 5.8.6 (`mfa_user_verification`). `Other(0)`: what the configuration says.
    UserVerification { Discouraged = MFA_UV_DISCOURAGED, Preferred = MFA_UV_PREFERRED, Required = MFA_UV_REQUIRED }
}

numbers! {
    /// Whether the browser asks in a dialog or in its autofill (`mfa_mediation`).
    Mediation { Modal = MFA_MEDIATION_MODAL, Conditional = MFA_MEDIATION_CONDITIONAL }
}

numbers! {
    /// What a request is for (`mfa_purpose`).
    Purpose {
        /// To sign in; also to enrol the first factor on the way in.
        Login = MFA_PURPOSE_LOGIN,
        /// Signed in: verify again, for a recheck or a higher level.
        StepUp = MFA_PURPOSE_STEP_UP,
        /// Signed in: view and change factors.
        Manage = MFA_PURPOSE_MANAGE,
        /// Signed in: approve the one action whose hash the request carries.
        Approve = MFA_PURPOSE_APPROVE,
    }
}

numbers! {
    /// What policy asks of a request (`mfa_need`).
    Need {
        /// Go on to [`Engine::session_start`](crate::Engine::session_start).
        Nothing = MFA_NEED_NOTHING,
        /// Verify one of the methods listed.
        Factor = MFA_NEED_FACTOR,
        /// Enrol one of the methods listed before going on.
        Enroll = MFA_NEED_ENROLL,
        /// May go on for now.
        EnrollSoon = MFA_NEED_ENROLL_SOON,
    }
}

numbers! {
    /// What your server does to an account (`mfa_admin_action`).
    AdminAction {
        /// All methods, or the factor named.
        Unlock = MFA_ADMIN_UNLOCK,
        /// The factor named.
        FactorEnable = MFA_ADMIN_FACTOR_ENABLE,
        /// The factor named.
        FactorDisable = MFA_ADMIN_FACTOR_DISABLE,
        /// Also the last one.
        FactorRemove = MFA_ADMIN_FACTOR_REMOVE,
        /// All factors, devices, codes; ends all sessions.
        Reset = MFA_ADMIN_RESET,
        /// Ends all sessions.
        SignOut = MFA_ADMIN_SIGN_OUT,
        /// When the password changes: no browser is trusted from there on.
        ForgetDevices = MFA_ADMIN_FORGET_DEVICES,
        /// The user is gone: removes every trace from the store.
        Erase = MFA_ADMIN_ERASE,
    }
}

numbers! {
    /// What to do about what is not as it was (`mfa_rule`).
    Rule { Default = MFA_RULE_DEFAULT, Reject = MFA_RULE_REJECT, Flag = MFA_RULE_FLAG, Ignore = MFA_RULE_IGNORE }
}

numbers! {
    /// How a QR code is drawn (`mfa_qr_form`).
    QrForm {
        Svg = MFA_QR_SVG,
        /// For a terminal.
        Ansi = MFA_QR_ANSI,
        /// side * side bytes of 0 and 1.
        Matrix = MFA_QR_MATRIX,
    }
}

numbers! {
    /// What is wrong with a log of events (`mfa_log_trouble`).
    LogTrouble {
        NotEvent = MFA_LOG_NOT_EVENT,
        Altered = MFA_LOG_ALTERED,
        OtherKey = MFA_LOG_OTHER_KEY,
        Repeated = MFA_LOG_REPEATED,
        Missing = MFA_LOG_MISSING,
        Broken = MFA_LOG_BROKEN,
        AfterEnd = MFA_LOG_AFTER_END,
        TooManyChains = MFA_LOG_TOO_MANY_CHAINS,
        Lost = MFA_LOG_LOST,
        UnknownKey = MFA_LOG_UNKNOWN_KEY,
        NoEnd = MFA_LOG_NO_END,
    }
}

bits! {
    /// True, but look: bits in a proof, a result or an error (`MFA_SIGNAL_*`).
    Signals {
        CLONE_SUSPECTED = MFA_SIGNAL_CLONE_SUSPECTED,
        BACKUP_ELIGIBLE_CHANGED = MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED,
        BACKUP_STATE_CHANGED = MFA_SIGNAL_BACKUP_STATE_CHANGED,
        ATTESTATION_STATUS = MFA_SIGNAL_ATTESTATION_STATUS,
        UNSOLICITED_EXTENSION = MFA_SIGNAL_UNSOLICITED_EXTENSION,
        RECOVERY_LOW = MFA_SIGNAL_RECOVERY_LOW,
        RECOVERY_LAST = MFA_SIGNAL_RECOVERY_LAST,
        MUST_ENROLL = MFA_SIGNAL_MUST_ENROLL,
        MUST_ENROLL_RECOVERY = MFA_SIGNAL_MUST_ENROLL_RECOVERY,
        DEVICE_REUSED = MFA_SIGNAL_DEVICE_REUSED,
        CLOCK_WENT_BACK = MFA_SIGNAL_CLOCK_WENT_BACK,
        WEAK_SECRET = MFA_SIGNAL_WEAK_SECRET,
        PAIRING_CONTESTED = MFA_SIGNAL_PAIRING_CONTESTED,
    }
}

bits! {
    /// What you verified yourself for this sign-in, before libmfa (`MFA_PROVEN_*`).
    Proven { PASSWORD = MFA_PROVEN_PASSWORD, FEDERATED = MFA_PROVEN_FEDERATED, OTHER = MFA_PROVEN_OTHER }
}

bits! {
    /// `MFA_REQUEST_*`.
    RequestFlags {
        /// The user is empty on purpose: any passkey may name the user.
        USERNAMELESS = MFA_REQUEST_USERNAMELESS,
    }
}

bits! {
    /// What authenticator data said, WebAuthn section 6.1 (`MFA_WEBAUTHN_*`).
    AuthenticatorFlags {
        USER_PRESENT = MFA_WEBAUTHN_USER_PRESENT,
        USER_VERIFIED = MFA_WEBAUTHN_USER_VERIFIED,
        BACKUP_ELIGIBLE = MFA_WEBAUTHN_BACKUP_ELIGIBLE,
        BACKED_UP = MFA_WEBAUTHN_BACKED_UP,
        /// Attestation led to an anchor.
        TRUSTED = MFA_WEBAUTHN_TRUSTED,
    }
}

bits! {
    /// Rules of one-time passwords that are let go (`MFA_OTP_UNSAFE_*`).
    UnsafeOtp { SHORT_SECRET = MFA_OTP_UNSAFE_SHORT_SECRET, WIDE_WINDOW = MFA_OTP_UNSAFE_WIDE_WINDOW }
}

impl Status {
    /// `"MFA_WRONG"`; `"MFA_UNKNOWN"` for a value that libmfa does not know (`mfa_status_name`).
    pub fn name(self) -> &'static str {
        crate::memory::static_text(unsafe { sys::mfa_status_name(self.into()) })
    }

    /// The call completed and the answer is no; else it did not complete, and nothing was decided.
    pub fn is_refusal(self) -> bool {
        i32::from(self) > 0
    }
}

impl Method {
    /// `"totp"`, ...: the name in configuration, JSON and events (`mfa_method_name`).
    pub fn name(self) -> &'static str {
        crate::memory::static_text(unsafe { sys::mfa_method_name(self.into()) })
    }

    /// [`Method::None`] for a name that is none: what a page posts can be given as it is (`mfa_method_from_name`).
    pub fn from_name(name: impl AsRef<[u8]>) -> Method {
        let name = crate::memory::text(name.as_ref());
        unsafe { sys::mfa_method_from_name(name.data, name.len) }.into()
    }
}
