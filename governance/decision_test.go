package governance

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// decision is one of OPS about the project P1 on a day, which has come by then; change makes of it what the test is
// about.
func (c *chamber) decision(on string, change func(*DecideInput)) DecideInput {
	if noon := day(on).At(12, 0, time.UTC); noon.After(c.clock.now()) {
		c.clock.set(noon)
	}
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
		lines, err := c.service.Decisions(ctx, c.member(), c.roadmap.ID)
		if err != nil || len(lines) != 4 || lines[0].Reference != "D-2027-001" || lines[0].Project != "P1" || lines[0].Committee != "Comité OPS" {
			t.Errorf("decisions = %+v, %v", lines, err)
		}
		rep, err := c.portfolio.Report(ctx, c.member(), c.roadmap.ID, day("2026-12-31"))
		if err != nil {
			t.Fatal(err)
		}
		if p := rep.Projects[0]; p.Baselines != 2 || *p.CostDeviation.SinceLastBP != -3333 || *p.CostDeviation.BP != 0 {
			t.Errorf("after the decision: %d baselines, %d against the last, %d against the first", p.Baselines, *p.CostDeviation.SinceLastBP, *p.CostDeviation.BP)
		}
		if broken, err := c.portfolio.Verify(ctx, operator); err != nil || len(broken) != 0 {
			t.Errorf("Verify = %v, %v", broken, err)
		}
	})
}

// TestDecideNames who decided: the account that booked it, unless somebody else is named.
func TestDecideNames(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		id := c.card("OPS").ID
		manager := as(identity.RoleRoadmapManager, c.card("OPS").Place())
		tests := []struct {
			name   string
			actor  identity.Actor
			author string
			want   string
			wantID int64
		}{
			{"a user", manager, "", "Zoé Martin", manager.UserID},
			{"a user for somebody", manager, "Anne Dupont", "Anne Dupont", 0},
			{"the command line", operator, "", "test", 0},
		}
		for _, tc := range tests {
			d, err := c.service.Decide(ctx, tc.actor, c.decision("2026-03-10", func(in *DecideInput) {
				in.OrganisationID, in.CommitteeID, in.CommitteeCode, in.Author = 0, id, "", tc.author
			}))
			if err != nil {
				t.Fatal(err)
			}
			card, err := c.service.Decision(ctx, c.member(), d.ID)
			if err != nil || card.Author != tc.want || d.AuthorID != tc.wantID || card.CommitteeID != id {
				t.Errorf("%s: author %q (%d) of committee %d, %v, want %q (%d)", tc.name, card.Author, d.AuthorID, card.CommitteeID, err, tc.want, tc.wantID)
			}
			if n := c.count("SELECT COALESCE(author_id, 0) FROM decision ORDER BY id DESC LIMIT 1"); int64(n) != tc.wantID {
				t.Errorf("%s: account %d in the books, want %d", tc.name, n, tc.wantID)
			}
		}
	})
}

// TestDecisionHidesCosts: who may not read costs cannot even tell that there was one.
func TestDecisionHidesCosts(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		place := c.card("OPS").Place()
		cost := RebaselineInput{HasCost: true, Cost: euros(150_000)}
		dates := RebaselineInput{Start: day("2026-03-01"), End: day("2027-06-30")}
		both := RebaselineInput{HasCost: true, Cost: euros(160_000), Start: day("2026-03-01"), End: day("2027-07-31")}
		tests := []struct {
			name        string
			taken, want *RebaselineInput
		}{{"nothing", nil, nil}, {"a cost", &cost, nil}, {"dates", &dates, &dates}, {"both", &both, &RebaselineInput{Start: both.Start, End: both.End}}}
		for _, tc := range tests {
			d, err := c.service.Decide(ctx, operator, c.decision("2026-03-10", func(in *DecideInput) { in.Rebaseline = tc.taken }))
			if err != nil {
				t.Fatal(err)
			}
			for _, reader := range []struct {
				name   string
				actor  identity.Actor
				hidden bool
			}{
				{"reader", as(identity.RoleReader, identity.Within(c.org.ID)), true},
				{"reader of the committee", as(identity.RoleReader, place), true},
				{"member", as(identity.RoleCommitteeMember, place), false},
				{"reader who manages the project", identity.SignedIn(1, "", append(as(identity.RoleReader, place).Grants(),
					as(identity.RoleProjectManager, identity.Scope{Organisation: c.org.ID, Roadmap: place.Roadmap, Project: int64(d.ProjectID)}).Grants()...)...), false},
			} {
				want := tc.taken
				if reader.hidden {
					want = tc.want
				}
				card, err := c.service.Decision(ctx, reader.actor, d.ID)
				if err != nil || card.CostHidden != reader.hidden || !reflect.DeepEqual(card.Rebaseline, want) {
					t.Errorf("%s for %s: %+v, hidden %v, %v, want %+v", tc.name, reader.name, card.Rebaseline, card.CostHidden, err, want)
				}
			}
		}
		card, err := c.service.Decision(ctx, c.member(), 1)
		if err != nil || card.Reference != "D-2026-001" || !slices.Equal(card.Options, []string{"Oui", "Non"}) || card.Project != "P1" || card.ProjectName != "Projet P1" || card.CommitteeCode != "OPS" ||
			card.Roadmap.Code != "FDR" || card.Currency != money.EUR || card.Reason != "Périmètre élargi" || !card.RecordedAt.Equal(c.clock.now()) {
			t.Errorf("card = %+v, %v", card, err)
		}
	})
}

// TestDecideOnAStaleProject: of several who weighed a new reference on the same project one wins, and
// what the others decided is not in the books.
func TestDecideOnAStaleProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		version := func() int64 { return int64(c.count("SELECT version FROM project")) }
		decide := func(v int64, b *RebaselineInput) error {
			_, err := c.service.Decide(context.Background(), operator, c.decision("2026-03-10", func(in *DecideInput) { in.Rebaseline, in.ProjectVersion = b, v }))
			return err
		}
		to := &RebaselineInput{HasCost: true, Cost: euros(1)}
		seen := version()
		if err := decide(seen, to); err != nil {
			t.Fatal(err)
		}
		expectFault(t, "the version before", decide(seen, to), fault.KindStale, "project.stale")
		if err := decide(0, to); err != nil {
			t.Errorf("not checked: %v", err)
		}
		if err := decide(seen, nil); err != nil {
			t.Errorf("a decision that changes no reference: %v", err)
		}
		if n := c.count("SELECT count(*) FROM decision"); n != 3 {
			t.Errorf("%d decisions, want 3", n)
		}
		if err := decide(version(), to); err != nil {
			t.Errorf("the version of now: %v", err)
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
		_, err := c.service.Decide(context.Background(), c.member(), c.decision("2026-03-10", nil))
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
		if broken, err := portfolio.New(db, c.clock.now).Verify(context.Background(), operator); err != nil || len(broken) != 0 {
			t.Errorf("Verify = %v, %v", broken, err)
		}
	})
}

func TestDecideTomorrow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		in := c.decision("2026-03-10", nil)
		in.On = day("2026-03-11")
		_, err := c.service.Decide(context.Background(), operator, in)
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Key != "decision.future" {
			t.Errorf("a decision of tomorrow: %v", err)
		}
	})
}
