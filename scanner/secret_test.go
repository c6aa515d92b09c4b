package scanner

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/template"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/rules"
)

// TestSecretIsNotPrinted tries everything that could show a value: each verb,
// the secret by itself, by pointer, in exported and unexported fields.
func TestSecretIsNotPrinted(t *testing.T) {
	o := testOptions(t)
	const value = "AbCdEf012345"
	s := o.Key.secret(value, &rules.Format{Name: "x", Prefix: "AbCdEf", Bits: 200})
	type holder struct {
		Secret *Secret
		Plain  Secret
		hidden Secret
		inner  *Secret
		list   []any
	}
	h := holder{s, *s, *s, s, []any{*s, s}}
	finding := Finding{Secret: s}
	out := map[string]string{}
	for _, verb := range strings.Split("v +v #v s q x X d t b o e g c U p T", " ") {
		for name, what := range map[string]any{"secret": *s, "pointer": s, "holder": h, "holder's pointer": &h, "finding": finding, "slice": []*Secret{s}, "map": map[string]Secret{"a": *s}} {
			out["%"+verb+" "+name] = fmt.Sprintf("%"+verb, what)
		}
	}
	var b bytes.Buffer
	must(t, json.NewEncoder(&b).Encode([]any{s, *s, h, finding, map[Secret]int{*s: 1}}))
	out["json"] = b.String()
	y, err := yaml.Marshal([]any{s, *s, h})
	must(t, err)
	out["yaml"] = string(y)
	x, err := xml.Marshal(h)
	must(t, err)
	out["xml"] = string(x)
	b.Reset()
	_ = gob.NewEncoder(&b).Encode(*s)
	out["gob"] = b.String()
	b.Reset()
	for _, handler := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(handler).Info("m", "secret", s, "plain", *s, "holder", h, "finding", finding)
	}
	out["slog"] = b.String()
	b.Reset()
	must(t, template.Must(template.New("").Parse("{{.}} {{.Secret}} {{.Plain}} {{printf `%#v` .}}")).Execute(&b, h))
	out["template"] = b.String()
	for name, text := range out {
		if strings.Contains(text, value) || strings.Contains(text, fmt.Sprintf("%x", value)) || strings.Contains(strings.ToLower(text), strings.ToLower(value)) {
			t.Errorf("%s shows the value: %s", name, text)
		}
	}
	if out["%v secret"] != "AbCd…" || !strings.Contains(out["json"], `"AbCd…"`) || !strings.Contains(out["slog"], "AbCd…") {
		t.Errorf("the preview is missing: %q, %q, %q", out["%v secret"], out["json"], out["slog"])
	}
}

// TestSecretIDs are promises: reports, baselines and comments hold such ids.
func TestSecretIDs(t *testing.T) {
	uuid := &rules.Format{Name: "uuid", Bits: 122, Fold: true}
	exact := &rules.Format{Name: "run", Bits: 400, Prefix: "Ci"}
	short := &rules.Format{Name: "short", Bits: 40}
	const value = "01234567-89ab-cdef-0123-456789abcdef"
	own := NewIDKey([]byte("a key of our own"))
	for _, c := range []struct {
		name   string
		key    IDKey
		value  string
		format *rules.Format
		want   string
	}{
		{"public", IDKey{}, value, uuid, "8719325319e4198e"},
		{"capitals", IDKey{}, strings.ToUpper(value), uuid, "8719325319e4198e"},
		{"letter case counts", IDKey{}, "CiAb", exact, ""},
		{"few bits", IDKey{}, value, short, ""},
		{"no format", IDKey{}, value, nil, ""},
		{"own key", own, value, uuid, ""},
	} {
		got := c.key.secret(c.value, c.format).ID
		switch c.name {
		case "public", "capitals":
			if got != c.want {
				t.Errorf("%s: id is %q, want %q: a change makes every baseline useless", c.name, got, c.want)
			}
		case "letter case counts":
			if got == "" || got == (IDKey{}).secret("CiaB", exact).ID {
				t.Errorf("ids of different values are one: %q", got)
			}
		case "own key":
			if got == "" || got == (IDKey{}).secret(c.value, c.format).ID || got != own.secret(strings.ToUpper(value), uuid).ID {
				t.Errorf("id under an own key is %q", got)
			}
			if own.secret(c.value, nil).ID == "" || own.secret(c.value, short).ID == "" {
				t.Error("under an own key every secret has an id")
			}
		default:
			if got != "" {
				t.Errorf("%s: id is %q, want none", c.name, got)
			}
		}
	}
	if own.Check() == "" || (IDKey{}).Check() != "" || own.Check() == NewIDKey([]byte("other")).Check() {
		t.Error("the check value does not tell keys apart")
	}
}

func TestPreview(t *testing.T) {
	for _, c := range []struct{ value, prefix, want string }{
		{"pat-na1-0123", "pat-", "pat-…"},
		{"PAT-NA1-0123", "pat-", "pat-…"},
		{"Ci0123456", "Ci0123456", "Ci01…"},
		{"0123456", "", "…"},
		{"0123456", "pat-", "…"},
		{"", "pat-", "…"},
	} {
		if got := preview(c.value, &rules.Format{Prefix: c.prefix}); got != c.want {
			t.Errorf("preview of %q is %q, want %q", c.value, got, c.want)
		}
	}
	if got := preview("0123456", nil); got != "…" {
		t.Errorf("without a format the preview is %q", got)
	}
}
