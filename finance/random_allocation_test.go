package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// officer does whatever comes to mind with the books of a desk.
type officer struct {
	*desk
	rng     *rand.Rand
	lines   []Posting
	rules   []int64
	batches []int64
	seen    int64 // the last batch that was looked at
}

// TestRandomActsKeepTheBooks does many acts at random, of which some are refused, and holds queue and balances against the entries after each.
func TestRandomActsKeepTheBooks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		acts, seeds := 120, uint64(4)
		if db.Path() == "" {
			acts, seeds = 60, 1
		}
		done := map[string]int{}
		for seed := range seeds {
			o := &officer{desk: newDesk(t, db, fmt.Sprintf("d%d", seed), "P1", "P2", "P3"), rng: rand.New(rand.NewPCG(7, seed))}
			o.code("P1", "NUM1")
			for range 6 {
				o.post()
			}
			for n := range acts {
				name, err := o.act()
				if err == nil {
					done[name]++
				}
				o.bookedInOpenPeriods()
				if err != nil && fault.KindOf(err) == fault.KindInternal {
					t.Fatalf("seed %d, act %d (%s): %v", seed, n, name, err)
				}
				if o.sound(); t.Failed() {
					t.Fatalf("seed %d: after act %d (%s)", seed, n, name)
				}
			}
		}
		checks, err := New(db, time.Now).Verify(context.Background(), operator)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range checks {
			made := c.Code == "references" || c.Code == "i6" || c.Code == "i9" // entries of no file, periods closed without a certificate
			if !c.Holds() && !made {
				t.Errorf("%s of %s does not hold: %v", c.Code, c.Organisation, c.Broken)
			}
		}
		for _, name := range []string{"post", "allocate", "exclude", "accept", "move", "take", "bulk", "undo", "rule", "rerun", "withdraw", StateClosed} {
			if done[name] == 0 && db.Path() != "" {
				t.Errorf("nobody did %q: %v", name, done)
			}
		}
	})
}

// bookedInOpenPeriods holds what was allocated since it was asked last against the periods as they are.
func (o *officer) bookedInOpenPeriods() {
	o.Helper()
	var closed []PostingID
	err := o.db.Read().NewRaw(`SELECT a.posting_id FROM allocation AS a JOIN fiscal_period AS f ON f.organisation_id = a.organisation_id AND f.fiscal_year_id = a.booked_year_id AND f.number = a.booked_period
		WHERE a.organisation_id = ? AND a.batch_id > ? AND f.state = 'closed'`, o.org.ID, o.seen).Scan(context.Background(), &closed)
	if err != nil || len(closed) > 0 {
		o.Errorf("allocated in closed periods: %v, %v", closed, err)
	}
	if err := o.db.Read().NewRaw("SELECT coalesce(max(id), 0) FROM allocation_batch").Scan(context.Background(), &o.seen); err != nil {
		o.Error(err)
	}
}

func (o *officer) any() Posting { return o.lines[o.rng.IntN(len(o.lines))] }

func (o *officer) project() portfolio.ProjectID {
	return o.projects[[]string{"P1", "P2", "P3"}[o.rng.IntN(3)]]
}

func (o *officer) post() {
	o.lines = append(o.lines, o.newPosting(func(p *Posting) {
		p.Amount = money.Amount(1 + o.rng.IntN(100_000))
		if o.rng.IntN(4) == 0 {
			p.Amount = -p.Amount
		}
		p.DocOn = day("2026-01-05").AddDays(o.rng.IntN(280))
		p.Contract = fmt.Sprintf("M%d", o.rng.IntN(3))
		p.Analytic = []string{"", "", "NUM1", "NUM2"}[o.rng.IntN(4)]
		p.Section = []string{"F", "I"}[o.rng.IntN(2)]
		if len(o.lines) > 0 && o.rng.IntN(3) == 0 {
			if origin := o.any(); origin.Origin == 0 {
				p.Origin, p.Amount = origin.ID, -origin.Amount/money.Amount(2+o.rng.IntN(3))
			}
		}
		if p.Amount == 0 {
			p.Amount = 1
		}
	}))
}

// act does one thing and tells its name.
func (o *officer) act() (string, error) {
	ctx := context.Background()
	s, org, p := o.service, o.org.ID, o.any()
	held := o.held(p.ID)
	left := residual(&p, sharesOf(held))
	switch o.rng.IntN(15) {
	case 0, 1:
		o.post()
		return "post", nil
	case 2, 3:
		parts := []PartInput{{Project: o.projects["P1"], ShareBP: int64(1 + o.rng.IntN(6000))}, {Project: o.projects["P2"], ShareBP: int64(1 + o.rng.IntN(6000))}}
		if o.rng.IntN(2) == 0 {
			parts[0] = PartInput{Project: o.projects["P3"], Amount: left / 3}
		}
		return "allocate", s.Allocate(ctx, operator, AllocateInput{Organisation: org, Posting: p.ID, Residual: left, Parts: parts})
	case 4:
		return "exclude", s.Exclude(ctx, operator, ExcludeInput{Organisation: org, Posting: p.ID, Residual: left, Amount: left / money.Amount(1+o.rng.IntN(3)), Reason: "x"})
	case 5:
		in := AcceptInput{Organisation: org, Posting: p.ID, Residual: left, Reason: "x"}
		if o.rng.IntN(2) == 0 {
			return "reopen", s.Reopen(ctx, operator, in)
		}
		return "accept", s.Accept(ctx, operator, in)
	case 6, 7:
		return "move", o.move(p, sharesOf(held))
	case 8:
		line, err := s.QueueLine(ctx, operator, org, p.ID, QueueFilter{})
		if err != nil || len(line.Suggestions) == 0 {
			return "look", err
		}
		pick := line.Suggestions[o.rng.IntN(len(line.Suggestions))]
		return "take", s.TakeSuggestion(ctx, operator, TakeInput{Organisation: org, Posting: p.ID, Residual: line.Residual, Suggestion: pick.Key})
	case 9:
		return "bulk", o.bulk()
	case 10:
		if len(o.batches) == 0 {
			return "nothing", nil
		}
		_, err := s.Undo(ctx, operator, org, o.batches[o.rng.IntN(len(o.batches))])
		return "undo", err
	case 11:
		return "rule", o.saveRule()
	case 12:
		return "rerun", o.runAgain(p.YearID)
	case 13:
		if live, err := findPosting(ctx, o.db.Read(), org, p.ID); err != nil || !live.Live {
			return "nothing", err
		}
		o.withdraw(p)
		return "withdraw", nil
	}
	at := p.At()
	at.Period = 1 + o.rng.IntN(10)
	state := []string{StateClosed, StateOpen, StateOpen}[o.rng.IntN(3)]
	o.closePeriod(at, state)
	return state, nil
}

func (o *officer) move(p Posting, shares []Share) error {
	if len(shares) == 0 {
		return nil
	}
	from := shares[o.rng.IntN(len(shares))]
	in := ReallocateInput{Organisation: o.org.ID, Posting: p.ID, From: from.ProjectID, Held: from.Amount, Reason: "x"}
	if o.rng.IntN(2) == 0 {
		in.Amount = from.Amount / 2
	}
	if o.rng.IntN(3) == 0 {
		return o.service.Deallocate(context.Background(), operator, in)
	}
	in.Parts = []PartInput{{Project: o.project(), ShareBP: int64(5000 + o.rng.IntN(5001))}}
	return o.service.MoveAllocation(context.Background(), operator, in)
}

func (o *officer) bulk() error {
	in := BulkInput{Organisation: o.org.ID}
	switch o.rng.IntN(3) {
	case 0:
		in.Project = o.project()
	case 1:
		in.Exclude, in.Reason = true, "x"
	}
	if !in.suggested() || o.rng.IntN(2) == 0 {
		for range 4 {
			in.Postings = append(in.Postings, o.any().ID)
		}
	}
	seen, err := o.service.BulkPreview(context.Background(), operator, in)
	if err != nil {
		return err
	}
	before := o.scope()
	batch, err := o.service.BulkApply(context.Background(), operator, in, seen.Token)
	if err != nil {
		return err
	}
	o.batches = append(o.batches, batch)
	if after := o.scope(); before.Open-after.Open != seen.Sum {
		o.Errorf("the queue fell by %d, %d was previewed", before.Open-after.Open, seen.Sum)
	}
	return nil
}

func (o *officer) saveRule() error {
	ctx := context.Background()
	in := RuleInput{Organisation: o.org.ID, Name: "r", Rank: reconcile.RankContract, When: []reconcile.Condition{is(reconcile.FieldContract, fmt.Sprintf("M%d", o.rng.IntN(3)))},
		Then: reconcile.Action{Parts: []reconcile.Part{{Project: int64(o.project()), ShareBP: int64(1 + o.rng.IntN(10000))}}}}
	if o.rng.IntN(3) == 0 {
		in.Rank, in.When = reconcile.RankLabel, append(in.When, has(reconcile.FieldLabel, "maintenance"))
	}
	if len(o.rules) > 0 && o.rng.IntN(2) == 0 {
		in.ID = o.rules[o.rng.IntN(len(o.rules))]
		in.Version = o.ruleDetail(in.ID).Versions[0].Version
		if o.rng.IntN(3) == 0 {
			return o.service.RetireRule(ctx, operator, o.org.ID, in.ID, in.Version, "x")
		}
	}
	id, err := o.service.SaveRule(ctx, operator, in)
	if err != nil {
		return err
	}
	if !slices.Contains(o.rules, id) {
		o.rules = append(o.rules, id)
	}
	return o.service.ActivateRule(ctx, operator, o.org.ID, id, in.Version+1)
}

// runAgain runs the rules, of which a second run has nothing more to change.
func (o *officer) runAgain(year int64) error {
	ctx := context.Background()
	seen, err := o.service.RerunPreview(ctx, operator, o.org.ID, year)
	if err != nil || len(seen.Examples) == 0 {
		return err
	}
	batch, err := o.service.RerunRules(ctx, operator, o.org.ID, year, seen.Token)
	if err != nil {
		return err
	}
	o.batches = append(o.batches, batch)
	again, err := o.service.RerunPreview(ctx, operator, o.org.ID, year)
	if len(again.Examples) > 0 {
		o.Errorf("a second run would change %d lines, the first of them from %v to %v", len(again.Examples), again.Examples[0].Before, again.Examples[0].After)
	}
	return err
}
