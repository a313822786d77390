package governance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// court is a chamber whose committee OPS has scenarios to decide on: P1 runs, A is in, B requires A and is in, C and D are out.
type court struct {
	*chamber
	finance     *finance.Service
	committee   Committee
	p1          portfolio.ProjectID
	a, b, c, d  portfolio.Request
	best, other portfolio.Scenario // both submitted; the first is recommended
}

func newCourt(t *testing.T, db *database.DB) *court {
	t.Helper()
	ctx := context.Background()
	c := &court{chamber: newChamber(t, db, "lille", paris("2026-03-01 09:00"))}
	c.finance = finance.New(db, c.clock.now)
	c.portfolio.UseCredits(finance.CreditBooks{})
	c.service.UseTexts(func(locale, key string, args ...any) string { return fmt.Sprint(locale, " ", key, " ", args) })
	c.committee = c.newCommittee("OPS", monthly, nil)
	c.p1 = c.newProject("P1", estimate("2026-02-01", 60_000, "2026-01-01", "2027-12-31", portfolio.PhaseBuild))
	c.a = c.request("Portail", nil)
	c.b = c.request("Signature", []string{c.a.Code()})
	c.c, c.d = c.request("Archives", nil), c.request("Borne", nil)
	force := func(s portfolio.Scenario, q portfolio.Request, force portfolio.Force, code portfolio.ForceReason, shift bool) portfolio.Scenario {
		out, err := c.portfolio.ChooseSubject(ctx, operator, s.ID, s.Version, portfolio.ScenarioChoice{Subject: portfolio.Subject{Request: q.ID}, Force: force, ReasonCode: code, MayShift: shift})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	c.best = c.scenario("Équilibre")
	c.best = force(c.best, c.a, portfolio.ForceIn, portfolio.ReasonRegulatory, false)
	c.best = force(c.best, c.b, portfolio.ForceIn, portfolio.ReasonMandate, false)
	c.best = force(c.best, c.c, portfolio.ForceOut, portfolio.ReasonNotReady, false)
	c.other = force(c.scenario("Prudence"), c.a, portfolio.ForceIn, portfolio.ReasonRegulatory, false)
	var err error
	c.other, err = c.portfolio.ChooseSubject(ctx, operator, c.other.ID, c.other.Version, portfolio.ScenarioChoice{Subject: portfolio.Subject{Project: c.p1}, Force: portfolio.ForceOut, ReasonCode: portfolio.ReasonDrift})
	if err != nil {
		t.Fatal(err)
	}
	c.best, c.other = c.submit(c.best, true), c.submit(c.other, false)
	return c
}

func (c *court) request(title string, requires []string) portfolio.Request {
	c.Helper()
	ctx := context.Background()
	in := portfolio.RequestInput{ThemeCode: "T1", Requires: requires, RequestContent: portfolio.RequestContent{Title: title, Need: "Besoin de " + title, Beneficiaries: "Usagers", Sponsor: "Direction", Department: "DSI",
		RequestedBy: "Anne", Start: day("2026-07-01"), End: day("2027-06-30"), Costs: []portfolio.YearAmount{{Year: 2026, Section: portfolio.SectionInvestment, Amount: euros(10_000)},
			{Year: 2027, Section: portfolio.SectionOperations, Amount: euros(5_000)}}}}
	q, err := c.portfolio.CreateRequest(ctx, operator, c.roadmap.ID, in)
	for _, step := range []portfolio.RequestStep{portfolio.StepSubmit, portfolio.StepExamine, portfolio.StepNominate} {
		if err == nil {
			q, err = c.portfolio.StepRequest(ctx, operator, q.ID, q.Version, portfolio.StepInput{Step: step})
		}
	}
	if err != nil {
		c.Fatal(err)
	}
	return q
}

func (c *court) scenario(name string) portfolio.Scenario {
	c.Helper()
	in := portfolio.DefaultScenario()
	in.Name = name
	s, err := c.portfolio.CreateScenario(context.Background(), operator, c.roadmap.ID, in)
	if err != nil {
		c.Fatal(err)
	}
	return s
}

// submit freezes a scenario and puts it before the committee.
func (c *court) submit(s portfolio.Scenario, recommended bool) portfolio.Scenario {
	c.Helper()
	ctx := context.Background()
	s, err := c.portfolio.FreezeScenario(ctx, operator, s.ID, s.Version)
	if err == nil {
		s, err = c.service.SubmitScenario(ctx, operator, SubmitInput{Scenario: s.ID, Version: s.Version, CommitteeID: c.committee.ID, Question: "Quels projets ?", Recommended: recommended})
	}
	if err != nil {
		c.Fatal(err)
	}
	return s
}

// arbitration is a decision on a scenario.
func (c *court) arbitration(on string, s portfolio.Scenario, outcomes ...portfolio.CandidateOutcome) DecideInput {
	return c.decision(on, func(in *DecideInput) {
		in.ProjectCode, in.Arbitration = "", &ArbitrationInput{Scenario: s.ID, Version: s.Version, Outcomes: outcomes}
	})
}

func (c *court) state(id portfolio.ScenarioID) portfolio.ScenarioState {
	c.Helper()
	s, err := c.portfolio.Scenario(context.Background(), operator, id)
	if err != nil {
		c.Fatal(err)
	}
	return s.State
}

func (c *court) stateOf(id portfolio.RequestID) portfolio.RequestState {
	c.Helper()
	all, err := portfolio.RequestsAt(context.Background(), c.db.Read(), c.roadmap)
	if err != nil {
		c.Fatal(err)
	}
	i := slices.IndexFunc(all, func(q portfolio.Request) bool { return q.ID == id })
	return all[i].State
}

// present lists the codes of the portfolio on a day.
func (c *court) present(on string) []string {
	c.Helper()
	rep, err := c.portfolio.Report(context.Background(), operator, c.roadmap.ID, day(on))
	if err != nil {
		c.Fatal(err)
	}
	out := []string{}
	for _, p := range rep.Projects {
		out = append(out, p.Code)
	}
	slices.Sort(out)
	return out
}

func TestArbitration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		later := portfolio.CandidateOutcome{Request: c.d.ID, Step: portfolio.StepRefuse, Reason: "Le besoin a disparu", ReconsiderOn: day("2027-03-01")}
		d, err := c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best, later))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.present("2026-03-10"), []string{"P1", c.a.Code(), c.b.Code()}; !slices.Equal(got, want) {
			t.Errorf("the portfolio is %v, want %v", got, want)
		}
		for id, want := range map[portfolio.RequestID]portfolio.RequestState{c.a.ID: portfolio.RequestSelected, c.b.ID: portfolio.RequestSelected, c.c.ID: portfolio.RequestDeferred, c.d.ID: portfolio.RequestRefused} {
			if got := c.stateOf(id); got != want {
				t.Errorf("request %d is %s, want %s", id, got, want)
			}
		}
		if c.state(c.best.ID) != portfolio.ScenarioDecided || c.state(c.other.ID) != portfolio.ScenarioNotRetained {
			t.Errorf("scenarios are %s and %s", c.state(c.best.ID), c.state(c.other.ID))
		}
		card, err := c.service.Decision(ctx, operator, d.ID)
		if err != nil || card.Arbitration == nil || card.Rebaseline != nil || len(card.Arbitration.Created) != 2 || len(card.Arbitration.Left) != 2 {
			t.Fatalf("decision = %+v, %v", card, err)
		}
		if why := card.Arbitration.Left[0].Reason; !strings.Contains(why, "fr arbitration.out.forced [D-2026-001 fr scenarios.reason.not_ready") {
			t.Errorf("reason of what was left = %q", why)
		}
		project, _, err := c.portfolio.Project(ctx, operator, card.Arbitration.Created[1].Project)
		if err != nil || project.Name != "Signature" || project.Need != "Besoin de Signature" {
			t.Errorf("project = %+v, %v", project, err)
		}
		_, line, err := c.portfolio.ProjectReport(ctx, operator, project.ID, day("2026-03-10"))
		if err != nil || *line.Cost != euros(15_000) || line.Baselines != 1 || len(line.Sheet.Years) != 2 || len(line.Sheet.DependsOn) != 1 || line.Phase != portfolio.PhaseFraming {
			t.Errorf("sheet = %+v, %v", line, err)
		}
		if broken, err := c.portfolio.Verify(ctx, operator); err != nil || len(broken) != 0 {
			t.Errorf("verify: %v, %v", broken, err)
		}
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best))
		expectFault(t, "decided twice", err, fault.KindStale, "scenario.stale")
		again, _ := c.portfolio.Scenario(ctx, operator, c.best.ID)
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", again))
		expectFault(t, "decided again", err, fault.KindConflict, "scenario.not_submitted")
	})
}

func TestReversal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		d, err := c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.other))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.present("2026-03-10"), []string{c.a.Code()}; !slices.Equal(got, want) { // P1 was stopped
			t.Errorf("the portfolio is %v, want %v", got, want)
		}
		back := func(on string, change func(*DecideInput)) (Decision, error) {
			return c.service.Decide(ctx, operator, c.decision(on, func(in *DecideInput) {
				if in.ProjectCode, in.Reverses = "", d.ID; change != nil {
					change(in)
				}
			}))
		}
		_, err = back("2026-04-14", func(in *DecideInput) { in.Reason = "" })
		expectFault(t, "no reason", err, fault.KindInvalid, "input.invalid")
		_, err = back("2026-04-14", func(in *DecideInput) { in.Rebaseline = &RebaselineInput{} })
		expectFault(t, "two effects", err, fault.KindInvalid, "decision.two_effects")
		_, err = back("2026-03-09", nil)
		expectFault(t, "before it was taken", err, fault.KindInvalid, "input.invalid")
		plain, err := c.service.Decide(ctx, operator, c.decision("2026-03-10", func(in *DecideInput) { in.ProjectCode = "" }))
		if err != nil {
			t.Fatal(err)
		}
		_, err = back("2026-04-14", func(in *DecideInput) { in.Reverses = plain.ID })
		expectFault(t, "nothing to take back", err, fault.KindConflict, "decision.not_reversible")
		reversal, err := back("2026-04-14", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.present("2026-04-14"), []string{"P1"}; !slices.Equal(got, want) {
			t.Errorf("the portfolio is %v, want %v", got, want)
		}
		for _, q := range []portfolio.Request{c.a, c.b, c.c, c.d} {
			if got := c.stateOf(q.ID); got != portfolio.RequestCandidate {
				t.Errorf("%s is %s", q.Code(), got)
			}
		}
		if c.state(c.other.ID) != portfolio.ScenarioReversed || c.state(c.best.ID) != portfolio.ScenarioSubmitted {
			t.Errorf("scenarios are %s and %s", c.state(c.other.ID), c.state(c.best.ID))
		}
		card, err := c.service.Decision(ctx, operator, d.ID)
		if err != nil || card.ReversedBy == nil || card.ReversedBy.Reference != reversal.Reference() || card.Arbitration == nil {
			t.Errorf("the decision that was taken back = %+v, %v", card, err)
		}
		if card, err = c.service.Decision(ctx, operator, reversal.ID); err != nil || card.Reverses == nil || card.Reverses.ID != d.ID {
			t.Errorf("the reversal = %+v, %v", card, err)
		}
		_, err = back("2026-04-14", nil)
		expectFault(t, "taken back twice", err, fault.KindConflict, "decision.reversed")

		// What was passed over is decided on now: a project of the same request gets a code of its own.
		best, _ := c.portfolio.Scenario(ctx, operator, c.best.ID)
		if _, err := c.service.Decide(ctx, operator, c.arbitration("2026-04-14", best)); err != nil {
			t.Fatal(err)
		}
		if got, want := c.present("2026-04-14"), []string{"P1", c.a.Code() + "-2", c.b.Code()}; !slices.Equal(got, want) {
			t.Errorf("the portfolio is %v, want %v", got, want)
		}
	})
}

// TestProposals: what a decision proposes is booked as a budget, and stands in the way of taking the decision back until the budget is.
func TestProposals(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		for year := 2026; year <= 2027; year++ {
			if _, err := c.finance.AddFiscalYear(ctx, operator, c.org.ID, finance.FiscalYear{Code: fmt.Sprint(year), Year: year, Start: civil.D(year, 1, 1), End: civil.D(year, 12, 31)}); err != nil {
				t.Fatal(err)
			}
		}
		d, err := c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best))
		if err != nil {
			t.Fatal(err)
		}
		all, err := c.finance.Proposals(ctx, operator, c.roadmap.ID)
		if err != nil || len(all) != 4 || all[0].Amount != euros(10_000) || all[0].Decision != d.Reference() || all[0].State != finance.ProposalOpen {
			t.Fatalf("proposals = %+v, %v", all, err)
		}
		first := all[0].ProjectID
		booked, err := c.finance.BookProposals(ctx, operator, finance.ProposalBooking{Project: first}, day("2026-03-10"))
		if err != nil || booked.Version.Total() != euros(15_000) || booked.Version.DecisionReference != d.Reference() {
			t.Fatalf("booked = %+v, %v", booked, err)
		}
		_, err = c.finance.BookProposals(ctx, operator, finance.ProposalBooking{Project: first, After: 1}, day("2026-03-10"))
		expectFault(t, "booked twice", err, fault.KindConflict, "proposal.none")
		back := c.decision("2026-04-14", func(in *DecideInput) { in.ProjectCode, in.Reverses = "", d.ID })
		_, err = c.service.Decide(ctx, operator, back)
		expectFault(t, "a budget stands", err, fault.KindConflict, "arbitration.booked")
		lines := slices.Clone(booked.Version.Lines)
		for i := range lines {
			lines[i].Amount = 0
		}
		if _, err := c.finance.BookBudget(ctx, operator, first, finance.BudgetInput{After: 1, DecidedOn: day("2026-04-14"), DecisionReference: "D", Reason: "Reprise", Lines: lines}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.service.Decide(ctx, operator, back); err != nil {
			t.Fatal(err)
		}
		if all, _ = c.finance.Proposals(ctx, operator, c.roadmap.ID); all[0].State == finance.ProposalOpen || all[3].State != finance.ProposalDismissed {
			t.Errorf("proposals after the reversal = %+v", all)
		}
	})
}

func TestArbitrationRefuses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		second := c.newCommittee("STR", yearly, nil)
		foreign := newChamber(t, db, "arras", c.clock.now())
		foreign.newCommittee("OPS", monthly, nil)
		_, err := c.service.Decide(ctx, operator, c.decision("2026-03-10", func(in *DecideInput) {
			in.ProjectCode, in.CommitteeCode, in.Arbitration = "", second.Code, &ArbitrationInput{Scenario: c.best.ID, Version: c.best.Version}
		}))
		expectFault(t, "another committee", err, fault.KindConflict, "scenario.not_submitted")
		_, err = foreign.service.Decide(ctx, operator, foreign.decision("2026-03-10", func(in *DecideInput) {
			in.ProjectCode, in.Arbitration = "", &ArbitrationInput{Scenario: c.best.ID, Version: c.best.Version}
		}))
		expectFault(t, "a neighbour's committee", err, fault.KindNotFound, "scenario.not_found")
		_, err = c.service.Decide(ctx, c.member(), c.arbitration("2026-03-10", c.best))
		expectFault(t, "a member", err, fault.KindForbidden, "permission.denied")
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best, portfolio.CandidateOutcome{Request: c.a.ID, Step: portfolio.StepRefuse, Reason: "non"}))
		expectFault(t, "an outcome of what is selected", err, fault.KindNotFound, "request.not_found")
		frozen, err := c.portfolio.FreezeScenario(ctx, operator, c.scenario("Trois").ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.service.SubmitScenario(ctx, operator, SubmitInput{Scenario: frozen.ID, Version: frozen.Version, CommitteeID: c.committee.ID, Question: "Et ?", Recommended: true})
		expectFault(t, "two recommended", err, fault.KindConflict, "scenario.recommended")
		_, err = c.service.SubmitScenario(ctx, c.member(), SubmitInput{Scenario: frozen.ID, Version: frozen.Version, CommitteeID: c.committee.ID, Question: "Et ?"})
		expectFault(t, "a member submits", err, fault.KindNotFound, "scenario.not_found")
		q, err := c.portfolio.StepRequest(ctx, operator, c.b.ID, c.b.Version, portfolio.StepInput{Step: portfolio.StepWithdraw, Reason: "abandon"})
		if err != nil || q.State != portfolio.RequestWithdrawn {
			t.Fatal(err)
		}
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.best))
		expectFault(t, "what was to be selected was withdrawn", err, fault.KindConflict, "scenario.changed")
		if got := c.present("2026-03-10"); !slices.Equal(got, []string{"P1"}) { // nothing was done by halves
			t.Errorf("the portfolio is %v", got)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE scenario SET frozen = frozen || ' ' WHERE id = ?", c.other.ID); err != nil {
			t.Fatal(err)
		}
		_, err = c.service.Decide(ctx, operator, c.arbitration("2026-03-10", c.other))
		expectFault(t, "a text that was changed", err, fault.KindConflict, "scenario.damaged")
	})
}

// TestArbitrationAtOnce: of two who decide on the same scenario at the same moment one is told that it is done.
func TestArbitrationAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCourt(t, db)
		in := c.arbitration("2026-03-10", c.best)
		results := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := c.service.Decide(context.Background(), operator, in)
				results <- err
			}()
		}
		first, second := <-results, <-results
		if first != nil {
			first, second = second, first
		}
		if kind := fault.KindOf(second); first != nil || second == nil || (kind != fault.KindStale && kind != fault.KindConflict) {
			t.Fatalf("one of two should be refused: %v, %v", first, second)
		}
		if got, want := c.present("2026-03-10"), []string{"P1", c.a.Code(), c.b.Code()}; !slices.Equal(got, want) {
			t.Errorf("the portfolio is %v, want %v", got, want)
		}
	})
}

// TestPackShowsArbitration: the options stand in the packs of the committee that they were submitted to, and in no other.
func TestPackShowsArbitration(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		c.newCommittee("STR", monthly, nil)
		c.clock.set(paris("2026-03-06 09:00"))
		if _, err := c.portfolio.ProveScenarios(ctx, operator, c.clock.now(), portfolio.Effort{Work: 4_000_000}); err != nil {
			t.Fatal(err)
		}
		card, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		a := c.snapshot(card).Arbitration
		if a == nil || len(a.Options) != 2 || a.Recommended() == nil || a.Recommended().Name != "Équilibre" || a.Question != "Quels projets ?" {
			t.Fatalf("arbitration = %+v", a)
		}
		first, second := a.Options[0], a.Options[1]
		if len(first.Enter) != 2 || len(first.Stay) != 1 || len(first.Stop) != 0 || len(first.Out) != 2 || len(second.Stop) != 1 {
			t.Errorf("consequences = %+v", first)
		}
		if len(first.Forced) != 3 || first.Cost != second.Cost+euros(15_000)+c.restOf("P1") {
			t.Errorf("forced %d, costs %d and %d", len(first.Forced), first.Cost, second.Cost)
		}
		other, _ := c.freeze(FreezeInput{Committee: "STR", Period: "2026-03"})
		if c.snapshot(other).Arbitration != nil {
			t.Error("another committee's pack shows the choice")
		}
		if _, _, same, err := c.service.Again(ctx, operator, FreezeInput{Committee: "OPS", Period: "2026-03"}); err != nil || !same {
			t.Errorf("rendered again: %v, %v", same, err)
		}
		options, err := c.service.OpenScenarios(ctx, operator, c.committee.ID)
		if err != nil || len(options) != 2 {
			t.Errorf("open scenarios: %v, %v", options, err)
		}
		_, err = c.service.OpenScenarios(ctx, c.member(), c.committee.ID)
		expectFault(t, "a member", err, fault.KindForbidden, "permission.denied")
		_, err = c.service.OpenScenarios(ctx, as(identity.RoleRoadmapManager, identity.Within(c.org.ID+1000)), c.committee.ID)
		expectFault(t, "a stranger", err, fault.KindNotFound, "committee.not_found")
	})
}

// restOf is what the running project still costs in the recommended scenario.
func (c *court) restOf(code string) money.Amount {
	c.Helper()
	r, err := c.portfolio.Workbench(context.Background(), operator, c.best.ID)
	if err != nil {
		c.Fatal(err)
	}
	i := slices.IndexFunc(r.Subjects, func(s portfolio.SubjectLine) bool { return s.Code == code })
	return r.Subjects[i].CostP50
}
