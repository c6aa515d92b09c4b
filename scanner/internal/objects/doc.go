// Package objects reads the object databases of git repositories: packs, loose objects, alternates and quarantine
// directories, with SHA-1 or SHA-256 names.
//
// It is made for looking at a whole history. A packed history is a forest: a few objects are stored whole, the others as
// deltas over them. [Store.Scan] inflates each object once, walks down the trees of deltas, and looks only at the bytes
// that a delta inserts and at the seams around them; what a delta copies was looked at in its base, and its hits and
// their verdicts are inherited. [Store.Attribute] reads the trees of the history in the same way and tells which commits
// brought an object in and took it away.
//
// Nothing that is read is trusted: every offset, size and count is checked before it is used, and work and memory are
// bounded by [Limits]. What cannot be read becomes a [Problem], and the rest is read all the same.
//
// A Store never writes, runs no program and reads no configuration.
package objects
