// SPDX-License-Identifier: Apache-2.0

//go:build unix

package db

import "golang.org/x/sys/unix"

// RoomOn is how many bytes may still be written on the disk of path.
func RoomOn(path string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return 0, err
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
