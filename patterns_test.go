package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"testing"
)

// TestPatterns proves that every expression in the source is a right one, since
// a pattern is compiled only when it is used, and that none is compiled at the
// start of the program.
func TestPatterns(t *testing.T) {
	seen := 0
	for _, s := range sources(t) {
		for _, d := range s.file.Decls {
			_, inFunc := d.(*ast.FuncDecl)
			ast.Inspect(d, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				switch name := callee(call); {
				case name == "regexp.MustCompile" && !inFunc:
					t.Errorf("%s: compiled at every start: use pattern.New", fset.Position(call.Pos()))
				case name == "pattern.New" && !inFunc:
					seen++
					tryPattern(t, call)
				}
				return true
			})
		}
	}
	if seen < 100 {
		t.Errorf("only %d patterns found", seen)
	}
}

func tryPattern(t *testing.T, call *ast.CallExpr) {
	t.Helper()
	lit, ok := call.Args[0].(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		t.Errorf("%s: not a literal, so that nothing tries it", fset.Position(call.Pos()))
		return
	}
	expr, err := strconv.Unquote(lit.Value)
	if err == nil {
		_, err = regexp.Compile(expr)
	}
	if err != nil {
		t.Errorf("%s: %v", fset.Position(call.Pos()), err)
	}
}

// callee gives the name of a called function of another package, as written.
func callee(call *ast.CallExpr) string {
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			return x.Name + "." + sel.Sel.Name
		}
	}
	return ""
}
