package syntax

const (
	csHTTP    = "HttpClient() IHttpClientFactory().CreateClient() HttpClientFactory.Create()"
	csRequest = "HttpRequestMessage()"
	csRest    = "RestRequest()"
)

// csShapes are the clients of C#. Classes are named without their namespace.
var csShapes = []shape{
	{client: "httpclient", heads: csHTTP, names: "GetAsync GetStringAsync GetStreamAsync GetByteArrayAsync GetFromJsonAsync", verb: "GET", url: arg{pos: 1}, recast: true},
	{client: "httpclient", heads: csHTTP, names: "PostAsync PostAsJsonAsync", verb: "POST", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},
	{client: "httpclient", heads: csHTTP, names: "PutAsync PutAsJsonAsync", verb: "PUT", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},
	{client: "httpclient", heads: csHTTP, names: "PatchAsync", verb: "PATCH", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},
	{client: "httpclient", heads: csHTTP, names: "DeleteAsync", verb: "DELETE", url: arg{pos: 1}, recast: true},
	{client: "httpclient", heads: "HttpRequestMessage", method: arg{pos: 1}, url: arg{pos: 2}, statement: "%s.Headers.Add(…);"},
	{client: "httpclient", heads: "HttpRequestMessage().Headers[]", does: addsHeader},
	{client: "httpclient", heads: csRequest + ".Headers", names: "Add TryAddWithoutValidation", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "restsharp", heads: "RestRequest", url: arg{pos: 1}, method: arg{pos: 2}, statement: "%s.AddHeader(…);"},
	{client: "restsharp", heads: csRest, names: "AddQueryParameter AddParameter", does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "restsharp", heads: csRest, names: "AddHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "restsharp", heads: "RestClient", does: defaults, url: arg{pos: 1}, statement: "%s.AddDefaultHeader(…);"},
	{client: "restsharp", heads: "RestClient()", names: "AddDefaultQueryParameter AddDefaultParameter", does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "restsharp", heads: "RestClient()", names: "AddDefaultHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "webclient", heads: "WebClient()", names: "DownloadString DownloadStringTaskAsync DownloadData DownloadFile OpenRead", verb: "GET", url: arg{pos: 1}, recast: true},
	{client: "webclient", heads: "WebClient()", names: "UploadString UploadData", verb: "POST", url: arg{pos: 1}, recast: true},
	{client: "httpclient", heads: "*", like: "client", names: "GetAsync GetStringAsync DeleteAsync", url: arg{pos: 1}, recast: true},
	{client: "httpclient", heads: "*", like: "client", names: "PostAsync PutAsync PatchAsync", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},
	{
		client: "flurl", heads: "*", names: "GetJsonAsync GetStringAsync GetAsync GetStreamAsync", with: "SetQueryParam AppendPathSegment WithHeader SetQueryParams",
		verb: "GET", receiver: true, prefix: "WithHeader(…).",
	},
	{
		client: "flurl", heads: "*", names: "PostJsonAsync PostAsync PostUrlEncodedAsync", with: "SetQueryParam AppendPathSegment WithHeader SetQueryParams",
		verb: "POST", receiver: true, body: arg{pos: 1}, prefix: "WithHeader(…).",
	},
	{client: "webrequest", heads: "WebRequest HttpWebRequest", names: "Create CreateHttp", verb: "GET", url: arg{pos: 1}, statement: "%s.Headers[…;"},
	{client: "webrequest", heads: "WebRequest.Create().Headers[] HttpWebRequest.Create().Headers[] WebRequest.CreateHttp().Headers[]", does: addsHeader},
	{client: "webrequest", heads: "WebRequest.Create().Headers HttpWebRequest.Create().Headers WebRequest.CreateHttp().Headers", names: "Add", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
}
