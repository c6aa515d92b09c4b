package objects

// Hit is one occurrence found in an object's text: bytes Start to End, the end not included. Class is a small number (0
// to 63) that the caller gives a meaning; so is Pattern. Hits of one text are a set: equal ones are one.
type Hit struct {
	Start, End int
	Class      uint8
	Pattern    uint16
}

// Mode says what an object needs because of the classes of its hits.
type Mode uint8

const (
	// Ignore: nothing.
	Ignore Mode = iota
	// Local: each hit of a local class is judged on its context alone. The verdict is inherited by objects into which
	// the hit and its context were copied.
	Local
	// Whole: the object is judged as a whole.
	Whole
)

// Evaluator decides what is looked for in a scan. All methods are safe for concurrent use.
type Evaluator interface {
	// Find appends the hits of text to dst, in any order. Whether a hit stands at a place depends on nothing but the hit
	// and Margin bytes on either side of it, and on where the text begins or ends among these. A hit is at most Longest
	// bytes long.
	Find(dst []Hit, text []byte) []Hit
	Longest() int
	Margin() int
	// Opaque reports whether a blob that begins with head is passed by, whatever its hits: head has Head bytes, or is all
	// of a shorter blob. If Head is 0, no blob is.
	Opaque(head []byte) bool
	Head() int
	// Context is how many bytes on either side of a hit JudgeLocal is given.
	Context() int
	// Mode says what an object needs whose hits have these classes (bit 1<<class).
	Mode(classes uint64) Mode
	// LocalClasses are the classes that JudgeLocal judges.
	LocalClasses() uint64
	// JudgeLocal gives the verdict on a hit, 0 for nothing. It is given the hit and Context bytes on either side, less
	// where the object begins or ends before; h is relative to this text. It must depend on nothing else but that; the
	// id and type of the object tell where it was first seen.
	JudgeLocal(id ID, typ Type, text []byte, h Hit) uint32
	// JudgeWhole is called for each object whose mode is Whole, with all its hits in order of Start, End, Class, Pattern.
	// Text and hits are valid only during the call.
	JudgeWhole(id ID, typ Type, text []byte, hits []Hit)
	// Found is called for each object whose mode is Local and each of its hits whose verdict is not 0, fresh or
	// inherited. The hit is relative to the object.
	Found(id ID, typ Type, h Hit, verdict uint32)
}

// hit is a Hit with what is known of it, 16 bytes.
type hit struct {
	start, end int32
	verdict    uint32
	pattern    uint16
	class      uint8
	judged     bool
}

func (h hit) public() Hit { return Hit{int(h.start), int(h.end), h.class, h.pattern} }

// compareHits is the order of hits in an object.
func compareHits(a, b hit) int {
	switch {
	case a.start != b.start:
		return int(a.start - b.start)
	case a.end != b.end:
		return int(a.end - b.end)
	case a.class != b.class:
		return int(a.class) - int(b.class)
	}
	return int(a.pattern) - int(b.pattern)
}
