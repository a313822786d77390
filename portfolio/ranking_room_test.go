package portfolio

import (
	"context"
	"fmt"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// kept says by what candidates are kept, how many, and in how many draws of a hundred each.
func (p *council) kept(actor identity.Actor, q RankingQuery) string {
	p.Helper()
	r, err := p.service.Ranking(context.Background(), actor, p.roadmap.ID, q)
	if err != nil {
		p.Fatal(err)
	}
	out := fmt.Sprintf("%s %d of %d, %d uncosted:", r.Cut, r.Keep, r.Ready, r.Uncosted)
	for _, l := range r.Lines {
		if l.Kept != nil {
			out += fmt.Sprintf(" %s %d", l.Name, *l.Kept/100)
		}
	}
	return out
}

// TestRankingUnderCredits: without a number the votes say who is kept: from the greatest value down, who has room in every year. Running projects that are not ranked have their
// credits already, and one of unknown cost needs nothing that is known. A reader without costs and a roadmap without votes leave it at a number.
func TestRankingUnderCredits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newCouncil(t, db, "a")
		anne, paul, reader := p.person("Anne", identity.RoleProjectManager), p.person("Paul", identity.RoleFinance), p.person("Zoé", identity.RoleReader)
		p.newProject("P1", estimate("2026-01-01", 30_000, "2027-01-01", "2027-12-31")) // runs, and nobody scores it: 70 k€ are left of 2027
		p.twoByTwo()
		score := func(of Subject, levels string) {
			t.Helper()
			for _, who := range []identity.Actor{anne, paul} {
				if err := p.give(who, of, levels); err != nil {
					t.Fatal(err)
				}
			}
		}
		give := func(q Request, levels string) { t.Helper(); score(Subject{Request: q.ID}, levels) }
		give(p.candidate("Un", 50_000, nil), "A3 B3 C1")
		give(p.candidate("Deux", 30_000, nil), "A3 B0 C1")
		give(p.candidate("Trois", 30_000, nil), "A0 B3 C1")
		give(p.candidate("Quatre", 20_000, nil), "A1 B0 C1")
		give(p.candidate("Bloqué", 10_000, nil), "A3 B3 C0")
		for _, c := range []struct {
			name   string
			actor  identity.Actor
			q      RankingQuery
			before func()
			want   string
		}{
			{"the votes", operator, RankingQuery{}, nil, "credits 2 of 4, 0 uncosted: Un 100 Deux 0 Trois 0 Quatre 100"},
			{"a number", operator, RankingQuery{Keep: 2}, nil, "first 2 of 4, 0 uncosted: Un 100 Deux 98 Trois 2 Quatre 0"},
			{"a reader without costs", reader, RankingQuery{}, nil, "first 2 of 4, 0 uncosted: Un 100 Deux 98 Trois 2 Quatre 0"},
			{"room for one of two more", operator, RankingQuery{}, func() { p.purse.Voted[CreditKey{2027, SectionInvestment}] = euros(115_000) }, "credits 2 of 4, 0 uncosted: Un 100 Deux 98 Trois 2 Quatre 0"},
			{"of operations nothing was voted", operator, RankingQuery{}, func() { p.purse.Voted = map[CreditKey]money.Amount{{2027, SectionOperations}: euros(1)} }, "credits 4 of 4, 0 uncosted: Un 100 Deux 100 Trois 100 Quatre 100"},
			{"the votes are spent", operator, RankingQuery{}, func() { p.purse.Voted = map[CreditKey]money.Amount{{2027, SectionInvestment}: euros(10_000)} }, "credits 0 of 4, 0 uncosted: Un 0 Deux 0 Trois 0 Quatre 0"},
			{"a cost is not known", operator, RankingQuery{}, func() {
				score(Subject{Project: p.newProject("P2", estimate("2026-01-01", 0, "2027-01-01", "2027-12-31"))}, "A2 B2 C1")
			}, "credits 1 of 5, 1 uncosted: Un 0 Projet P2 100 Deux 0 Trois 0 Quatre 0"},
			{"nothing is voted", operator, RankingQuery{}, func() { p.purse.Voted = nil }, "first 3 of 5, 0 uncosted: Un 100 Projet P2 100 Deux 98 Trois 2 Quatre 0"},
		} {
			if c.before != nil {
				c.before()
			}
			if got := p.kept(c.actor, c.q); got != c.want {
				t.Errorf("%s: %s, want %s", c.name, got, c.want)
			}
		}
	})
}

// TestCreditRoomOfTheSheet: the page of one candidate tells what the ranking tells of it.
func TestCreditRoomOfTheSheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		p := newCouncil(t, db, "a")
		p.purse.Voted = map[CreditKey]money.Amount{{2027, SectionInvestment}: euros(40_000)}
		p.twoByTwo()
		q := p.candidate("Un", 50_000, nil)
		for _, name := range []string{"Anne", "Paul"} {
			if err := p.give(p.person(name, identity.RoleProjectManager), Subject{Request: q.ID}, "A3 B3 C1"); err != nil {
				t.Fatal(err)
			}
		}
		got, err := p.service.CandidateScores(context.Background(), operator, p.roadmap.ID, Subject{Request: q.ID})
		if err != nil || got.Ranking.Cut != CutCredits || got.Line.Kept == nil || *got.Line.Kept != 0 || len(got.Ranking.Lines) != 0 {
			t.Errorf("sheet = %+v, %v", got, err)
		}
	})
}
