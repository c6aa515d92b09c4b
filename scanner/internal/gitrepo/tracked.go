package gitrepo

import "context"

// TrackedFile is a file that git knows.
type TrackedFile struct {
	Path  string
	Mode  Mode
	ID    ID // empty for a file of "git add -N", of which nothing is staged
	Flags EntryFlags
}

// Tracked lists the files of the index by path, each once, folders of a sparse index spread out. Files with the flag
// SkipWorktree are not expected in the working tree. Submodules are among them, by their mode.
func (r *Repo) Tracked(ctx context.Context) ([]TrackedFile, error) {
	x, err := r.Index(ctx)
	if err != nil {
		return nil, err
	}
	entries := x.Entries
	if x.Sparse {
		if entries, err = r.spread(ctx, entries); err != nil {
			return nil, err
		}
	}
	files := make([]TrackedFile, 0, len(entries))
	for i := range entries {
		e := &entries[i]
		f := TrackedFile{Path: e.Path, Mode: e.Mode.canonical(), ID: e.ID, Flags: e.Flags}
		if e.Flags&IntentToAdd != 0 {
			f.ID = ""
		}
		if n := len(files); n > 0 && files[n-1].Path == e.Path {
			if e.Stage == 2 { // of the sides of a conflict ours is what is most like the file
				files[n-1] = f
			}
			continue
		}
		files = append(files, f)
	}
	return files, nil
}

// spread replaces the folders of a sparse index by the files in them.
func (r *Repo) spread(ctx context.Context, entries []Entry) ([]Entry, error) {
	var all []Entry
	for _, e := range entries {
		if e.Mode != ModeTree {
			all = append(all, e)
			continue
		}
		files, err := r.flatten(ctx, e.Path, e.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}
