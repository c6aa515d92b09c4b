package syntax

import (
	"slices"
	"strconv"
	"strings"
)

// bash serves sh, bash and zsh. Calls are commands; what an option takes is an
// argument by the option's name.
func bash() *language {
	none := func(*File, node) node { return node{} }
	return &language{
		scopes:     []string{"program", "function_definition"},
		branches:   []string{"if_statement", "elif_clause", "else_clause", "for_statement", "while_statement", "case_item", "list"},
		statements: []string{"command", "variable_assignment", "declaration_command", "if_statement", "for_statement", "while_statement"},
		comments:   []string{"comment"},
		strings:    []string{"string", "raw_string", "ansi_c_string"},
		unwrap:     func(n node) node { return n },
		concat:     func(node) (l, r node, ok bool) { return },
		pieces:     shPieces,
		format:     func(*File, node) (formatCall, bool) { return formatCall{}, false },
		same:       none,
		query:      none,
		defs:       shDefs,
		name: func(n node) string {
			if n.Is("variable_name") && n.Parent().Is("simple_expansion", "expansion") {
				return n.Text()
			}
			if n.Is("simple_expansion", "expansion") {
				return n.Kid(0).Text()
			}
			if n.Is("command_name") || n.Is("word") && n.Parent().Is("function_definition") {
				return n.Text() + "()"
			}
			return ""
		},
		member:   func(node) (node, string) { return node{}, "" },
		module:   func(node) string { return "" },
		callback: func(node) bool { return false },
		invoke:   shInvoke,
		dict:     func(*File, node) ([]Entry, bool, bool) { return nil, false, false },
		set:      func(*File, node) (node, Entry, bool) { return node{}, Entry{}, false },
		value:    shValue,
		dollar:   true,
		refine:   shRefine,
		shapes: []shape{
			{client: "curl", heads: "curl", method: arg{0, "-X"}, url: arg{1, "--url"}},
			{client: "wget", heads: "wget", verb: "GET", url: arg{pos: 1}},
			{client: "httpie", heads: "http https", url: arg{pos: 1}},
		},
		share: sharing{global: true},
		idiom: idiom{
			quote: func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
			join:  func(p, e string) string { return `"` + p + e + `"` },
			pair:  func(name, value string) string { return name + ":" + value },
			env:   func(name string) string { return "${" + name + "}" },
		},
	}
}

func shPieces(n node) ([]Piece, bool) {
	switch n.Kind() {
	case "string":
		var holes []hole
		for _, k := range n.Kids() {
			if k.Is("simple_expansion", "expansion", "command_substitution", "arithmetic_expansion") {
				holes = append(holes, hole{span(k), k})
			}
		}
		return template(n, n.Start()+1, n.End()-1, "escape_sequence", holes), true
	case "raw_string":
		return []Piece{quoted(n, 1, 1, "escape_sequence")}, true
	case "word", "number":
		p := quoted(n, 0, 0, "escape_sequence")
		if strings.Contains(p.Text, `\`) {
			p.Raw, p.Text = false, strings.NewReplacer(`\\`, `\`, `\`, "").Replace(p.Text)
		}
		return []Piece{p}, true
	case "concatenation": // "a"$b'c'
		var out []Piece
		for _, k := range n.Kids() {
			ps, ok := shPieces(k)
			if !ok {
				ps = []Piece{{Span: span(k), Expr: span(k), Text: k.Text(), Via: -1}}
			}
			for _, p := range ps {
				p.Operand, p.Cut = span(k), span(k)
				out = append(out, p)
			}
		}
		return out, true
	case "simple_expansion", "expansion", "command_substitution":
		return nil, false
	}
	return nil, false
}

func shText(n node) string {
	ps, ok := shPieces(n)
	if !ok || len(ps) != 1 || !ps[0].Literal {
		return ""
	}
	return ps[0].Text
}

// shDefs are the variables, also those of loops, the functions, and what functions call $1 to $9.
func shDefs(n node) []def {
	if at := n.Field("name"); n.Is("function_definition") && at.OK() {
		ds := []def{{name: at.Text() + "()", at: at, value: n, statement: n, kind: Function}}
		for i := 1; i <= 9; i++ {
			ds = append(ds, def{name: strconv.Itoa(i), at: at, statement: n, kind: Param})
		}
		return ds
	}
	if at := n.Field("variable"); n.Is("for_statement") && at.OK() {
		return []def{{name: at.Text(), at: at, statement: n, kind: Variable, assign: true}}
	}
	if !n.Is("variable_assignment") {
		return nil
	}
	at := n.Field("name")
	if !at.Is("variable_name") {
		return nil
	}
	d := def{name: at.Text(), at: at, value: n.Field("value"), statement: n, kind: Variable, append: strings.Contains(n.Text(), "+=")}
	if p := n.Parent(); p.Is("declaration_command") {
		d.statement = p
	} else {
		d.assign = true
	}
	return []def{d}
}

// takesValue are the options of curl and wget that take the next word.
const takesValue = " -X --request -H --header -d --data --data-raw --data-binary --data-urlencode --data-ascii -F --form -u --user -o --output -A --user-agent " +
	"-b --cookie -c --cookie-jar -e --referer -m --max-time --connect-timeout -T --upload-file -w --write-out -x --proxy --url --retry -K --config " +
	"--cacert --cert --key -O --post-data --method --body-data --timeout --tries --json "

func shInvoke(f *File, n node) (*Invocation, bool) {
	if !n.Is("command") {
		return nil, false
	}
	name := n.Field("name")
	inv := &Invocation{callee: name, Callee: span(name), Name: name.Text(), Arguments: Span{name.End(), n.End()}}
	inv.Path = inv.Name[strings.LastIndex(inv.Name, "/")+1:]
	var words []node
	for _, k := range n.Kids() {
		if k.Start() >= name.End() && !k.Is("variable_assignment", "herestring_redirect", "file_redirect") {
			words = append(words, k)
		}
	}
	for i := 0; i < len(words); i++ {
		w := words[i]
		text := w.Text()
		s := Span{f.wordBreak(w.Start()), w.End()}
		a := Argument{Value: span(w), Span: span(w), node: w}
		switch option, value, eq := strings.Cut(text, "="); {
		case oneOf(inv.Path, "http", "https") && slices.Contains(methods, text):
			a.Name = "--method"
		case oneOf(inv.Path, "curl", "wget", "http", "https") && several(text):
			a.Name = handedOn
		case !strings.HasPrefix(text, "-"):
		case eq && strings.HasPrefix(text, "--"):
			a.Name, a.Value = option, Span{w.End() - len(value), w.End()}
		case takes(inv.Path, text) && i+1 < len(words):
			i++
			a = Argument{Name: text, Value: span(words[i]), Span: Span{w.Start(), words[i].End()}, node: words[i]}
			s.End = words[i].End()
		default:
			a.Name = text
		}
		a.Cut = []Span{s}
		// The grammar ends a word at an escape behind a variable: $a\&b is one word.
		a.Open = i+1 < len(words) && words[i+1].Start() == words[i].End()
		inv.Args = append(inv.Args, a)
	}
	return inv, true
}

// handedOn is the name of an argument that stands for several.
const handedOn = "…"

func several(word string) bool {
	word = strings.Trim(word, `"`)
	return oneOf(word, "$@", "$*", "${@}") || strings.HasPrefix(word, "${") && (strings.HasSuffix(word, "[@]}") || strings.HasSuffix(word, "[*]}"))
}

// wordBreak gives the start of what stands between a word and the one before it:
// spaces, and the ends of lines that go on.
func (f *File) wordBreak(at int) int {
	for {
		start := f.spaceBefore(at)
		if start == at || start == 0 || f.src[start-1] != '\\' || f.src[start] != '\n' && f.src[start] != '\r' {
			return start
		}
		at = start - 1
	}
}

// takes says whether an option takes the next word; -O and the like mean
// something else to curl than to wget.
func takes(command, option string) bool {
	if command == "curl" && option == "-O" || command != "curl" && oneOf(option, "-X", "-c", "-m") {
		return false
	}
	return strings.Contains(takesValue, " "+option+" ")
}

func shValue(f *File, n node) (Value, bool) {
	if !n.Is("simple_expansion", "expansion") {
		return Value{}, false
	}
	name := n.Kid(0).Text()
	if from, of, ok := handedName(name); ok {
		if oneOf(from, stores...) {
			return Value{Kind: Env, Name: of}, true
		}
		if from == "expression" {
			of = ""
		}
		return Value{Kind: Config, Name: of}, true
	}
	b := f.lookup(name, n)
	if b == nil {
		return Value{Kind: Env, Name: name}, true
	}
	if d, ok := b.only(); ok && d.value.Is("string", "expansion") { // KEY="${KEY:-default}"
		for _, e := range d.value.Find("expansion", "simple_expansion") {
			if e.Kid(0).Text() == name {
				return Value{Kind: Env, Name: name, Via: []*Binding{b}}, true
			}
		}
	}
	return Value{}, false
}

// shRefine reads headers and data, and says where a header can go.
func shRefine(f *File, inv *Invocation, c *Call) {
	get, data := false, false
	for _, a := range inv.Args {
		switch a.Name {
		case "-H", "--header":
			c.Headers = append(c.Headers, Entry{Name: lineName(f.text(a.node)), Value: a.Value, Span: a.Span, Cut: a.Cut, Line: true})
		case "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii", "-F", "--form", "--json", "--post-data":
			data = true
			name, _, _ := strings.Cut(shFirst(f, a.node), "=")
			c.Body = append(c.Body, Entry{Name: name, Value: a.Value, Span: a.Span, Cut: a.Cut, Line: true})
		case "-G", "--get":
			get = true
		case "--request", "--method":
			c.Method = strings.ToUpper(shText(a.node))
		}
	}
	if get {
		c.Params, c.Body = append(c.Params, c.Body...), nil
	}
	if c.Method == "" || c.Client == "wget" {
		c.Method = "GET"
		if data && !get {
			c.Method = "POST"
		}
	}
	at := inv.Callee.End
	if c.Client == "curl" && f.shURLs(inv) > 1 {
		c.Slot = Slot{Why: "the command requests more than one URL"}
		return
	}
	c.Slot = Slot{Kind: InArg, At: at, End: at, Form: Line, Open: " -H ", Why: f.shElsewhere(inv)}
	switch c.Client {
	case "wget":
		c.Slot.Open = " --header="
	case "httpie":
		at = c.Span.End
		f.httpieParams(inv, c)
		c.Slot = Slot{Kind: InArg, At: at, End: at, Form: Pair, Open: " "}
	}
}

// shElsewhere says where options of a command come from that are not in view, ""
// for nowhere: one of them may set the header, or another host.
func (f *File) shElsewhere(inv *Invocation) string {
	for _, a := range inv.Args {
		text := f.Text(a.Value)
		switch short := strings.HasPrefix(a.Name, "-") && !strings.HasPrefix(a.Name, "--"); {
		case a.Name == "--config", inv.Path == "curl" && short && strings.Contains(a.Name, "K"):
			return "options come from a file too: make sure that it sets no other Authorization header"
		case a.Name == "--netrc", a.Name == "--netrc-optional", a.Name == "--netrc-file", inv.Path == "curl" && short && strings.Contains(a.Name, "n"):
			return "credentials may come from .netrc too: make sure that it has none for this host"
		case a.Name == handedOn:
			return "arguments come from " + text + " too: make sure that they set no other Authorization header"
		}
	}
	return ""
}

// httpieParams are the parameters that HTTPie is given: name==value.
func (f *File) httpieParams(inv *Invocation, c *Call) {
	for _, a := range inv.Args {
		name, _, ok := strings.Cut(shFirst(f, a.node), "==")
		if a.Name == "" && ok && !strings.ContainsAny(name, ":=/?") {
			c.Params = append(c.Params, Entry{Name: name, Key: Span{a.Value.Start, a.Value.Start + len(name)}, Value: a.Value, Span: a.Span, Cut: a.Cut, Line: true})
		}
	}
}

// shURLs counts the URLs to which a header of a command goes.
func (f *File) shURLs(inv *Invocation) int {
	n := 0
	for _, a := range inv.Args {
		switch {
		case a.Name == "--next" || a.Name == "-:":
			return n
		case (a.Name == "" || a.Name == "--url") && strings.Contains(shFirst(f, a.node), "://"):
			n++
		}
	}
	return n
}

func shFirst(f *File, n node) string {
	t := f.text(n)
	if t == nil || len(t.Pieces) == 0 || !t.Pieces[0].Literal {
		return ""
	}
	return t.Pieces[0].Text
}
