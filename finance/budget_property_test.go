package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// voting is a random authority: what it did so far is kept beside the books, to hold them against.
type voting struct {
	*desk
	r      *rand.Rand
	leaves []Envelope
	root   Envelope
	years  []int64
	open   map[Cell]money.Amount
	booked []Movement
}

func newVoting(d *desk, seed uint64) *voting {
	v := &voting{desk: d, r: rand.New(rand.NewPCG(seed, 41)), open: map[Cell]money.Amount{}}
	v.years = []int64{d.year(2025), d.year(2026)}
	v.root = d.envelope("NUM", EnvelopeRoadmap, "", 0)
	for i := range 3 {
		v.leaves = append(v.leaves, d.envelope(fmt.Sprint("L", i), EnvelopeAnnual, "", v.root.ID))
	}
	return v
}

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func (v *voting) cell() Cell {
	return credits(pick(v.r, append(v.leaves, v.root)), pick(v.r, v.years), pick(v.r, Sections))
}

// step does one random thing and notes what it changed. A refusal must be a fault that says why.
func (v *voting) step() {
	ctx := context.Background()
	var got ActResult
	var err error
	switch v.r.IntN(6) {
	case 0, 1:
		in := voted(pick(v.r, []Act{ActBP, ActBS, ActDM, ActReport, ActCancel, ActProvisional}), v.cell(), money.Amount(v.r.IntN(1000)-300))
		if v.r.IntN(2) == 0 {
			in.Lines = append(in.Lines, ActLine{v.cell(), money.Amount(v.r.IntN(500) - 100)})
		}
		got, err = v.service.BookAct(ctx, operator, in)
	case 2:
		c := v.cell()
		got, err = v.service.BookTransfer(ctx, operator, TransferInput{From: c.Envelope, To: v.cell().Envelope, YearID: c.YearID, Section: c.Section, Authorisation: c.Authorisation,
			Amount: money.Amount(v.r.IntN(400)), Reference: "Virement", On: day("2026-05-01")})
	case 3:
		if len(v.booked) == 0 {
			return
		}
		got, err = v.service.ReverseMovement(ctx, operator, pick(v.r, v.booked).ID, "Erreur")
	default:
		var lines []BudgetLine
		for range 1 + v.r.IntN(3) {
			c := v.cell()
			lines = append(lines, BudgetLine{c.Envelope, c.YearID, c.Section, pick(v.r, Categories[:3]), money.Amount(v.r.IntN(400))})
		}
		_, err = v.tryAllot(operator, pick(v.r, []string{"P1", "P2", "P3"}), lines...)
	}
	if refused := fault.KindOf(err); err != nil && refused != fault.KindInvalid && refused != fault.KindConflict {
		v.Fatalf("refused by %v", err)
	}
	if err != nil {
		return
	}
	for _, m := range got.Movements {
		v.open[m.Cell] += m.Amount
		v.booked = append(v.booked, m)
	}
}

// check holds the books against what must be true of them at any time.
func (v *voting) check() {
	v.Helper()
	ctx := context.Background()
	votes := v.votesOn("")
	for c, want := range v.open {
		if got := votes.Open(c); got != want || got < 0 {
			v.Fatalf("open in %+v is %d, movements sum to %d", c, got, want)
		}
	}
	var torn int
	if err := v.db.Read().NewRaw(`SELECT count(*) FROM (SELECT transfer_id FROM envelope_movement WHERE organisation_id = ? AND transfer_id IS NOT NULL
		GROUP BY transfer_id HAVING SUM(amount) <> 0 OR count(*) <> 2) AS t`, v.org.ID).Scan(ctx, &torn); err != nil || torn != 0 {
		v.Fatalf("%d transfers do not sum to 0, %v", torn, err)
	}
	tree, err := findEnvelopes(ctx, v.db.Read(), v.org.ID)
	if err != nil {
		v.Fatal(err)
	}
	allotted, err := findAllotments(ctx, v.db.Read(), v.org.ID, noDay)
	if err != nil {
		v.Fatal(err)
	}
	h, err := tree.hold(votes, allotted)
	if err != nil {
		v.Fatal(err)
	}
	if over := h.beyond(); len(over) > 0 {
		v.Fatalf("more is allotted than voted: %+v", over)
	}
}

// TestVotingProperty does random things where allotments may not go beyond votes: transfers sum to 0, open credits are the sum of their
// movements and never below 0, and no envelope allots more than was voted of it.
func TestVotingProperty(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		for seed := range uint64(4) {
			v := newVoting(newDesk(t, db, fmt.Sprint("o", seed), "P1", "P2", "P3"), seed)
			v.block()
			for range 60 {
				v.step()
				v.check()
			}
			if len(v.booked) < 10 {
				t.Errorf("seed %d booked %d movements only", seed, len(v.booked))
			}
		}
	})
}

// TestVotingAtOnce lets several officers do random things at the same time.
func TestVotingAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "a", "P1", "P2", "P3", "P4")
		v := newVoting(d, 99)
		v.block()
		for _, e := range v.leaves {
			for _, y := range v.years {
				d.book(voted(ActBP, credits(e, y, operations), 1000))
			}
		}
		done := make(chan error)
		for n, project := range []string{"P1", "P2", "P3", "P4"} {
			go func() {
				r := rand.New(rand.NewPCG(uint64(n), 5))
				for range 12 {
					_, err := d.tryAllot(operator, project, BudgetLine{pick(r, v.leaves).ID, pick(r, v.years), operations, CategoryRun, money.Amount(r.IntN(900))})
					if err == nil && r.IntN(2) == 0 {
						_, err = d.service.BookTransfer(ctx, operator, TransferInput{From: pick(r, v.leaves).ID, To: pick(r, v.leaves).ID, YearID: pick(r, v.years), Section: operations,
							Authorisation: AuthorisationCP, Amount: money.Amount(1 + r.IntN(500)), Reference: "Virement", On: day("2026-05-01")})
					}
					if refused := fault.KindOf(err); err != nil && refused != fault.KindInvalid && refused != fault.KindConflict {
						done <- err
						return
					}
				}
				done <- nil
			}()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		v.check()
	})
}
