package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"libmfa/mfa"
)

var (
	purposes = map[string]mfa.Purpose{"login": mfa.PurposeLogin, "step_up": mfa.PurposeStepUp, "manage": mfa.PurposeManage,
		"approve": mfa.PurposeApprove}
	mediations    = map[string]mfa.Mediation{"modal": mfa.MediationModal, "conditional": mfa.MediationConditional}
	verifications = map[string]mfa.UserVerification{"discouraged": mfa.UVDiscouraged, "preferred": mfa.UVPreferred,
		"required": mfa.UVRequired}
	actions = map[string]mfa.AdminAction{"unlock": mfa.AdminUnlock, "factor_enable": mfa.AdminFactorEnable,
		"factor_disable": mfa.AdminFactorDisable, "factor_remove": mfa.AdminFactorRemove, "reset": mfa.AdminReset,
		"sign_out": mfa.AdminSignOut, "forget_devices": mfa.AdminForgetDevices, "erase": mfa.AdminErase}
	needs = map[mfa.Need]string{mfa.NeedNothing: "nothing", mfa.NeedFactor: "factor", mfa.NeedEnroll: "enroll",
		mfa.NeedEnrollSoon: "enroll_soon"}
	signals = []string{"clone_suspected", "backup_eligible_changed", "backup_state_changed", "attestation_status",
		"unsolicited_extension", "recovery_low", "recovery_last", "must_enroll", "must_enroll_recovery", "device_reused",
		"clock_went_back", "weak_secret", "pairing_contested"} // lowest bit first
)

func signalNames(bits mfa.Signal) string {
	var names []string
	for i, name := range signals {
		if bits&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// seconds is what C says: 0 for no time, and its largest for Forever.
func seconds(t time.Time) string {
	switch {
	case t.IsZero():
		return "0"
	case t.Equal(mfa.Forever):
		return "18446744073709551615"
	}
	return strconv.FormatInt(t.Unix(), 10)
}

func yes(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func offerItems(o *mfa.Offer) map[string]string {
	items := map[string]string{"ticket": o.Ticket, "options": string(o.Options), "uri": o.URI, "secret": o.Secret, "code": o.Code,
		"address_masked": o.AddressMasked, "recovery_codes": strings.Join(o.RecoveryCodes, "\n"), "expires_at_s": seconds(o.ExpiresAt),
		"json": string(o.JSON)}
	if o.Mail != nil {
		items["mail_to"], items["mail_subject"], items["mail_text"], items["mail_html"] = o.Mail.To, o.Mail.Subject, o.Mail.Text, o.Mail.HTML
	}
	return items
}

func proofItems(p *mfa.Proof) map[string]string {
	return map[string]string{"user": p.User, "factor": p.Factor, "statement": p.Statement, "set_cookie": p.SetCookie,
		"amr": strings.Join(p.AMR, ","), "credentials": string(p.Credentials), "method": p.Method.String(), "aal": strconv.Itoa(p.AAL),
		"signals": signalNames(p.Signals), "serial": fmt.Sprint(p.Serial), "recovery_remaining": fmt.Sprint(p.RecoveryRemaining),
		"json": string(p.JSON)}
}

func accountItems(a *mfa.Account) map[string]string {
	items := map[string]string{"need": needs[a.Need], "grace_until_s": seconds(a.GraceUntil),
		"recovery_remaining": fmt.Sprint(a.RecoveryRemaining), "must_enroll_recovery": yes(a.MustEnrollRecovery),
		"aal_needed": strconv.Itoa(a.AALNeeded), "factors": strconv.Itoa(len(a.Factors)), "json": string(a.JSON)}
	var all, verify, enroll []string
	for _, row := range a.Methods {
		name := row.Method.String()
		all = append(all, name)
		if row.CanVerify {
			verify = append(verify, name)
		}
		if row.CanEnroll {
			enroll = append(enroll, name)
		}
		at := "method." + name + "."
		items[at+"factors"], items[at+"aal"] = strconv.Itoa(row.Factors), strconv.Itoa(row.AAL)
		items[at+"locked_until_s"], items[at+"label"] = seconds(row.LockedUntil), row.Label
	}
	items["methods"], items["can_verify"], items["can_enroll"] = strings.Join(all, ","), strings.Join(verify, ","), strings.Join(enroll, ",")
	for n, row := range a.Factors {
		for name, text := range map[string]string{"id": row.ID, "method": row.Method.String(), "label": row.Label, "device": row.Device,
			"address": row.Address, "enabled": yes(row.Enabled), "can_disable": yes(row.CanDisable), "can_remove": yes(row.CanRemove),
			"enterprise": yes(row.Enterprise), "added_s": seconds(row.Added), "last_used_s": seconds(row.LastUsed),
			"expires_s": seconds(row.Expires), "locked_until_s": seconds(row.LockedUntil)} {
			items[fmt.Sprintf("factor.%d.%s", n, name)] = text
		}
	}
	return items
}
