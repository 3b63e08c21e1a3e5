package main

import (
	"embed"
	"encoding/json"
	"html/template"
	"net/http"

	"libmfa/mfa"
)

//go:embed pages static
var files embed.FS

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

type site struct {
	origin   string
	engine   *mfa.Engine // with the origin in its configuration
	users    users
	sessions sessions
	pages    map[string]*template.Template
}

func newSite(origin string, engine *mfa.Engine, all users) http.Handler {
	s := &site{origin: origin, engine: engine, users: all, sessions: sessions{all: map[string]session{}}, pages: map[string]*template.Template{}}
	for _, name := range []string{"login.html", "verify.html", "enroll.html", "home.html", "message.html"} {
		s.pages[name] = template.Must(template.ParseFS(files, "pages/base.html", "pages/"+name))
	}
	mux := http.NewServeMux()
	const get, post = http.MethodGet, http.MethodPost
	handle := func(path string, action func(v *visit), methods ...string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if r.Method != methods[0] && r.Method != methods[len(methods)-1] {
				http.Error(w, "not allowed", http.StatusMethodNotAllowed)
				return
			}
			action(s.visit(w, r))
		})
	}
	handle("/", (*visit).home, get)
	handle("/login", (*visit).login, get, post)
	handle("/logout", (*visit).logout, post)
	handle("/verify", (*visit).verify, get, post)
	handle("/enroll/totp", func(v *visit) { v.enroll(mfa.MethodTOTP) }, get, post)
	handle("/enroll/recovery", func(v *visit) { v.enroll(mfa.MethodRecovery) }, get, post)
	handle("/remove", (*visit).remove, post)
	handle("/passkey/enroll/begin", func(v *visit) { v.passkeyBegin(true) }, post)
	handle("/passkey/enroll/finish", func(v *visit) { v.passkeyFinish(true) }, post)
	handle("/passkey/verify/begin", func(v *visit) { v.passkeyBegin(false) }, post)
	handle("/passkey/verify/finish", func(v *visit) { v.passkeyFinish(false) }, post)
	mux.Handle("/static/", http.FileServer(http.FS(files)))
	return s.guard(mux)
}

// guard lets no other site post, and nobody much.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.Header.Get("Origin") != s.origin {
			http.Error(w, "of another site", http.StatusForbidden)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (v *visit) home() {
	switch {
	case v.r.URL.Path != "/":
		http.NotFound(v.w, v.r)
		return
	case !v.signedIn():
		v.redirect("/login")
		return
	}
	account, err := v.engine.Account(v.r.Context(), v.who(mfa.PurposeManage))
	if err != nil {
		v.refused(err)
		return
	}
	v.show(http.StatusOK, "home.html", page{User: v.session.user, Account: account})
}

func (v *visit) login() {
	if v.r.Method == http.MethodGet {
		v.show(http.StatusOK, "login.html", page{})
		return
	}
	user := v.r.PostFormValue("user")
	if !v.users.check(user, v.r.PostFormValue("password")) {
		v.show(http.StatusForbidden, "login.html", page{Message: "That was not right."})
		return
	}
	v.newSession(session{user: user})
	account, err := v.engine.Account(v.r.Context(), v.who(mfa.PurposeLogin))
	if err != nil {
		v.refused(err)
		return
	}
	switch account.Need {
	case mfa.NeedFactor:
		v.redirect("/verify")
	case mfa.NeedEnroll:
		v.redirect("/enroll/totp")
	default:
		v.finished(v.engine.SessionStart(v.r.Context(), v.who(mfa.PurposeLogin)))
	}
}

// finished signs in, or says why not.
func (v *visit) finished(proof *mfa.Proof, err error) {
	if err != nil {
		v.refused(err)
		return
	}
	v.keep(proof)
	v.redirect("/")
}

func (v *visit) logout() {
	v.sessions.end(v.id)
	v.cookie("session", "")
	v.redirect("/login")
}

// known is whether somebody gave a right password here.
func (v *visit) known() bool {
	if v.session.user == "" {
		v.redirect("/login")
		return false
	}
	return true
}

func (v *visit) verify() {
	if !v.known() {
		return
	}
	status, message := http.StatusOK, ""
	if v.r.Method == http.MethodPost {
		method := mfa.ParseMethod(v.r.PostFormValue("method"))
		if method != mfa.MethodTOTP && method != mfa.MethodRecovery {
			http.Error(v.w, "no such method", http.StatusBadRequest)
			return
		}
		proof, err := v.engine.VerifyCode(v.r.Context(), v.verifying(), method, v.r.PostFormValue("code"))
		if err == nil || needsFactor(err) {
			v.finished(proof, err)
			return
		}
		status, message = explain(err)
	}
	account, err := v.engine.Account(v.r.Context(), v.verifying())
	if err != nil {
		v.refused(err)
		return
	}
	v.show(status, "verify.html", page{Account: account, Message: message})
}

func (v *visit) enroll(method mfa.Method) {
	if !v.known() {
		return
	}
	if v.r.Method == http.MethodPost {
		v.finished(v.engine.EnrollFinish(v.r.Context(), v.managing(), v.r.PostFormValue("ticket"), v.r.PostFormValue("code")))
		return
	}
	offer, err := v.engine.EnrollBegin(v.r.Context(), v.managing(), method, nil)
	if err != nil {
		v.refused(err)
		return
	}
	p := page{Offer: offer}
	if offer.URI != "" {
		svg, err := mfa.QR(offer.URI, mfa.QRSVG)
		if err != nil {
			v.refused(err)
			return
		}
		p.QR = template.HTML(svg) // libmfa's own, with nothing of the user's in it but squares
	}
	v.show(http.StatusOK, "enroll.html", p)
}

func (v *visit) remove() {
	if v.known() {
		v.finished(v.engine.FactorRemove(v.r.Context(), v.who(mfa.PurposeManage), v.r.PostFormValue("factor")))
	}
}

// passkeyBegin and passkeyFinish are for static/passkeys.js: JSON both ways.
func (v *visit) passkeyBegin(enrol bool) {
	if v.session.user == "" {
		v.json(http.StatusForbidden, map[string]any{"message": "Sign in first."})
		return
	}
	begin, request := v.engine.VerifyBegin, v.verifying()
	if enrol {
		begin, request = v.engine.EnrollBegin, v.managing()
	}
	offer, err := begin(v.r.Context(), request, mfa.MethodWebAuthn, nil)
	if err != nil {
		v.refusedJSON(err)
		return
	}
	v.json(http.StatusOK, map[string]any{"ticket": offer.Ticket, "options": offer.Options})
}

func (v *visit) passkeyFinish(enrol bool) {
	var sent struct {
		Ticket     string
		Credential json.RawMessage
	}
	if v.session.user == "" {
		v.json(http.StatusForbidden, map[string]any{"message": "Sign in first."})
		return
	}
	if err := json.NewDecoder(v.r.Body).Decode(&sent); err != nil {
		v.json(http.StatusBadRequest, map[string]any{"message": "That cannot be read."})
		return
	}
	finish, request := v.engine.VerifyFinish, v.verifying()
	if enrol {
		finish, request = v.engine.EnrollFinish, v.managing()
	}
	proof, err := finish(v.r.Context(), request, sent.Ticket, string(sent.Credential))
	if err != nil {
		v.refusedJSON(err)
		return
	}
	v.keep(proof)
	v.json(http.StatusOK, map[string]any{"next": "/"})
}

func (v *visit) refusedJSON(err error) {
	if more := mfa.Partial(err); more != nil {
		v.keep(more)
	}
	if needsFactor(err) {
		v.json(http.StatusOK, map[string]any{"next": "/verify"})
		return
	}
	status, message := explain(err)
	v.json(status, map[string]any{"message": message})
}
