// Command example is a login with a password, then an authenticator app, a passkey or a recovery code: net/http and the package mfa.
//
//	PKG_CONFIG_PATH=build/prefix/lib/pkgconfig LD_LIBRARY_PATH=build/prefix/lib go run .
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"libmfa/mfa"
)

func main() {
	port := flag.Int("port", 5000, "0: any that is free")
	url := flag.String("store", "memory:", "or sqlite:/path/to/mfa.db")
	key := flag.String("key", "", "file of 64 random bytes; needed with a store that stays")
	flag.Parse()
	if err := run(*port, *url, *key); err != nil {
		log.Fatal(err)
	}
}

func run(port int, url, keyFile string) error {
	secret := random(64)
	if keyFile != "" {
		var err error
		if secret, err = os.ReadFile(keyFile); err != nil {
			return err
		}
		if len(secret) != 64 {
			return fmt.Errorf("%s does not have 64 bytes", keyFile)
		}
	}
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return err
	}
	defer listener.Close()
	origin := fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	store, err := mfa.OpenStore(url)
	if err != nil {
		return err
	}
	defer store.Close()
	engine, err := mfa.NewEngine(mfa.Config{
		JSON:     fmt.Sprintf(`{"version": 1, "issuer": "Example", "webauthn": {"rp_id": "localhost", "origins": [%q]}}`, origin),
		Keys:     []mfa.Key{{ID: 1, Bytes: secret[:32]}},
		DecoyKey: secret[32:],
		Store:    store,
	})
	if err != nil {
		return err
	}
	defer engine.Close()
	server := http.Server{
		Handler:           newSite(origin, engine, newUsers(map[string]string{"alice": "correct horse"})),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      20 * time.Second,
	}
	fmt.Printf("%s: alice, password correct horse\n", origin)
	return server.Serve(listener)
}
