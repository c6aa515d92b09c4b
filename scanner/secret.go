package scanner

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"

	"github.com/unhapi/unhapi/rules"
)

// publicKey keys the ids of secrets. It is public on purpose: ids must be the
// same on every machine. A format whose values could be guessed from their id
// gets none under this key.
const publicKey = "unhapi/secret-id/1"

// minPublicBits is how many random bits a format needs for an id under the
// public key.
const minPublicBits = 100

// Secret is a credential that a finding holds. Whatever prints it shows its
// preview; the value itself is only in the text that it was found in.
type Secret struct {
	// ID follows a secret across files and repositories; empty for formats
	// that could be guessed from it.
	ID      string
	Preview string

	// The value stands behind a pointer: printers that reach unexported
	// fields show an address.
	value *string
}

// String shows the preview.
func (s Secret) String() string { return s.Preview }

// GoString shows the preview.
func (s Secret) GoString() string { return fmt.Sprintf("scanner.Secret(%s)", s.Preview) }

// Format shows the preview, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.Preview)) }

// MarshalText shows the preview.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.Preview), nil }

// LogValue shows the preview.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.Preview) }

// Tell gives the value to whoever masks it in other texts, and must show it to
// nobody.
func (s *Secret) Tell(mask func(value string)) {
	if s != nil && s.value != nil {
		mask(*s.value)
	}
}

// IDKey is the user's own key for ids; the zero value is the public one.
type IDKey struct{ key []byte }

// NewIDKey makes a key from what the user supplied.
func NewIDKey(key []byte) IDKey { return IDKey{key: append([]byte(nil), key...)} }

// Private reports whether the key is the user's own.
func (k IDKey) Private() bool { return len(k.key) > 0 }

// Check is a value that tells whether two runs used the same key, without
// telling the key. It is empty for the public key.
func (k IDKey) Check() string {
	if !k.Private() {
		return ""
	}
	return k.hash("check", "unhapi")
}

func (k IDKey) hash(parts ...string) string {
	key := k.key
	if len(key) == 0 {
		key = []byte(publicKey)
	}
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		fmt.Fprintf(mac, "%d:", len(p))
		mac.Write([]byte(p))
	}
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

// secret makes the Secret of a value.
func (k IDKey) secret(value string, f *rules.Format) *Secret {
	one := canonical(value, f)
	s := &Secret{value: &one, Preview: preview(value, f)}
	if k.Private() || f != nil && f.Bits >= minPublicBits {
		s.ID = k.hash("secret", one)
	}
	return s
}

// canonical makes one value of the spellings of a secret.
func canonical(value string, f *rules.Format) string {
	if f != nil && f.Fold {
		return strings.ToLower(value)
	}
	return value
}

// preview is what may be shown of a secret: the public prefix of its format,
// at most four characters, and an ellipsis.
func preview(value string, f *rules.Format) string {
	prefix := ""
	if f != nil {
		prefix = f.Prefix
	}
	if len(prefix) > 4 {
		prefix = prefix[:4]
	}
	if !strings.HasPrefix(strings.ToLower(value), strings.ToLower(prefix)) {
		prefix = ""
	}
	return prefix + "…"
}
