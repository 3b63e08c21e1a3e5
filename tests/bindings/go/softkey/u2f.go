package softkey

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"math/big"
	"time"
)

// U2F is a token (FIDO U2F Raw Message Formats sections 4.3 and 5.4) with a certificate of its own.
type U2F struct {
	Handle  []byte
	Counter uint32
	appID   string
	key     *ecdsa.PrivateKey
	maker   *ecdsa.PrivateKey
}

// NewU2F makes one whose AppID is also the origin.
func NewU2F(appID string) *U2F { return &U2F{draw(64), 0, appID, newKey(), newKey()} }

// Point is the public key, 04 x y.
func (u *U2F) Point() []byte { return elliptic.Marshal(elliptic.P256(), u.key.X, u.key.Y) }

// Certificate is the maker's, DER.
func (u *U2F) Certificate() []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "token"},
		NotBefore: time.Unix(1577836800, 0), NotAfter: time.Unix(4102444800, 0)}
	return must(x509.CreateCertificate(rand.Reader, template, template, u.maker.Public(), u.maker))
}

func (u *U2F) clientData(kind, challenge string) []byte {
	return must(json.Marshal(map[string]string{"typ": "navigator.id." + kind, "challenge": challenge, "origin": u.appID}))
}

// Register gives the RegisterResponse to a challenge.
func (u *U2F) Register(challenge string) string {
	data, app := u.clientData("finishEnrollment", challenge), sha256.Sum256([]byte(u.appID))
	hash := sha256.Sum256(data)
	signed := append([]byte{0}, app[:]...)
	signed = append(append(append(signed, hash[:]...), u.Handle...), u.Point()...)
	digest := sha256.Sum256(signed)
	message := append(append([]byte{5}, u.Point()...), byte(len(u.Handle)))
	message = append(append(message, u.Handle...), u.Certificate()...)
	message = append(message, must(ecdsa.SignASN1(rand.Reader, u.maker, digest[:]))...)
	return string(must(json.Marshal(map[string]string{"registrationData": Text(message), "clientData": Text(data)})))
}

// Sign gives the SignResponse to a challenge.
func (u *U2F) Sign(challenge string) string {
	u.Counter++
	data, app := u.clientData("getAssertion", challenge), sha256.Sum256([]byte(u.appID))
	head := binary.BigEndian.AppendUint32([]byte{1}, u.Counter)
	signature := sign(u.key, append(app[:], head...), data)
	return string(must(json.Marshal(map[string]string{"keyHandle": Text(u.Handle), "clientData": Text(data),
		"signatureData": Text(append(head, signature...))})))
}
