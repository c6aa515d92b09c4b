package scanner

import (
	"testing"
	"unicode/utf16"

	"github.com/unhapi/unhapi/internal/gittest"
)

// utf16Text writes a text in UTF-16, little-endian unless big.
func utf16Text(s string, mark, big bool) string {
	units := utf16.Encode([]rune(s))
	if mark {
		units = append([]uint16{0xfeff}, units...)
	}
	var b []byte
	for _, u := range units {
		if big {
			u = u<<8 | u>>8
		}
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

// hidingPlaces are the places in a repository where a secret can lie. The
// repository has a first commit; put hides a text that holds a token in it.
var hidingPlaces = []struct {
	name   string
	object string // type of the object that the finding speaks of
	path   string // "" where it has none
	put    func(r *gittest.Repo, text string)
}{
	{"normal commit", "blob", "a.py", func(r *gittest.Repo, text string) { r.Commit("two", "a.py", text) }},
	{"only in a merge's resolution", "blob", "both.txt", func(r *gittest.Repo, text string) {
		r.Commit("base", "both.txt", "0\n")
		r.Branch("side")
		r.Commit("side", "both.txt", "1\n")
		r.Checkout("main")
		r.Commit("main", "both.txt", "2\n")
		_, _ = r.Try("merge", "side")
		r.Write("both.txt", text)
		r.CommitAll("merge")
		r.Commit("clean", "both.txt", "3\n")
	}},
	{"message of a merge", "commit", "", func(r *gittest.Repo, text string) {
		r.Branch("side")
		r.Commit("side", "side.txt", "1\n")
		r.Checkout("main")
		r.Commit("main", "main.txt", "2\n")
		r.Merge("merge\n\n"+text, []string{"side"})
	}},
	{"file with the attribute -diff", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Commit("two", ".gitattributes", "*.py -diff\n", "a.py", text)
	}},
	{"UTF-16 with a mark", "blob", "a.ps1", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.ps1", utf16Text(text, true, false))
	}},
	{"UTF-16, big-endian, with a mark", "blob", "a.ps1", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.ps1", utf16Text(text, true, true))
	}},
	{"UTF-16 without a mark", "blob", "a.ps1", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.ps1", utf16Text(text, false, false))
	}},
	{"UTF-16, big-endian, without a mark", "blob", "a.ps1", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.ps1", utf16Text(text, false, true))
	}},
	{"message of a normal commit", "commit", "", func(r *gittest.Repo, text string) { r.Commit("two\n\n"+text, "b.txt", "b\n") }},
	{"message of an empty commit", "commit", "", func(r *gittest.Repo, text string) { r.Commit("two\n\n" + text) }},
	{"message of a commit that renames", "commit", "", func(r *gittest.Repo, text string) {
		r.Run("mv", "first.txt", "second.txt")
		r.CommitStaged("two\n\n" + text)
	}},
	{"message of a tag", "tag", "", func(r *gittest.Repo, text string) { r.Tag("v1", "release\n\n"+text) }},
	{"message of a tag of a tag", "tag", "", func(r *gittest.Repo, text string) {
		r.Tag("v1", "release\n\n"+text)
		r.Tag("again", "the same")
		r.Run("tag", "-f", "-m", "signed", "again", "v1")
	}},
	{"message of a commit on a branch", "commit", "", func(r *gittest.Repo, text string) {
		r.Branch("side")
		r.Commit("two\n\n"+text, "b.txt", "b\n")
		r.Commit("three", "b.txt", "c\n")
		r.Checkout("main")
	}},
	{"message of a commit that was amended away", "commit", "", func(r *gittest.Repo, text string) {
		r.Commit("two\n\n"+text, "b.txt", "b\n")
		r.Run("commit", "-q", "--amend", "-m", "two")
	}},
	{"note", "blob", "", func(r *gittest.Repo, text string) { r.Note("HEAD", text) }},
	{"commit that was amended away", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.py", text)
		r.Amend("a.py", "clean\n")
	}},
	{"commit without a name", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.py", text)
		r.Amend("a.py", "clean\n")
		r.Run("reflog", "expire", "--expire=now", "--all")
	}},
	{"branch that was deleted", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Branch("side")
		r.Commit("two", "a.py", text)
		r.Checkout("main")
		r.Run("branch", "-D", "side")
	}},
	{"staged, then dropped", "blob", "", func(r *gittest.Repo, text string) {
		r.Write("a.py", text)
		r.Add("a.py")
		r.Run("reset", "-q", "--hard")
	}},
	{"stash, staged", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Write("a.py", text)
		r.Add("a.py")
		r.Write("a.py", "clean\n")
		r.Run("stash", "push", "-q")
	}},
	{"stash, not staged", "blob", "first.txt", func(r *gittest.Repo, text string) {
		r.Write("first.txt", text)
		r.Run("stash", "push", "-q")
	}},
	{"stash, untracked", "blob", "new.py", func(r *gittest.Repo, text string) {
		r.Write("new.py", text)
		r.Stash("wip")
	}},
	{"older stash", "blob", "first.txt", func(r *gittest.Repo, text string) {
		r.Write("first.txt", text)
		r.Run("stash", "push", "-q")
		r.Write("first.txt", "other\n")
		r.Run("stash", "push", "-q")
	}},
	{"target of a symbolic link", "blob", "link", func(r *gittest.Repo, text string) {
		r.Symlink("hubspot/"+text[len("# hubspot\nKEY = '"):len(text)-2], "link")
		r.CommitAll("two")
	}},
	{"first commit of another root", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Orphan("pages")
		r.Commit("root", "a.py", text)
		r.Checkout("main")
	}},
	{"twice in a file, and in a second one", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.py", text+text)
		r.Commit("three", "b.py", "x\n"+text)
	}},
	{"removed and brought back", "blob", "a.py", func(r *gittest.Repo, text string) {
		r.Commit("two", "a.py", text)
		r.Commit("three", "a.py", "clean\n")
		r.Commit("four", "a.py", text)
		r.Commit("five", "a.py", "clean\n")
	}},
}

// TestHistoryHidingPlaces holds every place to what git commands say of it.
func TestHistoryHidingPlaces(t *testing.T) {
	o := testOptions(t)
	token := expand(t, o, "{{app-token}}")
	for _, c := range hidingPlaces {
		for _, packed := range []bool{false, true} {
			name := c.name
			if packed {
				name += ", packed"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				r := gittest.New(t)
				r.Commit("one", "first.txt", "first\n")
				c.put(r, "# hubspot\nKEY = '"+token+"'\n")
				if packed {
					r.Run("repack", "-q", "-a", "-d", "-k", "--depth=50", "--window=50")
				}
				res := scanHistory(t, r, o, HistoryOptions{})
				f := secretOf(t, res, token)
				if !res.Complete() || len(res.Findings) != 1 {
					t.Errorf("findings %q, skipped %+v", places(res.Findings), res.Skipped)
				}
				if f.History.Object.Type != c.object || c.path != "" && f.Path != c.path {
					t.Errorf("found in a %s at %q, want a %s at %q", f.History.Object.Type, f.Path, c.object, c.path)
				}
				want := newOracle(t, r).life(token)
				want.Object = f.History.Object
				equal(t, "history", f.History, want)
			})
		}
	}
}

// TestHistoryFirstCommit: what the root commit brings in counts, too.
func TestHistoryFirstCommit(t *testing.T) {
	o := testOptions(t)
	token := expand(t, o, "{{app-token}}")
	r := gittest.New(t)
	first := r.Commit("one", "a.py", "KEY = '"+token+"'\n")
	f := secretOf(t, scanHistory(t, r, o, HistoryOptions{}), token)
	if f.History.First.Commit != first || !f.History.InHead || f.History.Removed != nil {
		t.Errorf("history is %+v", f.History)
	}
	equal(t, "place", []any{f.Path, f.Start, f.End, f.ID}, []any{"a.py", Position{1, 8}, Position{1, 8 + len(token)}, f.ID})
}
