package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

const (
	maxRefDepth   = 8 // symbolic refs that name symbolic refs
	maxRefs       = 4 << 20
	maxPackedRefs = 1 << 30
)

// Ref is a branch, a tag or any other name below refs/.
type Ref struct {
	Name     string // in full: refs/heads/main
	ID       ID     // what it names, a tag object if it is an annotated tag
	Peeled   ID     // what the annotated tag names in the end, else empty
	Symbolic string // the ref that it stands for, else empty
}

// Head is what is checked out.
type Head struct {
	Ref string // the branch in full; empty if detached
	ID  ID     // the commit; empty if unborn
}

// Detached says that a commit is checked out, not a branch.
func (h Head) Detached() bool { return h.Ref == "" }

// Unborn says that the branch has no commit yet.
func (h Head) Unborn() bool { return h.ID == "" }

// Head reads HEAD of this working tree.
func (r *Repo) Head(ctx context.Context) (Head, error) {
	if r.Reftable {
		return r.gitHead(ctx)
	}
	return r.headOf(r.GitDir)
}

func (r *Repo) headOf(gitDir string) (Head, error) {
	ref, id, err := r.follow(gitDir, "HEAD")
	if err != nil {
		return Head{}, err
	}
	return Head{Ref: ref, ID: id}, nil
}

// Refs lists all refs by name: branches, tags, remote branches, notes, stash, replacements, and this working tree's own.
// A ref that cannot be read is a problem, as is what it would have led to.
func (r *Repo) Refs(ctx context.Context) ([]Ref, []Problem, error) {
	if r.Reftable {
		refs, err := r.gitRefs(ctx)
		return refs, nil, err
	}
	l := refLister{repo: r, own: r.GitDir}
	if err := l.packed(); err != nil {
		return nil, nil, err
	}
	if err := l.loose(ctx, r.CommonDir, "refs", nil); err != nil {
		return nil, nil, err
	}
	if r.GitDir != r.CommonDir {
		if err := l.loose(ctx, r.GitDir, "refs", nil); err != nil {
			return nil, nil, err
		}
	}
	refs := l.sorted()
	for i := range refs {
		if refs[i].Peeled == unknownPeel {
			refs[i].Peeled = r.peelTag(ctx, refs[i])
		}
	}
	return refs, l.problems, nil
}

// unknownPeel marks refs of which no file says whether they name a tag object.
const unknownPeel ID = "?"

// peelTag asks the object itself, but for branches, which git lets name commits only.
func (r *Repo) peelTag(ctx context.Context, ref Ref) ID {
	for _, prefix := range []string{"refs/heads/", "refs/remotes/", "refs/notes/", "refs/stash"} {
		if strings.HasPrefix(ref.Name, prefix) {
			return ""
		}
	}
	id, err := r.Peel(ctx, ref.ID)
	if err != nil || id == ref.ID {
		return ""
	}
	return id
}

// Peel follows annotated tags to what they name in the end.
func (r *Repo) Peel(ctx context.Context, id ID) (ID, error) {
	for range 16 {
		typ, data, err := r.Objects.Get(ctx, id)
		if err != nil {
			return "", err
		}
		if typ != Tag {
			return id, nil
		}
		target, ok := tagTarget(r, data)
		if !ok {
			return "", fmt.Errorf("tag %s: names no object", id)
		}
		id = target
	}
	return "", fmt.Errorf("tag %s: names too many tags in turn", id)
}

// tagTarget is the object that a tag object names.
func tagTarget(r *Repo, data []byte) (ID, bool) {
	line, _, _ := strings.Cut(string(data[:min(len(data), 256)]), "\n")
	digits, ok := strings.CutPrefix(line, "object ")
	id, err := r.parseID(digits)
	return id, ok && err == nil
}

type refLister struct {
	repo     *Repo
	own      string // the folder of the working tree whose private refs are wanted
	refs     []Ref  // of one name the last counts
	problems []Problem
	seen     int
}

// sorted gives the refs by name, each once. Nearly all of them stand in packed-refs, in order already.
func (l *refLister) sorted() []Ref {
	byName := func(a, b Ref) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(l.refs, byName) {
		slices.SortStableFunc(l.refs, byName)
	}
	kept := l.refs[:0]
	for i, ref := range l.refs {
		if i+1 == len(l.refs) || l.refs[i+1].Name != ref.Name {
			kept = append(kept, ref)
		}
	}
	return kept
}

func (l *refLister) problem(name, reason string) {
	l.problems = append(l.problems, Problem{Path: name, Reason: reason, Failed: true})
}

// packed reads the file packed-refs.
func (l *refLister) packed() error {
	file := filepath.Join(l.repo.CommonDir, "packed-refs")
	text, err := readSmall(file, maxPackedRefs)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	peeled := func(string) bool { return false }
	last, n := -1, 0 // the ref of the line before, if it was one
	l.refs = slices.Grow(l.refs, strings.Count(text, "\n"))
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case n == 1 && strings.HasPrefix(line, "# pack-refs with:"):
			peeled = peeledBy(line)
			continue
		case strings.HasPrefix(line, "#"), line == "":
			continue
		case strings.HasPrefix(line, "^"):
			if id, err := l.repo.parseID(line[1:]); err == nil && last >= 0 {
				l.refs[last].Peeled = id
				continue
			}
		default:
			digits, name, _ := strings.Cut(line, " ")
			if id, err := l.repo.parseID(digits); err == nil && validRef(name) {
				ref := Ref{Name: name, ID: id, Peeled: unknownPeel}
				if peeled(name) {
					ref.Peeled = ""
				}
				last = len(l.refs)
				l.refs = append(l.refs, ref)
				continue
			}
		}
		last = -1
		l.problem(file, fmt.Sprintf("line %d is neither a ref nor what a tag names; git refuses the file too, correct or delete the line", n))
	}
	return nil
}

// peeledBy reads the header: which refs have a line "^…" if they name a tag object.
func peeledBy(header string) func(name string) bool {
	words := strings.Fields(header)
	switch {
	case slices.Contains(words, "fully-peeled"):
		return func(string) bool { return true }
	case slices.Contains(words, "peeled"):
		return func(name string) bool { return strings.HasPrefix(name, "refs/tags/") }
	}
	return func(string) bool { return false }
}

// loose reads the files below a folder. Folders that are symbolic links are followed, as git does, but not in a circle.
func (l *refLister) loose(ctx context.Context, gitDir, name string, above []os.FileInfo) error {
	dir := filepath.Join(gitDir, filepath.FromSlash(name))
	st, err := os.Stat(dir)
	if err != nil || !st.IsDir() {
		return nil
	}
	if len(above) > 64 || slices.ContainsFunc(above, func(a os.FileInfo) bool { return os.SameFile(a, st) }) {
		l.problem(name, "folders of refs go in a circle")
		return nil
	}
	above = append(above, st)
	entries, err := os.ReadDir(dir)
	if err != nil {
		l.problem(name, err.Error())
		return nil
	}
	for _, e := range entries {
		if l.seen++; l.seen > maxRefs {
			return fmt.Errorf("%s: more than %d refs; run \"git pack-refs --all\"", dir, maxRefs)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		full := name + "/" + e.Name()
		if e.IsDir() || e.Type()&os.ModeSymlink != 0 && isDir(filepath.Join(dir, e.Name())) {
			if err := l.loose(ctx, gitDir, full, above); err != nil {
				return err
			}
			continue
		}
		l.one(gitDir, full)
	}
	return nil
}

// one takes a file as a ref.
func (l *refLister) one(gitDir, name string) {
	switch {
	case strings.HasSuffix(name, ".lock"):
		return
	case !validRef(name):
		l.problem(name, "not a name that git accepts for a ref; delete the file")
		return
	case gitDir != l.own && private(name):
		return // another working tree's
	}
	symbolic, id, err := l.repo.follow(gitDir, name)
	switch {
	case err != nil:
		l.problem(name, err.Error())
	case id != "":
		l.refs = append(l.refs, Ref{Name: name, ID: id, Symbolic: symbolic, Peeled: unknownPeel})
	}
}

// follow reads a ref and those it stands for. The id is empty if the last of them does not exist.
func (r *Repo) follow(gitDir, name string) (symbolic string, id ID, err error) {
	for range maxRefDepth {
		target, id, err := r.readRef(gitDir, name)
		if err != nil || target == "" {
			return symbolic, id, err
		}
		if symbolic == "" {
			symbolic = target
		}
		name = target
	}
	return "", "", fmt.Errorf("%s: stands for a ref that stands for a ref, and so on; "+
		"set it anew with \"git symbolic-ref\"", filepath.Join(gitDir, filepath.FromSlash(name)))
}

// readRef reads one ref: an id, or the name of another, or neither if it does not exist.
func (r *Repo) readRef(gitDir, name string) (target string, id ID, err error) {
	dir := r.CommonDir
	if pseudoRef(name) || private(name) {
		dir = gitDir
	}
	file := filepath.Join(dir, filepath.FromSlash(name))
	if link, err := os.Readlink(file); err == nil && validRef(filepath.ToSlash(link)) {
		return filepath.ToSlash(link), "", nil // how git wrote HEAD before 2005
	}
	text, err := readSmall(file, maxPointer)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotRegular) && isDir(file) || errors.Is(err, syscall.ENOTDIR):
		if name == "HEAD" {
			return "", "", fmt.Errorf("%s is missing; set it with \"git symbolic-ref HEAD refs/heads/BRANCH\"", file)
		}
		id, err := r.packedRef(name)
		return "", id, err
	case err != nil:
		return "", "", err
	}
	if to, ok := strings.CutPrefix(text, "ref:"); ok {
		if to = strings.TrimSpace(to); validRef(to) || pseudoRef(to) {
			return to, "", nil
		}
	} else if text = strings.TrimRight(text, " \t\r\n"); len(text) >= 2*r.Hash.Size() {
		digits, rest := text[:2*r.Hash.Size()], text[2*r.Hash.Size():]
		if id, err := r.parseID(digits); err == nil && (rest == "" || rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n') {
			return "", id, nil // FETCH_HEAD has more behind it
		}
	}
	how := fmt.Sprintf("delete it with \"git update-ref -d %s\", or fetch it again", name)
	if name == "HEAD" {
		how = "set it anew with \"git symbolic-ref HEAD refs/heads/BRANCH\""
	}
	return "", "", fmt.Errorf("%s: names neither a branch nor an object; %s", file, how)
}

// packedRef looks one ref up in packed-refs.
func (r *Repo) packedRef(name string) (ID, error) {
	file := filepath.Join(r.CommonDir, "packed-refs")
	text, err := readSmall(file, maxPackedRefs)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	for at := 0; ; {
		i := strings.Index(text[at:], " "+name)
		if i < 0 {
			return "", nil
		}
		i += at
		at = i + 1 + len(name)
		start := i - 2*r.Hash.Size()
		if start < 0 || start > 0 && text[start-1] != '\n' || at < len(text) && text[at] != '\n' && text[at] != '\r' {
			continue
		}
		if id, err := r.parseID(text[start:i]); err == nil {
			return id, nil
		}
	}
}
