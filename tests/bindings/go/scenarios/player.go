package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// authenticator is the program of MFA_AUTHENTICATOR, for many scenarios.
type authenticator struct {
	program *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func startAuthenticator() *authenticator {
	program := exec.Command(os.Getenv("MFA_AUTHENTICATOR"))
	program.Stderr = os.Stderr
	a := &authenticator{program, must(program.StdinPipe()), bufio.NewReader(must(program.StdoutPipe()))}
	if err := program.Start(); err != nil {
		panic(err)
	}
	return a
}

func (a *authenticator) stop() error {
	a.in.Close()
	return a.program.Wait()
}

func (a *authenticator) ask(question map[string]any) (string, error) {
	if _, err := a.in.Write(append(must(json.Marshal(question)), '\n')); err != nil {
		return "", err
	}
	line, err := a.out.ReadString('\n')
	if err != nil || strings.HasPrefix(line, `{"error"`) {
		return "", fmt.Errorf("the authenticator: %s %w", strings.TrimSpace(line), err)
	}
	return strings.TrimSuffix(line, "\n"), nil
}

// player takes one scenario's steps through a world.
type player struct {
	*scenario
	world         *world
	authenticator *authenticator
	variables     map[string]string
	transcript    strings.Builder
}

var variable = regexp.MustCompile(`\$\{([^}]*)\}`)

func (p *player) fill(text string) (filled string, err error) {
	filled = variable.ReplaceAllStringFunc(text, func(name string) string {
		value, saved := p.variables[name[2:len(name)-1]]
		if !saved {
			err = fmt.Errorf("nothing was saved as %s", name)
		}
		return value
	})
	return filled, err
}

func (p *player) play() error {
	if _, err := p.authenticator.ask(map[string]any{"op": "seed", "seed": p.seed}); err != nil {
		return err
	}
	for _, s := range p.steps {
		if err := p.step(s); err != nil {
			return fmt.Errorf("%s, step %s, %s %s: %w", p.name, s.number, s.do, s.note, err)
		}
	}
	if !p.world.clockAsked || !p.world.random.asked {
		return fmt.Errorf("%s: the clock or the randomness was never asked", p.name)
	}
	return nil
}

func (p *player) step(s *step) error {
	arguments := map[string]string{}
	for name, text := range s.arguments {
		filled, err := p.fill(text)
		if err != nil {
			return err
		}
		arguments[name] = filled
	}
	result, err := p.do(s.do, arguments)
	if err != nil {
		return err
	}
	if result["status"] == "" {
		result["status"] = "MFA_OK"
	}
	p.write(s, result)
	for item, text := range s.expect {
		if wanted, err := p.fill(text); err != nil || result[item] != wanted {
			return fmt.Errorf("%s is %q, not %q (%v); the whole: %q", item, result[item], wanted, err, result)
		}
	}
	for _, item := range s.has {
		if result[item] == "" {
			return fmt.Errorf("there is no %s", item)
		}
	}
	for _, part := range s.contains {
		if wanted, err := p.fill(part[1]); err != nil || !strings.Contains(result[part[0]], wanted) {
			return fmt.Errorf("%s is %q, without %q (%v)", part[0], result[part[0]], wanted, err)
		}
	}
	for _, pair := range s.save {
		p.variables[pair[0]] = result[pair[1]]
	}
	return nil
}

func (p *player) do(do string, arguments map[string]string) (map[string]string, error) {
	switch do {
	case "cut":
		return cut(arguments)
	case "wrong_code":
		code := arguments["code"]
		last := code[len(code)-1] + 1
		if last == '9'+1 {
			last = '0'
		} else if last < '0'+1 || last > '9'+1 {
			last = '9'
		}
		return map[string]string{"code": code[:len(code)-1] + string(rune(last))}, nil
	case "passkey_clone":
		_, err := p.authenticator.ask(map[string]any{"op": "clone", "authenticator": arguments["authenticator"], "of": arguments["of"]})
		return map[string]string{}, err
	case "passkey_create", "passkey_get":
		answer, err := p.authenticator.ask(map[string]any{"op": strings.TrimPrefix(do, "passkey_"), "fault": arguments["fault"],
			"authenticator": arguments["authenticator"], "origin": arguments["origin"], "options": json.RawMessage(arguments["offer"])})
		return map[string]string{"response": answer}, err
	}
	return p.world.do(do, arguments)
}

func cut(arguments map[string]string) (map[string]string, error) {
	text := arguments["of"]
	if after, given := arguments["after"]; given {
		_, rest, found := strings.Cut(text, after)
		if !found {
			return nil, fmt.Errorf("there is no %q to cut after", after)
		}
		text = rest
	}
	if before, given := arguments["before"]; given {
		head, _, found := strings.Cut(text, before)
		if !found && before != "\n" {
			return nil, fmt.Errorf("there is no %q to cut before", before)
		}
		text = head
	}
	return map[string]string{"text": text}, nil
}

var escaped = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`)

func (p *player) write(s *step, result map[string]string) {
	fmt.Fprintf(&p.transcript, "step %s %s\n", s.number, s.do)
	names := make([]string, 0, len(result))
	for name, text := range result {
		if text != "" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(&p.transcript, "%s=%s\n", name, escaped.Replace(result[name]))
	}
}

// keep writes the transcript where MFA_TRANSCRIPT says.
func (p *player) keep() error {
	folder := os.Getenv("MFA_TRANSCRIPT")
	if folder == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(folder, p.name+".txt"), []byte(p.transcript.String()), 0o600)
}
