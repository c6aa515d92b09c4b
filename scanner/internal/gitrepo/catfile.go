package gitrepo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MaxObject is how large an object may be to be read: a file larger than this is no source text.
const MaxObject = 1 << 30

// CatFileAll visits every object that the repository has, reachable or not, once, in no order, by way of the git
// program: the fallback where nothing faster applies. The data is valid only during the call. An object that git lists
// and cannot read is passed to missing, and the others are visited all the same; without missing it is an error.
// The first error of a visit ends it and is returned.
func (r *Repo) CatFileAll(ctx context.Context, visit func(id ID, typ Type, data []byte) error, missing func(id ID, reason string)) error {
	g, err := r.gitFor("its objects")
	if err != nil {
		return err
	}
	if err := r.checkLoose(); err != nil {
		return err
	}
	if err := g.checkAccess(ctx); err != nil {
		return err
	}
	all := allObjects{g: g, visit: visit, missing: missing}
	err = all.bulk(ctx)
	if err == nil || all.ended || ctx.Err() != nil || errors.Is(err, errStalled) {
		return err
	}
	return all.rest(ctx, err)
}

type allObjects struct {
	g       *gitProgram
	visit   func(ID, Type, []byte) error
	missing func(ID, string)
	done    int  // objects
	ended   bool // by the caller's visit
}

// bulk lets git write out everything in one go. At the first damaged object git gives up.
func (a *allObjects) bulk(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := a.g.command(ctx, []string{"cat-file", "--batch-all-objects", "--batch", "--unordered", "--buffer"})
	errs := limited{limit: gitMaxErrors, cut: true}
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("git cat-file in %s: %w", a.g.repo.Where(), err)
	}
	err = a.read(&batchOutput{repo: a.g.repo, in: bufio.NewReaderSize(watched{out, cancel}, 1<<18)})
	if a.ended || err != nil {
		cancel()
	}
	werr := cmd.Wait()
	switch {
	case a.ended:
		return err
	case errors.Is(err, errStalled):
		return fmt.Errorf("git cat-file in %s: %w", a.g.repo.Where(), err)
	case werr != nil && ctx.Err() == nil, werr != nil && err == nil:
		return a.g.failure(ctx, "cat-file", werr, errs.String())
	}
	return err
}

func (a *allObjects) read(b *batchOutput) error {
	for {
		id, typ, data, err := b.next()
		switch {
		case err == io.EOF:
			return nil
		case errors.Is(err, ErrMissing), errors.Is(err, errTooLarge):
			if a.missing == nil {
				return err
			}
			a.missing(id, err.Error())
		case err != nil:
			return err
		default:
			if err := a.visit(id, typ, data); err != nil {
				a.ended = true
				return err
			}
		}
		a.done++
	}
}

const maxDamaged = 10_000 // objects; each costs a new process

// rest goes on behind the object at which bulk failed, one by one. Git lists the names, in the same order, without
// looking at the objects.
func (a *allObjects) rest(ctx context.Context, failed error) error {
	out, err := a.g.output(ctx, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)", "--unordered")
	if err != nil || a.missing == nil {
		return failed
	}
	n, damaged := 0, 0
	for line := range strings.Lines(out) {
		if n++; n <= a.done {
			continue
		}
		id, err := a.g.repo.parseID(strings.TrimSpace(line))
		if err != nil {
			return failed
		}
		typ, data, err := a.g.repo.batch.get(ctx, a.g.repo, id)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			if damaged++; damaged > maxDamaged {
				return fmt.Errorf("%s: more than %d damaged objects: %w", a.g.repo.Where(), maxDamaged, err)
			}
			a.missing(id, err.Error())
		default:
			if err := a.visit(id, typ, data); err != nil {
				return err
			}
		}
	}
	if damaged == 0 {
		return failed // it was something else
	}
	return nil
}

var errStalled = fmt.Errorf("no answer for %v; check the file system", gitTimeout)

// watched ends a process that writes nothing for too long. The time that its reader takes does not count.
type watched struct {
	in   io.Reader
	stop func()
}

func (w watched) Read(b []byte) (int, error) {
	timer := time.AfterFunc(gitTimeout, w.stop)
	n, err := w.in.Read(b)
	if !timer.Stop() {
		err = errStalled
	}
	return n, err
}

// checkAccess finds out whether git accepts the repository, and asks for the user's safe.directory entries if not.
func (g *gitProgram) checkAccess(ctx context.Context) error {
	_, err := g.output(ctx, "rev-parse", "--git-dir")
	return err
}

// batchOutput reads what "git cat-file --batch" writes.
type batchOutput struct {
	repo *Repo
	in   *bufio.Reader
	buf  []byte
}

// errTooLarge is a size beyond MaxObject; the object is passed over.
var errTooLarge = fmt.Errorf("more than %d MiB, which is the limit for one object", MaxObject>>20)

// next reads "ID TYPE SIZE\nDATA\n" or "ID missing\n". The end is io.EOF.
func (b *batchOutput) next() (ID, Type, []byte, error) {
	line, err := b.in.ReadString('\n')
	if err == io.EOF && line == "" {
		return "", 0, nil, io.EOF
	}
	broken := fmt.Errorf("git cat-file in %s: the answer ends in the middle", b.repo.Where())
	if errors.Is(err, errStalled) {
		broken = err
	}
	if err != nil {
		return "", 0, nil, broken
	}
	f := strings.Fields(line)
	if len(f) < 2 {
		return "", 0, nil, broken
	}
	id, _ := b.repo.parseID(f[0])
	if len(f) == 2 {
		return id, 0, nil, fmt.Errorf("%s: %w", f[0], ErrMissing)
	}
	typ, err1 := ParseType(f[1])
	size, err2 := strconv.ParseInt(f[2], 10, 64)
	if id == "" || err1 != nil || err2 != nil || size < 0 {
		return "", 0, nil, broken
	}
	if size > MaxObject {
		if _, err := io.CopyN(io.Discard, b.in, size+1); err != nil {
			return "", 0, nil, broken
		}
		return id, typ, nil, fmt.Errorf("%s %s: %w", typ, id, errTooLarge)
	}
	if int64(cap(b.buf)) < size+1 {
		b.buf = make([]byte, size+1+size/4)
	}
	data := b.buf[:size+1]
	if _, err := io.ReadFull(b.in, data); err != nil {
		if errors.Is(err, errStalled) {
			broken = err
		}
		return "", 0, nil, broken
	}
	return id, typ, data[:size], nil
}

// batchReader is a running "git cat-file --batch" that answers one question at a time.
type batchReader struct {
	mu     sync.Mutex
	cmd    *exec.Cmd
	cancel context.CancelFunc
	ask    io.WriteCloser
	out    batchOutput
	errs   *limited
}

// get asks for one object. The process serves until close; a caller that gives up ends it.
func (b *batchReader) get(ctx context.Context, r *Repo, id ID) (Type, []byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return 0, nil, err
	}
	if b.cmd == nil {
		if err := b.start(ctx, r); err != nil {
			return 0, nil, err
		}
	}
	ctx, done := context.WithTimeout(ctx, gitTimeout)
	defer done()
	stop := context.AfterFunc(ctx, b.cancel)
	_, err := io.WriteString(b.ask, id.String()+"\n")
	var typ Type
	var data []byte
	if err == nil {
		_, typ, data, err = b.out.next()
	}
	b.out.buf = nil // the data belongs to the caller
	if !stop() {
		err = errors.Join(ctx.Err(), err)
	}
	if err != nil && !errors.Is(err, ErrMissing) && !errors.Is(err, errTooLarge) {
		b.stop() // first: it still writes errs
		if strings.Contains(b.errs.String(), "promisor remote") {
			// A git before 2.45 knows no other way than to fetch the object, which it may not, and to die.
			return 0, nil, fmt.Errorf("object %s: %w", id, ErrMissing)
		}
		err = fmt.Errorf("git cat-file in %s: object %s: %w %s", r.Where(), id, err, lastLine(b.errs.String()))
	}
	return typ, data, err
}

func (b *batchReader) start(ctx context.Context, r *Repo) error {
	g, err := r.git()
	if err != nil {
		return err
	}
	if err := g.checkAccess(ctx); err != nil {
		return err
	}
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	cmd := g.command(own, []string{"cat-file", "--batch"})
	ask, err := cmd.StdinPipe()
	if err == nil {
		var out io.Reader
		if out, err = cmd.StdoutPipe(); err == nil {
			b.out = batchOutput{repo: r, in: bufio.NewReader(out)}
			b.errs = &limited{limit: gitMaxErrors, cut: true}
			cmd.Stderr = b.errs
			err = cmd.Start()
		}
	}
	if err != nil {
		cancel()
		return fmt.Errorf("git cat-file in %s: %w", r.Where(), err)
	}
	b.cmd, b.cancel, b.ask = cmd, cancel, ask
	return nil
}

// stop ends the process; the next question starts another.
func (b *batchReader) stop() {
	if b.cmd != nil {
		b.ask.Close()
		b.cancel()
		_ = b.cmd.Wait() // it was killed
		b.cmd = nil
	}
}

func (b *batchReader) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stop()
	return nil
}
