package shapes

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// naive looks at each byte.
func naive(text []byte, shortest int) []Span {
	var out []Span
	start := 0
	for i := range len(text) + 1 {
		if i < len(text) && strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_", text[i]) >= 0 {
			continue
		}
		if i-start >= shortest {
			out = append(out, Span{start, i})
		}
		start = i + 1
	}
	return out
}

var tail = regexp.MustCompile(`-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}`)

func naiveTails(text []byte) []int {
	var out []int
	for _, m := range tail.FindAllIndex(text, -1) {
		out = append(out, m[0])
	}
	return out
}

func compare(t *testing.T, text []byte, shortest int) {
	t.Helper()
	runs, tails := naive(text, shortest), naiveTails(text)
	var bytewise, best Found
	bytewise.scalar(text, shortest)
	best.Add(text, shortest)
	for _, got := range []Found{bytewise, best} {
		if !slices.Equal(got.Runs, runs) || !slices.Equal(got.Tails, tails) {
			t.Fatalf("got %v, want %v and %v in %q", got, runs, tails, text)
		}
	}
}

func TestEveryByte(t *testing.T) {
	for c := range 256 {
		text := []byte(strings.Repeat("x", 70))
		text[33] = byte(c)
		compare(t, text, 30)
		if got := len(naive(text, 70)) == 1; got != Digit(byte(c)) {
			t.Errorf("%#x: digit %v", c, got)
		}
	}
}

// TestRunsAtEveryPlace moves runs of lengths around the shortest over the borders of words.
func TestRunsAtEveryPlace(t *testing.T) {
	for _, shortest := range []int{16, 28, 38, 63, 64} {
		for n := shortest - 1; n <= shortest+1; n++ {
			for at := range 140 {
				text := []byte(strings.Repeat(" ", at) + strings.Repeat("f", n))
				compare(t, text, shortest)
				compare(t, append(text, " a"...), shortest)
			}
		}
	}
}

func TestGenerated(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var text []byte
		for range r.IntN(12) {
			text = append(text, strings.Repeat("a", r.IntN(150))...)
			text = append(text, strings.Repeat(" ", r.IntN(3))...)
			if r.IntN(3) == 0 {
				text = append(text, "-4c1b-8a2e-5f60-0123456789ab"[r.IntN(3):]...)
			}
		}
		compare(t, text, MinShortest+r.IntN(MaxShortest-MinShortest+1))
	}
}

// TestTailsAtEveryPlace moves tails, and what is nearly one, over the borders of words.
func TestTailsAtEveryPlace(t *testing.T) {
	const one = "-4c1b-8a2e-5f60-0123456789ab"
	for _, form := range []string{one, one[1:], one[:27], one + one, one + "0", strings.ToUpper(one), one[:20] + "g" + one[21:], "-----" + one, one[:15] + one} {
		for at := range 140 {
			text := []byte(strings.Repeat("-", at%7) + strings.Repeat(" ", at) + form)
			compare(t, text, 28)
			compare(t, append(text, "x "...), 28)
		}
	}
}

func FuzzShapes(f *testing.F) {
	f.Add([]byte("key=4c1b8a2e-5f60-4d3a-9b7c-8e1d2f3a4b5c;"), uint8(28))
	f.Fuzz(func(t *testing.T, text []byte, shortest uint8) {
		compare(t, text, MinShortest+int(shortest)%(MaxShortest-MinShortest+1))
	})
}

// benchmarkText is made of words of all lengths, so that nothing learns where they end.
func benchmarkText() []byte {
	r := rand.New(rand.NewPCG(3, 4))
	var text []byte
	for len(text) < 1<<20 {
		text = append(text, strings.Repeat("w", 1+r.IntN(12))...)
		text = append(text, " (\n\t."[r.IntN(5)])
	}
	return text
}

func BenchmarkShapes(b *testing.B) {
	text := benchmarkText()
	for _, engine := range []struct {
		name string
		find func(*Found, []byte, int)
	}{{"fastest", (*Found).Add}, {"scalar", (*Found).scalar}} {
		b.Run(engine.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				var f Found
				engine.find(&f, text, 38)
			}
		})
	}
}
