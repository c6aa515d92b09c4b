package scanner

import (
	"strings"

	"github.com/unhapi/unhapi/internal/pattern"
)

var methodKey = pattern.New(`(?i)["']?\b(?:method|type|verb)["']?\s*(?::|=>|=)\s*["'](GET|POST|PUT|PATCH|DELETE|HEAD)["']`)

var methodWord = pattern.New(`(?i)(?:^|[.>:_])(get|post|put|patch|delete|head)(?:json|async|string|_request|stringasync|forobject|forentity)?!?$`)

var methodArgument = pattern.New(`["'](GET|POST|PUT|PATCH|DELETE|HEAD)["']`)

// clientOf guesses the client and the HTTP method from the callee.
func (a *analysis) clientOf(callee string, piece []byte) (client, method string) {
	if m := methodWord.FindStringSubmatch(callee); m != nil {
		method = strings.ToUpper(m[1])
	}
	if m := methodKey.FindSubmatch(piece); m != nil {
		method = strings.ToUpper(string(m[1]))
	} else if m := methodArgument.FindSubmatch(piece); m != nil && method == "" {
		method = string(m[1])
	}
	for _, known := range httpClients {
		if known.re.MatchString(callee) || a.lang.Name == "shell" && known.re.Match(piece) {
			return known.name, method
		}
	}
	return "", method
}

type httpClient struct {
	name string
	re   *pattern.Regexp
}

var httpClients = []httpClient{
	{"axios", pattern.New(`(?i)\baxios\b`)},
	{"requests", pattern.New(`\brequests\.`)},
	{"httpx", pattern.New(`\bhttpx\.`)},
	{"aiohttp", pattern.New(`\baiohttp\.`)},
	{"urllib", pattern.New(`\burllib|\burlopen\b`)},
	{"request-promise", pattern.New(`^(rp|requestPromise)\b`)},
	{"got", pattern.New(`^got\b`)},
	{"ky", pattern.New(`^ky\b`)},
	{"superagent", pattern.New(`\b(superagent|agent)\.`)},
	{"UrlFetchApp", pattern.New(`UrlFetchApp`)},
	{"jQuery", pattern.New(`^(\$|jQuery)\.(ajax|get|post|getJSON)`)},
	{"fetch", pattern.New(`(^|\.)fetch$`)},
	{"request", pattern.New(`^request(\.|$)`)},
	{"HTTParty", pattern.New(`HTTParty|^self\.class\.(get|post|put|delete)`)},
	{"RestClient", pattern.New(`RestClient`)},
	{"Faraday", pattern.New(`Faraday`)},
	{"Net::HTTP", pattern.New(`Net::HTTP`)},
	{"WordPress HTTP", pattern.New(`wp_(safe_)?remote_`)},
	{"cURL", pattern.New(`\bcurl(_|\s|$)`)},
	{"file_get_contents", pattern.New(`file_get_contents`)},
	{"Laravel HTTP", pattern.New(`^\\?Http::`)},
	{"net/http", pattern.New(`\bhttp\.(Get|Post|NewRequest|Do)`)},
	{"RestSharp", pattern.New(`RestRequest|RestClient`)},
	{"HttpClient", pattern.New(`(?i)\b_?http_?client\b`)},
	{"wget", pattern.New(`\bwget\b`)},
	{"Invoke-RestMethod", pattern.New(`(?i)Invoke-(RestMethod|WebRequest)`)},
	{"httr", pattern.New(`\bhttr::`)},
	{"HTTPoison", pattern.New(`HTTPoison`)},
	{"Unirest", pattern.New(`Unirest`)},
	{"OkHttp", pattern.New(`(?i)okhttp|HttpUrl`)},
	{"Guzzle", pattern.New(`(?i)guzzle|->(request|get|post|put|delete)$`)},
}
