package fixer

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// foreign says whether a host is known and not the provider's.
func foreign(p *rules.Pack, host string) bool {
	return host != "" && !strings.ContainsAny(host, "{}") && strings.Contains(host, ".") && !p.OwnHost(host)
}

// parseURL takes the host and the path out of a URL in which expressions read as
// "{name}". What follows a whole host is its path.
func parseURL(url string) (host, path string) {
	return scanner.ParseURL(wholeHost.ReplaceAllString(url, "$1/{"))
}

// wholeHost is a host that an expression follows.
var wholeHost = pattern.New(`^(https?://[\w.-]+\.(?:com|net|org|io|co|dev|app|ai|eu))\{`)

// target is the host and the normalised path of a call's URL.
func (s *source) target(c *syntax.Call) (host, path string) {
	t := c.URL
	var base *syntax.Text
	if c.Base >= 0 {
		base = s.file.Calls()[c.Base].URL
	}
	if t == nil {
		t, base = base, nil
	}
	host, path = parseURL(s.written(t, s.variables(t)))
	if base != nil && host == "" {
		return parseURL(strings.TrimSuffix(s.written(base, nil), "/") + "/" + strings.TrimPrefix(s.written(t, nil), "/"))
	}
	return host, path
}

// variables are the texts that a template itself gives the names in a URL.
func (s *source) variables(t *syntax.Text) map[string]string {
	if t == nil || !s.file.Template() {
		return nil
	}
	out := map[string]string{}
	for _, p := range t.Pieces {
		if v := s.file.ValueAt(p.Expr); !p.Literal && v.Kind == syntax.Literal {
			out[p.Text] = v.Text
		}
	}
	return out
}

// servesOthers says whether a template reads a variable for something else than
// a request that is given the token.
func (s *source) servesOthers(at syntax.Span) bool {
	name := s.file.Text(at)
	calls := s.file.Calls()
	for from := 0; ; {
		i := strings.Index(string(s.text[from:]), name)
		if i < 0 {
			return false
		}
		use := syntax.Span{Start: from + i, End: from + i + len(name)}
		from = use.End
		k := slices.IndexFunc(calls, func(c syntax.Call) bool { return c.Span.Contains(use) })
		if k < 0 {
			return true
		}
		if host, path := s.target(&calls[k]); foreign(s.pack, host) || s.pack.EndpointOf(host, path) == rules.KeepEndpoint {
			return true
		}
	}
}

// written is a text in which expressions read as "{name}"; those in given read
// as what stands there for them.
func (s *source) written(t *syntax.Text, given map[string]string) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	for _, p := range t.Pieces {
		if p.Literal {
			b.WriteString(p.Text)
		} else if text, ok := given[s.plainName(p)]; ok {
			b.WriteString(text)
		} else {
			b.WriteString("{" + lastWord(p.Text) + "}")
		}
	}
	return b.String()
}

func lastWord(expr string) string {
	end := len(expr)
	isWord := func(c byte) bool {
		return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for end > 0 && !isWord(expr[end-1]) {
		end--
	}
	start := end
	for start > 0 && isWord(expr[start-1]) {
		start--
	}
	return expr[start:end]
}

// plainName is the name that a piece of a text reads, as its definition has it.
func (s *source) plainName(p syntax.Piece) string {
	if b := s.file.Binding(p.Expr); b != nil && b.Kind == syntax.Param {
		return b.Name
	}
	return p.Text
}

// sentAgain is where code takes the URL of a request from its response, to do
// more with it than to log it; -1 for nowhere.
func (s *source) sentAgain(c *syntax.Call) int {
	if c.Role != syntax.Send {
		return -1
	}
	if b := s.file.Binding(c.Result); b != nil && !c.Result.Empty() {
		for _, read := range b.Reads {
			if sentURL.Match(s.text[read.End:]) && !s.tells(read) {
				return read.Start
			}
		}
	}
	st := s.file.Statement(c.Span)
	for _, m := range configURL.FindAllStringIndex(s.file.Text(st), -1) {
		at := st.Start + m[0]
		if !s.tells(syntax.Span{Start: at, End: at + 1}) {
			return at
		}
	}
	return -1
}

// tells says whether a place is given to what only tells people: a log, an error.
func (s *source) tells(at syntax.Span) bool {
	inv := s.file.InvocationAt(at)
	return inv != nil && inv.Arguments.Contains(at) && (loggers.MatchString(s.file.Text(inv.Callee)) || telling.MatchString(inv.Name))
}

// telling is the name of a function that logs, or of an error.
var telling = pattern.New(`(?i)^(?:log\w*|print\w*|info|debug|warn\w*|trace|error|exception)$|(?:Error|Exception)$`)

var (
	// sentURL reads the URL of a request from its response.
	sentURL = pattern.New(`^\.(?:url|config\.url|request\.(?:url|path|path_url|res\.responseUrl|responseURL))\b(?:[^(\w]|$)`)
	// configURL does so wherever the response has another name.
	configURL = pattern.New(`\.config\.url\b|\.responseUrl\b|\.responseURL\b`)
)
