package finance

import (
	"context"
	"testing"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// year gives the id of a civil year, which is booked when it is not there yet.
func (d *desk) year(n int) int64 {
	d.Helper()
	ctx := context.Background()
	c, err := d.service.FiscalYears(ctx, operator, d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	if y, ok := c.Labelled(n); ok {
		return y.ID
	}
	start := day("2020-01-01").AddMonths(12 * (n - 2020))
	y, err := d.service.AddFiscalYear(ctx, operator, d.org.ID, FiscalYear{Code: start.String()[:4], Start: start, End: start.AddMonths(12).AddDays(-1)})
	if err != nil {
		d.Fatal(err)
	}
	return y.ID
}

// envelope books an envelope of the roadmap.
func (d *desk) envelope(code string, kind EnvelopeKind, section string, parent EnvelopeID) Envelope {
	d.Helper()
	e, err := d.service.CreateEnvelope(context.Background(), operator, Envelope{RoadmapID: d.roadmap.ID, ParentID: parent, Code: code, Name: "Enveloppe " + code, Kind: kind, Section: section})
	if err != nil {
		d.Fatal(err)
	}
	return e
}

// credits is where payment credits of an envelope count.
func credits(e Envelope, year int64, section string) Cell {
	return Cell{Envelope: e.ID, YearID: year, Section: section, Authorisation: AuthorisationCP}
}

// authority is where the authorisation of an envelope counts.
func authority(e Envelope) Cell {
	return Cell{Envelope: e.ID, Section: e.Section, Authorisation: string(e.Kind)}
}

// voted is an act of one line, as the assembly took it in March 2026.
func voted(a Act, c Cell, amount money.Amount) ActInput {
	return ActInput{Act: a, Reference: "CD 2026-17", On: day("2026-03-20"), Reason: "Vote", Lines: []ActLine{{c, amount}}}
}

// book books an act.
func (d *desk) book(in ActInput) ActResult {
	d.Helper()
	got, err := d.service.BookAct(context.Background(), operator, in)
	if err != nil {
		d.Fatal(err)
	}
	return got
}

// votesOn gives what is voted on a day; "" is all there is.
func (d *desk) votesOn(on string) Votes {
	d.Helper()
	v, err := findVotes(context.Background(), d.db.Read(), d.org.ID, day(on))
	if err != nil {
		d.Fatal(err)
	}
	return v
}

// TestOpenCredits is the worked example E1 of crédits ouverts, day by day.
func TestOpenCredits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a")
		y := d.year(2026)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		c := credits(e, y, operations)
		for _, a := range []struct {
			act    Act
			on     string
			amount money.Amount
		}{{ActBP, "2026-03-20", euros(1_200_000)}, {ActReport, "2026-04-02", euros(150_000)}, {ActDM, "2026-06-15", euros(80_000)}, {ActDM, "2026-10-10", -euros(30_000)}} {
			in := voted(a.act, c, a.amount)
			in.On = day(a.on)
			d.book(in)
		}
		for on, want := range map[string]money.Amount{"2026-03-19": 0, "2026-03-20": euros(1_200_000), "2026-04-02": euros(1_350_000), "2026-09-01": euros(1_430_000), "": euros(1_400_000)} {
			if got := d.votesOn(on).Open(c); got != want {
				t.Errorf("open on %q: %d, want %d", on, got, want)
			}
		}
		if by := d.votesOn("")[c]; by[ActDM] != euros(50_000) || by[ActBP] != euros(1_200_000) {
			t.Errorf("by act: %v", by)
		}
		var votes []money.Amount
		for _, amount := range d.votesOn("")[c] {
			votes = append(votes, amount)
		}
		p, err := forecast.PositionOf(forecast.Books{Votes: votes, Commitments: []forecast.Commitment{{Net: euros(1_050_000), Mandated: euros(640_000)}}})
		if err != nil || p.Available != euros(350_000) {
			t.Errorf("available %d, %v; want 350 000", p.Available, err)
		}
	})
}

// TestActs lists what an act may not be.
func TestActs(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a")
		y, old := d.year(2026), d.year(2019)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap, ae := d.envelope("AP1", EnvelopeAP, investment, e.ID), d.envelope("AE1", EnvelopeAE, operations, e.ID)
		expired, err := d.service.CreateEnvelope(ctx, operator, Envelope{RoadmapID: d.roadmap.ID, Code: "OLD", Name: "Ancienne", Kind: EnvelopeAnnual, Section: investment, To: day("2020-12-31")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.Write().NewRaw("UPDATE fiscal_year SET state = 'closed' WHERE id = ?", old).Exec(ctx); err != nil {
			t.Fatal(err)
		}
		c := credits(e, y, investment)
		for _, tc := range []struct {
			name   string
			in     ActInput
			change func(*ActInput)
			want   string // key of the fault, or of its only field
		}{
			{"a budget", voted(ActBP, c, 100), nil, ""},
			{"an authorisation", voted(ActCreate, authority(ap), 100), nil, ""},
			{"an authorisation of operations", voted(ActCreate, authority(ae), 100), nil, ""},
			{"a revision down", voted(ActRevise, authority(ap), -50), nil, ""},
			{"a cancellation", voted(ActCancel, authority(ap), -50), nil, ""},
			{"no reference", voted(ActBP, c, 100), func(a *ActInput) { a.Reference = " " }, "input.required"},
			{"no date", voted(ActBP, c, 100), func(a *ActInput) { a.On = noDay }, "input.required"},
			{"tomorrow", voted(ActBP, c, 100), func(a *ActInput) { a.On = day("2026-11-03") }, "envelope.future"},
			{"no lines", voted(ActBP, c, 100), func(a *ActInput) { a.Lines = nil }, "input.required"},
			{"the same line twice", voted(ActBP, c, 100), func(a *ActInput) { a.Lines = append(a.Lines, a.Lines[0]) }, "envelope.line.twice"},
			{"an unknown act", voted("GIFT", c, 100), nil, "input.unknown_value"},
			{"a budget below zero", voted(ActBP, c, -100), nil, "envelope.line.sign"},
			{"nothing", voted(ActDM, c, 0), nil, "envelope.line.sign"},
			{"too much", voted(ActDM, c, amountLimit+1), nil, "envelope.line.amount"},
			{"a cancellation that gives", voted(ActCancel, c, 100), nil, "envelope.line.sign"},
			{"a cancellation without a reason", voted(ActCancel, authority(ap), -1), func(a *ActInput) { a.Reason = "" }, "input.required"},
			{"a budget of an authorisation", voted(ActBP, authority(ap), 100), nil, "envelope.line.authorisation"},
			{"credits by a revision", voted(ActRevise, c, 100), nil, "envelope.line.authorisation"},
			{"credits of no year", voted(ActBP, credits(e, 0, investment), 100), nil, "envelope.line.year"},
			{"an authorisation of one year", voted(ActCreate, Cell{ap.ID, y, investment, AuthorisationAP}, 100), nil, "envelope.line.year"},
			{"an unknown section", voted(ActBP, credits(e, y, "X"), 100), nil, "envelope.line.section"},
			{"the other section", voted(ActBP, credits(ap, y, operations), 100), nil, "envelope.line.other_section"},
			{"an authorisation elsewhere", voted(ActCreate, Cell{e.ID, 0, investment, AuthorisationAP}, 100), nil, "envelope.line.kind"},
			{"an expired envelope", voted(ActBP, credits(expired, y, investment), 100), nil, "envelope.line.validity"},
			{"a closed year", voted(ActBP, credits(e, old, investment), 100), nil, "envelope.line.year_closed"},
			{"an unknown year", voted(ActBP, credits(e, 9999, investment), 100), nil, "fiscal_year.not_found"},
			{"an unknown envelope", voted(ActBP, Cell{9999, y, investment, AuthorisationCP}, 100), nil, "envelope.not_found"},
			{"more taken than is open", voted(ActDM, c, -101), nil, "envelope.below_zero"},
			{"all of it taken", voted(ActDM, c, -100), nil, ""},
			{"more than can be counted", voted(ActDM, c, amountLimit), nil, ""},
			{"and one more", voted(ActDM, c, amountLimit), nil, "envelope.overflow"},
		} {
			if tc.change != nil {
				tc.change(&tc.in)
			}
			_, err := d.service.BookAct(ctx, operator, tc.in)
			if got := soleKey(err); got != tc.want {
				t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
			}
		}
	})
}

// soleKey is the key of a fault or, where fields are to blame, of the only one.
func soleKey(err error) string {
	f := fault.As(err)
	switch {
	case err == nil:
		return ""
	case f == nil:
		return err.Error()
	case len(f.Fields) == 1:
		return f.Fields[0].Key
	}
	return f.Key
}

func TestTransfer(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a")
		y := d.year(2026)
		a, b := d.envelope("A", EnvelopeRoadmap, "", 0), d.envelope("B", EnvelopeAnnual, operations, 0)
		d.book(voted(ActBP, credits(a, y, operations), euros(100)))
		in := TransferInput{From: a.ID, To: b.ID, YearID: y, Section: operations, Authorisation: AuthorisationCP, Amount: euros(40), Reference: "Décision 12", On: day("2026-05-02")}
		got, err := d.service.BookTransfer(ctx, operator, in)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Movements) != 2 || got.Movements[0].Amount+got.Movements[1].Amount != 0 || got.Movements[0].TransferID == 0 || got.Movements[0].TransferID != got.Movements[1].TransferID {
			t.Errorf("a transfer booked %+v", got.Movements)
		}
		check := func(wantA, wantB money.Amount) {
			t.Helper()
			v := d.votesOn("")
			if gotA, gotB := v.Open(credits(a, y, operations)), v.Open(credits(b, y, operations)); gotA != wantA || gotB != wantB {
				t.Errorf("open are %d and %d, want %d and %d", gotA, gotB, wantA, wantB)
			}
		}
		check(euros(60), euros(40))
		for _, tc := range []struct {
			name   string
			change func(*TransferInput)
			want   string
		}{
			{"more than there is", func(i *TransferInput) { i.Amount = euros(61) }, "envelope.below_zero"},
			{"to itself", func(i *TransferInput) { i.To = a.ID }, "envelope.same"},
			{"backwards", func(i *TransferInput) { i.Amount = -euros(1) }, "envelope.amount"},
			{"nothing", func(i *TransferInput) { i.Amount = 0 }, "envelope.amount"},
			{"of no year", func(i *TransferInput) { i.YearID = 0 }, "envelope.year_of_credits"},
			{"into the other section", func(i *TransferInput) { i.Section = investment }, "envelope.line.other_section"},
			{"to nowhere", func(i *TransferInput) { i.To = 0 }, "input.required"},
			{"to an unknown envelope", func(i *TransferInput) { i.To = 9999 }, "envelope.not_found"},
		} {
			wrong := in
			tc.change(&wrong)
			if _, err := d.service.BookTransfer(ctx, operator, wrong); soleKey(err) != tc.want {
				t.Errorf("%s: %v, want %s", tc.name, err, tc.want)
			}
		}

		// Both halves are taken back together, whichever is named, and once.
		back, err := d.service.ReverseMovement(ctx, operator, got.Movements[1].ID, "Mauvaise enveloppe")
		if err != nil || len(back.Movements) != 2 || back.Movements[0].TransferID != back.Movements[1].TransferID || back.Movements[0].TransferID == got.Movements[0].TransferID {
			t.Fatalf("the reversal booked %+v, %v", back.Movements, err)
		}
		check(euros(100), 0)
		if on := d.votesOn("2026-05-02").Open(credits(b, y, operations)); on != 0 {
			t.Errorf("on its own day the reversed transfer still gives %d", on)
		}
		_, err = d.service.ReverseMovement(ctx, operator, got.Movements[0].ID, "Encore")
		d.expectFault(err, fault.KindConflict, "envelope.movement_reversed")
		_, err = d.service.ReverseMovement(ctx, operator, back.Movements[0].ID, "Si, quand même")
		d.expectFault(err, fault.KindConflict, "envelope.movement_is_reversal")
		_, err = d.service.ReverseMovement(ctx, operator, 9999, "Rien")
		d.expectFault(err, fault.KindNotFound, "movement.not_found")
		_, err = d.service.ReverseMovement(ctx, operator, got.Movements[0].ID, "")
		if blamed(err) != "reason" {
			t.Errorf("a reversal without a reason: %v", err)
		}
		moves, err := d.service.Movements(ctx, d.as(identity.RoleCommitteeMember, "Élu"), a.ID)
		if err != nil || len(moves) != 3 || moves[1].ReversedBy != moves[0].ID && moves[0].ReversedBy != moves[1].ID {
			t.Errorf("the movements of A: %+v, %v", moves, err)
		}
	})
}

func TestProvisionalCredits(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a")
		before, y := d.year(2025), d.year(2026)
		e := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap := d.envelope("AP1", EnvelopeAP, investment, e.ID)
		last := voted(ActBP, credits(e, before, operations), euros(1_200_000))
		last.On = day("2025-03-20")
		last.Lines = append(last.Lines, ActLine{credits(ap, before, investment), euros(500)})
		d.book(last)

		lines, err := d.service.DraftProvisional(ctx, operator, e.ID, y, 3)
		c := credits(e, y, operations)
		if err != nil || len(lines) != 1 || lines[0] != (ActLine{c, euros(300_000)}) {
			t.Fatalf("three months: %+v, %v; want 300 000 of the operations alone", lines, err)
		}
		if lines, err := d.service.DraftProvisional(ctx, operator, ap.ID, y, 3); err != nil || len(lines) != 0 {
			t.Errorf("of an authorisation: %+v, %v; want none", lines, err)
		}
		first := ActInput{Act: ActProvisional, Reference: "L1612-1", On: day("2026-01-02"), Lines: lines}
		open := d.book(first).Movements[0]
		if lines, err = d.service.DraftProvisional(ctx, operator, e.ID, y, 4); err != nil || len(lines) != 1 || lines[0].Amount != euros(100_000) {
			t.Errorf("the fourth month: %+v, %v; want 100 000 more", lines, err)
		}
		budget := d.book(voted(ActBP, c, euros(1_150_000)))
		if len(budget.Movements) != 2 || budget.Movements[1].Act != ActProvisional || budget.Movements[1].Amount != -euros(300_000) {
			t.Errorf("the budget booked %+v, want the provisional credits taken back", budget.Movements)
		}
		check := func(on string, want money.Amount) {
			t.Helper()
			if got := d.votesOn(on).Open(c); got != want {
				t.Errorf("open on %q: %d, want %d", on, got, want)
			}
		}
		check("2026-03-19", euros(300_000))
		check("2026-03-20", euros(1_150_000))
		_, err = d.service.BookAct(ctx, operator, first)
		d.expectFault(err, fault.KindConflict, "envelope.provisional_late")
		_, err = d.service.ReverseMovement(ctx, operator, open.ID, "Erreur")
		d.expectFault(err, fault.KindConflict, "envelope.provisional_taken")
		if lines, err = d.service.DraftProvisional(ctx, operator, e.ID, y, 6); err != nil || len(lines) != 0 {
			t.Errorf("after the budget: %+v, %v; want none", lines, err)
		}
		if _, err := d.service.ReverseMovement(ctx, operator, budget.Movements[0].ID, "Montant faux"); err != nil {
			t.Fatal(err)
		}
		check("", euros(300_000)) // open again, until the right budget is booked
		d.book(voted(ActBP, c, euros(1_160_000)))
		check("", euros(1_160_000))
		_, err = d.service.DraftProvisional(ctx, operator, e.ID, before, 1)
		d.expectFault(err, fault.KindConflict, "envelope.no_year_before")
		_, err = d.service.DraftProvisional(ctx, operator, e.ID, y, 13)
		if blamed(err) != "months" {
			t.Errorf("thirteen months: %v", err)
		}
	})
}
