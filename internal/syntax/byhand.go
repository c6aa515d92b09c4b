package syntax

import (
	"path"
	"strings"
)

// byHand are the languages that are read by nobody here, by the extension of
// their files: the name, and how a request is given a header. In a snippet, ~H
// stands for the name of the header, ~P for what stands before the token,
// TOKEN for the variable that holds it.
var byHand = map[string]struct{ name, write string }{
	".r":      {"R", `add_headers(~H = paste0("~P", Sys.getenv("TOKEN"))) in the call`},
	".rmd":    {"R", `add_headers(~H = paste0("~P", Sys.getenv("TOKEN"))) in the call`},
	".jl":     {"Julia", `["~H" => "~P" * ENV["TOKEN"]] as the headers of the call`},
	".pl":     {"Perl", `'~H' => "~P$ENV{TOKEN}" among the headers of the request`},
	".pm":     {"Perl", `'~H' => "~P$ENV{TOKEN}" among the headers of the request`},
	".ps1":    {"PowerShell", `-Headers @{ ~H = "~P$env:TOKEN" } on the call`},
	".psm1":   {"PowerShell", `-Headers @{ ~H = "~P$env:TOKEN" } on the call`},
	".scala":  {"Scala", `the header "~H" -> s"~P$token" on the request`},
	".sc":     {"Scala", `the header "~H" -> s"~P$token" on the request`},
	".groovy": {"Groovy", `the header '~H' with "~P${token}" on the request`},
	".rs":     {"Rust", `.header("~H", format!("~P{token}")) on the request`},
	".ex":     {"Elixir", `{"~H", "~P" <> token} among the headers of the request`},
	".exs":    {"Elixir", `{"~H", "~P" <> token} among the headers of the request`},
	".clj":    {"Clojure", `{:headers {"~H" (str "~P" token)}} among the options of the request`},
	".cljs":   {"ClojureScript", inApp},
	".hs":     {"Haskell", `("~H", "~P" <> token) among the headers of the request`},
	".lua":    {"Lua", `["~H"] = "~P" .. token among the headers of the request`},
	".vb":     {"Visual Basic", `Headers.Add("~H", "~P" & token) on the request`},
	".vbs":    {"VBScript", `.setRequestHeader "~H", "~P" & token on the request`},
	".bas":    {"Visual Basic", `.setRequestHeader "~H", "~P" & token on the request`},
	".fs":     {"F#", `Headers.Add("~H", "~P" + token) on the request`},
	".cfm":    {"ColdFusion", `<cfhttpparam type="header" name="~H" value="~P#token#"> in the request`},
	".cfc":    {"ColdFusion", `<cfhttpparam type="header" name="~H" value="~P#token#"> in the request`},
	".bat":    {"batch files", `-H "~H: ~P%TOKEN%" on the call of curl`},
	".cmd":    {"batch files", `-H "~H: ~P%TOKEN%" on the call of curl`},
	".fish":   {"fish", `-H "~H: ~P$TOKEN" on the call of curl`},
	".bal":    {"Ballerina", `{"~H": "~P" + token} as the headers of the call`},
	".apex":   {"Apex", `req.setHeader('~H', '~P' + token) on the request`},
	".cls":    {"Apex", `req.setHeader('~H', '~P' + token) on the request`},
	".swift":  {"Swift", inApp + `; on a server: setValue("~P\(token)", forHTTPHeaderField: "~H") on the request`},
	".dart":   {"Dart", inApp + `; on a server: headers: {'~H': '~P$token'} on the call`},
	".m":      {"Objective-C", inApp},
	".mm":     {"Objective-C", inApp},
}

const inApp = "no token may be in an app, where everybody can take it out: move the request to a server"

// pages are the files that a browser loads.
var pages = []string{".html", ".htm", ".vue", ".svelte", ".astro", ".xhtml"}

// templates are the files of which a server makes pages.
var templates = []string{".erb", ".ejs", ".hbs", ".jsp", ".aspx", ".cshtml", ".twig", ".liquid", ".mustache"}

// ByHand says why the requests of a file are left to people, and what they have
// to write: value is that of the header, with "{token}" in it, and env the variable
// that holds the token.
func ByHand(name string, text []byte, header, value, env string) string {
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	if ext == ".ipynb" {
		ext = NotebookExt(text)
	}
	write := strings.NewReplacer("~H", header, "~P", strings.TrimSuffix(value, "{token}"), "TOKEN", env)
	switch l, ok := byHand[ext]; {
	case ok && strings.HasPrefix(l.write, inApp):
		return inApp + write.Replace(l.write[len(inApp):])
	case ok:
		return "no rewriter for " + l.name + ": write " + write.Replace(l.write)
	case oneOf(ext, pages...):
		return "the page runs in a browser, where everybody can read a token: move the request to a server"
	case oneOf(ext, templates...):
		return "no rewriter for templates: send " + header + ": " + value + " if the server sends the request; a token must not get into the page"
	case base == "jenkinsfile":
		return `no rewriter for pipelines: put ` + write.Replace(`-H "~H: ~P$TOKEN"`) + ` on the call of curl, with the token from withCredentials`
	case strings.HasSuffix(base, "environment.json"), strings.HasSuffix(base, ".env.json"):
		return "a variable that requests read: put the token beside it, under a name of its own, and delete it when nothing reads it any more"
	case oneOf(ext, ".yml", ".yaml", ".json", ".jsonc", ".json5", ".tf", ".tfvars", ".hcl", ".toml", ".ini", ".cfg", ".conf", ".properties", ".xml"):
		return "another program sends the request, or a script for a shell that is not understood: let it send " + header + ": " + value
	case ext == ".mk", strings.Contains(base, "makefile"), strings.Contains(base, "dockerfile"):
		return "the command is not one that is understood here: put " + write.Replace(`-H "~H: ~P$TOKEN"`) + " on it"
	}
	return "no rewriter for this kind of file: send " + header + ": " + value + " instead"
}
