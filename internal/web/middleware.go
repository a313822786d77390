package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
)

// contentPolicy allows the site's own script, style sheet, icon and forms, and what the script asks the site itself for: nothing
// inline, and no request to anybody else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const requestIDKey = "request_id"

// begin is the outermost layer: it names the request, catches panics, has errors turned into pages
// and writes the one log line of the request. The query is left out of it: a search may name a
// person.
func (s *site) begin(c *fiber.Ctx) error {
	start := s.deps.Now()
	id := newRequestID()
	c.Locals(requestIDKey, id)
	s.setHeaders(c)
	if err := guarded(c); err != nil {
		if err := s.fail(c, err); err != nil {
			return err
		}
	}
	level := slog.LevelInfo
	if p := c.Path(); p == "/healthz" || p == "/readyz" {
		level = slog.LevelDebug
	}
	s.deps.Log.Log(c.UserContext(), level, "request", "id", id, "method", c.Method(), "path", c.Path(),
		"status", c.Response().StatusCode(), "bytes", len(c.Response().Body()), "ms", s.deps.Now().Sub(start).Milliseconds())
	return nil
}

// guarded runs the rest of the stack and turns a panic, which would end the process, into an error.
func guarded(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicked{fmt.Sprint(r), debug.Stack()}
		}
	}()
	return c.Next()
}

// panicked is a panic on its way to the log.
type panicked struct {
	what  string
	stack []byte
}

func (p panicked) Error() string { return "panic: " + p.what }

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails, as crypto/rand promises
	return hex.EncodeToString(b[:])
}

// setHeaders sets what every answer carries.
func (s *site) setHeaders(c *fiber.Ctx) {
	h := &c.Response().Header
	h.Set(fiber.HeaderContentSecurityPolicy, contentPolicy)
	h.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	h.Set(fiber.HeaderReferrerPolicy, "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set(fiber.HeaderXFrameOptions, "DENY")
	h.Set(fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=()")
	h.Set(fiber.HeaderCacheControl, "no-store")
	if s.secure() {
		h.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
	}
}

// secure tells whether readers reach the site by HTTPS, which only the configuration knows.
func (s *site) secure() bool { return s.config.BaseURL != nil && s.config.BaseURL.Scheme == "https" }

// refuseEncodedBody refuses compressed bodies: inflating one has no limit.
func refuseEncodedBody(c *fiber.Ctx) error {
	for _, encoding := range c.Request().Header.PeekAll(fiber.HeaderContentEncoding) {
		if e := strings.TrimSpace(string(encoding)); e != "" && !strings.EqualFold(e, "identity") {
			return fiber.ErrUnsupportedMediaType
		}
	}
	return c.Next()
}

// checkHost refuses names that are not the site's own: a page of another site whose name was made
// to point at this machine (DNS rebinding) would read what the local reader may read.
func (s *site) checkHost(c *fiber.Ctx) error {
	for _, host := range []string{string(c.Request().Header.Host()), string(c.Context().URI().Host())} {
		if !s.ownName(hostName(host)) {
			return fiber.ErrMisdirectedRequest
		}
	}
	return c.Next()
}

func (s *site) ownName(name string) bool {
	switch name {
	case "127.0.0.1", "localhost", "::1":
		return true
	}
	return s.config.BaseURL != nil && name != "" && strings.EqualFold(name, s.config.BaseURL.Hostname())
}

// hostName takes the port and the brackets off a Host header.
func hostName(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// deadline bounds the work of a request: a reader who goes away cancels nothing by itself.
func deadline(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// ShutdownGrace is how long what runs may take to end when the server stops.
const ShutdownGrace = 10 * time.Second

// Serve answers on the listener until the context is done, then calls stopping, which may be nil,
// stops accepting and lets running requests end.
func Serve(ctx context.Context, app *fiber.App, ln net.Listener, stopping func()) error {
	failed := make(chan error, 1)
	go func() { failed <- app.Listener(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	if stopping != nil {
		stopping()
	}
	if err := app.ShutdownWithTimeout(ShutdownGrace); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}
