package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// cents reads an amount as people write it.
func cents(s string) money.Amount {
	a, err := money.Parse(s, money.EUR)
	if err != nil {
		panic(err)
	}
	return a
}

// committed books a commitment of operations with what is mandated on it and, in basis points, whose it is.
func (d *desk) committed(number string, net, mandated money.Amount, last string, shares map[string]int64) (id int64) {
	d.Helper()
	ctx := context.Background()
	var moved any
	if last != "" {
		moved = last
	}
	err := d.db.Write().NewRaw(`INSERT INTO commitment (organisation_id, number, supplier_name, nature, section, state, committed, mandated, last_on)
		VALUES (?, ?, 'Atelier numérique', '6156', 'F', 'open', ?, ?, ?) RETURNING id`,
		d.org.ID, number, net, mandated, moved).Scan(ctx, &id)
	if err != nil {
		d.Fatal(err)
	}
	d.write(`INSERT INTO commitment_event (organisation_id, commitment_id, fiscal_year_id, type, amount, on_date, cause, live) VALUES (?, ?, ?, 'ORIGINAL', ?, '2026-01-05', 'NEW', TRUE)`,
		d.org.ID, id, d.year(2026), net)
	for project, bp := range shares {
		d.write(`INSERT INTO commitment_share (organisation_id, commitment_id, project_id, share_bp, method, recorded_by, recorded_at) VALUES (?, ?, ?, ?, 'manual', 'test', ?)`,
			d.org.ID, id, d.projects[project], bp, d.clock.now())
	}
	d.touch()
	return id
}

// spent books an entry of a project alone.
func (d *desk) spent(project, on string, amount money.Amount, change func(*Posting)) Posting {
	d.Helper()
	return d.newPosting(func(p *Posting) {
		p.DocOn, p.Amount = day(on), amount
		if change != nil {
			change(p)
		}
	}, Allocation{ProjectID: d.projects[project], Amount: amount, Method: MethodRule})
}

// write changes the database past the use cases.
func (d *desk) write(query string, args ...any) {
	d.Helper()
	if _, err := d.db.Write().ExecContext(context.Background(), query, args...); err != nil {
		d.Fatal(err)
	}
}

func (d *desk) report(filter ReportFilter) *RoadmapFinance {
	d.Helper()
	r, err := d.service.RoadmapFinance(context.Background(), operator, d.roadmap.ID, civil.Date{}, filter)
	if err != nil {
		d.Fatal(err)
	}
	return r
}

func (d *desk) project(code string) *ProjectFinance {
	d.Helper()
	p, err := d.service.ProjectFinance(context.Background(), operator, d.projects[code], civil.Date{})
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// budgeted is a line of a budget that no vote covers.
func (d *desk) budgeted(year int, section string, category Category, amount money.Amount) BudgetLine {
	return BudgetLine{YearID: d.year(year), Section: section, Category: category, Amount: amount}
}

func (d *desk) wantAmounts(what string, got, want map[string]money.Amount) {
	d.Helper()
	for name, w := range want {
		if g, ok := got[name]; !ok || g != w {
			d.Errorf("%s: %s is %s, want %s", what, name, g.Decimal(money.EUR), w.Decimal(money.EUR))
		}
	}
}

func wantBP(t *testing.T, what string, got *money.BasisPoints, want money.BasisPoints) {
	t.Helper()
	if got == nil || *got != want {
		t.Errorf("%s: %v, want %d basis points", what, got, want)
	}
}

// TestReportE1 is E1: open credits, what of them is bound, and what is left.
func TestReportE1(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		e := d.envelope("FDR", EnvelopeRoadmap, "", 0)
		at := credits(e, d.year(2026), "F")
		d.book(voted(ActBP, at, euros(1_200_000)))
		d.book(voted(ActReport, at, euros(150_000)))
		d.book(voted(ActDM, at, euros(80_000)))
		d.book(ActInput{Act: ActDM, Reference: "DM2", On: day("2026-09-20"), Reason: "Vote", Lines: []ActLine{{at, euros(-30_000)}}})
		d.spent("P1", "2026-03-02", euros(640_000), nil)
		d.committed("E1", euros(1_050_000), euros(640_000), "2026-03-02", map[string]int64{"P1": 10_000})
		r := d.report(ReportFilter{})
		d.wantAmounts("E1", map[string]money.Amount{"open": r.Voted.Open, "mandated": r.Totals.Mandated, "DENM": r.Totals.DENM, "committed": r.Totals.Committed,
			"exposure": r.Totals.Exposure(), "available": r.Available()},
			map[string]money.Amount{"open": euros(1_400_000), "mandated": euros(640_000), "DENM": euros(410_000), "committed": euros(1_050_000),
				"exposure": euros(1_050_000), "available": euros(350_000)})
		wantBP(t, "realisation", r.Realisation(), 4571)
		wantBP(t, "exposure", r.ExposureRate(), 7500)
		want := []VotedAct{{ActBP, euros(1_200_000)}, {ActReport, euros(150_000)}, {ActDM, euros(50_000)}}
		if !reflect.DeepEqual(r.Voted.Acts, want) {
			t.Errorf("voted by %v, want %v", r.Voted.Acts, want)
		}
		before, err := d.service.RoadmapFinance(context.Background(), operator, d.roadmap.ID, day("2026-04-30"), ReportFilter{})
		if err != nil || before.Voted.Open != euros(1_430_000) {
			t.Errorf("before DM2: %v open, %v; want 1 430 000", before.Voted.Open, err)
		}
	})
}

// TestReportE3 is E3 and E3b: commitments are taken one by one.
func TestReportE3(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		d.spent("P1", "2026-03-02", cents("96500.40"), nil)
		d.committed("2026-1", cents("138000"), cents("96500.40"), "2026-03-02", map[string]int64{"P1": 10_000})
		p := d.project("P1")
		d.wantAmounts("E3", map[string]money.Amount{"DENM": p.Totals.DENM, "committed": p.Totals.Committed}, map[string]money.Amount{"DENM": cents("41499.60"), "committed": euros(138_000)})
		d.spent("P2", "2026-03-02", euros(120_000), nil)
		d.committed("A", euros(100_000), euros(110_000), "2026-03-02", map[string]int64{"P2": 10_000})
		d.committed("B", euros(50_000), euros(10_000), "2026-03-02", map[string]int64{"P2": 10_000})
		p = d.project("P2")
		if p.Totals.DENM != euros(40_000) || len(p.Commitments) != 2 || !p.Commitments[0].Over || p.Commitments[1].Over {
			t.Errorf("E3b: DENM %d, commitments %+v; want 40 000 € and A over-mandated", p.Totals.DENM, p.Commitments)
		}
		var told bool
		for _, w := range p.Warnings {
			told = told || (w.Code == forecast.WarnOverCommit && w.Args[0] == "A")
		}
		if !told {
			t.Errorf("warnings %+v, want one of A", p.Warnings)
		}
	})
}

// TestSharedCommitment deals the cents of a commitment out among the projects that share it; a part may be nobody's.
func TestSharedCommitment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		d.committed("C", 100, 0, "", map[string]int64{"P1": 3333, "P2": 3333})
		d.committed("D", 1, 0, "", map[string]int64{"P1": 5000, "P2": 5000})
		r := d.report(ReportFilter{})
		if got := r.Projects[0].DENM + r.Projects[1].DENM; got != 67 || r.Totals.DENM != 67 {
			t.Errorf("the projects have %d, the roadmap %d; want 66 of the first and 1 of the second", got, r.Totals.DENM)
		}
	})
}

// TestReportE7 is E7: an accrual and its reversal fall into two years, the project costs what the invoice says.
func TestReportE7(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		accrual := func(p *Posting) { p.Accrual = true }
		d.spent("P1", "2025-12-31", euros(100_000), accrual)
		d.spent("P1", "2026-01-15", euros(-100_000), accrual)
		d.spent("P1", "2026-02-10", euros(97_500), nil)
		p := d.project("P1")
		got := map[string]money.Amount{"all": p.Totals.Mandated}
		for _, c := range p.Cells {
			got[c.Year.Code] += c.Mandated
		}
		d.wantAmounts("E7", got, map[string]money.Amount{"2025": euros(100_000), "2026": euros(-2_500), "all": euros(97_500)})
		if last := p.Periods[len(p.Periods)-1]; len(p.Periods) != 3 || last.Total != euros(97_500) {
			t.Errorf("periods %+v, want three that end at 97 500 €", p.Periods)
		}
		lastActual := money.Amount(0)
		for _, x := range p.Curve {
			if x.Actual != nil {
				lastActual = *x.Actual
			}
		}
		if lastActual != euros(97_500) {
			t.Errorf("the curve of actual costs ends at %d", lastActual)
		}
	})
}

// TestReportE15 is E15: where the credits of a year land, by what a project manager expects.
func TestReportE15(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(500_000)))
		d.spent("P1", "2026-03-02", euros(210_000), nil)
		d.committed("C", euros(430_000), euros(210_000), "2026-03-02", map[string]int64{"P1": 10_000})
		y, next := d.year(2026), d.year(2027)
		res, err := d.service.BookForecast(context.Background(), operator, d.projects["P1"], ForecastInput{AsOf: day("2026-09-30"), Lines: []ForecastLine{
			{YearID: y, Section: "F", Category: CategoryServices, Kind: ForecastDone, Amount: euros(40_000), Probability: 10_000},
			{YearID: y, Section: "F", Category: CategoryServices, Kind: ForecastToGo, Amount: euros(120_000), Probability: 10_000},
			{YearID: next, Section: "F", Category: CategoryServices, Kind: ForecastToGo, Amount: euros(60_000), Probability: 10_000},
			{YearID: y, Section: "F", Category: CategoryStudies, Kind: ForecastProbable, Amount: euros(60_000), Probability: 5_000}}})
		if err != nil || len(res.Findings) != 0 {
			t.Fatal(err, res.Findings)
		}
		for what, l := range map[string]*forecast.Landing{"project": d.project("P1").Landing, "roadmap": d.report(ReportFilter{}).Landing} {
			d.wantAmounts("E15, "+what, map[string]money.Amount{"low": l.Low, "central": l.Central, "high": l.High, "carried over": l.CarriedOver, "to give back": l.ToGiveBack},
				map[string]money.Amount{"low": euros(370_000), "central": euros(400_000), "high": euros(430_000), "carried over": euros(60_000), "to give back": euros(40_000)})
			wantBP(t, what, forecast.BasisPoints(l.Rate()), 8000)
		}
		p := d.project("P1")
		if p.Totals.EAC() != euros(460_000) || p.Outlook.EAC != euros(460_000) {
			t.Errorf("cost at completion %d and %d, want 460 000 €", p.Totals.EAC(), p.Outlook.EAC)
		}
		d.spent("P1", "2026-10-20", euros(50_000), nil) // takes the services done and 10 000 € of what was to go
		l := d.project("P1").Landing
		d.wantAmounts("once more is mandated", map[string]money.Amount{"low": l.Low, "central": l.Central, "high": l.High},
			map[string]money.Amount{"low": euros(370_000), "central": euros(400_000), "high": euros(430_000)})
		r := d.report(ReportFilter{Order: OrderAtRisk})
		if len(r.AtRisk.Lines) != 1 || r.AtRisk.Lines[0].Level != forecast.Amber || r.AtRisk.Unspent != euros(100_000) {
			t.Errorf("credits at risk %+v, want those of P1, amber, 100 000 € unspent", r.AtRisk)
		}
	})
}

// TestReportE18 is E18: an overrun is certain although only 60 % is spent.
func TestReportE18(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(300_000)))
		d.spent("P1", "2026-03-02", euros(180_000), nil)
		d.committed("C", euros(315_000), euros(180_000), "2026-03-02", map[string]int64{"P1": 10_000})
		p := d.project("P1")
		wantBP(t, "spent", p.Totals.Realisation(), 6000)
		d.wantAmounts("E18", map[string]money.Amount{"exposure": p.Totals.Exposure(), "overrun": *p.Outlook.ExposedOver, "left": p.Totals.Available()},
			map[string]money.Amount{"exposure": euros(315_000), "overrun": euros(15_000), "left": euros(-15_000)})
		wantBP(t, "overrun", forecast.BasisPoints(p.Outlook.ExposedRate), 500)
		r := d.report(ReportFilter{})
		if r.Red == 0 || r.Warnings[0].Level != forecast.Red || r.Projects[0].Level != forecast.Red {
			t.Errorf("warnings %+v, want a red one of the exposure", r.Warnings)
		}
	})
}

// TestReportE19 is E19: the scope is allocated, unallocated and excluded, and nothing else.
func TestReportE19(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.spent("P1", "2026-03-02", euros(1_100_000), nil)
		d.newPosting(func(p *Posting) { p.Amount = euros(100_000) })
		d.newPosting(func(p *Posting) { p.Amount = cents("34567.89") }, Allocation{Amount: cents("34567.89"), Method: MethodManual})
		r := d.report(ReportFilter{})
		want := []ScopeLine{{ledgerfile.FlowExpenditure, cents("1234567.89"), euros(1_100_000), euros(100_000), cents("34567.89")}}
		if !reflect.DeepEqual(r.Scope, want) || r.Scope[0].Delta() != 0 {
			t.Errorf("scope %+v, want %+v", r.Scope, want)
		}
		if len(r.Books) != 2 || r.Books[0].Code != forecast.WarnQueueAge || r.Books[1].Code != forecast.WarnUnmatched {
			t.Errorf("warnings of the books %+v, want the queue's age and share", r.Books)
		}
	})
}

// sums adds up a report in every way that it is told.
func sums(r *RoadmapFinance) map[string]Standing {
	out := map[string]Standing{"themes": {}, "years": {}, "sections": {}, "categories": {}, "projects": {}}
	for _, x := range r.Themes {
		out["themes"] = out["themes"].plus(x.Standing)
	}
	for _, x := range r.ByYear {
		out["years"] = out["years"].plus(x.Standing)
	}
	for _, x := range r.BySection {
		out["sections"] = out["sections"].plus(x.Standing)
	}
	for _, x := range r.ByCategory {
		out["categories"] = out["categories"].plus(x.Standing)
	}
	expected := out["categories"] // by category it is not told
	expected.Expected = r.Totals.Expected
	out["categories"] = expected
	for _, x := range r.Projects {
		out["projects"] = out["projects"].plus(x.Standing)
	}
	return out
}

// TestReportAddsUp books at random and holds that the report says the same in every way that it can be told, by the balances and by the
// entries, with every filter; and that its curve ends at the cost at completion.
func TestReportAddsUp(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		rng := rand.New(rand.NewPCG(4, 2))
		d := newDesk(t, db, "aube", "P1", "P2", "P3")
		codes := []string{"P1", "P2", "P3"}
		for _, code := range codes {
			for range 1 + rng.IntN(2) {
				d.allot(code, d.budgeted(2025, "F", CategoryRun, money.Amount(rng.Int64N(1e7))), d.budgeted(2026, "I", CategorySoftware, money.Amount(rng.Int64N(1e7))),
					d.budgeted(2027, "I", CategoryBuild, money.Amount(rng.Int64N(1e7))))
			}
		}
		var ids []int64
		for i := range 5 {
			ids = append(ids, d.committed(fmt.Sprint("C", i), money.Amount(rng.Int64N(1e6)), money.Amount(rng.Int64N(1e6)), "2026-05-05",
				map[string]int64{codes[i%3]: 1 + rng.Int64N(5000), codes[(i+1)%3]: 1 + rng.Int64N(5000)}))
		}
		for range 40 {
			d.spent(codes[rng.IntN(3)], day("2025-01-01").AddDays(rng.IntN(660)).String(), money.Amount(rng.Int64N(2e6)-5e5), func(p *Posting) {
				p.Section, p.Category = []string{"F", "I", ""}[rng.IntN(3)], []string{"run", "software", ""}[rng.IntN(3)]
				if rng.IntN(3) == 0 {
					p.Stage = ledgerfile.StageCommitted
				}
				if rng.IntN(3) == 0 {
					p.CommitmentID = ids[rng.IntN(len(ids))]
				}
			})
		}
		d.expect(rng, "P1", "P3")
		for _, f := range []ReportFilter{{}, {Year: d.year(2026)}, {Section: "I"}, {Year: d.year(2025), Section: "F"}, {Year: d.year(2027)}} {
			f.Size = -1
			r := d.report(f)
			for how, s := range sums(r) {
				if s != r.Totals {
					t.Errorf("%+v: %s sum to\n%+v, the totals are\n%+v", f, how, s, r.Totals)
				}
			}
			past, err := d.service.RoadmapFinance(context.Background(), operator, d.roadmap.ID, day("2026-11-01"), f)
			if err != nil {
				t.Fatal(err)
			}
			for how, s := range sums(past) {
				if s != past.Totals {
					t.Errorf("%+v, by the entries: %s sum to\n%+v, the totals are\n%+v", f, how, s, past.Totals)
				}
			}
			if a, b := r.Totals, past.Totals; a.Mandated != b.Mandated || a.Engaged != b.Engaged || a.Budget != b.Budget {
				t.Errorf("%+v: the balances say\n%+v, the entries\n%+v", f, a, b)
			}
		}
		r := d.report(ReportFilter{})
		var central money.Amount
		for _, y := range r.ByYear {
			central += y.Landing.Central
		}
		if last := r.Curve[len(r.Curve)-1]; *last.Forecast != central || last.Planned != r.Totals.Budget {
			t.Errorf("the curve ends at %d of %d, want %d of %d", *last.Forecast, last.Planned, central, r.Totals.Budget)
		}
		for i := range r.Projects {
			p := d.project(r.Projects[i].Code)
			if p.Totals != r.Projects[i].Standing {
				t.Errorf("%s says of itself\n%+v, the roadmap of it\n%+v", p.Project.Code, p.Totals, r.Projects[i].Standing)
			}
		}
	})
}

// expect books forecasts of projects.
func (d *desk) expect(rng *rand.Rand, projects ...string) {
	d.Helper()
	for _, code := range projects {
		var lines []ForecastLine
		for _, kind := range ForecastKinds {
			l := ForecastLine{YearID: d.year(2026 + rng.IntN(2)), Section: "I", Category: CategoryBuild, Kind: kind, Amount: money.Amount(rng.Int64N(1e6)), Probability: 10_000}
			if kind == ForecastProbable {
				l.Probability = money.BasisPoints(rng.IntN(10_001))
			}
			lines = append(lines, l)
		}
		if _, err := d.service.BookForecast(context.Background(), operator, d.projects[code], ForecastInput{AsOf: day("2026-10-01"), Lines: lines}); err != nil {
			d.Fatal(err)
		}
	}
}
