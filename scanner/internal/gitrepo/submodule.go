package gitrepo

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
)

// Submodule is a commit of another repository that has its place in this one's tree.
type Submodule struct {
	Path       string
	Name       string // in .gitmodules; empty if that does not speak of it
	ID         ID     // the commit that the index asks for
	CheckedOut bool   // there is a working tree of its own at its place
}

// Submodules lists the submodules of the index by path. The file .gitmodules is only read for their names.
func (r *Repo) Submodules(ctx context.Context) ([]Submodule, error) {
	files, err := r.Tracked(ctx)
	if err != nil {
		return nil, err
	}
	var list []Submodule
	var names map[string]string
	for _, f := range files {
		if f.Mode != ModeSubmodule {
			continue
		}
		if names == nil {
			names = r.submoduleNames()
		}
		s := Submodule{Path: f.Path, Name: names[f.Path], ID: f.ID}
		s.CheckedOut = !r.Bare() && HasRepository(filepath.Join(r.Root, filepath.FromSlash(f.Path)))
		list = append(list, s)
	}
	return list, nil
}

// submoduleNames maps paths to names. A file that is no sound .gitmodules gives none.
func (r *Repo) submoduleNames() map[string]string {
	names := map[string]string{}
	cfg := config{}
	if r.Bare() || cfg.read(filepath.Join(r.Root, ".gitmodules")) != nil {
		return names
	}
	var keys []string
	for key := range cfg {
		if strings.HasPrefix(key, "submodule.") && strings.HasSuffix(key, ".path") {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		names[cfg[key]] = strings.TrimSuffix(strings.TrimPrefix(key, "submodule."), ".path")
	}
	return names
}
