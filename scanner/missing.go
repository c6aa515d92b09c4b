package scanner

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/scanner/internal/gitrepo"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// maxMissing is how many missing objects are listed.
const maxMissing = 100

// maxPromised is the number of objects beyond which a partial clone counts as
// lacking something, unless more is asked for: it nearly always does.
const maxPromised = 100_000

// missing lists the objects that the history speaks of and that are not there:
// what is not there cannot be looked at. In a partial clone that is so by
// design; it makes the scan incomplete all the same.
func (s *historyScan) missing(ctx context.Context) {
	promised := len(s.repo.Promisors) > 0 || s.store.Promised()
	told := map[objects.ID]bool{}
	if !promised {
		told = s.missingOfIndex(ctx)
		s.missingOfNames(told)
	}
	if promised && s.picked == nil && !s.h.Verify && s.store.Count() > maxPromised {
		s.skip(Skipped{
			Path: "objects", Failed: true,
			Reason: "partial clone: what was never fetched cannot be looked at: scan a full clone (--strict tells whether anything is missing)",
		})
		return
	}
	list := s.lacking(ctx, promised)
	if ctx.Err() != nil || len(list) == 0 {
		return
	}
	s.memory.forget()
	if promised {
		s.skip(Skipped{
			Path: "objects", Failed: true,
			Reason: fmt.Sprintf("partial clone: what was never fetched cannot be looked at (missing objects: %d): scan a full clone", len(list)),
		})
		return
	}
	for _, k := range s.skipped {
		if id, err := objects.ParseID(k.Path); err == nil {
			told[id] = true
		}
	}
	for i, id := range list {
		switch {
		case i == maxMissing:
			s.skip(Skipped{Path: "objects", Reason: fmt.Sprintf("more are missing than are listed: %d in all", len(list)), Failed: true})
			return
		case !told[id]:
			s.skip(Skipped{Path: id.String(), Reason: "object is missing, which a commit or tree of the history has: " + restore, Failed: true})
		}
	}
}

// restore is what to do about an object that is missing or broken.
const restore = "fetch it, or restore it from another clone"

// remedy says what to do about something in the object database.
func (s *historyScan) remedy(p objects.Problem) string {
	file, alternate := strings.CutPrefix(p.File, "alternate ")
	switch {
	case strings.Contains(p.Reason, "permission"), p.File == "objects":
		return ""
	case p.File == "" && strings.HasPrefix(p.Reason, objects.ErrCorrupt.Error()):
		return "restore it from another clone"
	case p.File == "":
		return restore
	case strings.HasSuffix(p.File, "info/alternates"):
		return "correct the file, or bring back the folder that it names"
	case alternate:
		return "restore it where the objects are shared from, or clone again"
	case strings.Contains(p.Reason, "its index is cut"), strings.Contains(p.Reason, "no index"), strings.HasSuffix(file, ".idx"):
		dir := ".git/objects/"
		if s.repo.CommonDir != filepath.Join(s.repo.Root, ".git") { // a bare one, or a linked working tree
			dir = "objects/"
		}
		pack := strings.TrimSuffix(strings.TrimSuffix(file, ".idx"), ".pack") + ".pack"
		return fmt.Sprintf("delete the index if there is one, and make it anew with `git index-pack %s%s`, or clone again", dir, pack)
	}
	return "restore it from another clone, or clone again"
}

// once keeps one reason for each object, the one that says most, and none for
// objects that are told of by name.
func once(list []Skipped) []Skipped {
	named, worse := map[string]bool{}, map[string]bool{}
	for _, s := range list {
		if _, err := objects.ParseID(s.Path); err != nil {
			for _, word := range strings.Fields(s.Reason) {
				named[strings.TrimSuffix(word, ",")] = true
			}
		} else if s.Failed && !objects.Vague(s.Reason) {
			worse[s.Path] = true
		}
	}
	told := map[string]bool{}
	return slices.DeleteFunc(list, func(s Skipped) bool {
		if _, err := objects.ParseID(s.Path); err != nil || !s.Failed {
			return false
		}
		if named[s.Path] || objects.Vague(s.Reason) && worse[s.Path] || told[s.Path] {
			return true
		}
		told[s.Path] = true
		return false
	})
}

// lacking lists the objects that what was scanned names, and that are not
// there: those of a range, those that what is new since the last scan names,
// or all.
func (s *historyScan) lacking(ctx context.Context, promised bool) []objects.ID {
	if s.picked != nil {
		return s.store.Lacks(s.picked)
	}
	if s.memory.reused() && !promised && !s.h.Verify {
		return s.memory.lost // of the rest nothing was missing, and all of it is still there
	}
	list, problems, err := s.store.Missing(ctx, s.shallow(), nil)
	s.problems(problems)
	if err != nil && ctx.Err() == nil {
		s.skip(Skipped{Path: "objects", Reason: "whether any are missing: " + err.Error(), Failed: true})
	}
	return list
}

// missingOfNames lists the branches, tags and HEADs whose objects are not there.
func (s *historyScan) missingOfNames(told map[objects.ID]bool) {
	for _, t := range s.named {
		id := objectID(t.ID)
		if told[id] || s.store.Has(id) {
			continue
		}
		if len(told) == maxMissing {
			return
		}
		told[id] = true
		s.skip(Skipped{Path: t.Name, Reason: fmt.Sprintf("object %s, which it names, is missing: %s", id, restore), Failed: true})
	}
}

// missingOfIndex lists the files of the index whose objects are not there, which
// have names that say more than the ids.
func (s *historyScan) missingOfIndex(ctx context.Context) map[objects.ID]bool {
	told := map[objects.ID]bool{}
	if s.repo.Bare() {
		return told
	}
	x, err := s.repo.Index(ctx)
	if err != nil {
		return told
	}
	for _, e := range x.Entries {
		id := objectID(e.ID)
		if e.Mode == gitrepo.ModeSubmodule || e.Flags&gitrepo.IntentToAdd != 0 || told[id] || s.store.Has(id) {
			continue
		}
		if len(told) == maxMissing {
			break
		}
		told[id] = true
		s.skip(Skipped{Path: e.Path, Reason: fmt.Sprintf("object %s is missing: %s", e.ID, restore), Failed: true})
	}
	return told
}
