package literal

import (
	"fmt"
	gobuild "go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus is source text: the standard library's, where it is installed.
func corpus(b *testing.B) []byte {
	b.Helper()
	var text []byte
	files, _ := filepath.Glob(filepath.Join(gobuild.Default.GOROOT, "src", "net", "*", "*.go"))
	for _, f := range files {
		if t, err := os.ReadFile(f); err == nil {
			text = append(text, t...)
		}
	}
	if len(text) == 0 {
		text = []byte(strings.Repeat("func main() { fmt.Println(\"some source text\", n) }\n", 20000))
	}
	return text
}

func sets() map[int][]string {
	few := []string{"hapikey", "hubapi.com", "pat-na1-", "hubspot", "developer_hapikey", "pat-eu1-", "hs_access", "deepl.com"}
	for _, w := range few[:6] {
		few = append(few, utf16(w))
	}
	few = append(few, "api.hubspot", "hubspotutk", "hbspt.forms", "smtp.hubspot", "auth_key", "deepl-auth")
	return map[int][]string{3: few[:3], 20: few, 60: append(few, many(40)...), 500: append(few, many(480)...), 4000: append(few, many(3980)...)}
}

func BenchmarkAppend(b *testing.B) {
	text := corpus(b)
	for _, n := range []int{3, 20, 60, 500, 4000} {
		for name, m := range engines(b, sets()[n]) {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				var hits []Hit
				for b.Loop() {
					hits = m.Append(hits[:0], text)
				}
				b.ReportMetric(float64(len(hits)), "hits")
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for _, n := range []int{3, 60, 500} {
		literals := sets()[n]
		for name, use := range map[string]engine{"scalar": scalarOnly, "fastest": fastest} {
			b.Run(fmt.Sprintf("%d/%s", n, name), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := build(literals, use); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
