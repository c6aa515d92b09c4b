package gitrepo

import (
	"strconv"
	"strings"
)

// maxEnvConfig bounds GIT_CONFIG_COUNT.
const maxEnvConfig = 10_000

// commandConfig is the configuration that the environment holds, in git's order: GIT_CONFIG_KEY_n and GIT_CONFIG_VALUE_n,
// then GIT_CONFIG_PARAMETERS, which "git -c" sets for what it runs. A mistake, for which git would end, makes it say
// nothing.
func commandConfig(get func(string) string) []configEntry {
	var all []configEntry
	if text := get("GIT_CONFIG_COUNT"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxEnvConfig {
			return nil
		}
		for i := range n {
			key, ok := canonicalKey(get("GIT_CONFIG_KEY_" + strconv.Itoa(i)))
			if !ok {
				return nil
			}
			all = append(all, configEntry{key, get("GIT_CONFIG_VALUE_" + strconv.Itoa(i))})
		}
	}
	given, ok := configParameters(get("GIT_CONFIG_PARAMETERS"))
	if !ok {
		return nil
	}
	return append(all, given...)
}

// configParameters reads 'key'='value' or, as git wrote it before 2.31, 'key=value', with spaces between them.
func configParameters(text string) (all []configEntry, ok bool) {
	for text = strings.TrimLeft(text, " \t\n"); text != ""; text = strings.TrimLeft(text, " \t\n") {
		name, rest, ok := unquoteShell(text)
		if !ok {
			return nil, false
		}
		value := "true" // of a key alone
		switch {
		case strings.HasPrefix(rest, "='"):
			if value, rest, ok = unquoteShell(rest[1:]); !ok {
				return nil, false
			}
		case strings.HasPrefix(rest, "="):
			rest = rest[1:]
		default:
			if before, after, given := strings.Cut(name, "="); given {
				name, value = before, after
			}
		}
		if rest != "" && strings.IndexByte(" \t\n", rest[0]) < 0 {
			return nil, false
		}
		key, ok := canonicalKey(strings.TrimSpace(name))
		if !ok {
			return nil, false
		}
		all, text = append(all, configEntry{key, value}), rest
	}
	return all, true
}

// unquoteShell reads a word in single quotes, as git writes it: 'a'\”b', 'a'\!'b'.
func unquoteShell(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, "'") {
		return "", "", false
	}
	var b strings.Builder
	for s = s[1:]; ; {
		end := strings.IndexByte(s, '\'')
		if end < 0 {
			return "", "", false
		}
		b.WriteString(s[:end])
		s = s[end+1:]
		if !strings.HasPrefix(s, `\''`) && !strings.HasPrefix(s, `\!'`) {
			return b.String(), s, true
		}
		b.WriteByte(s[1])
		s = s[3:]
	}
}

// canonicalKey puts section and variable of a key in lower case.
func canonicalKey(key string) (string, bool) {
	first, last := strings.IndexByte(key, '.'), strings.LastIndexByte(key, '.')
	if first < 1 || last == len(key)-1 || strings.ContainsRune(key, '\n') || !letter(key[last+1]) {
		return "", false
	}
	for _, part := range []string{key[:first], key[last+1:]} {
		for i := range len(part) {
			if c := part[i]; !letter(c) && c != '-' && (c < '0' || c > '9') {
				return "", false
			}
		}
	}
	return strings.ToLower(key[:first]) + key[first:last] + strings.ToLower(key[last:]), true
}

// commandConfigured gives the value of a key in the configuration that the environment holds.
func (r *Repo) commandConfigured(key string) (value string, ok bool) {
	if len(r.env.command) == 0 {
		return "", false
	}
	u := &userConfig{repo: r, key: key}
	left := maxIncluded
	u.entries(r.env.command, "", 0, &left)
	return u.value, u.set
}
