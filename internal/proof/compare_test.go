package proof

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// compare says what is wrong with the requests after a fix, "" if they are the
// ones before it, with the token in the header of those that carried the key.
// Requests of programs that send several at once may come in any order.
func compare(before, after []request) string {
	if len(before) != len(after) {
		return fmt.Sprintf("%d requests became %d:\n%s", len(before), len(after), list(after))
	}
	var problems []string
	left := slices.Clone(after)
	moved := 0
	for _, b := range before {
		want := b
		if b.carries(key) && !b.keeps() {
			want = b.migrated()
			moved++
		}
		i := slices.IndexFunc(left, func(r request) bool { return r.String() == want.String() })
		if i < 0 {
			problems = append(problems, "missing:\n"+want.String())
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, r := range left {
		problems = append(problems, "instead:\n"+r.String())
	}
	if moved == 0 {
		problems = append(problems, "no request carried the key before the fix:\n"+list(before))
	}
	return strings.Join(problems, "\n")
}

func list(rs []request) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.String())
	}
	return strings.Join(out, "\n")
}

// carries says whether a secret stands in the query or the body.
func (r request) carries(secret string) bool {
	return strings.Contains(strings.Join(r.Query, "&")+r.Body, secret)
}

// keeps are the endpoints that need the developer key.
func (r request) keeps() bool { return strings.Contains(r.Path, "/webhooks/v3/") }

// parameters are the names under which the key is sent.
var parameters = regexp.MustCompile(`(^|&)(?:hapikey|auth_key)=[^&]*`)

// member is the same in a JSON body.
var member = regexp.MustCompile(`"(?:hapikey|auth_key)":\s*"[^"]*",?\s*`)

// migrated is the request as it must be sent after the fix.
func (r request) migrated() request {
	r.Query = slices.DeleteFunc(slices.Clone(r.Query), func(p string) bool { return parameters.MatchString(p) })
	if len(r.Query) == 0 {
		r.Query = nil
	}
	r.Body = member.ReplaceAllString(strings.TrimPrefix(parameters.ReplaceAllString(r.Body, ""), "&"), "")
	scheme := "Bearer "
	if r.Host == "api-free.deepl.com" {
		scheme = "DeepL-Auth-Key "
	}
	r.Headers = slices.Clone(r.Headers)
	if r.Host != "forms.hubspot.com" {
		r.Headers = append(r.Headers, "Authorization: "+scheme+token)
	}
	slices.Sort(r.Headers)
	return r
}
