// Package pattern has regular expressions that are compiled when they are first
// used. A run uses few of the expressions that the program knows, and compiling
// all of them takes longer than everything else that a hook does.
package pattern

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression in RE2 syntax. It can be used by many
// goroutines. Its methods are those of [regexp.Regexp]; where the expression is
// wrong, each of them panics, so an expression that is not part of the program
// is tried with Compile before.
type Regexp struct {
	expr string
	once sync.Once
	re   *regexp.Regexp
	err  error
}

// New gives an expression without looking at it.
func New(expr string) *Regexp { return &Regexp{expr: expr} }

// Compile reports what is wrong with the expression.
func (p *Regexp) Compile() error {
	p.once.Do(func() { p.re, p.err = regexp.Compile(p.expr) })
	return p.err
}

func (p *Regexp) use() *regexp.Regexp {
	if err := p.Compile(); err != nil {
		panic("pattern: " + err.Error())
	}
	return p.re
}

// String is the expression.
func (p *Regexp) String() string { return p.expr }

// Match is [regexp.Regexp.Match].
func (p *Regexp) Match(b []byte) bool { return p.use().Match(b) }

// MatchString is [regexp.Regexp.MatchString].
func (p *Regexp) MatchString(s string) bool { return p.use().MatchString(s) }

// FindString is [regexp.Regexp.FindString].
func (p *Regexp) FindString(s string) string { return p.use().FindString(s) }

// FindIndex is [regexp.Regexp.FindIndex].
func (p *Regexp) FindIndex(b []byte) []int { return p.use().FindIndex(b) }

// FindAll is [regexp.Regexp.FindAll].
func (p *Regexp) FindAll(b []byte, n int) [][]byte { return p.use().FindAll(b, n) }

// FindAllIndex is [regexp.Regexp.FindAllIndex].
func (p *Regexp) FindAllIndex(b []byte, n int) [][]int { return p.use().FindAllIndex(b, n) }

// FindSubmatch is [regexp.Regexp.FindSubmatch].
func (p *Regexp) FindSubmatch(b []byte) [][]byte { return p.use().FindSubmatch(b) }

// FindSubmatchIndex is [regexp.Regexp.FindSubmatchIndex].
func (p *Regexp) FindSubmatchIndex(b []byte) []int { return p.use().FindSubmatchIndex(b) }

// FindStringSubmatch is [regexp.Regexp.FindStringSubmatch].
func (p *Regexp) FindStringSubmatch(s string) []string { return p.use().FindStringSubmatch(s) }

// FindAllSubmatch is [regexp.Regexp.FindAllSubmatch].
func (p *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte { return p.use().FindAllSubmatch(b, n) }

// FindAllSubmatchIndex is [regexp.Regexp.FindAllSubmatchIndex].
func (p *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return p.use().FindAllSubmatchIndex(b, n)
}

// FindAllStringSubmatch is [regexp.Regexp.FindAllStringSubmatch].
func (p *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return p.use().FindAllStringSubmatch(s, n)
}

// ReplaceAllString is [regexp.Regexp.ReplaceAllString].
func (p *Regexp) ReplaceAllString(s, with string) string { return p.use().ReplaceAllString(s, with) }

// ReplaceAllStringFunc is [regexp.Regexp.ReplaceAllStringFunc].
func (p *Regexp) ReplaceAllStringFunc(s string, with func(string) string) string {
	return p.use().ReplaceAllStringFunc(s, with)
}

// Split is [regexp.Regexp.Split].
func (p *Regexp) Split(s string, n int) []string { return p.use().Split(s, n) }

// SubexpIndex is [regexp.Regexp.SubexpIndex].
func (p *Regexp) SubexpIndex(name string) int { return p.use().SubexpIndex(name) }

// Find is [regexp.Regexp.Find].
func (p *Regexp) Find(b []byte) []byte { return p.use().Find(b) }

// FindStringSubmatchIndex is [regexp.Regexp.FindStringSubmatchIndex].
func (p *Regexp) FindStringSubmatchIndex(s string) []int { return p.use().FindStringSubmatchIndex(s) }

// FindStringIndex is [regexp.Regexp.FindStringIndex].
func (p *Regexp) FindStringIndex(s string) []int { return p.use().FindStringIndex(s) }

// FindAllStringIndex is [regexp.Regexp.FindAllStringIndex].
func (p *Regexp) FindAllStringIndex(s string, n int) [][]int {
	return p.use().FindAllStringIndex(s, n)
}

// FindAllString is [regexp.Regexp.FindAllString].
func (p *Regexp) FindAllString(s string, n int) []string { return p.use().FindAllString(s, n) }
