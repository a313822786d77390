package finance

import (
	"context"
	"fmt"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// TestReportRights: amounts are for who may read costs in the place, the books of the whole organisation for who may read them there.
func TestReportRights(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		other := newDesk(t, db, "marne", "X")
		d.spent("P1", "2026-03-02", euros(100), nil)
		d.committed("C", euros(500), 0, "2026-03-02", map[string]int64{"P1": 10_000})
		read := func(a identity.Actor) (error, error, error) {
			_, err1 := d.service.RoadmapFinance(ctx, a, d.roadmap.ID, civil.Date{}, ReportFilter{})
			_, err2 := d.service.ProjectFinance(ctx, a, d.projects["P1"], civil.Date{})
			_, err3 := d.service.ProjectPostings(ctx, a, d.projects["P1"], PostingFilter{})
			return err1, err2, err3
		}
		const none, forbidden, notFound, nobody = fault.KindInternal, fault.KindForbidden, fault.KindNotFound, fault.KindUnauthenticated
		cases := []struct {
			name                       string
			actor                      identity.Actor
			roadmap, project, postings fault.Kind
		}{
			{"finance", d.as(identity.RoleFinance, "fanny"), none, none, none},
			{"a committee member", d.as(identity.RoleCommitteeMember, "carl"), none, none, forbidden},
			{"a reader", d.as(identity.RoleReader, "rosa"), forbidden, forbidden, forbidden},
			{"the manager of the project", d.asOf(identity.RoleProjectManager, "paul", "P1"), notFound, none, none},
			{"the manager of another project", d.asOf(identity.RoleProjectManager, "pia", "P2"), notFound, notFound, notFound},
			{"another organisation", other.as(identity.RoleFinance, "omar"), notFound, notFound, notFound},
			{"nobody", identity.Actor{}, nobody, nobody, nobody},
		}
		for _, tc := range cases {
			e1, e2, e3 := read(tc.actor)
			for i, x := range []struct {
				err  error
				want fault.Kind
			}{{e1, tc.roadmap}, {e2, tc.project}, {e3, tc.postings}} {
				if got := fault.KindOf(x.err); got != x.want || (x.want == none) != (x.err == nil) {
					t.Errorf("%s, question %d: %v, want %v", tc.name, i+1, x.err, x.want)
				}
			}
		}
		whole, err := d.service.RoadmapFinance(ctx, d.as(identity.RoleCommitteeMember, "carl"), d.roadmap.ID, civil.Date{}, ReportFilter{})
		if err != nil || whole.Scope == nil {
			t.Errorf("a member in the whole organisation: %v, scope %v; want it shown", err, whole.Scope)
		}
		part, err := d.service.RoadmapFinance(ctx, d.asOf(identity.RoleCommitteeMember, "cleo", ""), d.roadmap.ID, civil.Date{}, ReportFilter{})
		if err != nil || part.Scope != nil || part.Books != nil || part.Totals != whole.Totals {
			t.Errorf("a member of the roadmap: %v, scope %v; want the roadmap's figures alone", err, part.Scope)
		}
		for name, hidden := range map[string]bool{"carl": true, "fanny": false} {
			role := map[bool]identity.Role{true: identity.RoleCommitteeMember, false: identity.RoleFinance}[hidden]
			p, err := d.service.ProjectFinance(ctx, d.as(role, name), d.projects["P1"], civil.Date{})
			if err != nil || p.CommitmentsHidden != hidden || (len(p.Commitments) == 0) != hidden || p.Totals.DENM != euros(500) {
				t.Errorf("%s: %v, hidden %v, %d commitments, DENM %d", name, err, p.CommitmentsHidden, len(p.Commitments), p.Totals.DENM)
			}
		}
		alone, err := d.service.ProjectFinance(ctx, d.asOf(identity.RoleProjectManager, "paul", "P1"), d.projects["P1"], civil.Date{})
		if err != nil || alone.Reference != nil {
			t.Errorf("the manager of one project: %v, reference %v; want nothing of the other projects", err, alone.Reference)
		}
	})
}

// TestReportIsHeld: a report is built once for a version of the books, and anew when something was booked.
func TestReportIsHeld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		d.spent("P2", "2026-03-02", euros(100), nil)
		watch := dbtest.WatchQueries(db)
		d.report(ReportFilter{})
		first := len(watch.Taken())
		if r := d.report(ReportFilter{Order: OrderMandated, Size: 2, Page: 9}); r.Page != 2 || r.Pages != 2 || len(r.Projects) != 1 || r.Projects[0].Code != "P3" || r.Found != 3 {
			t.Errorf("page %d of %d: %+v, want P3 on the second", r.Page, r.Pages, r.Projects)
		}
		if held := len(watch.Taken()); held > 3 || first <= held {
			t.Errorf("%d queries at first, %d once it is held; want at most 3", first, held)
		}
		for i := range 20 {
			d.newProject(fmt.Sprint("Q", i), "T1")
		}
		watch.Taken()
		d.report(ReportFilter{})
		if again := len(watch.Taken()); again != first {
			t.Errorf("%d queries for 3 projects, %d for 23", first, again)
		}
		d.spent("P2", "2026-03-03", euros(11), nil)
		if r := d.report(ReportFilter{Order: OrderMandated}); r.Projects[0].Code != "P2" || r.Totals.Mandated != euros(111) {
			t.Errorf("after a booking %+v, want 111 € of P2 first", r.Projects[0])
		}
	})
}

// TestReportCertificate: the latest certificate stands on the report; its amounts are for who may read the organisation's.
func TestReportCertificate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		d.spent("P1", "2026-01-10", euros(100), nil)
		if r := d.report(ReportFilter{}); r.Certificate != nil {
			t.Errorf("certificate %+v before anything was signed", r.Certificate)
		}
		d.close("2026-01-31")
		r := d.report(ReportFilter{})
		if r.Certificate == nil || r.Certificate.Period != 1 || r.Certificate.Figures.Gross != euros(100) {
			t.Fatalf("certificate %+v, want that of January", r.Certificate)
		}
		part, err := d.service.RoadmapFinance(ctx, d.asOf(identity.RoleCommitteeMember, "cleo", ""), d.roadmap.ID, civil.Date{}, ReportFilter{})
		if err != nil || part.Certificate == nil || part.Certificate.Figures.Gross != 0 || part.Certificate.Figures.ToDate != nil || *part.Certificate.Figures.Reconciled != 10_000 {
			t.Errorf("for who reads the roadmap alone %+v, %v", part.Certificate, err)
		}
		if d.report(ReportFilter{}).Certificate.Figures.Gross != euros(100) {
			t.Error("what one reader may not see was taken from all")
		}
		p, err := FreezePack(ctx, d.db.Read(), d.roadmap.ID, day("2026-11-02"))
		if err != nil || p.Certificate == nil || *p.Certificate.Reconciled != 10_000 || p.Certificate.SignedBy == "" {
			t.Errorf("in a pack %+v, %v", p, err)
		}
	})
}

// TestCurveOfExtraPeriod: what is booked for a year after its end stands in the next January, and at the end of the curve when there is no
// next year.
func TestCurveOfExtraPeriod(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		y := d.year(2025)
		d.spent("P1", "2025-12-10", euros(10), nil)
		d.spent("P1", "2026-01-20", euros(5), func(p *Posting) { p.YearID, p.Period = y, ExtraPeriod })
		curve := d.project("P1").Curve
		if last := curve[len(curve)-1]; len(curve) != 13 || last.On != day("2026-01-31") || *last.Actual != euros(15) {
			t.Errorf("%d points to %+v, want 13 with one of January", len(curve), last)
		}
		d.allot("P1", d.budgeted(2026, "F", CategoryRun, euros(120)))
		curve = d.project("P1").Curve
		if jan := curve[12]; len(curve) != 24 || jan.On != day("2026-01-31") || *jan.Actual != euros(15) || *curve[11].Actual != euros(10) {
			t.Errorf("%d points, January %+v, want 24 and what came late in January", len(curve), jan)
		}
		d.foresee("P1", "2026-11-01", coming(d.year(2026), ForecastToGo, euros(60)))
		curve = d.project("P1").Curve
		if nov, dec := curve[22], curve[23]; *nov.Actual != euros(15) || *nov.Forecast != euros(15) || dec.Actual != nil || *dec.Forecast != euros(75) || dec.Planned != euros(120) {
			t.Errorf("November %+v, December %+v: what is to come comes in December", nov, dec)
		}
	})
}

// TestReportOfAPastDay: entries count from the day that they are of, whatever was booked since.
func TestReportOfAPastDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.spent("P1", "2026-03-02", euros(100), nil)
		d.spent("P1", "2026-06-02", euros(50), nil)
		for on, want := range map[string]money.Amount{"2026-03-01": 0, "2026-03-02": euros(100), "2026-06-01": euros(100), "2026-06-02": euros(150)} {
			r, err := d.service.RoadmapFinance(context.Background(), operator, d.roadmap.ID, day(on), ReportFilter{})
			if err != nil || r.Totals.Mandated != want {
				t.Errorf("on %s %v is mandated, %v; want %d", on, r.Totals.Mandated, err, want)
			}
			p, err := d.service.ProjectFinance(context.Background(), operator, d.projects["P1"], day(on))
			if err != nil || p.Totals.Mandated != want {
				t.Errorf("on %s %v is mandated on the project, %v; want %d", on, p.Totals.Mandated, err, want)
			}
		}
	})
}

// TestEngagedLines: engaged lines of the ledger are bound, but not twice where their commitment is known.
func TestEngagedLines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		id := d.committed("C", euros(1_000), 0, "2026-03-02", map[string]int64{"P1": 10_000})
		d.spent("P1", "2026-03-02", euros(1_000), func(p *Posting) { p.Stage, p.CommitmentID = ledgerfile.StageCommitted, id })
		d.spent("P1", "2026-03-03", euros(300), func(p *Posting) { p.Stage = ledgerfile.StageCommitted })
		check := func(what string, s Standing) {
			t.Helper()
			d.wantAmounts(what, map[string]money.Amount{"engaged": s.Engaged, "DENM": s.DENM, "exposure": s.Exposure(), "committed": s.Committed, "mandated": s.Mandated},
				map[string]money.Amount{"engaged": euros(300), "DENM": euros(1_000), "exposure": euros(1_300), "committed": euros(1_300), "mandated": 0})
		}
		r := d.report(ReportFilter{})
		check("roadmap", r.Totals)
		check("project", d.project("P1").Totals)
		past, err := d.service.RoadmapFinance(context.Background(), operator, d.roadmap.ID, day("2026-10-31"), ReportFilter{})
		if err != nil {
			t.Fatal(err)
		}
		check("as of October", past.Totals)
		var byCategory Standing
		for _, c := range r.ByCategory {
			byCategory = byCategory.plus(c.Standing)
		}
		check("by category", byCategory)
	})
}
