package finance

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

var operator = identity.Operator("test")

// fiscalFromJuly is the calendar of Rwanda.
var fiscalFromJuly = civil.FiscalCalendar{Month: 7, Day: 1}

// day reads an ISO date; "" is no date.
func day(s string) (d civil.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

func euros(n int64) money.Amount { return money.Amount(n * 100) }

// clock is set by the test and read by the service.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// desk is an organisation with one roadmap, its projects, and the services that keep its books.
type desk struct {
	*testing.T
	db        *database.DB
	clock     *clock
	service   *Service
	portfolio *portfolio.Service
	org       identity.Organisation
	roadmap   portfolio.Roadmap
	projects  map[string]portfolio.ProjectID
}

// newDesk founds an organisation of the code, in euros and civil years, with a running roadmap and the projects named by
// their codes. Its clock stands on 2 November 2026.
func newDesk(t *testing.T, db *database.DB, code string, projects ...string) *desk {
	t.Helper()
	return foundDesk(t, db, identity.Organisation{Code: code, Name: "Département de " + code, Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"}, projects...)
}

func foundDesk(t *testing.T, db *database.DB, o identity.Organisation, projects ...string) *desk {
	t.Helper()
	ctx := context.Background()
	d := &desk{T: t, db: db, clock: &clock{at: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)}, projects: map[string]portfolio.ProjectID{}}
	var err error
	if d.org, err = identity.New(db, d.clock.now).Create(ctx, operator, o); err != nil {
		t.Fatal(err)
	}
	d.portfolio, d.service = portfolio.New(db, d.clock.now), New(db, d.clock.now)
	d.roadmap, err = d.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: d.org.ID, Code: "FDR", Name: "Feuille de route",
		Start: day("2025-01-01"), End: day("2027-12-31"), HasVoted: true, Voted: money.Amount(1_000_000) * o.Currency.Unit(), Currency: o.Currency, Status: portfolio.RoadmapRunning},
		Themes: []portfolio.Theme{{Code: "T1", Name: "Proximité", Position: 1}, {Code: "T2", Name: "Écoles", Position: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	for i, code := range projects {
		d.newProject(code, fmt.Sprintf("T%d", 1+i%2))
	}
	return d
}

// newProject adds a project to the roadmap.
func (d *desk) newProject(code, theme string) portfolio.ProjectID {
	d.Helper()
	got, err := d.portfolio.AddProjects(context.Background(), operator, d.roadmap.ID, []portfolio.ProjectInput{{Project: portfolio.Project{Code: code, Name: "Projet " + code}, ThemeCode: theme}})
	if err != nil {
		d.Fatal(err)
	}
	d.projects[code] = got[0].ID
	return got[0].ID
}

// as is somebody with one role in the whole organisation; each name is another user.
func (d *desk) as(role identity.Role, name string) identity.Actor {
	return identity.SignedIn(userID(name), name, identity.Grant{OrganisationID: d.org.ID, Role: role, Scope: identity.ScopeOrganisation})
}

// asOf is somebody with one role on the roadmap or, if it is named, one project alone.
func (d *desk) asOf(role identity.Role, name, project string) identity.Actor {
	g := identity.Grant{OrganisationID: d.org.ID, Role: role, Scope: identity.ScopeRoadmap, SubjectID: int64(d.roadmap.ID)}
	if project != "" {
		g.Scope, g.SubjectID = identity.ScopeProject, int64(d.projects[project])
	}
	return identity.SignedIn(userID(name), name, g)
}

func userID(name string) (id int64) {
	for _, r := range name {
		id = id*31 + int64(r)
	}
	return 1 + id%1_000_000
}

// feed gives the number of a feed of ledgers.
func (d *desk) feed(code string) (id int64) {
	d.Helper()
	ctx := context.Background()
	if _, err := d.db.Write().ExecContext(ctx, "INSERT INTO ledger_feed (organisation_id, purpose, code) VALUES (?, 'ledger', ?) ON CONFLICT DO NOTHING", d.org.ID, code); err != nil {
		d.Fatal(err)
	}
	if err := d.db.Read().NewRaw("SELECT id FROM ledger_feed WHERE organisation_id = ? AND code = ?", d.org.ID, code).Scan(ctx, &id); err != nil {
		d.Fatal(err)
	}
	return id
}

// newPosting books an entry as a file would, without one, and gives it: of 12 000 € of operations mandated on 2 March 2026 unless change says
// otherwise. parts are its allocations.
func (d *desk) newPosting(change func(*Posting), parts ...Allocation) Posting {
	d.Helper()
	ctx := context.Background()
	feed := d.feed("test")
	id, err := d.service.reserve(ctx, 1)
	if err != nil {
		d.Fatal(err)
	}
	p := Posting{OrganisationID: d.org.ID, ID: id, FeedID: feed, FileID: 0, Line: 1, RawOffset: -1, Cause: CauseNew, Live: true, KeyText: fmt.Sprint(id), KeyUnique: true,
		Key: []byte(fmt.Sprintf("%016d", id)), Content: []byte(fmt.Sprintf("%016d", id)), Flow: ledgerfile.FlowExpenditure, Stage: ledgerfile.StageMandated, CostSign: 1,
		DocOn: day("2026-03-02"), Section: "F", Nature: "6156", Category: "run", Supplier: "44306184100047", SupplierName: "Atelier numérique", Label: "Maintenance", Amount: euros(12_000)}
	err = d.service.book(ctx, operator, d.org.ID, act{name: "test.post", permission: identity.PermReconcile}, batchRow{Kind: BatchManual}, func(ctx context.Context, k *booking) (trace, error) {
		if change != nil {
			change(&p)
		}
		if p.CoverOn.IsZero() {
			p.CoverOn = p.DocOn
		}
		if p.YearID == 0 {
			y, err := k.yearAt(ctx, k.tx, p.CoverOn)
			if err != nil {
				return trace{}, err
			}
			p.YearID, p.Period = y.ID, y.PeriodOf(p.CoverOn)
		}
		at, err := k.Booked(p.At())
		if err != nil {
			return trace{}, err
		}
		p.BookedYearID, p.BookedPeriod = at.Year, at.Period
		return trace{subject: "posting", id: int64(p.ID), details: p.KeyText}, k.post(ctx, &p, parts, "")
	})
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// expectFault checks the kind and the key of a refusal.
func (d *desk) expectFault(err error, kind fault.Kind, key string) {
	d.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || (key != "" && f.Key != key) {
		d.Errorf("got %v, want %v %s", err, kind, key)
	}
}

// takeBack books the reversal of a live entry: the entry with the sign turned, and with it what it was allocated to. It gives what the entry
// was allocated to, for the entry that restates it.
func (k *booking) takeBack(ctx context.Context, p *Posting, held []Allocation, reversal Posting) ([]Share, error) {
	shares := sharesOf(held)
	parts := make([]Allocation, len(shares))
	for i, s := range shares {
		parts[i] = Allocation{ProjectID: s.ProjectID, Amount: -s.Amount, Method: MethodInherited}
	}
	if err := k.post(ctx, &reversal, parts, ""); err != nil {
		return nil, err
	}
	if residual(p, shares) != 0 {
		return shares, settleOpen(ctx, k.tx, p, 0, civil.Date{})
	}
	return shares, nil
}
