package web

import (
	"context"
	"log/slog"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Portfolio is what the site reads of the register: *portfolio.Service, or a fake in tests.
type Portfolio interface {
	Roadmaps(ctx context.Context, actor identity.Actor) ([]portfolio.RoadmapCard, error)
	Report(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, day civil.Date) (*portfolio.Report, error)
	Needs(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (map[portfolio.ProjectID]string, error)
	ProjectReport(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, day civil.Date) (*portfolio.Report, *portfolio.ProjectLine, error)
}

// Governance is what the site reads of committees: *governance.Service, or a fake in tests.
type Governance interface {
	Committees(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID, now time.Time) ([]governance.CommitteeCard, error)
	Committee(ctx context.Context, actor identity.Actor, code string, now time.Time) (governance.CommitteeCard, error)
	Decisions(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID) ([]governance.DecisionLine, error)
	PackPDF(ctx context.Context, actor identity.Actor, id int64) (governance.PackCard, []byte, error)
	PackSnapshot(ctx context.Context, actor identity.Actor, id int64) (governance.PackCard, *governance.Snapshot, error)
}

// Config says under which name and in which language the site answers.
type Config struct {
	// BaseURL is the address that readers type. Its host is the only name beside the loopback ones
	// that the site answers to; nil for a site that is read on its own machine only.
	BaseURL *url.URL
	// Location is where a day begins at midnight; nil means UTC.
	Location *time.Location
	// Locale is the language for readers who asked for none that the site has; "" means French.
	Locale string
}

// Deps is what the site needs. All fields are required.
type Deps struct {
	Portfolio  Portfolio
	Governance Governance
	Actor      identity.Actor                  // in whose name pages are read
	Ready      func(ctx context.Context) error // nil when database and schema can be used
	Now        func() time.Time
	Log        *slog.Logger
}

// site is the application behind the handlers.
type site struct {
	config   Config
	deps     Deps
	listings *listings
}

// Limits of a request. The header limit holds long single sign-on cookies; the site takes no body
// at all yet, so the body limit is only there to cut senders off.
const (
	bodyLimit      = 1 << 20
	headerLimit    = 16 << 10
	readTimeout    = 15 * time.Second
	writeTimeout   = 60 * time.Second
	idleTimeout    = 2 * time.Minute
	requestTimeout = 30 * time.Second
)

// New builds the site.
func New(config Config, deps Deps) *fiber.App {
	if config.Location == nil {
		config.Location = time.UTC
	}
	s := &site{config: config, deps: deps, listings: newListings()}
	app := fiber.New(fiber.Config{
		AppName:               "Jalon",
		Immutable:             true, // strings of a request must outlive it
		CaseSensitive:         true,
		StrictRouting:         true,
		DisableStartupMessage: true,
		BodyLimit:             bodyLimit,
		ReadBufferSize:        headerLimit,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		// With the check on and no proxy listed, X-Forwarded-* headers are never believed.
		EnableTrustedProxyCheck: true,
		ErrorHandler:            s.fail,
	})
	app.Use(s.begin, refuseEncodedBody, s.checkHost, readOnly, deadline)
	for _, r := range routes {
		app.Get(r.path, r.handler(s))
	}
	app.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
	return app
}
