package walk

import "golang.org/x/sys/unix"

// shortReadIsEnd reports whether the file system of an open directory is one where a read of a regular file gives all that
// was asked for unless the file ends. Network and user-space file systems, and those that make contents up, may stop
// anywhere.
func shortReadIsEnd(fd int) bool {
	var st unix.Statfs_t
	if unix.Fstatfs(fd, &st) != nil {
		return false
	}
	switch uint32(st.Type) {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.TMPFS_MAGIC, unix.OVERLAYFS_SUPER_MAGIC,
		unix.F2FS_SUPER_MAGIC, unix.RAMFS_MAGIC, unix.SQUASHFS_MAGIC, unix.EROFS_SUPER_MAGIC_V1, zfsMagic:
		return true
	}
	return false
}

const zfsMagic = 0x2fc12fc1
