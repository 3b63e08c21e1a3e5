// Command version says which libmfa it holds, and tries it.
package main

import (
	"fmt"
	"os"

	"libmfa/mfa"
)

func main() {
	store, err := mfa.OpenStore("memory:")
	if err == nil {
		defer store.Close()
		err = try(store)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("libmfa", mfa.Version())
}

func try(store mfa.Store) error {
	key, err := mfa.NewKey(1)
	if err != nil {
		return err
	}
	engine, err := mfa.NewEngine(mfa.Config{JSON: `{"version": 1, "issuer": "Example"}`, Keys: []mfa.Key{key}, Store: store})
	if err != nil {
		return err
	}
	return engine.Close()
}
