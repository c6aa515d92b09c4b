package cli

import (
	"context"

	"github.com/unhapi/unhapi/scanner"
)

// What follows stands in for a part of the scanner that is on its way.

type historyOptions struct {
	Calls        bool
	Since, Range string
	Paths        []string
}

func scanHistory(context.Context, string, scanner.Options, historyOptions) (*scanner.Result, error) {
	return nil, usageError("--history is not available in this version: scan the working tree with `unhapi scan`")
}
