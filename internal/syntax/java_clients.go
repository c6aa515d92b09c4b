package syntax

const (
	jdkBuilder   = "HttpRequest.newBuilder()…"
	okBuilder    = "Request.Builder()… okhttp3.Request.Builder()… chain.request().newBuilder()… Chain().request().newBuilder()… Interceptor.Chain().request().newBuilder()…"
	intercepted  = "chain.request().newBuilder Chain().request().newBuilder Interceptor.Chain().request().newBuilder"
	unirest      = "Unirest.get()… Unirest.post()… Unirest.put()… Unirest.patch()… Unirest.delete()…"
	restTemplate = "RestTemplate() RestOperations() TestRestTemplate() RestTemplateBuilder().build()"
	webClient    = "WebClient() WebClient.create() WebClient.builder().build() RestClient.create() RestClient()"
	webOf        = "WebClient().get()… WebClient().post()… WebClient().put()… WebClient().delete()… WebClient.create().get()… WebClient.create().post()… RestClient().get()… RestClient.create().get()…"
)

// javaShapes are the clients of Java. Classes are named without their package.
var javaShapes = []shape{
	{client: "java.net.http", heads: "HttpRequest.newBuilder", verb: "GET", url: arg{pos: 1}, chain: ".header(…)"},
	{client: "java.net.http", heads: jdkBuilder, names: "uri", does: setsURL, value: arg{pos: 1}},
	{client: "java.net.http", heads: jdkBuilder, names: "header setHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "java.net.http", heads: jdkBuilder, names: "POST", verb: "POST", does: setsBody, value: arg{pos: 1}},
	{client: "java.net.http", heads: jdkBuilder, names: "PUT", verb: "PUT", does: setsBody, value: arg{pos: 1}},
	{client: "java.net.http", heads: jdkBuilder, names: "DELETE", verb: "DELETE", does: setsMethod},
	{client: "java.net.http", heads: jdkBuilder, names: "method", does: setsMethod, value: arg{pos: 1}},

	{client: "okhttp", heads: "Request.Builder okhttp3.Request.Builder", verb: "GET", chain: ".header(…)"},
	{client: "okhttp", heads: intercepted, chain: ".header(…)"}, // of an interceptor
	{client: "okhttp", heads: okBuilder, names: "url", does: setsURL, value: arg{pos: 1}},
	{client: "okhttp", heads: okBuilder, names: "header addHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "okhttp", heads: okBuilder, names: "headers", does: setsHeaders, value: arg{pos: 1}, chain: ".header(…)"},
	{client: "okhttp", heads: okBuilder, names: "post", verb: "POST", does: setsBody, value: arg{pos: 1}},
	{client: "okhttp", heads: okBuilder, names: "put", verb: "PUT", does: setsBody, value: arg{pos: 1}},
	{client: "okhttp", heads: okBuilder, names: "patch", verb: "PATCH", does: setsBody, value: arg{pos: 1}},
	{client: "okhttp", heads: okBuilder, names: "delete", verb: "DELETE", does: setsBody, value: arg{pos: 1}},
	{client: "okhttp", heads: okBuilder, names: "method", does: setsMethod, value: arg{pos: 1}},

	{client: "HttpURLConnection", heads: "URL() java.net.URL() URI.create().toURL() URI().toURL()", names: "openConnection", verb: "GET", receiver: true, statement: "%s.setRequestProperty(…);"},
	{client: "HttpURLConnection", heads: "URL().openConnection() URI.create().toURL().openConnection() URI().toURL().openConnection()", names: "setRequestProperty addRequestProperty", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "HttpURLConnection", heads: "URL().openConnection() URI.create().toURL().openConnection() URI().toURL().openConnection()", names: "setRequestMethod", does: setsMethod, value: arg{pos: 1}},
	{client: "HttpURLConnection", heads: "URL()", names: "openStream", verb: "GET", receiver: true, recast: true},

	{client: "unirest", heads: "Unirest", names: "get post put patch delete head", url: arg{pos: 1}, chain: ".header(…)"},
	{client: "unirest", heads: unirest, names: "header", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "unirest", heads: unirest, names: "queryString", does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "unirest", heads: unirest, names: "body", does: setsBody, value: arg{pos: 1}},
	{client: "jax-rs", heads: "*", names: "request", with: "queryParam path target", receiver: true, chain: ".header(…)"},
	{client: "jax-rs", heads: "WebTarget()", names: "request", receiver: true, chain: ".header(…)"},
	{client: "unirest", heads: "*", names: "asJson asString asObject asJsonAsync", with: "queryString header", receiver: true, prefix: "header(…)."},
	{client: "resttemplate", heads: restTemplate, names: "getForObject getForEntity", verb: "GET", url: arg{pos: 1}},
	{client: "resttemplate", heads: restTemplate, names: "delete", verb: "DELETE", url: arg{pos: 1}},
	{client: "resttemplate", heads: restTemplate, names: "postForObject postForEntity postForLocation", verb: "POST", url: arg{pos: 1}, headers: arg{pos: 2}},
	{client: "resttemplate", heads: restTemplate, names: "put", verb: "PUT", url: arg{pos: 1}, headers: arg{pos: 2}},
	{client: "resttemplate", heads: restTemplate, names: "patchForObject", verb: "PATCH", url: arg{pos: 1}, headers: arg{pos: 2}},
	{client: "resttemplate", heads: restTemplate, names: "exchange", url: arg{pos: 1}, method: arg{pos: 2}, headers: arg{pos: 3}},
	{client: "webclient", heads: webClient, names: "get post put delete patch", chain: ".header(…)"},
	{client: "webclient", heads: webOf, names: "uri", does: setsURL, value: arg{pos: 1}},
	{client: "webclient", heads: webOf, names: "header", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "apache", heads: "HttpGet", verb: "GET", url: arg{pos: 1}, statement: "%s.addHeader(…);"},
	{client: "apache", heads: "HttpPost", verb: "POST", url: arg{pos: 1}, statement: "%s.addHeader(…);"},
	{client: "apache", heads: "HttpGet() HttpPost()", names: "addHeader setHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
}
