package proof

import (
	"fmt"
	"strings"
)

// dialect is how a language writes what an invented program does.
type dialect struct {
	ending string
	plain  bool // has no dictionaries of parameters
	// open begins the class that holds what a file declares, if there is one.
	open func(file int) string
	head string // the first lines of a file
	// load makes names of another file known: all of it, or the names alone.
	load func(p *program, file int, names []string) string
	// tail ends a file, whose declarations have the names.
	tail func(file int, names []string) string

	set      func(v *variable, to string, fresh bool) string
	grow     func(v, more string) string
	put      func(of, name, to string) string
	branch   [3]string // opens, turns, ends
	loop     func(over, in string) string
	result   string
	do       string
	function func(f *function, params []string) string
	class    func(c *class, parent string, fields []string) []string // parent is "" for none
	method   func(f *function, params []string) string
	end      string // of a loop, a function, a class
	main     [2]string

	name   func(v *variable) string
	text   func(string) string
	field  func(string) string
	join   func(w *speaker, j join) string
	env    func(e env) string
	given  string
	item   string // of a dictionary: name, value
	dict   [2]string
	call   func(w *speaker, c call, args string) string
	object func(w *speaker, o object, args string) string
	holds  [2]string
	send   func(w *speaker, s send) []string
}

// speaker writes one file of a program.
type speaker struct {
	*dialect
	p      *program
	file   int
	lines  []string
	serial int
	indent int
	needs  map[int][]string // names of other files
}

func (d *dialect) speak(p *program) map[string]string {
	out := map[string]string{}
	for f, body := range p.files {
		if f > 0 && len(body) == 0 {
			continue
		}
		w := &speaker{dialect: d, p: p, file: f, needs: map[int][]string{}}
		var own []string
		started := false
		if d.open != nil {
			w.line(d.open(f))
			w.indent++
		}
		for _, s := range body {
			switch s := s.(type) {
			case set:
				if s.constant {
					own = append(own, d.name(s.variable))
				}
			case *function:
				own = append(own, s.name)
			case *class:
				own = append(own, s.name)
			}
			if !started && f == 0 && !declares(s) && d.main[0] != "" {
				started = true
				w.line(d.main[0])
				w.indent++
			}
			w.stmt(s)
		}
		if started {
			w.indent--
			w.line(d.main[1])
		}
		if d.open != nil {
			w.indent--
			w.line(d.end)
		}
		text := d.head
		for k := range p.files {
			if names := w.needs[k]; len(names) > 0 && d.load != nil {
				text += d.load(p, k, names) + "\n"
			}
		}
		text += strings.Join(w.lines, "\n") + "\n"
		if d.tail != nil && f > 0 {
			text += d.tail(f, own) + "\n"
		}
		out[d.module(f)+d.ending] = text
	}
	return out
}

func module(file int) string { return []string{"main", "lib", "base"}[file] }

func declares(s stmt) bool {
	switch s := s.(type) {
	case set:
		return s.constant
	case *function, *class:
		return true
	}
	return false
}

func (w *speaker) line(format string) {
	if format != "" {
		w.lines = append(w.lines, strings.Repeat("    ", w.indent)+format)
	}
}

func (w *speaker) block(body []stmt) {
	w.indent++
	for _, s := range body {
		w.stmt(s)
	}
	w.indent--
}

func (w *speaker) stmt(s stmt) {
	switch s := s.(type) {
	case set:
		w.line(w.set(s.variable, w.expr(s.to), s.fresh))
	case grow:
		w.line(w.grow(w.name(s.variable), w.expr(s.more)))
	case put:
		w.line(w.put(w.name(s.of), s.name, w.expr(s.to)))
	case send:
		for _, l := range w.send(w, s) {
			w.line(l)
		}
	case branch:
		w.line(fmt.Sprintf(w.dialect.branch[0], w.when(s.holds)))
		w.block(s.yes)
		if s.no != nil {
			w.line(w.dialect.branch[1])
			w.block(s.no)
		}
		w.line(w.dialect.branch[2])
	case loop:
		var in []string
		for _, t := range s.in {
			in = append(in, w.text(t))
		}
		w.line(w.dialect.loop(w.name(s.over), strings.Join(in, ", ")))
		w.block(s.body)
		w.line(w.end)
	case result:
		w.line(fmt.Sprintf(w.dialect.result, w.expr(s.of)))
	case do:
		w.line(fmt.Sprintf(w.dialect.do, w.expr(s.expr)))
	case *function:
		w.line(w.dialect.function(s, w.vars(s.params)))
		w.block(s.body)
		w.line(w.end)
	case *class:
		parent := ""
		if s.parent != nil {
			parent = w.known(s.parent.file, s.parent.name)
		}
		for _, l := range w.dialect.class(s, parent, w.vars(s.fields)) {
			w.line(l)
		}
		w.indent++
		for _, m := range s.methods {
			w.line(w.method(m, w.vars(m.params)))
			w.block(m.body)
			w.line(w.end)
		}
		w.indent--
		w.line(w.end)
	}
}

func (w *speaker) vars(vs []*variable) []string {
	var out []string
	for _, v := range vs {
		out = append(out, w.name(v))
	}
	return out
}

func (w *speaker) when(holds bool) string {
	if holds {
		return w.holds[0]
	}
	return w.holds[1]
}

// known notes that a name of another file is used, and gives it as it is written
// here.
func (w *speaker) known(file int, name string) string {
	if file == w.file {
		return name
	}
	w.needs[file] = append(w.needs[file], name)
	if w.open != nil || w.p.qualified && (w.ending == ".py" || w.ending == ".js") {
		return w.module(file) + "." + name
	}
	return name
}

// module is what a file is called.
func (d *dialect) module(file int) string {
	if d.open != nil {
		return javaClass(file)
	}
	return module(file)
}

func (w *speaker) args(es []expr) string {
	var out []string
	for _, e := range es {
		out = append(out, w.expr(e))
	}
	return strings.Join(out, ", ")
}

func (w *speaker) expr(e expr) string {
	switch e := e.(type) {
	case text:
		return w.text(string(e))
	case ref:
		if e.constant {
			return w.known(e.variable.file, w.name(e.variable))
		}
		return w.name(e.variable)
	case field:
		return w.field(e.name)
	case join:
		return w.dialect.join(w, e)
	case env:
		return w.env(e)
	case given:
		return w.given
	case dict:
		var out []string
		for _, p := range e {
			out = append(out, fmt.Sprintf(w.item, p.name, w.expr(p.to)))
		}
		return w.dict[0] + strings.Join(out, ", ") + w.dict[1]
	case call:
		return w.dialect.call(w, e, w.args(e.args))
	case object:
		return w.dialect.object(w, e, w.args(e.args))
	}
	panic(fmt.Sprintf("%T", e))
}

// glued writes the parts of a text with an operator between them.
func (w *speaker) glued(j join, operator string) string {
	var out []string
	for _, p := range j.parts {
		out = append(out, w.expr(p))
	}
	return strings.Join(out, operator)
}

// filled writes the parts of a text in one literal, with holes.
func (w *speaker) filled(j join, open, end string) string {
	var out strings.Builder
	for _, p := range j.parts {
		if t, ok := p.(text); ok {
			out.WriteString(string(t))
		} else {
			out.WriteString(open + w.expr(p) + end)
		}
	}
	return out.String()
}

// formatted gives a text with a mark in each hole, and what stands there.
func (w *speaker) formatted(j join, mark string) (string, string) {
	var format strings.Builder
	var args []string
	for _, p := range j.parts {
		if t, ok := p.(text); ok {
			format.WriteString(string(t))
		} else {
			format.WriteString(mark)
			args = append(args, w.expr(p))
		}
	}
	return format.String(), strings.Join(args, ", ")
}
