// Package softkey has authenticators in software. They answer whatever they are asked.
package softkey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"
)

const (
	present, verified, attested = 0x01, 0x04, 0x40
)

// Passkey is one ES256 credential (WebAuthn sections 6.1, 6.5). Origin may be changed, to lie.
type Passkey struct {
	Origin, rpID string
	ID           []byte
	key          *ecdsa.PrivateKey
	userHandle   string
}

func draw(n int) []byte {
	b := make([]byte, n)
	must(rand.Read(b))
	return b
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

// NewPasskey makes one for the host of an origin.
func NewPasskey(origin string) *Passkey {
	host := strings.Split(strings.SplitN(origin, "//", 2)[1], ":")[0]
	return &Passkey{Origin: origin, rpID: host, ID: draw(16), key: newKey()}
}

// Text is base64url without padding.
func Text(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

type options struct {
	Challenge string `json:"challenge"`
	User      struct {
		ID string `json:"id"`
	} `json:"user"`
}

func read(text []byte) (o options) {
	if err := json.Unmarshal(text, &o); err != nil {
		panic(err)
	}
	return o
}

func (p *Passkey) clientData(kind, challenge string) []byte {
	return must(json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": p.Origin, "crossOrigin": false}))
}

func (p *Passkey) authenticatorData(flags byte) []byte {
	hash := sha256.Sum256([]byte(p.rpID))
	return append(append(hash[:], flags), 0, 0, 0, 0)
}

func (p *Passkey) answer(response map[string]any) string {
	return string(must(json.Marshal(map[string]any{"id": Text(p.ID), "rawId": Text(p.ID), "type": "public-key",
		"clientExtensionResults": map[string]any{}, "response": response})))
}

// Create gives the JSON of a registration, for creation options of the site.
func (p *Passkey) Create(optionsJSON []byte) string {
	o := read(optionsJSON)
	p.userHandle = o.User.ID
	data := append(p.authenticatorData(present|verified|attested), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(p.ID)))
	data = append(data, p.ID...)
	// COSE_Key of RFC 9052: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
	data = append(data, 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20)
	data = append(data, p.key.X.FillBytes(make([]byte, 32))...)
	data = append(data, 0x22, 0x58, 0x20)
	data = append(data, p.key.Y.FillBytes(make([]byte, 32))...)
	// {"fmt": "none", "attStmt": {}, "authData": data}
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	object = append(append(object, byte(len(data))), data...)
	return p.answer(map[string]any{"clientDataJSON": Text(p.clientData("webauthn.create", o.Challenge)),
		"attestationObject": Text(object), "transports": []string{"internal"}})
}

// Get gives the JSON of an assertion, whether its credential was asked for or not.
func (p *Passkey) Get(optionsJSON []byte) string {
	clientData, data := p.clientData("webauthn.get", read(optionsJSON).Challenge), p.authenticatorData(present|verified)
	return p.answer(map[string]any{"clientDataJSON": Text(clientData), "authenticatorData": Text(data),
		"signature": Text(sign(p.key, data, clientData)), "userHandle": p.userHandle})
}

// sign signs head and the hash of clientData.
func sign(key *ecdsa.PrivateKey, head, clientData []byte) []byte {
	hash := sha256.Sum256(clientData)
	digest := sha256.Sum256(append(append([]byte(nil), head...), hash[:]...))
	return must(ecdsa.SignASN1(rand.Reader, key, digest[:]))
}
