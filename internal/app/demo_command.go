// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"escale/internal/access"
	"escale/internal/app/demo"
	"escale/internal/app/rooms"
)

// demoCommand opens the demonstration network.
type demoCommand struct {
	Data  string `help:"${help_data}" placeholder:"DIR" default:"escale-demo" type:"path"`
	Addr  string `help:"${help_addr}" default:"127.0.0.1:8044" placeholder:"HOST:PORT"`
	Fresh bool   `help:"${help_fresh}"`
	JSON  bool   `name:"json" help:"${help_json}"`
}

// demoMark names a folder as a demonstration's: only such a folder is erased by
// --fresh, and only in such a folder are the known passwords made.
const demoMark = "demonstration"

// demoAnswer is what --json prints once the address answers; see docs/commands.md.
type demoAnswer struct {
	Address  string         `json:"address"`
	Data     string         `json:"data"`
	Accounts []demo.Account `json:"accounts"`
	Try      []string       `json:"try"`
}

func (c demoCommand) Run(ctx context.Context, io IO) error {
	if err := c.prepare(); err != nil {
		return err
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	// Nobody has a second factor here: nothing is real, and a stranger must be
	// able to try every role with what the terminal prints.
	policy := access.DefaultPolicy()
	policy.SecondFactor = nil
	var now demo.Clock
	r, err := openRooms(ctx, rooms.Config{Data: c.Data}, policy, now.Now)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer r.Close()
	if err := c.fill(ctx, io, r, &now); err != nil {
		return errors.Join(err, listener.Close())
	}
	who, err := demo.Network()
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	base := "http://" + listener.Addr().String()
	site, err := newSite(r, siteOptions{network: demoIdentity(who), base: base, log: logger(io)})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if err := c.tell(io, base); err != nil {
		return errors.Join(err, listener.Close())
	}
	return site.run(ctx, listener)
}

// demoIdentity is the demonstration's network, in Loire-Atlantique.
func demoIdentity(who demo.Identity) identity {
	return identity{Name: who.Name, Phone: who.Phone, TechPhone: who.TechPhone, Contact: who.Contact, Zone: "Europe/Paris"}
}

// prepare makes the folder, or refuses one that is not a demonstration's.
func (c demoCommand) prepare() error {
	mark := filepath.Join(c.Data, demoMark)
	entries, err := os.ReadDir(c.Data)
	if err == nil && len(entries) > 0 {
		if _, err := os.Stat(mark); err != nil {
			return &fault{exitUsage, say("demo.not_ours", "dir", c.Data)}
		}
		if !c.Fresh {
			return nil
		}
		if err := os.RemoveAll(c.Data); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return err
	}
	return os.WriteFile(mark, nil, 0o600)
}

// filled marks a demonstration told to its end: one cut short is told again.
const filled = "ready"

func (c demoCommand) fill(ctx context.Context, io IO, r *rooms.Rooms, now *demo.Clock) error {
	done := filepath.Join(c.Data, filled)
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if !r.Fresh {
		return &fault{exitFailed, say("demo.cut_short")}
	}
	p := newProgress(io.Err, say("demo.filling"))
	defer p.end()
	if err := demo.Fill(ctx, r, now, p.at); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o600)
}

func (c demoCommand) tell(io IO, base string) error {
	accounts, err := demo.Accounts()
	if err != nil {
		return err
	}
	try := []string{say("demo.try.1"), say("demo.try.2"), say("demo.try.3"), say("demo.try.4")}
	if c.JSON {
		return printJSON(io.Out, demoAnswer{Address: base, Data: c.Data, Accounts: accounts, Try: try})
	}
	fmt.Fprintln(io.Out, say("demo.ready", "address", base))
	fmt.Fprintln(io.Out, say("demo.logins", "password", demo.Password))
	for _, a := range accounts {
		fmt.Fprintf(io.Out, "  %-8s %-16s %s\n", a.Login, a.Name, say("role."+string(a.Role)))
	}
	fmt.Fprintln(io.Out, say("demo.try"))
	for _, t := range try {
		fmt.Fprintln(io.Out, "  "+t)
	}
	return nil
}
