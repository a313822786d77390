package finance

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/money"
)

// origins knows the entries that lines of a file correct, and what is left of them while corrections are booked.
type origins struct {
	keys     map[ledgerfile.Hash]PostingID // key that a line corrects → the live entry; 0: none, manyOrigins: several
	restated map[PostingID]PostingID       // entry that this file books → the one that it takes the place of, or 0
	left     map[PostingID]*remainder
	waiting  []correction
}

// manyOrigins stands for a key that several entries have: nobody can say which of them is corrected.
const manyOrigins PostingID = -1

// remainder is what an entry and its corrections come to together, and who holds it.
type remainder struct {
	total  money.Amount
	shares []Share
}

func (r *remainder) add(amount money.Amount, parts []Allocation) {
	r.total += amount
	all := slices.Clone(parts)
	for _, s := range r.shares {
		all = append(all, Allocation{ProjectID: s.ProjectID, Amount: s.Amount})
	}
	r.shares = sharesOf(all)
}

// correction is a line that waits until what it corrects is allocated.
type correction struct {
	posting Posting
	pair    reconcile.Pair
}

// findOrigins looks for the entries that the lines of the file correct: among its own, among those that it was compared with, then in other years.
func (l *ledgerRun) findOrigins(ctx context.Context, live []reconcile.Print) (*origins, error) {
	o := &origins{keys: l.read.origins, restated: map[PostingID]PostingID{}, left: map[PostingID]*remainder{}}
	if len(o.keys) == 0 {
		return o, nil
	}
	gone := make(map[int64]bool, len(l.gone))
	for _, id := range l.gone {
		gone[id] = true
	}
	l.eachBooked(func(i int, pair reconcile.Pair, number PostingID) {
		if key := l.read.prints[i].Key; o.asked(key) && o.claim(key, number) {
			o.restated[number] = PostingID(pair.Live)
		}
		gone[pair.Live] = pair.Live != 0
	})
	for i := range live {
		if p := &live[i]; o.asked(p.Key) && !gone[p.Ref] {
			o.claim(p.Key, PostingID(p.Ref))
		}
	}
	if l.filter.years == nil || !slices.Contains(slices.Collect(maps.Values(o.keys)), 0) {
		return o, nil
	}
	return o, findByKey(ctx, l.k.tx, l.filter, o.keys)
}

// eachBooked goes through the lines that are booked with the numbers that their entries get.
func (l *ledgerRun) eachBooked(each func(i int, pair reconcile.Pair, number PostingID)) {
	number := l.reserved
	for i, pair := range l.pairs {
		switch pair.Outcome {
		case reconcile.Supersedes:
			each(i, pair, number+1)
			number += 2
		case reconcile.New:
			each(i, pair, number)
			number++
		}
	}
}

func (o *origins) asked(key ledgerfile.Hash) bool {
	_, asked := o.keys[key]
	return asked
}

// claim notes an entry under its key, and tells whether it is the only one so far.
func (o *origins) claim(key ledgerfile.Hash, id PostingID) bool {
	if o.keys[key] != 0 {
		o.keys[key] = manyOrigins
		return false
	}
	o.keys[key] = id
	return true
}

// of gives the entry that a line corrects; 0: it is not in the books, or nobody can say which one it is.
func (o *origins) of(key ledgerfile.Hash) PostingID { return max(o.keys[key], 0) }

// booked notes what an entry of the file is allocated to, if a line corrects it.
func (o *origins) booked(p *Posting, parts []Allocation) {
	if _, asked := o.restated[p.ID]; asked {
		r := &remainder{}
		r.add(p.Amount, parts)
		o.left[p.ID] = r
	}
}

// heldBack is how many corrections wait at once. A file with more of them has them booked in several goes, each in an order of its own.
const heldBack = 50_000

// wait keeps a correction until the other lines are booked.
func (l *ledgerRun) wait(ctx context.Context, p *Posting, pair reconcile.Pair) error {
	c := correction{*p, pair}
	c.posting.Key, c.posting.Content = bytes.Clone(p.Key), bytes.Clone(p.Content)
	if p.AmountHT != nil {
		ht := *p.AmountHT
		c.posting.AmountHT = &ht
	}
	if p.AmountVAT != nil {
		vat := *p.AmountVAT
		c.posting.AmountVAT = &vat
	}
	if l.origins.waiting = append(l.origins.waiting, c); len(l.origins.waiting) < heldBack {
		return nil
	}
	return l.settleReady(ctx)
}

// corrections books what waited. A line may correct another correction, which then goes first; lines that correct each other in a circle inherit nothing.
func (l *ledgerRun) corrections(ctx context.Context) error {
	for len(l.origins.waiting) > 0 {
		before := len(l.origins.waiting)
		if err := l.settleReady(ctx); err != nil {
			return err
		}
		if len(l.origins.waiting) < before {
			continue
		}
		for _, c := range l.origins.waiting {
			if err := l.post(ctx, &c.posting, c.pair, nil); err != nil {
				return err
			}
		}
		return nil
	}
	return nil
}

// settleReady books the corrections whose origins are allocated, in an order that depends on what they say and not on where they stand.
func (l *ledgerRun) settleReady(ctx context.Context) error {
	if err := l.loadOrigins(ctx); err != nil {
		return err
	}
	all := l.origins.waiting
	slices.SortStableFunc(all, func(a, b correction) int { return bytes.Compare(a.posting.Content, b.posting.Content) })
	l.origins.waiting = nil
	var later []correction
	for _, c := range all {
		left := l.origins.left[c.posting.Origin]
		if left == nil {
			later = append(later, c)
			continue
		}
		if err := l.post(ctx, &c.posting, c.pair, originShares(left.total, left.shares)); err != nil {
			return err
		}
		left.add(c.posting.Amount, l.parts)
	}
	l.origins.waiting = later
	return nil
}

// loadOrigins loads what entries of the books are allocated to that waiting lines correct, and the earlier corrections of all.
func (l *ledgerRun) loadOrigins(ctx context.Context) error {
	o := l.origins
	stands := map[PostingID]PostingID{} // entry in the books before the file → the entry that is corrected now
	for _, c := range o.waiting {
		id := c.posting.Origin
		before, ofFile := o.restated[id]
		switch {
		case !ofFile && o.left[id] == nil:
			stands[id] = id
		case ofFile && before != 0 && o.left[id] != nil:
			stands[before] = id
			o.restated[id] = 0 // once
		}
	}
	families, err := findFamilies(ctx, l.k.tx, l.k.Organisation.ID, slices.Sorted(maps.Keys(stands)))
	if err != nil {
		return err
	}
	for before, now := range stands {
		left := o.left[now]
		if left == nil {
			left = &remainder{}
			o.left[now] = left
		}
		f := families[before]
		if f == nil {
			continue
		}
		if f.origin != nil {
			left.add(f.origin.Amount, f.held[f.origin.ID])
		}
		for _, c := range f.corrections {
			if !l.ours(c.ID) {
				left.add(c.Amount, f.held[c.ID])
			}
		}
	}
	return nil
}

// ours tells whether an entry is one that this file books: it may be in the database already, and is counted as it is booked.
func (l *ledgerRun) ours(id PostingID) bool {
	return id >= l.row.FirstPosting && id <= l.row.LastPosting
}
