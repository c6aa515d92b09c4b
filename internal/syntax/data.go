package syntax

import "strings"

// Mapping is a mapping of a data file: an object of JSON, a block or a flow
// mapping of YAML.
type Mapping struct {
	Span  Span
	Items []Item

	node node
}

// Item is a key of a mapping with its value.
type Item struct {
	Name string
	// Text is the value where it is a scalar, without quotes.
	Text string
	// Key and Value are the places of both, without quotes.
	Key, Value Span
	// Span is the whole member, and Cut what takes it out, empty where that is not
	// all of its line.
	Span Span
	Cut  []Span

	value node
}

// Mappings are the mappings around an offset, from the inside out.
func (f *File) Mappings(at int) []*Mapping {
	var out []*Mapping
	for n := f.tree.At(at, at+1); n.OK(); n = n.Parent() {
		if m := f.mapping(n); m != nil {
			out = append(out, m)
		}
	}
	return out
}

func (f *File) mapping(n node) *Mapping {
	if !n.Is("object", "block_mapping", "flow_mapping") {
		return nil
	}
	m := &Mapping{Span: span(n), node: n}
	for _, p := range n.Kids() {
		if !p.Is("pair", "block_mapping_pair", "flow_pair") {
			continue
		}
		x := Item{Key: bare(p.Field("key")), Span: span(p), value: bottom(p.Field("value")), Cut: cutItem(f, p)}
		if p.Is("block_mapping_pair") {
			if x.Cut = nil; f.ownLine(p.Start()) {
				x.Cut = []Span{f.line(span(p))}
			}
		}
		x.Name = f.Text(x.Key)
		if x.value.Is("string", "number", "true", "false", "null", "plain_scalar", "single_quote_scalar", "double_quote_scalar") {
			x.Value = bare(x.value)
			x.Text = f.Text(x.Value)
		}
		m.Items = append(m.Items, x)
	}
	return m
}

// bottom is the node that a grammar wraps in others.
func bottom(n node) node {
	for n.Is("flow_node", "block_node") && n.Kid(-1).OK() {
		n = n.Kid(-1)
	}
	return n
}

// bare is a scalar without its quotes.
func bare(n node) Span {
	n = bottom(n)
	s := span(n)
	if n.Is("string", "single_quote_scalar", "double_quote_scalar") && s.End-s.Start >= 2 {
		return Span{s.Start + 1, s.End - 1}
	}
	return s
}

// Item is the member of a name, nil if there is none.
func (m *Mapping) Item(name string) *Item {
	for i := range m.Items {
		if m.Items[i].Name == name {
			return &m.Items[i]
		}
	}
	return nil
}

// MappingOf is the mapping that a member holds, nil where it holds another
// value.
func (f *File) MappingOf(x *Item) *Mapping { return f.mapping(x.value) }

// AddMember adds a scalar to a mapping, in its layout; false where there is no
// place for it.
func (f *File) AddMember(m *Mapping, name, value string) (Edit, bool) {
	quoted := `"` + name + `": "` + value + `"`
	plain := name + ": " + value
	n := m.node
	if len(m.Items) == 0 {
		if !n.Is("object", "flow_mapping") || strings.TrimSpace(f.Text(Span{n.Start() + 1, n.End() - 1})) != "" {
			return Edit{}, false
		}
		return Edit{Span{n.Start() + 1, n.End() - 1}, quoted}, true
	}
	last := m.Items[len(m.Items)-1].Span
	sep, text := ", ", quoted
	if f.ownLine(last.Start) {
		sep = "," + f.EOL() + f.Indent(last.Start)
	}
	if n.Is("block_mapping") {
		first := m.Items[0].Span.Start
		line := strings.LastIndexByte(string(f.src[:first]), '\n') + 1
		sep, text = f.EOL()+strings.Repeat(" ", first-line), plain
	}
	return Edit{Span{last.End, last.End}, sep + text}, true
}
