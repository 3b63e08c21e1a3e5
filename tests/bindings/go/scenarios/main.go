// Command scenarios plays the stories of tests/scenarios through the package mfa, each on a store of libmfa's and on one in Go.
//
//	scenarios LINES...	files that flatten.py wrote; one whose name begins with "broken" must fail
package main

import (
	"fmt"
	"os"
	"strings"

	"libmfa/mfa"
	"libmfa/mfatest/mapstore"
)

func main() {
	played, failed := 0, 0
	keys := startAuthenticator()
	for _, path := range os.Args[1:] {
		for _, s := range readLines(must(os.Open(path))) {
			for _, own := range []bool{false, true} {
				err := play(s, keys, own)
				if strings.HasPrefix(s.name, "broken") {
					if own {
						continue
					}
					if err != nil {
						err = nil
					} else {
						err = fmt.Errorf("%s did not fail", s.name)
					}
				}
				played++
				if err != nil {
					failed++
					fmt.Println("FAILED", err)
				}
			}
		}
	}
	if err := keys.stop(); err != nil {
		failed++
		fmt.Println("FAILED the authenticator:", err)
	}
	fmt.Printf("%d checks, %d failed\n", played, failed)
	if failed > 0 || played == 0 {
		os.Exit(1)
	}
}

func play(s *scenario, keys *authenticator, own bool) error {
	var store mfa.Store = mapstore.New()
	if !own {
		opened, err := mfa.OpenStore("memory:")
		if err != nil {
			return err
		}
		defer opened.Close()
		store = opened
	}
	w, err := newWorld(s, store)
	if err != nil {
		return err
	}
	defer w.close()
	p := &player{scenario: s, world: w, authenticator: keys, variables: map[string]string{}}
	if err := p.play(); err != nil {
		return err
	}
	if own {
		return nil
	}
	return p.keep()
}
