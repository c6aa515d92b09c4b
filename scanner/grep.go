package scanner

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/unhapi/unhapi/scanner/internal/ignore"
	"github.com/unhapi/unhapi/scanner/internal/walk"
)

// Holding reads the text files of a tree that hold one of the words as a whole,
// with regard to case. It serves whoever has to follow a name through a repository.
// Root is a folder of the operating system.
func Holding(ctx context.Context, root string, words []string, o Options) ([]*File, error) {
	groups, err := groupPaths([]string{root}, o)
	if err != nil {
		return nil, err
	}
	g := groups[0]
	defer g.close()
	g.paths = nil
	c := &collector{o: &o}
	wo := walk.Options{Root: g.root, Workers: o.Workers, MaxSize: o.MaxSize}
	if !o.NoIgnore {
		wo.Ignore = ignore.New(g.repo != nil && g.repo.IgnoreCase)
	}
	if g.repo != nil {
		if err := g.rules(ctx, c, &wo); err != nil {
			return nil, err
		}
	}
	var mu sync.Mutex
	var out []*File
	_, _, err = walk.Walk(ctx, wo, func(_ int, e walk.Entry, raw []byte) {
		if e.Kind != walk.Regular || !slices.ContainsFunc(words, func(w string) bool { return hasWord(raw, []byte(w)) }) {
			return
		}
		if f, ok := decodeFile(e.Path, raw); ok {
			mu.Lock()
			out = append(out, f)
			mu.Unlock()
		}
	})
	slices.SortFunc(out, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	return out, err
}

// Holds says whether the text has a word as a whole, as [Holding] reads it.
func (f *File) Holds(word string) bool { return word != "" && hasWord(f.Text, []byte(word)) }

// hasWord says whether a text holds a word with no letter, digit or "_" right
// beside it.
func hasWord(text, word []byte) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], word)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(word)
		if (start == 0 || !wordByte(text[start-1])) && (end == len(text) || !wordByte(text[end])) {
			return true
		}
		at = start + 1
	}
}

// wordByte is a byte of a name in most languages, without what marks variables.
func wordByte(c byte) bool { return isAlnum(c) || c == '_' }
