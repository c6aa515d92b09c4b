//go:build !amd64

package literal

const hasVector = false

// teddy does not exist on this architecture.
type teddy struct{ offsets []uint8 }

func newTeddy([]string) *teddy { return nil }

func (t *teddy) density() float64 { return 1 }

func (t *teddy) find(_ *index, dst []Hit, _ []byte, _ bool) []Hit { return dst }
