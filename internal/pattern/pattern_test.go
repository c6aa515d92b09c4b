package pattern

import (
	"regexp"
	"strings"
	"sync"
	"testing"
)

func TestWrongExpression(t *testing.T) {
	p := New(`a(`)
	for n := range 2 {
		if p.Compile() == nil {
			t.Errorf("a wrong expression is not reported, try %d", n+1)
		}
	}
	defer func() {
		if msg, _ := recover().(string); !strings.Contains(msg, "a(") {
			t.Errorf("the panic does not name the expression: %q", msg)
		}
	}()
	p.MatchString("a")
	t.Error("a wrong expression matches")
}

// TestManyGoroutines proves that the first uses may come at the same time.
func TestManyGoroutines(t *testing.T) {
	p, want := New(`b(c*)`), regexp.MustCompile(`b(c*)`)
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if got := p.FindStringSubmatch("abccd"); got[1] != want.FindStringSubmatch("abccd")[1] {
				t.Errorf("got %q", got)
			}
		})
	}
	wg.Wait()
}
