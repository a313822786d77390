package finance

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// allot books the next version of a project's budget.
func (d *desk) allot(project string, lines ...BudgetLine) BudgetResult {
	d.Helper()
	got, err := d.tryAllot(operator, project, lines...)
	if err != nil {
		d.Fatal(err)
	}
	return got
}

func (d *desk) tryAllot(actor identity.Actor, project string, lines ...BudgetLine) (BudgetResult, error) {
	d.Helper()
	ctx := context.Background()
	held, err := findBudgets(ctx, d.db.Read(), budgetFilter{organisation: d.org.ID, project: d.projects[project]})
	if err != nil {
		return BudgetResult{}, err
	}
	return d.service.BookBudget(ctx, actor, d.projects[project], BudgetInput{After: len(held), DecidedOn: day("2026-04-01"), DecisionReference: "D-2026-004", Reason: "Révision", Lines: lines})
}

// block lets the organisation refuse what goes beyond the votes.
func (d *desk) block() {
	d.Helper()
	ctx := context.Background()
	s, err := d.service.Settings(ctx, operator, d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	s.AllotmentCheck = AllotmentBlocks
	if _, err := d.service.SaveSettings(ctx, operator, s); err != nil {
		d.Fatal(err)
	}
}

func TestBudgetVersions(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1")
		y := d.year(2026)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		d.book(voted(ActBP, credits(e, y, operations), euros(100)))
		lines := []BudgetLine{{e.ID, y, operations, CategoryRun, euros(30)}, {e.ID, y, operations, CategoryCloud, euros(20)}}
		first := BudgetInput{DecidedOn: day("2026-04-01"), Lines: lines}
		got, err := d.service.BookBudget(ctx, operator, d.projects["P1"], first)
		if err != nil || got.Version.Number != 1 || got.Version.Total() != euros(50) || len(got.Findings) != 0 {
			t.Fatalf("the first version: %+v, %v", got, err)
		}
		_, err = d.service.BookBudget(ctx, operator, d.projects["P1"], first)
		d.expectFault(err, fault.KindStale, "budget.stale")
		second := BudgetInput{After: 1, DecidedOn: day("2026-06-01"), DecisionReference: "D-2026-007", Reason: "Périmètre élargi", Lines: lines[:1]}
		for _, tc := range []struct {
			name   string
			change func(*BudgetInput)
			want   string
		}{
			{"no reason", func(in *BudgetInput) { in.Reason = "" }, "reason input.required"},
			{"no decision", func(in *BudgetInput) { in.DecisionReference = "" }, "decision_reference input.required"},
			{"no date", func(in *BudgetInput) { in.DecidedOn = noDay }, "decided_on input.required"},
			{"before the one before", func(in *BudgetInput) { in.DecidedOn = day("2026-03-31") }, "decided_on budget.before_previous"},
			{"to come", func(in *BudgetInput) { in.DecidedOn = day("2026-11-03") }, "decided_on budget.future"},
		} {
			in := second
			tc.change(&in)
			_, err := d.service.BookBudget(ctx, operator, d.projects["P1"], in)
			if got := blamed(err) + " " + soleKey(err); got != tc.want {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}
		if _, err := d.service.BookBudget(ctx, operator, d.projects["P1"], second); err != nil {
			t.Fatal(err)
		}
		b, err := d.service.Budget(ctx, d.as(identity.RoleCommitteeMember, "Élu"), d.projects["P1"])
		if err != nil || len(b.Versions) != 2 || b.Versions[0].Total() != euros(50) || b.Versions[1].Total() != euros(30) || b.Basis != BasisTTC {
			t.Fatalf("the budget: %+v, %v", b, err)
		}
		if got := b.Versions[0].Lines[0].Category; got != CategoryCloud {
			t.Errorf("lines are not in order: %s comes first", got)
		}
		if draft := b.Draft(); draft.After != 2 || len(draft.Lines) != 1 || draft.Lines[0] != lines[0] {
			t.Errorf("the draft of the next version: %+v", draft)
		}
		current := currentOn(b.Versions, day("2026-05-31"))
		if v := current[d.projects["P1"]]; v.Number != 1 {
			t.Errorf("on 31 May version %d held, want the first", v.Number)
		}
		for on, want := range map[string]money.Amount{"2026-03-31": 0, "2026-05-31": euros(50), "2026-06-01": euros(30), "": euros(30)} {
			a, err := findAllotments(ctx, db.Read(), d.org.ID, day(on))
			if err != nil || a[Allotment{e.ID, y, operations}] != want {
				t.Errorf("allotted on %q: %v, %v; want %d", on, a, err, want)
			}
		}
	})
}

func TestBudgetLines(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", "P1"), newDesk(t, db, "b")
		y := d.year(2026)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap := d.envelope("AP1", EnvelopeAP, investment, e.ID)
		expired, err := d.service.CreateEnvelope(ctx, operator, Envelope{RoadmapID: d.roadmap.ID, Code: "OLD", Name: "Ancienne", Kind: EnvelopeAnnual, To: day("2020-12-31")})
		if err != nil {
			t.Fatal(err)
		}
		second, err := d.portfolio.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: d.org.ID, Code: "FDR2", Name: "Autre", Start: day("2025-01-01"),
			End: day("2027-12-31"), Currency: money.EUR, Status: portfolio.RoadmapRunning}})
		if err != nil {
			t.Fatal(err)
		}
		elsewhere, err := d.service.CreateEnvelope(ctx, operator, Envelope{RoadmapID: second.ID, Code: "FDR2", Name: "Autre", Kind: EnvelopeRoadmap})
		if err != nil {
			t.Fatal(err)
		}
		theirs := other.envelope("NUM", EnvelopeRoadmap, "", 0)
		good := BudgetLine{e.ID, y, operations, CategoryRun, 100}
		with := func(change func(*BudgetLine)) []BudgetLine {
			l := good
			change(&l)
			return []BudgetLine{l}
		}
		for _, tc := range []struct {
			name  string
			lines []BudgetLine
			want  string
		}{
			{"none", nil, "input.required"},
			{"too many", make([]BudgetLine, 501), "input.invalid"},
			{"twice", []BudgetLine{good, good}, "budget.line.twice"},
			{"no year", with(func(l *BudgetLine) { l.YearID = 0 }), "budget.line.year"},
			{"an unknown year", with(func(l *BudgetLine) { l.YearID = 9999 }), "fiscal_year.not_found"},
			{"a year of another organisation", with(func(l *BudgetLine) { l.YearID = other.year(2026) }), "fiscal_year.not_found"},
			{"no section", with(func(l *BudgetLine) { l.Section = "" }), "budget.line.section"},
			{"an unknown category", with(func(l *BudgetLine) { l.Category = "yachts" }), "budget.line.category"},
			{"below zero", with(func(l *BudgetLine) { l.Amount = -1 }), "budget.line.amount"},
			{"too much", with(func(l *BudgetLine) { l.Amount = amountLimit + 1 }), "budget.line.amount"},
			{"the other section", with(func(l *BudgetLine) { l.Envelope = ap.ID }), "envelope.line.other_section"},
			{"an expired envelope", with(func(l *BudgetLine) { l.Envelope = expired.ID }), "envelope.line.validity"},
			{"an unknown envelope", with(func(l *BudgetLine) { l.Envelope = 9999 }), "envelope.not_found"},
			{"an envelope of another organisation", with(func(l *BudgetLine) { l.Envelope = theirs.ID }), "envelope.not_found"},
			{"an envelope of another roadmap", with(func(l *BudgetLine) { l.Envelope = elsewhere.ID }), "envelope.not_found"},
			{"nothing at all", with(func(l *BudgetLine) { l.Amount = 0 }), ""},
		} {
			if _, err := d.tryAllot(operator, "P1", tc.lines...); soleKey(err) != tc.want {
				t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
			}
		}
	})
}

// TestAllotments holds budgets against votes: told where the organisation warns, refused with the figures where it blocks.
func TestAllotments(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1", "P2")
		y := d.year(2026)
		root := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		annual := d.envelope("2026-F", EnvelopeAnnual, operations, root.ID)
		d.book(voted(ActBP, credits(annual, y, operations), euros(1000)))
		of := func(e Envelope, amount int64) BudgetLine {
			return BudgetLine{e.ID, y, operations, CategoryRun, euros(amount)}
		}
		if got := d.allot("P1", of(annual, 700)); len(got.Findings) != 0 {
			t.Errorf("700 of 1000: %+v", got.Findings)
		}
		// Credits voted below the roadmap's envelope are the roadmap's as well, once.
		if got := d.allot("P2", of(root, 300)); len(got.Findings) != 0 {
			t.Errorf("300 more of the roadmap: %+v", got.Findings)
		}
		over := d.allot("P2", of(root, 301))
		if len(over.Findings) != 1 || over.Findings[0].Code != FindingOverVotes || over.Findings[0].Envelope != root.ID {
			t.Fatalf("301 more: %+v, want one finding on the roadmap", over.Findings)
		}
		for i, want := range []string{"NUM", "2026", operations, "1000.00 EUR", "1001.00 EUR", "1.00 EUR"} {
			if fmt.Sprint(over.Findings[0].Args[i]) != want {
				t.Errorf("argument %d is %v, want %v", i, over.Findings[0].Args[i], want)
			}
		}
		if got := d.allot("P2", BudgetLine{0, y, operations, CategoryRun, euros(5)}); len(got.Findings) != 1 || got.Findings[0].Code != FindingUncovered {
			t.Errorf("a line of no envelope: %+v", got.Findings)
		}
		d.allot("P2", of(root, 301))

		d.block()
		d.allot("P2", of(root, 301)) // what stands already is nobody's fault
		_, err := d.tryAllot(operator, "P2", of(root, 302))
		if soleKey(err) != "budget.over_votes" || !strings.Contains(err.Error(), "1002.00 EUR") {
			t.Errorf("302 more: %v, want it refused with the figures", err)
		}
		_, err = d.tryAllot(operator, "P2", BudgetLine{0, y, operations, CategoryRun, euros(5)})
		if soleKey(err) != "budget.line.envelope" {
			t.Errorf("a line of no envelope: %v", err)
		}
		d.allot("P2", of(root, 200))
		_, err = d.tryAllot(operator, "P1", of(annual, 700), BudgetLine{annual.ID, y, operations, CategoryCloud, euros(101)})
		if soleKey(err) != "budget.over_votes" {
			t.Errorf("a second category: %v", err)
		}
		_, err = d.service.BookAct(ctx, operator, voted(ActDM, credits(annual, y, operations), -euros(101)))
		if soleKey(err) != "budget.over_votes" {
			t.Errorf("a vote below what is allotted: %v", err)
		}
		d.book(voted(ActDM, credits(annual, y, operations), -euros(100)))

		rep, err := d.service.EnvelopesOf(ctx, operator, d.roadmap.ID, noDay)
		if err != nil || len(rep.Envelopes) != 2 || len(rep.Findings) != 0 {
			t.Fatalf("the report: %+v, %v", rep, err)
		}
		top, below := rep.Envelopes[0].Credits[0], rep.Envelopes[1].Credits[0]
		if top.Own != 0 || top.Open != euros(900) || top.Allotted != euros(900) || top.Left != 0 {
			t.Errorf("the roadmap: %+v", top)
		}
		if below.Own != euros(900) || below.Open != euros(900) || below.Allotted != euros(700) || below.Left != euros(200) {
			t.Errorf("the year: %+v", below)
		}
	})
}

// TestTwoAllotAtOnce lets two officers allot what only one of them can have.
func TestTwoAllotAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1", "P2", "P3", "P4")
		y := d.year(2026)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		d.book(voted(ActBP, credits(e, y, operations), euros(100)))
		d.block()
		ends := make(chan error)
		for _, p := range []string{"P1", "P2", "P3", "P4"} {
			go func() {
				_, err := d.tryAllot(operator, p, BudgetLine{e.ID, y, operations, CategoryRun, euros(40)})
				ends <- err
			}()
		}
		won := 0
		for range 4 {
			switch err := <-ends; {
			case err == nil:
				won++
			case soleKey(err) != "budget.over_votes":
				t.Errorf("who came too late was told %v", err)
			}
		}
		if won != 2 {
			t.Errorf("%d of four got 40 of 100, want 2", won)
		}
	})
}

func TestBudgetRights(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d, other := newDesk(t, db, "a", "P1", "P2"), newDesk(t, db, "b", "Q1")
		y := d.year(2026)
		line := BudgetLine{0, y, operations, CategoryRun, 1}
		const ok, denied, unseen = "", "permission.denied", "project.not_found"
		for _, tc := range []struct {
			who        string
			actor      identity.Actor
			read, edit string
		}{
			{"finance", d.as(identity.RoleFinance, "Odile"), ok, ok},
			{"manager of the roadmap alone", d.asOf(identity.RoleRoadmapManager, "Rose", ""), ok, ok},
			{"manager of the project", d.asOf(identity.RoleProjectManager, "Paul", "P1"), ok, denied},
			{"manager of another project", d.asOf(identity.RoleProjectManager, "Pia", "P2"), unseen, unseen},
			{"committee member", d.as(identity.RoleCommitteeMember, "Élu"), ok, denied},
			{"reader", d.as(identity.RoleReader, "Lise"), denied, denied},
			{"finance elsewhere", other.as(identity.RoleFinance, "Omar"), unseen, unseen},
			{"nobody", identity.Actor{}, "permission.nobody", "permission.nobody"},
		} {
			if _, err := d.service.Budget(ctx, tc.actor, d.projects["P1"]); soleKey(err) != tc.read {
				t.Errorf("%s reads: %v, want %q", tc.who, err, tc.read)
			}
			if _, err := d.tryAllot(tc.actor, "P1", line); soleKey(err) != tc.edit {
				t.Errorf("%s allots: %v, want %q", tc.who, err, tc.edit)
			}
		}
		var text []string
		b, err := d.service.Budget(ctx, d.asOf(identity.RoleProjectManager, "Paul", "P1"), d.projects["P1"])
		for _, e := range b.Envelopes {
			text = append(text, e.Code)
		}
		if err != nil || len(text) != 0 || b.Project.Code != "P1" || len(b.Years) != 1 {
			t.Errorf("the budget of P1 offers envelopes %v and %d years, %v", text, len(b.Years), err)
		}
		if _, err := d.service.BookBudget(ctx, operator, 9999, BudgetInput{DecidedOn: day("2026-01-01"), Lines: []BudgetLine{line}}); soleKey(err) != unseen {
			t.Errorf("an unknown project: %v", err)
		}
	})
}
