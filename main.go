// Unhapi finds legacy API keys, and the code that still sends them, in source
// trees and git history.
package main

import (
	"context"
	"os"

	"github.com/unhapi/unhapi/internal/cli"
)

func main() {
	os.Exit(cli.Main(context.Background(), os.Environ(), os.Stdin, os.Stdout, os.Stderr, os.Args[1:]))
}
