//go:build !amd64

package literal

const hasVector = false

// teddy and buckets do not exist on this architecture.
type (
	teddy   struct{ index index }
	buckets struct{ cost float64 }
)

func plan([]string) buckets { return buckets{} }

func (buckets) teddies([]string) []*teddy { return nil }

func (t *teddy) find(_ *index, dst []Hit, _ []byte, _ bool) []Hit { return dst }
