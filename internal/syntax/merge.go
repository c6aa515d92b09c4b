package syntax

// parameters are the entries that an expression gives as the parameters of a
// request: a literal of entries with what it spreads, or several that are
// merged. What is not in view makes it open.
func (f *File) parameters(n node) *Container {
	budget := maxSpreads
	return f.parametersOf(n, depth, &budget)
}

// maxSpreads bounds how many dictionaries are read for one: each can spread
// others, over and over.
const maxSpreads = 200

func (f *File) parametersOf(n node, left int, budget *int) *Container {
	if *budget--; left == 0 || *budget < 0 {
		return nil
	}
	c := f.container(n)
	if c == nil {
		c = f.resulting(n)
	}
	if c == nil {
		return f.merged(n, left, budget)
	}
	v, _ := f.follow(f.lang.unwrap(n))
	if f.lang.merge != nil {
		parts, _ := f.lang.merge(v)
		for _, p := range parts {
			f.take(c, p, left-1, budget)
		}
	}
	for _, k := range v.Kids() {
		if k.Is("spread_element", "dictionary_splat", "hash_splat_argument", "variadic_unpacking") {
			f.take(c, k.Kid(0), left-1, budget)
		}
	}
	return c
}

// resulting reads a call of a function of this file whose only result is a
// literal of entries.
func (f *File) resulting(n node) *Container {
	v, _ := f.follow(f.lang.unwrap(n))
	var b *Binding
	if inv := f.byNode[v.Index()]; v.OK() && inv != nil {
		b = f.Callee(inv)
	} else if v.OK() && f.Language == "ruby" { // a method without arguments
		b = f.lookup(this+f.lang.name(v)+"()", v)
	}
	if b == nil || len(b.defs) != 1 {
		return nil
	}
	fn := f.function(b.defs[0])
	result := f.onlyReturn(fn)
	if !result.OK() || fn.Contains(v) {
		return nil
	}
	c := f.container(result)
	if c == nil {
		return nil
	}
	if c.Binding == nil {
		c.Binding = b
	}
	return c
}

// writes are the entries that are written as a query string; of a variable whose
// value is not in view those that are added to it.
func (f *File) writes(n node) *Container {
	if c := f.parameters(n); c != nil {
		return c
	}
	n = f.lang.unwrap(n)
	b := f.lookup(f.lang.name(n), n)
	if b == nil {
		return &Container{Open: true} // it writes something
	}
	return &Container{Binding: b, Open: true, Entries: f.added[b]}
}

// merged reads a call that merges dictionaries.
func (f *File) merged(n node, left int, budget *int) *Container {
	if f.lang.merge == nil {
		return nil
	}
	v, b := f.follow(f.lang.unwrap(n))
	parts, ok := f.lang.merge(v)
	if !ok {
		return nil
	}
	c := &Container{Span: span(v), Binding: b, Open: true}
	for _, p := range parts {
		f.take(c, p, left-1, budget)
	}
	if b != nil {
		c.Entries = append(c.Entries, f.added[b]...)
	}
	if len(c.Entries) == 0 {
		return nil
	}
	return c
}

// take adds the entries of a part to a container; they stay those of the
// literal in which they stand.
func (f *File) take(c *Container, part node, left int, budget *int) {
	if p := f.parametersOf(part, left, budget); p != nil && part.OK() {
		for _, e := range p.Entries {
			if e.In == nil {
				continue // added to a variable, whoever uses that
			}
			c.Entries = append(c.Entries, e)
		}
	}
}
