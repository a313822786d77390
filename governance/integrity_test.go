package governance

import (
	"context"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
)

// scorer makes an account that may score.
func (c *court) scorer(name string) identity.Actor {
	c.Helper()
	u, _, err := identity.New(c.db, c.clock.now).AddUser(context.Background(), operator, identity.UserInput{OrganisationID: c.org.ID, Email: name + "@lille.example", Name: name, Password: "un mot de passe assez long"})
	if err != nil {
		c.Fatal(err)
	}
	return identity.SignedIn(u.ID, name, identity.Grant{OrganisationID: c.org.ID, UserID: u.ID, Role: identity.RoleProjectManager, Scope: identity.ScopeOrganisation})
}

// grade puts a grid of one criterion with four levels in use, and has two people give a request levels that differ; 2 is settled.
func (c *court) grade(q portfolio.Request) {
	c.Helper()
	ctx := context.Background()
	g, err := c.portfolio.DraftGrid(ctx, operator, c.roadmap.ID, portfolio.GridInput{Template: portfolio.TemplateBlank, Name: "Essai"})
	if err == nil {
		err = c.portfolio.SaveCriterion(ctx, operator, g.ID, 1, portfolio.Criterion{Code: "A", Name: "Usage", Kind: scoring.KindValue, Levels: []portfolio.GridLevel{{Label: "D", Statement: "rien"}, {Label: "C", Statement: "peu"},
			{Label: "B", Statement: "assez"}, {Label: "A", Statement: "tout"}}})
	}
	if err == nil {
		err = c.portfolio.WeighDirectly(ctx, operator, g.ID, 2, []int64{100})
	}
	if err == nil {
		err = c.portfolio.ActivateGrid(ctx, operator, g.ID, 3)
	}
	if err != nil {
		c.Fatal(err)
	}
	of := portfolio.Subject{Request: q.ID}
	var sheet portfolio.ScoreSheet
	for level, name := range []string{"anne", "paul"} {
		who := c.scorer(name)
		if sheet, err = c.portfolio.ScoreSheet(ctx, who, c.roadmap.ID, of); err != nil {
			c.Fatal(err)
		}
		in := portfolio.ScoreInput{Subject: of, Grid: sheet.Grid.ID, Version: sheet.Version, Submit: true, Marks: []portfolio.Mark{{Criterion: sheet.Grid.Criteria[0].ID, HasLevel: true, Level: int64(level) + 2, Evidence: "vu"}}}
		if err := c.portfolio.SaveScores(ctx, who, c.roadmap.ID, in); err != nil {
			c.Fatal(err)
		}
	}
	gaps, err := c.portfolio.Disagreements(ctx, operator, c.roadmap.ID, true)
	if err != nil || len(gaps) != 1 {
		c.Fatalf("gaps = %+v, %v", gaps, err)
	}
	if err := c.portfolio.Settle(ctx, operator, c.roadmap.ID, portfolio.SettleInput{Subject: of, Criterion: sheet.Grid.Criteria[0].ID, Level: 2, Reason: "Vu ensemble", Version: gaps[0].Version}); err != nil {
		c.Fatal(err)
	}
}

// points are those of the ranking, by code; −1 of what is not ranked.
func (c *court) points() map[string]int64 {
	c.Helper()
	r, err := c.portfolio.Ranking(context.Background(), operator, c.roadmap.ID, portfolio.RankingQuery{})
	if err != nil {
		c.Fatal(err)
	}
	out := map[string]int64{}
	for _, l := range r.Lines {
		if out[l.Code] = -1; l.Rank > 0 {
			out[l.Code] = l.Points
		}
	}
	return out
}

// TestScoresGoWithTheProject: a project is worth what its request was, or the next selection would throw out first what was just decided.
func TestScoresGoWithTheProject(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCourt(t, db)
		c.grade(c.a)
		if got := c.points()[c.a.Code()]; got != 667 {
			t.Fatalf("the request is worth %d", got)
		}
		d := c.decide(c.arbitration("2026-03-10", c.best))
		if got := c.points(); got[c.a.Code()] != 667 || got[c.b.Code()] != -1 {
			t.Errorf("the projects are worth %v", got)
		}
		c.reverse("2026-04-14", d)
		if got := c.points()[c.a.Code()]; got != 667 {
			t.Errorf("the request that came back is worth %d", got)
		}
		best, _ := c.portfolio.Scenario(context.Background(), operator, c.other.ID)
		c.decide(c.arbitration("2026-04-14", best))
		if got := c.points()[c.a.Code()+"-2"]; got != 667 {
			t.Errorf("the second project is worth %d", got)
		}
	})
}

// TestDecisionHoldsThePast: what a decision books was not known before the scenario was frozen. A roadmap that is closed is decided on no more, and answers its requests alone.
func TestDecisionHoldsThePast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		_, err := c.service.Decide(ctx, operator, c.arbitration("2026-02-28", c.best))
		expectFault(t, "before it was frozen", err, fault.KindInvalid, "input.invalid")
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "decided_on" || f.Fields[0].Key != "decision.before_frozen" {
			t.Errorf("before it was frozen: %+v", f)
		}
		examined, err := c.portfolio.StepRequest(ctx, operator, c.d.ID, c.d.Version, portfolio.StepInput{Step: portfolio.StepExamine})
		if err != nil {
			t.Fatal(err)
		}
		draft, frozen := c.scenario("Brouillon"), c.scenario("Gelé")
		if frozen, err = c.portfolio.FreezeScenario(ctx, operator, frozen.ID, frozen.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE roadmap SET status = 'closed' WHERE id = ?", c.roadmap.ID); err != nil {
			t.Fatal(err)
		}
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best))
		expectFault(t, "decided", err, fault.KindConflict, "scenario.roadmap_closed")
		_, err = c.portfolio.CreateScenario(ctx, operator, c.roadmap.ID, portfolio.ScenarioInput{Name: "Tard", Percentile: 50})
		expectFault(t, "begun", err, fault.KindConflict, "scenario.roadmap_closed")
		_, err = c.portfolio.FreezeScenario(ctx, operator, draft.ID, draft.Version)
		expectFault(t, "frozen", err, fault.KindConflict, "scenario.roadmap_closed")
		_, err = c.service.SubmitScenario(ctx, operator, SubmitInput{Scenario: frozen.ID, Version: frozen.Version, CommitteeID: c.committee.ID, Question: "Et ?"})
		expectFault(t, "submitted", err, fault.KindConflict, "scenario.roadmap_closed")
		_, err = c.portfolio.StepRequest(ctx, operator, examined.ID, examined.Version, portfolio.StepInput{Step: portfolio.StepNominate})
		expectFault(t, "nominated", err, fault.KindConflict, "request.roadmap_closed")
		if _, err = c.portfolio.StepRequest(ctx, operator, examined.ID, examined.Version, portfolio.StepInput{Step: portfolio.StepRefuse, Reason: "close"}); err != nil {
			t.Errorf("an answer is still owed: %v", err)
		}
	})
}

// TestReversalInAClosedRoadmap: what was decided can be taken back all the same.
func TestReversalInAClosedRoadmap(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCourt(t, db)
		d := c.decide(c.arbitration("2026-03-10", c.best))
		if _, err := db.Write().ExecContext(context.Background(), "UPDATE roadmap SET status = 'closed' WHERE id = ?", c.roadmap.ID); err != nil {
			t.Fatal(err)
		}
		c.reverse("2026-04-14", d)
	})
}

// TestUnscoredIsSaid: of a candidate that nobody scored it is not said that others are worth more.
func TestUnscoredIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCourt(t, db)
		d := c.decide(c.arbitration("2026-03-10", c.best))
		card, err := c.service.Decision(context.Background(), operator, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range card.Arbitration.Left {
			if l.Request == c.d.ID && !strings.Contains(l.Reason, "arbitration.out.unscored") {
				t.Errorf("reason = %q", l.Reason)
			}
		}
	})
}

// TestQuotaAtTheDecision: a quota that was lowered since the scenario was submitted holds when it is decided on, and when the next one is submitted.
func TestQuotaAtTheDecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		later, err := c.portfolio.FreezeScenario(ctx, operator, c.copyOf(c.best).ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		quota, err := c.portfolio.SetQuota(ctx, operator, portfolio.EntryQuota{RoadmapID: c.roadmap.ID, Share: 0, LateFrom: day("2025-06-01")})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best))
		expectFault(t, "decided", err, fault.KindConflict, "scenario.quota")
		_, err = c.service.SubmitScenario(ctx, operator, SubmitInput{Scenario: later.ID, Version: later.Version, CommitteeID: c.committee.ID, Question: "Et ?"})
		expectFault(t, "submitted", err, fault.KindConflict, "scenario.quota")
		quota.Share = 1_000
		if _, err := c.portfolio.SetQuota(ctx, operator, quota); err != nil {
			t.Fatal(err)
		}
		c.decide(c.arbitration("2026-03-10", c.best))
	})
}

// copyOf begins a scenario with the choices of another one.
func (c *court) copyOf(s portfolio.Scenario) portfolio.Scenario {
	c.Helper()
	in := portfolio.DefaultScenario()
	in.Name, in.CopyOf = "Copie de "+s.Name, s.ID
	out, err := c.portfolio.CreateScenario(context.Background(), operator, c.roadmap.ID, in)
	if err != nil {
		c.Fatal(err)
	}
	return out
}

// TestReversalNeedsNoBudget: a budget that was entered beside the proposals stands in the way of a reversal as one that was booked from them does.
func TestReversalNeedsNoBudget(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		y, err := c.finance.AddFiscalYear(ctx, operator, c.org.ID, finance.FiscalYear{Code: "2026", Year: 2026, Start: civil.D(2026, 1, 1), End: civil.D(2026, 12, 31)})
		if err != nil {
			t.Fatal(err)
		}
		d := c.decide(c.arbitration("2026-03-10", c.best))
		card, err := c.service.Decision(ctx, operator, d.ID)
		if err != nil {
			t.Fatal(err)
		}
		created := card.Arbitration.Created[0]
		if _, err := c.finance.BookBudget(ctx, operator, created.Project, finance.BudgetInput{DecidedOn: day("2026-03-10"), Lines: []finance.BudgetLine{{YearID: y.ID, Section: "I", Category: finance.CategorySoftware, Amount: euros(50)}}}); err != nil {
			t.Fatal(err)
		}
		_, err = c.service.Decide(ctx, operator, c.decision("2026-04-14", func(in *DecideInput) { in.ProjectCode, in.Reverses = "", d.ID }))
		expectFault(t, "a budget stands", err, fault.KindConflict, "arbitration.booked")
		if f := fault.As(err); f != nil && (len(f.Args) != 1 || f.Args[0] != created.Code) {
			t.Errorf("named: %v", f.Args)
		}
	})
}

// TestChangesSinceFrozen: what a submitted scenario does not know of is told before it is decided on; amounts to who may read them.
func TestChangesSinceFrozen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		changes := func(who identity.Actor) (out []string) {
			t.Helper()
			got, err := c.portfolio.ScenarioChanges(ctx, who, c.best.ID)
			if err != nil || got.Since != day("2026-03-01") {
				t.Fatalf("changes = %+v, %v", got, err)
			}
			for _, l := range got.Lines {
				out = append(out, string(l.Kind)+" "+l.Head.Code)
				if l.Kind == portfolio.ChangeCost && (*l.From != int64(euros(15_000)) || *l.To != int64(euros(5_005_000))) {
					t.Errorf("cost from %d to %d", *l.From, *l.To)
				}
			}
			return out
		}
		if got := changes(operator); got != nil {
			t.Errorf("nothing has changed: %v", got)
		}
		in := portfolio.RequestInput{ThemeCode: "T1", RequestContent: portfolio.RequestContent{Title: "Portail", Need: "Besoin de Portail", Beneficiaries: "Usagers", Sponsor: "Direction", Department: "DSI", RequestedBy: "Anne",
			Start: day("2026-07-01"), End: day("2027-06-30"), Costs: []portfolio.YearAmount{{Year: 2026, Section: portfolio.SectionInvestment, Amount: euros(5_000_000)}, {Year: 2027, Section: portfolio.SectionOperations, Amount: euros(5_000)}}}}
		if _, err := c.portfolio.UpdateRequest(ctx, operator, c.a.ID, c.a.Version, in); err != nil {
			t.Fatal(err)
		}
		if _, err := c.portfolio.StepRequest(ctx, operator, c.d.ID, c.d.Version, portfolio.StepInput{Step: portfolio.StepRefuse, Reason: "plus de besoin"}); err != nil {
			t.Fatal(err)
		}
		late := c.request("Tardive", nil)
		if got, want := strings.Join(changes(operator), ", "), "cost "+c.a.Code()+", gone "+c.d.Code()+", new "+late.Code(); got != want {
			t.Errorf("changes = %s, want %s", got, want)
		}
		bench, err := c.portfolio.Workbench(ctx, operator, c.best.ID)
		if err != nil || len(bench.Changes.Lines) != 3 {
			t.Errorf("workbench: %+v, %v", bench.Changes, err)
		}
		if got := len(bench.Blind().Changes.Lines); got != 2 {
			t.Errorf("who may not read costs is told %d things", got)
		}
	})
}
