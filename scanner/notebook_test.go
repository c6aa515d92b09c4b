package scanner

import (
	"strings"
	"testing"
)

// TestNotebook: places are those of the raw file, in cells of code and of prose
// and in what a cell printed.
func TestNotebook(t *testing.T) {
	o := testOptions(t)
	code := notebook(t, "import requests\nkey = \"{{uuid 1}}\"\nrequests.get(\n    \"https://api.hubapi.com/crm/v3/objects/contacts\",\n    params={\"hapikey\": key})\n")
	res := scanText(t, o, "dir/Try.IPYNB", code)
	equal(t, "findings", places(res.Findings), []string{
		`"dir/Try.IPYNB",14,14,"hubspot-legacy-key","legacy-key"`,
		`"dir/Try.IPYNB",17,20,"hubspot-legacy-call","legacy-call"`,
	})
	at := res.Findings[1]
	if got := string(at.File.Text[at.Span.Start:at.Span.End]); !strings.HasPrefix(got, "hapikey") {
		t.Errorf("the place of the call is %q", got)
	}
	call := at.Call
	if call == nil || call.Line != 15 || call.EndLine != 17 || call.Endpoint != "/crm/v3/objects/contacts" || call.Credential == nil || call.Credential.Line != 14 {
		t.Errorf("call is %+v", call)
	}
	for name, text := range map[string]string{
		"one string for a cell": `{"cells": [{"cell_type": "code", "source": "import hubspot\nhubspot.Client(\n  api_key=\n\"{{uuid 1}}\")"}]}`,
		"the type comes last":   `{"cells": [{"source": ["import hubspot\n", "hubspot.Client(api_key=\"{{uuid 1}}\")"], "cell_type": "code"}]}`,
		"prose":                 `{"cells": [{"cell_type": "markdown", "source": ["hubspot_api_key = {{uuid 1}}\n"]}]}`,
		"output":                `{"cells": [{"cell_type": "code", "source": [], "outputs": [{"text": ["hubspot_api_key = {{uuid 1}}\n"]}]}]}`,
		"escapes":               `{"cells": [{"cell_type": "code", "source": ["# \u00e9\ud83d\ude00\t\"\\\n", "hubspot_api_key = \u0022{{uuid 1}}\u0022"]}]}`,
		"cut off":               `{"cells": [{"cell_type": "code", "source": ["hubspot_api_key = '{{uuid 1}}'\n"]}, {"cell_ty`,
		"no JSON":               "hubspot_api_key = '{{uuid 1}}'\n",
		"deep":                  `{"cells": [` + strings.Repeat("[", 9000) + `{"a": "hubspot_api_key = '{{uuid 1}}'"`,
		"other members":         `{"metadata": {"cells": [{"source": 1}]}, "cells": [{"cell_type": "code", "source": ["hubspot_api_key = '{{uuid 1}}'"]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			res := scanText(t, o, "a.ipynb", text)
			f := secretOf(t, res, expand(t, o, "{{uuid 1}}"))
			raw := expand(t, o, text)
			if got := raw[f.Span.Start:f.Span.End]; got != expand(t, o, "{{uuid 1}}") {
				t.Errorf("the place is %q", got)
			}
		})
	}
}
