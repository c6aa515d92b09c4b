//go:build !linux

package gitrepo

func newLooker(root string) looker { return &pathLooker{root: root} }
