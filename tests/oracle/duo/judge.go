// Ceremonies as JSON Lines (docs/webauthn.md) in the reading of Debian's Go package of duo-labs/webauthn: one verdict a line.
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/duo-labs/webauthn/protocol"
)

type ceremony struct {
	ID       string
	Ceremony string
	Expect   struct {
		RpID             string `json:"rp_id"`
		AppID            string `json:"app_id"`
		Origins          []string
		Challenge        string
		UserVerification string `json:"user_verification"`
	}
	Credential struct {
		ID        string
		PublicKey string `json:"public_key"`
	}
	Response map[string]interface{}
}

type verdict struct {
	ID      string `json:"id"`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
}

// What the client sent, in the form in which a browser sends it.
func (c *ceremony) message() []byte {
	id := c.Credential.ID
	if id == "" {
		id = "AAAA" // at a registration it is the authenticator data that counts
	}
	results := c.Response["clientExtensionResults"]
	delete(c.Response, "clientExtensionResults")
	text, err := json.Marshal(map[string]interface{}{
		"id": id, "rawId": id, "type": "public-key", "clientExtensionResults": results, "response": c.Response})
	if err != nil {
		panic(err)
	}
	return text
}

func (c *ceremony) judge() error {
	message := bytes.NewReader(c.message())
	var verify func(origin string) error
	mustVerify := c.Expect.UserVerification == "required"
	if c.Ceremony == "registration" {
		parsed, err := protocol.ParseCredentialCreationResponseBody(message)
		if err != nil {
			return err
		}
		verify = func(origin string) error {
			return parsed.Verify(c.Expect.Challenge, mustVerify, c.Expect.RpID, origin)
		}
	} else {
		parsed, err := protocol.ParseCredentialRequestResponseBody(message)
		if err != nil {
			return err
		}
		key, err := base64.RawURLEncoding.DecodeString(c.Credential.PublicKey)
		if err != nil {
			return err
		}
		verify = func(origin string) error {
			return parsed.Verify(c.Expect.Challenge, c.Expect.RpID, origin, c.Expect.AppID, mustVerify, key)
		}
	}
	err := errors.New("no origin")
	for _, origin := range c.Expect.Origins { // it takes one
		if err = verify(origin); err == nil {
			return nil
		}
	}
	return err
}

func judge(line []byte) (said verdict) {
	var c ceremony
	if err := json.Unmarshal(line, &c); err != nil {
		panic(err)
	}
	said.ID = c.ID
	defer func() { // it panics on some of what does not fit
		if cause := recover(); cause != nil {
			said.OK, said.Message = false, fmt.Sprint("panic: ", cause)
		}
	}()
	err := c.judge()
	said.OK = err == nil
	if failed, ok := err.(*protocol.Error); ok {
		said.Message = failed.Details + " " + failed.DevInfo
	} else if err != nil {
		said.Message = err.Error()
	}
	return said
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		if err := out.Encode(judge(lines.Bytes())); err != nil {
			panic(err)
		}
	}
	if err := lines.Err(); err != nil {
		panic(err)
	}
}
