package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// ErrUnknownRevision says that a repository has nothing of a name.
var ErrUnknownRevision = errors.New("revision not found")

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
	if id != "" && suffix == "" {
		return r.peelCommit(ctx, rev, id)
	}
	if id != "" {
		base = id.String() // so that only we decide which ref is meant
	}
	if plain(suffix) && (id != "" || hexadecimal(base)) {
		if g, err := r.goGit.get(func() (*goGitReader, error) { return openGoGit(r) }); err == nil {
			if id, err := g.revision(base + suffix); err == nil {
				return r.peelCommit(ctx, rev, id)
			}
		}
	}
	return r.gitResolve(ctx, rev, base+suffix)
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
		return "", r.unknown(rev, err)
	}
	typ, _, err := r.Objects.Get(ctx, id)
	if err == nil && typ != Commit {
		err = fmt.Errorf("it names a %s, not a commit", typ)
	}
	if err != nil {
		return "", r.unknown(rev, err)
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
		return Range{}, fmt.Errorf("range %q: write it as A..B, what B has and A has not", text)
	}
	to, both := strings.CutPrefix(to, ".")
	if strings.HasPrefix(to, ".") || strings.Contains(to, "..") {
		return Range{}, fmt.Errorf("range %q: write it as A..B, with one pair of dots", text)
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
