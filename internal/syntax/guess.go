package syntax

import (
	"slices"
	"strings"
)

// guess is the shape of a call on an object of which nothing is known.
func (f *File) guess(inv *Invocation) *shape {
	if inv.Root != nil && f.table[inv.Root.Path] != nil {
		return nil
	}
	// A written type, or a class that is made here, is one of which something
	// is known: that it is none of the clients.
	known := inv.Root != nil && inv.Root.New || inv.Root == nil && strings.Contains(inv.Path, "()")
	for _, s := range f.guesses[inv.Name] {
		if s.like != "" && known {
			continue
		}
		if s.with != "" && !f.through(inv, s.with) || s.like != "" && !f.like(inv, s.like) || s.keys != "" && !f.keyed(inv, s) {
			continue
		}
		return s
	}
	return nil
}

// like says whether the name of the object of a call holds one of the words.
func (f *File) like(inv *Invocation, words string) bool {
	obj := f.lang.unwrap(f.receiver(inv))
	name := f.lang.name(obj)
	if _, member := f.lang.member(obj); member != "" {
		name = member
	} else if link := f.byNode[obj.Index()]; obj.OK() && link != nil {
		name = link.Name
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(strings.Fields(words), func(w string) bool { return strings.Contains(name, w) })
}

// keyed says whether the options of a call hold one of the keys of its shape.
func (f *File) keyed(inv *Invocation, s *shape) bool {
	a, ok := inv.arg(s.options)
	if !ok {
		return false
	}
	c := f.container(a.node)
	return c != nil && slices.ContainsFunc(c.Entries, func(e Entry) bool { return among(s.keys, e.Name) })
}

// through says whether the object of a call is made by one of these functions.
func (f *File) through(inv *Invocation, names string) bool {
	n := f.lang.unwrap(f.receiver(inv))
	if b := f.lookup(f.lang.name(n), n); b != nil { // whatever is added to it
		if d, ok := b.only(); ok && !d.value.Contains(n) {
			n = f.lang.unwrap(d.value)
		}
	}
	for n.OK() {
		link := f.byNode[n.Index()]
		if link == nil {
			break
		}
		if among(names, link.Name) {
			return true
		}
		n = f.lang.unwrap(f.receiver(link))
	}
	return false
}
