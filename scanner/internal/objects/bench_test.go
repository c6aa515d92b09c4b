package objects

import (
	"bytes"
	"flag"
	"runtime"
	"testing"
	"time"
)

// With -repo, tests and benchmarks also run on a repository of your own:
//
//	go test -run Repository -v ./scanner/internal/objects -args -repo=DIR.git -j=2
var (
	repoFlag    = flag.String("repo", "", "objects directory of a repository to read")
	workersFlag = flag.Int("j", 0, "workers for -repo")
	groupsFlag  = flag.Int("groups", 5, "blobs to attribute with -repo")
	everyFlag   = flag.Int("every", 10000, "which blobs: each so-manieth")
	wholeFlag   = flag.Bool("whole", false, "with -repo, look at whole objects")
)

// plainLiterals finds literals one by one and judges by the byte before.
type plainLiterals struct{ literals [][]byte }

func (e *plainLiterals) Find(dst []Hit, text []byte) []Hit {
	for class, l := range e.literals {
		for o := 0; ; o++ {
			i := bytes.Index(text[o:], l)
			if i < 0 {
				break
			}
			o += i
			dst = append(dst, Hit{Start: o, End: o + len(l), Class: uint8(class)})
		}
	}
	return dst
}
func (e *plainLiterals) Longest() int         { return 10 }
func (e *plainLiterals) Margin() int          { return 0 }
func (e *plainLiterals) Context() int         { return 100 }
func (e *plainLiterals) Opaque([]byte) bool   { return false }
func (e *plainLiterals) Head() int            { return 0 }
func (e *plainLiterals) Mode(uint64) Mode     { return Local }
func (e *plainLiterals) LocalClasses() uint64 { return ^uint64(0) }
func (e *plainLiterals) JudgeLocal(_ ID, _ Type, text []byte, h Hit) uint32 {
	return uint32(bytes.IndexByte(text, '-') + 1)
}
func (e *plainLiterals) JudgeWhole(ID, Type, []byte, []Hit) {}
func (e *plainLiterals) Found(ID, Type, Hit, uint32)        {}

func TestRepository(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("no -repo")
	}
	start := time.Now()
	s, err := Open(Options{ObjectDirs: []string{*repoFlag}, Workers: *workersFlag})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.load()
	loaded := time.Now()
	e := &plainLiterals{[][]byte{[]byte("hapikey"), []byte("hubapi.com"), []byte("pat-na1-")}}
	way := s.Scan
	if *wholeFlag {
		way = s.ScanWhole
	}
	st, err := way(background(), ScanOptions{Evaluator: e})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("load %v scan %v, sys %d MB", loaded.Sub(start), time.Since(loaded), m.Sys>>20)
	t.Logf("%+v", st)
}

func TestRepositoryAttribution(t *testing.T) {
	if *repoFlag == "" {
		t.Skip("no -repo")
	}
	s, err := Open(Options{ObjectDirs: []string{*repoFlag}, Workers: *workersFlag})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	tips, _, err := s.Dangling(background(), nil)
	if err != nil || len(tips) == 0 {
		t.Fatal("no commits", err)
	}
	var groups [][]ID
	n := 0
	s.Objects(background(), func(id ID, kind Type) error {
		if kind == Blob {
			if n++; n%*everyFlag == 0 && len(groups) < *groupsFlag {
				groups = append(groups, []ID{id})
			}
		}
		return nil
	})
	start := time.Now()
	list, probs, err := s.Attribute(background(), AttributeOptions{Groups: groups, Head: tips[0], Tips: tips, MaxPaths: 10})
	if err != nil {
		t.Fatal(err)
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	t.Logf("%d tips, %d groups in %v, sys %d MB, %d problems", len(tips), len(groups), time.Since(start), m.Sys>>20, len(probs))
	for _, h := range list[:min(3, len(list))] {
		t.Logf("%v %s %v", h.First.Commit, h.First.Path, h.Paths)
	}
}
