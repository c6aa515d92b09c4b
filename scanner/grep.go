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

// Holding reads the text files of a tree that hold one of the words, with
// regard to case. It serves whoever has to follow a name through a repository.
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
		if e.Kind != walk.Regular || !slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(raw, []byte(w)) }) {
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
