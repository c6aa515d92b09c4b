package scanner

import (
	"slices"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// constructs finds credentials that stand in a construct: the positional
// argument of a client, the password of a mail server.
func (v *valueScan) constructs() {
	keyed := slices.ContainsFunc(v.looked, func(w window) bool { return w.shape == "uuid" })
	near, all := stretches(v.looked), [][2]int{{0, len(v.text)}}
	for _, r := range v.x.clients {
		where := near
		switch {
		case r.Kind.IsSecret() && v.a.literal:
			where = all
		case r.Kind.IsSecret(), !keyed:
			continue
		}
		for i := range r.Clients {
			cl := &r.Clients[i]
			for _, c := range cl.FindNear(v.text, where, v.before()) {
				at := c.Value
				if r.Kind.IsSecret() {
					at = c.At
				}
				if at[0] < 0 {
					continue
				}
				v.construct(r, at)
			}
		}
	}
}

// stretches joins windows that touch each other.
func stretches(all []window) [][2]int {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b window) int { return a.lo - b.lo })
	var out [][2]int
	for _, w := range all {
		if n := len(out); n > 0 && w.lo <= out[n-1][1] {
			out[n-1][1] = max(out[n-1][1], w.hi)
		} else {
			out = append(out, [2]int{w.lo, w.hi})
		}
	}
	return out
}

func (v *valueScan) construct(r *rules.Rule, at [2]int) {
	raw := string(v.text[at[0]:at[1]])
	if r.Kind.IsSecret() {
		v.add(r, nil, at[0], raw)
		return
	}
	value := strings.Trim(raw, "\"'` ")
	start := at[0] + strings.Index(raw, value)
	for _, f := range v.x.formats {
		if !f.MatchValue(value) {
			continue
		}
		for _, want := range v.x.credentials {
			kept := r.Kind == rules.DeveloperCall
			if want.Credential.HasFormat(f) && (want.Credential.Alone || (want.Kind == rules.DeveloperKey) == kept && (kept || want.Kind == rules.LegacyKey)) {
				v.add(want, f, start, value)
				return
			}
		}
	}
}

// add adds a value whose construct says what it is.
func (v *valueScan) add(r *rules.Rule, f *rules.Format, start int, value string) {
	content := v.content(value)
	v.out = append(v.out, candidate{
		rule: r, format: f, start: start, end: start + len(value), value: value, content: content,
		verdict: rules.Classify(rules.Facts{Place: rules.PlaceValue, Rule: r, Evidence: rules.InFlow, Content: content}),
	})
}

// looksMadeUp reports whether a value that has the form of a key was typed by
// hand: few different characters, or runs such as 1234 and abcd.
func looksMadeUp(value string) bool {
	body := value
	for _, prefix := range []string{"pat-"} {
		body = strings.TrimPrefix(strings.ToLower(body), prefix)
	}
	if i := strings.IndexByte(body, '-'); i > 0 && i < 5 && strings.Count(body, "-") == 5 {
		body = body[i+1:]
	}
	var seen [256]bool
	distinct, runs, pairs := 0, 0, 0
	last := byte(0)
	for i := 0; i < len(body); i++ {
		c := body[i]
		if c == '-' || c == ':' {
			continue
		}
		if !seen[c] {
			seen[c] = true
			distinct++
		}
		if last != 0 {
			pairs++
			if c == last || c == last+1 || c == last-1 || last == '9' && (c == '0' || c == 'a') || last == 'f' && (c == '0' || c == '1') {
				runs++
			}
		}
		last = c
	}
	return distinct <= 4 || pairs > 0 && runs*10 >= pairs*7
}
