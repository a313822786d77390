package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/jobs"
	"jalon/internal/web"
	"jalon/migrations"
)

type serveCommand struct {
	Listen  string `help:"${help_serve_listen}" env:"JALON_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
	BaseURL string `name:"base-url" help:"${help_serve_base_url}" env:"JALON_BASE_URL" placeholder:"URL"`
}

// Run serves the site and does the due work until it is interrupted.
func (c serveCommand) Run(p *program) error {
	if err := loopback(c.Listen); err != nil {
		return err
	}
	s, err := p.open(clock)
	if err != nil {
		return err
	}
	defer s.db.Close()
	return p.serve(s, c, clock)
}

// serve runs the site and the scheduler on a wired system by the given clock.
func (p *program) serve(s *system, c serveCommand, now func() time.Time) error {
	base, err := siteURL(c.BaseURL, c.Listen)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		if errors.Is(err, syscall.EADDRINUSE) {
			return fault.Unavailable(nil, "serve.port_in_use", c.Listen)
		}
		return fault.Unavailable(err, "serve.address", c.Listen)
	}
	app := web.New(web.Config{BaseURL: base, Location: p.config.location(), Locale: p.config.Locale}, web.Deps{
		Portfolio: s.portfolio, Governance: s.governance, Actor: identity.User(1, "web:local"), Now: now, Log: p.log,
		Ready: func(ctx context.Context) error { return ready(ctx, s) }})
	host, _ := os.Hostname()
	scheduler := jobs.New(s.governance, fmt.Sprintf("%s:%d", host, os.Getpid()), p.log)
	if err := scheduler.Start(p.ctx, now); err != nil {
		return err
	}
	p.say("serve.listening", "http://"+listener.Addr().String())
	p.say("serve.loopback_note")
	var stopped time.Time
	err = web.Serve(p.ctx, app, listener, func() {
		stopped = clock()
		p.say("serve.stopping")
	})
	if stopped.IsZero() { // the listener failed, nobody asked to stop
		stopped = clock()
	}
	// Requests and jobs share one span of grace, counted from the signal.
	ctx, cancel := context.WithDeadline(context.WithoutCancel(p.ctx), stopped.Add(web.ShutdownGrace))
	defer cancel()
	scheduler.Stop(ctx)
	return err
}

// ready tells whether the database answers and has the schema of this binary.
func ready(ctx context.Context, s *system) error {
	state, err := migrations.Status(ctx, s.db)
	if err != nil {
		return err
	}
	if len(state.Pending) > 0 {
		return fault.Unavailable(nil, "database.pending", len(state.Pending))
	}
	return state.Refuse()
}

type healthcheckCommand struct {
	Listen string `help:"${help_serve_listen}" env:"JALON_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
}

// Run asks the running server whether it is ready: a container has no other tool to do so.
func (c healthcheckCommand) Run(p *program) error {
	_, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return usageError{fault.Invalid("serve.address", c.Listen)}
	}
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://127.0.0.1:"+port+"/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fault.Unavailable(err, "healthcheck.silent", c.Listen)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fault.Unavailable(nil, "healthcheck.not_ready", resp.StatusCode)
	}
	return nil
}
