package web

import (
	"context"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/governance"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Identity is what the site asks about people: *identity.Service, or a fake in tests.
type Identity interface {
	Session(ctx context.Context, token string) (identity.Session, error)
	SignIn(ctx context.Context, in identity.SignInInput) (identity.SignInResult, error)
	SecondStep(ctx context.Context, pending, code, agent, address string) (identity.SignInResult, error)
	SignOut(ctx context.Context, token string) error
	ForgotPassword(ctx context.Context, email, address string) error
	ResetUser(ctx context.Context, token string) (identity.User, error)
	ResetPassword(ctx context.Context, token, password string) error
	Organisations(ctx context.Context, actor identity.Actor) ([]identity.Organisation, error)
	Users(ctx context.Context, actor identity.Actor, organisation int64) ([]identity.User, error)
	Note(ctx context.Context, actor identity.Actor, organisation int64, action, subject string, id int64, details any) error
	AccountWork
	AdministrationWork
	MemberAccounts
}

// Portfolio is what the site reads of the register: *portfolio.Service, or a fake in tests.
type Portfolio interface {
	Roadmaps(ctx context.Context, actor identity.Actor) ([]portfolio.RoadmapCard, error)
	Report(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, day civil.Date) (*portfolio.Report, error)
	Needs(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (map[portfolio.ProjectID]string, error)
	ProjectReport(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, day civil.Date) (*portfolio.Report, *portfolio.ProjectLine, error)
	GrantedProjects(ctx context.Context, actor identity.Actor) ([]portfolio.ProjectCard, error)
	Search(ctx context.Context, actor identity.Actor, text string, limit int) (portfolio.SearchResult, error)
	PortfolioWork
	ImportWork
	NetworkWork
}

// Governance is what the site reads of committees: *governance.Service, or a fake in tests.
type Governance interface {
	Committees(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID, now time.Time) ([]governance.CommitteeCard, error)
	Committee(ctx context.Context, actor identity.Actor, code string, now time.Time) (governance.CommitteeCard, error)
	Decisions(ctx context.Context, actor identity.Actor, roadmap portfolio.RoadmapID) ([]governance.DecisionLine, error)
	PackPDF(ctx context.Context, actor identity.Actor, id int64) (governance.PackCard, []byte, error)
	PackSnapshot(ctx context.Context, actor identity.Actor, id int64) (governance.PackCard, *governance.Snapshot, error)
	SearchGovernance(ctx context.Context, actor identity.Actor, text string, limit int) ([]portfolio.Hit, error)
	GovernanceWork
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
	// Proxies are the networks whose forwarded addresses are believed; none by default.
	Proxies []netip.Prefix
	// Mail tells that messages are sent; without, an administrator hands links over.
	Mail bool
	// Notices stand on the sign-in page.
	Notices []string
	// ReadTimeout bounds how long a request may take to arrive; zero means 15 seconds.
	ReadTimeout time.Duration
}

// Deps is what the site needs. All fields are required but MailTrouble.
type Deps struct {
	Portfolio  Portfolio
	Governance Governance
	Finance    *finance.Service
	Identity   Identity
	Receipt    func(ctx context.Context, key string) (audit.Receipt, bool, error) // of a form that did its work
	Ready      func(ctx context.Context) error                                    // nil when database and schema can be used
	Now        func() time.Time
	Log        *slog.Logger
	// MailTrouble counts the messages of an organisation that were given up; nil where no mail is sent.
	MailTrouble func(ctx context.Context, organisation int64) (failed int, err error)
}

// site is the application behind the handlers.
type site struct {
	config     Config
	deps       Deps
	listings   *listings
	refusals   refusals
	uploads    uploadGate
	background background
	posts      *regexp.Regexp // paths that take forms
}

// Limits of a request. The header limit holds long single sign-on cookies, the body limit the longest form; files
// have their own.
const (
	bodyLimit      = 1 << 20
	headerLimit    = 16 << 10
	readTimeout    = 15 * time.Second
	writeTimeout   = 60 * time.Second
	idleTimeout    = 2 * time.Minute
	requestTimeout = 30 * time.Second
	// backgroundGrace is how long a booking that runs may go on when the site stops.
	backgroundGrace = 20 * time.Second
)

// New builds the site.
func New(config Config, deps Deps) *fiber.App {
	if config.Location == nil {
		config.Location = time.UTC
	}
	if config.ReadTimeout == 0 {
		config.ReadTimeout = readTimeout
	}
	s := &site{config: config, deps: deps, listings: newListings()}
	app := fiber.New(fiber.Config{
		AppName:               "Jalon",
		Immutable:             true, // strings of a request must outlive it
		CaseSensitive:         true,
		StrictRouting:         true,
		DisableStartupMessage: true,
		BodyLimit:             bodyLimit,
		// Bodies come as streams, so that a file needs no memory; limitBody holds the limit.
		StreamRequestBody:            true,
		DisablePreParseMultipartForm: true,
		ReadBufferSize:               headerLimit,
		ReadTimeout:                  config.ReadTimeout,
		WriteTimeout:                 writeTimeout,
		IdleTimeout:                  idleTimeout,
		// With the check on and no proxy listed, X-Forwarded-* headers are never believed.
		EnableTrustedProxyCheck: true,
		ErrorHandler:            s.fail,
	})
	// The body first, whatever becomes of the request: what is left of it would be taken for the next one.
	app.Use(s.begin, limitBody, refuseEncodedBody, s.checkHost, deadline)
	s.posts = pathPatterns(routes, func(r route) bool { return r.method != fiber.MethodGet && !r.upload })
	s.register(app)
	app.Hooks().OnShutdown(func() error {
		s.background.stop(backgroundGrace)
		return nil
	})
	return app
}
