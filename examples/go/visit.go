package main

import (
	"encoding/json"
	"errors"
	"html/template"
	"log"
	"net"
	"net/http"
	"strings"

	"libmfa/mfa"
)

// visit is one request of a browser.
type visit struct {
	*site
	w       http.ResponseWriter
	r       *http.Request
	id      string // of the session; empty: none
	browser string
	session session
}

func (s *site) visit(w http.ResponseWriter, r *http.Request) *visit {
	v := &visit{site: s, w: w, r: r}
	if cookie, err := r.Cookie("session"); err == nil {
		v.id, v.session = cookie.Value, s.sessions.get(cookie.Value)
	}
	if cookie, err := r.Cookie("browser"); err == nil {
		v.browser = cookie.Value
	} else {
		v.browser = randomText()
		v.cookie("browser", v.browser)
	}
	return v
}

func (v *visit) cookie(name, value string) {
	http.SetCookie(v.w, &http.Cookie{Name: name, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: strings.HasPrefix(v.origin, "https:")})
}

func (v *visit) newSession(kept session) {
	v.session = kept
	v.id = v.sessions.replace(v.id, kept)
	v.cookie("session", v.id)
}

// keep signs in whom the proof names.
func (v *visit) keep(proof *mfa.Proof) { v.newSession(session{proof.User, proof.Statement}) }

// who is what this server knows of the request, nothing of it taken from the body.
func (v *visit) who(purpose mfa.Purpose) mfa.Request {
	peer, _, _ := net.SplitHostPort(v.r.RemoteAddr)
	request := mfa.Request{Purpose: purpose, User: v.session.user, Browser: v.browser, Statement: v.session.statement, Source: peer,
		UserAgent: v.r.UserAgent()}
	if purpose == mfa.PurposeLogin {
		request.Proven = mfa.ProvenPassword
	}
	return request
}

func (v *visit) signedIn() bool {
	return v.session.statement != "" && v.engine.SessionCheck(v.r.Context(), v.who(mfa.PurposeStepUp), nil) == nil
}

func (v *visit) either(signedIn mfa.Purpose) mfa.Request {
	if v.signedIn() {
		return v.who(signedIn)
	}
	return v.who(mfa.PurposeLogin)
}

func (v *visit) verifying() mfa.Request { return v.either(mfa.PurposeStepUp) }
func (v *visit) managing() mfa.Request  { return v.either(mfa.PurposeManage) }

func (v *visit) redirect(path string) { http.Redirect(v.w, v.r, path, http.StatusSeeOther) }

// page is what the templates are given.
type page struct {
	User, Message string
	Account       *mfa.Account
	Offer         *mfa.Offer
	QR            template.HTML
}

func (v *visit) show(status int, name string, p page) {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	if err := v.pages[name].ExecuteTemplate(v.w, "base.html", p); err != nil {
		log.Print(name, ": ", err)
	}
}

func (v *visit) json(status int, value map[string]any) {
	v.w.Header().Set("Content-Type", "application/json")
	v.w.WriteHeader(status)
	if err := json.NewEncoder(v.w).Encode(value); err != nil {
		log.Print(err)
	}
}

// explain says what the user may be told, and with which status.
func explain(err error) (int, string) {
	var no *mfa.Error
	switch {
	case errors.Is(err, mfa.ErrLockedOut) && errors.As(err, &no) && !no.RetryAt.IsZero():
		return http.StatusForbidden, "Too many attempts. Try again at " + no.RetryAt.Format("15:04") + " UTC."
	case errors.Is(err, mfa.ErrLockedOut):
		return http.StatusForbidden, "Ask an administrator."
	case errors.Is(err, mfa.ErrAlreadyUsed):
		return http.StatusForbidden, "That was used before. Wait for the next one."
	case errors.Is(err, mfa.ErrRefused):
		return http.StatusForbidden, "That was not right."
	}
	log.Print(err)
	return http.StatusServiceUnavailable, "Not now. Try again later."
}

// needsFactor: verify first, then come again.
func needsFactor(err error) bool {
	return errors.Is(err, mfa.ErrFactorNeeded) || errors.Is(err, mfa.ErrMoreNeeded)
}

// refused answers whatever is no yes. With ErrMoreNeeded the statement is kept for the next step: it signs nobody in.
func (v *visit) refused(err error) {
	if more := mfa.Partial(err); more != nil {
		v.keep(more)
	}
	if needsFactor(err) {
		v.redirect("/verify")
		return
	}
	status, message := explain(err)
	v.show(status, "message.html", page{Message: message})
}
