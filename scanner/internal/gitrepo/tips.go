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
)

const (
	maxReflog    = 1 << 30
	maxWorktrees = 10_000
)

// Tip is a place where history may be entered.
type Tip struct {
	Name string // refs/heads/main, HEAD, worktrees/x/HEAD, MERGE_HEAD, refs/stash@{1}
	ID   ID     // a commit, an annotated tag, now and then another object; it may be missing
	From TipSource
}

// TipSource says what keeps a tip.
type TipSource uint8

// The sources, in the order in which Tips lists them.
const (
	FromHead   TipSource = iota // HEAD of a working tree
	FromRef                     // a ref
	FromPseudo                  // ORIG_HEAD, FETCH_HEAD, MERGE_HEAD and the like
	FromReflog                  // an older value of a ref: stashes but for the newest, commits that were amended or reset
)

// pseudoRefs are the files beside HEAD that name commits.
var pseudoRefs = []string{
	"ORIG_HEAD", "FETCH_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "REBASE_HEAD", "BISECT_HEAD", "AUTO_MERGE",
	"BISECT_EXPECTED_REV", "MERGE_AUTOSTASH", "rebase-merge/orig-head", "rebase-merge/onto", "rebase-merge/autostash",
	"rebase-apply/orig-head", "rebase-apply/onto", "rebase-apply/autostash",
}

// Tips lists everything that names a commit, each object once, under the first name that it has: HEADs of all working
// trees, the refs that Refs gave, files like ORIG_HEAD, and the reflogs.
func (r *Repo) Tips(ctx context.Context, refs []Ref) ([]Tip, []Problem, error) {
	l := tipLister{repo: r, seen: make(map[ID]bool, len(refs))}
	trees := l.workTrees()
	for _, t := range trees {
		if r.Reftable {
			l.gitWorktreeHead(ctx, t)
		} else {
			l.ref(t, "HEAD", FromHead)
		}
	}
	for _, ref := range refs {
		l.add(ref.Name, ref.ID, FromRef)
	}
	for _, t := range trees {
		if err := l.privateRefs(ctx, t); err != nil {
			return nil, nil, err
		}
	}
	for _, t := range trees {
		for _, name := range pseudoRefs {
			l.pseudo(t, name)
		}
	}
	var err error
	if r.Reftable {
		err = l.gitReflogs(ctx)
	} else {
		err = l.reflogs(ctx, trees)
	}
	return l.tips, l.problems, err
}

// workTreeDir is the folder of one working tree, and what stands before its names.
type workTreeDir struct{ dir, prefix string }

type tipLister struct {
	repo     *Repo
	seen     map[ID]bool
	tips     []Tip
	problems []Problem
}

func (l *tipLister) add(name string, id ID, from TipSource) {
	if id.IsNull() || l.seen[id] {
		return
	}
	l.seen[id] = true
	l.tips = append(l.tips, Tip{name, id, from})
}

func (l *tipLister) problem(name string, err error) {
	l.problems = append(l.problems, Problem{Path: name, Reason: err.Error(), Failed: true})
}

// workTrees lists the folders of all working trees, this one first.
func (l *tipLister) workTrees() []workTreeDir {
	r := l.repo
	trees := []workTreeDir{{r.GitDir, ""}}
	if r.GitDir != r.CommonDir {
		trees = append(trees, workTreeDir{r.CommonDir, "main-worktree/"})
	}
	entries, err := os.ReadDir(filepath.Join(r.CommonDir, "worktrees"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.problem("worktrees", err)
	}
	for _, e := range entries[:min(len(entries), maxWorktrees)] {
		dir := filepath.Join(r.CommonDir, "worktrees", e.Name())
		if e.IsDir() && dir != r.GitDir {
			trees = append(trees, workTreeDir{dir, "worktrees/" + e.Name() + "/"})
		}
	}
	return trees
}

// ref adds one ref of a working tree.
func (l *tipLister) ref(t workTreeDir, name string, from TipSource) {
	_, id, err := l.repo.follow(t.dir, name)
	if err != nil {
		l.problem(t.prefix+name, err)
		return
	}
	l.add(t.prefix+name, id, from)
}

// privateRefs adds the refs that belong to a single other working tree.
func (l *tipLister) privateRefs(ctx context.Context, t workTreeDir) error {
	if t.prefix == "" || l.repo.Reftable {
		return nil
	}
	refs := refLister{repo: l.repo, own: t.dir}
	for _, folder := range []string{"refs/bisect", "refs/worktree", "refs/rewritten"} {
		if err := refs.loose(ctx, t.dir, folder, nil); err != nil {
			return err
		}
	}
	for _, ref := range refs.sorted() {
		l.add(t.prefix+ref.Name, ref.ID, FromRef)
	}
	l.problems = append(l.problems, refs.problems...)
	return nil
}

// pseudo adds the ids at the beginnings of the lines of a file beside HEAD.
func (l *tipLister) pseudo(t workTreeDir, name string) {
	text, err := readSmall(filepath.Join(t.dir, filepath.FromSlash(name)), maxPackedRefs)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			l.problem(t.prefix+name, err)
		}
		return
	}
	size := 2 * l.repo.Hash.Size()
	for line := range strings.Lines(text) {
		if len(line) >= size {
			if id, err := l.repo.parseID(line[:size]); err == nil {
				l.add(t.prefix+name, id, FromPseudo)
			}
		}
	}
}

// reflogs adds the older values of all refs. One file a ref, below logs/.
func (l *tipLister) reflogs(ctx context.Context, trees []workTreeDir) error {
	for _, t := range trees {
		logs := filepath.Join(t.dir, "logs")
		if target, err := filepath.EvalSymlinks(logs); err == nil {
			logs = target
		}
		err := filepath.WalkDir(logs, func(file string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				l.problem(file, err)
				return nil
			case ctx.Err() != nil:
				return ctx.Err()
			case !d.Type().IsRegular():
				return nil
			}
			rel, err := filepath.Rel(logs, file)
			if err != nil {
				return err
			}
			name := filepath.ToSlash(rel)
			if !strings.HasPrefix(name, "refs/") || private(name) {
				name = t.prefix + name
			}
			l.reflog(file, name)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reflog adds what the lines of a reflog name, newest first: "OLD NEW NAME <EMAIL> TIME ZONE\tMESSAGE".
func (l *tipLister) reflog(file, name string) {
	text, err := readSmall(file, maxReflog)
	if err != nil {
		l.problem(file, err)
		return
	}
	size := 2 * l.repo.Hash.Size()
	lines, bad := strings.Split(strings.TrimSuffix(text, "\n"), "\n"), 0
	slices.Reverse(lines)
	for n, line := range lines {
		if text == "" || len(line) < 2*size+1 || line[size] != ' ' {
			bad = len(lines) - n
			continue
		}
		was, err1 := l.repo.parseID(line[:size])
		is, err2 := l.repo.parseID(line[size+1 : 2*size+1])
		if err1 != nil || err2 != nil {
			bad = len(lines) - n
			continue
		}
		l.add(fmt.Sprintf("%s@{%d}", name, n), is, FromReflog)
		l.add(fmt.Sprintf("%s@{%d}", name, n+1), was, FromReflog)
	}
	if bad != 0 && text != "" {
		l.problem(file, fmt.Errorf("line %d is no entry of a reflog; what it named is not known", bad))
	}
}

// Stashes lists what "git stash list" does: the commits of the stashes, newest first.
func (r *Repo) Stashes(ctx context.Context) ([]Ref, error) {
	if r.Reftable {
		return r.gitStashes(ctx)
	}
	_, id, err := r.follow(r.GitDir, "refs/stash")
	if err != nil || id == "" {
		return nil, err
	}
	l := tipLister{repo: r, seen: map[ID]bool{}}
	l.add("refs/stash@{0}", id, FromRef)
	l.reflog(filepath.Join(r.CommonDir, "logs", "refs", "stash"), "refs/stash")
	stashes := make([]Ref, 0, len(l.tips))
	for _, t := range l.tips {
		stashes = append(stashes, Ref{Name: t.Name, ID: t.ID})
	}
	return stashes, nil
}
