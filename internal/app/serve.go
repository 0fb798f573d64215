// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"escale/internal/access"
	"escale/internal/kit/clock"
	"escale/internal/territory"
	"escale/internal/web/shared"
)

// serveCommand runs the house for real.
type serveCommand struct {
	store
	Addr         string   `help:"${help_addr}" default:"127.0.0.1:8080" placeholder:"HOST:PORT" env:"ESCALE_ADDR"`
	PublicURL    string   `name:"public-url" help:"${help_public_url}" placeholder:"URL" env:"ESCALE_PUBLIC_URL"`
	NetworkName  string   `name:"network-name" help:"${help_network_name}" default:"Escale" env:"ESCALE_NETWORK_NAME"`
	NetworkPhone string   `name:"network-phone" help:"${help_network_phone}" placeholder:"+33…" required:"" env:"ESCALE_NETWORK_PHONE"`
	Zone         string   `help:"${help_zone}" default:"Europe/Paris" placeholder:"ZONE" env:"ESCALE_ZONE"`
	TrustedProxy []string `name:"trusted-proxy" help:"${help_trusted_proxy}" placeholder:"CIDR" env:"ESCALE_TRUSTED_PROXY"`
	Contact      string   `name:"contact" help:"${help_contact}" placeholder:"EMAIL" env:"ESCALE_CONTACT"`
}

func (c serveCommand) Run(ctx context.Context, io IO) error {
	proxies, err := c.proxies()
	if err != nil {
		return err
	}
	if _, err := time.LoadLocation(c.Zone); err != nil {
		return &fault{exitUsage, say("serve.zone", "zone", c.Zone)}
	}
	r, err := openRooms(ctx, c.config(), access.DefaultPolicy(), clock.System)
	if err != nil {
		return err
	}
	defer r.Close()
	if r.Fresh {
		fmt.Fprintln(io.Err, say("serve.key_made", "file", r.Config.KeyFile()))
	}
	listener, err := listen(c.Addr)
	if err != nil {
		return err
	}
	base := strings.TrimSuffix(c.PublicURL, "/")
	if base == "" {
		base = "http://" + listener.Addr().String()
	}
	token, err := r.Keeper.CreateFirstAdministrator(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if token != "" {
		fmt.Fprintln(io.Out, say("serve.first_administrator", "link", base+linkPath+token))
	}
	site, err := newSite(r, siteOptions{
		network: identity{Name: c.NetworkName, Phone: c.NetworkPhone, Contact: c.Contact, Zone: c.Zone},
		https:   strings.HasPrefix(c.PublicURL, "https://"), base: base, proxies: proxies, log: logger(io),
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintln(io.Out, say("serve.ready", "address", base))
	return site.run(ctx, listener)
}

// proxies reads which proxies are believed about the visitor's address. A house
// reached over HTTPS has one before it, most often on the machine itself.
func (c serveCommand) proxies() ([]netip.Prefix, error) {
	if len(c.TrustedProxy) == 0 && c.PublicURL != "" {
		return loopback, nil
	}
	var list []netip.Prefix
	for _, text := range c.TrustedProxy {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, &fault{exitUsage, say("serve.proxy", "value", text)}
		}
		list = append(list, p)
	}
	return list, nil
}

// identity is the network as shown on every page.
type identity struct{ Name, Phone, TechPhone, Contact, Zone string }

func (n identity) shared() (shared.Network, error) {
	zone, err := time.LoadLocation(n.Zone)
	return shared.Network{
		Name: n.Name, Phone: n.Phone, TechPhone: n.TechPhone, Contact: n.Contact,
		From: 9 * time.Hour, To: 17 * time.Hour, Zone: zone,
	}, err
}

// listen takes the address, or says in words who else may have it.
func listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, &fault{exitFailed, say("serve.address_taken", "address", addr, "why", cause(err))}
	}
	return l, nil
}

func logger(io IO) *slog.Logger {
	return slog.New(slog.NewTextHandler(io.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// Limits of one connection: a slow telephone has time, a stuck one does not
// hold the server.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 60 * time.Second
	writeTimeout  = 60 * time.Second
	idleTimeout   = 2 * time.Minute
	// stopTimeout is how long pages being answered may take to finish when the
	// program is asked to stop.
	stopTimeout = 5 * time.Second
	// sweepEvery is how often sessions that are over are removed.
	sweepEvery = time.Hour
)

// run serves until ctx ends, then lets the pages being answered finish.
func (s *site) run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: behind(s.proxies, s), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	go territory.Warm() // the first search need not wait for the names of France
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	watch, stop := context.WithCancel(ctx)
	defer stop()
	go s.watch(watch)
	go s.atlas.Watch(watch, s.log, s.Forget)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return server.Close()
	}
	return nil
}

// watch does what must be done now and then, until ctx ends.
func (s *site) watch(ctx context.Context) {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sweep.C:
			if _, _, err := s.rooms.Keeper.Sweep(ctx); err != nil {
				s.log.Warn("sweep", "err", err)
			}
		}
	}
}
