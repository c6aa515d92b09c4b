package gitrepo

import (
	"os"
	"path/filepath"
	"strings"
)

// Env is what the environment says about git. Nothing in this package looks at the environment itself; a zero Env means
// that no variable is set and no program can be found.
type Env struct {
	Path string // PATH: where the git program is looked for
	Home string // HOME: whose safe.directory entries and exclude file apply
	XDG  string // XDG_CONFIG_HOME: the same
	// ConfigGlobal is GIT_CONFIG_GLOBAL: the user's configuration, instead of those in HOME and XDG_CONFIG_HOME.
	ConfigGlobal string
	// ConfigSystem is GIT_CONFIG_SYSTEM: the configuration of the machine, instead of the one beside the git program.
	ConfigSystem string
	// NoSystem is GIT_CONFIG_NOSYSTEM: the configuration of the machine is not read.
	NoSystem bool
	// command is the configuration in GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS, which wins over that of files.
	command []configEntry

	GitDir                     string // GIT_DIR: the repository, instead of a search upward
	WorkTree                   string // GIT_WORK_TREE
	CommonDir                  string // GIT_COMMON_DIR
	IndexFile                  string // GIT_INDEX_FILE: set in the hooks of a partial commit
	ObjectDirectory            string // GIT_OBJECT_DIRECTORY: set in the hooks of a push (quarantine)
	AlternateObjectDirectories string // GIT_ALTERNATE_OBJECT_DIRECTORIES: a list, as PATH is
	CeilingDirectories         string // GIT_CEILING_DIRECTORIES: where the search upward ends

	// System are variables (NAME=value) without which programs do not start at all; only Windows has some.
	System []string
	// SafeDirectories are the user's safe.directory entries. Nil: they are asked for when git refuses a repository.
	SafeDirectories []string
}

// EnvFrom asks for each variable by name; get is os.Getenv in a program.
func EnvFrom(get func(name string) string) Env {
	e := Env{
		Path: get("PATH"), Home: get("HOME"), XDG: get("XDG_CONFIG_HOME"), ConfigGlobal: get("GIT_CONFIG_GLOBAL"),
		GitDir: get("GIT_DIR"), WorkTree: get("GIT_WORK_TREE"), CommonDir: get("GIT_COMMON_DIR"),
		IndexFile: get("GIT_INDEX_FILE"), ObjectDirectory: get("GIT_OBJECT_DIRECTORY"),
		AlternateObjectDirectories: get("GIT_ALTERNATE_OBJECT_DIRECTORIES"),
		CeilingDirectories:         get("GIT_CEILING_DIRECTORIES"),
	}
	if e.Home == "" {
		e.Home = get("USERPROFILE")
	}
	e.ConfigSystem = get("GIT_CONFIG_SYSTEM")
	e.NoSystem = config{"": get("GIT_CONFIG_NOSYSTEM")}.bool("", false)
	e.command = commandConfig(get)
	for _, name := range []string{"SystemRoot", "SystemDrive", "TEMP", "TMP"} {
		if v := get(name); v != "" {
			e.System = append(e.System, name+"="+v)
		}
	}
	return e
}

// systemConfig is the configuration of the machine that the git program in PATH reads: it lies beside the folder of the
// program, but for one in /usr/bin, and on Windows. Empty where there is no program.
func systemConfig(path string) string {
	for _, dir := range filepath.SplitList(path) {
		for _, name := range []string{"git", "git.exe"} {
			file := filepath.Join(dir, name)
			if st, err := os.Stat(file); err != nil || !st.Mode().IsRegular() {
				continue
			}
			prefix := filepath.Dir(filepath.Clean(dir))
			if filepath.ToSlash(prefix) == "/usr" {
				prefix = "/"
			}
			return filepath.Join(prefix, "etc", "gitconfig")
		}
	}
	return ""
}

// alternates are the entries of AlternateObjectDirectories. An entry may be quoted as in C, since it may hold the
// character that separates entries.
func (e Env) alternates() []string {
	var dirs []string
	rest := e.AlternateObjectDirectories
	for rest != "" {
		var dir string
		if strings.HasPrefix(rest, `"`) {
			dir, rest = unquoteC(rest)
			rest = strings.TrimPrefix(rest, string(filepath.ListSeparator))
		} else {
			dir, rest, _ = strings.Cut(rest, string(filepath.ListSeparator))
		}
		if dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// unquoteC reads a string in double quotes as git writes it, and returns what follows it. One that does not end is
// taken as it stands.
func unquoteC(s string) (text, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; c {
		case '"':
			return b.String(), s[i+1:]
		case '\\':
			i++
			if i == len(s) {
				return s, ""
			}
			if at := strings.IndexByte("abfnrtv", s[i]); at >= 0 {
				b.WriteByte("\a\b\f\n\r\t\v"[at])
			} else if v, ok := octal(s[i:]); ok {
				b.WriteByte(v)
				i += 2
			} else {
				b.WriteByte(s[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return s, ""
}

// octal reads three octal digits.
func octal(s string) (byte, bool) {
	if len(s) < 3 || s[0] < '0' || s[0] > '3' || s[1] < '0' || s[1] > '7' || s[2] < '0' || s[2] > '7' {
		return 0, false
	}
	return (s[0]-'0')<<6 | (s[1]-'0')<<3 | (s[2] - '0'), true
}
