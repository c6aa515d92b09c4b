package syntax

import "strings"

// environ says whether an expression is the whole environment, under another
// name or as a copy in which nothing else has the given name.
func (f *File) environ(n node, name string) bool { return f.environAt(n, name, depth) }

func (f *File) environAt(n node, name string, left int) bool {
	n = f.lang.unwrap(n)
	if left == 0 || !n.OK() || f.lang.environ == nil {
		return false
	}
	whole, copies := f.lang.environ(n)
	if whole {
		return true
	}
	if copies.OK() {
		return f.environAt(copies, name, left-1) && !f.hasEntry(n, name)
	}
	b := f.lookup(f.lang.name(n), n)
	if b == nil || len(b.appends()) > 0 {
		return false
	}
	switch {
	case b.Kind == Import:
		return oneOf(b.Module+"."+b.Export, "os.environ", "process.env", "node:process.env", "$env/dynamic/private.env")
	case b.Kind == Param && f.lang.envParam != "": // of a worker
		return b.Name == f.lang.envParam && screaming.MatchString(name)
	}
	for _, e := range f.added[b] {
		if e.Name == name || e.Name == "" {
			return false
		}
	}
	d, ok := b.only()
	if !ok || d.value.Contains(n) {
		return false
	}
	return f.environAt(d.value, name, left-1)
}

// hasEntry says whether a literal of entries has one of that name, or one whose
// name cannot be told.
func (f *File) hasEntry(n node, name string) bool {
	entries, _, ok := f.lang.dict(f, n)
	if !ok {
		return false
	}
	for _, e := range entries {
		if e.Name == name || e.Name == "" {
			return true
		}
	}
	return false
}

// EnvImport says whether a name is imported as the environment variable that is
// called so.
func (f *File) EnvImport(b *Binding) bool {
	return b != nil && b.Kind == Import && strings.HasPrefix(b.Module, "$env/static/")
}

// FieldEnv is the environment variable that a field of that name is filled from
// without a word of the file, "" for none.
func (f *File) FieldEnv(name string) string {
	if f.lang == nil || f.lang.fieldEnv == nil {
		return ""
	}
	for _, b := range f.bindings {
		if b.Name == this+name && b.Kind == Field {
			if env := f.lang.fieldEnv(f, b); env != "" {
				return env
			}
		}
	}
	return ""
}
