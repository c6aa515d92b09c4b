// Package casetest runs the cases below testdata/rules: one txtar each, with a
// sentence, an input tree, and the findings that a scan of it has.
//
// The sentence is the comment of the archive. A first line "KNOWN: …" says that
// the scanner does not give the right answer yet, and why the answer is right.
// The file "findings" holds a line "path:line:col kind rule" for each finding.
// An optional file "flags" holds what a txtar cannot:
//
//	show KIND…           list hidden kinds, too ("show all" for every one)
//	encode NAME FILE     write FILE as utf-16le, utf-16be, utf-32le, latin-1,
//	                     or "crlf"; "+bom" after the name puts a mark before it
//
// "{{format}}" and "{{format n}}" stand for made-up credentials, see
// [rules.Expand], and "<<base64 text>>" for text in that coding, so that no
// secret-shaped text is kept in a file. Files named nope.* hold look-alikes:
// nothing in them may be more than hidden.
//
// All of the package is a test: nothing imports it.
package casetest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/unhapi/unhapi/rules"
)

// The files of a case that are not part of its tree.
const (
	findingsName = "findings"
	flagsName    = "flags"
)

// Case is one case.
type Case struct {
	Name    string // path below the folder of the cases, without ".txtar"
	Comment string
	// Known is why the expected answer is right, where the scanner gives
	// another one; empty where it does not.
	Known string
	// Want are the expected findings.
	Want []string
	// Show are the hidden kinds to list; All lists every one.
	Show map[rules.Kind]bool
	All  bool

	file     string
	archive  *txtar.Archive
	encoding map[string]string
}

// Read reads the cases below a folder, sorted by name.
func Read(dir string) ([]*Case, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.txtar"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files)
	var all []*Case
	for _, file := range files {
		c, err := read(dir, file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, c)
	}
	return all, nil
}

func read(dir, file string) (*Case, error) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		return nil, err
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil {
		return nil, err
	}
	c := &Case{
		Name: strings.TrimSuffix(filepath.ToSlash(rel), ".txtar"), Comment: strings.TrimSpace(string(archive.Comment)),
		Show: map[rules.Kind]bool{}, file: file, archive: archive, encoding: map[string]string{},
	}
	if first, _, _ := strings.Cut(c.Comment, "\n"); strings.HasPrefix(first, "KNOWN:") {
		c.Known = strings.TrimSpace(strings.TrimPrefix(first, "KNOWN:"))
	}
	if c.Comment == "" {
		return nil, fmt.Errorf("no sentence says what the case is about")
	}
	for _, f := range archive.Files {
		switch f.Name {
		case findingsName:
			c.Want = lines(f.Data)
		case flagsName:
			if err := c.flags(lines(f.Data)); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func lines(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
}

// flags reads the section of that name.
func (c *Case) flags(all []string) error {
	for _, line := range all {
		words := strings.Fields(line)
		switch {
		case words[0] == "show" && len(words) > 1:
			for _, w := range words[1:] {
				if w == "all" {
					c.All = true
					continue
				}
				kind, err := rules.ParseKind(w)
				if err != nil {
					return err
				}
				c.Show[kind] = true
			}
		case words[0] == "encode" && len(words) == 3:
			if _, err := encode(words[1], nil); err != nil {
				return err
			}
			c.encoding[words[2]] = words[1]
		default:
			return fmt.Errorf("flag %q: unknown", line)
		}
	}
	return nil
}

// inBase64 is a text to be encoded.
var inBase64 = regexp.MustCompile(`<<base64 ([^<>]*)>>`)

// Write writes the tree of the case to a folder and gives the secrets in it,
// in every form in which they stand there.
func (c *Case) Write(dir string, packs []*rules.Pack) ([]string, error) {
	var secrets []string
	for _, f := range c.archive.Files {
		if f.Name == findingsName || f.Name == flagsName {
			continue
		}
		text, made := rules.Expand(packs, string(f.Data))
		secrets = append(secrets, made...)
		text = inBase64.ReplaceAllStringFunc(text, func(s string) string {
			coded := base64.StdEncoding.EncodeToString([]byte(inBase64.FindStringSubmatch(s)[1]))
			secrets = append(secrets, coded)
			return coded
		})
		content, err := encode(c.encoding[f.Name], []byte(text))
		if err != nil {
			return nil, err
		}
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return nil, err
		}
		if err := os.WriteFile(name, content, 0o666); err != nil {
			return nil, err
		}
	}
	return secrets, nil
}

// Update rewrites the expected findings.
func (c *Case) Update(got []string) error {
	text := []byte(strings.Join(append(slices.Clip(got), ""), "\n"))
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == findingsName })
	switch {
	case i < 0:
		c.archive.Files = append(c.archive.Files, txtar.File{Name: findingsName, Data: text})
	case bytes.Equal(c.archive.Files[i].Data, text):
		return nil
	default:
		c.archive.Files[i].Data = text
	}
	return os.WriteFile(c.file, txtar.Format(c.archive), 0o666)
}
