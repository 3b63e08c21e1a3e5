// Package site tries examples/go over HTTP: a user with an app, a passkey and recovery codes, and those who try without.
package site

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"libmfa/mfa"
	"libmfa/mfatest/softkey"
)

var origin string

func TestMain(m *testing.M) { os.Exit(serve(m)) }

// serve builds the example, and runs it on a port that is free while the tests run.
func serve(m *testing.M) int {
	folder := must(os.MkdirTemp("", "mfa-example"))
	defer os.RemoveAll(folder)
	program := filepath.Join(folder, "example")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir, build.Stderr = "../../../../examples/go", os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	server := exec.Command(program, "-port", "0", "-store", "sqlite:"+filepath.Join(folder, "mfa.db"))
	told := must(server.StdoutPipe())
	if err := server.Start(); err != nil {
		panic(err)
	}
	defer func() {
		server.Process.Kill()
		server.Wait()
	}()
	line := must(bufio.NewReader(told).ReadString('\n'))
	origin = regexp.MustCompile(`^http://localhost:\d+`).FindString(line)
	return m.Run()
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

type browser struct {
	t      *testing.T
	client http.Client
	origin string
	path   string // where it led
	page   string
	header http.Header
}

func newBrowser(t *testing.T) *browser {
	return &browser{t: t, client: http.Client{Jar: must(cookiejar.New(nil)), Timeout: 20 * time.Second}, origin: origin}
}

func (b *browser) do(method, path, kind, body string) int {
	request := must(http.NewRequest(method, origin+path, strings.NewReader(body)))
	if body != "" || method == "POST" {
		request.Header.Set("Content-Type", kind)
		request.Header.Set("Origin", b.origin)
	}
	answer := must(b.client.Do(request))
	defer answer.Body.Close()
	b.page, b.path, b.header = string(must(io.ReadAll(answer.Body))), answer.Request.URL.Path, answer.Header
	return answer.StatusCode
}

func (b *browser) get(path string) int { return b.do("GET", path, "", "") }

func (b *browser) post(path string, pairs ...string) int {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.do("POST", path, "application/x-www-form-urlencoded", form.Encode())
}

func (b *browser) password(password string) int {
	return b.post("/login", "user", "alice", "password", password)
}

func (b *browser) found(pattern string) string {
	b.t.Helper()
	match := regexp.MustCompile(pattern).FindStringSubmatch(b.page)
	if match == nil {
		b.t.Fatal(pattern, b.page)
	}
	return match[1]
}

func (b *browser) passkey(action string, answer func(options []byte) string) int {
	if status := b.do("POST", "/passkey/"+action+"/begin", "application/json", "{}"); status != 200 {
		return status
	}
	var begun struct {
		Ticket  string
		Options json.RawMessage
	}
	if err := json.Unmarshal([]byte(b.page), &begun); err != nil {
		b.t.Fatal(b.page)
	}
	if begun.Options == nil {
		return 200 // the page says what is to be done first
	}
	sent := must(json.Marshal(map[string]any{"ticket": begun.Ticket, "credential": json.RawMessage(answer(begun.Options))}))
	return b.do("POST", "/passkey/"+action+"/finish", "application/json", string(sent))
}

func (b *browser) expect(got, status int, path string) {
	b.t.Helper()
	if got != status || b.path != path {
		b.t.Fatal(got, b.path, b.page)
	}
}

func code(secret string, steps int) string {
	return must(mfa.TOTPCode(nil, must(mfa.Base32Decode(secret)), time.Now().Add(time.Duration(steps)*30*time.Second)))
}

func TestAUser(t *testing.T) {
	b := newBrowser(t)
	b.expect(b.get("/"), 200, "/login")
	b.expect(b.password("wrong"), 403, "/login")
	b.expect(b.password("correct horse"), 200, "/")
	if !strings.Contains(b.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Fatal(b.header)
	}

	b.expect(b.get("/enroll/totp"), 200, "/enroll/totp")
	b.found("(<svg)")
	secret, ticket := b.found(`id="secret">(\w+)`), b.found(`name="ticket" value="([^"]+)`)
	b.expect(b.post("/enroll/totp", "ticket", ticket, "code", "000000"), 403, "/enroll/totp")
	b.expect(b.post("/enroll/totp", "ticket", ticket, "code", code(secret, 0)), 200, "/")
	b.found("(Authenticator app)")
	b.expect(b.get("/enroll/recovery"), 200, "/enroll/recovery")
	codes := regexp.MustCompile(`<li>([\w-]{19})</li>`).FindAllStringSubmatch(b.page, -1)
	b.expect(b.post("/enroll/recovery", "ticket", b.found(`name="ticket" value="([^"]+)`), "code", codes[0][1]), 200, "/")
	b.found(`(\(10 left\))`)
	key := softkey.NewPasskey(origin)
	b.expect(b.passkey("enroll", key.Create), 200, "/passkey/enroll/finish")
	b.found(`("next":"/")`)
	b.expect(b.post("/logout"), 200, "/login")
	b.expect(b.get("/"), 200, "/login")

	for _, signIn := range []func(b *browser) int{
		func(b *browser) int { return b.post("/verify", "method", "totp", "code", code(secret, 1)) },
		func(b *browser) int { return b.post("/verify", "method", "recovery", "code", codes[1][1]) },
		func(b *browser) int {
			if status := b.passkey("verify", key.Get); status != 200 {
				return status
			}
			return b.get("/")
		},
	} {
		b = newBrowser(t)
		b.expect(b.password("correct horse"), 200, "/verify")
		b.expect(b.get("/"), 200, "/login") // the password alone shows nothing
		b.expect(signIn(b), 200, "/")
		b.found("(Hello, alice)")
	}
	other := newBrowser(t)
	other.expect(other.password("correct horse"), 200, "/verify")
	other.expect(other.post("/verify", "method", "totp", "code", code(secret, 1)), 403, "/verify")
	other.found("(Wait for the next one)")
	other.expect(other.passkey("enroll", softkey.NewPasskey(origin).Create), 200, "/passkey/enroll/begin")
	other.found(`("next":"/verify")`) // who has factors must show one, to have another

	factor := b.found(`name="factor" value="([^"]+)`)
	b.expect(b.post("/remove", "factor", factor), 200, "/")
	if strings.Contains(b.page, factor) {
		t.Fatal(b.page)
	}
}

func TestStrangers(t *testing.T) {
	b := newBrowser(t)
	for _, path := range []string{"/", "/verify", "/enroll/totp", "/enroll/recovery"} {
		b.expect(b.get(path), 200, "/login")
	}
	for _, path := range []string{"/passkey/verify/begin", "/passkey/enroll/begin", "/passkey/enroll/finish"} {
		b.expect(b.do("POST", path, "application/json", "{}"), 403, path)
	}
	b.expect(b.do("POST", "/passkey/other/begin", "application/json", "{}"), 405, "/passkey/other/begin")
	b.expect(b.post("/remove", "factor", "x"), 200, "/login")
	b.expect(b.get("/nowhere"), 404, "/nowhere")
	b.expect(b.get("/logout"), 405, "/logout")
}

func TestOtherOrigins(t *testing.T) {
	b := newBrowser(t)
	for _, b.origin = range []string{"https://evil.example", "", "null"} {
		b.expect(b.password("correct horse"), 403, "/login")
		b.expect(b.post("/logout"), 403, "/logout")
	}
}

func TestWhatNoPageSends(t *testing.T) {
	b := newBrowser(t)
	b.password("correct horse")
	for _, method := range []string{"device", "webauthn", "", "nonsense\x00"} {
		b.expect(b.post("/verify", "method", method, "code", "1"), 400, "/verify")
	}
	for _, sent := range []string{"", "[]", `"x"`, "{", `{"ticket": 7}`, strings.Repeat("[", 1<<17)} {
		b.expect(b.do("POST", "/passkey/verify/finish", "application/json", sent), 400, "/passkey/verify/finish")
	}
	for _, sent := range []string{"{}", "null", `{"ticket": "t", "credential": 7}`, `{"ticket": "\u0000", "credential": {"id": [1]}}`} {
		b.expect(b.do("POST", "/passkey/verify/finish", "application/json", sent), 403, "/passkey/verify/finish")
	}
	b.do("POST", "/verify", "application/x-www-form-urlencoded", "method=totp&code="+strings.Repeat("1", 1<<20))
	b.expect(b.get("/login"), 200, "/login")
}
