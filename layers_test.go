package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/unhapi/unhapi/rules"
)

const module = "github.com/unhapi/unhapi"

// layers are the packages from the bottom up, each with what lies below it in
// the tree: a package imports only those before its own. Other packages below
// internal/ are helpers: everybody may import them, and they import no layer.
var layers = []string{"rules", "internal/lexer", "internal/syntax", "scanner", "fixer", "report", "internal/cli", "."}

// source is one Go file of this module that is no test.
type source struct {
	path string // slash-separated, relative to the root
	file *ast.File
}

func (s source) dir() string { return path.Dir(s.path) }

func (s source) generated() bool { return ast.IsGenerated(s.file) }

var fset = token.NewFileSet()

// sources parses the module; nested modules and programs that are built only
// by name are left out.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." {
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" {
				return filepath.SkipDir
			}
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil || strings.Contains(string(text), "\n//go:build ignore\n") || strings.HasPrefix(string(text), "//go:build ignore\n") {
			return err
		}
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{filepath.ToSlash(name), file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(all, func(s source) bool {
		// Go files that tests read are data; the demo is a package.
		return strings.Contains("/"+s.path, "/testdata/") && !strings.HasPrefix(s.path, "testdata/demo/")
	})
}

// layerOf gives the index of the layer of a folder, -1 for a helper.
func layerOf(dir string) int {
	if dir == "." {
		return len(layers) - 1
	}
	for i, l := range layers {
		if dir == l || strings.HasPrefix(dir, l+"/") {
			return i
		}
	}
	return -1
}

// forTests lists the packages that serve tests: those that import "testing".
func forTests(all []source) map[string]bool {
	tests := map[string]bool{}
	for _, s := range all {
		for _, spec := range s.file.Imports {
			if spec.Path.Value == `"testing"` {
				tests[s.dir()] = true
			}
		}
	}
	return tests
}

func TestImportsPointOneWay(t *testing.T) {
	all := sources(t)
	tests := forTests(all)
	for _, s := range all {
		own := layerOf(s.dir())
		for _, spec := range s.file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			rel, ok := strings.CutPrefix(imported, module+"/")
			if !ok {
				continue
			}
			if theirs := layerOf(rel); theirs > own {
				t.Errorf("%s imports %s: imports point from the right to the left of %v, and helpers import none of these",
					s.path, rel, layers)
			}
			if tests[rel] && !tests[s.dir()] {
				t.Errorf("%s imports %s, which is for tests", s.path, rel)
			}
		}
	}
}

// forbidden is what only the command line does: read the environment, print,
// end the program.
var forbidden = map[string][]string{
	"os":  {"Getenv", "LookupEnv", "Environ", "ExpandEnv", "Setenv", "Exit", "Stdin", "Stdout", "Stderr", "Args"},
	"fmt": {"Print", "Printf", "Println"},
	"log": nil, // all of it
}

func TestOnlyTheCommandLineTouchesTheWorld(t *testing.T) {
	all := sources(t)
	tests := forTests(all)
	for _, s := range all {
		if s.dir() == "." || s.dir() == "internal/cli" || tests[s.dir()] {
			continue
		}
		names := importNames(t, s)
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.SelectorExpr:
				x, ok := n.X.(*ast.Ident)
				if !ok || x.Obj != nil {
					return true
				}
				what, watched := forbidden[names[x.Name]]
				if watched && (what == nil || slices.Contains(what, n.Sel.Name)) {
					t.Errorf("%s: %s.%s: only internal/cli reads the environment, prints or exits", fset.Position(n.Pos()), names[x.Name], n.Sel.Name)
				}
			case *ast.CallExpr:
				if f, ok := n.Fun.(*ast.Ident); ok && f.Obj == nil && (f.Name == "print" || f.Name == "println") {
					t.Errorf("%s: %s: only internal/cli prints", fset.Position(n.Pos()), f.Name)
				}
			}
			return true
		})
	}
}

// importNames maps the names that a file gives to packages to their paths.
func importNames(t *testing.T, s source) map[string]string {
	names := map[string]string{}
	for _, spec := range s.file.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		name := path.Base(imported)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if _, watched := forbidden[imported]; watched && name == "." {
			t.Errorf("%s: import . %q hides what is used of it", s.path, imported)
		}
		names[name] = imported
	}
	return names
}

func TestNoInit(t *testing.T) {
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" && !s.generated() {
				t.Errorf("%s: init runs whether or not it is needed: make it a function that is called", fset.Position(f.Pos()))
			}
		}
	}
}

func TestOneMainPackage(t *testing.T) {
	for _, s := range sources(t) {
		if s.file.Name.Name == "main" && s.dir() != "." {
			t.Errorf("%s: package main: `go install ./...` would install it, too", s.path)
		}
	}
}

func TestNoProviderInCode(t *testing.T) {
	set, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range set.Packs {
		names = append(names, p.Provider)
		for _, w := range p.Words {
			if strings.Contains(strings.ToLower(w), "api") {
				names = append(names, strings.ToLower(w))
			}
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	all := sources(t)
	tests := forTests(all)
	for _, s := range all {
		if s.generated() || tests[s.dir()] {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			text := ""
			switch n := n.(type) {
			case *ast.Comment:
				text = n.Text
			case *ast.Ident:
				text = n.Name
			case *ast.BasicLit:
				text = n.Value
			}
			for _, name := range names {
				if strings.Contains(strings.ToLower(text), name) {
					t.Errorf("%s: %q: providers are data: what is known of one stands in rules/packs", fset.Position(n.Pos()), name)
				}
			}
			return true
		})
	}
}

// usual are methods whose meaning everybody knows.
var usual = []string{"Error", "Unwrap", "String", "Len", "Less", "Swap", "Read", "Write", "Close"}

func TestExportedNamesAreDocumented(t *testing.T) {
	packages := map[string]bool{}
	for _, s := range sources(t) {
		packages[s.dir()] = packages[s.dir()] || s.file.Doc != nil
		if s.generated() {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil && !(d.Recv != nil && slices.Contains(usual, d.Name.Name)) {
					t.Errorf("%s: %s has no comment", fset.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					for _, name := range undocumented(d, spec) {
						t.Errorf("%s: %s has no comment", fset.Position(spec.Pos()), name)
					}
				}
			}
		}
	}
	for dir, documented := range packages {
		if !documented {
			t.Errorf("%s: the package has no comment", dir)
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return true
	}
	exported := true
	ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			exported = exported && id.IsExported()
		}
		return true
	})
	return exported
}

func undocumented(d *ast.GenDecl, spec ast.Spec) []string {
	var names []string
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() && spec.Doc == nil && d.Doc == nil && spec.Comment == nil {
			names = append(names, spec.Name.Name)
		}
	case *ast.ValueSpec:
		for _, n := range spec.Names {
			if n.IsExported() && spec.Doc == nil && d.Doc == nil && spec.Comment == nil {
				names = append(names, n.Name)
			}
		}
	}
	return names
}
