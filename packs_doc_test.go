package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/rules"
)

// keysOf gives the keys of a struct by its path in a pack, as yaml.v3 reads it.
func keysOf(t reflect.Type, path string, all map[string][]string) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return
	}
	if t == reflect.TypeFor[rules.Example]() {
		path = "Examples" // the same in several places
	}
	if all[path] != nil {
		return
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" || name == "-" {
			continue
		}
		all[path] = append(all[path], name)
		sub := name
		if path != "Top level" {
			sub = path + "." + name
		}
		keysOf(f.Type, sub, all)
	}
}

var (
	docHeading = regexp.MustCompile(`(?m)^## (.+)$`)
	docKey     = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|")
)

// TestPackKeysAreDocumented compares docs/packs.md with the Go types: each key
// of each of them stands there, and nothing else.
func TestPackKeysAreDocumented(t *testing.T) {
	want := map[string][]string{}
	keysOf(reflect.TypeFor[rules.Pack](), "Top level", want)
	text, err := os.ReadFile("docs/packs.md")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	headings := docHeading.FindAllSubmatchIndex(text, -1)
	for i, h := range headings {
		end := len(text)
		if i+1 < len(headings) {
			end = headings[i+1][0]
		}
		for _, m := range docKey.FindAllSubmatch(text[h[0]:end], -1) {
			name := string(text[h[2]:h[3]])
			got[name] = append(got[name], string(m[1]))
		}
	}
	for section, keys := range want {
		for _, k := range keys {
			if !slices.Contains(got[section], k) {
				t.Errorf("docs/packs.md: %q lacks the key %q", section, k)
			}
		}
	}
	for section, keys := range got {
		for _, k := range keys {
			if !slices.Contains(want[section], k) {
				t.Errorf("docs/packs.md: %q names the key %q, which does not exist", section, k)
			}
		}
	}
}
