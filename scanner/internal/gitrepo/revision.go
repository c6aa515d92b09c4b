package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrUnknownRevision says that a repository has nothing of a name.
var ErrUnknownRevision = errors.New("revision not found")

// ErrRange says that a range is not written as one.
var ErrRange = errors.New("write it as A..B")

// Resolve finds the commit that a revision names, as "git rev-parse" does: a hash in full or its beginning, a ref by its
// full or short name, HEAD, and any of these with ~n, ^n or ^{commit} behind. What is beyond go-git (dates, messages,
// upstreams) is left to the git program.
func (r *Repo) Resolve(ctx context.Context, rev string) (ID, error) {
	if rev == "" || strings.ContainsAny(rev, "\x00\n") || strings.HasPrefix(rev, "-") {
		return "", r.unknown(rev, errors.New("no revision has such a name"))
	}
	base, suffix := rev, ""
	if i := strings.IndexAny(rev, "~^"); i > 0 {
		base, suffix = rev[:i], rev[i:]
	}
	id, err := r.named(ctx, base)
	if err != nil {
		return "", err
	}
	if id == "" && hexadecimal(base) {
		if g, err := r.goGit.get(func() (*goGitReader, error) { return openGoGit(r) }); err == nil {
			id, _ = g.revision(base)
		}
	}
	switch {
	case id == "" || !plain(suffix):
		if id != "" {
			base = id.String() // so that only we decide which ref is meant
		}
		return r.gitResolve(ctx, rev, base+suffix)
	case r.typed(base) && !r.has(ctx, id):
		return "", r.unknown(rev, fmt.Errorf("there is no object %s", id))
	}
	return r.climb(ctx, rev, id, suffix)
}

// typed reports whether a name is an id in full: nobody but the user says that there is such an object.
func (r *Repo) typed(name string) bool {
	_, err := r.parseID(name)
	return err == nil
}

func (r *Repo) has(ctx context.Context, id ID) bool {
	_, _, err := r.Objects.Get(ctx, id)
	return !errors.Is(err, ErrMissing)
}

// climb goes from an object to the commit that ~n and ^n behind its name lead to.
func (r *Repo) climb(ctx context.Context, rev string, id ID, suffix string) (ID, error) {
	id, err := r.peelCommit(ctx, rev, id)
	for err == nil && suffix != "" {
		var kind byte
		var n int
		if kind, n, suffix, err = step(suffix); err != nil {
			return "", r.unknown(rev, err)
		}
		nth := 1 // of the parents
		if kind == '^' && n > 0 {
			nth, n = n, 1
		}
		for ; n > 0 && err == nil; n-- {
			id, err = r.parent(ctx, rev, id, nth)
		}
	}
	return id, err
}

// step reads what a suffix begins with: ~n, ^n, or ^{commit}, which is ^0.
func step(suffix string) (kind byte, n int, rest string, err error) {
	if rest, ok := strings.CutPrefix(suffix, "^{commit}"); ok {
		return '^', 0, rest, nil
	}
	kind, rest = suffix[0], strings.TrimLeft(suffix[1:], "0123456789")
	digits := suffix[1 : len(suffix)-len(rest)]
	if digits == "" {
		return kind, 1, rest, nil
	}
	n, err = strconv.Atoi(digits)
	return kind, n, rest, err
}

// parent is the nth parent of a commit.
func (r *Repo) parent(ctx context.Context, rev string, id ID, n int) (ID, error) {
	c, err := r.commit(ctx, id)
	switch {
	case err != nil:
		return "", r.broken(rev, err)
	case len(c.parents) == 0:
		return "", r.unknown(rev, fmt.Errorf("commit %s has no parent", id))
	case n > len(c.parents):
		return "", r.unknown(rev, fmt.Errorf("commit %s has %d parents", id, len(c.parents)))
	}
	return c.parents[n-1], nil
}

// broken says that a revision is there, but cannot be read.
func (r *Repo) broken(rev string, why error) error {
	return fmt.Errorf("revision %q cannot be read: %w", rev, why)
}

// named finds the object that a full hash or a ref names; empty if it is neither.
func (r *Repo) named(ctx context.Context, name string) (ID, error) {
	if id, err := r.parseID(name); err == nil {
		return id, nil
	}
	if name == "@" {
		name = "HEAD"
	}
	if r.Reftable {
		return "", nil // git knows
	}
	if name == "HEAD" {
		h, err := r.Head(ctx)
		if err == nil && h.Unborn() {
			err = r.unknown("HEAD", fmt.Errorf("%s has no commit yet", h.Ref))
		}
		return h.ID, err
	}
	for _, rule := range []string{"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"} {
		full := rule + name
		if rule == "" && !validRef(full) && !pseudoRef(full) || rule != "" && !validRef(full) {
			continue
		}
		if _, id, err := r.follow(r.GitDir, full); err != nil || id != "" {
			return id, err
		}
	}
	if full := "refs/remotes/" + name + "/HEAD"; validRef(full) {
		_, id, err := r.follow(r.GitDir, full)
		return id, err
	}
	return "", nil
}

// plain says whether there are only numbers behind ~ and ^, which go-git understands.
func plain(suffix string) bool {
	suffix = strings.ReplaceAll(suffix, "^{commit}", "")
	return strings.Trim(suffix, "~^0123456789") == ""
}

func hexadecimal(s string) bool {
	return len(s) >= 4 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// peelCommit follows tags to a commit.
func (r *Repo) peelCommit(ctx context.Context, rev string, id ID) (ID, error) {
	id, err := r.Peel(ctx, id)
	if err != nil {
		return "", r.broken(rev, err)
	}
	typ, _, err := r.Objects.Get(ctx, id)
	switch {
	case err != nil:
		return "", r.broken(rev, err)
	case typ != Commit:
		return "", r.unknown(rev, fmt.Errorf("it names a %s, not a commit", typ))
	}
	return id, nil
}

// gitResolve asks the git program.
func (r *Repo) gitResolve(ctx context.Context, rev, full string) (ID, error) {
	g, err := r.git()
	if err != nil {
		return "", r.unknown(rev, errors.New("no branch, tag or commit has this name (and git is not there to ask)"))
	}
	out, err := g.output(ctx, "rev-parse", "--verify", "--end-of-options", full+"^{commit}")
	if err != nil {
		if ctx.Err() != nil {
			return "", err
		}
		if strings.Contains(err.Error(), "Needed a single revision") { // what it says of any name that leads nowhere
			err = errors.New("no branch, tag or commit has this name")
		}
		return "", r.unknown(rev, err)
	}
	id, err := r.parseID(lastLine(out))
	if err != nil {
		return "", r.unknown(rev, err)
	}
	return id, nil
}

// unknown says what is not there, and what to do.
func (r *Repo) unknown(rev string, why error) error {
	hint := "see \"git branch -a\" and \"git tag\""
	if len(r.Shallow) > 0 {
		hint = "the clone is shallow: fetch more with \"git fetch --unshallow\""
	}
	return &revisionError{rev: rev, where: r.Where(), why: why, hint: hint}
}

type revisionError struct {
	rev, where, hint string
	why              error
}

func (e *revisionError) Error() string {
	return fmt.Sprintf("revision %q not found in %s: %v; %s", e.rev, e.where, e.why, e.hint)
}

func (e *revisionError) Is(target error) bool { return target == ErrUnknownRevision }

func (e *revisionError) Unwrap() error { return e.why }

// Range are the commits that can be reached from Include but not from Exclude.
type Range struct{ Include, Exclude []ID }

// ParseRange reads A..B or A...B, where a side that is left out is HEAD: what B has and A has not, or what one of them
// has and not both.
func (r *Repo) ParseRange(ctx context.Context, text string) (Range, error) {
	from, to, ok := strings.Cut(text, "..")
	if !ok {
		return Range{}, fmt.Errorf("range %q: %w, what B has and A has not", text, ErrRange)
	}
	to, both := strings.CutPrefix(to, ".")
	if strings.HasPrefix(to, ".") || strings.Contains(to, "..") {
		return Range{}, fmt.Errorf("range %q: %w, with one pair of dots", text, ErrRange)
	}
	var ids [2]ID
	for i, rev := range []string{from, to} {
		if rev == "" {
			rev = "HEAD"
		}
		id, err := r.Resolve(ctx, rev)
		if err != nil {
			return Range{}, err
		}
		ids[i] = id
	}
	if !both {
		return Range{Include: []ID{ids[1]}, Exclude: []ID{ids[0]}}, nil
	}
	bases, err := r.MergeBases(ctx, ids[0], ids[1])
	return Range{Include: ids[:], Exclude: bases}, err
}
