package scanner

import (
	"bytes"
	"testing"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// FuzzNotebook: whatever the text, the bytes of a cell lie in it, in order.
func FuzzNotebook(f *testing.F) {
	f.Add([]byte(notebook(f, "import hubspot\nx = \"é\\\"\\\\\"\n")))
	f.Add([]byte(`{"cells":[{"cell_type":"code","source":["a","\ud83d\ude00\u00e9\/\b\f"]}]}`))
	f.Add([]byte(`{"cells":[{"source":"a","cell_type":"code"},[{}],{"cell_type":"code","source":[["x"]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, c := range syntax.Cells(text) {
			last := 0
			for i := range c.Text {
				at := c.Offset(i)
				if at < last || at >= len(text) {
					t.Fatalf("byte %d of a cell is at %d of %d, after %d", i, at, len(text), last)
				}
				last = at
			}
			if end := c.Offset(len(c.Text)); end > len(text) {
				t.Fatalf("a cell ends at %d of %d", end, len(text))
			}
		}
	})
}

// FuzzIgnoreFile: any text is an ignore file, and silences the same each time.
func FuzzIgnoreFile(f *testing.F) {
	o := testOptions(f)
	found := scanText(f, o, "dir/a.py", "T = '{{app-token}}'\n").Findings
	f.Add([]byte("dir/\n!a.py rule=hubspot-access-token\n# c\n" + found[0].ID + "\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file := ParseIgnoreFile("f", text)
		var before string
		for i := range 2 {
			one := *found[0]
			one.Suppressed = nil
			r := &Result{Findings: []*Finding{&one}}
			r.ignoreFile(file, true)
			got := plain(t, r)
			if i > 0 && got != before {
				t.Fatalf("the second time it gives\n%s\nnot\n%s", got, before)
			}
			before = got
		}
	})
}

// FuzzBaseline: what is read can be written and read again.
func FuzzBaseline(f *testing.F) {
	o := testOptions(f)
	var b bytes.Buffer
	must(f, NewBaseline(scanText(f, o, "a.py", "T = '{{app-token}}'\n"+oldCall).Findings, o.Key).Write(&b))
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, content []byte) {
		read, err := ReadBaseline("b", content, o.Key)
		if err != nil {
			return
		}
		var again bytes.Buffer
		must(t, read.Write(&again))
		if _, err := ReadBaseline("b", again.Bytes(), o.Key); err != nil {
			t.Fatalf("%v\n%s", err, again.String())
		}
	})
}

// FuzzHistoricText: any object can be judged, and its places lie in it.
func FuzzHistoricText(f *testing.F) {
	o := testOptions(f)
	for i, h := range habitats {
		f.Add([]byte(inhabit(f, o, h.text, i)))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		g := newGate(o.Detector, true)
		g.JudgeWhole(objects.ID{}, objects.Blob, raw, nil)
		file, ok := decodeFile("", raw)
		for _, h := range g.hits {
			for _, v := range h.values {
				if !ok || v.start < 0 || v.end < v.start || v.end > len(file.Text) {
					t.Fatalf("a value is at %d to %d of %d", v.start, v.end, len(file.Text))
				}
			}
		}
	})
}
