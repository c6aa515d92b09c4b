package syntax

// jsShapes are the clients of JavaScript. Path names them by module, so that
// local names do not matter; browser and platform globals by their name.
var jsShapes = []shape{
	{
		client: "axios", heads: "axios axios.create() AxiosInstance() HttpService()", names: "get delete head options", url: arg{pos: 1},
		options: arg{pos: 2}, inParams: "params", inHeaders: "headers",
	},
	{
		client: "axios", heads: "axios axios.create() AxiosInstance() HttpService()", names: "post put patch", url: arg{pos: 1}, body: arg{pos: 2},
		options: arg{pos: 3}, inParams: "params", inHeaders: "headers",
	},
	{
		client: "axios", heads: "axios axios.request axios.create() axios.create().request AxiosInstance().request", url: arg{pos: 1},
		options: arg{pos: 2}, alone: true, verb: "GET", inURL: "url", inMethod: "method", inParams: "params", inHeaders: "headers", inBody: "data",
	},
	{client: "axios", heads: "axios.create().interceptors.request axios.interceptors.request", names: "use", does: defaults},
	{client: "axios", heads: "axios.create().defaults[]", does: setsOptions, inParams: "params", inHeaders: "headers"},
	{client: "axios", heads: "axios.create", does: defaults, options: arg{pos: 1}, inURL: "baseURL", inParams: "params", inHeaders: "headers"},

	{
		client: "fetch", heads: "fetch window.fetch globalThis.fetch self.fetch node-fetch node-fetch.fetch cross-fetch cross-fetch.fetch " +
			"isomorphic-fetch isomorphic-unfetch undici.fetch node-fetch-native $fetch ofetch.ofetch",
		verb: "GET", url: arg{pos: 1}, options: arg{pos: 2}, inMethod: "method", inHeaders: "headers", inBody: "body", inParams: "query params",
	},
	{
		client: "fetch", heads: "Request node-fetch.Request undici.Request", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2},
		inMethod: "method", inHeaders: "headers", inBody: "body",
	},
	{client: "unirest", heads: "unirest", names: "get post put patch delete head", url: arg{pos: 1}, chain: ".header(…)"},
	{client: "unirest", heads: unirestRoots, names: "query", does: setsParams, value: arg{pos: 1}},
	{client: "unirest", heads: unirestRoots, names: "header headers set", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{
		client: "zapier", heads: "z", names: "request", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2}, alone: true,
		inURL: "url", inMethod: "method", inParams: "params", inHeaders: "headers", inBody: "body json",
	},
	{
		client: "meteor", heads: "HTTP meteor/http.HTTP", names: "call", method: arg{pos: 1}, url: arg{pos: 2}, options: arg{pos: 3},
		inHeaders: "headers", inBody: "data content", inParams: "params query",
	},
	{
		client: "meteor", heads: "HTTP meteor/http.HTTP", names: "get post put patch del", url: arg{pos: 1}, options: arg{pos: 2},
		inHeaders: "headers", inBody: "data content", inParams: "params query",
	},
	{
		client: "undici", heads: "undici.request", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2},
		inMethod: "method", inHeaders: "headers", inBody: "body", inParams: "query",
	},
	{
		client: "got", heads: "got got.got got.extend()", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2},
		inMethod: "method", inHeaders: "headers", inBody: "json form body", inParams: "searchParams query",
	},
	{
		client: "got", heads: "got got.got got.extend()", names: "get post put patch delete head", url: arg{pos: 1}, options: arg{pos: 2},
		inHeaders: "headers", inBody: "json form body", inParams: "searchParams query",
	},
	{client: "got", heads: "got.extend got.got.extend", does: defaults, options: arg{pos: 1}, inURL: "prefixUrl", inHeaders: "headers", inParams: "searchParams"},
	{
		client: "ky", heads: "ky ky.create() ky.extend()", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2},
		inMethod: "method", inHeaders: "headers", inBody: "json body", inParams: "searchParams",
	},
	{
		client: "ky", heads: "ky ky.create() ky.extend()", names: "get post put patch delete head", url: arg{pos: 1}, options: arg{pos: 2},
		inHeaders: "headers", inBody: "json body", inParams: "searchParams",
	},
	{client: "ky", heads: "ky.create ky.extend", does: defaults, options: arg{pos: 1}, inURL: "prefixUrl", inHeaders: "headers", inParams: "searchParams"},

	{
		client: "request", heads: "request request-promise request-promise-native requestretry request.defaults() request-promise.defaults()",
		verb: "GET", url: arg{pos: 1}, options: arg{pos: 2}, alone: true, inURL: "url uri", inMethod: "method", inParams: "qs", inHeaders: "headers", inBody: "json body form",
	},
	{
		client: "request", heads: "request request-promise request-promise-native request.defaults() request-promise.defaults()",
		names: "get post put patch delete del head", url: arg{pos: 1}, options: arg{pos: 2}, alone: true,
		inURL: "url uri", inParams: "qs", inHeaders: "headers", inBody: "json body form",
	},
	{
		client: "request", heads: "request.defaults request-promise.defaults", does: defaults, options: arg{pos: 1},
		inURL: "baseUrl", inParams: "qs", inHeaders: "headers",
	},
	{client: "superagent", heads: "superagent", names: "get post put patch delete del head", url: arg{pos: 1}, chain: ".set(…)"},
	{client: "superagent", heads: superRoots, names: "query", does: setsParams, value: arg{pos: 1}, lines: true},
	{client: "superagent", heads: superRoots, names: "set", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "superagent", heads: superRoots, names: "send", does: setsBody, value: arg{pos: 1}},
	{client: "needle", heads: "needle", names: "post put patch", url: arg{pos: 1}, body: arg{pos: 2}, options: arg{pos: 3}, inHeaders: "headers"},
	{client: "needle", heads: "needle", names: "get head", url: arg{pos: 1}, options: arg{pos: 2}, inHeaders: "headers"},

	{client: "https", heads: "https http", names: "request", url: arg{pos: 1}, options: arg{pos: 2}, alone: true, inURL: "path", inMethod: "method", inHeaders: "headers"},
	{client: "https", heads: "https http", names: "get", url: arg{pos: 1}, options: arg{pos: 2}, alone: true, inURL: "path", inHeaders: "headers"},
	{
		client: "jquery", heads: "$ jQuery jquery", names: "ajax", verb: "GET", options: arg{pos: 1}, inURL: "url",
		inMethod: "type method", inParams: "data", inHeaders: "headers",
	},
	{client: "jquery", heads: "$ jQuery jquery", names: "get post getJSON", url: arg{pos: 1}, params: arg{pos: 2}, recast: true},
	{
		client: "UrlFetchApp", heads: "UrlFetchApp", names: "fetch", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2},
		inMethod: "method", inHeaders: "headers", inBody: "payload",
	},
}

const superRoots = "superagent.get()… superagent.post()… superagent.put()… superagent.patch()… superagent.delete()… superagent.del()… superagent.head()…"

const unirestRoots = "unirest.get()… unirest.post()… unirest.put()… unirest.patch()… unirest.delete()… unirest.head()…"

// jsRefine reads what an interceptor adds to every request: config.params = …,
// config.params.name = ….
func jsRefine(f *File, inv *Invocation, c *Call) {
	if inv.Name != "use" || len(inv.Args) == 0 || c.Role != Defaults {
		return
	}
	fn := f.lang.unwrap(inv.Args[0].node)
	var config *Binding
	for _, d := range f.lang.defs(fn) {
		if d.kind == Param && config == nil {
			config = f.lookup(d.name, d.at)
		}
	}
	c.Slot = Slot{Why: "the interceptor does not show where it sets the parameters"}
	if config == nil || fn.Field("body").Kind() != "statement_block" {
		return
	}
	at := func(e Entry) {
		st := span(f.at(e.Span).Up(f.lang.statements...))
		sep := " "
		if f.ownLine(st.Start) {
			sep = f.EOL() + f.Indent(st.Start)
		}
		c.Slot = Slot{
			Kind: InStatement, At: st.End, End: st.End, Form: Index, Close: ";",
			Open: sep + config.Name + ".headers[",
		}
	}
	for _, e := range f.added[config] {
		if e.Name == "params" {
			f.params(c, f.at(e.Value), nil) // it stays: what the request brings is replaced
			at(e)
		}
	}
	for _, l := range f.loose {
		if o, name := f.lang.member(l.object); name == "params" && f.lookup(f.lang.name(o), o) == config {
			c.Params = append(c.Params, l.entry)
			at(l.entry)
		}
	}
}
