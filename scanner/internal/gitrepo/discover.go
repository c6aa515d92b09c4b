package gitrepo

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const maxPointer = 1 << 20 // bytes of a file that only names a path or an object

// Discover finds the repository that a file or folder lies in, searching upward as git does: a working tree, a linked
// one, a submodule, a bare repository, or the inside of one of them. GIT_DIR in env ends the search before it begins.
func Discover(path string, env Env) (*Repo, error) {
	start, err := startOf(path)
	if err != nil {
		return nil, err
	}
	r := &Repo{env: env}
	if env.GitDir != "" {
		err = r.explicit(start)
	} else {
		err = r.search(path, start)
	}
	if err != nil {
		return nil, err
	}
	if err := r.load(); err != nil {
		return nil, err
	}
	r.Objects = defaultReader{r}
	return r, nil
}

// HasRepository says whether a folder is the root of a working tree: a nested clone or a submodule that is checked out.
func HasRepository(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, ".git"))
	return err == nil
}

// startOf is the folder where the search begins, without symbolic links: as for git, it is the physical place that
// counts.
func startOf(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	st, err := os.Lstat(abs)
	if err != nil {
		return "", err
	}
	if st.Mode()&os.ModeSymlink != 0 && !isDir(abs) || !st.IsDir() && st.Mode()&os.ModeSymlink == 0 {
		abs = filepath.Dir(abs) // a link to a file lies where it lies
	}
	return filepath.EvalSymlinks(abs)
}

func (r *Repo) search(path, start string) error {
	ceilings := filepath.SplitList(r.env.CeilingDirectories)
	for dir := start; ; dir = filepath.Dir(dir) {
		found, err := r.at(dir)
		if found || err != nil {
			return err
		}
		if dir == filepath.Dir(dir) || slices.Contains(ceilings, filepath.Dir(dir)) {
			return fmt.Errorf("%s: %w; name a folder inside one, or run \"git init\"", path, ErrNoRepository)
		}
	}
}

// at looks for a repository whose working tree, or whose own folder, is dir.
func (r *Repo) at(dir string) (bool, error) {
	dot := filepath.Join(dir, ".git")
	switch st, err := os.Stat(dot); {
	case err == nil && st.Mode().IsRegular():
		target, err := readGitFile(dot)
		if err != nil {
			return false, err
		}
		r.Root, r.GitDir = dir, target
		return true, nil
	case err == nil && st.IsDir() && looksLikeGitDir(dot):
		r.Root, r.GitDir = dir, dot
		return true, nil
	case err == nil && st.IsDir():
		if _, err = os.Stat(filepath.Join(dot, "HEAD")); os.IsPermission(err) {
			return false, notAllowed(dot, err)
		}
	case os.IsPermission(err):
		return false, notAllowed(dir, err)
	}
	if isFile(filepath.Join(dir, "HEAD")) && looksLikeGitDir(dir) {
		r.GitDir = dir
		return true, nil
	}
	return false, nil
}

func notAllowed(path string, err error) error {
	return fmt.Errorf("%s: %w; run as a user who may read it", path, reasonOf(err))
}

// looksLikeGitDir does not ask for a sound HEAD: a damaged one is reported, not searched past.
func looksLikeGitDir(dir string) bool {
	common, err := commonDir(dir)
	return err == nil && isDir(filepath.Join(common, "objects")) && isDir(filepath.Join(common, "refs"))
}

// readGitFile follows a file named .git, which names the folder that is meant.
func readGitFile(path string) (string, error) {
	text, err := readSmall(path, maxPointer)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(text, "gitdir:")
	target = strings.TrimRight(strings.TrimLeft(target, " "), "\r\n")
	if !ok || target == "" || strings.ContainsAny(target, "\x00\n") {
		return "", fmt.Errorf("%s: does not begin with \"gitdir: PATH\", so it is no repository; remove it or clone again", path)
	}
	target = absolute(target, filepath.Dir(path))
	if st, err := os.Stat(target); err != nil || !st.IsDir() || !looksLikeGitDir(target) {
		if os.IsPermission(err) {
			return "", notAllowed(target, err)
		}
		return "", fmt.Errorf("%s: points to %s, which is no git repository; run \"git worktree repair\" in the main working tree, "+
			"or \"git submodule update --init\" for a submodule", path, target)
	}
	return target, nil
}

// absolute is a path that is relative to base, unless it is absolute.
func absolute(path, base string) string {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Clean(path)
}

// commonDir is the folder that the file commondir of a linked working tree's folder names.
func commonDir(gitDir string) (string, error) {
	text, err := readSmall(filepath.Join(gitDir, "commondir"), maxPointer)
	if os.IsNotExist(err) {
		return gitDir, nil
	}
	if err != nil {
		return "", err
	}
	text = strings.TrimRight(text, "\r\n")
	if text == "" || strings.ContainsAny(text, "\x00\n") {
		return "", fmt.Errorf("%s: names no folder; run \"git worktree repair\"", filepath.Join(gitDir, "commondir"))
	}
	return absolute(text, gitDir), nil
}

// explicit takes the repository that GIT_DIR names.
func (r *Repo) explicit(start string) error {
	dir := absolute(r.env.GitDir, start)
	if st, err := os.Stat(dir); err == nil && st.Mode().IsRegular() {
		if dir, err = readGitFile(dir); err != nil {
			return err
		}
	}
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil || !looksLikeGitDir(dir) {
		return fmt.Errorf("%s: %w, though GIT_DIR says so; unset or correct it", r.env.GitDir, ErrNoRepository)
	}
	r.GitDir, r.explicitDir = dir, true
	if r.env.WorkTree != "" {
		root := absolute(r.env.WorkTree, start)
		if r.Root, err = filepath.EvalSymlinks(root); err != nil {
			return fmt.Errorf("GIT_WORK_TREE: %w", err)
		}
	}
	return nil
}

// load reads what the repository says about itself.
func (r *Repo) load() error {
	var err error
	if r.CommonDir, err = commonDir(r.GitDir); err != nil {
		return err
	}
	if r.env.CommonDir != "" {
		r.CommonDir = absolute(r.env.CommonDir, r.base())
	}
	cfg := config{}
	if err := cfg.read(filepath.Join(r.CommonDir, "config")); err != nil {
		return err
	}
	if cfg.bool("extensions.worktreeconfig", false) {
		if err := cfg.read(filepath.Join(r.GitDir, "config.worktree")); err != nil {
			return err
		}
	}
	if err := r.configure(cfg); err != nil {
		return err
	}
	r.workTree(cfg)
	r.IndexFile = filepath.Join(r.GitDir, "index")
	if r.env.IndexFile != "" {
		r.IndexFile = absolute(r.env.IndexFile, r.base())
	}
	r.ObjectDirs = r.objectDirs()
	return r.readShallow()
}

// base is the folder that git works in: what relative paths in the environment are relative to.
func (r *Repo) base() string { return r.Where() }

// knownExtensions are those that are taken into account, or change nothing about what is read here.
var knownExtensions = []string{
	"noop", "noop-v1", "objectformat", "compatobjectformat", "refstorage", "partialclone", "preciousobjects", "worktreeconfig",
	"relativeworktrees", "submodulepathconfig",
}

func (r *Repo) configure(cfg config) error {
	r.excludesFile, r.ownExcludes = cfg["core.excludesfile"]
	file := filepath.Join(r.CommonDir, "config")
	switch v := strings.ToLower(cfg["extensions.objectformat"]); v {
	case "", "sha1":
	case "sha256":
		r.Hash = SHA256
	default:
		return fmt.Errorf("%s: objects are named with the unknown algorithm %q; a newer version may know it", file, v)
	}
	switch v, _, _ := strings.Cut(strings.ToLower(cfg["extensions.refstorage"]), ":"); v {
	case "", "files":
	case "reftable":
		r.Reftable = true
	default:
		return fmt.Errorf("%s: refs are stored in the unknown format %q; a newer version may know it", file, v)
	}
	for key := range cfg {
		if name, ok := strings.CutPrefix(key, "extensions."); ok && !slices.Contains(knownExtensions, name) {
			r.Problems = append(r.Problems, Problem{Path: file, Reason: fmt.Sprintf("the extension %q is not known; what it changes is not taken into account", name)})
		}
	}
	slices.SortFunc(r.Problems, func(a, b Problem) int { return strings.Compare(a.Reason, b.Reason) })
	r.IgnoreCase = cfg.bool("core.ignorecase", false)
	r.Sparse = cfg.bool("core.sparsecheckout", false)
	if name := cfg["extensions.partialclone"]; name != "" {
		r.Promisors = append(r.Promisors, name)
	}
	for key := range cfg {
		if name, ok := strings.CutSuffix(key, ".promisor"); ok && strings.HasPrefix(name, "remote.") && cfg.bool(key, false) {
			r.Promisors = append(r.Promisors, strings.TrimPrefix(name, "remote."))
		}
	}
	slices.Sort(r.Promisors)
	r.Promisors = slices.Compact(r.Promisors)
	return nil
}

// workTree finds the working tree of a repository that was entered from the inside, or that has it elsewhere. What the
// repository says is believed only where the working tree names the repository in turn: "core.worktree = /" must not
// lead a scan to the whole disk.
func (r *Repo) workTree(cfg config) {
	if r.explicitDir && r.Root != "" {
		return
	}
	if r.GitDir == r.CommonDir && cfg.bool("core.bare", false) {
		r.Root = "" // also with the name .git: linked working trees may hang on it
		return
	}
	file, claim := filepath.Join(r.CommonDir, "config"), cfg["core.worktree"]
	if claim == "" && r.Root == "" && r.GitDir != r.CommonDir {
		file = filepath.Join(r.GitDir, "gitdir")
		if text, err := readSmall(file, maxPointer); err == nil {
			claim = filepath.Dir(strings.TrimRight(text, "\r\n"))
		}
	}
	if claim == "" && r.Root == "" && filepath.Base(r.GitDir) == ".git" {
		r.Root = filepath.Dir(r.GitDir)
	}
	if claim == "" {
		return
	}
	root, err := filepath.EvalSymlinks(absolute(claim, r.GitDir))
	if err == nil && root == r.Root {
		return
	}
	if err == nil && namesRepository(root, r.GitDir) {
		r.Root = root
		return
	}
	r.Problems = append(r.Problems, Problem{
		Path:   file,
		Reason: fmt.Sprintf("the working tree %s does not name this repository in turn; set GIT_WORK_TREE if it is right", claim),
	})
}

// namesRepository says whether the .git of a folder is, or names, a repository.
func namesRepository(root, gitDir string) bool {
	dot := filepath.Join(root, ".git")
	if isFile(dot) {
		target, err := readGitFile(dot)
		if err != nil {
			return false
		}
		dot = target
	}
	a, err := os.Stat(dot)
	if err != nil {
		return false
	}
	b, err := os.Stat(gitDir)
	return err == nil && os.SameFile(a, b)
}
