package rules

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed packs/*.yaml
var builtin embed.FS

// Set is the packs that a run works with. It is not changed after it is made
// and can be used by many goroutines.
type Set struct {
	Packs  []*Pack
	digest string
}

// File is a pack file that the user names.
type File struct {
	Name    string
	Content []byte
}

// Load reads the built-in packs and the user's, which extend them: a pack of
// the same provider adds its words, formats and rules, and "disable" turns
// rules off. The error joins every mistake of every file.
func Load(user ...File) (*Set, error) {
	files, err := builtinFiles()
	if err != nil {
		return nil, err
	}
	return load(files, user)
}

// LoadInstead is Load for whoever works on a built-in pack: a user's file with
// the file name of a built-in pack takes its place instead of adding to it.
func LoadInstead(user ...File) (*Set, error) {
	files, err := builtinFiles()
	if err != nil {
		return nil, err
	}
	files = slices.DeleteFunc(files, func(own File) bool {
		return slices.ContainsFunc(user, func(f File) bool { return path.Base(filepath.ToSlash(f.Name)) == own.Name })
	})
	return load(files, user)
}

func load(own, user []File) (*Set, error) {
	files, known := slices.Clone(own), len(own)
	files = append(files, user...)
	var errs []error
	var packs []*Pack
	sum := sha256.New()
	for i, f := range files {
		fmt.Fprintf(sum, "%d\n%s", len(f.Content), f.Content)
		read := Parse
		if i < known {
			read = parseOwn
		}
		p, err := read(f.Name, f.Content)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if i >= known {
			errs = append(errs, clash(packs, p)...)
		}
		packs = append(packs, p)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	s := &Set{Packs: packs, digest: hex.EncodeToString(sum.Sum(nil)[:8])}
	return s, s.disable()
}

func builtinFiles() ([]File, error) {
	names, err := fs.Glob(builtin, "packs/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var files []File
	for _, name := range names {
		content, err := builtin.ReadFile(name)
		if err != nil {
			return nil, err
		}
		files = append(files, File{strings.TrimPrefix(name, "packs/"), content})
	}
	return files, nil
}

// clash lists the rule ids of a new pack that another pack has already.
func clash(packs []*Pack, p *Pack) []error {
	var errs []error
	for i := range p.Rules {
		for _, other := range packs {
			if other.Rule(p.Rules[i].ID) != nil {
				errs = append(errs, &Mistake{
					Source: p.source, Line: p.Rules[i].line, Rule: p.Rules[i].ID,
					Text: "the id is used by " + other.source + ": choose another, or disable that rule",
				})
			}
		}
	}
	return errs
}

func (s *Set) disable() error {
	var errs []error
	for _, p := range s.Packs {
		for _, id := range p.Disable {
			if s.Rule(id) == nil {
				errs = append(errs, &Mistake{Source: p.source, Text: fmt.Sprintf("disable names the rule %q, which does not exist: see `unhapi rules list`", id)})
			}
		}
	}
	off := map[string]bool{}
	for _, p := range s.Packs {
		for _, id := range p.Disable {
			off[id] = true
		}
	}
	for _, p := range s.Packs {
		p.Rules = slices.DeleteFunc(p.Rules, func(r Rule) bool { return off[r.ID] })
	}
	return errors.Join(errs...)
}

// Rule gives the rule with this id, nil if no pack has it.
func (s *Set) Rule(id string) *Rule {
	for _, p := range s.Packs {
		if r := p.Rule(id); r != nil {
			return r
		}
	}
	return nil
}

// Digest changes whenever a rule does. It names the rules in reports and in
// the state of incremental scans.
func (s *Set) Digest() string { return s.digest }

// Providers lists the providers of the set, each once, sorted.
func (s *Set) Providers() []string {
	var names []string
	for _, p := range s.Packs {
		names = append(names, p.Provider)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
