package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// The real services are what the site asks for.
var (
	_ Portfolio  = (*portfolio.Service)(nil)
	_ Governance = (*governance.Service)(nil)
)

// fake answers for both services with made-up values.
type fake = sample.Service

// rest promotes the methods of the real services below those of the sample; they have no database and are not called.
type (
	portfolioRest  struct{ *portfolio.Service }
	governanceRest struct{ *governance.Service }
	fakePortfolio  struct {
		*sample.Service
		portfolioRest
	}
	fakeGovernance struct {
		*sample.Service
		governanceRest
	}
)

// fakeIdentity knows one session, of somebody who may do everything.
type fakeIdentity struct{ *identity.Service }

func (fakeIdentity) Session(_ context.Context, token string) (identity.Session, error) {
	if token != "test" {
		return identity.Session{}, fault.New(fault.KindUnauthenticated, "session.none")
	}
	return identity.Session{ID: 1, Actor: identity.Operator("test"), User: identity.User{ID: 1, OrganisationID: 1, Name: "Camille Test", Shortcuts: true}, CSRF: "token"}, nil
}

func (fakeIdentity) Note(context.Context, identity.Actor, int64, string, string, int64, any) error {
	return nil
}

func (fakeIdentity) Organisations(context.Context, identity.Actor) ([]identity.Organisation, error) {
	return nil, nil
}

func newFake(n int) *fake { return sample.NewService(n) }

var noon = sample.Day.At(12, 0, time.UTC)

// newSite builds the site over a fake.
func newSite(t testing.TB, f *fake, config Config, logTo io.Writer) *fiber.App {
	t.Helper()
	if logTo == nil {
		logTo = io.Discard
	}
	return New(config, Deps{Portfolio: fakePortfolio{Service: f}, Governance: fakeGovernance{Service: f}, Identity: fakeIdentity{}, Ready: func(context.Context) error { return f.Err },
		Now: func() time.Time { return noon }, Log: slog.New(slog.NewTextHandler(logTo, nil))})
}

// get asks the site for a page.
func get(t testing.TB, app *fiber.App, target string, headers ...string) (*http.Response, string) {
	t.Helper()
	return send(t, app, request(http.MethodGet, target, headers...))
}

func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost"
	r.Header.Set("Cookie", "jalon_session=test; __Host-jalon=test")
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func send(t testing.TB, app *fiber.App, r *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := app.Test(r, -1)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return res, string(body)
}

// pageOf asks for a page and parses it.
func pageOf(t testing.TB, app *fiber.App, target string, headers ...string) (*http.Response, *htmltest.Page) {
	t.Helper()
	res, body := get(t, app, target, headers...)
	return res, htmltest.Parse(t, body)
}

var errBroken = errors.New("a secret text")

func mustURL(t testing.TB, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
