package web

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/governance"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/pdf"
)

// desk is the site over the real services and a database of its own, with two organisations that must not
// see each other. Tests sign in as whom they are about.
type desk struct {
	testing.TB
	app        *fiber.App
	db         *database.DB
	log        *strings.Builder
	identity   *identity.Service
	portfolio  *portfolio.Service
	governance *governance.Service
	finance    *finance.Service
	home       place
	other      place
	users      int
	clock      time.Time // of everything; tests move it on
}

// place is an organisation with a roadmap, two projects, a committee and a pack.
type place struct {
	organisation identity.Organisation
	roadmap      portfolio.Roadmap
	theme        int64
	objective    int64
	projects     []portfolio.Project
	committee    governance.Committee
	pack         governance.PackCard
	decision     governance.Decision
	milestone    int64
	member       int64
	staged       int64 // a list that waits for its confirmation
	bulk         int64
	view         int64
	user         identity.User // a reader, with one grant
	grant        int64
	books        booksPlace
	asked        requestPlace
	weighed      scenarioPlace
	scores       scoringPlace
}

var operator = identity.Operator("test")

const password = "un mot de passe assez long"

// settled is what every desk begins with, built once.
var settled struct {
	sync.Once
	data        []byte
	home, other place
}

// newDesk builds the site on an SQLite file; newDeskOn on a database of the test's choice.
func newDesk(t testing.TB) *desk {
	t.Helper()
	settled.Do(func() {
		d := newDeskOn(t, dbtest.SQLite(t), Config{})
		settled.data, settled.home, settled.other = dbtest.Bytes(t, d.db), d.home, d.other
	})
	d := openDesk(t, dbtest.SQLiteCopy(t, settled.data), Config{})
	d.home, d.other = settled.home, settled.other
	d.home.projects, d.other.projects = slices.Clone(d.home.projects), slices.Clone(d.other.projects)
	return d
}

func newDeskOn(t testing.TB, db *database.DB, config Config) *desk {
	t.Helper()
	d := openDesk(t, db, config)
	d.home, d.other = d.newPlace("lille", "Ville de Lille"), d.newPlace("arras", "Ville d’Arras")
	return d
}

func openDesk(t testing.TB, db *database.DB, config Config) *desk {
	t.Helper()
	d := &desk{TB: t, db: db, log: &strings.Builder{}, clock: noon}
	now := func() time.Time { return d.clock }
	d.portfolio, d.governance, d.finance = portfolio.New(db, now), governance.New(db, now, pdf.Renderer{}), finance.New(db, now)
	d.portfolio.UseCredits(finance.CreditBooks{})
	d.identity = identity.New(db, now).With(identity.Options{Key: []byte(strings.Repeat("k", 32)), Link: func(path string) string { return "https://jalon.example" + path },
		Texts: func(locale, key string, args ...any) string { return views.For(locale).T(key, args...) }, Hashing: identity.Params{Memory: 64, Time: 1, Parallel: 1}, Concurrency: 2})
	d.identity.OnErase(portfolio.ErasePerson)
	d.identity.OnErase(finance.ErasePerson)
	d.identity.OnErase(governance.ErasePerson)
	d.app = New(config, Deps{Portfolio: d.portfolio, Governance: d.governance, Finance: d.finance, Identity: d.identity, Ready: func(context.Context) error { return nil }, Now: now,
		Receipt: func(ctx context.Context, key string) (audit.Receipt, bool, error) {
			return audit.FindReceipt(ctx, db.Read(), key)
		},
		Log: slog.New(slog.NewTextHandler(d.log, &slog.HandlerOptions{Level: slog.LevelInfo}))})
	return d
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// newPlace books an organisation with something of everything.
func (d *desk) newPlace(code, name string) place {
	d.Helper()
	ctx := context.Background()
	var p place
	p.organisation = must[identity.Organisation](d)(d.identity.Create(ctx, operator, identity.Organisation{Code: code, Name: name, Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}))
	p.roadmap = must[portfolio.Roadmap](d)(d.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: p.organisation.ID, Code: "FDR", Name: "Feuille de route de " + name,
		Start: civil.D(2025, 1, 1), End: civil.D(2027, 12, 31), HasVoted: true, Voted: 100_000_000, Currency: money.EUR, Status: portfolio.RoadmapRunning}, Themes: []portfolio.Theme{{Code: "T1", Name: "Proximité", Position: 1}},
		Objectives: []portfolio.Objective{{Code: "O1", Name: "Simplifier", Position: 1}}}))
	p.projects = must[[]portfolio.Project](d)(d.portfolio.AddProjects(ctx, operator, p.roadmap.ID, []portfolio.ProjectInput{
		{Project: portfolio.Project{Code: code + "-1", Name: "Guichet de " + name, Manager: "Alix"}, ThemeCode: "T1"}, {Project: portfolio.Project{Code: code + "-2", Name: "Réseau de " + name}, ThemeCode: "T1"}}))
	for i, q := range p.projects {
		err := d.portfolio.BookEstimates(ctx, operator, p.roadmap.ID, []portfolio.Estimate{{ProjectID: q.ID, AsOf: civil.D(2025, 2, 1), HasCost: true, Cost: money.Amount(20_000_000 * (i + 1)), Start: civil.D(2025, 2, 1), End: civil.D(2026, 6, 30), Phase: portfolio.PhaseBuild}})
		if err != nil {
			d.Fatal(err)
		}
	}
	c, err := governance.NewCommittee("monthly 2nd tuesday 09:30", []string{"Claire Martin, présidente"})
	if err != nil {
		d.Fatal(err)
	}
	c.OrganisationID, c.RoadmapID, c.Code, c.Name, c.Level, c.TimeZone, c.Locale, c.LeadDays, c.From = p.organisation.ID, p.roadmap.ID, "OPS-"+code, "Comité de "+name, governance.Operational, "Europe/Paris", "fr", 5, civil.D(2026, 1, 1)
	p.committee = must[governance.Committee](d)(d.governance.CreateCommittee(ctx, operator, c))
	p.pack, _, err = d.governance.Freeze(ctx, operator, governance.FreezeInput{OrganisationID: p.organisation.ID, Committee: p.committee.Code, Period: "2026-10"})
	if err != nil {
		d.Fatal(err)
	}
	p.decision = must[governance.Decision](d)(d.governance.Decide(ctx, operator, governance.DecideInput{OrganisationID: p.organisation.ID, CommitteeCode: p.committee.Code, ProjectCode: p.projects[0].Code,
		Title: "Poursuivre", Question: "Faut-il poursuivre ?", Outcome: "Oui", On: civil.D(2026, 10, 13), Author: "Alix"}))
	d.furnish(&p, code)
	d.furnishFinance(&p, code)
	d.furnishRequests(&p, code)
	d.furnishScenarios(&p, code)
	d.furnishScoring(&p, code)
	return p
}

// furnish books what hangs on the roadmap, the project and the committee.
func (d *desk) furnish(p *place, code string) {
	d.Helper()
	ctx := context.Background()
	first := p.projects[0].ID
	if err := d.portfolio.AddMilestone(ctx, operator, first, civil.D(2026, 1, 5), portfolio.Milestone{Code: "J1", Name: "Ouverture", BaselineOn: civil.D(2026, 12, 1)}); err != nil {
		d.Fatal(err)
	}
	p.milestone = must[[]portfolio.MilestoneState](d)(d.portfolio.Milestones(ctx, operator, first))[0].ID
	card := must[governance.CommitteeCard](d)(d.governance.CommitteeByID(ctx, operator, p.committee.ID, noon))
	p.member = card.Members[0].ID
	p.theme = must[[]portfolio.Strand](d)(d.portfolio.Strands(ctx, operator, p.roadmap.ID, "theme"))[0].ID
	p.objective = must[[]portfolio.Strand](d)(d.portfolio.Strands(ctx, operator, p.roadmap.ID, portfolio.KindObjective))[0].ID
	p.staged = must[int64](d)(d.portfolio.StageList(ctx, operator, p.roadmap.ID, portfolio.StageInput{FileName: "liste.csv", AsOf: civil.D(2026, 11, 1), Data: []byte("code;nom\n" + code + "-9;Nouveau guichet\n")}))
	department := "Direction des usages"
	project, _, err := d.portfolio.Project(ctx, operator, first)
	if err != nil {
		d.Fatal(err)
	}
	p.bulk = must[portfolio.BulkResult](d)(d.portfolio.ApplyBulk(ctx, operator, p.roadmap.ID, map[portfolio.ProjectID]int64{first: project.Version}, portfolio.BulkChange{Department: &department})).ID
	if p.user, _, err = d.identity.AddUser(ctx, operator, identity.UserInput{OrganisationID: p.organisation.ID, Email: "lecture@" + code + ".example", Name: "Lecture de " + code, Password: password}); err != nil {
		d.Fatal(err)
	}
	p.grant = must[identity.Grant](d)(d.identity.AddGrant(ctx, operator, identity.Grant{OrganisationID: p.organisation.ID, UserID: p.user.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})).ID
	owner := identity.SignedIn(p.user.ID, p.user.Name, identity.Grant{OrganisationID: p.organisation.ID, Role: identity.RoleReader, Scope: identity.ScopeOrganisation})
	if err := d.portfolio.SaveView(ctx, owner, p.roadmap.ID, portfolio.SavedView{Name: "En retard", Query: "schedule=red"}); err != nil {
		d.Fatal(err)
	}
	p.view = must[[]portfolio.SavedView](d)(d.portfolio.SavedViews(ctx, owner, p.roadmap.ID))[0].ID
}

// visitor is a browser that signed in, or did not.
type visitor struct {
	*desk
	user   identity.User
	cookie string
}

// guest is a browser without a session.
func (d *desk) guest() *visitor { return &visitor{desk: d} }

// visitor makes an account of an organisation with the grants and signs in with it.
func (d *desk) visitor(o identity.Organisation, grants ...identity.Grant) *visitor {
	d.Helper()
	ctx := context.Background()
	d.users++
	user, _, err := d.identity.AddUser(ctx, operator, identity.UserInput{OrganisationID: o.ID, Email: fmt.Sprintf("user%d@example.org", d.users), Name: fmt.Sprintf("Personne %d", d.users), Password: password})
	if err != nil {
		d.Fatal(err)
	}
	for _, g := range grants {
		g.UserID = user.ID
		if _, err := d.identity.AddGrant(ctx, operator, g); err != nil {
			d.Fatal(err)
		}
	}
	v := &visitor{desk: d, user: user}
	res, _ := v.send("/sign-in", url.Values{"email": {user.Email}, "password": {password}})
	if v.cookie == "" {
		d.Fatalf("sign in: %d, no cookie", res.StatusCode)
	}
	return v
}

// as signs in with a role in the whole home organisation.
func (d *desk) as(role identity.Role) *visitor {
	d.Helper()
	return d.visitor(d.home.organisation, identity.Grant{OrganisationID: d.home.organisation.ID, Role: role, Scope: identity.ScopeOrganisation})
}

func (v *visitor) do(method, path string, body io.Reader, headers ...string) (*http.Response, string) {
	v.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Host = "localhost"
	if v.cookie != "" {
		r.Header.Set("Cookie", v.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := v.app.Test(r, -1)
	if err != nil {
		v.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range res.Cookies() {
		if c.Name == "jalon_session" || c.Name == "__Host-jalon" {
			v.cookie = ""
			if c.Value != "" {
				v.cookie = c.Name + "=" + c.Value
			}
		}
	}
	return res, string(text)
}

// get asks for a page.
func (v *visitor) get(path string) (*http.Response, string) { return v.do(http.MethodGet, path, nil) }

// page asks for a page that must be there, and parses it.
func (v *visitor) page(path string) *htmltest.Page {
	v.Helper()
	res, body := v.get(path)
	if res.StatusCode != 200 {
		v.Fatalf("GET %s: %d\n%s", path, res.StatusCode, body)
	}
	return htmltest.Parse(v, body)
}

// send sends a form as a page of the site does, with no field but those given.
func (v *visitor) send(path string, values url.Values) (*http.Response, string) {
	v.Helper()
	return v.do(http.MethodPost, path, strings.NewReader(values.Encode()), "Content-Type", "application/x-www-form-urlencoded", "Origin", "http://localhost")
}

// submit opens a page, changes fields of the form that is sent to action, and sends it. "-" takes a field out.
func (v *visitor) submit(path, action string, change map[string]string) (*http.Response, string) {
	v.Helper()
	return v.send(action, v.filled(path, action, change))
}

// filled gives the fields of a form of a page, changed.
func (v *visitor) filled(path, action string, change map[string]string) url.Values {
	v.Helper()
	fields := v.page(path).Form(action)
	for name, value := range change {
		if value == "-" {
			fields.Del(name)
		} else {
			fields.Set(name, value)
		}
	}
	return fields
}

// done submits a form that must be taken, and gives the address that the browser goes on with.
func (v *visitor) done(path, action string, change map[string]string) string {
	v.Helper()
	res, body := v.submit(path, action, change)
	if res.StatusCode != http.StatusSeeOther {
		v.Fatalf("POST %s: %d, want 303\n%s", action, res.StatusCode, body)
	}
	return res.Header.Get("Location")
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
