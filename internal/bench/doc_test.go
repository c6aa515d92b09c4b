// Package bench compares the program with others, on repositories that it
// builds and on clones. README.md says how to run it. It measures on Linux.
package bench
