package cli

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/unhapi/unhapi/rules"
	"github.com/unhapi/unhapi/testdata/demo"
)

// demoStep is one commit of the example repository.
type demoStep struct {
	message                  string
	date, branch, merge, tag string
	files                    []txtar.File
}

// demoSteps reads the commits and puts made-up keys in.
func demoSteps(set *rules.Set) ([]demoStep, error) {
	names, err := fs.Glob(demo.Commits, "*.txtar")
	if err != nil {
		return nil, err
	}
	var steps []demoStep
	for _, name := range names {
		content, err := demo.Commits.ReadFile(name)
		if err != nil {
			return nil, err
		}
		archive := txtar.Parse(content)
		step := demoStep{}
		step.comment(string(archive.Comment))
		for _, f := range archive.Files {
			text, _ := rules.Expand(set.Packs, string(f.Data))
			step.files = append(step.files, txtar.File{Name: f.Name, Data: []byte(text)})
		}
		steps = append(steps, step)
	}
	return steps, nil
}

// comment takes a comment apart: lines such as "tag: v1" say what else there
// is to do, the others are the message.
func (s *demoStep) comment(text string) {
	for _, line := range strings.Split(text, "\n") {
		key, value, _ := strings.Cut(line, ": ")
		field := map[string]*string{"date": &s.date, "branch": &s.branch, "merge": &s.merge, "tag": &s.tag}[key]
		if field == nil {
			s.message += line + "\n"
			continue
		}
		*field = value
	}
	s.message = strings.TrimSpace(s.message) + "\n"
}

// demoRepository writes the example repository into a folder; git is the path
// of the program, "" where there is none.
type demoRepository struct{ dir, git string }

func (r demoRepository) write(ctx context.Context, steps []demoStep) error {
	if err := r.run(ctx, demoStep{date: steps[0].date}, "init", "-q", "--template="); err != nil {
		return err
	}
	// Not "init -b": older versions of git do not have it.
	if err := r.run(ctx, demoStep{date: steps[0].date}, "symbolic-ref", "HEAD", "refs/heads/main"); err != nil {
		return err
	}
	branches := map[string]bool{"main": true}
	for _, s := range steps {
		if err := r.commit(ctx, s, branches); err != nil {
			return err
		}
	}
	return nil
}

func (r demoRepository) commit(ctx context.Context, s demoStep, branches map[string]bool) error {
	var commands [][]string
	switch {
	case s.branch != "" && branches[s.branch]:
		commands = append(commands, []string{"checkout", "-q", s.branch})
	case s.branch != "":
		commands = append(commands, []string{"checkout", "-q", "-b", s.branch})
	}
	branches[s.branch] = true
	for _, command := range commands {
		if err := r.run(ctx, s, command...); err != nil {
			return err
		}
	}
	if err := r.files(s.files); err != nil {
		return err
	}
	commands = [][]string{{"add", "-A"}, {"commit", "-q", "-m", s.message}}
	if s.merge != "" {
		commands = [][]string{{"merge", "-q", "--no-ff", "-m", s.message, s.merge}}
	}
	if s.tag != "" {
		commands = append(commands, []string{"tag", "-a", "-m", s.tag, s.tag})
	}
	for _, command := range commands {
		if err := r.run(ctx, s, command...); err != nil {
			return err
		}
	}
	return nil
}

// files writes the files of a commit; one without content is removed.
func (r demoRepository) files(files []txtar.File) error {
	for _, f := range files {
		path := filepath.Join(r.dir, filepath.FromSlash(f.Name))
		if len(f.Data) == 0 {
			if err := os.Remove(path); err != nil {
				return err
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// run runs git with the identity and the date of the demo. Nothing that the
// user or the machine configured takes part.
func (r demoRepository) run(ctx context.Context, s demoStep, args ...string) error {
	if r.git == "" {
		return nil
	}
	cmd := exec.CommandContext(ctx, r.git, args...)
	cmd.Dir = r.dir
	nowhere := filepath.Join(r.dir, ".git", "nowhere")
	for _, v := range os.Environ() {
		switch key, _, _ := strings.Cut(v, "="); strings.ToUpper(key) {
		case "PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP":
			cmd.Env = append(cmd.Env, v)
		}
	}
	const who, mail = "Robin Example", "robin@tea.example"
	cmd.Env = append(cmd.Env,
		"HOME="+nowhere, "XDG_CONFIG_HOME="+nowhere, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_CEILING_DIRECTORIES="+filepath.Dir(r.dir), "LC_ALL=C", "TZ=UTC",
		"GIT_AUTHOR_NAME="+who, "GIT_AUTHOR_EMAIL="+mail, "GIT_AUTHOR_DATE="+s.date,
		"GIT_COMMITTER_NAME="+who, "GIT_COMMITTER_EMAIL="+mail, "GIT_COMMITTER_DATE="+s.date)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return nil
}
