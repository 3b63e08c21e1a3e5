package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"libmfa/mfa"
)

// splitMix64 is the tests' generator: a function of its seed, and no secret to anybody.
type splitMix64 struct {
	state uint64
	asked bool
}

func (s *splitMix64) Read(p []byte) (int, error) {
	s.asked = true
	for i := 0; i < len(p); i += 8 {
		s.state += 0x9e3779b97f4a7c15
		z := s.state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		var number [8]byte
		binary.LittleEndian.PutUint64(number[:], z^z>>31)
		copy(p[i:], number[:])
	}
	return len(p), nil
}

// world is an engine with its store, clock and randomness.
type world struct {
	engine       *mfa.Engine
	store        mfa.Store
	keys, config string
	now          int64
	clockAsked   bool
	random       splitMix64
	heard        []string
}

func newWorld(s *scenario, store mfa.Store) (*world, error) {
	w := &world{store: store, keys: s.keys, config: s.config, now: s.start, random: splitMix64{state: s.seed}}
	return w, w.make()
}

func (w *world) make() (err error) {
	var ring []mfa.Key
	for _, id := range list(w.keys) {
		number := must(strconv.ParseUint(id, 10, 8))
		ring = append(ring, mfa.Key{ID: uint32(number), Bytes: bytes.Repeat([]byte{byte(number)}, 32)})
	}
	w.engine, err = mfa.NewEngine(mfa.Config{JSON: w.config, Keys: ring, Store: w.store, Pepper: bytes.Repeat([]byte{0x50}, 32),
		DecoyKey: bytes.Repeat([]byte{0xd0}, 32), Random: &w.random,
		Now: func() time.Time {
			w.clockAsked = true
			return time.Unix(w.now, 0)
		},
		Event: func(line string) { w.heard = append(w.heard, line) }})
	return err
}

func (w *world) close() { w.engine.Close() }

// do gives the items of a step; a no is a result. An error is a step that cannot be done.
func (w *world) do(do string, a map[string]string) (map[string]string, error) {
	items, err := w.call(do, a)
	var no *mfa.Error
	if err == nil || !errors.As(err, &no) {
		return items, err
	}
	items = map[string]string{}
	if no.Proof != nil {
		items = proofItems(no.Proof)
	}
	items["status"], items["reason"] = no.Status.String(), no.Reason.String()
	items["attempts_left"], items["retry_at_s"] = strconv.Itoa(no.AttemptsLeft), seconds(no.RetryAt)
	items["clock_skew_s"], items["signals"] = strconv.Itoa(int(no.ClockSkew/time.Second)), signalNames(no.Signals)
	if no.Proof != nil {
		items["signals"] = signalNames(no.Proof.Signals)
	}
	return items, nil
}

func text(value []byte, err error) (map[string]string, error) {
	return map[string]string{"text": string(value)}, err
}

func nothing(err error) (map[string]string, error) { return map[string]string{}, err }

func proof(p *mfa.Proof, err error) (map[string]string, error) {
	if err != nil {
		return nil, err
	}
	return proofItems(p), nil
}

func offer(o *mfa.Offer, err error) (map[string]string, error) {
	if err != nil {
		return nil, err
	}
	return offerItems(o), nil
}

func (w *world) call(do string, a map[string]string) (map[string]string, error) {
	ctx, e, r, method := context.Background(), w.engine, request(a), mfa.ParseMethod(a["method"])
	switch do {
	case "account_view":
		account, err := e.Account(ctx, r)
		if err != nil {
			return nil, err
		}
		return accountItems(account), nil
	case "enroll_begin":
		return offer(e.EnrollBegin(ctx, r, method, options(a)))
	case "verify_begin":
		return offer(e.VerifyBegin(ctx, r, method, options(a)))
	case "enroll_finish":
		return proof(e.EnrollFinish(ctx, r, a["ticket"], a["response"]))
	case "verify_finish":
		return proof(e.VerifyFinish(ctx, r, a["ticket"], a["response"]))
	case "verify_code":
		return proof(e.VerifyCode(ctx, r, method, a["code"]))
	case "session_start":
		return proof(e.SessionStart(ctx, r))
	case "session_check":
		return nothing(e.SessionCheck(ctx, r, need(a)))
	case "session_check_offline":
		return nothing(e.SessionCheckOffline(ctx, r, need(a)))
	case "session_json":
		session, err := e.Session(ctx, r)
		if err != nil {
			return nil, err
		}
		return text(session.JSON, nil)
	case "policy_explain":
		return text(e.PolicyExplain(ctx, r, need(a)))
	case "device_remember":
		return proof(e.DeviceRemember(ctx, r, a["label"]))
	case "device_claim":
		return offer(e.DeviceClaim(ctx, r, a["code"]))
	case "device_claimed":
		return text(e.DeviceClaimed(ctx, r, a["ticket"]))
	case "device_collect":
		return proof(e.DeviceCollect(ctx, r, a["ticket"]))
	case "remembered_issue":
		cookie, err := e.RememberedIssue(ctx, r)
		return text([]byte(cookie), err)
	case "remembered_user":
		user, err := e.RememberedUser(ctx, r, a["cookies"])
		return text([]byte(user), err)
	case "factor_rename":
		return nothing(e.FactorRename(ctx, r, a["factor"], a["label"]))
	case "factor_set_enabled":
		return proof(e.FactorSetEnabled(ctx, r, a["factor"], a["enabled"] == "1"))
	case "factor_remove":
		return proof(e.FactorRemove(ctx, r, a["factor"]))
	case "admin":
		return nothing(e.Admin(ctx, actions[a["action"]], a["user"], a["factor"], a["actor"]))
	case "admin_import":
		id, signals, err := e.AdminImport(ctx, a["user"], a["json"], a["actor"])
		return map[string]string{"text": id, "signals": signalNames(signals)}, err
	case "admin_users":
		users, err := e.AdminUsers(ctx, a["after"], number(a["limit"]))
		return map[string]string{"users": strings.Join(users, ",")}, err
	case "engine_config_json":
		return text(e.ConfigJSON())
	}
	return w.own(do, a)
}

// own are the steps that do not call the engine.
func (w *world) own(do string, a map[string]string) (map[string]string, error) {
	hash := map[string]mfa.Hash{"": mfa.HashSHA1, "sha1": mfa.HashSHA1, "sha256": mfa.HashSHA256, "sha512": mfa.HashSHA512}[a["hash"]]
	switch do {
	case "advance":
		w.now += int64(number(a["s"]))
		return map[string]string{}, nil
	case "restart":
		if keys, given := a["keys"]; given {
			w.keys = keys
		}
		if config, given := a["config"]; given {
			w.config = config
		}
		w.engine.Close()
		return nothing(w.make())
	case "totp_code", "hotp_code":
		secret, err := mfa.Base32Decode(a["secret"])
		if err != nil {
			return nil, fmt.Errorf("%s: %v", do, err)
		}
		digits := mfa.DefaultTOTP().Digits
		if given := a["digits"]; given != "" {
			digits = uint32(number(given))
		}
		var code string
		if do == "hotp_code" {
			code, err = mfa.HOTPCode(&mfa.HOTPParams{Hash: hash, Digits: digits}, secret, uint64(number(a["counter"])))
		} else {
			params := mfa.DefaultTOTP()
			params.Hash, params.Digits = hash, digits
			if period := a["period_s"]; period != "" {
				params.Period = uint32(number(period))
			}
			code, err = mfa.TOTPCode(&params, secret, time.Unix(w.now+int64(number(a["offset_s"])), 0))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %v", do, err)
		}
		return map[string]string{"code": code}, nil
	case "events":
		count, begin := 0, `{"event":"`+a["event"]+`"`
		for _, line := range w.heard {
			if strings.HasPrefix(line, begin) {
				count++
			}
		}
		return map[string]string{"count": strconv.Itoa(count)}, nil
	}
	return nil, fmt.Errorf("no such step: %s", do)
}

// number is 0 for an empty text.
func number(text string) int {
	if text == "" {
		return 0
	}
	return must(strconv.Atoi(text))
}

func request(a map[string]string) mfa.Request {
	in := func(name string) string { return a["request."+name] }
	r := mfa.Request{User: in("user"), Browser: in("browser"), Session: in("session"), Statement: in("statement"), Source: in("source"),
		UserAgent: in("user_agent"), Locale: in("locale"), Cookies: in("cookies"), Action: must(hex.DecodeString(in("action"))),
		MinSerial: uint64(number(in("min_serial"))), Purpose: purposes[in("purpose")]}
	for _, name := range list(in("proven")) {
		r.Proven |= map[string]mfa.Proven{"password": mfa.ProvenPassword, "federated": mfa.ProvenFederated, "other": mfa.ProvenOther}[name]
	}
	for _, name := range list(in("flags")) {
		r.Flags |= map[string]mfa.RequestFlag{"usernameless": mfa.RequestUsernameless}[name]
	}
	r.Roles = list(in("roles"))
	return r
}

func options(a map[string]string) *mfa.BeginOptions {
	in := func(name string) string { return a["options."+name] }
	o := mfa.BeginOptions{Factor: in("factor"), AccountName: in("account_name"), DisplayName: in("display_name"), Label: in("label"),
		Address: in("address"), ExtraJSON: in("extra_json"), Mediation: mediations[in("mediation")],
		UserVerification: verifications[in("user_verification")]}
	if o == (mfa.BeginOptions{}) {
		return nil
	}
	return &o
}

func need(a map[string]string) *mfa.SessionNeed {
	n := mfa.SessionNeed{AAL: int32(number(a["need.aal"])), MaxAge: time.Duration(number(a["need.max_age_s"])) * time.Second,
		Method: mfa.ParseMethod(a["need.method"])}
	if n == (mfa.SessionNeed{}) {
		return nil
	}
	return &n
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}
