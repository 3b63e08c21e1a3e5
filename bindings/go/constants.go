package mfa

// #include "bridge.h"
import "C"

// Status is mfa_status (mfa/base.h): 0 is the only yes, above it a no, below it the call did not complete.
type Status int32

const (
	StatusOK           Status = C.MFA_OK
	StatusWrong        Status = C.MFA_WRONG
	StatusMalformed    Status = C.MFA_MALFORMED
	StatusAlreadyUsed  Status = C.MFA_ALREADY_USED
	StatusExpired      Status = C.MFA_EXPIRED
	StatusMismatch     Status = C.MFA_MISMATCH
	StatusLockedOut    Status = C.MFA_LOCKED_OUT
	StatusTooSoon      Status = C.MFA_TOO_SOON
	StatusDenied       Status = C.MFA_DENIED
	StatusFactorNeeded Status = C.MFA_FACTOR_NEEDED
	StatusRecheckDue   Status = C.MFA_RECHECK_DUE
	StatusEnrollNeeded Status = C.MFA_ENROLL_NEEDED
	StatusRevoked      Status = C.MFA_REVOKED
	StatusNotFound     Status = C.MFA_NOT_FOUND
	StatusExists       Status = C.MFA_EXISTS
	StatusPending      Status = C.MFA_PENDING
	StatusMoreNeeded   Status = C.MFA_MORE_NEEDED

	StatusErrArgument    Status = C.MFA_ERR_ARGUMENT
	StatusErrUnsupported Status = C.MFA_ERR_UNSUPPORTED
	StatusErrNoMemory    Status = C.MFA_ERR_NO_MEMORY
	StatusErrStore       Status = C.MFA_ERR_STORE
	StatusErrBusy        Status = C.MFA_ERR_BUSY
	StatusErrConfig      Status = C.MFA_ERR_CONFIG
	StatusErrKey         Status = C.MFA_ERR_KEY
	StatusErrDamaged     Status = C.MFA_ERR_DAMAGED
	StatusErrRollback    Status = C.MFA_ERR_ROLLBACK
	StatusErrInternal    Status = C.MFA_ERR_INTERNAL
)

// String gives "MFA_WRONG"; "MFA_UNKNOWN" for what this libmfa does not know (mfa_status_name).
func (s Status) String() string { return C.GoString(C.mfa_status_name(C.mfa_status(s))) }

// Reason is the stable number of the rule that said no.
type Reason int32

// String gives its stable name, "webauthn.registration.7.1.9.origin_not_expected" (mfa_reason_name).
func (r Reason) String() string { return C.GoString(C.mfa_reason_name(C.int32_t(r))) }

// Method is a kind of factor (mfa_method).
type Method int32

const (
	MethodNone     Method = C.MFA_METHOD_NONE
	MethodTOTP     Method = C.MFA_METHOD_TOTP
	MethodHOTP     Method = C.MFA_METHOD_HOTP
	MethodWebAuthn Method = C.MFA_METHOD_WEBAUTHN
	MethodU2F      Method = C.MFA_METHOD_U2F
	MethodEmail    Method = C.MFA_METHOD_EMAIL
	MethodRecovery Method = C.MFA_METHOD_RECOVERY
	MethodDevice   Method = C.MFA_METHOD_DEVICE
)

// String gives the name in configuration, JSON and events: "totp" (mfa_method_name).
func (m Method) String() string { return C.GoString(C.mfa_method_name(C.mfa_method(m))) }

// ParseMethod gives MethodNone for a name that is none: what a page posts can be given as it is (mfa_method_from_name).
func ParseMethod(name string) Method {
	method := MethodNone
	_ = run(func(c *call) C.mfa_status {
		data, n := c.chars(name)
		method = Method(C.mfa_method_from_name(data, n))
		return C.MFA_OK
	})
	return method
}

// Hash is mfa_hash.
type Hash int32

const (
	HashSHA1   Hash = C.MFA_HASH_SHA1
	HashSHA256 Hash = C.MFA_HASH_SHA256
	HashSHA512 Hash = C.MFA_HASH_SHA512
)

// UserVerification is WebAuthn section 5.8.6; 0: what the configuration says (mfa_user_verification).
type UserVerification int32

const (
	UVDiscouraged UserVerification = C.MFA_UV_DISCOURAGED
	UVPreferred   UserVerification = C.MFA_UV_PREFERRED
	UVRequired    UserVerification = C.MFA_UV_REQUIRED
)

// Mediation says whether the browser asks in a dialog or in its autofill (mfa_mediation).
type Mediation int32

const (
	MediationModal       Mediation = C.MFA_MEDIATION_MODAL
	MediationConditional Mediation = C.MFA_MEDIATION_CONDITIONAL
)

// Signal is a set of bits: true, but look (MFA_SIGNAL_*).
type Signal uint32

const (
	SignalCloneSuspected        Signal = C.MFA_SIGNAL_CLONE_SUSPECTED
	SignalBackupEligibleChanged Signal = C.MFA_SIGNAL_BACKUP_ELIGIBLE_CHANGED
	SignalBackupStateChanged    Signal = C.MFA_SIGNAL_BACKUP_STATE_CHANGED
	SignalAttestationStatus     Signal = C.MFA_SIGNAL_ATTESTATION_STATUS
	SignalUnsolicitedExtension  Signal = C.MFA_SIGNAL_UNSOLICITED_EXTENSION
	SignalRecoveryLow           Signal = C.MFA_SIGNAL_RECOVERY_LOW
	SignalRecoveryLast          Signal = C.MFA_SIGNAL_RECOVERY_LAST
	SignalMustEnroll            Signal = C.MFA_SIGNAL_MUST_ENROLL
	SignalMustEnrollRecovery    Signal = C.MFA_SIGNAL_MUST_ENROLL_RECOVERY
	SignalDeviceReused          Signal = C.MFA_SIGNAL_DEVICE_REUSED
	SignalClockWentBack         Signal = C.MFA_SIGNAL_CLOCK_WENT_BACK
	SignalWeakSecret            Signal = C.MFA_SIGNAL_WEAK_SECRET
	SignalPairingContested      Signal = C.MFA_SIGNAL_PAIRING_CONTESTED
)

// Purpose is what a request is for (mfa_purpose).
type Purpose int32

const (
	PurposeLogin   Purpose = C.MFA_PURPOSE_LOGIN   // to sign in; also to enrol the first factor on the way in
	PurposeStepUp  Purpose = C.MFA_PURPOSE_STEP_UP // signed in: verify again
	PurposeManage  Purpose = C.MFA_PURPOSE_MANAGE  // signed in: view and change factors
	PurposeApprove Purpose = C.MFA_PURPOSE_APPROVE // signed in: approve the one action whose hash is in Request.Action
)

// Proven is a set of bits: what you verified yourself for this sign-in (MFA_PROVEN_*).
type Proven uint32

const (
	ProvenPassword  Proven = C.MFA_PROVEN_PASSWORD
	ProvenFederated Proven = C.MFA_PROVEN_FEDERATED
	ProvenOther     Proven = C.MFA_PROVEN_OTHER
)

// RequestFlag is a set of bits (MFA_REQUEST_*).
type RequestFlag uint32

// RequestUsernameless: the user is empty on purpose, and Proven 0: any passkey may name the user.
const RequestUsernameless RequestFlag = C.MFA_REQUEST_USERNAMELESS

// Need is what policy asks of a request (mfa_need).
type Need int32

const (
	NeedNothing    Need = C.MFA_NEED_NOTHING
	NeedFactor     Need = C.MFA_NEED_FACTOR      // verify one of the methods listed
	NeedEnroll     Need = C.MFA_NEED_ENROLL      // enrol one of the methods listed before going on
	NeedEnrollSoon Need = C.MFA_NEED_ENROLL_SOON // may go on, until Account.GraceUntil
)

// AdminAction is mfa_admin_action.
type AdminAction int32

const (
	AdminUnlock        AdminAction = C.MFA_ADMIN_UNLOCK // all methods, or the factor named
	AdminFactorEnable  AdminAction = C.MFA_ADMIN_FACTOR_ENABLE
	AdminFactorDisable AdminAction = C.MFA_ADMIN_FACTOR_DISABLE
	AdminFactorRemove  AdminAction = C.MFA_ADMIN_FACTOR_REMOVE  // also the last one
	AdminReset         AdminAction = C.MFA_ADMIN_RESET          // all factors, devices, codes; ends all sessions
	AdminSignOut       AdminAction = C.MFA_ADMIN_SIGN_OUT       // ends all sessions
	AdminForgetDevices AdminAction = C.MFA_ADMIN_FORGET_DEVICES // call it when the password changes
	AdminErase         AdminAction = C.MFA_ADMIN_ERASE          // the user is gone: removes every trace from the store
)

// Rule says what to do about what is not as it was (mfa_rule).
type Rule int32

const (
	RuleDefault Rule = C.MFA_RULE_DEFAULT
	RuleReject  Rule = C.MFA_RULE_REJECT
	RuleFlag    Rule = C.MFA_RULE_FLAG
	RuleIgnore  Rule = C.MFA_RULE_IGNORE
)

// WebAuthnFlag is a set of bits: what authenticator data said, WebAuthn section 6.1 (MFA_WEBAUTHN_*).
type WebAuthnFlag uint32

const (
	WebAuthnUserPresent    WebAuthnFlag = C.MFA_WEBAUTHN_USER_PRESENT
	WebAuthnUserVerified   WebAuthnFlag = C.MFA_WEBAUTHN_USER_VERIFIED
	WebAuthnBackupEligible WebAuthnFlag = C.MFA_WEBAUTHN_BACKUP_ELIGIBLE
	WebAuthnBackedUp       WebAuthnFlag = C.MFA_WEBAUTHN_BACKED_UP
	WebAuthnTrusted        WebAuthnFlag = C.MFA_WEBAUTHN_TRUSTED // attestation led to an anchor
)

// OTPUnsafe is a set of bits: rules that are let go (MFA_OTP_UNSAFE_*).
type OTPUnsafe uint32

const (
	OTPUnsafeShortSecret OTPUnsafe = C.MFA_OTP_UNSAFE_SHORT_SECRET
	OTPUnsafeWideWindow  OTPUnsafe = C.MFA_OTP_UNSAFE_WIDE_WINDOW
)

// QRForm is mfa_qr_form; QRMatrix gives the third.
type QRForm int32

const (
	QRSVG  QRForm = C.MFA_QR_SVG
	QRANSI QRForm = C.MFA_QR_ANSI
)

// LogTrouble is what a log has wrong (mfa_log_trouble; docs/events.md).
type LogTrouble int32

const (
	LogNotEvent      LogTrouble = C.MFA_LOG_NOT_EVENT
	LogAltered       LogTrouble = C.MFA_LOG_ALTERED
	LogOtherKey      LogTrouble = C.MFA_LOG_OTHER_KEY
	LogRepeated      LogTrouble = C.MFA_LOG_REPEATED
	LogMissing       LogTrouble = C.MFA_LOG_MISSING
	LogBroken        LogTrouble = C.MFA_LOG_BROKEN
	LogAfterEnd      LogTrouble = C.MFA_LOG_AFTER_END
	LogTooManyChains LogTrouble = C.MFA_LOG_TOO_MANY_CHAINS
	LogLost          LogTrouble = C.MFA_LOG_LOST
	LogUnknownKey    LogTrouble = C.MFA_LOG_UNKNOWN_KEY
	LogNoEnd         LogTrouble = C.MFA_LOG_NO_END
)

// Limits (mfa/store.h, mfa/log.h, mfa/u2f.h, mfa/otp.h).
const (
	StoreKeyMax     = C.MFA_STORE_KEY_MAX    // bytes of a key
	StoreRecordMax  = C.MFA_STORE_RECORD_MAX // bytes of a record
	LogLineMax      = C.MFA_LOG_LINE_MAX     // bytes; a longer line is no event
	LogWindow       = C.MFA_LOG_WINDOW       // events of a chain that may wait for one before them
	LogWaiting      = C.MFA_LOG_WAITING      // that may wait in all chains together
	LogChains       = C.MFA_LOG_CHAINS       // engines that wrote into the log
	U2FPublicKey    = C.MFA_U2F_PUBLIC_KEY   // bytes of a public key, 04 x y
	U2FKeyHandleMax = C.MFA_U2F_KEY_HANDLE_MAX
	OTPSecretMin    = C.MFA_OTP_SECRET_MIN // bytes
	OTPSecretMax    = C.MFA_OTP_SECRET_MAX
)
