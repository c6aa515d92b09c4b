package scanner

import (
	"crypto/sha256"

	"github.com/unhapi/unhapi/rules"
)

// seen is what was found out about the texts before: the versions of a file
// are alike, and patterns are slow. It is not safe for concurrent use.
type seen struct {
	tried rules.Tried
	names map[named][]naming
	words map[surrounded]words
	keys  map[string]string // by line
}

// surrounded is a place, by what stands around it.
type surrounded struct {
	at  int
	sum [sha256.Size]byte
}

// named is a value of a format that stands under a name.
type named struct {
	pack   *packIndex
	format *rules.Format
	name   string
}

// naming says what a name means for one credential of the format.
type naming struct{ excluded, named, near, beside bool }

// What is remembered is forgotten when it becomes too much.
const maxNamings, maxWords, maxKeys = 5_000, 10_000, 10_000

// wordsAt is the function of this name.
func (s *seen) wordsAt(text []byte, start int) words {
	if s == nil {
		return wordsAt(text, start)
	}
	from := max(0, start-wordsBefore)
	key := surrounded{start - from, sha256.Sum256(text[from:min(len(text), start+wordsAfter)])}
	if w, ok := s.words[key]; ok {
		return w
	}
	if s.words == nil || len(s.words) == maxWords {
		s.words = map[surrounded]words{}
	}
	w := wordsAt(text, start)
	s.words[key] = w
	return w
}

// keyOf is the function of this name.
func (s *seen) keyOf(line []byte) string {
	if s == nil {
		return keyOf(line)
	}
	if key, ok := s.keys[string(line)]; ok {
		return key
	}
	if s.keys == nil || len(s.keys) == maxKeys {
		s.keys = map[string]string{}
	}
	key := keyOf(line)
	s.keys[string(line)] = key
	return key
}

// naming gives what a name means for each of the pack's credentials that has
// the format.
func (v *valueScan) naming(f *rules.Format, name string) []naming {
	if v.seen == nil {
		return v.x.naming(f, name)
	}
	key := named{v.x, f, name}
	if n, ok := v.seen.names[key]; ok {
		return n
	}
	if v.seen.names == nil || len(v.seen.names) == maxNamings {
		v.seen.names = map[named][]naming{}
	}
	n := v.x.naming(f, name)
	v.seen.names[key] = n
	return n
}

func (x *packIndex) naming(f *rules.Format, name string) []naming {
	all := make([]naming, len(x.credentials))
	for i, r := range x.credentials {
		cr, n := r.Credential, &all[i]
		if !cr.HasFormat(f) {
			continue
		}
		n.excluded = cr.Excluded(name)
		n.named = !n.excluded && cr.Named(name)
		n.near = !n.excluded && !n.named && cr.NamedNear(name)
		n.beside = !n.excluded && cr.NamedBeside(name)
	}
	return all
}

// before is what was tried in other texts, nil where nobody remembers it.
func (v *valueScan) before() *rules.Tried {
	if v.seen == nil {
		return nil
	}
	return &v.seen.tried
}
