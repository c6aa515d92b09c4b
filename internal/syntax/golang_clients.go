package syntax

const (
	goRequest     = "net/http.NewRequest() net/http.NewRequestWithContext()"
	goClients     = "net/http net/http.Client() net/http.DefaultClient"
	goResty       = "github.com/go-resty/resty/v2.New().R gopkg.in/resty.v1.R github.com/go-resty/resty/v2.New().NewRequest github.com/go-resty/resty/v2.Client().R resty.Client().R"
	goRestyOf     = "github.com/go-resty/resty/v2.New().R()… gopkg.in/resty.v1.R()… github.com/go-resty/resty/v2.New().NewRequest()… github.com/go-resty/resty/v2.Client().R()… resty.Client().R()…"
	goRestyClient = "github.com/go-resty/resty/v2.New()"
)

// goShapes are the clients of Go.
var goShapes = []shape{
	{client: "net/http", heads: "net/http.NewRequest", method: arg{pos: 1}, url: arg{pos: 2}, body: arg{pos: 3}, statement: "%s.Header.Set(…)"},
	{client: "net/http", heads: "net/http.NewRequestWithContext", method: arg{pos: 2}, url: arg{pos: 3}, body: arg{pos: 4}, statement: "%s.Header.Set(…)"},
	{client: "net/http", heads: "net/http.NewRequest().URL[] net/http.NewRequestWithContext().URL[]", does: addsParam},
	{client: "net/http", heads: "net/http.NewRequest().Header net/http.NewRequestWithContext().Header", names: "Set Add", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "net/http", heads: goClients, names: "Get Head", url: arg{pos: 1}, recast: true},
	{client: "net/http", heads: goClients, names: "Post", url: arg{pos: 1}, body: arg{pos: 3}, recast: true},
	{client: "net/http", heads: goClients, names: "PostForm", verb: "POST", url: arg{pos: 1}, body: arg{pos: 2}, recast: true},

	{client: "resty", heads: goResty, chain: ".SetHeader(…)"},
	{client: "resty", heads: goRestyOf, names: "SetQueryParam", does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "resty", heads: goRestyOf, names: "SetQueryParams SetQueryParamsFromValues", does: setsParams, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "SetAuthToken SetBasicAuth", does: addsHeader, header: "Authorization", value: arg{pos: 1}},
	{client: "resty", heads: "github.com/go-resty/resty/v2.New", does: defaults, chain: ".SetHeader(…)"},
	{client: "resty", heads: goRestyClient, names: "SetBaseURL SetHostURL", does: setsURL, value: arg{pos: 1}},
	{client: "resty", heads: goRestyClient, names: "SetQueryParam", does: addsParam, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "resty", heads: goRestyClient, names: "SetQueryParams", does: setsParams, value: arg{pos: 1}},
	{client: "resty", heads: goRestyClient, names: "SetHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "resty", heads: goRestyClient, names: "SetAuthToken SetBasicAuth", does: addsHeader, header: "Authorization", value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "SetHeader", does: addsHeader, name: arg{pos: 1}, value: arg{pos: 2}},
	{client: "resty", heads: goRestyOf, names: "SetBody", does: setsBody, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "Get", verb: "GET", does: setsURL, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "Post", verb: "POST", does: setsURL, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "Put", verb: "PUT", does: setsURL, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "Patch", verb: "PATCH", does: setsURL, value: arg{pos: 1}},
	{client: "resty", heads: goRestyOf, names: "Delete", verb: "DELETE", does: setsURL, value: arg{pos: 1}},
}
