package scanner

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"sort"

	"github.com/unhapi/unhapi/scanner/internal/objects"
)

// State remembers what scans of a history have looked at, so that the next one
// looks only at what is new. It holds ids of objects, the names of packs, and
// how objects came into the history: no content, and nothing that a secret
// could be found from. It can be deleted at any time.
type State struct {
	old  *stateHeader // nil: everything is new
	file io.ReaderAt  // where the ids of old are
	from int64        // in file

	next *stateHeader // nil: not to be written
	ids  []byte
	note string
}

// stateMagic begins a file; its number changes with what stands in it.
const stateMagic = "unhapi-state/2\n"

// maxStateHeader and maxStateIDs bound a state in bytes. A repository with more
// ids is remembered by its packs alone: once they are packed anew, everything
// is scanned.
const maxStateHeader, maxStateIDs = 64 << 20, 256 << 20

// stateHeader is what is read at once. The ids follow in the file: those of
// each pack that has them, then the loose ones.
type stateHeader struct {
	Scan      string                    `json:"scan"`    // digest of rules and options
	Shallow   string                    `json:"shallow"` // digest of the boundary
	Size      int                       `json:"size"`    // of an id
	Packs     []statePack               `json:"packs"`
	Loose     string                    `json:"loose"` // checksum of the loose ids
	LooseN    int                       `json:"looseCount"`
	IDs       string                    `json:"ids"`               // checksum of all ids
	Without   bool                      `json:"without,omitempty"` // the ids are too many
	Stats     Stats                     `json:"stats"`
	Pointers  int                       `json:"pointers"`
	Hits      []string                  `json:"hits"`
	Skipped   []Skipped                 `json:"skipped"`
	World     string                    `json:"world"` // digest of what histories depend on
	Histories map[string][]stateHistory `json:"histories"`
}

type statePack struct {
	Sum string `json:"sum"`
	N   int    `json:"count"` // ids in the file
}

// ErrState is what is wrong with a file that holds no state, or a broken one.
var ErrState = errors.New("not a state of this program, or damaged")

// ReadState reads a state. The file must stay open while it is in use. An
// empty file is an empty state.
func ReadState(file io.ReaderAt, size int64) (*State, error) {
	if size == 0 {
		return &State{}, nil
	}
	head := make([]byte, len(stateMagic)+4+sha256.Size)
	if _, err := file.ReadAt(head, 0); err != nil || string(head[:len(stateMagic)]) != stateMagic {
		return nil, ErrState
	}
	n := int64(binary.BigEndian.Uint32(head[len(stateMagic):]))
	if n > maxStateHeader || int64(len(head))+n > size {
		return nil, ErrState
	}
	text := make([]byte, n)
	if _, err := file.ReadAt(text, int64(len(head))); err != nil {
		return nil, ErrState
	}
	if sum := sha256.Sum256(text); !bytes.Equal(sum[:], head[len(stateMagic)+4:]) {
		return nil, ErrState
	}
	s := &State{old: &stateHeader{}, file: file, from: int64(len(head)) + n}
	if err := json.Unmarshal(text, s.old); err != nil || s.old.count() < 0 || s.from+int64(s.old.count()) != size {
		return nil, ErrState
	}
	return s, nil
}

// count is how many bytes of ids follow the header, -1 if that cannot be.
func (h *stateHeader) count() int {
	if h.Size != objects.SHA1.Size() && h.Size != objects.SHA256.Size() {
		return -1
	}
	total := h.LooseN
	for _, p := range h.Packs {
		if p.N < 0 || total < 0 || total > maxStateIDs {
			return -1
		}
		total += p.N
	}
	if total < 0 || total*h.Size > maxStateIDs {
		return -1
	}
	return total * h.Size
}

// Changed reports whether there is something to write after a scan.
func (s *State) Changed() bool { return s.next != nil }

// Note says why everything was scanned again, "" if it was not.
func (s *State) Note() string { return s.note }

// Write writes the state that a scan ended in.
func (s *State) Write(w io.Writer) error {
	if s.next == nil {
		return errors.New("the scan left nothing to remember")
	}
	text, err := json.Marshal(s.next)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	head := binary.BigEndian.AppendUint32([]byte(stateMagic), uint32(len(text)))
	for _, b := range [][]byte{head, sum[:], text, s.ids} {
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	return nil
}

// knownIDs are the ids that a state remembers, as sorted tables.
type knownIDs struct {
	size  int
	packs map[objects.ID][]byte
	loose []byte
}

// known reads the ids.
func (s *State) known() (*knownIDs, error) {
	all := make([]byte, s.old.count())
	if _, err := s.file.ReadAt(all, s.from); err != nil && !errors.Is(err, io.EOF) {
		return nil, ErrState
	}
	if checksum(all) != s.old.IDs {
		return nil, ErrState
	}
	k := &knownIDs{size: s.old.Size, packs: map[objects.ID][]byte{}}
	for _, p := range s.old.Packs {
		id, err := objects.ParseID(p.Sum)
		if err != nil {
			return nil, ErrState
		}
		k.packs[id], all = all[:p.N*k.size], all[p.N*k.size:]
	}
	k.loose = all
	return k, nil
}

// in reports whether a table has an id.
func (k *knownIDs) in(table, id []byte) bool {
	n := len(table) / k.size
	i := sort.Search(n, func(i int) bool { return bytes.Compare(table[i*k.size:][:k.size], id) >= 0 })
	return i < n && bytes.Equal(table[i*k.size:][:k.size], id)
}

// has reports whether any table has an id.
func (k *knownIDs) has(id []byte) bool {
	if k.in(k.loose, id) {
		return true
	}
	for _, table := range k.packs {
		if k.in(table, id) {
			return true
		}
	}
	return false
}

// all calls f for the ids of a table until it returns false, and reports
// whether it never did.
func (k *knownIDs) all(table []byte, f func(objects.ID) bool) bool {
	for t := range slices.Chunk(table, k.size) {
		if id, err := objects.IDFromBytes(t); err != nil || !f(id) {
			return false
		}
	}
	return true
}

// inventory lists the ids of the packs and the loose objects, for the next
// state.
func (h *stateHeader) inventory(store *objects.Store, packs []objects.PackInfo, loose []objects.ID) ([]byte, error) {
	total := len(loose)
	for _, p := range packs {
		total += p.N
	}
	var ids []byte
	h.LooseN, h.Without = 0, total*h.Size > maxStateIDs
	if !h.Without {
		ids = make([]byte, 0, total*h.Size)
	}
	for _, p := range packs {
		before := len(ids)
		if !h.Without {
			var err error
			if ids, err = store.AppendPackIDs(ids, p.Sum); err != nil {
				return nil, fmt.Errorf("pack: %w", err)
			}
		}
		h.Packs = append(h.Packs, statePack{p.Sum.String(), (len(ids) - before) / h.Size})
	}
	if !h.Without {
		h.LooseN = len(loose)
		for _, id := range loose {
			ids = append(ids, id.Bytes()...)
		}
	}
	h.IDs = checksum(ids)
	return ids, nil
}

// checksum tells ids that were damaged, not those that somebody changed, who
// could as well change the checksum: two sums of 32 bits, each of which takes a
// tenth of the time of a digest.
func checksum(ids []byte) string {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	return fmt.Sprintf("%08x%08x", crc32.ChecksumIEEE(ids), crc32.Checksum(ids, castagnoli))
}
