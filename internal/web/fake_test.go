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
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/htmltest"
	"jalon/internal/sample"
	"jalon/portfolio"
)

// fake answers as the services do, from a sample.
type fake struct {
	report     *portfolio.Report
	roadmaps   []portfolio.RoadmapCard
	committees []governance.CommitteeCard
	decisions  []governance.DecisionLine
	err        error // answers everything when set
	boom       bool  // panics instead
	day        civil.Date
}

func newFake(n int) *fake {
	r := sample.Report(n)
	return &fake{report: r, roadmaps: sample.Roadmaps(r), committees: sample.Committees(), decisions: sample.Decisions()}
}

func (f *fake) Roadmaps(context.Context, identity.Actor) ([]portfolio.RoadmapCard, error) {
	if f.boom {
		panic("a secret text")
	}
	return f.roadmaps, f.err
}

func (f *fake) Report(_ context.Context, _ identity.Actor, id portfolio.RoadmapID, day civil.Date) (*portfolio.Report, error) {
	f.day = day
	switch {
	case f.err != nil:
		return nil, f.err
	case id != f.report.Roadmap.ID:
		return nil, fault.NotFound("roadmap", int64(id))
	}
	return f.report, nil
}

func (f *fake) ProjectReport(_ context.Context, _ identity.Actor, id portfolio.ProjectID, day civil.Date) (*portfolio.Report, *portfolio.ProjectLine, error) {
	f.day = day
	switch {
	case f.err != nil:
		return nil, nil, f.err
	case int(id) > len(f.report.Projects):
		return nil, nil, fault.NotFound("project", int64(id))
	}
	return f.report, sample.Sheet(f.report, int(id)-1), nil
}

func (f *fake) Committees(context.Context, identity.Actor, portfolio.RoadmapID, time.Time) ([]governance.CommitteeCard, error) {
	return f.committees, f.err
}

func (f *fake) Committee(_ context.Context, _ identity.Actor, code string, _ time.Time) (governance.CommitteeCard, error) {
	for _, c := range f.committees {
		if c.Code == code {
			return c, f.err
		}
	}
	return governance.CommitteeCard{}, fault.NotFound("committee", code)
}

func (f *fake) Decisions(context.Context, identity.Actor, portfolio.RoadmapID) ([]governance.DecisionLine, error) {
	return f.decisions, f.err
}

func (f *fake) PackPDF(_ context.Context, _ identity.Actor, id int64) (governance.PackCard, []byte, error) {
	for _, c := range f.committees {
		for _, p := range c.Packs {
			if int64(p.ID) == id {
				return p, []byte("%PDF-1.4 sample"), f.err
			}
		}
	}
	return governance.PackCard{}, nil, fault.NotFound("pack", id)
}

var noon = sample.Day.At(12, 0, time.UTC)

// newSite builds the site over a fake.
func newSite(t testing.TB, f *fake, config Config, logTo io.Writer) *fiber.App {
	t.Helper()
	if logTo == nil {
		logTo = io.Discard
	}
	return New(config, Deps{Portfolio: f, Governance: f, Actor: identity.LocalReader("test"), Ready: func(context.Context) error { return f.err },
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

// page asks for a page and parses it.
func page(t testing.TB, app *fiber.App, target string, headers ...string) (*http.Response, *htmltest.Page) {
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
