package syntax

import (
	"slices"

	"github.com/unhapi/unhapi/internal/pattern"
)

// tests are functions and methods that ask something of a value and give
// nothing of it away.
var tests = []string{
	"isset", "empty", "nil?", "empty?", "blank?", "present?", "length", "len", "size", "trim", "strip", "is_null", "isEmpty",
	"isBlank", "IsNullOrEmpty", "IsNullOrWhiteSpace", "bool", "Boolean", "isNullOrEmpty", "isNullOrBlank", "is_string", "strlen", "assert", "strings.TrimSpace", "TrimSpace",
}

// Tested says whether an expression is only looked at: it decides a branch, and
// its value goes nowhere.
func (f *File) Tested(s Span) bool {
	n := f.at(s)
	for {
		p := n.Parent()
		switch {
		case !p.OK() || p.Is(f.lang.scopes...):
			return false
		case p.Is("unless", "if", "unless_modifier", "if_modifier", "if_statement", "elif_clause", "while_statement", "ternary_expression", "conditional_expression", "conditional"):
			c := p.Field("condition")
			if !c.OK() && p.Is("conditional_expression") { // Python: a if c else b
				c = p.Kid(1)
			}
			return c.OK() && c.Contains(n)
		case p.Is("assert_statement", "test_command"), p.Is("command") && oneOf(p.Field("name").Text(), ":", "test", "["):
			return true
		case p.Is("string", "simple_expansion", "expansion"):
		case p.Is("binary_expression", "binary", "binary_operator", "comparison_operator", "boolean_operator"):
			// Of a || b the value may be that of a: only below a condition is it looked at only.
			if f.comparing(p, n) {
				return false // with what somebody gives: it is a secret that both know
			}
		case p.Is("unary_expression", "unary", "unary_op_expression", "not_operator", "parenthesized_expression", "parenthesized_statements", "argument_list", "arguments", "argument", "typeof", "prefix_expression"):
		case p.Is("member_expression", "attribute", "call", "call_expression", "function_call_expression", "method_invocation", "invocation_expression", "member_access_expression", "selector_expression", "navigation_expression", "call_suffix", "value_arguments", "value_argument", "navigation_suffix"):
			inv := f.byNode[p.Index()]
			if inv != nil && !oneOf(inv.Name, tests...) {
				return false
			}
			if _, name := f.lang.member(p); inv == nil && name != "" && !oneOf(name, tests...) {
				return false
			}
		default:
			return false
		}
		n = p
	}
}

// comparing says whether a node compares its operand with something that no
// literal is.
func (f *File) comparing(p, operand node) bool {
	equal := false
	for _, k := range p.All() {
		equal = equal || oneOf(k.Kind(), "==", "===", "!=", "!==")
	}
	if !equal {
		return false
	}
	for _, k := range p.Kids() {
		if k != operand && !plainLiteral.MatchString(f.lang.unwrap(k).Text()) {
			return true
		}
	}
	return false
}

// plainLiteral is a literal, or a name for nothing.
var plainLiteral = pattern.New("^(?:['\"`].*|-?[0-9.]+|null|None|nil|NULL|undefined|true|false|True|False|String\\.Empty|string\\.Empty)$")

// Assigned says whether an expression is what an assignment or a delete gives a
// new value, or the name that a call sets in the environment.
func (f *File) Assigned(s Span) bool {
	n := f.at(s)
	for p := n.Parent(); p.OK(); n, p = p, p.Parent() {
		switch {
		case p.Is("variable_assignment"):
			return p.Field("name").Contains(n)
		case p.Is("declaration_command", "unset_command"):
			return n.Is("variable_name", "word")
		case p.Field("left").OK():
			left := p.Field("left")
			return left.Contains(n) && !p.Is("binary_expression", "binary") && f.ofEnv(left)
		case p.Is("delete_statement", "delete"), p.Is("unary_expression") && p.Field("operator").Text() == "delete":
			return true
		case p.Is(f.lang.statements...) || p.Is(f.lang.scopes...):
			return false
		}
		if inv := f.byNode[p.Index()]; inv != nil {
			return oneOf(inv.Name, "setenv", "stubEnv", "putenv", "Setenv", "delenv", "unsetenv", "Unsetenv", "SetEnvironmentVariable") || oneOf(inv.Name, "setdefault", "delete", "pop") && f.ofEnv(f.receiver(inv))
		}
	}
	return false
}

// ofEnv says whether an expression is the environment, or a variable in it.
func (f *File) ofEnv(n node) bool {
	v, ok := f.lang.value(f, n)
	return ok && v.Kind == Env || environs.MatchString(n.Text())
}

var environs = pattern.New(`(?i)\benv(iron)?\b|_ENV\b`)

// Variable says whether a place is the name of something that the program
// defines, not of what the environment holds. In a shell they are one.
func (f *File) Variable(s Span) bool {
	if f.lang == nil || f.lang.template || f.Language == "bash" {
		return false
	}
	n := f.at(s)
	if p := n.Parent(); p.Is("variable_name") { // $NAME
		n = p
	}
	if b := f.lookup(f.lang.name(n), n); b != nil {
		return b.Kind != Import
	}
	return slices.ContainsFunc(f.Bindings(), func(b *Binding) bool { // define('NAME', …)
		return slices.ContainsFunc(b.Defs, func(d Define) bool { return d.Name.Contains(s) && d.Value != d.Name })
	})
}

// Renaming is what stands for the name of an environment variable at an offset
// that becomes another: where it is the name of the program's variable too, as
// in { NAME } = process.env, that one stays.
func (f *File) Renaming(at int, to string) string {
	if f.lang == nil {
		return to
	}
	n := f.tree.At(at, at+1)
	if !n.Is("shorthand_property_identifier_pattern") {
		return to
	}
	return to + ": " + n.Text()
}

// InList says whether an expression is an item of a list.
func (f *File) InList(s Span) bool {
	return f.at(s).Parent().Is("array", "list", "set", "tuple", "array_element_initializer", "string_array", "literal_element")
}

// EnvReads are the expressions that read an environment variable.
func (f *File) EnvReads() []Span {
	var out []Span
	f.tree.Root().Walk(func(n node) bool {
		if v, ok := f.lang.value(f, n); ok && v.Kind == Env {
			out = append(out, span(n))
			return false
		}
		return true
	})
	return out
}

// MemberDeclared is the declaration of a member of which a place is the name, in a
// type that says only what kind of value it has; empty for none.
func (f *File) MemberDeclared(s Span) Span {
	if n := f.at(s); n.Parent().Is("property_signature") && n.FieldName() == "name" {
		return span(n.Parent())
	}
	return Span{}
}
