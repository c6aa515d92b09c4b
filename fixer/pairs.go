package fixer

import (
	"bytes"
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/syntax"
)

// requests are those of a file before and after its fixes, with their shapes.
type requests struct {
	before, after []syntax.Call
	was, is       []shape
	gone          []bool // those before that have a reason to go
}

// maxPairs bounds the work of pairing where calls come or go.
const maxPairs = 1 << 20

// pair gives each call before the fixes the one that it is after them, in their
// order, -1 for none: those of one client belong together, and the more so the
// more they are alike.
func (e *requests) pair() []int {
	n, m := len(e.before), len(e.after)
	to := make([]int, n)
	for i := range to {
		to[i] = i
	}
	if n == m {
		return to
	}
	if n*m > maxPairs {
		return nil
	}
	best := make([][]int, n+1) // of what follows i and j
	for i := range best {
		best[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1], e.alike(i, j)+best[i+1][j+1])
		}
	}
	for i, j := 0, 0; i < n; i++ {
		to[i] = -1
		for j < m && best[i][j] == best[i][j+1] {
			j++
		}
		if j < m && e.alike(i, j) > 0 && best[i][j] == e.alike(i, j)+best[i+1][j+1] {
			to[i] = j
			j++
		}
	}
	return to
}

// alike says how much two calls have in common, 0 for nothing.
func (e *requests) alike(i, j int) int {
	if e.before[i].Client != e.after[j].Client || e.gone[i] {
		return 0
	}
	x, y := e.was[i], e.is[j]
	score := 1
	for _, same := range []bool{
		x.url == y.url || y.url == hole, e.before[i].Method == e.after[j].Method, slices.Equal(x.params, y.params), slices.Equal(x.body, y.body),
	} {
		if same {
			score++
		}
	}
	return score
}

// differ says what two calls do not have in common that they should.
func (e *requests) differ(i, j int, header string, meant bool) string {
	old, now, x, y := &e.before[i], &e.after[j], e.was[i], e.is[j]
	if old.Client != now.Client || old.Broken || now.Broken {
		return ""
	}
	spread := now.ParamsOpen && !old.ParamsOpen // what the call had stands in what it spreads
	switch {
	case x.url != y.url && y.url != hole && x.url != hole:
		return "its URL would change"
	case !spread && old.Method != "" && now.Method != "" && old.Method != now.Method:
		return "its method would change"
	case !spread && !slices.Equal(x.params, y.params):
		return "its parameters would change"
	case !spread && !slices.Equal(x.body, y.body):
		return "its body would change"
	case !now.HeadersOpen && !slices.Contains(y.headers, "") && !within(x.headers, y.headers):
		return "its other headers would change"
	case y.tokens > max(x.tokens, 1+len(now.More)):
		return "it would have two " + header + " headers"
	case y.tokens > x.tokens && !x.keyed && !meant:
		return "it did not carry the key and would get the token"
	}
	return ""
}

// added counts the calls that are none of those before.
func (e *requests) added(to []int) int {
	n := len(e.after)
	for _, j := range to {
		if j >= 0 {
			n--
		}
	}
	return n
}

// goes says whether a fix takes out the branch in which a call stands.
func (b *builder) goes(before *syntax.File, at syntax.Span) bool {
	text := strings.Join(strings.Fields(before.Text(at)), " ")
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		if !p.isOf(before) {
			return false
		}
		return slices.ContainsFunc(p.rw.edits, func(e Edit) bool {
			return e.Start <= at.Start && at.End <= e.End && !strings.Contains(strings.Join(strings.Fields(e.New), " "), text)
		})
	})
}

// moves says whether a call moves to another form of its client, or into a chain,
// in which it may not be recognised.
func (b *builder) moves(before *syntax.File, at syntax.Span) bool {
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		return p.isOf(before) && slices.ContainsFunc(p.rw.requests, func(q request) bool { return q.call.Span == at && (q.recast || q.slot.Kind == syntax.InChain) })
	})
}

// isOf says whether the source of a part is a file.
func (p *part) isOf(f *syntax.File) bool { return bytes.Equal(p.source.file.Source(), f.Source()) }

// dualAround says whether a branch goes in the function around a call.
func (b *builder) dualAround(before *syntax.File, c *syntax.Call) bool {
	return slices.ContainsFunc(b.parts, func(p *part) bool {
		return p.rw.dual > 0 && p.isOf(before) && slices.ContainsFunc(p.rw.edits, func(e Edit) bool { return c.Function.Contains(syntax.Span{Start: e.Start, End: e.End}) })
	})
}

// recasts counts the calls of a file that move to another form of their client,
// which may take another call.
func (b *builder) recasts(before *syntax.File) int {
	n := 0
	for _, p := range b.parts {
		for _, q := range p.rw.requests {
			if q.recast && p.isOf(before) {
				n++
			}
		}
		for _, e := range p.errands {
			if e.request.recast && bytes.Equal(e.source.file.Source(), before.Source()) {
				n++
			}
		}
	}
	return n
}
