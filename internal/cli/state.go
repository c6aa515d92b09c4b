package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"github.com/unhapi/unhapi/scanner"
)

// stateMode keeps a state to its owner: it tells where secrets were found.
const stateMode fs.FileMode = 0o600

// runWithState is run with the state that --state names, which a complete scan
// brings up to date. Without a usable one everything is scanned.
func (a *app) runWithState(ctx context.Context, src source, l *look) (*scanner.Result, error) {
	if src.state == "" {
		return a.run(ctx, src, l)
	}
	state, file, err := a.openState(src.state)
	if err != nil {
		return nil, err
	}
	if file != nil {
		defer file.Close()
	}
	src.history.State = state
	res, err := a.run(ctx, src, l)
	if err != nil {
		return nil, err
	}
	if why := state.Note(); why != "" {
		a.note("%s: everything was scanned: %s", src.state, why)
	}
	if res.Complete() && state.Changed() {
		if err := writeFileAs(src.state, stateMode, state.Write); err != nil {
			res.Skipped = append(res.Skipped, scanner.Skipped{Path: "--state", Reason: "not written: " + plain(err).Error(), Failed: true})
			a.say("%s: %v: the next scan will not know what this one has seen", src.state, plain(err))
		}
	}
	return res, nil
}

// openState reads a state. One that does not exist yet is empty, and one that
// is broken is as good as none.
func (a *app) openState(path string) (*scanner.State, *os.File, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &scanner.State{}, nil, nil
	}
	if err != nil {
		return nil, nil, usageError("--state %s: %v: name a file that can be read and written", path, plain(err))
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = file.Close()
		return nil, nil, usageError("--state %s: not a regular file: name one that may be overwritten", path)
	}
	state, err := scanner.ReadState(file, info.Size())
	if err != nil {
		a.say("%s: %v: it is not used", path, err)
		return &scanner.State{}, file, nil
	}
	return state, file, nil
}
