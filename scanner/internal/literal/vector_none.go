package literal

const hasVector = false

type teddy struct{ offsets []uint8 }

func newTeddy([]string) *teddy { return nil }

func (t *teddy) find(*index, []Hit, []byte, bool) []Hit { panic("unreachable") }
