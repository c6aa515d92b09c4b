package cli

import (
	"context"

	"github.com/unhapi/unhapi/scanner"
)

// What follows stands in for parts of the scanner that are on their way.

type historyOptions struct {
	Calls        bool
	Since, Range string
	Paths        []string
}

func scanStaged(context.Context, string, scanner.Options) (*scanner.Result, error) {
	return nil, usageError("--staged is not available in this version: scan the working tree with `unhapi scan`")
}

func scanNewFrom(context.Context, []string, string, scanner.Options) (*scanner.Result, error) {
	return nil, usageError("--new-from is not available in this version: scan the working tree with `unhapi scan`")
}

func scanHistory(context.Context, string, scanner.Options, historyOptions) (*scanner.Result, error) {
	return nil, usageError("--history is not available in this version: scan the working tree with `unhapi scan`")
}
