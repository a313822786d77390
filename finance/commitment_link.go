package finance

import (
	"context"
	"slices"
)

// commitmentLinks finds the commitments that entries of the books name, and notes those on which something is mandated or taken back.
type commitmentLinks struct {
	at      map[linkKey][]linkTarget
	aliases map[string]string // replaced numbers, in capitals, to those that hold now
	touched map[int64]bool

	asked linkQuestion // the last one: lines of one commitment often follow each other
	told  int64
}

// linkKey is a number of a commitment with one of its items; item "" of a number stands also for all of its items.
type linkKey struct{ number, item string }

type linkTarget struct {
	id     int64
	budget string
	whole  bool // the commitment itself has no items
}

type linkQuestion struct{ number, item, budget string }

// maxReplacements is how often a number of a commitment may have been replaced.
const maxReplacements = 16

func newLinks(all []commitmentNumber, aliases map[string]string) *commitmentLinks {
	l := &commitmentLinks{at: make(map[linkKey][]linkTarget, 2*len(all)), aliases: make(map[string]string, len(aliases)), touched: map[int64]bool{}}
	for old, now := range aliases {
		l.aliases[codeKey(old)] = codeKey(now)
	}
	for _, c := range all {
		t, number, item := linkTarget{c.ID, codeKey(c.Budget), c.Item == ""}, codeKey(c.Number), codeKey(c.Item)
		l.at[linkKey{number, ""}] = append(l.at[linkKey{number, ""}], t)
		if item != "" {
			l.at[linkKey{number, item}] = append(l.at[linkKey{number, item}], t)
		}
	}
	return l
}

// of gives the commitment that an entry names, 0 when none is known or when it cannot be said which.
func (l *commitmentLinks) of(p *Posting) int64 {
	if p.Commitment == "" || len(l.at) == 0 {
		return 0
	}
	q := linkQuestion{p.Commitment, p.CommitmentItem, p.Budget}
	if q != l.asked {
		l.asked, l.told = q, l.find(q)
	}
	return l.told
}

// find asks for the number that replaced the one of the line, then for the line's own: for the item, for the commitment as a whole, and where
// the line names no item for the only one that there is.
func (l *commitmentLinks) find(q linkQuestion) int64 {
	own, item, budget := codeKey(q.number), codeKey(q.item), codeKey(q.budget)
	for _, number := range [...]string{l.replaced(own), own} {
		all := l.at[linkKey{number, ""}]
		if item != "" {
			if id := only(l.at[linkKey{number, item}], budget); id != 0 {
				return id
			}
		}
		whole := slices.DeleteFunc(slices.Clone(all), func(t linkTarget) bool { return !t.whole })
		if id := only(whole, budget); id != 0 {
			return id
		}
		if item == "" {
			if id := only(all, budget); id != 0 {
				return id
			}
		}
	}
	return 0
}

// replaced follows the numbers that took the place of one another.
func (l *commitmentLinks) replaced(number string) string {
	for range maxReplacements {
		now, ok := l.aliases[number]
		if !ok {
			break
		}
		number = now
	}
	return number
}

// only gives the one commitment of a budget. Budgets have numbers of their own, so the same number in another one is another commitment; where one side does
// not say the budget, a number that stands once is meant.
func only(targets []linkTarget, budget string) int64 {
	var exact, open []int64
	for _, t := range targets {
		switch {
		case t.budget == budget:
			exact = append(exact, t.id)
		case t.budget == "" || budget == "":
			open = append(open, t.id)
		}
	}
	if len(exact) == 0 {
		exact = open
	}
	if len(exact) != 1 {
		return 0
	}
	return exact[0]
}

// count notes that an entry was booked on its commitment.
func (l *commitmentLinks) count(p *Posting) {
	if p.CommitmentID != 0 {
		l.touched[p.CommitmentID] = true
	}
}

// apply has what is mandated on the commitments summed anew when the booking closes.
func (l *commitmentLinks) apply(_ context.Context, k *booking) error {
	for id := range l.touched {
		k.deltas.commitments[id] = true
	}
	return nil
}
