package literal

import "testing"

func TestWeakness(t *testing.T) {
	for _, weak := range []string{
		"", "key=", "pat-", "token", "TOKEN", "apikey=", "api_key", "api-key", "API Key", "https", "https://", "http://www.", "https://api.",
		"authorization", "Bearer ", "access_token", "client_secret", "clientSecret", "password:", "-----", "=====", "12345",
		"      ", "1.2.3.4", "a1-b2", "application/json", utf16("token"), "process.env",
	} {
		if Weakness(weak) == "" {
			t.Errorf("%q: no weakness", weak)
		}
	}
	for _, strong := range []string{
		"hapikey", "hapikey=", "hubapi.com", "api.hubapi", "pat-na1", "pat-na", "pat-eu", "hubspot", "deepl.com", "api-free.deepl",
		"DeepL-Auth-Key", "auth_key", utf16("hapikey"), "éèêë", "smtp.hubspot", "hubspotutk", "webhook-triggers", "CiRuYTEt", "https://app.deepl",
	} {
		if w := Weakness(strong); w != "" {
			t.Errorf("%q: %s", strong, w)
		}
	}
}
