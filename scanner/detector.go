// Package scanner finds legacy credentials, and the requests and clients that
// still use them, in working trees, the git index, git history and texts. It
// turns what stands in a text into facts; package rules decides what they are.
//
// It executes nothing, writes nothing, and reads no configuration of the
// repositories that it looks at.
package scanner

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/literal"
)

// Detector finds and classifies places in texts. It holds no state of a scan
// and is safe for concurrent use.
type Detector struct {
	set   *rules.Set
	packs []*packIndex
	plain probe
	// wide holds the UTF-16 and UTF-32 spellings; only texts with zero bytes
	// can hold them.
	wide  probe
	cells func() *literal.Matcher // what every notebook holds
	// bare are the literals of plain without their spellings in base64.
	bare builder
}

// probe is a matcher with the meaning of its literals.
type probe struct {
	*literal.Matcher
	entries []entry // by index of the matcher's literals
}

// entry says what it means that a literal occurs.
type entry struct {
	pack   int
	alone  bool // it wakes by itself
	word   bool // of the provider
	anchor bool // of a construct, which is not looked for in encoded text
	rare   bool // not among the first literals of its format
	coded  bool // a spelling in an encoding
}

// packIndex is a pack with what the detector needs of it at hand.
type packIndex struct {
	*rules.Pack
	parameters  []*rules.Rule
	clients     []*rules.Rule
	credentials []*rules.Rule
	formats     []*rules.Format // sorted by name; longer patterns first where they nest
	reference   *rules.Rule
	runs        []string                // how values of the shape "run" start
	names       func() *literal.Matcher // of parameters; nil where one is too short
}

// NewDetector prepares the packs of a set.
func NewDetector(set *rules.Set) (*Detector, error) {
	d := &Detector{set: set}
	b := &builder{at: map[string]int{}}
	for i, p := range set.Packs {
		d.packs = append(d.packs, indexPack(p))
		for _, w := range p.Words {
			b.add(w, entry{pack: i, word: true})
		}
		for _, f := range d.packs[i].formats {
			for n, l := range f.Literals {
				b.add(l, entry{pack: i, alone: true, rare: n >= encodedLiterals})
			}
		}
		for _, r := range d.packs[i].clients {
			for _, cl := range r.Clients {
				if r.Kind.IsSecret() {
					b.add(cl.Anchor, entry{pack: i, alone: true, anchor: true})
				}
			}
		}
	}
	wide := &builder{at: map[string]int{}}
	for i, l := range b.literals {
		for _, w := range wideForms(l) {
			wide.add(w, entry{pack: b.entries[i].pack, coded: true})
		}
	}
	d.bare = builder{literals: slices.Clone(b.literals), entries: slices.Clone(b.entries)}
	for i, l := range d.bare.literals {
		if b.entries[i].rare || b.entries[i].anchor || strings.ContainsFunc(l, isCode) {
			continue
		}
		for _, c := range base64Cores(l, !b.entries[i].word) {
			b.add(c, entry{pack: b.entries[i].pack, coded: true})
		}
	}
	var err error
	if d.plain, err = b.probe(); err != nil {
		return nil, err
	}
	d.wide, err = wide.probe()
	d.cells = lazily([]string{`"cell_type"`})
	return d, err
}

func indexPack(p *rules.Pack) *packIndex {
	x := &packIndex{Pack: p}
	for i := range p.Rules {
		r := &p.Rules[i]
		switch {
		case r.Parameter != nil:
			x.parameters = append(x.parameters, r)
		case len(r.Clients) > 0:
			x.clients = append(x.clients, r)
		case r.Credential != nil:
			x.credentials = append(x.credentials, r)
		}
		if r.Kind == rules.KeyReference {
			x.reference = r
		}
	}
	for _, f := range p.Formats {
		x.formats = append(x.formats, f)
		if f.Shape == "run" {
			x.runs = append(x.runs, f.Prefix)
		}
	}
	var names []string
	for _, r := range x.parameters {
		names = append(names, r.Parameter.Names...)
	}
	x.names = lazily(names)
	slices.Sort(x.runs)
	slices.SortFunc(x.formats, func(a, b *rules.Format) int {
		if n := len(b.Sample) - len(a.Sample); n != 0 {
			return n
		}
		return strings.Compare(a.Name, b.Name)
	})
	return x
}

// lazily makes a matcher when it is asked for, nil if a literal is too short.
func lazily(literals []string) func() *literal.Matcher {
	return sync.OnceValue(func() *literal.Matcher {
		m, err := literal.New(literals)
		if err != nil {
			return nil
		}
		return m
	})
}

type builder struct {
	literals []string
	entries  []entry
	at       map[string]int
}

func (b *builder) add(l string, e entry) {
	key := strings.ToLower(l)
	if at, ok := b.at[key]; ok && b.entries[at].pack == e.pack {
		b.entries[at].alone = b.entries[at].alone || e.alone
		return
	}
	if len(l) > literal.MaxLength {
		return
	}
	b.at[key] = len(b.literals)
	b.literals = append(b.literals, l)
	b.entries = append(b.entries, e)
}

func (b *builder) probe() (probe, error) {
	m, err := literal.New(b.literals)
	return probe{m, b.entries}, err
}

// encodedLiterals is how many literals of a format, the common ones, are looked
// for in base64 too. Where a word of the provider stands in the same text, all
// base64 text is decoded anyway.
const encodedLiterals = 3

// isCode tells the characters that names and values do not have.
func isCode(r rune) bool { return strings.ContainsRune(" ()[]{}'\":=", r) }

// minCore is the shortest piece of base64 text that is looked for.
const minCore = 6

// base64Cores gives, for each of the three alignments, the characters of the
// base64 form of a text that do not depend on what stands around it. Words are
// looked for in lower case and in capitals, literals of formats as they are.
func base64Cores(l string, exact bool) []string {
	forms := []string{l, strings.ToUpper(l)}
	if exact {
		forms = forms[:1]
	}
	var out []string
	for _, form := range forms {
		for shift := range 3 {
			padded := append(bytes.Repeat([]byte{'x'}, shift), form...)
			code := base64.RawStdEncoding.EncodeToString(padded)
			first, last := (shift*8+5)/6, len(padded)*8/6
			if last-first >= minCore {
				out = append(out, code[first:last])
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wideLetters is how many letters of a literal are looked for in wide text: few
// texts are wide, and what is looked for in a history should be short.
const wideLetters = 8

func wideForms(l string) []string {
	units := utf16.Encode([]rune(l))
	units = units[:min(len(units), wideLetters)]
	var le, be, le32, be32 []byte
	for i, u := range units {
		lo, hi := byte(u), byte(u>>8)
		if i > 0 {
			be = append(be, hi)
			be32 = append(be32, 0, 0, hi)
		}
		le = append(le, lo)
		be = append(be, lo)
		le32 = append(le32, lo)
		be32 = append(be32, lo)
		if i < len(units)-1 {
			le = append(le, hi)
			le32 = append(le32, hi, 0, 0)
		}
	}
	// Without the outer zero bytes both byte orders of ASCII text are one.
	if bytes.Equal(le, be) {
		return []string{string(le), string(le32)}
	}
	return []string{string(le), string(be), string(le32), string(be32)}
}

// awake says what the prefilter saw of one pack in a text.
type awake struct {
	words   []int // offsets of the provider's words, ascending
	literal bool  // something occurs that wakes by itself
	coded   bool
	text    *foldable // shared by the packs
}

// Wakes reports whether a text, in any encoding, holds a literal of any pack.
// Most texts do not, and nothing else looks at them.
func (d *Detector) Wakes(text []byte) bool {
	return d.plain.Contains(text) || bytes.IndexByte(text, 0) >= 0 && d.wide.Contains(text)
}

// wake runs the prefilter on a decoded text and sorts its hits by pack; nil
// when there is none.
func (d *Detector) wake(text []byte) []awake {
	hits := d.plain.Append(nil, text)
	if len(hits) == 0 {
		return nil
	}
	out := make([]awake, len(d.packs))
	shared := &foldable{text: text}
	for i := range out {
		out[i].text = shared
	}
	for _, h := range hits {
		e := d.plain.entries[h.Literal]
		a := &out[e.pack]
		switch {
		case e.coded:
			a.coded = true
		default:
			a.literal = a.literal || e.alone
			if e.word {
				a.words = append(a.words, h.Start)
			}
		}
	}
	return out
}

// Set gives the packs that the detector works with.
func (d *Detector) Set() *rules.Set { return d.set }
