package objects

import (
	"errors"
	"maps"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

func TestReachableAgreesWithGit(t *testing.T) {
	for seed := range int64(6) {
		rnd := rand.New(rand.NewSource(seed))
		r := newRepoOf(t, Hash(seed%2))
		r.fastImport(branchy(rnd, 120, true), seed == 2)
		if seed == 1 {
			r.git(nil, "repack", "-adfq")
		}
		refs := r.refs()
		r.git(nil, "tag", "-a", "-m", "one", "one", refs[3].ID.String())
		r.git(nil, "tag", "-a", "-m", "two", "two", "one")
		refs = r.refs()
		s := r.open()
		for range 25 {
			var include, exclude []ID
			args := []string{"rev-list", "--objects", "--no-object-names"}
			for range 1 + rnd.Intn(3) {
				ref := refs[rnd.Intn(len(refs))]
				include = append(include, ref.ID)
				args = append(args, ref.ID.String())
			}
			for range rnd.Intn(3) {
				ref := refs[rnd.Intn(len(refs))]
				exclude = append(exclude, ref.ID)
				args = append(args, "^"+ref.ID.String())
			}
			set, probs, err := s.Reachable(background(), include, exclude, nil)
			if err != nil || len(probs) > 0 {
				t.Fatal(err, probs)
			}
			want := map[ID]bool{}
			for _, line := range strings.Fields(r.git(nil, args...)) {
				want[r.id(line)] = true
			}
			for id := range want {
				if !set.Has(id) {
					t.Fatalf("%v: %v %v is not in the set", args, r.all()[id].kind, id)
				}
			}
			if set.Len() != len(want) {
				for id, kind := range set.ids {
					if !want[id] {
						t.Errorf("%v: %v %v should not be in the set", args, kind, id)
					}
				}
				t.FailNow()
			}
		}
	}
}

func TestDangling(t *testing.T) {
	r := newRepo(t)
	r.fastImport(branchy(rand.New(rand.NewSource(3)), 150, false), false)
	refs := r.refs()
	r.git(nil, "tag", "-a", "-m", "one", "one", refs[5].ID.String())
	from := []ID{r.id(r.git(nil, "rev-parse", "one")), refs[9].ID}
	reached := map[string]bool{}
	for _, line := range strings.Fields(r.git(nil, "rev-list", "one", refs[9].ID.String())) {
		reached[line] = true
	}
	parent := map[string]bool{}
	left := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(r.git(nil, "rev-list", "--all", "--parents")), "\n") {
		f := strings.Fields(line)
		if reached[f[0]] {
			continue
		}
		left[f[0]] = true
		for _, p := range f[1:] {
			parent[p] = true
		}
	}
	maps.DeleteFunc(left, func(c string, _ bool) bool { return parent[c] })
	got, probs, err := r.open().Dangling(background(), from)
	if err != nil || len(probs) > 0 {
		t.Fatal(err, probs)
	}
	var list []string
	for _, id := range got {
		list = append(list, id.String())
	}
	if want := slices.Sorted(maps.Keys(left)); len(want) < 2 || !slices.Equal(list, want) {
		t.Fatalf("got %v, want %v", list, want)
	}
}

func TestObjects(t *testing.T) {
	for _, hash := range []Hash{SHA1, SHA256} {
		r := newRepoOf(t, hash)
		r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 3, 20), false)
		r.fastImport(versioned(rand.New(rand.NewSource(1)), "b", 3, 25), true)
		want := map[ID]string{}
		for id, o := range r.all() {
			want[id] = o.kind
		}
		s := r.open()
		got := map[ID]string{}
		probs, err := s.Objects(background(), func(id ID, kind Type) error {
			if _, ok := got[id]; ok {
				t.Errorf("%v twice", id)
			}
			got[id] = kind.String()
			return nil
		})
		if err != nil || len(probs) > 0 || !maps.Equal(got, want) {
			t.Fatalf("%v %v: %d objects, want %d", err, probs, len(got), len(want))
		}
		stop := errors.New("stop")
		if _, err := s.Objects(background(), func(ID, Type) error { return stop }); err != stop {
			t.Fatal(err)
		}
	}
}

func TestGet(t *testing.T) {
	for _, hash := range []Hash{SHA1, SHA256} {
		r := newRepoOf(t, hash)
		r.fastImport(versioned(rand.New(rand.NewSource(1)), "a", 3, 40), false)
		r.git(nil, "repack", "-adfq", "--depth=50")
		r.fastImport(versioned(rand.New(rand.NewSource(2)), "b", 1, 5), true)
		s := r.open()
		all := r.all()
		for id, o := range all {
			kind, b, err := s.Get(background(), id)
			if err != nil || kind.String() != o.kind || string(b) != string(o.data) || !s.Has(id) {
				t.Fatalf("%v: %v %v", id, kind, err)
			}
			other := id
			other.sum[3]++
			if _, ok := all[other]; !ok {
				_, _, err := s.Get(background(), other)
				var e *ObjectError
				if !errors.Is(err, ErrMissing) || !errors.As(err, &e) || e.ID != other || s.Has(other) {
					t.Fatal(err)
				}
			}
		}
		small := r.open(func(o *Options) { o.Limits.Object = 100 })
		for id, o := range all {
			if _, _, err := small.Get(background(), id); (len(o.data) > 100) != errors.Is(err, ErrTooLarge) {
				t.Fatalf("%v: %d bytes: %v", id, len(o.data), err)
			}
		}
		if _, _, err := s.Get(background(), ID{}); !errors.Is(err, ErrMissing) {
			t.Fatal(err)
		}
	}
}
