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
		_, err = mfa.NewEngine(mfa.Config{JSON: `{"version": 1, "issuer": "Example"}`, Keys: []mfa.Key{{ID: 1, Bytes: make([]byte, 32)}}, Store: store})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("libmfa", mfa.Version())
}
