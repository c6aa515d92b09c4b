package scanner

import (
	"regexp"
	"strings"
)

var methodKey = regexp.MustCompile(`(?i)["']?\b(?:method|type|verb)["']?\s*(?::|=>|=)\s*["'](GET|POST|PUT|PATCH|DELETE|HEAD)["']`)

var methodWord = regexp.MustCompile(`(?i)(?:^|[.>:_])(get|post|put|patch|delete|head)(?:json|async|string|_request|stringasync|forobject|forentity)?!?$`)

var methodArgument = regexp.MustCompile(`["'](GET|POST|PUT|PATCH|DELETE|HEAD)["']`)

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
	re   *regexp.Regexp
}

var httpClients = []httpClient{
	{"axios", regexp.MustCompile(`(?i)\baxios\b`)},
	{"requests", regexp.MustCompile(`\brequests\.`)},
	{"httpx", regexp.MustCompile(`\bhttpx\.`)},
	{"aiohttp", regexp.MustCompile(`\baiohttp\.`)},
	{"urllib", regexp.MustCompile(`\burllib|\burlopen\b`)},
	{"request-promise", regexp.MustCompile(`^(rp|requestPromise)\b`)},
	{"got", regexp.MustCompile(`^got\b`)},
	{"ky", regexp.MustCompile(`^ky\b`)},
	{"superagent", regexp.MustCompile(`\b(superagent|agent)\.`)},
	{"UrlFetchApp", regexp.MustCompile(`UrlFetchApp`)},
	{"jQuery", regexp.MustCompile(`^(\$|jQuery)\.(ajax|get|post|getJSON)`)},
	{"fetch", regexp.MustCompile(`(^|\.)fetch$`)},
	{"request", regexp.MustCompile(`^request(\.|$)`)},
	{"HTTParty", regexp.MustCompile(`HTTParty|^self\.class\.(get|post|put|delete)`)},
	{"RestClient", regexp.MustCompile(`RestClient`)},
	{"Faraday", regexp.MustCompile(`Faraday`)},
	{"Net::HTTP", regexp.MustCompile(`Net::HTTP`)},
	{"WordPress HTTP", regexp.MustCompile(`wp_(safe_)?remote_`)},
	{"cURL", regexp.MustCompile(`\bcurl(_|\s|$)`)},
	{"file_get_contents", regexp.MustCompile(`file_get_contents`)},
	{"Laravel HTTP", regexp.MustCompile(`^\\?Http::`)},
	{"net/http", regexp.MustCompile(`\bhttp\.(Get|Post|NewRequest|Do)`)},
	{"RestSharp", regexp.MustCompile(`RestRequest|RestClient`)},
	{"HttpClient", regexp.MustCompile(`(?i)\b_?http_?client\b`)},
	{"wget", regexp.MustCompile(`\bwget\b`)},
	{"Invoke-RestMethod", regexp.MustCompile(`(?i)Invoke-(RestMethod|WebRequest)`)},
	{"httr", regexp.MustCompile(`\bhttr::`)},
	{"HTTPoison", regexp.MustCompile(`HTTPoison`)},
	{"Unirest", regexp.MustCompile(`Unirest`)},
	{"OkHttp", regexp.MustCompile(`(?i)okhttp|HttpUrl`)},
	{"Guzzle", regexp.MustCompile(`(?i)guzzle|->(request|get|post|put|delete)$`)},
}
