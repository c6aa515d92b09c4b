package syntax

const (
	phpGuzzle  = `GuzzleHttp\Client() \GuzzleHttp\Client() Client() Drupal.httpClient() \Drupal.httpClient() GuzzleHttp\ClientInterface() ClientInterface() Craft.createGuzzleClient() craft\Craft.createGuzzleClient()`
	phpSymfony = `Symfony\Component\HttpClient\HttpClient.create() HttpClient.create() HttpClientInterface() Symfony\Contracts\HttpClient\HttpClientInterface()`
	phpVia     = `Illuminate\Support\Facades\Http.`
	phpLaravel = `Illuminate\Support\Facades\Http Http`
	phpChained = phpVia + "withHeaders()… " + phpVia + "timeout()… " + phpVia + "acceptJson()… " + phpVia + "accept()… " + phpVia + "attach()… " + phpVia + "asMultipart()… " +
		phpVia + "asJson()… " + phpVia + "asForm()… " + phpVia + "contentType()… " + phpVia + "retry()… " + phpVia + "baseUrl()… " + phpVia + "connectTimeout()… " +
		phpVia + "withOptions()… " + phpVia + "withQueryParameters()… " + phpVia + "withBody()… " + phpVia + "withToken()… " + phpVia + "withoutVerifying()…"
)

// phpShapes are the clients of PHP.
var phpShapes = []shape{
	{client: "curl", heads: "curl_init", verb: "GET", url: arg{pos: 1}, lines: true, statement: "curl_setopt(%s, CURLOPT_HTTPHEADER, […]);"},
	{client: "curl", heads: "curl_init()", names: "CURLOPT_URL", does: setsURL, value: arg{pos: 1}},
	{client: "curl", heads: "curl_init()", names: "CURLOPT_HTTPHEADER", does: setsHeaders, value: arg{pos: 1}, lines: true},
	{client: "curl", heads: "curl_init()", names: "CURLOPT_POSTFIELDS", does: setsBody, verb: "POST", value: arg{pos: 1}},
	{client: "curl", heads: "curl_init()", names: "CURLOPT_POST", does: setsMethod, verb: "POST", value: arg{pos: 1}},
	{client: "curl", heads: "curl_init()", names: "CURLOPT_CUSTOMREQUEST", does: setsMethod, value: arg{pos: 1}},
	{
		client: "curl", heads: "curl_init()", names: "curl_setopt_array", does: setsOptions, value: arg{pos: 1}, lines: true,
		inURL: "CURLOPT_URL", inMethod: "CURLOPT_CUSTOMREQUEST", inHeaders: "CURLOPT_HTTPHEADER", inBody: "CURLOPT_POSTFIELDS",
	},

	{
		client: "guzzle", heads: phpGuzzle, names: "get post put patch delete head getAsync postAsync", url: arg{pos: 1}, options: arg{pos: 2},
		inParams: "query", inHeaders: "headers", inBody: "json form_params body",
	},
	{
		client: "guzzle", heads: phpGuzzle, names: "request requestAsync", method: arg{pos: 1}, url: arg{pos: 2}, options: arg{pos: 3},
		inParams: "query", inHeaders: "headers", inBody: "json form_params body",
	},
	{
		client: "guzzle", heads: `GuzzleHttp\Client \GuzzleHttp\Client Craft.createGuzzleClient craft\Craft.createGuzzleClient`, does: defaults, replaced: true, options: arg{pos: 1},
		inURL: "base_uri base_url", inParams: "query", inHeaders: "headers",
	},
	{
		client: "guzzle", heads: "*", like: "client http guzzle api", keys: "query headers json form_params auth_basic", names: "get post put patch delete head",
		url: arg{pos: 1}, options: arg{pos: 2}, inParams: "query", inHeaders: "headers", inBody: "json form_params body",
	},
	{
		client: "guzzle", heads: "*", like: "guzzle httpclient", names: "get post put patch delete head",
		url: arg{pos: 1}, options: arg{pos: 2}, inParams: "query", inHeaders: "headers", inBody: "json form_params body",
	},
	{
		client: "guzzle", heads: "*", like: "client guzzle http", names: "request",
		method: arg{pos: 1}, url: arg{pos: 2}, options: arg{pos: 3}, inParams: "query", inHeaders: "headers", inBody: "json form_params body",
	},
	{
		client: "symfony", heads: phpSymfony, names: "request", method: arg{pos: 1}, url: arg{pos: 2}, options: arg{pos: 3},
		inParams: "query", inHeaders: "headers", inBody: "json body",
	},
	{client: "laravel", heads: phpLaravel, names: "get head", url: arg{pos: 1}, params: arg{pos: 2}, prefix: "withHeaders([…])->"},
	{client: "laravel", heads: phpLaravel, names: "post put patch delete", url: arg{pos: 1}, body: arg{pos: 2}, prefix: "withHeaders([…])->"},
	{client: "laravel", heads: phpChained, names: "get head", url: arg{pos: 1}, params: arg{pos: 2}, prefix: "withHeaders([…])->"},
	{client: "laravel", heads: phpChained, names: "post put patch delete", url: arg{pos: 1}, body: arg{pos: 2}, prefix: "withHeaders([…])->"},
	{client: "wordpress", heads: "wp_remote_get wp_safe_remote_get", verb: "GET", url: arg{pos: 1}, options: arg{pos: 2}, inHeaders: "headers", inBody: "body"},
	{client: "wordpress", heads: "wp_remote_post wp_safe_remote_post", verb: "POST", url: arg{pos: 1}, options: arg{pos: 2}, inHeaders: "headers", inBody: "body"},
	{client: "wordpress", heads: "wp_remote_request", url: arg{pos: 1}, options: arg{pos: 2}, inMethod: "method", inHeaders: "headers", inBody: "body"},
	{client: "php", heads: "file_get_contents fopen", verb: "GET", url: arg{pos: 1}, recast: true},
}
