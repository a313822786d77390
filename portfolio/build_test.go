package portfolio

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"
)

// at is the instant at which everything is booked, unless a test says otherwise.
var at = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

var operator = identity.Operator("test")

func fixedClock() time.Time { return at }

// day reads an ISO date; "" is no date.
func day(s string) (d civil.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

func euros(n int64) money.Amount { return money.Amount(n * 100) }

// desk is an organisation with one roadmap and the service that books there.
type desk struct {
	*testing.T
	db      *database.DB
	service *Service
	org     identity.Organisation
	roadmap Roadmap
}

// newDesk books an organisation with a running roadmap of 1 M€; change makes of it what the test is
// about.
func newDesk(t *testing.T, db *database.DB, code string, change func(*RoadmapInput)) *desk {
	t.Helper()
	ctx := context.Background()
	org, err := identity.New(db, fixedClock).Create(ctx, operator, identity.Organisation{Code: code, Name: "Département de " + code, Kind: identity.KindAdministration,
		Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{T: t, db: db, service: New(db, fixedClock), org: org}
	in := RoadmapInput{Roadmap: Roadmap{Code: "FDR", Name: "Feuille de route", Start: day("2025-01-01"), End: day("2027-12-31"), HasVoted: true, Voted: euros(1_000_000),
		Currency: money.EUR, Status: RoadmapRunning}, Themes: []Theme{{Code: "T1", Name: "Proximité", Position: 1}, {Code: "T2", Name: "Écoles", Position: 2}}}
	in.Roadmap.OrganisationID = org.ID
	if change != nil {
		change(&in)
	}
	if d.roadmap, err = d.service.CreateRoadmap(ctx, operator, in); err != nil {
		t.Fatal(err)
	}
	return d
}

// newProject books a project by its code, with the first estimates given.
func (d *desk) newProject(code string, estimates ...Estimate) ProjectID {
	d.Helper()
	got, err := d.service.AddProjects(context.Background(), operator, d.roadmap.ID, []ProjectInput{{Project: Project{Code: code, Name: "Projet " + code}, ThemeCode: "T1"}})
	if err != nil {
		d.Fatal(err)
	}
	d.book(got[0].ID, estimates...)
	return got[0].ID
}

// book books estimates of a project.
func (d *desk) book(id ProjectID, estimates ...Estimate) {
	d.Helper()
	if len(estimates) == 0 {
		return
	}
	for i := range estimates {
		estimates[i].ProjectID = id
	}
	if err := d.service.BookEstimates(context.Background(), operator, d.roadmap.ID, estimates); err != nil {
		d.Fatal(err)
	}
}

// estimate is one of a cost in euros and dates; cost 0 is none, "" no date.
func estimate(on string, cost int64, start, end string) Estimate {
	return Estimate{AsOf: day(on), HasCost: cost != 0, Cost: euros(cost), Start: day(start), End: day(end)}
}

// report gives the roadmap's report of a day.
func (d *desk) report(on string) *Report {
	d.Helper()
	rep, err := d.service.Report(context.Background(), operator, d.roadmap.ID, day(on))
	if err != nil {
		d.Fatal(err)
	}
	return rep
}

// codes lists the population of a day.
func (d *desk) codes(on string) []string {
	d.Helper()
	out := []string{}
	for _, p := range d.report(on).Projects {
		out = append(out, p.Code)
	}
	slices.Sort(out)
	return out
}

// line gives one project of a day's report.
func (d *desk) line(on, code string) ProjectLine {
	d.Helper()
	for _, p := range d.report(on).Projects {
		if p.Code == code {
			return p
		}
	}
	d.Fatalf("project %s is not in the portfolio on %s", code, on)
	return ProjectLine{}
}

// row is a line of a list with a cost in euros, 0 for none.
func row(code, name string, cost int64, start, end string) projectfile.Row {
	return projectfile.Row{Code: code, Name: name, HasCost: cost != 0, Cost: euros(cost), Start: day(start), End: day(end)}
}

// file writes rows as the list that listProfile reads.
func file(t testing.TB, rows ...projectfile.Row) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := projectfile.Write(&b, rows, money.EUR, "fr"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// listProfile reads what Write writes, but takes it for a list that somebody else keeps: each row says
// what holds on its day, whether it was known or not.
func listProfile() projectfile.Profile {
	p, _ := projectfile.BuiltIn("jalon")
	p.OwnExport = false
	return p
}

// list is the import of rows as of a day into the desk's roadmap.
func (d *desk) list(on string, rows ...projectfile.Row) ImportInput {
	d.Helper()
	return ImportInput{Organisation: d.org, RoadmapCode: d.roadmap.Code, Data: file(d, rows...), FileName: "liste.csv", Profile: listProfile(), AsOf: day(on)}
}

// importRows books a list and checks the sums that every report keeps.
func (d *desk) importRows(on string, rows ...projectfile.Row) ImportReport {
	d.Helper()
	return d.importInput(d.list(on, rows...))
}

func (d *desk) importInput(in ImportInput) ImportReport {
	d.Helper()
	rep, err := d.service.ImportList(context.Background(), operator, in)
	if err != nil {
		d.Fatal(err)
	}
	if rep.Matched+rep.Rejected != rep.Rows {
		d.Errorf("matched %d + rejected %d ≠ rows %d", rep.Matched, rep.Rejected, rep.Rows)
	}
	if rep.Created+rep.Updated+rep.Unchanged != rep.Projects {
		d.Errorf("created %d + updated %d + unchanged %d ≠ projects %d", rep.Created, rep.Updated, rep.Unchanged, rep.Projects)
	}
	return rep
}

// counts says what an import did in one line.
func counts(r ImportReport) string {
	return fmt.Sprintf("rows %d rejected %d projects %d created %d updated %d unchanged %d exits %d estimates %d",
		r.Rows, r.Rejected, r.Projects, r.Created, r.Updated, r.Unchanged, r.Exits, r.Estimates)
}

// rowCounts counts the rows of every table.
func rowCounts(t testing.TB, db *database.DB) map[string]int {
	t.Helper()
	columns, err := db.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, c := range columns {
		table, _, _ := strings.Cut(c, ".")
		if _, ok := out[table]; ok {
			continue
		}
		var n int
		if err := db.Read().NewRaw("SELECT count(*) FROM "+table).Scan(context.Background(), &n); err != nil {
			t.Fatal(err)
		}
		out[table] = n
	}
	return out
}

// factsVersion is the counter that tells readers of reports to look again.
func (d *desk) factsVersion() int64 {
	d.Helper()
	r, err := d.service.RoadmapByCode(context.Background(), operator, d.org.ID, d.roadmap.Code)
	if err != nil {
		d.Fatal(err)
	}
	return r.FactsVersion
}

// expectFault fails unless the error is a fault of the kind and key.
func expectFault(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Kind != kind || f.Key != key {
		t.Errorf("error = %v (%s), want %s %q", err, fault.KindOf(err), kind, key)
	}
}

// fields lists the fields that an error blames.
func fields(err error) string {
	f := fault.As(err)
	if f == nil {
		return ""
	}
	names := make([]string, len(f.Fields))
	for i, field := range f.Fields {
		names[i] = field.Name
	}
	return strings.Join(names, " ")
}
