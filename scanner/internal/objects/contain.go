package objects

import (
	"context"
	"slices"
)

// Containing returns, for groups of commits and tags, the names of those refs that lead to one: whose history contains a
// commit, or that name a tag. They are in the order given. What cannot be read becomes a problem. Shallow are the commits
// whose parents the repository does not have.
func (s *Store) Containing(ctx context.Context, groups [][]ID, refs []Ref, shallow []ID) ([][]string, []Problem, error) {
	a := &attribution{s: s, o: AttributeOptions{Refs: refs, Shallow: shallow}}
	a.probs.limit = s.opts.Limits.Problems
	if err := a.walkCommits(ctx, len(shallow) == 0); err != nil {
		return nil, nil, err
	}
	out := make([][]string, len(groups))
	tags := a.tagsOf(refs)
	ever := make([]uint64, len(a.l.commits))
	for from := 0; from < len(groups); from += 64 {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		batch := groups[from:min(from+64, len(groups))]
		a.contained(batch, ever)
		for i, ref := range refs {
			for g, ids := range batch {
				leads := a.refs[i] != missing && ever[a.refs[i]]>>g&1 != 0
				if leads || slices.ContainsFunc(ids, func(id ID) bool { return slices.Contains(tags[i], id) }) {
					out[from+g] = append(out[from+g], ref.Name)
				}
			}
		}
	}
	return out, a.probs.sorted(), nil
}

// tagsOf lists the tags by way of which each ref leads to what it names.
func (a *attribution) tagsOf(refs []Ref) [][]ID {
	r := a.s.newReader(0)
	out := make([][]ID, len(refs))
	for i, ref := range refs {
		for id := ref.ID; len(out[i]) < maxPeel; {
			next, kind, err := a.s.peelOnce(r, id)
			if err != nil || kind != Tag {
				break
			}
			out[i] = append(out[i], id)
			id = next
		}
	}
	return out
}

// contained sets, for each commit, the bits of the groups of which one is the commit or in its history.
func (a *attribution) contained(groups [][]ID, ever []uint64) {
	clear(ever)
	for g, ids := range groups {
		for _, id := range ids {
			if c := a.l.findID(id); c != missing {
				ever[c] |= 1 << g
			}
		}
	}
	for _, c := range slices.Backward(a.order.list) {
		for _, p := range a.order.parentsOf(c) {
			if p != missing {
				ever[c] |= ever[p]
			}
		}
	}
}
