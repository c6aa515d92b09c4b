package scanner

// HashID makes a stable identifier of what is not secret.
func HashID(parts ...string) string { return IDKey{}.hash(parts...) }
