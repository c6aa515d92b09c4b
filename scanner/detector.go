package scanner

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner/internal/literal"
)

// Detector finds and classifies places in texts. It holds no state of a scan
// and is safe for concurrent use.
type Detector struct {
	set     *rules.Set
	packs   []*packIndex
	matcher *literal.Matcher
	entries []entry // by index of the matcher's literals
	plain   int     // the literals that texts in UTF-8 can hold come first
}

// entry says what it means that a literal occurs.
type entry struct {
	pack   int
	format *rules.Format // nil: a word of the provider
	wide   bool          // a UTF-16 or UTF-32 spelling: the text must be decoded
	coded  bool          // a base64 spelling
}

// packIndex is a pack with what the detector needs of it at hand.
type packIndex struct {
	*rules.Pack
	parameters  []*rules.Rule
	clients     []*rules.Rule
	credentials []*rules.Rule
	formats     []*rules.Format // sorted by name; longer patterns first where they nest
	reference   *rules.Rule
}

// NewDetector prepares the packs of a set.
func NewDetector(set *rules.Set) (*Detector, error) {
	d := &Detector{set: set}
	b := &builder{at: map[string]int{}}
	for i, p := range set.Packs {
		d.packs = append(d.packs, indexPack(p))
		for _, w := range p.Words {
			b.add(w, entry{pack: i})
		}
		for _, f := range d.packs[i].formats {
			for _, l := range f.Literals {
				b.add(l, entry{pack: i, format: f})
			}
		}
	}
	d.plain = len(b.literals)
	b.spellings()
	d.entries = b.entries
	var err error
	d.matcher, err = literal.New(b.literals)
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
	}
	slices.SortFunc(x.formats, func(a, b *rules.Format) int {
		if n := len(b.Sample) - len(a.Sample); n != 0 {
			return n
		}
		return strings.Compare(a.Name, b.Name)
	})
	return x
}

type builder struct {
	literals []string
	entries  []entry
	at       map[string]int
}

func (b *builder) add(l string, e entry) {
	key := strings.ToLower(l)
	if e.coded || e.wide {
		key = l
	}
	if _, ok := b.at[key]; ok && e.format == nil && !e.wide {
		return
	}
	b.at[key] = len(b.literals)
	b.literals = append(b.literals, l)
	b.entries = append(b.entries, e)
}

// spellings adds the ways in which encodings write the literals so far: UTF-16
// and UTF-32 in both byte orders, and base64 at its three alignments.
func (b *builder) spellings() {
	for i := range len(b.literals) {
		l, e := b.literals[i], b.entries[i]
		e.coded = true
		for _, c := range base64Cores(l) {
			b.add(c, e)
		}
		e.coded, e.wide = false, true
		for _, w := range wideForms(l) {
			if len(w) <= 255 {
				b.add(w, e)
			}
		}
	}
}

// base64Cores gives, for each of the three alignments, the characters of the
// base64 form of a text that do not depend on what stands around it. Cores of
// fewer than six characters say too little and are left out.
func base64Cores(l string) []string {
	var out []string
	for _, form := range []string{l, strings.ToUpper(l)} {
		for shift := range 3 {
			padded := append(bytes.Repeat([]byte{'x'}, shift), form...)
			code := base64.RawStdEncoding.EncodeToString(padded)
			first := (shift*8 + 5) / 6
			last := len(padded) * 8 / 6
			if last-first >= 8 {
				out = append(out, code[first:last])
			}
		}
		if form == strings.ToUpper(l) {
			break
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func wideForms(l string) []string {
	units := utf16.Encode([]rune(l))
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
	literal bool  // a literal of a format occurs
	coded   bool
}

// Wakes reports whether a text, in any encoding, holds a literal of any pack.
// Most texts do not, and nothing else looks at them.
func (d *Detector) Wakes(text []byte) bool { return d.matcher.Contains(text) }

// wake runs the prefilter and sorts its hits by pack; nil when there is none.
func (d *Detector) wake(text []byte) []awake {
	hits := d.matcher.Append(nil, text)
	if len(hits) == 0 {
		return nil
	}
	out := make([]awake, len(d.packs))
	for _, h := range hits {
		e := d.entries[h.Literal]
		a := &out[e.pack]
		switch {
		case e.wide:
		case e.coded:
			a.coded = true
		case e.format != nil:
			a.literal = true
		default:
			a.words = append(a.words, h.Start)
		}
	}
	return out
}

// Set gives the packs that the detector works with.
func (d *Detector) Set() *rules.Set { return d.set }
