package finance

import (
	"context"
	"slices"
	"testing"

	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// feder is the convention of E17.
func feder() Funding {
	return Funding{Funder: "Union européenne", Convention: "FEDER 2025-117", Rate: 4_000, Ceiling: euros(100_000), Base: forecast.BaseHT, From: day("2025-01-01"), To: day("2026-12-31"), Notified: euros(100_000)}
}

// billed books an entry with and without tax.
func (d *desk) billed(project, on string, ht, vat money.Amount) Posting {
	d.Helper()
	return d.spent(project, on, ht+vat, func(p *Posting) { p.AmountHT, p.AmountVAT = &ht, &vat })
}

// TestFundingE17 is E17 through the books: what is due, what came, and what is still to come.
func TestFundingE17(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		u, err := d.service.AddFunding(ctx, operator, d.projects["P1"], feder())
		if err != nil {
			t.Fatal(err)
		}
		first, second := d.billed("P1", "2025-06-01", euros(200_000), euros(40_000)), d.billed("P1", "2026-01-05", euros(62_500), euros(12_500))
		late, untold := d.billed("P1", "2024-12-31", euros(10_000), euros(2_000)), d.billed("P1", "2026-02-01", euros(5_000), euros(1_000))
		if err := d.service.SetEligibility(ctx, operator, u.ID, EligibilityInput{Postings: []PostingID{first.ID, second.ID, late.ID}, Eligible: true, Reason: "Lot 1"}); err != nil {
			t.Fatal(err)
		}
		revenue := d.newPosting(func(p *Posting) { p.Flow, p.CostSign, p.Amount = ledgerfile.FlowRevenue, 0, euros(60_000) })
		for _, in := range []FundingEventInput{{Kind: FundingClaim, Amount: euros(80_000), On: day("2026-01-10"), Reference: "Appel 1"},
			{Kind: FundingInstalment, Amount: euros(60_000), On: day("2026-03-02"), PostingID: revenue.ID}} {
			if _, err := d.service.BookFundingEvent(ctx, operator, u.ID, in); err != nil {
				t.Fatal(err)
			}
		}
		r, err := d.service.FundingReport(ctx, operator, u.ID, civil.Date{})
		if err != nil {
			t.Fatal(err)
		}
		p := r.Standing.Position
		d.wantAmounts("E17", map[string]money.Amount{"eligible": p.Eligible, "due": p.Due, "received": p.Received, "receivable": p.Receivable, "claimed": p.Claimed, "to claim": p.ToClaim, "notified": p.Notified, "excluded": p.Excluded},
			map[string]money.Amount{"eligible": euros(262_500), "due": euros(100_000), "received": euros(60_000), "receivable": euros(40_000), "claimed": euros(80_000), "to claim": euros(20_000),
				"notified": euros(100_000), "excluded": euros(15_000)})
		for _, l := range r.Lines {
			want := map[PostingID]struct {
				told, eligible bool
				reason         string
				counted        money.Amount
			}{first.ID: {true, true, "Lot 1", euros(200_000)}, second.ID: {true, true, "Lot 1", euros(62_500)}, late.ID: {true, false, forecast.OutsidePeriod, 0}, untold.ID: {}}[l.Posting.ID]
			if l.Told != want.told || l.Eligible != want.eligible || l.Reason != want.reason || l.Counted != want.counted {
				t.Errorf("entry %d: %+v, want %+v", l.Posting.ID, l, want)
			}
		}
		if len(r.Lines) != 4 {
			t.Errorf("%d lines for the auditor, want all four costs", len(r.Lines))
		}
		if got := d.project("P1").Fundings; len(got) != 1 || got[0].Position.Due != p.Due || got[0].Funding.ID != u.ID {
			t.Errorf("the project's page says %+v", got)
		}
		if err := d.service.SetEligibility(ctx, operator, u.ID, EligibilityInput{Postings: []PostingID{second.ID}, Reason: "Hors lot"}); err != nil {
			t.Fatal(err)
		}
		r, err = d.service.FundingReport(ctx, operator, u.ID, civil.Date{})
		if err != nil || r.Standing.Position.Eligible != euros(200_000) || r.Standing.Position.Due != euros(80_000) {
			t.Errorf("the last word counts: %+v, %v", r.Standing.Position, err)
		}
		if d.project("P1").Totals.Mandated != euros(333_000) {
			t.Error("funding was taken off the cost")
		}
	})
}

// TestEligibilityFollowsTheLine: what was said of an entry holds for the one that restates it; a share of an entry counts as a share.
func TestEligibilityFollowsTheLine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		u, err := d.service.AddFunding(ctx, operator, d.projects["P1"], feder())
		if err != nil {
			t.Fatal(err)
		}
		ht, vat := euros(1_000), euros(200)
		p := d.newPosting(func(p *Posting) { p.Amount, p.AmountHT, p.AmountVAT = ht+vat, &ht, &vat },
			Allocation{ProjectID: d.projects["P1"], Amount: euros(400), Method: MethodManual}, Allocation{ProjectID: d.projects["P2"], Amount: euros(800), Method: MethodManual})
		if err := d.service.SetEligibility(ctx, operator, u.ID, EligibilityInput{Postings: []PostingID{p.ID}, Eligible: true, Reason: "Lot 1"}); err != nil {
			t.Fatal(err)
		}
		eligible := func() money.Amount {
			t.Helper()
			r, err := d.service.FundingReport(ctx, operator, u.ID, civil.Date{})
			if err != nil {
				t.Fatal(err)
			}
			return r.Standing.Position.Eligible
		}
		if got := eligible(); got != cents("333.33") {
			t.Errorf("a third of 1 000 € without tax counts as %d", got)
		}
		d.write("UPDATE posting SET live = FALSE WHERE id = ?", p.ID)
		d.newPosting(func(q *Posting) {
			q.Amount, q.AmountHT, q.AmountVAT, q.Key, q.Cause = ht+vat, &ht, &vat, p.Key, CauseRestate
		}, Allocation{ProjectID: d.projects["P1"], Amount: ht + vat, Method: MethodInherited})
		if got := eligible(); got != ht {
			t.Errorf("the entry that took its place counts as %d, want 1 000 €", got)
		}
	})
}

func TestFundingRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		other := newDesk(t, db, "marne", "X")
		u, err := d.service.AddFunding(ctx, operator, d.projects["P1"], feder())
		if err != nil {
			t.Fatal(err)
		}
		stranger, reader, member := other.as(identity.RoleFinance, "omar"), d.as(identity.RoleReader, "rosa"), d.as(identity.RoleCommitteeMember, "carl")
		kinds := func(what string, err error, want fault.Kind) {
			t.Helper()
			if fault.KindOf(err) != want || err == nil {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		_, err = d.service.AddFunding(ctx, operator, d.projects["P1"], feder())
		d.expectFault(err, fault.KindConflict, "finance.funding.taken")
		if _, err := d.service.AddFunding(ctx, operator, d.projects["P2"], feder()); err != nil {
			t.Errorf("the same convention for another project: %v", err)
		}
		_, err = d.service.AddFunding(ctx, d.asOf(identity.RoleProjectManager, "paul", "P1"), d.projects["P1"], feder())
		kinds("a project manager", err, fault.KindForbidden)
		_, err = d.service.FundingReport(ctx, stranger, u.ID, civil.Date{})
		kinds("a stranger", err, fault.KindNotFound)
		_, err = d.service.FundingReport(ctx, reader, u.ID, civil.Date{})
		kinds("who may not read costs", err, fault.KindNotFound)
		_, err = d.service.FundingReport(ctx, member, u.ID, civil.Date{})
		kinds("who may not read lines", err, fault.KindForbidden)
		kinds("eligibility by a stranger", d.service.SetEligibility(ctx, stranger, u.ID, EligibilityInput{Postings: []PostingID{1}, Reason: "x"}), fault.KindNotFound)
		foreign := other.spent("X", "2026-03-02", 1, nil)
		neighbour := d.spent("P2", "2026-03-02", 1, nil)
		for _, p := range []PostingID{foreign.ID, neighbour.ID, 99_999} {
			d.expectFault(d.service.SetEligibility(ctx, operator, u.ID, EligibilityInput{Postings: []PostingID{p}, Eligible: true, Reason: "x"}), fault.KindNotFound, "posting.not_found")
		}
		changed := u
		changed.Rate = 5_000
		if changed, err = d.service.UpdateFunding(ctx, operator, changed); err != nil || changed.Version != 2 {
			t.Fatal(err, changed)
		}
		u.Rate = 3_000
		_, err = d.service.UpdateFunding(ctx, operator, u)
		d.expectFault(err, fault.KindStale, "funding.stale")
		cost := d.spent("P1", "2026-03-02", euros(5), nil)
		event := func(change func(*FundingEventInput)) error {
			in := FundingEventInput{Kind: FundingAdvance, Amount: 1, On: day("2026-03-02")}
			change(&in)
			_, err := d.service.BookFundingEvent(ctx, operator, u.ID, in)
			return err
		}
		kinds("less than nothing", event(func(in *FundingEventInput) { in.Amount = 0 }), fault.KindInvalid)
		kinds("a day to come", event(func(in *FundingEventInput) { in.On = day("2026-11-03") }), fault.KindInvalid)
		kinds("a cost for a payment", event(func(in *FundingEventInput) { in.PostingID = cost.ID }), fault.KindInvalid)
		kinds("an entry of another organisation", event(func(in *FundingEventInput) { in.PostingID = foreign.ID }), fault.KindNotFound)
		kinds("an unknown kind", event(func(in *FundingEventInput) { in.Kind = "gift" }), fault.KindInvalid)
		v, err := d.service.BookFundingEvent(ctx, operator, u.ID, FundingEventInput{Kind: FundingAdvance, Amount: euros(10), On: day("2026-03-02")})
		if err != nil {
			t.Fatal(err)
		}
		if err := d.service.ReverseFundingEvent(ctx, operator, u.ID, v.ID, "Erreur"); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.ReverseFundingEvent(ctx, operator, u.ID, v.ID, "Encore"), fault.KindConflict, "finance.funding.event_reversed")
		r, err := d.service.FundingReport(ctx, operator, u.ID, civil.Date{})
		if err != nil || r.Standing.Position.Received != 0 || len(r.Standing.Events) != 2 {
			t.Errorf("taken back: %+v, %v", r.Standing, err)
		}
	})
}

// TestRevenueIsNamedOnce: payments name no more of a revenue than it is of, whatever convention they are of, and what is taken back is free again.
func TestRevenueIsNamedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		other := feder()
		other.Convention = "FEDER 2025-118"
		one, err := d.service.AddFunding(ctx, operator, d.projects["P1"], feder())
		if err != nil {
			t.Fatal(err)
		}
		two, err := d.service.AddFunding(ctx, operator, d.projects["P2"], other)
		if err != nil {
			t.Fatal(err)
		}
		revenue := d.newPosting(func(p *Posting) { p.Flow, p.CostSign, p.Amount = ledgerfile.FlowRevenue, 0, euros(100) })
		paid := func(u Funding, amount money.Amount) (FundingEvent, error) {
			return d.service.BookFundingEvent(ctx, operator, u.ID, FundingEventInput{Kind: FundingInstalment, Amount: amount, On: day("2026-03-02"), PostingID: revenue.ID})
		}
		beyond := func(u Funding, amount money.Amount) {
			t.Helper()
			if _, err := paid(u, amount); soleKey(err) != "finance.funding.beyond_posting" {
				t.Errorf("%d more of the revenue: %v", amount, err)
			}
		}
		beyond(one, euros(100)+1)
		v, err := paid(one, euros(60))
		if err != nil {
			t.Fatal(err)
		}
		beyond(one, euros(41))
		beyond(two, amountLimit)
		if _, err := paid(two, euros(40)); err != nil {
			t.Fatal(err)
		}
		beyond(two, 1)
		if err := d.service.ReverseFundingEvent(ctx, operator, one.ID, v.ID, "Erreur"); err != nil {
			t.Fatal(err)
		}
		if _, err := paid(two, euros(60)); err != nil {
			t.Errorf("what was taken back cannot be named again: %v", err)
		}
	})
}

// TestRecoveryEstimate is E16 through the books: by the accounts that costs stand on, and never taken off the cost.
func TestRecoveryEstimate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		on := func(nature string) func(*Posting) { return func(p *Posting) { p.Nature = nature } }
		d.spent("P1", "2026-03-02", euros(120_000), on("2051"))
		d.spent("P1", "2026-03-02", euros(12_000), on("65811"))
		d.spent("P1", "2026-03-02", euros(12_000), on("65818"))
		d.spent("P2", "2026-03-02", euros(5_000), on("6156"))
		p := d.project("P1")
		if r := p.Recovery; r == nil || r.Total != cents("20356.80") || r.Eligible != euros(132_000) || r.Net != cents("123643.20") {
			t.Errorf("estimate %+v, want 19 684.80 and 672.00", r)
		}
		if p.Totals.Mandated != euros(144_000) {
			t.Errorf("%d mandated: the estimate was taken off", p.Totals.Mandated)
		}
		all, err := d.service.RecoveryEstimate(context.Background(), operator, d.roadmap.ID, civil.Date{})
		if err != nil || all.Recovery == nil || all.Recovery.Total != cents("20356.80") || len(all.Recovery.Projects) != 2 || all.Recovery.Projects[1].Recovery != 0 {
			t.Errorf("of the roadmap %+v, %v", all.Recovery, err)
		}
		if r := d.project("P2").Recovery; r != nil {
			t.Errorf("maintenance gives hope of %+v", r)
		}
	})
}

// TestFreezePack: what a pack shows is the roadmap's report, shortened; nothing is shown where there is nothing.
func TestFreezePack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		if p, err := FreezePack(ctx, d.db.Read(), d.roadmap.ID, day("2026-10-31")); err != nil || p != nil {
			t.Fatalf("of empty books: %+v, %v", p, err)
		}
		e := d.envelope("FDR", EnvelopeRoadmap, "", 0)
		d.book(voted(ActBP, credits(e, d.year(2026), "F"), euros(1_000)))
		d.allot("P1", BudgetLine{Envelope: e.ID, YearID: d.year(2026), Section: "F", Category: CategoryServices, Amount: euros(600)})
		d.spent("P1", "2026-03-02", euros(650), nil)
		if _, err := d.service.BookMove(ctx, operator, d.projects["P1"], MoveInput{On: day("2026-06-01"), Cause: forecast.CausePrice, Amount: euros(10), Reason: "Indices"}); err != nil {
			t.Fatal(err)
		}
		d.foresee("P1", "2026-10-01", coming(d.year(2026), ForecastToGo, euros(30)))
		d.spent("P1", "2026-11-02", euros(1), nil) // after the day of the pack
		p, err := FreezePack(ctx, d.db.Read(), d.roadmap.ID, day("2026-10-31"))
		if err != nil {
			t.Fatal(err)
		}
		if p.Voted != euros(1_000) || p.Totals.Budget != euros(600) || p.Totals.Mandated != euros(650) || *p.Totals.EAC != euros(680) || p.AmountBasis != BasisTTC {
			t.Errorf("%+v, want 1 000 voted, 600 allotted, 650 mandated by the day", p)
		}
		if p.Year == nil || p.Year.Code != "2026" || p.Year.Central != euros(680) || p.Year.Mandated != euros(650) {
			t.Errorf("year %+v", p.Year)
		}
		if w := p.Waterfall; w == nil || w.First != euros(600) || w.Current != euros(680) || len(w.Steps) != 2 || w.Steps[1].Cause != string(forecast.CauseUnexplained) {
			t.Errorf("waterfall %+v", w)
		}
		if !slices.ContainsFunc(p.Warnings, func(w PackWarning) bool {
			return w.Code == forecast.WarnExposure && w.Project == "P1" && *w.Args[0].Amount == euros(650)
		}) {
			t.Errorf("warnings %+v, want the exposure of P1", p.Warnings)
		}
		if len(p.Themes) != 2 || p.Scope == nil || p.Scope.Total != euros(651) {
			t.Errorf("themes %+v, scope %+v", p.Themes, p.Scope)
		}
	})
}
