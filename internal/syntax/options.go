package syntax

import "strings"

// Options are the calls that declare an option of the command line, by the name
// under which the program reads it: --api-key is api_key and apiKey.
func (f *File) Options(name string) []Span {
	if f.lang == nil || name == "" {
		return nil
	}
	var out []Span
	for _, inv := range f.invocations {
		if !optionCalls[inv.Name] {
			continue
		}
		for _, a := range inv.Args {
			if v := f.value(a.node); a.Name == "" && v.Kind == Literal && optionNamed(v.Text, name) || a.Name == "dest" && v.Text == name {
				out = append(out, inv.Arguments)
				break
			}
		}
	}
	return out
}

var optionCalls = map[string]bool{"add_argument": true, "option": true, "Option": true, "argument": true, "addOption": true, "requiredOption": true}

// optionNamed says whether one of the names in an option's declaration becomes a
// name of the program.
func optionNamed(declared, name string) bool {
	for _, w := range strings.FieldsFunc(declared, func(r rune) bool { return r == ' ' || r == ',' || r == '/' || r == '|' }) {
		if plainOption(strings.TrimLeft(w, "-")) == plainOption(name) && plainOption(name) != "" {
			return true
		}
	}
	return false
}

func plainOption(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", "<", "", ">", "").Replace(name))
}
