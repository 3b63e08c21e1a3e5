package mfatest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"libmfa/mfa"
)

const root = "../../.."

func read(t *testing.T, path string) string {
	text, err := os.ReadFile(filepath.Join(root, path))
	ok(t, err)
	return string(text)
}

func all(text, pattern string) map[string]bool {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return found
}

// source is the package's text, Go and C, without comments.
func source(t *testing.T) (text string, files []*ast.File) {
	paths, err := filepath.Glob(filepath.Join(root, "bindings/go/*.go"))
	ok(t, err)
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		ok(t, err)
		files = append(files, file)
		code := must(os.ReadFile(path))
		text += regexp.MustCompile(`(?m)//.*$`).ReplaceAllString(string(code), "")
	}
	return text + regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(read(t, "bindings/go/bridge.c"), ""), files
}

func TestEachFunctionOfTheMapIsBoundAndExplained(t *testing.T) {
	code, files := source(t)
	explained := ""
	for _, file := range files {
		for _, group := range file.Comments {
			explained += group.Text()
		}
	}
	called := all(code, `\b(?:C\.)?(mfa_\w+)\(`)
	// What a result or a handle does by itself needs no sentence.
	plain := regexp.MustCompile(`^mfa_((offer|proof|account)_|log_(finding|number)|buffer_|\w+_free$|store_close$)`)
	plainHandles := map[string]bool{"mfa_webauthn_response_id": true, "mfa_webauthn_response_user_handle": true}
	functions := all(read(t, "src/capi/mfa.map"), `(?m)^\s+(mfa_\w+);`)
	if len(functions) < 100 {
		t.Fatal(len(functions))
	}
	for name := range functions {
		if !called[name] {
			t.Error(name, "is not called")
		}
		if !plain.MatchString(name) && !plainHandles[name] && !strings.Contains(explained, "("+name+")") &&
			!strings.Contains(explained, "("+name+" with") {
			t.Error(name, "is not named where it is explained")
		}
	}
	types := all(headers(t), `typedef [^;()]*?\b(mfa_\w+);`)
	for name := range called {
		if !functions[name] && !types[name] && !strings.HasPrefix(name, "mfa_go_") {
			t.Error(name, "is not in mfa.map")
		}
	}
}

func headers(t *testing.T) (text string) {
	paths, err := filepath.Glob(filepath.Join(root, "include/mfa/*.h"))
	ok(t, err)
	for _, path := range paths {
		text += string(must(os.ReadFile(path)))
	}
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(text, "")
}

func TestEachNumberHasItsName(t *testing.T) {
	code, _ := source(t)
	used := all(code, `\bC\.(MFA_\w+)`)
	numbers := all(headers(t), `\b(MFA_[A-Z0-9_]+)\b`)
	// What C alone needs.
	notNumbers := regexp.MustCompile(`^MFA_(API|MUST_CHECK|\w+_INIT|\w+_H)$`)
	for name := range numbers {
		if !used[name] && !notNumbers.MatchString(name) {
			t.Error(name)
		}
	}
}

// Each member of a struct of C has a place in the struct of Go, under its name without underscores.
func TestEachMemberHasItsField(t *testing.T) {
	structs := map[string]any{"mfa_request": mfa.Request{}, "mfa_begin_options": mfa.BeginOptions{}, "mfa_session_need": mfa.SessionNeed{},
		"mfa_totp_params": mfa.TOTPParams{}, "mfa_hotp_params": mfa.HOTPParams{}, "mfa_otpauth": mfa.OTPAuth{},
		"mfa_webauthn_expect": mfa.WebAuthnExpect{}, "mfa_webauthn_user": mfa.WebAuthnUser{}, "mfa_webauthn_columns": mfa.WebAuthnColumns{},
		"mfa_webauthn_result": mfa.WebAuthnResult{}, "mfa_u2f_expect": mfa.U2FExpect{}, "mfa_trust_input": mfa.TrustInput{},
		"mfa_method_info": mfa.MethodInfo{}, "mfa_factor": mfa.Factor{}, "mfa_log_finding": mfa.Finding{}, "mfa_error": mfa.Error{},
		"mfa_engine_config": mfa.Config{}, "mfa_key": mfa.Key{}}
	own := map[string]string{"max_age_s": "maxage", "added_s": "added", "last_used_s": "lastused", "expires_s": "expires",
		"locked_until_s": "lockeduntil", "retry_at_s": "retryat", "clock_skew_s": "clockskew", "period_s": "period", "t0_s": "t0",
		"now_s": "now", "is_note": "note"}
	apart := map[string]bool{"mfa_text": true, "mfa_buffer": true, "mfa_store": true}
	text := headers(t)
	for _, match := range regexp.MustCompile(`(?s)typedef struct (\w+) \{(.*?)\n?\} \w+;`).FindAllStringSubmatch(text, -1) {
		name, body := match[1], match[2]
		value := structs[name]
		if value == nil {
			if !apart[name] {
				t.Error(name, "has no struct")
			}
			continue
		}
		fields := map[string]bool{}
		for i := 0; i < reflect.TypeOf(value).NumField(); i++ {
			fields[strings.ToLower(reflect.TypeOf(value).Field(i).Name)] = true
		}
		members := all(body, `(?m)\(?\*?\b(\w+)(?:\[\w+\])?(?:\)\(.*\))?;`)
		if len(members) < 2 {
			t.Fatal(name, members)
		}
		for member := range members {
			wanted := own[member]
			if wanted == "" {
				wanted = strings.ReplaceAll(member, "_", "")
			}
			counts := strings.HasSuffix(member, "_count") || member == "bytes_len"
			if !fields[wanted] && !counts && member != "struct_size" && member != "reserved" && member != "ctx" {
				t.Error(name, member)
			}
		}
	}
}

func TestEverythingPublicIsExplained(t *testing.T) {
	_, files := source(t)
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Doc == nil && !strings.HasPrefix(d.Name.Name, "mfaGo") && d.Name.Name != "Error" {
					t.Error(d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if kind, ok := spec.(*ast.TypeSpec); ok && kind.Name.IsExported() && d.Doc == nil && kind.Doc == nil {
						t.Error(kind.Name.Name)
					}
				}
			}
		}
	}
}

func TestTheVersionIsThatOfLibmfa(t *testing.T) {
	version := regexp.MustCompile(`version: '([\d.]+)'`).FindStringSubmatch(read(t, "meson.build"))[1]
	equal(t, mfa.Version(), version)
}

// A status of a newer libmfa is no yes, and each of today's has one error of its own.
func TestEachStatusHasItsError(t *testing.T) {
	errs := []error{mfa.ErrWrong, mfa.ErrMalformed, mfa.ErrAlreadyUsed, mfa.ErrExpired, mfa.ErrMismatch, mfa.ErrLockedOut, mfa.ErrTooSoon,
		mfa.ErrDenied, mfa.ErrRecheckDue, mfa.ErrEnrollNeeded, mfa.ErrRevoked, mfa.ErrNotFound, mfa.ErrExists, mfa.ErrPending,
		mfa.ErrMoreNeeded, mfa.ErrArgument, mfa.ErrUnsupported, mfa.ErrNoMemory, mfa.ErrStore, mfa.ErrBusy, mfa.ErrConfig, mfa.ErrKey,
		mfa.ErrDamaged, mfa.ErrRollback, mfa.ErrInternal}
	matched := 0
	for status := mfa.Status(-12); status < 20; status++ {
		e := error(&mfa.Error{Status: status})
		equal(t, reflect.ValueOf(e).Interface().(*mfa.Error).Is(mfa.ErrRefused), status > 0)
		equal(t, e.(*mfa.Error).Is(mfa.ErrFailed), status < 0)
		for _, one := range errs {
			if e.(*mfa.Error).Is(one) {
				matched++
			}
		}
		equal(t, e.(*mfa.Error).Is(mfa.ErrFactorNeeded), status == mfa.StatusFactorNeeded || status == mfa.StatusRecheckDue)
	}
	equal(t, matched, len(errs))
}

func TestFilesThatOneCanRead(t *testing.T) {
	for _, folder := range []string{"bindings/go/*", "tests/bindings/go/*.go", "tests/bindings/go/*/*.go", "examples/go/*.go"} {
		paths, err := filepath.Glob(filepath.Join(root, folder))
		ok(t, err)
		for _, path := range paths {
			if lines := strings.Count(string(must(os.ReadFile(path))), "\n"); lines > 400 {
				t.Error(path, lines)
			}
		}
	}
}
