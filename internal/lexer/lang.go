// Package lexer tells, without a grammar, what a source text is made of:
// comments, string literals, and brackets. It knows the lexical habits of some
// forty languages and formats, is linear in the text, and never fails: where a
// text breaks the rules, it recovers at the end of the line.
//
// It is what classification stands on for languages that have no grammar here
// and for texts too broken to parse. It does not know names, scopes or types.
package lexer

import (
	"bytes"
	"path"
	"strings"
)

// Lang is the lexical habit of a language or format.
type Lang struct {
	Name    string
	Line    []string    // beginnings of comments that end with the line
	Block   [][2]string // comments with a beginning and an end
	Quotes  string      // characters that delimit strings
	Long    []string    // delimiters of strings over several lines
	Multi   bool        // strings in Quotes may go over lines
	Chars   bool        // ' delimits one character, not a string
	Interp  string      // "${", "#{" or "{": what opens code inside a string
	Words   bool        // quotes and # count only at the start of a word
	Prose   bool        // no strings, no comments: text for people
	Markup  bool        // HTML and its like: quotes only inside one line
	Data    bool        // holds data, not code
	Regex   bool        // "/" may open a regular expression
	Doubled bool        // a quote inside a string is doubled, no backslash
}

var (
	cLike = Lang{Line: []string{"//"}, Block: [][2]string{{"/*", "*/"}}, Quotes: `"`}
	hash  = Lang{Line: []string{"#"}, Quotes: `"'`}
)

func with(base Lang, name string, change func(*Lang)) *Lang {
	base.Name = name
	if change != nil {
		change(&base)
	}
	return &base
}

var (
	javascript = with(cLike, "javascript", func(l *Lang) { l.Quotes = "\"'`"; l.Interp = "${"; l.Regex = true; l.Long = []string{"`"} })
	typescript = with(*javascript, "typescript", nil)
	python     = with(hash, "python", func(l *Lang) { l.Long = []string{`"""`, `'''`} })
	ruby       = with(hash, "ruby", func(l *Lang) {
		l.Multi, l.Interp, l.Quotes = true, "#{", "\"'`"
		l.Block = [][2]string{{"\n=begin", "\n=end"}}
	})
	php      = with(cLike, "php", func(l *Lang) { l.Line = []string{"//", "#"}; l.Quotes = `"'`; l.Multi = true })
	goLang   = with(cLike, "go", func(l *Lang) { l.Long = []string{"`"}; l.Chars = true })
	java     = with(cLike, "java", func(l *Lang) { l.Chars = true; l.Long = []string{`"""`} })
	kotlin   = with(*java, "kotlin", func(l *Lang) { l.Interp = "${" })
	csharp   = with(cLike, "csharp", func(l *Lang) { l.Chars = true; l.Long = []string{`"""`} })
	shell    = with(hash, "shell", func(l *Lang) { l.Words = true; l.Multi = true; l.Interp = "$(" })
	yamlLang = with(hash, "yaml", func(l *Lang) { l.Words = true; l.Data = true; l.Multi = true })
	jsonLang = with(Lang{}, "json", func(l *Lang) { l.Quotes = `"`; l.Data = true; l.Line = []string{"//"} })
	ini      = with(Lang{}, "ini", func(l *Lang) { l.Line = []string{"#", ";"}; l.Words = true; l.Quotes = `"'`; l.Data = true })
	dotenv   = with(hash, "dotenv", func(l *Lang) { l.Words = true; l.Data = true })
	toml     = with(hash, "toml", func(l *Lang) { l.Long = []string{`"""`, `'''`}; l.Data = true })
	hcl      = with(cLike, "hcl", func(l *Lang) { l.Line = []string{"#", "//"}; l.Data = true })
	markup   = with(Lang{}, "html", func(l *Lang) {
		l.Block = [][2]string{{"<!--", "-->"}, {"/*", "*/"}}
		l.Line = []string{"//"}
		l.Quotes = "\"'`"
		l.Markup = true
	})
	xml   = with(Lang{}, "xml", func(l *Lang) { l.Block = [][2]string{{"<!--", "-->"}}; l.Quotes = `"`; l.Markup = true; l.Data = true })
	prose = with(Lang{}, "text", func(l *Lang) { l.Prose = true })
	log   = with(Lang{}, "log", func(l *Lang) { l.Prose = true; l.Data = true })
	csv   = with(Lang{}, "csv", func(l *Lang) { l.Prose = true; l.Data = true })
	perl  = with(hash, "perl", func(l *Lang) {
		l.Multi = true
		for _, command := range []string{"pod", "head", "over", "item", "begin", "encoding"} {
			l.Block = append(l.Block, [2]string{"\n=" + command, "\n=cut"})
		}
	})
	rlang = with(hash, "r", nil)
	power = with(hash, "powershell", func(l *Lang) { l.Block = [][2]string{{"<#", "#>"}}; l.Interp = "$("; l.Multi = true })
	elix  = with(hash, "elixir", func(l *Lang) { l.Long = []string{`"""`}; l.Quotes = `"`; l.Interp = "#{" })
	lisp  = with(Lang{}, "clojure", func(l *Lang) { l.Line = []string{";"}; l.Quotes = `"`; l.Multi = true })
	basic = with(Lang{}, "vb", func(l *Lang) { l.Line = []string{"'"}; l.Quotes = `"`; l.Doubled = true })
	rust  = with(cLike, "rust", func(l *Lang) { l.Chars = true; l.Multi = true })
	dart  = with(cLike, "dart", func(l *Lang) { l.Quotes = `"'`; l.Long = []string{`"""`, `'''`} })
	swift = with(cLike, "swift", func(l *Lang) { l.Long = []string{`"""`} })
	sql   = with(Lang{}, "sql", func(l *Lang) { l.Line = []string{"--"}; l.Block = cLike.Block; l.Quotes = `'"`; l.Doubled = true })
	hask  = with(Lang{}, "haskell", func(l *Lang) { l.Line = []string{"--"}; l.Block = [][2]string{{"{-", "-}"}}; l.Quotes = `"` })
	lua   = with(Lang{}, "lua", func(l *Lang) { l.Line = []string{"--"}; l.Block = [][2]string{{"--[[", "]]"}}; l.Quotes = `"'` })
	cfml  = with(*markup, "cfml", func(l *Lang) { l.Block = [][2]string{{"<!---", "--->"}, {"/*", "*/"}} })
	other = with(cLike, "other", func(l *Lang) { l.Line = nil; l.Block = nil; l.Quotes = "\"'`" })
	http  = with(Lang{}, "http", func(l *Lang) { l.Line = []string{"#", "//"}; l.Words = true; l.Quotes = `"`; l.Data = true })
	make_ = with(*shell, "makefile", nil)
	ci    = with(*shell, "dockerfile", nil)
)

var byExt = map[string]*Lang{
	".js": javascript, ".jsx": javascript, ".mjs": javascript, ".cjs": javascript, ".gs": javascript, ".es6": javascript,
	".ts": typescript, ".tsx": typescript, ".mts": typescript, ".cts": typescript,
	".py": python, ".pyw": python, ".pyi": python, ".bzl": python, ".star": python,
	".rb": ruby, ".rake": ruby, ".gemspec": ruby, ".ru": ruby, ".cr": ruby,
	".php": php, ".phtml": php, ".inc": php, ".module": php, ".php5": php,
	".go": goLang, ".java": java, ".kt": kotlin, ".kts": kotlin, ".scala": java, ".groovy": javascript, ".gradle": javascript,
	".cs": csharp, ".csx": csharp, ".fs": java, ".vb": basic, ".vbs": basic, ".bas": basic,
	".sh": shell, ".bash": shell, ".zsh": shell, ".ksh": shell, ".fish": shell, ".command": shell, ".bat": other, ".cmd": other,
	".yaml": yamlLang, ".yml": yamlLang, ".json": jsonLang, ".jsonc": jsonLang, ".json5": jsonLang, ".har": jsonLang, ".map": jsonLang,
	".ipynb": jsonLang, ".postman_collection": jsonLang, ".webmanifest": jsonLang, ".jsonl": jsonLang, ".ndjson": jsonLang,
	".ini": ini, ".cfg": ini, ".conf": ini, ".config": xml, ".properties": ini, ".env": dotenv, ".toml": toml, ".editorconfig": ini,
	".tf": hcl, ".tfvars": hcl, ".hcl": hcl, ".nomad": hcl,
	".html": markup, ".htm": markup, ".vue": markup, ".svelte": markup, ".erb": markup, ".ejs": markup, ".hbs": markup, ".jsp": markup,
	".aspx": markup, ".cshtml": markup, ".twig": markup, ".liquid": markup, ".mustache": markup, ".astro": markup,
	".cfm": cfml, ".cfc": cfml, ".xml": xml, ".csproj": xml, ".plist": xml, ".resx": xml, ".svg": xml, ".jmx": xml,
	".md": prose, ".markdown": prose, ".mdx": prose, ".rst": prose, ".txt": prose, ".adoc": prose, ".asciidoc": prose, ".org": prose, ".rdoc": prose, ".tex": prose, ".textile": prose,
	".log": log, ".csv": csv, ".tsv": csv,
	".pl": perl, ".pm": perl, ".t": perl, ".r": rlang, ".rmd": rlang, ".jl": rlang, ".ps1": power, ".psm1": power, ".psd1": power,
	".ex": elix, ".exs": elix, ".clj": lisp, ".cljs": lisp, ".cljc": lisp, ".edn": lisp, ".el": lisp,
	".rs": rust, ".dart": dart, ".swift": swift, ".sql": sql, ".hs": hask, ".lua": lua, ".bal": java,
	".c": java, ".h": java, ".cc": java, ".cpp": java, ".hpp": java, ".m": java, ".mm": java, ".sp": java, ".proto": java, ".smali": ini,
	".http": http, ".rest": http, ".coffee": python, ".nim": python, ".apex": dart, ".cls": dart, ".trigger": dart, ".ino": java, ".mk": make_,
}

var byName = map[string]*Lang{
	"makefile": make_, "dockerfile": ci, "gemfile": ruby, "rakefile": ruby, "guardfile": ruby, "procfile": yamlLang,
	"jenkinsfile": javascript, "vagrantfile": ruby, ".bashrc": shell, ".zshrc": shell, ".profile": shell,
	"readme": prose, "changelog": prose, "license": prose, "changes": prose, "history": prose, "contributing": prose,
}

// For gives the language of a file by its name and, where that says nothing,
// by its first line. It never returns nil.
func For(name string, text []byte) *Lang {
	base := strings.ToLower(path.Base(name))
	if base == ".env" || strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") || base == ".envrc" {
		return dotenv
	}
	for _, end := range []string{".example", ".sample", ".dist", ".template", ".tmpl", ".tpl", ".bak", ".old", ".orig", ".j2", ".in"} {
		base = strings.TrimSuffix(base, end)
	}
	if l, ok := byExt[path.Ext(base)]; ok {
		return l
	}
	if l, ok := byName[base]; ok {
		return l
	}
	if stem, _, _ := strings.Cut(base, "."); stem == "dockerfile" || stem == "makefile" {
		return byName[stem]
	}
	return byShebang(text)
}

func byShebang(text []byte) *Lang {
	line, _, _ := bytes.Cut(text[:min(len(text), 200)], []byte("\n"))
	if !bytes.HasPrefix(line, []byte("#!")) {
		if t := bytes.TrimLeft(line, " \t\r"); len(t) > 0 && (t[0] == '{' || t[0] == '[') {
			return jsonLang
		}
		if bytes.HasPrefix(line, []byte("<?php")) {
			return php
		}
		return other
	}
	for name, l := range map[string]*Lang{"python": python, "node": javascript, "ruby": ruby, "php": php, "perl": perl, "bash": shell, "zsh": shell, "/sh": shell, " sh": shell, "Rscript": rlang, "deno": typescript, "pwsh": power, "elixir": elix} {
		if bytes.Contains(line, []byte(name)) {
			return l
		}
	}
	return other
}
