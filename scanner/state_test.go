package scanner

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/internal/gittest"
)

// memo is a state between two scans.
type memo struct {
	file    []byte
	scanned string // why everything was scanned the last time
}

func (m *memo) scan(t testing.TB, r *gittest.Repo, o Options, h HistoryOptions) *Result {
	t.Helper()
	st, err := ReadState(bytes.NewReader(m.file), int64(len(m.file)))
	must(t, err)
	h.State = st
	res := scanHistory(t, r, o, h)
	m.scanned = st.Note()
	if st.Changed() {
		var b bytes.Buffer
		must(t, st.Write(&b))
		m.file = b.Bytes()
	}
	return res
}

// steps are what happens to a repository between two scans; full says that
// everything must be scanned again after it.
var stateSteps = []struct {
	name string
	full bool
	do   func(r *gittest.Repo, text string)
}{
	{"nothing", false, func(*gittest.Repo, string) {}},
	{"commit with a key", false, func(r *gittest.Repo, text string) { r.Commit("key", "a.py", text) }},
	{"clean commit", false, func(r *gittest.Repo, text string) { r.Commit("clean", "a.py", "clean\n") }},
	{"the same key elsewhere", false, func(r *gittest.Repo, text string) { r.Commit("again", "b.py", "x\n"+text) }},
	{"branch", false, func(r *gittest.Repo, text string) {
		r.Branch("side")
		r.Commit("side", "side.py", "# side\n"+text)
		r.Checkout("main")
	}},
	{"branch delete", false, func(r *gittest.Repo, _ string) { r.Run("branch", "-q", "-D", "side") }},
	{"tag", false, func(r *gittest.Repo, text string) { r.Tag("v1", "release\n\n"+text) }},
	{"amend", false, func(r *gittest.Repo, text string) { r.Amend("c.py", text+"\n\n") }},
	{"repack", false, func(r *gittest.Repo, _ string) { r.Run("repack", "-q", "-a", "-d") }},
	{"commit after it", false, func(r *gittest.Repo, text string) { r.Commit("after", "d.py", "#\n"+text) }},
	{"second pack", false, func(r *gittest.Repo, _ string) { r.Run("repack", "-q", "-d") }},
	{"gc", false, func(r *gittest.Repo, _ string) { r.Run("gc", "-q", "--prune=never") }},
	{"message with a key", false, func(r *gittest.Repo, text string) { r.Commit("see\n\n"+text, "e.py", "x\n") }},
	{"prune", true, func(r *gittest.Repo, _ string) {
		r.Run("reflog", "expire", "--expire=now", "--all")
		r.Run("reset", "-q", "--hard", "HEAD~2")
		r.Run("reflog", "expire", "--expire=now", "--all")
		r.Run("gc", "-q", "--prune=now")
	}},
}

// TestStateFindsWhatAFullScanFinds: whatever happens between two scans.
func TestStateFindsWhatAFullScanFinds(t *testing.T) {
	o := testOptions(t)
	text := "# hubspot\nKEY = '" + expand(t, o, "{{app-token}}") + "'\nhubspot_api_key = '" + expand(t, o, "{{uuid}}") + "'\n"
	for _, h := range []HistoryOptions{{}, {Calls: true}} {
		t.Run(fmt.Sprint("calls ", h.Calls), func(t *testing.T) {
			t.Parallel()
			r := gittest.New(t)
			r.Commit("one", "first.txt", "first\n", "call.py", "requests.get('https://api.hubapi.com/contacts/v1/lists?hapikey=' + key)\n")
			var m memo
			m.scan(t, r, o, h)
			for _, step := range stateSteps {
				step.do(r, text)
				compareStates(t, step.name, r, o, h, &m)
				if full := m.scanned != ""; full != step.full {
					t.Errorf("after %s: everything scanned: %v (%s)", step.name, full, m.scanned)
				}
			}
		})
	}
}

func compareStates(t *testing.T, what string, r *gittest.Repo, o Options, h HistoryOptions, m *memo) {
	t.Helper()
	got, want := m.scan(t, r, o, h), scanHistory(t, r, o, h)
	equal(t, "after "+what, plain(t, got), plain(t, want))
	equal(t, "figures after "+what, got.Stats, want.Stats)
}

// TestStateAtRandom: steps in any order, on loose objects and packs.
func TestStateAtRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("builds many repositories")
	}
	o := testOptions(t)
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(seed, 1))
			r := gittest.New(t)
			r.Commit("one", "first.txt", "first\n")
			var m memo
			for i := range 15 {
				text := fmt.Sprintf("# hubspot %d\nKEY = '%s'\n", i, expand(t, o, fmt.Sprintf("{{app-token %d}}", 1+rnd.IntN(6))))
				switch rnd.IntN(6) {
				case 0:
					r.Run("repack", "-q", "-d")
				case 1:
					r.Run("gc", "-q", "--prune=never")
				case 2:
					r.Amend(fmt.Sprintf("f%d.py", rnd.IntN(4)), text)
				case 3:
					r.Commit("clean", fmt.Sprintf("f%d.py", rnd.IntN(4)), fmt.Sprintf("clean %d\n", i))
				default:
					for range 1 + rnd.IntN(3) {
						r.Commit("more", fmt.Sprintf("f%d.py", rnd.IntN(4)), text+strings.Repeat("#\n", rnd.IntN(90)))
					}
				}
				compareStates(t, fmt.Sprint("step ", i), r, o, HistoryOptions{}, &m)
			}
		})
	}
}

// TestStateHoldsNoSecret: neither a secret nor a text.
func TestStateHoldsNoSecret(t *testing.T) {
	o := testOptions(t)
	token, uuid := expand(t, o, "{{app-token}}"), expand(t, o, "{{uuid}}")
	r := gittest.New(t)
	r.Commit("one", "a.py", "# hubspot\nKEY = '"+token+"'\nhubspot_api_key = '"+uuid+"'\n")
	var m memo
	res := m.scan(t, r, o, HistoryOptions{})
	if len(res.Findings) != 2 || len(m.file) == 0 {
		t.Fatalf("%d findings, a state of %d bytes", len(res.Findings), len(m.file))
	}
	for _, part := range []string{token, uuid, uuid[:8], "hubspot", "KEY"} {
		if bytes.Contains(bytes.ToLower(m.file), bytes.ToLower([]byte(part))) {
			t.Errorf("the state holds %q", part)
		}
	}
	for _, f := range res.Findings {
		if f.Secret.ID != "" && bytes.Contains(m.file, []byte(f.Secret.ID)) {
			t.Errorf("the state holds the id of a secret")
		}
	}
}

// TestStateIsForItsRepository: that of another one, or a damaged one, is never
// believed.
func TestStateIsForItsRepository(t *testing.T) {
	o := testOptions(t)
	a, b := gittest.New(t), gittest.New(t)
	a.Commit("one", "a.py", "# hubspot\nKEY = '"+expand(t, o, "{{app-token 1}}")+"'\n")
	b.Commit("other", "b.py", "# hubspot\nKEY = '"+expand(t, o, "{{app-token 2}}")+"'\n")
	var m memo
	m.scan(t, a, o, HistoryOptions{})
	good := bytes.Clone(m.file)
	compareStates(t, "another repository", b, o, HistoryOptions{}, &m)
	if m.scanned == "" {
		t.Error("a foreign state was used")
	}
	for at := range good {
		bad := bytes.Clone(good)
		bad[at] ^= 0x20
		st, err := ReadState(bytes.NewReader(bad), int64(len(bad)))
		if err != nil {
			if !errors.Is(err, ErrState) {
				t.Fatalf("byte %d: %v", at, err)
			}
			continue
		}
		if at%7 > 0 {
			continue // reading the ids later is tried at some places
		}
		a.Run("tag", "-f", fmt.Sprint("t", at))
		res, err := HistoryOf(context.Background(), a.Dir, o, HistoryOptions{State: st})
		must(t, err)
		if len(res.Findings) != 1 {
			t.Fatalf("byte %d: %d findings", at, len(res.Findings))
		}
	}
	for _, n := range []int{1, 20, len(good) - 1} {
		if _, err := ReadState(bytes.NewReader(good[:n]), int64(n)); !errors.Is(err, ErrState) {
			t.Errorf("cut after %d bytes: %v", n, err)
		}
	}
}

// FuzzReadState: no bytes are too strange.
func FuzzReadState(f *testing.F) {
	f.Add([]byte(stateMagic))
	f.Fuzz(func(t *testing.T, file []byte) {
		if st, err := ReadState(bytes.NewReader(file), int64(len(file))); err == nil && st.old != nil {
			_, _ = st.known()
		}
	})
}
