package syntax

import (
	"bytes"
	"context"
	"fmt"

	"github.com/unhapi/unhapi/internal/syntax/engine"
)

// Parser reads files. It is safe for concurrent use.
type Parser struct {
	engine *engine.Engine
	recent recent
}

// NewParser makes a parser. Nothing is opened before the first Parse.
func NewParser(opt engine.Options) *Parser { return &Parser{engine: engine.New(opt)} }

// Close frees what the parser holds. No Parse may be running or follow.
func (p *Parser) Close() error { return p.engine.Close() }

// Parse reads a file in one of the languages that Language names. Languages
// without an adapter have a tree, comments and strings, but no calls and no
// bindings. The source must not be changed while the File is used.
func (p *Parser) Parse(ctx context.Context, language string, src []byte) (file *File, err error) {
	if f := p.recent.get(language, src); f != nil {
		return f, ctx.Err()
	}
	t, err := p.tree(ctx, language, src)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", language, err)
	}
	// A tree of broken text can have any shape: one file must not end the run.
	defer func() {
		if r := recover(); r != nil {
			file, err = nil, fmt.Errorf("read %s: %v", language, r)
		}
	}()
	f := &File{Language: language, tree: t, src: src, lang: languageOf(language)}
	if f.lang != nil {
		f.table, f.guesses = f.lang.shapeTable()
		if f.lang.adapt != nil {
			f.lang.adapt(f)
		}
		f.bind()
		f.split()
		f.invoke()
		f.link()
		f.findCalls()
	}
	p.recent.put(f)
	return f, nil
}

// tree reads the parts of a file; requests as they go over the wire need no
// grammar.
func (p *Parser) tree(ctx context.Context, language string, src []byte) (*engine.Tree, error) {
	if language == "http" {
		return httpTree(src), nil
	}
	return p.engine.Parse(ctx, language, src)
}

// File is a source that was read. It never changes, and is safe for concurrent
// use.
type File struct {
	Language string

	tree        *engine.Tree
	src         []byte
	lang        *language
	scopes      map[int]map[string]*Binding // by the index of the scope's node
	bindings    []*Binding
	versions    map[*Binding]*groups // of what has several values in turn
	turns       map[*Binding]*turns  // of what has several on different paths
	invocations []*Invocation
	byNode      map[int]*Invocation
	added       map[*Binding][]Entry // entries that statements add to a literal
	loose       []loose              // entries that statements add to something else
	table       map[string]*shape
	guesses     map[string][]*shape
	calls       []Call
}

// loose is an entry of an object that no variable holds: session.headers["a"].
type loose struct {
	object node
	entry  Entry
}

// Tree is the syntax tree, for what the shared form does not say.
func (f *File) Tree() *engine.Tree { return f.tree }

// Source is the text.
func (f *File) Source() []byte { return f.src }

// Known says whether the language has an adapter.
func (f *File) Known() bool { return f.lang != nil }

// Calls are the requests of the file, in the order of the source.
func (f *File) Calls() []Call { return f.calls }

// Invocations are all calls and constructors, in the order of the source.
func (f *File) Invocations() []*Invocation { return f.invocations }

// Bindings are the names that the file defines, in the order of the source.
func (f *File) Bindings() []*Binding { return f.bindings }

// Text is the source of a span.
func (f *File) Text(s Span) string { return string(f.src[s.Start:s.End]) }

// Comments are the spans of the comments.
func (f *File) Comments() []Span {
	if f.lang != nil {
		return spans(f.tree.Root().Find(f.lang.comments...))
	}
	return spans(f.tree.Root().Find("comment", "line_comment", "block_comment", "multiline_comment"))
}

// Strings are the spans of the string literals and templates, with their
// quotes; a literal inside a template follows it.
func (f *File) Strings() []Span {
	if f.lang == nil {
		return nil
	}
	return spans(f.tree.Root().Find(f.lang.strings...))
}

// InComment says whether an offset lies in a comment.
func (f *File) InComment(at int) bool {
	n := f.tree.At(at, at)
	for ; n.OK(); n = n.Parent() {
		if k := n.Kind(); bytes.HasSuffix([]byte(k), []byte("comment")) {
			return true
		}
	}
	return false
}

// Broken says whether the source breaks the grammar inside the span.
func (f *File) Broken(s Span) bool { return f.tree.At(s.Start, s.End).Broken() }

// Enclosing is the function or method around an offset, else the whole file.
func (f *File) Enclosing(at int) Span {
	if f.lang == nil {
		return span(f.tree.Root())
	}
	return span(f.scope(f.tree.At(at, at)))
}

// Statement is the smallest statement around a span.
func (f *File) Statement(s Span) Span {
	if f.lang == nil {
		return Span{}
	}
	return span(f.tree.At(s.Start, s.End).Up(f.lang.statements...))
}

// EOL is the line ending of the file.
func (f *File) EOL() string {
	if bytes.Contains(f.src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// Indent is the white space at the beginning of the line of an offset.
func (f *File) Indent(at int) string {
	start := bytes.LastIndexByte(f.src[:at], '\n') + 1
	end := start
	for end < len(f.src) && (f.src[end] == ' ' || f.src[end] == '\t') {
		end++
	}
	return string(f.src[start:end])
}

func (f *File) scope(n node) node {
	if s := n.Up(f.lang.scopes...); s.OK() {
		return s
	}
	return f.tree.Root()
}

// at is the largest node of exactly that span, but for lists of one, else the
// smallest around it.
func (f *File) at(s Span) node {
	n := f.tree.At(s.Start, s.End)
	for p := n.Parent(); p.OK() && span(p) == s && !p.Is("expression_list", "body_statement", "block"); p = n.Parent() {
		n = p
	}
	return n
}

func span(n node) Span {
	if !n.OK() {
		return Span{}
	}
	return Span{n.Start(), n.End()}
}

func spans(ns []node) []Span {
	var out []Span
	for _, n := range ns {
		out = append(out, span(n))
	}
	return out
}
