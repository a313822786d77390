package governance

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// decision is one of OPS about the project P1 on a day; change makes of it what the test is about.
func (c *chamber) decision(on string, change func(*DecideInput)) DecideInput {
	in := DecideInput{OrganisationID: c.org.ID, CommitteeCode: "OPS", ProjectCode: "P1", Title: "Nouveau calendrier", Question: "Prolonger ?", Options: []string{"Oui", "Non"}, Outcome: "Oui",
		Reason: "Périmètre élargi", On: day(on)}
	if change != nil {
		change(&in)
	}
	return in
}

func TestDecide(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		other := newChamber(t, db, "b", c.clock.now())
		other.newCommittee("OPS", monthly, nil)
		take := func(in DecideInput) string {
			t.Helper()
			d, err := c.service.Decide(ctx, operator, in)
			if err != nil {
				t.Fatal(err)
			}
			return d.Reference()
		}
		got := []string{
			take(c.decision("2026-03-10", nil)),
			take(c.decision("2026-03-10", func(in *DecideInput) { in.ProjectCode, in.Rebaseline = "", nil })),
			take(c.decision("2027-01-12", nil)),
			take(c.decision("2026-12-08", func(in *DecideInput) { in.Rebaseline = &RebaselineInput{HasCost: true, Cost: euros(150_000)} })),
			take(other.decision("2026-03-10", func(in *DecideInput) { in.ProjectCode = "" })),
		}
		if want := []string{"D-2026-001", "D-2026-002", "D-2027-001", "D-2026-003", "D-2026-001"}; !slices.Equal(got, want) {
			t.Errorf("references = %v, want %v", got, want)
		}
		lines, err := c.service.Decisions(ctx, reader, c.roadmap.ID)
		if err != nil || len(lines) != 4 || lines[0].Reference != "D-2027-001" || lines[0].Project != "P1" || lines[0].Committee != "Comité OPS" {
			t.Errorf("decisions = %+v, %v", lines, err)
		}
		rep, err := c.portfolio.Report(ctx, reader, c.roadmap.ID, day("2026-12-31"))
		if err != nil {
			t.Fatal(err)
		}
		if p := rep.Projects[0]; p.Baselines != 2 || *p.CostDeviation.SinceLastBP != -3333 || *p.CostDeviation.BP != 0 {
			t.Errorf("after the decision: %d baselines, %d against the last, %d against the first", p.Baselines, *p.CostDeviation.SinceLastBP, *p.CostDeviation.BP)
		}
		if broken, err := c.portfolio.Verify(ctx, reader); err != nil || len(broken) != 0 {
			t.Errorf("Verify = %v, %v", broken, err)
		}
	})
}

// TestDecideIsAtomic: what cannot be applied is not decided.
func TestDecideIsAtomic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newProject("BLANK")
		rebase := func(b RebaselineInput) func(*DecideInput) { return func(in *DecideInput) { in.Rebaseline = &b } }
		tests := []struct {
			name   string
			change func(*DecideInput)
			kind   fault.Kind
			key    string
		}{
			{"an unknown committee", func(in *DecideInput) { in.CommitteeCode = "X" }, fault.KindNotFound, "committee.not_found"},
			{"an unknown project", func(in *DecideInput) { in.ProjectCode = "P9" }, fault.KindNotFound, "project.not_found"},
			{"another organisation", func(in *DecideInput) { in.OrganisationID = 999 }, fault.KindNotFound, "committee.not_found"},
			{"no question, no outcome, no day", func(in *DecideInput) { in.Question, in.Outcome, in.On = "", " ", day("") }, fault.KindInvalid, "input.invalid"},
			{"an empty option", func(in *DecideInput) { in.Options = []string{""} }, fault.KindInvalid, "input.invalid"},
			{"a title too long", func(in *DecideInput) { in.Title = strings.Repeat("x", 20001) }, fault.KindInvalid, "input.invalid"},
			{"a reference for no project", func(in *DecideInput) { in.ProjectCode, in.Rebaseline = "", &RebaselineInput{HasCost: true} }, fault.KindInvalid, "decision.rebaseline_incomplete"},
			{"a reference without a reason", func(in *DecideInput) { in.Reason, in.Rebaseline = "", &RebaselineInput{HasCost: true} }, fault.KindInvalid, "decision.rebaseline_incomplete"},
			{"an empty reference", rebase(RebaselineInput{}), fault.KindInvalid, "baseline.empty"},
			{"a reference that ends before it starts", rebase(RebaselineInput{Start: day("2026-12-31"), End: day("2026-01-01")}), fault.KindInvalid, "input.end_before_start"},
			{"a reference with half its dates", rebase(RebaselineInput{HasCost: true, End: day("2026-12-31")}), fault.KindInvalid, "baseline.half_dates"},
			{"a reference for what was never estimated", func(in *DecideInput) {
				in.ProjectCode, in.Rebaseline = "BLANK", &RebaselineInput{HasCost: true, Cost: 1}
			}, fault.KindInvalid, "baseline.no_estimate"},
		}
		trail := c.count("SELECT count(*) FROM audit_entry")
		for _, tc := range tests {
			_, err := c.service.Decide(context.Background(), operator, c.decision("2026-03-10", tc.change))
			expectFault(t, tc.name, err, tc.kind, tc.key)
			if n := c.count("SELECT (SELECT count(*) FROM decision) + (SELECT count(*) FROM baseline)"); n != 0 {
				t.Errorf("%s: %d rows of a decision that was not taken", tc.name, n)
			}
		}
		_, err := c.service.Decide(context.Background(), reader, c.decision("2026-03-10", nil))
		expectFault(t, "a reader", err, fault.KindForbidden, "permission.denied")
		if n := c.count("SELECT count(*) FROM audit_entry"); n != trail {
			t.Errorf("%d audit entries of nothing", n-trail)
		}
	})
}

// TestDecisionsAtOnce: each number is given once. Who is slower on a server is told so.
func TestDecisionsAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		var mu sync.Mutex
		seen := map[string]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				d, err := c.service.Decide(context.Background(), operator, c.decision("2026-03-10", func(in *DecideInput) { in.Rebaseline = &RebaselineInput{HasCost: true, Cost: euros(1)} }))
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil && seen[d.Reference()]:
					t.Errorf("%s was given twice", d.Reference())
				case err == nil:
					seen[d.Reference()] = true
				case fault.KindOf(err) != fault.KindConflict:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := c.count("SELECT count(*) FROM decision"); n == 0 || n != len(seen) {
			t.Errorf("%d decisions in the books, %d were given", n, len(seen))
		}
		if n := c.count("SELECT max(number) FROM decision"); n != len(seen) {
			t.Errorf("last number %d of %d decisions", n, len(seen))
		}
		if broken, err := portfolio.New(db, c.clock.now).Verify(context.Background(), reader); err != nil || len(broken) != 0 {
			t.Errorf("Verify = %v, %v", broken, err)
		}
	})
}
