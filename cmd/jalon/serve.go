package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/fault"
	"jalon/internal/jobs"
	"jalon/internal/mail"
	"jalon/internal/web"
	"jalon/migrations"
	"jalon/portfolio"
	"jalon/views"
)

type serveCommand struct {
	Listen  string `help:"${help_serve_listen}" env:"JALON_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
	BaseURL string `name:"base-url" help:"${help_serve_base_url}" env:"JALON_BASE_URL" placeholder:"URL"`
	Proxies string `name:"trusted-proxies" help:"${help_serve_proxies}" env:"JALON_TRUSTED_PROXIES" placeholder:"NETWORKS"`
	notices []string
}

// Run serves the site and does the due work until it is interrupted.
func (c serveCommand) Run(p *program) error {
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
	trusted, err := proxies(c.Proxies)
	if err != nil {
		return err
	}
	if host, _, _ := net.SplitHostPort(c.Listen); !onMachine(host) || !onMachine(base.Hostname()) {
		if err := p.refuseKnownPasswords(s); err != nil {
			return err
		}
	}
	if err := p.equip(s, base); err != nil {
		return err
	}
	scheduler, err := p.scheduler(s)
	if err != nil {
		return err
	}
	listener, err := listen(c.Listen)
	if err != nil {
		return err
	}
	app := web.New(web.Config{BaseURL: base, Location: p.config.location(), Locale: p.config.Locale, Proxies: trusted, Mail: p.config.SMTPURL != "", Notices: c.notices}, web.Deps{
		Portfolio: s.portfolio, Governance: s.governance, Finance: s.finance, Identity: s.identity, Now: now, Log: p.log,
		Receipt: func(ctx context.Context, key string) (audit.Receipt, bool, error) {
			return audit.FindReceipt(ctx, s.db.Read(), key)
		},
		Ready: func(ctx context.Context) error { return ready(ctx, s) },
		MailTrouble: func(ctx context.Context, organisation int64) (int, error) {
			return mail.Failed(ctx, s.db.Read(), organisation)
		}})
	if err := scheduler.Start(p.ctx, now); err != nil {
		return err
	}
	p.say("serve.listening", "http://"+listener.Addr().String())
	switch {
	case onMachine(base.Hostname()):
		p.say("serve.loopback_note")
	case base.Scheme != "https":
		p.say("serve.no_https", base.Host)
	}
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

// listen takes the address, or says in a way that helps why it cannot be had.
func listen(address string) (net.Listener, error) {
	if _, port, err := net.SplitHostPort(address); err != nil || port == "" {
		return nil, usageError{fault.Invalid("serve.address", address)}
	}
	listener, err := net.Listen("tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.Unavailable(nil, "serve.port_in_use", address)
	case err != nil:
		return nil, fault.Unavailable(err, "serve.address", address)
	}
	return listener, nil
}

// equip gives the wired system what only a running site needs: the key of its secrets and its own address.
func (p *program) equip(s *system, base *url.URL) error {
	key, err := secretKey(p.config)
	if err != nil {
		return err
	}
	s.identity = s.identity.With(identity.Options{Key: key, Link: func(path string) string { return strings.TrimSuffix(base.String(), "/") + path },
		Texts: func(locale, key string, args ...any) string { return views.For(locale).T(key, args...) }})
	return nil
}

// How often each kind of work beside the packs is looked at.
const (
	mailEvery      = time.Minute
	sealEvery      = 5 * time.Minute
	proveEvery     = time.Minute
	retentionEvery = 24 * time.Hour
)

// scheduler does the due work of this replica: packs, mails, the seals of the trail, and what has been kept long enough.
func (p *program) scheduler(s *system) (*jobs.Scheduler, error) {
	host, _ := os.Hostname()
	out := jobs.New(s.governance, fmt.Sprintf("%s:%d", host, os.Getpid()), p.log)
	if p.config.SMTPURL != "" {
		sender, err := mail.NewSMTP(p.config.SMTPURL)
		if err != nil {
			return nil, usageError{err}
		}
		out.Also("mail", mailEvery, func(ctx context.Context, now time.Time) error {
			report, err := mail.Deliver(ctx, s.db, sender, now)
			if report.Retried > 0 || report.Failed > 0 {
				p.log.Warn("mail", "sent", report.Sent, "retried", report.Retried, "failed", report.Failed, "cancelled", report.Cancelled)
			}
			return err
		})
	}
	out.Also("audit.seal", sealEvery, func(ctx context.Context, now time.Time) error {
		_, err := audit.Seal(ctx, s.db, now)
		return err
	})
	out.Also("selection.prove", proveEvery, func(ctx context.Context, now time.Time) error {
		proved, err := s.portfolio.ProveScenarios(ctx, identity.Operator("job:prove"), now, portfolio.BackgroundEffort())
		for _, x := range proved {
			p.log.Info("selection", "roadmap", x.Roadmap, "scenario", x.Scenario, "value", x.Value, "gap_bp", x.GapBP, "proven", x.Proven)
		}
		return err
	})
	out.Also("finance.files", retentionEvery, func(ctx context.Context, now time.Time) error {
		dropped, err := s.finance.ExpireFiles(ctx, identity.Operator("job:retention"), now)
		if dropped > 0 {
			p.log.Info("files of the finance system that nobody booked", "dropped", dropped)
		}
		return err
	}, jobs.Claimed(s.db))
	out.Also("retention", retentionEvery, func(ctx context.Context, now time.Time) error {
		_, err := s.identity.Retain(ctx, now)
		return err
	}, jobs.Claimed(s.db))
	return out, nil
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
