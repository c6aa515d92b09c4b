package rules

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"gopkg.in/yaml.v3"
)

// TestPlainReader holds the reader of built-in packs against a complete one, which stands in for it where it gives up.
func TestPlainReader(t *testing.T) {
	files, err := filepath.Glob("packs/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var got, want Pack
		if !readPlain(string(content), &got) {
			t.Errorf("%s: not read: it uses a form of YAML that takes longer to read: write it as the other packs are written", file)
			continue
		}
		if err := yaml.Unmarshal(content, &want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: read as\n%+v\nand not as\n%+v", file, got, want)
		}
	}
}

// FuzzPlainReader: what the reader reads, it reads as the complete one does.
func FuzzPlainReader(f *testing.F) {
	for _, text := range []string{
		"name: a\nwords: [a, 'b''c', \"d\\n\"] # c\nformats:\n  x:\n    bits: 12\n    fold: true\n",
		"rules:\n- id: a\n  clients:\n    - {name: x, rename: {a: b}}\n  examples:\n    match:\n      - file: a\n        text: 'b: c'\n",
		"keep:\n  paths: []\n  names:\n    - a\n    -   \"b\"\ndemo:\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var got, want Pack
		if !readPlain(text, &got) {
			return
		}
		if err := yaml.Unmarshal([]byte(text), &want); err != nil {
			t.Skip() // built-in packs have no mistakes
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q: read as\n%+v\nand not as\n%+v", text, got, want)
		}
	})
}
