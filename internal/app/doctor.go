// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"escale/internal/access"
	"escale/internal/app/rooms"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/seal"
)

// doctorCommand says what is wrong with a set-up and how to mend it. It changes
// nothing.
type doctorCommand struct {
	store
	Addr string `help:"${help_addr}" default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	JSON bool   `name:"json" help:"${help_json}"`
}

// check is one thing looked at.
type check struct {
	Name   string `json:"name"`
	Well   bool   `json:"well"`
	Says   string `json:"says"`
	Remedy string `json:"remedy,omitempty"`
}

// doctorAnswer is what --json prints; see docs/commands.md.
type doctorAnswer struct {
	Well   bool    `json:"well"`
	Checks []check `json:"checks"`
}

// leastRoom is the free space under which a disk is called nearly full.
const leastRoom = 500 << 20 // bytes

func (c doctorCommand) Run(ctx context.Context, io IO) error {
	answer := doctorAnswer{Well: true}
	for _, look := range []func(context.Context) check{c.folder, c.disk, c.key, c.opens, c.address} {
		one := look(ctx)
		answer.Well = answer.Well && one.Well
		answer.Checks = append(answer.Checks, one)
	}
	if c.JSON {
		if err := printJSON(io.Out, answer); err != nil {
			return err
		}
	} else {
		for _, one := range answer.Checks {
			fmt.Fprintln(io.Out, say("doctor.line."+map[bool]string{true: "well", false: "ill"}[one.Well], "says", one.Says))
			if one.Remedy != "" {
				fmt.Fprintln(io.Out, "  "+one.Remedy)
			}
		}
	}
	if !answer.Well {
		return &fault{code: exitFailed}
	}
	return nil
}

// found makes a check of name: key says it, and key + ".remedy" how to mend it
// when it is not well.
func found(name string, well bool, key string, namesAndValues ...any) check {
	c := check{Name: name, Well: well, Says: say(key, namesAndValues...)}
	if !well {
		c.Remedy = say(key+".remedy", namesAndValues...)
	}
	return c
}

func (c doctorCommand) folder(context.Context) check {
	st, err := os.Stat(c.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found("folder", false, "doctor.folder.none", "dir", c.Data)
	case err != nil || !st.IsDir():
		return found("folder", false, "doctor.folder.wrong", "dir", c.Data)
	case st.Mode().Perm()&0o077 != 0:
		return found("folder", false, "doctor.folder.open", "dir", c.Data)
	}
	probe, err := os.CreateTemp(c.Data, ".doctor-*")
	if err != nil {
		return found("folder", false, "doctor.folder.readonly", "dir", c.Data)
	}
	probe.Close()
	os.Remove(probe.Name())
	return found("folder", true, "doctor.folder.well", "dir", c.Data)
}

func (c doctorCommand) disk(context.Context) check {
	room, err := db.RoomOn(c.Data)
	if err != nil {
		return found("disk", true, "doctor.disk.unknown")
	}
	return found("disk", room >= leastRoom, map[bool]string{true: "doctor.disk.well", false: "doctor.disk.full"}[room >= leastRoom], "megabytes", room>>20)
}

func (c doctorCommand) key(context.Context) check {
	file := c.config().KeyFile()
	st, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		_, stored := os.Stat(c.config().StoreFile())
		if stored != nil && c.DB == "" {
			return found("key", true, "doctor.key.new")
		}
		return found("key", false, "doctor.key.none", "file", file)
	}
	if err == nil {
		_, err = seal.ReadMaster(file)
	}
	switch {
	case err != nil:
		return found("key", false, "doctor.key.wrong", "file", file)
	case st.Mode().Perm()&0o077 != 0:
		return found("key", false, "doctor.key.open", "file", file)
	}
	return found("key", true, "doctor.key.well", "file", file)
}

// opens tries the store itself, only when opening it would create neither it nor
// its key.
func (c doctorCommand) opens(ctx context.Context) check {
	if _, err := os.Stat(c.config().KeyFile()); err != nil && c.DB != "" {
		return found("store", false, "doctor.store.key_lost")
	}
	if _, err := os.Stat(filepath.Join(c.Data, filepath.Base(c.config().StoreFile()))); err != nil && c.DB == "" {
		return found("store", true, "doctor.store.new")
	}
	r, err := rooms.Open(ctx, c.config(), access.DefaultPolicy(), clock.System)
	var newer *db.NewerError
	switch {
	case errors.Is(err, db.ErrKey), errors.Is(err, seal.ErrBroken):
		return found("store", false, "doctor.store.wrong_key")
	case errors.Is(err, rooms.ErrKeyLost):
		return found("store", false, "doctor.store.key_lost")
	case errors.As(err, &newer):
		return found("store", false, "doctor.store.newer", "store", newer.Store, "program", newer.Program)
	case err != nil:
		return found("store", false, "doctor.store.closed", "why", err)
	}
	return found("store", true, "doctor.store.well", "why", r.Close())
}

func (c doctorCommand) address(context.Context) check {
	l, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return found("address", false, "doctor.address.taken", "address", c.Addr)
	}
	l.Close()
	return found("address", true, "doctor.address.well", "address", c.Addr)
}
