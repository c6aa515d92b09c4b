package engine

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestNotice keeps the hashes in NOTICE and SHA256SUMS equal to the blobs, and
// the versions in NOTICE equal to those that the build pins.
func TestNotice(t *testing.T) {
	read := func(p string) string { return strings.ReplaceAll(sampleFile(t, p), "\r\n", "\n") }
	path := filepath.Join("..", "..", "..", "NOTICE")
	notice, sums := read(path), read("wasm/SHA256SUMS")
	for _, l := range Languages() {
		sum := fmt.Sprintf("%x", sha256.Sum256([]byte(sampleFile(t, "blobs/"+l+".wasm.gz"))))
		if *update {
			re := regexp.MustCompile(`(?s)(\n  ` + l + `\.wasm\.gz\n.*?sha256:)[0-9a-f]{64}`)
			notice = re.ReplaceAllString(notice, "${1}"+sum)
		}
		entry, _, ok := strings.Cut(notice[strings.Index(notice, "\n  "+l+".wasm.gz\n")+1:], "sha256:"+sum)
		if !ok || strings.Count(entry, "\n") != 3 {
			t.Errorf("NOTICE: %s is not %s", l, sum)
		}
		if !strings.Contains(sums, sum+"  "+l+".wasm.gz\n") {
			t.Errorf("SHA256SUMS: %s is not %s", l, sum)
		}
	}
	for _, m := range regexp.MustCompile(`\t(github\.com/\S+ v\S+)`).FindAllStringSubmatch(read("wasm/go.mod"), -1) {
		if !strings.Contains(notice, m[1]) {
			t.Errorf("NOTICE does not name %s", m[1])
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(notice), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
