package gittest

import (
	"os"
	"path/filepath"
	"strings"
)

// Add stages everything in the working tree, or the paths given, ignored or not.
func (r *Repo) Add(paths ...string) {
	r.t.Helper()
	if len(paths) == 0 {
		paths = []string{"."}
	}
	r.Run(append([]string{"add", "-A", "-f", "--"}, paths...)...)
}

// Commit writes files (path, text, …), stages them and commits what is staged, even if that is nothing. It returns the
// commit's id.
func (r *Repo) Commit(message string, pathText ...string) string {
	r.t.Helper()
	r.Write(pathText...)
	for i := 0; i < len(pathText); i += 2 {
		r.Add(pathText[i])
	}
	return r.CommitStaged(message)
}

// CommitAll stages everything in the working tree, deletions too, and commits.
func (r *Repo) CommitAll(message string) string {
	r.t.Helper()
	r.Add()
	return r.CommitStaged(message)
}

// CommitStaged commits the index as it is; further arguments go to "git commit": CommitStaged("m", "--amend").
func (r *Repo) CommitStaged(message string, args ...string) string {
	r.t.Helper()
	r.RunInput(message, append([]string{"commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", "-"}, args...)...)
	return r.Head()
}

// Amend replaces the last commit by one with these files and the same message.
func (r *Repo) Amend(pathText ...string) string {
	r.t.Helper()
	r.Write(pathText...)
	for i := 0; i < len(pathText); i += 2 {
		r.Add(pathText[i])
	}
	r.Run("commit", "-q", "--amend", "--no-edit", "--allow-empty")
	return r.Head()
}

// Head is the id of the commit that is checked out.
func (r *Repo) Head() string {
	r.t.Helper()
	return r.ID("HEAD")
}

// ID is the full object id of a revision: ID("HEAD~1:path").
func (r *Repo) ID(rev string) string {
	r.t.Helper()
	return r.Run("rev-parse", "--verify", "--end-of-options", rev)
}

// Branch makes a branch at the commit that is checked out and checks it out.
func (r *Repo) Branch(name string) {
	r.t.Helper()
	r.Run("checkout", "-q", "-b", name)
}

// Orphan checks out a branch without a commit and empties index and working tree.
func (r *Repo) Orphan(name string) {
	r.t.Helper()
	r.Run("checkout", "-q", "--orphan", name)
	r.Run("rm", "-r", "-q", "-f", "--ignore-unmatch", ".")
}

// Checkout checks out a branch or commit.
func (r *Repo) Checkout(rev string) {
	r.t.Helper()
	r.Run("checkout", "-q", rev, "--")
}

// Merge merges branches into the one that is checked out, always with a commit of its own. Further files (path, text,
// …) are what the merge itself brings in: they are put into the merge commit.
func (r *Repo) Merge(message string, branches []string, pathText ...string) string {
	r.t.Helper()
	args := append([]string{"merge", "-q", "--no-ff", "--no-commit", "--no-edit"}, branches...)
	if _, err := r.Try(args...); err != nil && len(pathText) == 0 {
		r.t.Fatal(err) // with files the conflict is what the caller wants to resolve
	}
	r.Write(pathText...)
	for i := 0; i < len(pathText); i += 2 {
		r.Add(pathText[i])
	}
	return r.CommitStaged(message)
}

// Tag makes a lightweight tag of HEAD, or an annotated one if there is a message, and returns the id it names.
func (r *Repo) Tag(name, message string) string {
	r.t.Helper()
	if message == "" {
		r.Run("tag", "--", name)
	} else {
		r.RunInput(message, "tag", "-a", "--cleanup=verbatim", "-F", "-", "--", name)
	}
	return r.ID("refs/tags/" + name)
}

// Note writes a note about a commit.
func (r *Repo) Note(rev, text string) {
	r.t.Helper()
	r.RunInput(text, "notes", "add", "-f", "-F", "-", rev)
}

// Stash puts away what differs from HEAD, untracked files too, and returns the id of the stash.
func (r *Repo) Stash(message string) string {
	r.t.Helper()
	r.Run("stash", "push", "-q", "--include-untracked", "-m", message)
	return r.ID("refs/stash")
}

// Blob writes an object that nothing refers to and returns its id.
func (r *Repo) Blob(text string) string {
	r.t.Helper()
	return r.RunInput(text, "hash-object", "-w", "--stdin")
}

// Pack puts all objects that are reachable into one pack and all refs into packed-refs.
func (r *Repo) Pack() {
	r.t.Helper()
	r.Run("repack", "-q", "-a", "-d")
	r.Run("pack-refs", "--all")
}

// Clone clones into a new temporary folder; the arguments go to "git clone": Clone("--depth=1"), Clone("--bare").
func (r *Repo) Clone(args ...string) *Repo {
	r.t.Helper()
	to := filepath.Join(TempDir(r.t), "clone")
	args = append([]string{"clone", "-q", "--template="}, args...)
	r.Run(append(args, "--", FileURL(r.Dir), to)...)
	return Open(r.t, to)
}

// CloneShared is Clone("--shared"): objects are borrowed by way of info/alternates.
func (r *Repo) CloneShared() *Repo {
	r.t.Helper()
	to := filepath.Join(TempDir(r.t), "clone")
	r.Run("clone", "-q", "--template=", "--shared", "--", r.Dir, to)
	return Open(r.t, to)
}

// Worktree checks out a new branch in a linked working tree in a temporary folder.
func (r *Repo) Worktree(branch string) *Repo {
	r.t.Helper()
	to := filepath.Join(TempDir(r.t), filepath.Base(branch))
	r.Run("worktree", "add", "-q", "-b", branch, to)
	return Open(r.t, to)
}

// Submodule adds another repository as a submodule, staged but not committed.
func (r *Repo) Submodule(from *Repo, path string) {
	r.t.Helper()
	r.Run("submodule", "--quiet", "add", "--", FileURL(from.Dir), path)
}

// Lines are the non-empty lines of a step's output.
func (r *Repo) Lines(args ...string) []string {
	r.t.Helper()
	return strings.FieldsFunc(r.Run(args...), func(c rune) bool { return c == '\n' })
}

// Fields are the non-empty fields of the output of a step that ends them with NUL (-z).
func (r *Repo) Fields(args ...string) []string {
	r.t.Helper()
	return strings.FieldsFunc(r.Run(args...), func(c rune) bool { return c == 0 })
}

// WriteGit writes a file of the repository itself, past git: WriteGit("HEAD", "garbage").
func (r *Repo) WriteGit(name, text string) {
	r.t.Helper()
	p := r.GitPath(name)
	must(r.t, os.MkdirAll(filepath.Dir(p), 0o777))
	must(r.t, os.WriteFile(p, []byte(text), 0o666))
}

// FileURL is the URL of a folder, for commands that treat a plain path differently (clone with a depth or a filter).
func FileURL(dir string) string {
	dir = filepath.ToSlash(dir)
	if !strings.HasPrefix(dir, "/") {
		dir = "/" + dir // C:/…
	}
	return "file://" + dir
}
