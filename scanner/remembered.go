package scanner

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// stateHistory is a history as a state keeps it.
type stateHistory struct {
	First   stateChange   `json:"first"`
	Last    stateChange   `json:"last"`
	Removed stateChange   `json:"removed"`
	Head    []stateChange `json:"head"`
	Paths   []string      `json:"paths"`
	Refs    []string      `json:"refs"`
}

type stateChange struct {
	Commit string `json:"commit,omitempty"`
	Time   int64  `json:"time,omitempty"`
	Path   string `json:"path,omitempty"`
	Blob   string `json:"blob,omitempty"`
}

// maxStateGroups is how many histories a state keeps at most.
const maxStateGroups = 4096

// recall gives the histories of some groups from the state. It knows them as
// long as nothing has changed that they depend on.
func (m *memory) recall(groups [][]objects.ID) ([]objects.History, bool) {
	if m == nil || m.st.old == nil || m.st.old.World == "" || m.st.old.World != m.world() {
		return nil, false
	}
	kept, ok := m.st.old.Histories[groupsKey(groups)]
	if !ok || len(kept) != len(groups) {
		return nil, false
	}
	out := make([]objects.History, len(kept))
	for i, k := range kept {
		out[i] = k.history()
	}
	return out, true
}

// note keeps the histories of some groups for the next scan.
func (m *memory) note(groups [][]objects.ID, histories []objects.History) {
	if m == nil || len(groups) > maxStateGroups {
		return
	}
	if m.st.next == nil {
		if m.st.old == nil {
			return // the scan is not worth remembering
		}
		m.keepAll()
		if m.st.next == nil {
			return
		}
	}
	next := m.st.next
	if next.Histories == nil {
		next.World, next.Histories = m.world(), map[string][]stateHistory{}
	}
	kept := make([]stateHistory, len(histories))
	for i, h := range histories {
		kept[i] = keepHistory(h)
	}
	next.Histories[groupsKey(groups)] = kept
}

// namesSecret reports whether a path or ref of a history could hold a secret,
// which must not get into a state.
func (d *Detector) namesSecret(h objects.History) bool {
	names := slices.Concat(h.Paths, h.Refs, []string{h.First.Path, h.Last.Path, h.Removed.Path})
	for _, p := range h.Head {
		names = append(names, p.Path)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.ContainsFunc(d.packs, func(x *packIndex) bool {
			return x.Conceal(name) != name
		})
	})
}

// keepAll takes over everything that is known of the objects: only names have
// changed.
func (m *memory) keepAll() {
	next := *m.st.old
	next.Packs, next.World, next.Histories = nil, "", nil
	if ids, err := next.inventory(m.store, m.packs, m.loose); err == nil {
		m.st.next, m.st.ids = &next, ids
	}
}

func groupsKey(groups [][]objects.ID) string {
	sum := sha256.New()
	for _, g := range groups {
		for _, id := range g {
			sum.Write(id.Bytes())
		}
		sum.Write([]byte{'\n'})
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

func keepHistory(h objects.History) stateHistory {
	out := stateHistory{First: keepChange(h.First), Last: keepChange(h.Last), Removed: keepChange(h.Removed), Paths: h.Paths, Refs: h.Refs}
	for _, p := range h.Head {
		out.Head = append(out.Head, stateChange{Path: p.Path, Blob: p.Blob.String()})
	}
	return out
}

func keepChange(c objects.Change) stateChange {
	if c.Commit.IsZero() {
		return stateChange{}
	}
	return stateChange{c.Commit.String(), c.Time, c.Path, c.Blob.String()}
}

func (k stateHistory) history() objects.History {
	out := objects.History{First: k.First.change(), Last: k.Last.change(), Removed: k.Removed.change(), Paths: k.Paths, Refs: k.Refs}
	for _, p := range k.Head {
		c := p.change()
		out.Head = append(out.Head, objects.Place{Path: c.Path, Blob: c.Blob})
	}
	return out
}

func (c stateChange) change() objects.Change {
	commit, _ := objects.ParseID(c.Commit)
	blob, _ := objects.ParseID(c.Blob)
	return objects.Change{Commit: commit, Time: c.Time, Path: c.Path, Blob: blob}
}
