package gitrepo

import (
	"bytes"
	"context"
	"path"
	"slices"
)

// Renames are looked for among few files only: with more of them git gives up too, and a file that is taken for a new one
// is looked at as a whole.
const (
	maxGone        = 20_000    // files that are gone
	maxPairs       = 1_000_000 // comparisons of two texts
	maxRenameBytes = 256 << 20
	maxRenameFile  = 4 << 20
	maxRenameWork  = 1 << 31 // pieces of texts that are compared
	maxScore       = 60_000
	minScore       = maxScore / 2     // git's default: half of the text is the same
	minNameScore   = maxScore * 3 / 4 // where the base names are equal and no other file has that name
)

// finish finds out which of the new files are renamed ones.
func (d *indexDiff) finish(ctx context.Context) ([]change, error) {
	for side := range d.gone {
		var added []int
		for i := range d.changes {
			if d.changes[i].old[side] == "" {
				added = append(added, i)
			}
		}
		if len(added) == 0 || len(d.gone[side]) == 0 {
			continue
		}
		gone, err := d.repo.files(ctx, d.gone[side])
		if err != nil {
			return nil, err
		}
		m := renamer{read: d.read, gone: gone, used: make([]bool, len(gone)), from: map[int]int{}}
		for _, i := range added {
			m.added = append(m.added, d.changes[i].entry)
		}
		if err := m.find(ctx); err != nil {
			return nil, err
		}
		for to, from := range m.from {
			c := &d.changes[added[to]]
			c.old[side] = gone[from].id
			if c.oldPath == "" {
				c.oldPath = gone[from].key
			}
		}
	}
	return d.changes, nil
}

// files replaces folders by what is in them. If that is too much, nothing is left: no file counts as renamed.
func (r *Repo) files(ctx context.Context, entries []treeEntry) ([]treeEntry, error) {
	var files []treeEntry
	for _, e := range entries {
		if e.mode != ModeTree {
			files = append(files, e)
			continue
		}
		err := r.walkTree(ctx, e.key, e.id, 0, func(path string, e treeEntry) error {
			if len(files) > maxGone {
				return errEnough
			}
			files = append(files, treeEntry{path, e.mode, e.id})
			return nil
		})
		if err != nil && err != errEnough {
			return nil, err
		}
	}
	if len(files) > maxGone {
		return nil, nil
	}
	return files, nil
}

var errEnough = errIndex("enough")

// renamer pairs files that are new with files that are gone, in the way of git's "diff -M".
type renamer struct {
	read  func(context.Context, ID) (Type, []byte, error)
	added []Entry
	gone  []treeEntry
	used  []bool      // of gone
	from  map[int]int // added → gone
	texts map[ID]*fingerprint
	bytes int // read
	work  int // done
}

func (m *renamer) find(ctx context.Context) error {
	m.exact()
	m.texts = map[ID]*fingerprint{}
	if err := m.sameNames(ctx); err != nil {
		return err
	}
	return m.similar(ctx)
}

// exact pairs files with the same text, those with the same base name first.
func (m *renamer) exact() {
	byID := map[ID][]int{}
	for i, g := range m.gone {
		byID[g.id] = append(byID[g.id], i)
	}
	for to, e := range m.added {
		best := -1
		for n, from := range byID[e.ID] {
			g := m.gone[from]
			if n > 100 || m.used[from] || !(g.mode.IsRegular() && e.Mode.IsRegular()) && g.mode != e.Mode.canonical() {
				continue
			}
			same := path.Base(g.key) == path.Base(e.Path)
			if best < 0 || same {
				best = from
			}
			if same {
				break
			}
		}
		if best >= 0 {
			m.pair(to, best)
		}
	}
}

func (m *renamer) pair(to, from int) {
	m.from[to] = from
	m.used[from] = true
}

// open are the files that may still be paired by their texts.
func (m *renamer) open() (added, gone []int) {
	for i, e := range m.added {
		if _, ok := m.from[i]; !ok && e.Mode.IsRegular() {
			added = append(added, i)
		}
	}
	for i, g := range m.gone {
		if !m.used[i] && g.mode.IsRegular() {
			gone = append(gone, i)
		}
	}
	return added, gone
}

// sameNames pairs files whose base name is unique on both sides.
func (m *renamer) sameNames(ctx context.Context) error {
	added, gone := m.open()
	addedName, goneName := map[string]int{}, map[string]int{}
	for _, i := range added {
		unique(addedName, path.Base(m.added[i].Path), i)
	}
	for _, i := range gone {
		unique(goneName, path.Base(m.gone[i].key), i)
	}
	for _, to := range added {
		name := path.Base(m.added[to].Path)
		from, ok := goneName[name]
		if !ok || from < 0 || addedName[name] < 0 {
			continue
		}
		score, err := m.score(ctx, to, from)
		if err != nil {
			return err
		}
		if score >= minNameScore {
			m.pair(to, from)
		}
	}
	return nil
}

func unique(names map[string]int, name string, i int) {
	if _, ok := names[name]; ok {
		i = -1
	}
	names[name] = i
}

// similar pairs what is left, the most similar first.
func (m *renamer) similar(ctx context.Context) error {
	added, gone := m.open()
	if len(added)*len(gone) > maxPairs {
		return nil
	}
	type pair struct{ to, from, score, name int }
	var pairs []pair
	for _, to := range added {
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, from := range gone {
			score, err := m.score(ctx, to, from)
			if err != nil {
				return err
			}
			if score < minScore {
				continue
			}
			p := pair{to, from, score, 0}
			if path.Base(m.added[to].Path) == path.Base(m.gone[from].key) {
				p.name = 1
			}
			pairs = append(pairs, p)
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if a.score != b.score {
			return b.score - a.score
		}
		return b.name - a.name
	})
	for _, p := range pairs {
		if _, ok := m.from[p.to]; !ok && !m.used[p.from] {
			m.pair(p.to, p.from)
		}
	}
	return nil
}

// score is how much of two files is the same, in parts of maxScore.
func (m *renamer) score(ctx context.Context, to, from int) (int, error) {
	a, err := m.text(ctx, m.gone[from].id)
	if err != nil || a == nil {
		return 0, err
	}
	b, err := m.text(ctx, m.added[to].ID)
	if err != nil || b == nil {
		return 0, err
	}
	large, small := max(a.size, b.size), min(a.size, b.size)
	if b.size == 0 || large*(maxScore-minScore) < (large-small)*maxScore {
		return 0, nil
	}
	if m.work += len(a.pieces) + len(b.pieces); m.work > maxRenameWork {
		return 0, nil
	}
	return a.common(b) * maxScore / large, nil
}

// text is nil for a file that is not compared: too large, too many of them, or missing, which whoever reads it reports.
func (m *renamer) text(ctx context.Context, id ID) (*fingerprint, error) {
	if f, ok := m.texts[id]; ok {
		return f, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.texts[id] = nil
	if m.bytes > maxRenameBytes {
		return nil, nil
	}
	typ, data, err := m.read(ctx, id)
	if err != nil || typ != Blob || len(data) > maxRenameFile {
		return nil, nil
	}
	m.bytes += len(data)
	m.texts[id] = newFingerprint(data)
	return m.texts[id], nil
}

// fingerprint are the hashes of the lines of a text, long ones cut into pieces, with the bytes that have each.
type fingerprint struct {
	size   int
	pieces []piece // by hash
}

type piece struct{ hash, bytes uint32 }

const pieceHashes = 107_927 // as git has it, so that we come to the same pairs

func newFingerprint(text []byte) *fingerprint {
	f := &fingerprint{size: len(text)}
	binary := bytes.IndexByte(text[:min(len(text), 8000)], 0) >= 0
	var a, b, n uint32
	end := func() {
		f.pieces = append(f.pieces, piece{(a + b*0x61) % pieceHashes, n})
		a, b, n = 0, 0, 0
	}
	for i, c := range text {
		if c == '\r' && !binary && i+1 < len(text) && text[i+1] == '\n' {
			continue
		}
		a, b = a<<7^b>>25, b<<7^a>>25
		a += uint32(c)
		if n++; n == 64 || c == '\n' {
			end()
		}
	}
	if n > 0 {
		end()
	}
	slices.SortFunc(f.pieces, func(x, y piece) int { return int(x.hash) - int(y.hash) })
	sum := f.pieces[:0]
	for _, p := range f.pieces {
		if k := len(sum); k > 0 && sum[k-1].hash == p.hash {
			sum[k-1].bytes += p.bytes
		} else {
			sum = append(sum, p)
		}
	}
	f.pieces = sum
	return f
}

// common counts the bytes of pieces that both have.
func (f *fingerprint) common(g *fingerprint) (n int) {
	a, b := f.pieces, g.pieces
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].hash < b[0].hash:
			a = a[1:]
		case a[0].hash > b[0].hash:
			b = b[1:]
		default:
			n += int(min(a[0].bytes, b[0].bytes))
			a, b = a[1:], b[1:]
		}
	}
	return n
}
