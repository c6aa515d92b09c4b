package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/unhapi/unhapi/report"
	"github.com/unhapi/unhapi/rules"
)

// outputFlags is what was typed about the reports.
type outputFlags struct {
	formats []string
	output  string
	show    []string
	all     bool
	strict  bool
	exit    bool
}

func (f *outputFlags) register(fs *pflag.FlagSet) {
	inGroup(fs, groupOutput, func(fs *pflag.FlagSet) {
		fs.StringArrayVarP(&f.formats, "format", "f", nil, "write `FORMAT[=FILE]`: "+strings.Join(formatNames(), ", ")+"; may be repeated (default text)")
		fs.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of stdout; - is stdout")
		fs.StringSliceVar(&f.show, "show", nil, "show what is hidden, too: `WHAT` is all, suppressed, older, or kinds such as mention")
		fs.BoolVar(&f.all, "all", false, "show older findings, too (with --staged and --new-from)")
		fs.BoolVar(&f.strict, "strict", false, "exit 3 if a limit left anything out")
		fs.BoolVar(&f.exit, "exit-zero", false, "exit 0 even if there are findings")
	})
}

// output is where reports go, and what is in them.
type output struct {
	destinations     []destination
	show             report.Show
	strict, exitZero bool
}

// destination is one report: a format and a file, "" for stdout.
type destination struct {
	format report.Format
	file   string
}

// means says what was typed.
func (a *app) means(f outputFlags) (output, error) {
	out := output{strict: f.strict, exitZero: f.exit}
	var err error
	if out.show, err = parseShow(f.show); err != nil {
		return out, err
	}
	out.show.Older = out.show.Older || f.all
	if len(f.formats) == 0 {
		f.formats = []string{"text"}
	}
	taken := map[string]string{}
	for _, typed := range f.formats {
		d, err := parseDestination(typed, f.output)
		if err != nil {
			return out, err
		}
		if other, ok := taken[d.file]; ok {
			return out, usageError("%s and %s go to the same place: name a file, such as -f %s=FILE", other, typed, d.format.Name)
		}
		taken[d.file] = typed
		out.destinations = append(out.destinations, d)
	}
	if _, used := taken[f.output]; f.output != "" && f.output != "-" && !used {
		return out, usageError("--output %s: every format has a file of its own already: leave out --output, or one of the files", f.output)
	}
	return out, nil
}

func parseDestination(typed, output string) (destination, error) {
	name, file, named := strings.Cut(typed, "=")
	if named && file == "" {
		return destination{}, usageError("--format %s: no file after \"=\": write %s=FILE, or %s for stdout", typed, name, name)
	}
	if !named {
		file = output
	}
	if file == "-" {
		file = ""
	}
	for _, format := range report.Formats() {
		if format.Name == name {
			return destination{format, file}, nil
		}
	}
	known := formatNames()
	return destination{}, usageError("--format %s: no such format: %s", name, didYouMean("", name, known, "use one of "+strings.Join(known, ", ")))
}

func formatNames() []string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return names
}

// parseShow reads the values of --show.
func parseShow(typed []string) (report.Show, error) {
	show := report.Show{Kinds: map[rules.Kind]bool{}}
	for _, what := range typed {
		switch what = strings.TrimSpace(what); what {
		case "":
		case "all":
			show.All = true
		case "suppressed":
			show.Suppressed = true
		case "older":
			show.Older = true
		default:
			kind, err := rules.ParseKind(what)
			if err != nil {
				known := showable()
				return show, usageError("--show %s: nothing of that name: %s", what, didYouMean("", what, known, "use "+strings.Join(known, ", ")))
			}
			show.Kinds[kind] = true
		}
	}
	return show, nil
}

func showable() []string {
	known := []string{"all", "suppressed", "older"}
	for _, k := range rules.Kinds() {
		if k.Severity() == rules.Hidden {
			known = append(known, string(k))
		}
	}
	return known
}

// write writes a report to each of its destinations, files first: a reader of
// stdout may go away.
func (a *app) write(out output, rep *report.Report) error {
	for _, d := range out.destinations {
		if d.file == "" {
			continue
		}
		err := writeFile(d.file, func(w io.Writer) error {
			return d.format.Write(w, rep, report.Style{Color: a.global.color == "always"})
		})
		if err != nil {
			return usageError("%s: %v: name a file in a folder that can be written", d.file, plain(err))
		}
		a.note("%s: %s, as %s", d.file, count(rep.Failing, "failing finding"), d.format.Name)
	}
	for _, d := range out.destinations {
		if d.file == "" {
			err := a.toStdout(func(w io.Writer) error { return d.format.Write(w, rep, a.style(rep.Source.Root)) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// style says how to write to stdout.
func (a *app) style(root string) report.Style {
	s := report.Style{Color: a.colour(a.stdout), Width: a.width(a.stdout)}
	if terminal(a.stdout) && root != "" {
		s.Root = relativeRoot(root)
	}
	return s
}

// relativeRoot is what stands before the paths below root, seen from the
// working directory.
func relativeRoot(root string) string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return ""
	}
	rel, err := filepath.Rel(dir, root)
	if err != nil || rel == "." {
		return ""
	}
	return filepath.ToSlash(rel) + "/"
}

// writeFile writes a file as a whole or not at all. A link is followed; a
// device or a pipe is written to as it is.
func writeFile(path string, write func(io.Writer) error) error {
	return writeFileAs(path, reportMode, write)
}

func writeFileAs(path string, mode fs.FileMode, write func(io.Writer) error) error {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		if info.IsDir() {
			return errors.New("is a folder")
		}
		return writeDevice(path, write)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+name+"-*")
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(temp, 1<<16)
	err = errors.Join(write(b), b.Flush(), temp.Chmod(mode), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
	return err
}

// reportMode lets everybody read a report: it holds no secret.
const reportMode fs.FileMode = 0o644

func writeDevice(path string, write func(io.Writer) error) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// toStdout writes to stdout through a buffer. That the reader went away is no
// error.
func (a *app) toStdout(write func(io.Writer) error) error {
	b := bufio.NewWriterSize(a.stdout, 1<<16)
	if err := errors.Join(write(b), b.Flush()); err != nil && !brokenPipe(err) {
		return fmt.Errorf("stdout: %w", err)
	}
	return nil
}
