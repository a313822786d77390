package finance

import (
	"context"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// TestCreditBooks: without votes nothing is known of credits; with them the roadmap's own count, and no other's.
func TestCreditBooks(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "A1", "A2")
		got, err := CreditBooks{}.Credits(ctx, db.Read(), d.roadmap, day("2026-06-30"))
		if err != nil || got.Voted != nil || len(got.Budgets) != 0 || len(got.Spent) != 0 || got.Overrun.P80 != nil || got.Overrun.LeastP80 != 20 {
			t.Fatalf("empty books: %+v, %v", got, err)
		}
		year := d.year(2026)
		own := d.envelope("E1", EnvelopeAnnual, investment, 0)
		whole, err := d.service.CreateEnvelope(ctx, operator, Envelope{OrganisationID: d.org.ID, Code: "ORG", Name: "Tous", Kind: EnvelopeAnnual, Section: investment})
		if err != nil {
			t.Fatal(err)
		}
		for e, amount := range map[Envelope]money.Amount{own: 500, whole: 900} {
			if _, err := d.service.BookAct(ctx, operator, voted(ActBP, credits(e, year, investment), amount)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := d.service.BookBudget(ctx, operator, d.projects["A1"], BudgetInput{DecidedOn: day("2026-01-15"), Lines: []BudgetLine{
			{Envelope: own.ID, YearID: year, Section: investment, Category: CategoryBuild, Amount: 300},
			{Envelope: own.ID, YearID: year, Section: investment, Category: CategorySoftware, Amount: 50}}}); err != nil {
			t.Fatal(err)
		}
		if got, err = (CreditBooks{}).Credits(ctx, db.Read(), d.roadmap, day("2026-06-30")); err != nil {
			t.Fatal(err)
		}
		key := portfolio.CreditKey{Year: 2026, Section: portfolio.SectionInvestment}
		if len(got.Voted) != 1 || got.Voted[key] != 500 || got.Budgets[d.projects["A1"]][key] != money.Amount(350) {
			t.Errorf("credits = %+v", got)
		}
		if got, err = (CreditBooks{}).Credits(ctx, db.Read(), d.roadmap, day("2025-12-31")); err != nil || got.Voted != nil || len(got.Budgets) != 0 {
			t.Errorf("before the vote: %+v, %v", got, err)
		}
	})
}

// TestProposalsNeedThem: without proposals there is nothing to book or to dismiss.
func TestProposalsNeedThem(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "A1")
		_, err := d.service.BookProposals(ctx, operator, ProposalBooking{Project: d.projects["A1"]}, day("2026-06-30"))
		d.expectFault(err, fault.KindConflict, "proposal.none")
		d.expectFault(d.service.DismissProposals(ctx, operator, d.projects["A1"], "sans objet"), fault.KindConflict, "proposal.none")
		d.expectFault(d.service.DismissProposals(ctx, operator, d.projects["A1"], " "), fault.KindInvalid, "input.invalid")
	})
}
