package syntax

const (
	pyRequests = "requests requests.Session() requests.session() requests.sessions.Session()"
	pyHTTPX    = "httpx httpx.Client() httpx.AsyncClient()"
	pyAio      = "aiohttp.ClientSession() aiohttp.client.ClientSession()"
)

// pyShapes are the clients of Python.
var pyShapes = []shape{
	{client: "requests", heads: pyRequests, names: "get head options delete", url: arg{1, "url"}, params: arg{2, "params"}, headers: arg{0, "headers"}},
	{client: "requests", heads: pyRequests, names: "post put patch", url: arg{1, "url"}, body: arg{2, "data"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "requests", heads: pyRequests, names: "request", method: arg{1, "method"}, url: arg{2, "url"}, params: arg{3, "params"}, body: arg{4, "data"}, headers: arg{0, "headers"}},
	// What a function is given, called like one of them: they agree on the names.
	{client: "requests", heads: "*", like: "session client http", names: "get head options delete", url: arg{1, "url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "requests", heads: "*", like: "session client http", names: "post put patch", url: arg{1, "url"}, body: arg{0, "data"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "requests", heads: "*", like: "session client http", names: "request", method: arg{1, "method"}, url: arg{2, "url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "requests", heads: "requests.Request", method: arg{1, "method"}, url: arg{2, "url"}, headers: arg{3, "headers"}, params: arg{6, "params"}},
	{client: "requests", heads: "requests.Session requests.session requests.sessions.Session", does: defaults, statement: "%s.headers[…"},
	{client: "requests", heads: "requests.Session()[] requests.session()[]", does: setsOptions, inParams: "params", inHeaders: "headers"},
	{client: "requests", heads: "requests.Session().params requests.session().params", names: "update", does: setsParams, value: arg{pos: 1}},
	{client: "requests", heads: "requests.Session().headers requests.session().headers", names: "update", does: setsHeaders, value: arg{pos: 1}},
	{client: "requests", heads: "requests.Session().params[] requests.session().params[]", does: addsParam},
	{client: "requests", heads: "requests.Session().headers[] requests.session().headers[]", does: addsHeader},

	{client: "httpx", heads: pyHTTPX, names: "get head options delete post put patch", url: arg{1, "url"}, params: arg{0, "params"}, body: arg{0, "data"}, headers: arg{0, "headers"}},
	{client: "httpx", heads: pyHTTPX, names: "request stream", method: arg{1, "method"}, url: arg{2, "url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "httpx", heads: "httpx.Client httpx.AsyncClient", does: defaults, url: arg{0, "base_url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},

	{client: "aiohttp", heads: pyAio, names: "get head options delete post put patch", url: arg{1, "url"}, params: arg{0, "params"}, body: arg{0, "data"}, headers: arg{0, "headers"}},
	{client: "aiohttp", heads: pyAio, names: "request", method: arg{1, "method"}, url: arg{2, "url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "aiohttp", heads: "aiohttp.ClientSession aiohttp.client.ClientSession", does: defaults, url: arg{1, "base_url"}, headers: arg{0, "headers"}},

	{client: "urllib", heads: "urllib.request.Request urllib2.Request", url: arg{1, "url"}, body: arg{2, "data"}, headers: arg{3, "headers"}, method: arg{0, "method"}},
	{client: "urllib", heads: "urllib.request.Request() urllib2.Request()", names: "add_header add_unredirected_header", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "urllib", heads: "urllib.request.urlopen urllib2.urlopen urllib.urlopen urllib.request.urlretrieve", verb: "GET", url: arg{1, "url"}, recast: true},
	{client: "urllib3", heads: "urllib3.PoolManager() urllib3", names: "request request_encode_url", method: arg{1, "method"}, url: arg{2, "url"}, params: arg{3, "fields"}, headers: arg{0, "headers"}},
	{client: "http.client", heads: "http.client.HTTPSConnection()", names: "request", method: arg{1, "method"}, url: arg{2, "url"}, body: arg{3, "body"}, headers: arg{4, "headers"}},
}
