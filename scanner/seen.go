package scanner

import "github.com/unhapi/unhapi/rules"

// seen is what was found out about the texts before: the versions of a file
// are alike, and patterns are slow. It is not safe for concurrent use.
type seen struct {
	tried rules.Tried
	names map[named][]naming
}

// named is a value of a format that stands under a name.
type named struct {
	pack   *packIndex
	format *rules.Format
	name   string
}

// naming says what a name means for one credential of the format.
type naming struct{ excluded, named, near bool }

// maxNamings bounds the memory.
const maxNamings = 5000

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
