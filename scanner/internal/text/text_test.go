package text

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"testing"
	"unicode/utf8"
)

var all = []Encoding{UTF8, UTF8BOM, UTF16LE, UTF16LEBOM, UTF16BE, UTF16BEBOM, UTF32LE, UTF32LEBOM, UTF32BE, UTF32BEBOM}

var samples = []string{
	"a",
	"key = \"value\"\r\n",
	"HUBSPOT_API_KEY=0123\nnaïve café – “quoted” €5\n",
	strings.Repeat("const x = 1; // plain source\n", 2000),
	"Пример строки с ключом apikey=1234 и ещё немного текста\n",
	"密钥 key = \"0123456789\"  # 这是一个例子\n",
	"emoji 😀😀 and more text 𝒳 key\n",
	"\t\x1b[31mred\x1b[0m\n",
}

func TestRoundTrip(t *testing.T) {
	for _, s := range samples {
		for _, e := range all {
			raw := Encode([]byte(s), e)
			got, enc, ok := Decode(raw)
			if !ok || enc != e || string(got) != s {
				t.Errorf("%s: %.40q: got %.40q, %s, %v", e, s, got, enc, ok)
			}
			if lines := bytes.Count(got, []byte("\n")); lines != strings.Count(s, "\n") {
				t.Errorf("%s: %d lines", e, lines)
			}
		}
	}
}

// TestRoundTripRandom uses random text that is mostly ASCII, of every length up to some hundred, so that pairs are cut at
// the end of what is sniffed.
func TestRoundTripRandom(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	alphabet := []rune("abcdefgh ijklm=\"_\n\n  01234é€Ж密😀𝒳")
	for n := range 400 {
		length := 1 + r.Intn(60)
		if n%10 == 0 {
			length = 3980 + r.Intn(80)
		}
		var b strings.Builder
		b.WriteString("k=")
		for range length {
			b.WriteRune(alphabet[r.Intn(len(alphabet))])
		}
		for _, e := range all {
			got, enc, ok := Decode(Encode([]byte(b.String()), e))
			if !ok || enc != e || string(got) != b.String() {
				t.Fatalf("%s: %.80q: got %.80q, %s, %v", e, b.String(), got, enc, ok)
			}
		}
	}
}

func TestSniff(t *testing.T) {
	rnd := make([]byte, 4000)
	rand.New(rand.NewSource(2)).Read(rnd)
	zeros := bytes.Repeat([]byte{0}, 100)
	for _, c := range []struct {
		name   string
		raw    string
		enc    Encoding
		reason string
	}{
		{"empty", "", UTF8, ""},
		{"mark only", "\xff\xfe", UTF16LEBOM, ""},
		{"Latin-1", "caf\xe9 = 1\n", Latin1, ""},
		{"Latin-1 far behind", strings.Repeat("x", 9000) + "\xe9", Latin1, ""},
		{"a mark and Latin-1", "\xef\xbb\xbfcaf\xe9", Latin1, ""},
		{"NUL", "abc\x00def", Binary, "holds NUL bytes"},
		{"NUL far behind", strings.Repeat("x", SniffLength) + "\x00", UTF8, ""},
		{"words between NULs", strings.Repeat("KEY=value\x00FOO=barbar\x00PATH=/usr/bin\x00", 9), Binary, "holds NUL bytes"},
		{"even words between NULs", strings.Repeat("abc\x00defghij\x00", 9), Binary, "holds NUL bytes"},
		{"one NUL", "a\x00b", Binary, "holds NUL bytes"},
		{"a mark and NULs", "\xef\xbb\xbfab\x00", Binary, "holds NUL bytes"},
		{"zeros", string(zeros), Binary, "holds NUL bytes"},
		{"random", string(rnd), Binary, "holds NUL bytes"},
		{"random behind a mark", "\xff\xfe" + string(rnd), Binary, "holds NUL bytes"},
		{"small numbers", strings.Repeat("\x01\x00\x02\x00\x07\x00", 50), Binary, "holds NUL bytes"},
		{"wide words between NULs", strings.Repeat("a\x00b\x00\x00\x00", 50), Binary, "holds NUL bytes"},
		{"gzip", "\x1f\x8b\x08abcdefgh", Binary, "gzip data"},
		{"PNG", "\x89PNG\r\n\x1a\nabcd", Binary, "PNG image"},
		{"ELF", "\x7fELF\x02\x01\x01", Binary, "ELF executable"},
		{"a PDF", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", Binary, "PDF document"},
		{"text about PDF", "%PDF-1.7 is how such a file begins\n", UTF8, ""},
		{"text about GIF", "GIF89a is a format\n", UTF8, ""},
		{"text that begins like ZIP", "PKI is hard\n", UTF8, ""},
	} {
		enc, reason := Sniff([]byte(c.raw))
		if c.enc != Latin1 && enc != c.enc || reason != c.reason {
			t.Errorf("%s: got %s, %q", c.name, enc, reason)
		}
		text, enc, ok := Decode([]byte(c.raw))
		if enc != c.enc || ok != (enc != Binary) || enc == Latin1 && string(text) != c.raw {
			t.Errorf("%s: decoded as %s, %v", c.name, enc, ok)
		}
	}
}

func TestBroken(t *testing.T) {
	for _, c := range []struct{ raw, want string }{
		{"\xff\xfea\x00\x3d\xd8", "a\ufffd"},
		{"\xff\xfea\x00\x3d\xd8b\x00" + strings.Repeat("c\x00", 60), "a\ufffdb" + strings.Repeat("c", 60)},
		{"\xff\xfea\x00b", "a\ufffd"},
		{"\xff\xfe\x00\x00a\x00\x00\x00b", "a\ufffd"},
	} {
		if got, _, ok := Decode([]byte(c.raw)); !ok || string(got) != c.want {
			t.Errorf("%q: got %q, %v", c.raw, got, ok)
		}
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for e := UTF8; e <= Binary; e++ {
		if e.String() == "" || seen[e.String()] {
			t.Errorf("%d: name %q", e, e)
		}
		seen[e.String()] = true
		if fmt.Sprint(e) != e.String() || e.Raw() && e.BOMLen() > 3 {
			t.Errorf("%v", e)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples {
		for _, e := range all {
			if len(s) < 200 {
				f.Add(Encode([]byte(s), e))
			}
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		before := bytes.Clone(raw)
		text, enc, ok := Decode(raw)
		if !bytes.Equal(raw, before) {
			t.Fatal("raw was changed")
		}
		if ok != (enc != Binary) || !ok && text != nil {
			t.Fatalf("%s, %v", enc, ok)
		}
		if ok && enc != Latin1 && !utf8.Valid(text) {
			t.Fatalf("%s: not UTF-8: %q", enc, text)
		}
		if ok && !bytes.ContainsRune(text, utf8.RuneError) && !bytes.Equal(Encode(text, enc), raw) {
			t.Fatalf("%s: %q comes back as %q", enc, raw, Encode(text, enc))
		}
	})
}
