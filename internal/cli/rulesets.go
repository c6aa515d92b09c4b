package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// loadRules loads the built-in packs, those of the configuration files, and
// those that were typed.
func (a *app) loadRules(typed []string, s *settings) (*rules.Set, error) {
	var files []rules.File
	var errs []error
	for _, c := range s.configs {
		for i, name := range c.Rules {
			content, err := c.read(name)
			if err != nil {
				errs = append(errs, c.mistake("rules", i, "%s: %v: name a pack file, relative to this file and in the repository", name, plain(err)))
				continue
			}
			if p, err := rules.Parse(name, content); err == nil && len(p.Disable) > 0 && !c.trusted {
				errs = append(errs, c.mistake("rules", i, "%s: a pack of the repository cannot disable rules: move them to \"disable\" in %s", name, configName))
			}
			files = append(files, rules.File{Name: name, Content: content})
		}
	}
	for _, name := range typed {
		content, err := readSmall(name)
		if err != nil {
			errs = append(errs, usageError("--rules %s: %v: name a pack file", name, plain(err)))
			continue
		}
		files = append(files, rules.File{Name: name, Content: content})
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	set, err := rules.Load(files...)
	if err != nil {
		return nil, err
	}
	return disabled(set, files, s.configs)
}

// disabled takes away the rules that the organisation turns off. For the set
// they are one more pack file, so that its digest tells.
func disabled(set *rules.Set, files []rules.File, configs []*config) (*rules.Set, error) {
	var errs []error
	byProvider := map[string][]string{}
	var order []string
	for _, c := range configs {
		for i, id := range c.Disable {
			r := set.Rule(id)
			if r == nil {
				errs = append(errs, c.mistake("disable", i, "rule %q does not exist: %s", id, didYouMean("", id, ruleIDs(set), "see `unhapi rules list`")))
				continue
			}
			if !c.trusted {
				continue
			}
			if byProvider[r.Pack.Provider] == nil {
				order = append(order, r.Pack.Provider)
			}
			byProvider[r.Pack.Provider] = append(byProvider[r.Pack.Provider], id)
		}
	}
	if len(errs) > 0 || len(order) == 0 {
		return set, errors.Join(errs...)
	}
	for _, provider := range order {
		text := fmt.Sprintf("schema: %s\nprovider: %s\ndisable: [%s]\n", rules.Schema, provider, strings.Join(byProvider[provider], ", "))
		files = append(files, rules.File{Name: configName, Content: []byte(text)})
	}
	return rules.Load(files...)
}

func ruleIDs(set *rules.Set) []string {
	var ids []string
	for _, p := range set.Packs {
		for i := range p.Rules {
			ids = append(ids, p.Rules[i].ID)
		}
	}
	return ids
}

// readBaseline reads the known findings: the file that was typed, else that of
// the nearest configuration.
func (a *app) readBaseline(typed string, s *settings, key scanner.IDKey) (*scanner.Baseline, error) {
	if typed != "" {
		content, err := readSmall(typed)
		if err != nil {
			return nil, usageError("--baseline %s: %v: write one with `unhapi baseline write -o %s`", typed, plain(err), typed)
		}
		return scanner.ReadBaseline(typed, content, key)
	}
	for i := len(s.configs) - 1; i >= 0; i-- {
		c := s.configs[i]
		if c.Baseline == "" {
			continue
		}
		content, err := c.read(c.Baseline)
		if err != nil {
			return nil, c.mistake("baseline", 0, "%s: %v: write one with `unhapi baseline write -o %s`", c.Baseline, plain(err), c.Baseline)
		}
		return scanner.ReadBaseline(c.Baseline, content, key)
	}
	return nil, nil
}
