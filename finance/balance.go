package finance

import (
	"jalon/finance/ledgerfile"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Balances are kept beside the books so that pages need not sum millions of entries. What one transaction changes of them is
// collected first and written once.

type yearKey struct {
	project portfolio.ProjectID
	year    int64
	section string
}

type monthKey struct {
	roadmap portfolio.RoadmapID
	Slot
	section, category string
}

type scopeKey struct {
	flow ledgerfile.Flow
	Slot
	section string
}

// cost is what a project spent: ordered to be paid, and engaged in lines that are not ordered yet.
type cost struct {
	mandated, engaged money.Amount
	lines             int64 // allocations, reversals included
}

type scopeSum struct {
	total, allocated, excluded money.Amount
	lines                      int64 // entries, reversals included
}

// deltas is how balances change.
type deltas struct {
	years  map[yearKey]cost
	months map[monthKey]cost
	scope  map[scopeKey]scopeSum
	// commitments on which something was mandated or taken back; they are summed anew
	commitments map[int64]bool
}

func newDeltas() *deltas {
	return &deltas{years: map[yearKey]cost{}, months: map[monthKey]cost{}, scope: map[scopeKey]scopeSum{}, commitments: map[int64]bool{}}
}

// posted counts an entry of the books.
func (d *deltas) posted(p *Posting) {
	k := scopeKey{p.Flow, p.At(), p.Section}
	s := d.scope[k]
	s.total += p.Amount
	s.lines++
	d.scope[k] = s
}

// allocated counts an allocation of an entry. Amounts stand under the period that the entry is about, whenever it was booked.
func (d *deltas) allocated(p *Posting, roadmap portfolio.RoadmapID, a *Allocation) {
	k := scopeKey{p.Flow, p.At(), p.Section}
	s := d.scope[k]
	if a.ProjectID == 0 {
		s.excluded += a.Amount
		d.scope[k] = s
		return
	}
	s.allocated += a.Amount
	d.scope[k] = s
	c := cost{lines: 1}
	if spent := a.Amount * money.Amount(p.CostSign); p.Stage == ledgerfile.StageMandated {
		c.mandated = spent
	} else {
		c.engaged = spent
	}
	y := yearKey{a.ProjectID, p.YearID, p.Section}
	d.years[y] = d.years[y].plus(c)
	m := monthKey{roadmap, p.At(), p.Section, p.Category}
	d.months[m] = d.months[m].plus(c)
}

func (c cost) plus(o cost) cost {
	return cost{c.mandated + o.mandated, c.engaged + o.engaged, c.lines + o.lines}
}
