package governance

import (
	"context"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio"
)

// budgetBooks are the books of a chamber, with an envelope and the fiscal year 2026.
type budgetBooks struct {
	*chamber
	finance  *finance.Service
	envelope finance.Envelope
	year     int64
}

func newBudgetBooks(c *chamber) *budgetBooks {
	c.Helper()
	ctx := context.Background()
	b := &budgetBooks{chamber: c, finance: finance.New(c.db, c.clock.now)}
	years, err := b.finance.FiscalYears(ctx, operator, c.org.ID)
	if err != nil {
		c.Fatal(err)
	}
	y, ok := years.Labelled(2026)
	if !ok {
		if y, err = b.finance.AddFiscalYear(ctx, operator, c.org.ID, finance.FiscalYear{Code: "2026", Start: day("2026-01-01"), End: day("2026-12-31")}); err != nil {
			c.Fatal(err)
		}
	}
	b.year = y.ID
	if b.envelope, err = b.finance.CreateEnvelope(ctx, operator, finance.Envelope{RoadmapID: c.roadmap.ID, Code: "NUM", Name: "Numérique", Kind: finance.EnvelopeRoadmap}); err != nil {
		c.Fatal(err)
	}
	return b
}

func (b *budgetBooks) vote(on, reference string, amount money.Amount) {
	b.Helper()
	cell := finance.Cell{Envelope: b.envelope.ID, YearID: b.year, Section: "F", Authorisation: finance.AuthorisationCP}
	if _, err := b.finance.BookAct(context.Background(), operator, finance.ActInput{Act: finance.ActBP, Reference: reference, On: day(on), Reason: "Vote", Lines: []finance.ActLine{{Cell: cell, Amount: amount}}}); err != nil {
		b.Fatal(err)
	}
}

func (b *budgetBooks) allot(id portfolio.ProjectID, on string, amount money.Amount) {
	b.Helper()
	line := finance.BudgetLine{Envelope: b.envelope.ID, YearID: b.year, Section: "F", Category: finance.CategoryServices, Amount: amount}
	if _, err := b.finance.BookBudget(context.Background(), operator, id, finance.BudgetInput{DecidedOn: day(on), DecisionReference: "D-1", Reason: "Budget", Lines: []finance.BudgetLine{line}}); err != nil {
		b.Fatal(err)
	}
}

// TestFreezeBudget: the pack of an organisation without a budget has no part of it; once there is one it is frozen as of the day of the
// figures, and the next pack tells what moved.
func TestFreezeBudget(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		p1 := c.newProject("A1", estimate("2026-03-01", 100_000, "2026-01-01", "2026-12-31", "build"))
		c.expectTick("2026-03-05 06:00", "OPS 2026-03 frozen")
		bare := c.snapshot(c.card("OPS").Packs[0])
		if text, err := bare.Canonical(); err != nil || bare.Finance != nil || bare.method("budget") != "" || strings.Contains(string(text), `"finance"`) || strings.Contains(string(text), `"budget"`) {
			t.Errorf("a pack without a budget: %+v, %v", bare.Finance, err)
		}

		c.clock.set(paris("2026-04-08 09:00"))
		b := newBudgetBooks(c)
		b.vote("2026-03-20", "CD 2026-17", euros(1_000))
		b.allot(p1, "2026-04-01", euros(600))
		c.expectTick("2026-04-09 06:00", "OPS 2026-04 frozen")
		first := c.snapshot(c.card("OPS").Packs[0])
		if f := first.Finance; f == nil || f.Voted != euros(1_000) || f.Totals.Budget != euros(600) || f.AsOf != day("2026-04-09") || f.Certificate != nil || first.method("budget") != finance.MethodReport {
			t.Fatalf("the first budget: %+v", f)
		}
		if first.Since == nil || first.Since.Budget != nil {
			t.Errorf("since a pack without a budget: %+v", first.Since)
		}

		c.clock.set(paris("2026-05-06 09:00"))
		b.vote("2026-05-05", "CD 2026-31", euros(250))
		c.expectTick("2026-05-07 06:00", "OPS 2026-05 frozen")
		c.clock.set(paris("2026-05-12 09:00"))
		b.vote("2026-05-11", "CD 2026-32", euros(7)) // after the day of the figures
		corrected, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-05", Errata: []string{"Coquille"}})
		second := c.snapshot(corrected)
		if second.Finance.Voted != euros(1_250) {
			t.Errorf("a correction shows %s voted, want what was voted by its day", second.Finance.Voted.Decimal(money.EUR))
		}
		if m := second.Since.Budget; len(m) != 5 || m[0].Figure != "voted" || *m[0].From != euros(1_000) || *m[0].To != euros(1_250) || *m[1].From != *m[1].To {
			t.Errorf("since the last pack %+v, want 250 more voted", m)
		}
		if _, _, same, err := c.service.Again(context.Background(), operator, FreezeInput{Committee: "OPS", Period: "2026-05"}); err != nil || !same {
			t.Errorf("again: same %v, %v", same, err)
		}
	})
}

// TestBudgetMoves: what cannot be compared is not.
func TestBudgetMoves(t *testing.T) {
	eac := euros(9)
	was := &finance.PackFinance{AmountBasis: "TTC", CostBasis: "mandated", Voted: euros(5)}
	is := &finance.PackFinance{AmountBasis: "TTC", CostBasis: "mandated", Voted: euros(8), Totals: finance.PackStanding{EAC: &eac}}
	if m := budgetMoves(was, is); len(m) != 6 || m[5].Figure != "landing" || m[5].From != nil || m[5].To == nil {
		t.Errorf("with a first forecast %+v", m)
	}
	other := *is
	other.AmountBasis = "HT"
	for name, m := range map[string][]BudgetMove{"no budget before": budgetMoves(nil, is), "none now": budgetMoves(was, nil), "another basis": budgetMoves(was, &other)} {
		if m != nil {
			t.Errorf("%s: %+v", name, m)
		}
	}
}
