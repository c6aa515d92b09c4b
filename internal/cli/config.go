package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// The files in which a repository speaks about its own scan, and the file that
// `baseline write` makes.
const (
	configName   = ".unhapi.yaml"
	ignoreName   = ".unhapiignore"
	baselineName = ".unhapi-baseline.json"
)

// config is a configuration file. What stands in a repository can silence
// findings and add rules, and nothing else: there is no key for a host, an
// output, a command or a credential, and there will be none.
type config struct {
	// Rules are pack files, relative to the configuration file. Those of a
	// repository's own file must lie in the repository.
	Rules []string `yaml:"rules"`
	// Disable lists rules by id. Those of an organisation's file are not
	// looked for; what a repository's own file turns off is counted as
	// silenced.
	Disable []string `yaml:"disable"`
	// Exclude lists path patterns, in the syntax of .gitignore and relative
	// to the repository's root. Findings there are silenced and counted.
	Exclude []string `yaml:"exclude"`
	// Baseline is a file of known findings, relative to the configuration
	// file; --baseline overrides it.
	Baseline string `yaml:"baseline"`
	// ForeignTags honours the inline comments of other scanners.
	ForeignTags bool `yaml:"foreign-tags"`

	source  string             // how the file is called in messages
	trusted bool               // named by the user, not found in the repository
	at      map[string][]place // where each value of a key stands
	read    func(path string) ([]byte, error)
}

// place is a place in a configuration file.
type place struct{ line, column int }

// mistake makes an error about the i-th value of a key.
func (c *config) mistake(key string, i int, format string, args ...any) error {
	m := &rules.Mistake{Source: c.source, Text: fmt.Sprintf(format, args...)}
	if at := c.at[key]; i < len(at) {
		m.Line, m.Column = at[i].line, at[i].column
	}
	return m
}

// parseConfig reads a configuration file. The error joins all mistakes.
func parseConfig(source string, content []byte) (*config, error) {
	c := &config{source: source, at: map[string][]place{}}
	var root yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(content))
	if err := dec.Decode(&root); errors.Is(err, io.EOF) {
		return c, nil
	} else if err != nil {
		return nil, syntaxMistake(source, err)
	}
	doc := root.Content[0]
	if doc.Kind == yaml.ScalarNode && doc.Tag == "!!null" {
		return c, nil
	}
	if doc.Kind != yaml.MappingNode {
		return nil, &rules.Mistake{Source: source, Line: doc.Line, Column: doc.Column, Text: "not a list of keys: write \"exclude: [testdata/]\", for example"}
	}
	var errs []error
	for _, u := range rules.UnknownKeys(&root, reflect.TypeFor[config]()) {
		errs = append(errs, &rules.Mistake{Source: source, Line: u.Line, Column: u.Column, Text: u.Text})
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(doc.Content); i += 2 {
		key, value := doc.Content[i], doc.Content[i+1]
		if seen[key.Value] {
			errs = append(errs, &rules.Mistake{Source: source, Line: key.Line, Column: key.Column, Text: fmt.Sprintf("key %q stands here twice: keep one", key.Value)})
		}
		seen[key.Value] = true
		errs = append(errs, c.set(key.Value, value))
	}
	return c, sorted(errs)
}

// sorted joins mistakes in the order in which they stand in the file.
func sorted(errs []error) error {
	all := rules.Mistakes(errors.Join(errs...))
	slices.SortStableFunc(all, func(a, b *rules.Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	errs = nil
	for _, m := range all {
		errs = append(errs, m)
	}
	return errors.Join(errs...)
}

// syntaxMistake turns an error of the YAML reader into a mistake.
func syntaxMistake(source string, err error) error {
	m := &rules.Mistake{Source: source, Text: strings.TrimPrefix(err.Error(), "yaml: ")}
	if rest, ok := strings.CutPrefix(m.Text, "line "); ok {
		if n, err := fmt.Sscanf(rest, "%d:", &m.Line); n == 1 && err == nil {
			_, m.Text, _ = strings.Cut(rest, ": ")
		}
	}
	m.Text = "not YAML: " + m.Text
	return m
}

// set sets one key from its node.
func (c *config) set(key string, value *yaml.Node) error {
	c.at[key] = []place{{value.Line, value.Column}}
	field := map[string]any{
		"rules": &c.Rules, "disable": &c.Disable, "exclude": &c.Exclude,
		"baseline": &c.Baseline, "foreign-tags": &c.ForeignTags,
	}[key]
	switch field := field.(type) {
	case *[]string:
		return c.setList(key, value, field)
	case *string:
		if *field = value.Value; !isText(value) {
			return c.mistake(key, 0, "key %q needs a single value", key)
		}
	case *bool:
		if value.Kind != yaml.ScalarNode || value.Decode(field) != nil {
			return c.mistake(key, 0, "key %q needs true or false", key)
		}
	}
	return nil // an unknown key has its own message
}

func (c *config) setList(key string, value *yaml.Node, list *[]string) error {
	if value.Kind != yaml.SequenceNode {
		return c.mistake(key, 0, "key %q needs a list, such as [one, two]", key)
	}
	c.at[key] = nil
	for i, item := range value.Content {
		c.at[key] = append(c.at[key], place{item.Line, item.Column})
		if !isText(item) {
			return c.mistake(key, i, "key %q has an entry that is empty or more than one line of text", key)
		}
		*list = append(*list, item.Value)
	}
	return nil
}

// isText reports whether a node is one line of text.
func isText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Tag != "!!null" && strings.TrimSpace(n.Value) != "" && !strings.ContainsAny(n.Value, "\r\n")
}

// settings is what the configuration files that apply to a run say.
type settings struct {
	configs     []*config // the organisation's first
	root        string    // of the repository, "" where there is none
	foreignTags bool
	ignore      *scanner.IgnoreFile
}

// settings finds and reads the configuration files.
func (a *app) settings(src source, f lookFlags) (*settings, error) {
	s := &settings{}
	dir := a.home(src, s)
	if f.config != "" {
		c, err := organisationConfig(f.config)
		if err != nil {
			return nil, err
		}
		s.configs = append(s.configs, c)
	}
	if !f.noConfig && !f.isolated && dir != "" {
		c, err := repositoryConfig(dir, s.root)
		if err != nil {
			return nil, err
		}
		if c != nil {
			s.configs = append(s.configs, c)
		}
	}
	var excluded []string
	for _, c := range s.configs {
		a.detail("configuration: %s", c.source)
		s.foreignTags = s.foreignTags || c.ForeignTags
		excluded = append(excluded, c.Exclude...)
		for _, id := range c.Disable {
			if !c.trusted {
				excluded = append(excluded, "* rule="+id)
			}
		}
	}
	return s, s.readIgnore(a, dir, f.isolated, excluded)
}

// readIgnore reads the ignore file; what the configuration excludes counts as
// further lines of it.
func (s *settings) readIgnore(a *app, dir string, isolated bool, excluded []string) error {
	var content []byte
	name := configName
	if !isolated && dir != "" {
		text, err := readRegular(filepath.Join(s.root, ignoreName))
		switch {
		case err == nil:
			a.detail("ignore file: %s", ignoreName)
			content, name = append(text, '\n'), ignoreName
		case !errors.Is(err, fs.ErrNotExist):
			return notRead(ignoreName, err)
		}
	}
	if content = append(content, strings.Join(excluded, "\n")...); len(content) > 0 {
		s.ignore = scanner.ParseIgnoreFile(name, content)
	}
	return nil
}

// home gives the folder at which the search for the repository's configuration
// starts: the working directory, or the first path if that lies elsewhere. It
// also notes the root of the repository; outside one, that is the folder
// itself, so that nobody else's file in a folder above is read.
func (a *app) home(src source, s *settings) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	s.root = a.rootOf(dir)
	if src.kind != standardInput {
		target := folderOf(src.paths[0])
		if root := a.rootOf(target); root != s.root {
			dir, s.root = target, root
		}
	}
	return dir
}

func folderOf(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return filepath.Dir(path)
	}
	return path
}

// rootOf gives the root of the repository that a folder lies in, the folder
// itself where there is none.
func (a *app) rootOf(dir string) string {
	dir = folderOf(dir)
	if root := a.env.get("GIT_WORK_TREE"); root != "" && a.env.get("GIT_DIR") != "" {
		return folderOf(root)
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// organisationConfig reads the file that --config names.
func organisationConfig(path string) (*config, error) {
	content, err := readSmall(path)
	if err != nil {
		return nil, usageError("--config %s: %v: name a configuration file, or leave it out", path, plain(err))
	}
	c, err := parseConfig(path, content)
	if err != nil {
		return nil, err
	}
	c.trusted = true
	c.read = func(name string) ([]byte, error) {
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
		}
		return readSmall(name)
	}
	return c, nil
}

// repositoryConfig reads the nearest configuration file from dir upward, not
// past the root; nil if there is none.
func repositoryConfig(dir, root string) (*config, error) {
	for d := folderOf(dir); ; d = filepath.Dir(d) {
		content, err := readRegular(filepath.Join(d, configName))
		rel, relErr := filepath.Rel(root, d)
		if err == nil && relErr == nil {
			source := filepath.ToSlash(filepath.Join(rel, configName))
			c, err := parseConfig(source, content)
			if err != nil {
				return nil, err
			}
			c.read = func(name string) ([]byte, error) {
				return readInside(root, filepath.Join(rel, filepath.FromSlash(name)))
			}
			return c, nil
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, notRead(filepath.Join(d, configName), err)
		}
		if d == root || d == filepath.Dir(d) {
			return nil, nil
		}
	}
}

// readRegular reads a file of the scanned repository. Links, pipes and devices
// are refused: they could lead anywhere, or nowhere.
func readRegular(path string) ([]byte, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	return readSmall(path)
}

// readInside reads a file that must not lie outside a folder, not even by way
// of a link.
func readInside(root, name string) ([]byte, error) {
	folder, err := os.OpenRoot(root)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	info, err := folder.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	file, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readLimited(file)
}

// notRead says that a file which was found by itself cannot be read.
func notRead(file string, err error) error {
	how := "correct it"
	if errors.Is(err, fs.ErrPermission) {
		how = "run as a user who may read it"
	}
	return usageError("%s: %v: %s, or use --isolated", file, plain(err), how)
}

// plain takes the path and the operation off an error of the file system: our
// messages name the path already.
func plain(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
