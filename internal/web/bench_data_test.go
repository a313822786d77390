package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// benchProjects is the size of the large portfolio. The last page of its list holds 25 projects: that
// is the page which the published figures of other programs are about.
const benchProjects = 10_025

// benchDay is the day of the figures.
var benchDay = civil.D(2026, 10, 15)

func benchNow() time.Time { return benchDay.At(12, 0, time.UTC) }

// large is a portfolio with everything that a page of a roadmap shows.
type large struct {
	db         *database.DB
	portfolio  *portfolio.Service
	governance *governance.Service
	identity   *identity.Service
	token      string // of the session in whose name pages are read
	roadmap    portfolio.Roadmap
	projects   []portfolio.Project
}

// newLarge books projects, three dated estimates and one status report each, and three committees,
// through the use cases. The same numbers always make the same portfolio.
func newLarge(b testing.TB, db *database.DB, n int) *large {
	b.Helper()
	must := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	ctx, operator := b.Context(), identity.Operator("bench")
	l := &large{db: db, portfolio: portfolio.New(db, benchNow), governance: governance.New(db, benchNow, nil)}
	l.identity = identity.New(db, benchNow).With(identity.Options{Key: []byte(strings.Repeat("k", 32)), Hashing: identity.Params{Memory: 64, Time: 1, Parallel: 1}})
	o, err := l.identity.Create(ctx, operator, identity.Organisation{Code: "dpt", Name: "Département d’essai", Kind: identity.KindAdministration,
		Currency: money.EUR, Fiscal: civil.FiscalCalendar{Month: 1, Day: 1}, Locale: "fr", TimeZone: "Europe/Paris"})
	must(err)
	in := portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: o.ID, Code: "SDN", Name: "Schéma directeur du numérique", Start: civil.D(2024, 1, 1),
		End: civil.D(2028, 12, 31), HasVoted: true, Voted: 9_000_000_000_00, Currency: money.EUR, Status: portfolio.RoadmapRunning}}
	for i := range 8 {
		in.Themes = append(in.Themes, portfolio.Theme{Code: fmt.Sprintf("T%d", i), Name: fmt.Sprintf("Axe %d – Services aux habitants", i+1), Position: i})
	}
	l.roadmap, err = l.portfolio.CreateRoadmap(ctx, operator, in)
	must(err)
	inputs := make([]portfolio.ProjectInput, n)
	for i := range inputs {
		inputs[i] = portfolio.ProjectInput{ThemeCode: fmt.Sprintf("T%d", i%8), Project: portfolio.Project{Code: fmt.Sprintf("P%05d", i+1),
			Name: fmt.Sprintf("Dématérialisation du service %05d", i+1), Sponsor: fmt.Sprintf("Direction %d", i%40), Manager: fmt.Sprintf("Chef de projet %d", i%300),
			Department: fmt.Sprintf("Service %d", i%90), Interministerial: i%7 == 0, Weight: int64(i%100) + 1}}
	}
	l.projects, err = l.portfolio.AddProjects(ctx, operator, l.roadmap.ID, inputs)
	must(err)
	estimates, statuses := benchFigures(l.projects)
	must(l.portfolio.BookEstimates(ctx, operator, l.roadmap.ID, estimates))
	must(l.portfolio.ReportStatuses(ctx, operator, l.roadmap.ID, statuses))
	for i, level := range []governance.Level{governance.Operational, governance.Tactical, governance.Strategic} {
		_, err := l.governance.CreateCommittee(ctx, operator, governance.Committee{OrganisationID: o.ID, RoadmapID: l.roadmap.ID, Code: fmt.Sprintf("C%d", i+1), Name: fmt.Sprintf("Comité %d", i+1),
			Level: level, Cadence: cadence.Rule{Frequency: cadence.Monthly, Month: 1, Day: 5 + i, Hour: 10, Move: cadence.MoveFollowing}, TimeZone: "Europe/Paris", Locale: "fr", LeadDays: 5, From: in.Roadmap.Start})
		must(err)
	}
	l.sessions(b, o)
	must(db.Optimise(ctx))
	return l
}

// benchSessions is how many sessions are open beside the one that is measured.
const benchSessions = 1000

// sessions signs a roadmap manager in, among fifty colleagues with twenty sessions each.
func (l *large) sessions(b testing.TB, o identity.Organisation) {
	b.Helper()
	ctx, operator := b.Context(), identity.Operator("bench")
	for i := range benchSessions/20 + 1 {
		in := identity.UserInput{OrganisationID: o.ID, Email: fmt.Sprintf("agent%d@example.org", i), Name: fmt.Sprintf("Agent %d", i), Password: password, Roles: []identity.Role{identity.RoleRoadmapManager, identity.RoleReader}}
		if _, _, err := l.identity.AddUser(ctx, operator, in); err != nil {
			b.Fatal(err)
		}
		for range 20 {
			got, err := l.identity.SignIn(ctx, identity.SignInInput{Email: in.Email, Password: password, Agent: "bench", Address: fmt.Sprintf("192.0.2.%d", i)})
			if err != nil {
				b.Fatal(err)
			}
			l.token = got.Token
		}
	}
}

// benchFigures gives every project three estimates, half a year apart, that grow later and dearer, and
// a status report.
func benchFigures(projects []portfolio.Project) ([]portfolio.Estimate, []portfolio.StatusReport) {
	estimates := make([]portfolio.Estimate, 0, 3*len(projects))
	statuses := make([]portfolio.StatusReport, 0, len(projects))
	weather := []portfolio.Weather{portfolio.WeatherSun, portfolio.WeatherCloud, portfolio.WeatherStorm}
	for i, p := range projects {
		start := civil.D(2024, 1, 1).AddDays(i % 700)
		for k := range 3 {
			cost := money.Amount(20_000_00 + int64(i%500)*1_000_00 + int64(k*(i%9))*700_00)
			estimates = append(estimates, portfolio.Estimate{ProjectID: p.ID, AsOf: civil.D(2025, 6, 1).AddDays(180 * k), HasCost: true, Cost: cost,
				Start: start, End: start.AddDays(400 + i%300 + k*(i%60)), Phase: portfolio.Phases[i%6]})
		}
		s := portfolio.StatusReport{ProjectID: p.ID, Period: "2026-10", On: civil.D(2026, 10, 1), Author: "bench", Summary: "Le projet avance comme prévu."}
		s.Schedule.Weather, s.Cost.Weather = weather[i%3], weather[i%2]
		if i%50 == 0 {
			s.NeedsDecision = "Faut-il étendre le périmètre aux communes ?"
		}
		statuses = append(statuses, s)
	}
	return estimates, statuses
}
