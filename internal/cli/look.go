package cli

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/internal/syntax"
	"github.com/unhapi/unhapi/internal/syntax/engine"
	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/scanner"
)

// lookFlags is what was typed about how to look: rules, known findings, limits.
type lookFlags struct {
	rules        []string
	config       string
	noConfig     bool
	isolated     bool
	noIgnore     bool
	forceExclude bool
	foreignTags  bool
	baseline     string
	heedBaseline bool
	idKeyFile    string
	label        string
	maxSize      string
	timeout      time.Duration
	jobs         int
	progress     string
}

// registerBaseline adds the flag of commands that heed known findings.
func (f *lookFlags) registerBaseline(fs *pflag.FlagSet) {
	f.heedBaseline = true
	inGroup(fs, groupRules, func(fs *pflag.FlagSet) {
		fs.StringVar(&f.baseline, "baseline", "", "silence the known findings in `FILE`, which `unhapi baseline write` makes")
	})
}

func (f *lookFlags) register(fs *pflag.FlagSet) {
	inGroup(fs, groupRules, func(fs *pflag.FlagSet) {
		fs.StringArrayVar(&f.rules, "rules", nil, "add the rules of a pack `FILE`; may be repeated")
		fs.StringVar(&f.config, "config", "", "read an organisation's configuration `FILE`, besides the repository's "+configName)
		fs.BoolVar(&f.noConfig, "no-config", false, "read no configuration file")
		fs.BoolVar(&f.isolated, "isolated", false, "disregard what the repository says about its own scan: "+configName+", "+ignoreName+", inline comments")
		fs.BoolVar(&f.foreignTags, "foreign-tags", false, "honour the inline comments of other scanners, such as gitleaks:allow")
		fs.StringVar(&f.idKeyFile, "id-key-file", "", "key the ids of secrets with the content of `FILE`, or of $UNHAPI_ID_KEY")
	})
	inGroup(fs, groupLimits, func(fs *pflag.FlagSet) {
		fs.BoolVar(&f.noIgnore, "no-ignore", false, "look at files that git ignores, too")
		fs.BoolVar(&f.forceExclude, "force-exclude", false, "leave ignored files out even if they are named")
		fs.StringVar(&f.maxSize, "max-size", "16MiB", "leave out files and objects above `SIZE`; none for no limit")
		fs.DurationVar(&f.timeout, "timeout", 0, "stop after `DURATION` with what was found so far")
		fs.IntVarP(&f.jobs, "jobs", "j", 0, "work in `N` threads; 0 is one for each core")
		fs.StringVar(&f.label, "label", "", "name the source `TEXT` in reports")
		fs.StringVar(&f.progress, "progress", "auto", "show progress on stderr: `WHEN` is auto (on a terminal), always or never")
	})
}

// look is how a run looks: the rules and the scanner's options.
type look struct {
	set      *rules.Set
	options  scanner.Options
	timeout  time.Duration
	progress string
}

// look says what was typed, together with the configuration files that apply.
func (a *app) look(src source, f lookFlags) (*look, error) {
	if err := oneOf("progress", f.progress, "auto", "always", "never"); err != nil {
		return nil, err
	}
	l := &look{timeout: f.timeout, progress: f.progress}
	limit, err := parseSize(f.maxSize)
	switch {
	case err != nil:
		return nil, err
	case f.timeout < 0:
		return nil, usageError("--timeout %s: negative: write a duration such as 90s or 5m", f.timeout)
	case f.jobs < 0:
		return nil, usageError("--jobs %d: negative: use 0 for one thread for each core", f.jobs)
	case f.noConfig && f.config != "":
		return nil, usageError("--config and --no-config contradict each other: give one of them")
	}
	settings, err := a.settings(src, f)
	if err != nil {
		return nil, err
	}
	if l.set, err = a.loadRules(f.rules, settings); err != nil {
		return nil, err
	}
	a.set = l.set
	detector, err := scanner.NewDetector(l.set)
	if err != nil {
		return nil, err
	}
	key, err := a.idKey(f.idKeyFile)
	if err != nil {
		return nil, err
	}
	l.options = scanner.Options{
		Detector: detector, Key: key, Workers: f.jobs, MaxSize: limit,
		NoIgnore: f.noIgnore, ForceExclude: f.forceExclude, Isolated: f.isolated,
		ForeignTags: f.foreignTags || settings.foreignTags, Ignore: settings.ignore,
		Getenv: a.env.git, Label: f.label,
		Parser: syntax.NewParser(engine.Options{CacheDir: a.cacheDir()}),
	}
	if f.heedBaseline {
		l.options.Baseline, err = a.readBaseline(f.baseline, settings, key)
	}
	return l, err
}

// maxSmall is the size beyond which no file that configures a run is read.
const maxSmall = 1 << 22

// readSmall reads a file that the user named.
func readSmall(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return readLimited(file)
}

func readLimited(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxSmall+1))
	if err == nil && len(content) > maxSmall {
		err = usageError("larger than %d MiB", maxSmall>>20)
	}
	return content, err
}

// minKey is the least number of bytes of a key that shall not be guessed.
const minKey = 16

// idKey gives the user's own key for the ids of secrets.
func (a *app) idKey(file string) (scanner.IDKey, error) {
	from, key := "UNHAPI_ID_KEY", a.env.get("UNHAPI_ID_KEY")
	if file != "" {
		content, err := readSmall(file)
		if err != nil {
			return scanner.IDKey{}, usageError("--id-key-file %s: %v: name a file that holds the key", file, plain(err))
		}
		from, key = file, string(content)
	} else if key == "" {
		return scanner.IDKey{}, nil
	}
	key = strings.TrimRight(key, "\r\n")
	if len(key) < minKey {
		return scanner.IDKey{}, usageError("%s: the key is shorter than %d bytes: make one with `openssl rand -hex 32`", from, minKey)
	}
	return scanner.NewIDKey([]byte(key)), nil
}

// parseSize reads a size such as 500k, 16MiB or none.
func parseSize(s string) (int64, error) {
	if s == "none" {
		return 1<<63 - 1, nil
	}
	number := strings.TrimRight(s, "kKMGiB")
	factor, known := map[string]int64{
		"": 1, "B": 1, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9,
		"KiB": 1 << 10, "kiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30,
	}[s[len(number):]]
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !known || n < 1 || n > (1<<62)/factor {
		return 0, usageError("--max-size %s: not a size: write a number with kB, MB, KiB or MiB, or none", s)
	}
	return n * factor, nil
}
