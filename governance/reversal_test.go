package governance

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/projectfile"
)

// list imports a full list of the roadmap that holds the projects of these codes and no other.
func (c *court) list(on string, codes ...string) {
	c.Helper()
	var rows []projectfile.Row
	for _, code := range codes {
		rows = append(rows, projectfile.Row{Code: code, Name: "Projet " + code, HasCost: true, Cost: euros(60_000), Start: day("2026-01-01"), End: day("2027-12-31")})
	}
	var b bytes.Buffer
	if err := projectfile.Write(&b, rows, money.EUR, "fr"); err != nil {
		c.Fatal(err)
	}
	kept, _ := projectfile.BuiltIn("jalon")
	kept.OwnExport = false // somebody else keeps the list: each row says what holds on its day
	_, err := c.portfolio.ImportList(context.Background(), operator, portfolio.ImportInput{Organisation: c.org, RoadmapCode: c.roadmap.Code, Data: b.Bytes(), FileName: on + ".csv", Profile: kept, AsOf: day(on)})
	if err != nil {
		c.Fatal(err)
	}
}

// decide takes a decision.
func (c *court) decide(in DecideInput) Decision {
	c.Helper()
	d, err := c.service.Decide(context.Background(), operator, in)
	if err != nil {
		c.Fatal(err)
	}
	return d
}

// reverse takes a decision back.
func (c *court) reverse(on string, d Decision) {
	c.Helper()
	c.decide(c.decision(on, func(in *DecideInput) { in.ProjectCode, in.Reverses = "", d.ID }))
}

// expectPresent holds the portfolio against what it should be on some days.
func (c *court) expectPresent(when string, want map[string][]string) {
	c.Helper()
	for on, codes := range want {
		if got := c.present(on); !slices.Equal(got, codes) {
			c.Errorf("%s: the portfolio of %s is %v, want %v", when, on, got, codes)
		}
	}
}

// TestReversalAndLists: while a decision keeps a project away, lists that lack it say nothing; once the decision is taken back they do, from the day of the reversal on and
// without waiting for the next list. What the decision had created stays away, also when a list holds it again.
func TestReversalAndLists(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newCourt(t, db)
		c.clock.set(paris("2026-09-01 09:00"))
		d := c.decide(c.arbitration("2026-03-10", c.other)) // P1 is stopped, A becomes a project
		a := c.a.Code()
		c.list("2026-04-15", "P2")
		c.list("2026-06-15", "P2")
		c.expectPresent("decided", map[string][]string{"2026-04-14": {a}, "2026-04-15": {"P2"}})
		expectFault(t, "stopped by a decision", c.portfolio.RecordReturn(context.Background(), operator, c.p1, day("2026-04-20")), fault.KindConflict, "project.left_by_decision")
		c.reverse("2026-05-01", d)
		c.expectPresent("taken back", map[string][]string{"2026-04-30": {"P2"}, "2026-05-01": {"P1", "P2"}, "2026-06-15": {"P2"}})
		c.list("2026-07-15", "P1", "P2", a)
		c.expectPresent("on a list again", map[string][]string{"2026-06-15": {"P2"}, "2026-07-15": {"P1", "P2"}})
		if broken, err := c.portfolio.Verify(context.Background(), operator); err != nil || len(broken) != 0 {
			t.Errorf("verify: %v, %v", broken, err)
		}
	})
}

// TestReversalsInAnyOrder: a project that one decision created and the next one stopped stays away when both are taken back, the first one first. A scenario that comes back before its
// committee is no longer the recommended one when another is.
func TestReversalsInAnyOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		first := c.decide(c.arbitration("2026-03-10", c.other))
		card, err := c.service.Decision(ctx, operator, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		created := card.Arbitration.Created[0]
		stops, err := c.portfolio.ChooseSubject(ctx, operator, c.scenario("Arrêt").ID, 1, portfolio.ScenarioChoice{Subject: portfolio.Subject{Project: created.Project}, Force: portfolio.ForceOut, ReasonCode: portfolio.ReasonDrift})
		if err != nil {
			t.Fatal(err)
		}
		second := c.decide(c.arbitration("2026-04-14", c.submit(stops, true)))
		c.expectPresent("decided twice", map[string][]string{"2026-04-13": {created.Code}, "2026-04-14": {}})
		next := c.submit(c.scenario("Suite"), true)
		c.reverse("2026-05-12", first)
		if back, err := c.portfolio.Scenario(ctx, operator, c.best.ID); err != nil || back.State != portfolio.ScenarioSubmitted || back.Recommended {
			t.Errorf("what was passed over is %s, recommended: %v, %v", back.State, back.Recommended, err)
		}
		c.reverse("2026-06-09", second)
		c.expectPresent("both taken back", map[string][]string{"2026-05-11": {}, "2026-05-12": {"P1"}, "2026-06-09": {"P1"}})
		if got := c.stateOf(c.a.ID); got != portfolio.RequestCandidate {
			t.Errorf("the request is %s", got)
		}
		if got := c.state(next.ID); got != portfolio.ScenarioSubmitted {
			t.Errorf("the scenario beside is %s", got)
		}
	})
}
