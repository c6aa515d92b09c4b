package walk

import "golang.org/x/sys/unix"

func bindMount(from, to string) error { return unix.Mount(from, to, "", unix.MS_BIND, "") }

func unmount(dir string) { _ = unix.Unmount(dir, unix.MNT_DETACH) }
