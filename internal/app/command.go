// SPDX-License-Identifier: Apache-2.0

// Package app puts the house together: configuration, the store and its keys,
// the rooms, the routes, and the commands of the program. It holds no rule of
// the field: it opens rooms and hands one to the other.
package app

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/alecthomas/kong"

	"escale/internal/access"
	"escale/internal/app/rooms"
	"escale/internal/exchange"
	"escale/internal/kit/clock"
	"escale/internal/kit/db"
	"escale/internal/kit/seal"
	"escale/internal/kit/text"
)

//go:embed fr.json
var catalogue embed.FS

// said are the sentences of the command line.
var said = text.MustLoadSentences(catalogue, "fr.json")

// say is the sentence of key with alternating names and values.
func say(key string, namesAndValues ...any) string { return said.Say(text.Msg(key, namesAndValues...)) }

// IO is where a command reads and writes.
type IO struct {
	In  io.Reader
	Out io.Writer // what was asked for: text, or JSON with --json
	Err io.Writer // progress and faults
}

// store says which store a command works on; every command has the same two
// flags.
type store struct {
	Data string `help:"${help_data}" placeholder:"DIR" env:"ESCALE_DATA" default:"escale-data" type:"path"`
	DB   string `name:"db" help:"${help_db}" placeholder:"URL" env:"ESCALE_DB"`
}

func (s store) config() rooms.Config { return rooms.Config{Data: s.Data, DB: s.DB} }

// commandLine is the program's grammar. Help texts are in the catalogue.
type commandLine struct {
	Demo     demoCommand     `cmd:"" help:"${help_demo}"`
	Serve    serveCommand    `cmd:"" help:"${help_serve}"`
	Doctor   doctorCommand   `cmd:"" help:"${help_doctor}"`
	Places   placesCommands  `cmd:"" help:"${help_places}"`
	Hours    hoursCommand    `cmd:"" help:"${help_hours}"`
	Advice   adviceCommand   `cmd:"" help:"${help_advice}"`
	Routes   routesCommand   `cmd:"" help:"${help_routes}"`
	Audit    auditCommands   `cmd:"" help:"${help_audit}"`
	Generate generateCommand `cmd:"" help:"${help_generate}"`
}

// Exit codes: 0 done; 1 the work failed or found a fault; 2 the command line or
// the file given is wrong.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// fault is an error already put in words for the person at the terminal.
type fault struct {
	code int
	text string
}

func (f *fault) Error() string { return f.text }

// Run reads args (without the program's name), does what they ask, and returns
// the program's exit code.
func Run(ctx context.Context, args []string, io IO) int {
	var line commandLine
	help := kong.Vars{}
	for key, sentence := range said {
		if len(key) > 5 && key[:5] == "help_" {
			help[key] = sentence
		}
	}
	exited := -1
	parser, err := kong.New(&line, kong.Name("escale"), kong.Description(say("help_program")), help,
		kong.Writers(io.Out, io.Err), kong.Exit(func(code int) { exited = code }),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(io), kong.UsageOnError())
	if err != nil {
		fmt.Fprintln(io.Err, err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(io.Err, say("usage.wrong", "why", err))
		return exitUsage
	}
	if err := parsed.Run(); err != nil {
		return explain(io, err)
	}
	return exitDone
}

// explain tells the person at the terminal what went wrong and how to mend it.
func explain(io IO, err error) int {
	var f *fault
	var newer *db.NewerError
	var refused *exchange.Refusal
	var file *fs.PathError
	switch {
	case errors.As(err, &f):
		if f.text != "" {
			fmt.Fprintln(io.Err, f.text)
		}
		return f.code
	case errors.As(err, &refused):
		fmt.Fprintln(io.Err, refused)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(io.Err, say("stopped"))
	case errors.Is(err, db.ErrKey):
		fmt.Fprintln(io.Err, say("store.wrong_key"))
	case errors.Is(err, rooms.ErrKeyLost):
		fmt.Fprintln(io.Err, say("store.key_lost"))
	case errors.Is(err, db.ErrFull):
		fmt.Fprintln(io.Err, say("store.full"))
	case errors.As(err, &newer):
		fmt.Fprintln(io.Err, say("store.newer", "store", newer.Store, "program", newer.Program))
	case errors.As(err, &file):
		fmt.Fprintln(io.Err, say("path.unusable", "path", file.Path, "why", cause(err)))
	default:
		fmt.Fprintln(io.Err, say("failed", "why", err))
	}
	return exitFailed
}

// causes are the reasons a system gives for not opening a file or an address,
// and the key of the words that say each.
var causes = []struct {
	err error
	key string
}{
	{fs.ErrNotExist, "cause.missing"},
	{fs.ErrPermission, "cause.forbidden"},
	{syscall.EISDIR, "cause.folder"},
	{syscall.ENOTDIR, "cause.not_folder"},
	{syscall.EROFS, "cause.read_only"},
	{syscall.ENOSPC, "cause.full"},
	{syscall.EADDRINUSE, "cause.taken"},
	{syscall.EADDRNOTAVAIL, "cause.elsewhere"},
}

// cause says in words why a file or an address could not be opened; what is not
// known stays as the system says it.
func cause(err error) string {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return say(c.key)
		}
	}
	return err.Error()
}

// openRooms opens the house that c names, and puts in words what only its key
// file or its server can explain.
func openRooms(ctx context.Context, c rooms.Config, policy access.Policy, now clock.Clock) (*rooms.Rooms, error) {
	r, err := rooms.Open(ctx, c, policy, now)
	if err == nil {
		return r, nil
	}
	var newer *db.NewerError
	var file *fs.PathError
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, db.ErrKey), errors.Is(err, rooms.ErrKeyLost), errors.Is(err, db.ErrFull),
		errors.As(err, &newer), errors.As(err, &file):
		return nil, err // explained for every command
	}
	if _, wrong := seal.ReadMaster(c.KeyFile()); wrong != nil {
		return nil, &fault{exitFailed, say("store.not_a_key", "file", c.KeyFile())}
	}
	return nil, &fault{exitFailed, say("store.closed", "why", err)}
}

// printJSON writes v as indented JSON, without escaping what HTML would.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// openFile opens a file named on the command line, with a plain word when it
// cannot be.
func openFile(name string) (*os.File, error) {
	f, err := os.Open(name)
	if err == nil {
		var st fs.FileInfo
		if st, err = f.Stat(); err == nil && st.IsDir() {
			err = errors.Join(syscall.EISDIR, f.Close())
		}
	}
	if err != nil {
		return nil, &fault{exitUsage, say("file.unreadable", "file", name, "why", cause(err))}
	}
	return f, nil
}
