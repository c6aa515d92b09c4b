package syntax

// rbShapes are the clients of Ruby; A::B is written A.B in their paths.
var rbShapes = []shape{
	{
		client: "httparty", heads: "HTTParty", names: "get post put patch delete head", url: arg{pos: 1}, params: arg{0, "query"},
		headers: arg{0, "headers"}, body: arg{0, "body"}, options: arg{pos: 2}, inParams: "query", inHeaders: "headers", inBody: "body",
	},
	{client: "httparty", heads: "HTTParty.default_params", does: defaults},
	{client: "httparty", heads: "HTTParty.base_uri", does: defaults, url: arg{pos: 1}},
	{client: "rest-client", heads: "RestClient", names: "get delete head", url: arg{pos: 1}, headers: arg{pos: 2}, inParams: "params", trailing: true},
	{client: "rest-client", heads: "RestClient", names: "post put patch", url: arg{pos: 1}, body: arg{pos: 2}, headers: arg{pos: 3}, inParams: "params", trailing: true},
	{client: "rest-client", heads: "RestClient.Request", names: "execute new", method: arg{0, "method"}, url: arg{0, "url"}, body: arg{0, "payload"}, headers: arg{0, "headers"}},
	{client: "faraday", heads: "Faraday Faraday.new()", names: "get delete head", url: arg{pos: 1}, params: arg{pos: 2}, headers: arg{pos: 3}},
	{client: "faraday", heads: "Faraday Faraday.new()", names: "post put patch", url: arg{pos: 1}, body: arg{pos: 2}, headers: arg{pos: 3}},
	{client: "faraday", heads: "Faraday.new", does: defaults, url: arg{1, "url"}, params: arg{0, "params"}, headers: arg{0, "headers"}},
	{client: "faraday", heads: "Faraday.new().params[]", does: addsParam},
	{client: "faraday", heads: "Faraday.new().headers[]", does: addsHeader},
	{client: "typhoeus", heads: "Typhoeus", names: "get post put patch delete head", url: arg{pos: 1}, params: arg{0, "params"}, headers: arg{0, "headers"}, body: arg{0, "body"}},
	{client: "typhoeus", heads: "Typhoeus.Request", names: "new", method: arg{0, "method"}, url: arg{pos: 1}, params: arg{0, "params"}, headers: arg{0, "headers"}, body: arg{0, "body"}},
	{client: "net-http", heads: "Net.HTTP.Get", names: "new", verb: "GET", url: arg{pos: 1}, statement: "%s[…", indexed: addsHeader},
	{client: "net-http", heads: "Net.HTTP.Post", names: "new", verb: "POST", url: arg{pos: 1}, statement: "%s[…", indexed: addsHeader},
	{client: "net-http", heads: "Net.HTTP.Put", names: "new", verb: "PUT", url: arg{pos: 1}, statement: "%s[…", indexed: addsHeader},
	{client: "net-http", heads: "Net.HTTP.Patch", names: "new", verb: "PATCH", url: arg{pos: 1}, statement: "%s[…", indexed: addsHeader},
	{client: "net-http", heads: "Net.HTTP.Delete", names: "new", verb: "DELETE", url: arg{pos: 1}, statement: "%s[…", indexed: addsHeader},
	{client: "net-http", heads: "Net.HTTP", names: "get get_response", verb: "GET", url: arg{pos: 1}, recast: true},
	{client: "net-http", heads: "Net.HTTP.new()", names: "get delete head", url: arg{pos: 1}, headers: arg{pos: 2}, trailing: true},
	{client: "net-http", heads: "Net.HTTP.new()", names: "post put patch", url: arg{pos: 1}, headers: arg{pos: 3}, trailing: true},
	{client: "net-http", heads: "Net.HTTP", names: "post", verb: "POST", url: arg{pos: 1}, headers: arg{pos: 3}, trailing: true},
	{client: "net-http", heads: "Net.HTTP", names: "post_form", verb: "POST", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},
	{client: "open-uri", heads: "URI", names: "open", verb: "GET", url: arg{pos: 1}, headers: arg{pos: 2}, trailing: true},
	{client: "open-uri", heads: "open", verb: "GET", url: arg{pos: 1}, headers: arg{pos: 2}, trailing: true},
	{client: "open-uri", heads: "URI.parse() URI()", names: "open read", verb: "GET", receiver: true, headers: arg{pos: 1}, trailing: true},
}
