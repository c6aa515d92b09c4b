package scanner

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
	"github.com/unhapi/unhapi/scanner/internal/text"
)

// oracle is a repository as git commands tell of it.
type oracle struct {
	t       testing.TB
	r       *gittest.Repo
	objects map[string]oracleObject
	trees   map[string][]string // "blob path" by commit
	reached []string            // commits that a name leads to
}

type oracleObject struct {
	typ     string
	raw     []byte
	parents []string
	time    int64
}

func newOracle(t testing.TB, r *gittest.Repo) *oracle {
	t.Helper()
	o := &oracle{t: t, r: r, objects: map[string]oracleObject{}, trees: map[string][]string{}}
	out := []byte(r.Run("cat-file", "--batch-all-objects", "--batch") + "\n")
	for len(out) > 0 {
		head, rest, _ := bytes.Cut(out, []byte("\n"))
		f := strings.Fields(string(head))
		size, err := strconv.Atoi(f[2])
		must(t, err)
		obj := oracleObject{typ: f[1], raw: rest[:size]}
		if obj.typ == "commit" {
			for line := range strings.Lines(string(obj.raw)) {
				switch f := strings.Fields(line); {
				case len(f) == 0 || obj.time != 0:
				case f[0] == "parent":
					obj.parents = append(obj.parents, f[1])
				case f[0] == "committer":
					obj.time, err = strconv.ParseInt(f[len(f)-2], 10, 64)
					must(t, err)
				}
			}
			for _, line := range r.Fields("ls-tree", "-r", "-z", f[0]) {
				info, path, _ := strings.Cut(line, "\t")
				if part := strings.Fields(info); part[1] == "blob" {
					o.trees[f[0]] = append(o.trees[f[0]], part[2]+" "+path)
				}
			}
		}
		o.objects[f[0]] = obj
		out = rest[size+1:]
	}
	o.reached = r.Lines("rev-list", "--all", "--reflog")
	if _, err := r.Try("rev-parse", "--verify", "-q", "HEAD"); err == nil {
		o.reached = append(o.reached, r.Lines("rev-list", "HEAD")...)
	}
	return o
}

// places counts a value in every object, in any encoding.
func (o *oracle) places(value string) map[string]int {
	out := map[string]int{}
	for id, obj := range o.objects {
		if obj.typ == "tree" {
			continue
		}
		if plain, _, ok := text.Decode(obj.raw); ok {
			if n := bytes.Count(bytes.ToLower(plain), bytes.ToLower([]byte(value))); n > 0 {
				out[id] = n
			}
		}
	}
	return out
}

// has lists the paths at which a commit has one of some blobs, and the blobs.
func (o *oracle) has(commit string, blobs map[string]int) (paths, ids []string) {
	for _, e := range o.trees[commit] {
		id, path, _ := strings.Cut(e, " ")
		if blobs[id] > 0 {
			paths, ids = append(paths, path), append(ids, id)
		}
	}
	return paths, ids
}

// brings tells where a commit has a blob that none of its parents has.
func (o *oracle) brings(commit string, blobs map[string]int) (path string, ok bool) {
	before := map[string]bool{}
	for _, p := range o.objects[commit].parents {
		_, ids := o.has(p, blobs)
		for _, id := range ids {
			before[id] = true
		}
	}
	paths, ids := o.has(commit, blobs)
	for i := range ids {
		if !before[ids[i]] {
			return paths[i], true
		}
	}
	return "", false
}

// life is the history of a value as git commands tell it.
func (o *oracle) life(value string) *History {
	blobs := o.places(value)
	h := &History{Paths: []string{}}
	for _, n := range blobs {
		h.Occurrences += n
	}
	commits := slices.DeleteFunc(slices.Clone(o.reached), func(c string) bool { p, _ := o.has(c, blobs); return len(p) == 0 })
	if len(commits) == 0 {
		for id, obj := range o.objects {
			if p, _ := o.has(id, blobs); obj.typ == "commit" && len(p) > 0 {
				commits = append(commits, id)
			}
		}
	}
	slices.SortFunc(commits, func(a, b string) int { return cmp.Compare(o.objects[a].time, o.objects[b].time) })
	commits = slices.Compact(commits)
	for _, c := range commits {
		paths, _ := o.has(c, blobs)
		h.Paths = append(h.Paths, paths...)
		if path, ok := o.brings(c, blobs); ok {
			in := &Introduction{Commit: c, Time: o.objects[c].time, Path: path}
			if h.First == nil {
				h.First = in
			}
			h.Last = in
		}
	}
	slices.Sort(h.Paths)
	h.Paths = slices.Compact(h.Paths)
	h.Paths = h.Paths[:min(len(h.Paths), maxHistoryPaths)]
	for id := range blobs {
		if o.objects[id].typ == "commit" || o.objects[id].typ == "tag" {
			commits = append(commits, id) // it stands in the message
		}
	}
	h.Refs = o.refs(commits)
	o.head(h, blobs)
	return h
}

// refs lists the branches and tags whose history has one of some commits, or
// that name one of some tags.
func (o *oracle) refs(commits []string) []string {
	out := []string{}
	for _, line := range o.r.Lines("for-each-ref", "--format=%(refname) %(symref)", "refs/heads", "refs/remotes", "refs/tags") {
		ref, other, _ := strings.Cut(line, " ")
		if other != "" { // another name of a ref, which is listed itself
			continue
		}
		named := append(o.r.Lines("rev-list", ref), o.tags(ref)...)
		if slices.ContainsFunc(named, func(c string) bool { return slices.Contains(commits, c) }) {
			out = append(out, ref)
		}
	}
	return out
}

// tags lists the tags by way of which a ref leads to a commit.
func (o *oracle) tags(ref string) []string {
	var out []string
	for id := o.r.ID(ref); o.objects[id].typ == "tag"; {
		out = append(out, id)
		line, _, _ := strings.Cut(string(o.objects[id].raw), "\n")
		id = strings.TrimPrefix(line, "object ")
	}
	return out
}

// head fills in what HEAD's history says.
func (o *oracle) head(h *History, blobs map[string]int) {
	if _, err := o.r.Try("rev-parse", "--verify", "-q", "HEAD"); err != nil {
		return
	}
	head := o.r.Head()
	if paths, _ := o.has(head, blobs); len(paths) > 0 {
		h.InHead = true
		return
	}
	for _, c := range o.r.Lines("rev-list", "HEAD") {
		parents := o.objects[c].parents
		if p, _ := o.has(c, blobs); len(p) > 0 || len(parents) == 0 {
			continue
		}
		if slices.ContainsFunc(parents, func(p string) bool { q, _ := o.has(p, blobs); return len(q) == 0 }) {
			continue
		}
		if h.Removed == nil || o.objects[c].time > h.Removed.Time {
			paths, _ := o.has(parents[0], blobs)
			h.Removed = &Introduction{Commit: c, Time: o.objects[c].time, Path: paths[0]}
		}
	}
}
