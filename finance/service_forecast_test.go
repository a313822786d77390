package finance

import (
	"context"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// coming is a line of a forecast of operations.
func coming(year int64, kind ForecastKind, amount money.Amount) ForecastLine {
	return ForecastLine{YearID: year, Section: "F", Category: CategoryServices, Kind: kind, Amount: amount, Probability: 10_000}
}

// forecasts lists the forecasts of a project, the latest first.
func (d *desk) forecasts(project string) []Forecast {
	d.Helper()
	all, err := findForecasts(context.Background(), d.db.Read(), forecastFilter{extent: extent{organisation: d.org.ID, project: d.projects[project]}})
	if err != nil {
		d.Fatal(err)
	}
	slices.Reverse(all)
	return all
}

// foresee books a forecast after the last one.
func (d *desk) foresee(project, on string, lines ...ForecastLine) Forecast {
	d.Helper()
	in := ForecastInput{AsOf: day(on), Lines: lines}
	all := d.forecasts(project)
	if len(all) > 0 {
		in.After = all[0].ID
	}
	got, err := d.service.BookForecast(context.Background(), operator, d.projects[project], in)
	if err != nil {
		d.Fatal(err)
	}
	return got.Forecast
}

func TestForecasts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		y := d.year(2026)
		d.spent("P1", "2026-03-02", euros(100), nil)
		d.spent("P1", "2025-03-02", euros(7), func(p *Posting) { p.Section = "I" })
		first := d.foresee("P1", "2026-09-30", coming(y, ForecastDone, euros(40)), coming(y, ForecastToGo, euros(60)))
		again := d.foresee("P1", "2026-09-30", coming(y, ForecastToGo, euros(80)))
		later := d.foresee("P1", "2026-10-31", coming(y, ForecastToGo, euros(70)))
		if first.Number != 1 || again.Number != 2 || later.Number != 1 {
			t.Errorf("numbers %d, %d, %d; want 1, 2 and 1", first.Number, again.Number, later.Number)
		}
		all := d.forecasts("P1")
		if len(all) != 3 || all[0].ID != later.ID || all[2].ID != first.ID {
			t.Fatal("the latest first:", all)
		}
		if !reflect.DeepEqual(all[2], first) {
			t.Errorf("read again\n%+v, booked\n%+v", all[2], first)
		}
		want := []MandatedCell{{y, "F", euros(100)}, {d.year(2025), "I", euros(7)}}
		slices.SortFunc(want, func(a, b MandatedCell) int { return int(a.YearID - b.YearID) })
		if !reflect.DeepEqual(first.Mandated, want) {
			t.Errorf("started from %+v, want %+v", first.Mandated, want)
		}
		form, err := d.service.ForecastForm(ctx, operator, d.projects["P1"])
		if err != nil || form.Last.ID != later.ID || len(form.Lines) != 1 || form.Lines[0].Amount != euros(70) || len(form.Years) != 2 {
			t.Errorf("the form begins with %+v, %v", form, err)
		}
		empty, err := d.service.ForecastForm(ctx, operator, d.projects["P2"])
		if err != nil || empty.Last != nil || len(empty.Lines) != 0 {
			t.Errorf("the form of a project without any: %+v, %v", empty, err)
		}
	})
}

func TestForecastFindings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		y := d.year(2026)
		d.committed("C", euros(1_000), euros(400), "2026-03-02", map[string]int64{"P1": 5_000, "P2": 5_000})
		short := ForecastInput{AsOf: day("2026-10-01"), Lines: []ForecastLine{coming(y, ForecastDone, euros(100)), coming(y, ForecastToGo, cents("199.99")),
			{YearID: y, Section: "F", Category: CategoryRun, Kind: ForecastProbable, Amount: euros(500), Probability: 5_000}}}
		got, err := d.service.BookForecast(ctx, operator, d.projects["P1"], short)
		want := []forecast.Finding{{Code: forecast.ToGoBelowCommitments, Args: []any{cents("299.99"), euros(300)}}}
		if err != nil || !reflect.DeepEqual(got.Findings, want) {
			t.Errorf("findings %+v, %v, want %+v", got.Findings, err, want)
		}
		if o := d.project("P1").Outlook; len(o.Findings) != 0 { // what is probable reaches further
			t.Errorf("outlook %+v", o)
		}
		short.After, short.Comment = got.Forecast.ID, "Le marché sera soldé."
		got, err = d.service.BookForecast(ctx, operator, d.projects["P1"], short)
		if err != nil || len(got.Findings) != 0 {
			t.Errorf("justified: %+v, %v, want no finding", got.Findings, err)
		}
	})
}

func TestForecastRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		other := newDesk(t, db, "marne", "X")
		y := d.year(2026)
		last := d.foresee("P1", "2026-10-01", coming(y, ForecastToGo, 1))
		manager := d.asOf(identity.RoleProjectManager, "paul", "P1")
		line := coming(y, ForecastToGo, 1)
		change := func(f func(*ForecastInput)) ForecastInput {
			in := ForecastInput{AsOf: day("2026-10-02"), After: last.ID, Lines: []ForecastLine{line}}
			f(&in)
			return in
		}
		bad := func(f func(*ForecastLine)) func(*ForecastInput) {
			return func(in *ForecastInput) { f(&in.Lines[0]) }
		}
		cases := []struct {
			name  string
			actor identity.Actor
			in    ForecastInput
			kind  fault.Kind
			key   string
		}{
			{"nobody", identity.Actor{}, change(func(*ForecastInput) {}), fault.KindUnauthenticated, ""},
			{"a finance officer", d.as(identity.RoleFinance, "fanny"), change(func(*ForecastInput) {}), fault.KindForbidden, ""},
			{"the manager of another project", d.asOf(identity.RoleProjectManager, "pia", "P2"), change(func(*ForecastInput) {}), fault.KindNotFound, "project.not_found"},
			{"another organisation", other.as(identity.RoleRoadmapManager, "omar"), change(func(*ForecastInput) {}), fault.KindNotFound, "project.not_found"},
			{"a day to come", manager, change(func(in *ForecastInput) { in.AsOf = day("2026-11-03") }), fault.KindInvalid, "finance.forecast.future"},
			{"before the last one", manager, change(func(in *ForecastInput) { in.AsOf = day("2026-09-30") }), fault.KindInvalid, "finance.forecast.before_previous"},
			{"without having seen the last one", manager, change(func(in *ForecastInput) { in.After = 0 }), fault.KindStale, "forecast.stale"},
			{"no day", manager, change(func(in *ForecastInput) { in.AsOf = civil.Date{} }), fault.KindInvalid, "input.required"},
			{"progress beyond the end", manager, change(func(in *ForecastInput) { p := money.BasisPoints(10_001); in.Physical = &p }), fault.KindInvalid, "forecast.progress_range"},
			{"a year of another organisation", manager, change(bad(func(l *ForecastLine) { l.YearID = other.year(2026) })), fault.KindNotFound, "fiscal_year.not_found"},
			{"less than nothing", manager, change(bad(func(l *ForecastLine) { l.Amount = -1 })), fault.KindInvalid, "budget.line.amount"},
			{"an unknown kind", manager, change(bad(func(l *ForecastLine) { l.Kind = "hope" })), fault.KindInvalid, "finance.forecast.line.kind"},
			{"certain, and only probable", manager, change(bad(func(l *ForecastLine) { l.Probability = 5_000 })), fault.KindInvalid, "finance.forecast.line.probability"},
			{"the same line twice", manager, change(func(in *ForecastInput) { in.Lines = append(in.Lines, line) }), fault.KindInvalid, "budget.line.twice"},
		}
		for _, tc := range cases {
			_, err := d.service.BookForecast(ctx, tc.actor, d.projects["P1"], tc.in)
			f := fault.As(err)
			if f == nil || f.Kind != tc.kind {
				t.Errorf("%s: %v, want %v %s", tc.name, err, tc.kind, tc.key)
				continue
			}
			if tc.key != "" && f.Key != tc.key && !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Key == tc.key }) {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.key)
			}
		}
		d.write("UPDATE fiscal_year SET state = 'closed' WHERE id = ?", y)
		_, err := d.service.BookForecast(ctx, manager, d.projects["P1"], change(func(*ForecastInput) {}))
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "finance.forecast.line.year_closed" {
			t.Errorf("into a closed year: %v", err)
		}
		if _, err := d.service.BookForecast(ctx, manager, d.projects["P1"], change(func(in *ForecastInput) { in.Lines = nil })); err != nil {
			t.Errorf("nothing more is to come: %v", err)
		}
	})
}

// TestRemaining: what is mandated after a forecast is taken off services done first, then off what was to go, then off what was probable.
func TestRemaining(t *testing.T) {
	at := yearSection{1, "F"}
	f := Forecast{Mandated: []MandatedCell{{1, "F", 100}}, Lines: []ForecastLine{coming(1, ForecastToGo, 20), coming(1, ForecastDone, 30), coming(1, ForecastToGo, 40),
		coming(1, ForecastProbable, 10), coming(2, ForecastToGo, 99), {YearID: 1, Section: "I", Kind: ForecastToGo, Amount: 7, Probability: 10_000}}}
	cases := []struct {
		name string
		now  money.Amount
		want []money.Amount
	}{
		{"nothing was mandated since", 100, []money.Amount{20, 30, 40, 10, 99, 7}},
		{"less is than was", 60, []money.Amount{20, 30, 40, 10, 99, 7}},
		{"part of the services done", 110, []money.Amount{20, 20, 40, 10, 99, 7}},
		{"the services done and a half of what was to go", 160, []money.Amount{10, 0, 20, 10, 99, 7}},
		{"all that was to go and half of what was probable", 195, []money.Amount{0, 0, 0, 5, 99, 7}},
		{"more than was foreseen", 1000, []money.Amount{0, 0, 0, 0, 99, 7}},
	}
	for _, tc := range cases {
		var got []money.Amount
		for _, l := range f.remaining(map[yearSection]money.Amount{at: tc.now}) {
			got = append(got, l.Amount)
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v remain, want %v", tc.name, got, tc.want)
		}
	}
	if f.Lines[1].Amount != 30 {
		t.Error("what was forecast changed")
	}
}

// TestRemainingKeepsTheTotal: as long as what is mandated stays within the forecast, the cost at completion stays what was forecast.
func TestRemainingKeepsTheTotal(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for range 1000 {
		var f Forecast
		var expected money.Amount
		for range rng.IntN(8) {
			l := coming(int64(1+rng.IntN(2)), ForecastKinds[rng.IntN(3)], money.Amount(rng.Int64N(50)))
			f.Lines, expected = append(f.Lines, l), expected+l.Amount
		}
		now := map[yearSection]money.Amount{}
		var spent money.Amount
		for year := int64(1); year <= 2; year++ {
			before := money.Amount(rng.Int64N(100))
			f.Mandated = append(f.Mandated, MandatedCell{year, "F", before})
			var reach money.Amount
			for _, l := range f.Lines {
				if l.YearID == year {
					reach += l.Amount
				}
			}
			since := money.Amount(rng.Int64N(int64(reach) + 1))
			now[yearSection{year, "F"}], spent = before+since, spent+since
		}
		var left money.Amount
		for _, l := range f.remaining(now) {
			if left += l.Amount; l.Amount < 0 {
				t.Fatalf("%+v: less than nothing remains", l)
			}
		}
		if left+spent != expected {
			t.Fatalf("%d were spent of %d, %d remain", spent, expected, left)
		}
	}
}

func TestForecastAccuracy(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		y := d.year(2026)
		d.clock.set(time.Date(2026, 9, 30, 8, 0, 0, 0, time.UTC))
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(500_000)))
		d.spent("P1", "2026-03-02", euros(210_000), nil)
		d.foresee("P1", "2026-09-30", coming(y, ForecastToGo, euros(190_000)))
		d.spent("P1", "2026-12-02", euros(202_000), nil)
		d.clock.set(time.Date(2027, 1, 20, 8, 0, 0, 0, time.UTC))
		got, err := d.service.ForecastAccuracy(ctx, operator, d.roadmap.ID)
		if err != nil || len(got.Horizons) != 0 {
			t.Errorf("while the year is still booked in: %+v, %v", got, err)
		}
		d.clock.set(time.Date(2027, 2, 20, 8, 0, 0, 0, time.UTC))
		got, err = d.service.ForecastAccuracy(ctx, operator, d.roadmap.ID)
		if err != nil || len(got.Horizons) != 1 || !slices.Equal(got.Years, []string{"2026"}) {
			t.Fatalf("%+v, %v, want one horizon of 2026", got, err)
		}
		h := got.Horizons[0]
		if h.Months != 3 || h.N != 1 || h.Off != euros(-12_000) || h.Open != euros(500_000) {
			t.Errorf("%+v, want three months before the close, 12 000 € too little", h)
		}
		wantBP(t, "missed", forecast.BasisPoints(h.Rate), 240)
	})
}

func TestMoves(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		other := newDesk(t, db, "marne", "X")
		id := d.projects["P1"]
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(1_000)))
		book := func(cause forecast.Cause, amount money.Amount, decision string) (Move, error) {
			return d.service.BookMove(ctx, operator, id, MoveInput{On: day("2026-06-01"), Cause: cause, Amount: amount, Decision: decision, Reason: "Parce que"})
		}
		scope, err := book(forecast.CauseScope, euros(150), "CS 2026-06/1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := book(forecast.CausePrice, euros(50), ""); err != nil {
			t.Fatal(err)
		}
		wrong, err := book(forecast.CauseDelay, euros(999), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.service.ReverseMove(ctx, operator, id, wrong.ID, "Saisi deux fois"); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.ReverseMove(ctx, operator, id, wrong.ID, "Encore"), fault.KindConflict, "finance.move.reversed")
		d.expectFault(d.service.ReverseMove(ctx, operator, d.projects["P2"], scope.ID, "D’un autre"), fault.KindNotFound, "cost_move.not_found")
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(1_240)))
		p := d.project("P1")
		if p.Explains != WaterfallBudget || p.Waterfall.First != euros(1_000) || p.Waterfall.Current != euros(1_240) || p.Waterfall.Unexplained != euros(40) || len(p.Waterfall.Steps) != 3 {
			t.Errorf("waterfall %+v to the %s, want scope 150, price 50, 40 unexplained", p.Waterfall, p.Explains)
		}
		all, err := d.service.Moves(ctx, operator, id)
		if err != nil || len(all) != 4 || all[2].ReversedBy != all[3].ID || all[3].Amount != euros(-999) {
			t.Errorf("moves %+v, %v; want four, the third reversed by the fourth", all, err)
		}
		d.foresee("P1", "2026-10-01", coming(d.year(2026), ForecastToGo, euros(1_300)))
		if p := d.project("P1"); p.Explains != WaterfallEAC || p.Waterfall.Current != euros(1_300) {
			t.Errorf("with a forecast the waterfall leads to %d, want the cost at completion", p.Waterfall.Current)
		}
		for name, tc := range map[string]struct {
			actor identity.Actor
			in    MoveInput
			kind  fault.Kind
		}{
			"a scope that nobody decided": {operator, MoveInput{On: day("2026-06-01"), Cause: forecast.CauseScope, Amount: 1, Reason: "x"}, fault.KindInvalid},
			"no reason":                   {operator, MoveInput{On: day("2026-06-01"), Cause: forecast.CausePrice, Amount: 1}, fault.KindInvalid},
			"nothing":                     {operator, MoveInput{On: day("2026-06-01"), Cause: forecast.CausePrice, Reason: "x"}, fault.KindInvalid},
			"what is only computed":       {operator, MoveInput{On: day("2026-06-01"), Cause: forecast.CauseUnexplained, Amount: 1, Reason: "x"}, fault.KindInvalid},
			"a day to come":               {operator, MoveInput{On: day("2026-11-03"), Cause: forecast.CausePrice, Amount: 1, Reason: "x"}, fault.KindInvalid},
			"a finance officer":           {d.as(identity.RoleFinance, "fanny"), MoveInput{On: day("2026-06-01"), Cause: forecast.CausePrice, Amount: 1, Reason: "x"}, fault.KindForbidden},
			"another organisation":        {other.as(identity.RoleRoadmapManager, "omar"), MoveInput{On: day("2026-06-01"), Cause: forecast.CausePrice, Amount: 1, Reason: "x"}, fault.KindNotFound},
		} {
			if _, err := d.service.BookMove(ctx, tc.actor, id, tc.in); fault.KindOf(err) != tc.kind {
				t.Errorf("%s: %v, want %v", name, err, tc.kind)
			}
		}
	})
}

// TestEarnedValueOfProject is E10 and E10b through the books: the basis of the actual cost is named.
func TestEarnedValueOfProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		d.allot("P1", d.budgeted(2026, "F", CategoryServices, euros(800_000)))
		d.spent("P1", "2026-03-02", euros(320_000), nil)
		planned, done := money.BasisPoints(5_000), money.BasisPoints(4_000)
		if _, err := d.service.BookForecast(ctx, operator, d.projects["P1"], ForecastInput{AsOf: day("2026-10-01"), Planned: &planned, Physical: &done,
			Lines: []ForecastLine{coming(d.year(2026), ForecastDone, euros(60_000)), coming(d.year(2026), ForecastToGo, euros(480_000))}}); err != nil {
			t.Fatal(err)
		}
		e := d.project("P1").EVM
		if e.Basis != forecast.Mandated || *e.EV != euros(320_000) || *e.PV != euros(400_000) {
			t.Errorf("on mandated costs %+v", e)
		}
		wantBP(t, "CPI", forecast.BasisPoints(e.CPI), 10_000)
		s, err := d.service.Settings(ctx, operator, d.org.ID)
		if err != nil {
			t.Fatal(err)
		}
		s.CostBasis = string(forecast.ServiceDone)
		if _, err := d.service.SaveSettings(ctx, operator, s); err != nil {
			t.Fatal(err)
		}
		p := d.project("P1")
		if p.EVM.Basis != forecast.ServiceDone || p.EVM.AC != euros(380_000) || p.Outlook.Basis != forecast.ServiceDone || p.Outlook.EAC != euros(860_000) {
			t.Errorf("on services done %+v, outlook %+v", p.EVM, p.Outlook)
		}
		wantBP(t, "CPI", forecast.BasisPoints(p.EVM.CPI), 8421)
		wantBP(t, "SPI", forecast.BasisPoints(p.EVM.SPI), 8000)
		if !slices.ContainsFunc(p.Warnings, func(w forecast.Warning) bool { return w.Code == forecast.WarnCPI && w.Level == forecast.Red }) {
			t.Errorf("warnings %+v, want a red one of the CPI", p.Warnings)
		}
		d.spent("P1", "2026-10-20", euros(10_000), func(p *Posting) { p.Status = "paid" })
		s.Version++
		s.CostBasis = string(forecast.Paid)
		if _, err := d.service.SaveSettings(ctx, operator, s); err != nil {
			t.Fatal(err)
		}
		if p := d.project("P1"); p.EVM.Basis != forecast.Paid || p.EVM.AC != euros(10_000) || p.Outlook.EAC != euros(860_000) {
			t.Errorf("on what is paid %+v, outlook %+v", p.EVM, p.Outlook)
		}
	})
}

// TestPlannedByTheBudget: without a word of the project manager the budget by the days that have passed is what was planned.
func TestPlannedByTheBudget(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.allot("P1", d.budgeted(2025, "F", CategoryRun, euros(100)), d.budgeted(2026, "F", CategoryRun, euros(365)), d.budgeted(2027, "F", CategoryRun, euros(35)))
		p, err := d.service.ProjectFinance(context.Background(), operator, d.projects["P1"], day("2026-07-19")) // day 200 of 2026
		if err != nil || p.EVM.PV == nil || *p.EVM.PV != euros(300) || p.EVM.EV != nil {
			t.Errorf("%+v, %v; want 300 € planned and nothing known as done", p.EVM, err)
		}
	})
}

func TestProjectPostings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		d.spent("P1", "2026-01-10", euros(10), func(p *Posting) { p.SupplierName = "Régie 100 %" })
		d.spent("P1", "2026-03-10", euros(30), func(p *Posting) { p.Section = "I" })
		d.spent("P1", "2026-02-10", euros(20), nil)
		d.spent("P2", "2026-02-11", euros(500), nil)
		d.newPosting(func(p *Posting) { p.DocOn, p.Amount = day("2026-04-10"), euros(100) }, Allocation{ProjectID: d.projects["P1"], Amount: euros(40), Method: MethodManual},
			Allocation{ProjectID: d.projects["P2"], Amount: euros(60), Method: MethodManual})
		ask := func(f PostingFilter) (PostingPage, string) {
			t.Helper()
			p, err := d.service.ProjectPostings(ctx, operator, d.projects["P1"], f)
			if err != nil {
				t.Fatal(err)
			}
			var shares []string
			for _, l := range p.Lines {
				shares = append(shares, l.Share.Decimal(money.EUR))
			}
			return p, strings.Join(shares, " ")
		}
		p, shares := ask(PostingFilter{})
		if shares != "40.00 30.00 20.00 10.00" || p.Found != 4 || p.Cost != euros(100) || p.Next != 0 {
			t.Errorf("%s, %d found of %d, next %d; want four of 100 € together, the latest first", shares, p.Found, p.Cost, p.Next)
		}
		p, shares = ask(PostingFilter{Limit: 3})
		_, rest := ask(PostingFilter{Limit: 3, After: p.Next})
		if shares != "40.00 30.00 20.00" || rest != "10.00" {
			t.Errorf("pages of three: %s, then %s", shares, rest)
		}
		for what, tc := range map[string]struct {
			f    PostingFilter
			want string
		}{
			"section": {PostingFilter{Section: "I"}, "30.00"}, "period": {PostingFilter{Year: d.year(2026), Period: 2}, "20.00"}, "text": {PostingFilter{Text: "100 %"}, "10.00"},
			"another year": {PostingFilter{Year: d.year(2025)}, ""}, "text of no line": {PostingFilter{Text: "100 _"}, ""},
		} {
			if _, got := ask(tc.f); got != tc.want {
				t.Errorf("by %s: %q, want %q", what, got, tc.want)
			}
		}
	})
}

func TestReferenceClass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube")
		for i := range 12 {
			code := string(rune('A' + i))
			d.newProject(code, "T1")
			d.allot(code, d.budgeted(2026, "F", CategoryServices, euros(100)))
			d.allot(code, d.budgeted(2026, "F", CategoryServices, euros(900))) // the first one counts
			d.spent(code, "2026-03-02", euros(int64(100+10*i)), nil)
			phase := portfolio.PhaseClosed
			if i == 11 {
				phase = portfolio.PhaseAbandoned
			}
			if i != 10 {
				if err := d.portfolio.BookEstimate(ctx, operator, d.projects[code], portfolio.Estimate{AsOf: day("2026-06-01"), Phase: phase}); err != nil {
					t.Fatal(err)
				}
			}
		}
		got, err := d.service.ReferenceClass(ctx, d.as(identity.RoleFinance, "fanny"), d.roadmap.ID, civil.Date{})
		if err != nil || !got.Whole {
			t.Fatal(err, got)
		}
		c := got.Class
		if c.N != 10 || c.Censored != 2 || len(c.Quantiles) != 1 || c.Quantiles[0].P != 5_000 {
			t.Fatalf("%d finished, %d not, %d quantiles; want 10, 2 and a P50", c.N, c.Censored, len(c.Quantiles))
		}
		wantBP(t, "P50", forecast.BasisPoints(c.Quantiles[0].Ratio), 14_500)
		before, err := d.service.ReferenceClass(ctx, operator, d.roadmap.ID, day("2026-05-31"))
		if err != nil || before.Class.N != 0 || before.Class.Censored != 12 {
			t.Errorf("before they were closed: %+v, %v", before.Class, err)
		}
		part, err := d.service.ReferenceClass(ctx, d.asOf(identity.RoleCommitteeMember, "cleo", ""), d.roadmap.ID, civil.Date{})
		if err != nil || part.Whole || part.Class.N != 10 {
			t.Errorf("for who reads the roadmap alone: %+v, %v", part, err)
		}
	})
}
