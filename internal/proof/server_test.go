package proof

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

// request is what a program sent, in a form that can be compared. The host is
// the one that the program wrote.
type request struct {
	Method, Host, Path string
	Query              []string // as sent, in order
	Headers            []string // "name: value", without those of the transport
	Body               string
}

func (r request) String() string {
	return fmt.Sprintf("%s %s%s?%s\n  %s\n  %s", r.Method, r.Host, r.Path, strings.Join(r.Query, "&"), strings.Join(r.Headers, "\n  "), r.Body)
}

// transport are the headers that a client adds by itself and that a change of
// its call form may change.
var transport = []string{"Accept-Encoding", "Connection", "Content-Length", "Host", "Keep-Alive", "Transfer-Encoding"}

// world stands in for every host that the programs know.
type world struct {
	mu      sync.Mutex
	sent    []request
	servers map[string]*httptest.Server // by host
}

// hosts are those that the programs may name: the provider's, and one that has
// nothing to do with it.
var hosts = []string{"api.hubapi.com", "forms.hubspot.com", "api-free.deepl.com", "api.example.com"}

func newWorld(t *testing.T) *world {
	w := &world{servers: map[string]*httptest.Server{}}
	for _, h := range hosts {
		s := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, in *http.Request) { w.serve(h, out, in) }))
		t.Cleanup(s.Close)
		w.servers[h] = s
	}
	return w
}

// take gives what was sent since it was asked last.
func (w *world) take() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := w.sent
	w.sent = nil
	return out
}

func (w *world) serve(host string, out http.ResponseWriter, in *http.Request) {
	body, _ := io.ReadAll(in.Body)
	r := request{Method: in.Method, Host: host, Path: in.URL.EscapedPath(), Body: string(body)}
	if in.URL.RawQuery != "" {
		r.Query = strings.Split(in.URL.RawQuery, "&")
	}
	for name, values := range in.Header {
		if !slices.Contains(transport, name) {
			r.Headers = append(r.Headers, name+": "+strings.Join(values, " | "))
		}
	}
	slices.Sort(r.Headers)
	w.mu.Lock()
	w.sent = append(w.sent, r)
	w.mu.Unlock()
	w.answer(out, in)
}

// answer is the same for every host: a page, the last one where the request
// asks for a page; paths can ask for an error or for a redirect to a foreign
// host.
func (w *world) answer(out http.ResponseWriter, in *http.Request) {
	switch {
	case strings.Contains(in.URL.Path, "/missing/"):
		http.Error(out, `{"status":"error","message":"not found"}`, http.StatusNotFound)
		return
	case strings.Contains(in.URL.Path, "/moved/"):
		http.Redirect(out, in, w.servers["api.example.com"].URL+"/landed", http.StatusFound)
		return
	}
	q := in.URL.Query()
	more := q.Get("offset") == "" && q.Get("vidOffset") == "" && q.Get("after") == ""
	out.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(out).Encode(map[string]any{
		"hasMore": more, "has-more": more, "offset": 7, "vid-offset": 7, "path": in.URL.Path, "method": in.Method,
		"results": []any{map[string]any{"id": "1"}, map[string]any{"id": "2"}}, "translations": []any{map[string]any{"text": "Hallo"}},
	})
}

// local writes the servers' addresses into a program in place of the hosts.
func (w *world) local(text string) string {
	for h, s := range w.servers {
		u, _ := url.Parse(s.URL)
		text = strings.ReplaceAll(text, "https://"+h, s.URL)
		text = strings.ReplaceAll(text, "'"+h+"'", "'"+u.Hostname()+"', port: "+u.Port())
		text = strings.ReplaceAll(text, "\""+h+"\"", "\""+u.Host+"\"")
	}
	return strings.NewReplacer("require('https')", "require('http')", "HTTPSConnection", "HTTPConnection").Replace(text)
}
