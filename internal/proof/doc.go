// Package proof runs programs before and after a fix against a server that
// stands in for the provider, and compares what they send. It holds tests only:
// what a fixed program sends must be what it sent before, but for the key and
// the header, and no request that carried no key may carry the token. Some of the
// programs are written by people, more are invented: flags of go test say how many
// and from which seed on.
package proof
