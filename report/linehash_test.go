package report

import (
	"slices"
	"strings"
	"testing"
)

func hashesOf(text string, bom bool) []string {
	var out []string
	lineHashes([]byte(text), bom, func(line int, hash string) {
		if line != len(out)+1 {
			out = append(out, "out of order")
		}
		out = append(out, hash)
	})
	return out
}

// TestLineHashes holds the vectors of codeql-action's own test, and some whose
// hashes its code gave under Node.
func TestLineHashes(t *testing.T) {
	ends := "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1 b3edc88f2938467e:1 c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1"
	for text, want := range map[string]string{
		"":                   "c129715d7a2bc9a3:1",
		"a\nb\n":             "81b8d8db678b2bbe:1 ade70578248be16f:1 c129715d7a2bc9a3:1",
		" a\nb\n  \t\tc\n d": "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1",
		" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End":               "8b7cf3e952e7aeb2:1 b1ae1287ec4718d9:1 bff680108adb0fcc:1 c6805c5e1288b612:1 b86d3392aea1be30:1 e6ceba753e1a442:1",
		" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n":             ends,
		" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r":             ends,
		" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n": ends,
		" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n":         ends,
		strings.Repeat("Lorem ipsum dolor sit amet.\n", 10): "a7f2ff13bc495cf2:1 a7f2ff13bc495cf2:2 a7f2ff13bc495cf2:3 a7f2ff13bc495cf2:4 " +
			"a7f2ff13bc495cf2:5 a7f2ff13bc495cf2:6 a7f2ff1481e87703:1 a9cf91f7bbf1862b:1 55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 c129715d7a2bc9a3:1",
		"x = 2\nx = 1\nprint(x)\nx = 3\nprint(x)\nx = 4\nprint(x)\n": "e54938cc54b302f1:1 bb609acbe9138d60:1 1131fd5871777f34:1 5c482a0f8b35ea28:1 " +
			"54517377da7028d2:1 2c644846cb18d53e:1 f1b89f20de0d133:1 c129715d7a2bc9a3:1",
		"\xef\xbb\xbf\xc3\xa9\xe6\x97\xa5\xf0\x9f\x94\x91 = 1\x0a\x09\xc3\xbc\x0a": "72f8ae94ec7da58c:1 7e5808d75a269561:1 c129715d7a2bc9a3:1",
		"\xe3\x81A\x0a\xff\xf0\x9f\x94\x0a\xed\xa0\x80":                            "647412d58d462e02:1 1a89fdea4a6ea096:1 ac45acb456cd20ee:1",
	} {
		if got := hashesOf(text, false); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q: got %v", text, got)
		}
	}
	if with, without := hashesOf("a\n", true), hashesOf("\ufeffa\n", false); !slices.Equal(with, without) {
		t.Errorf("a byte order mark counts as a unit: %v, %v", with, without)
	}
}

func TestUTF16Units(t *testing.T) {
	for text, want := range map[string]int{"": 0, "aé日": 3, "🔑": 2, "\xe3\x81a": 2, "\xff\xff": 2, "\xf0\x9f\x94": 1, "\xed\xa0\x80": 3} {
		if got := utf16Units([]byte(text)); got != want {
			t.Errorf("%q has %d units, want %d", text, got, want)
		}
	}
}
