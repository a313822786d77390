package finance

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/money"
)

// origins knows the entries that lines of a file correct, and what is left of them while corrections are booked.
type origins struct {
	keys    map[ledgerfile.Hash]PostingID // key that a line corrects → the live entry; 0: none, manyOrigins: several
	wanted  map[PostingID]bool            // entries that this file books and that others correct
	left    map[PostingID]*remainder
	waiting []correction
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

// correction waits until what it corrects is allocated: a line of the file, or an entry of the books whose origin the file restates or withdraws.
type correction struct {
	posting Posting
	pair    reconcile.Pair
	stands  bool         // it is in the books already
	held    []Allocation // of one that is
}

// findOrigins looks for the entries that the lines of the file correct: among its own, among those that it was compared with, then in other years.
func (l *ledgerRun) findOrigins(ctx context.Context, live []reconcile.Print) (*origins, error) {
	o := &origins{keys: map[ledgerfile.Hash]PostingID{}, wanted: map[PostingID]bool{}, left: map[PostingID]*remainder{}}
	for _, c := range l.read.corrects {
		o.keys[c.key] = 0
	}
	if len(o.keys) == 0 {
		return o, nil
	}
	gone := make(map[int64]bool, len(l.gone))
	for _, id := range l.gone {
		gone[id] = true
	}
	l.eachBooked(func(i int, pair reconcile.Pair, number PostingID) {
		if key := l.read.prints[i].Key; o.asked(key) {
			o.claim(key, number)
			o.wanted[number] = true
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

// claim notes an entry under its key.
func (o *origins) claim(key ledgerfile.Hash, id PostingID) {
	if o.keys[key] != 0 {
		id = manyOrigins
	}
	o.keys[key] = id
}

// of gives the entry that a line corrects; 0: it is not in the books, or nobody can say which one it is.
func (o *origins) of(key ledgerfile.Hash) PostingID { return max(o.keys[key], 0) }

// booked notes what an entry of the file is allocated to, if a line corrects it.
func (o *origins) booked(p *Posting, parts []Allocation) {
	if o.wanted[p.ID] {
		r := &remainder{}
		r.add(p.Amount, parts)
		o.left[p.ID] = r
	}
}

// heldBack is how many corrections wait at once. A file with more of them has them booked in several goes, each in an order of its own.
const heldBack = 50_000

// wait keeps a correction until the other lines are booked.
func (l *ledgerRun) wait(ctx context.Context, p *Posting, pair reconcile.Pair) error {
	c := correction{posting: *p, pair: pair}
	c.posting.Key, c.posting.Content, c.posting.OriginKey = bytes.Clone(p.Key), bytes.Clone(p.Content), bytes.Clone(p.OriginKey)
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
		for i := range l.origins.waiting {
			if err := l.correct(ctx, &l.origins.waiting[i], nil); err != nil {
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
	var later []correction
	for i := range all {
		c := &all[i]
		left := l.origins.left[c.posting.Origin]
		switch {
		case c.posting.Origin == 0: // it is withdrawn
			if err := l.correct(ctx, c, nil); err != nil {
				return err
			}
		case left == nil:
			later = append(later, *c)
		default:
			if err := l.correct(ctx, c, originShares(left.total, left.shares)); err != nil {
				return err
			}
			left.add(c.posting.Amount, l.parts)
		}
	}
	l.origins.waiting = later
	return nil
}

// correct books a correction, or lets one that is in the books follow what it corrects. l.parts is what it is allocated to then.
func (l *ledgerRun) correct(ctx context.Context, c *correction, origin []reconcile.Share) error {
	if !c.stands {
		return l.post(ctx, &c.posting, c.pair, origin)
	}
	now := sharesOf(c.held)
	l.parts = l.parts[:0]
	if decidedByHand(c.held) {
		l.parts = append(l.parts, allocationsOf(now, Allocation{})...)
		return nil
	}
	if err := l.match(&c.posting, origin); err != nil {
		return err
	}
	then := sharesOf(l.parts)
	if slices.Equal(now, then) {
		return nil
	}
	parts := slices.Clone(l.parts)
	for _, s := range now {
		parts = append(parts, Allocation{ProjectID: s.ProjectID, Amount: -s.Amount, Method: MethodInherited})
	}
	for i := range parts {
		addEffect(l.effects.projects, parts[i].ProjectID, parts[i].Amount)
		if l.dry {
			if err := l.k.allot(ctx, &c.posting, &parts[i]); err != nil {
				return err
			}
		}
	}
	if l.dry {
		return nil
	}
	return l.k.reallot(ctx, &c.posting, c.held, parts)
}

// decidedByHand tells whether a person allocated something of an entry.
func decidedByHand(held []Allocation) bool {
	return slices.ContainsFunc(held, func(a Allocation) bool { return a.Method == MethodManual || a.Method == MethodReverse })
}

// follow lets the corrections in the books of what the file takes back wait for what takes its place, and those that came before what they correct for that.
func (l *ledgerRun) follow(ctx context.Context) error {
	place := make(map[PostingID]PostingID, len(l.back)) // entry → the one that restates it, 0: it is withdrawn
	for _, r := range l.back {
		place[r.entry] = 0
		if r.cause == CauseReverse {
			place[r.entry] = r.number + 1
		}
	}
	var following []Posting
	for part := range slices.Chunk(l.back, reversedAtOnce) {
		ids := make([]PostingID, len(part))
		for i, r := range part {
			ids[i] = r.entry
		}
		corrections, err := findCorrections(ctx, l.k.tx, l.k.Organisation.ID, ids)
		if err != nil {
			return err
		}
		for _, c := range corrections {
			c.Origin = place[c.Origin]
			following = append(following, c)
		}
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(l.adopted)), reversedAtOnce) {
		orphans, err := findPostings(ctx, l.k.tx, postingFilter{organisation: l.k.Organisation.ID, ids: part})
		if err != nil {
			return err
		}
		for _, c := range orphans {
			c.Origin = l.adopted[c.ID]
			following = append(following, c)
		}
	}
	following = slices.DeleteFunc(following, func(p Posting) bool { return l.isBack(p.ID) })
	return l.letWait(ctx, following)
}

// letWait lets entries of the books wait for the origins that they now have.
func (l *ledgerRun) letWait(ctx context.Context, following []Posting) error {
	now := make(map[PostingID]PostingID, len(following))
	ids := make([]PostingID, len(following))
	for i, p := range following {
		now[p.ID], ids[i] = p.Origin, p.ID
		l.origins.wanted[p.Origin] = true
	}
	held, err := findAllocations(ctx, l.k.tx, l.k.Organisation.ID, ids)
	if err != nil {
		return err
	}
	for _, p := range following {
		l.origins.waiting = append(l.origins.waiting, correction{posting: p, stands: true, held: held[p.ID]})
	}
	if l.dry {
		return nil
	}
	return setOrigins(ctx, l.k.tx, l.k.Organisation.ID, now)
}

// adopt finds the corrections in the books that came before what they correct, where that is in the file.
func (l *ledgerRun) adopt(ctx context.Context) error {
	l.adopted = map[PostingID]PostingID{}
	if l.feed.ID == 0 {
		return nil
	}
	orphans, err := findOrphans(ctx, l.k.tx, l.k.Organisation.ID, l.feed.ID)
	if err != nil || len(orphans) == 0 {
		return err
	}
	l.eachBooked(func(i int, _ reconcile.Pair, number PostingID) {
		for _, id := range orphans[l.read.prints[i].Key] {
			if l.adopted[id] != 0 {
				number = manyOrigins
			}
			l.adopted[id] = number
		}
	})
	maps.DeleteFunc(l.adopted, func(_, number PostingID) bool { return number == manyOrigins })
	return nil
}

// loadOrigins loads what is left of the entries of the books that waiting lines correct.
func (l *ledgerRun) loadOrigins(ctx context.Context) error {
	o := l.origins
	asked := map[PostingID]bool{}
	for i := range o.waiting {
		if id := o.waiting[i].posting.Origin; id != 0 && o.left[id] == nil && !l.ours(id) {
			asked[id] = true
		}
	}
	families, err := findFamilies(ctx, l.k.tx, l.k.Organisation.ID, slices.Sorted(maps.Keys(asked)))
	if err != nil {
		return err
	}
	for id, f := range families {
		left := &remainder{}
		o.left[id] = left
		if f.origin != nil {
			left.add(f.origin.Amount, f.held[f.origin.ID])
		}
		for _, c := range f.corrections {
			if !l.ours(c.ID) && !l.isBack(c.ID) {
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

// isBack tells whether the file takes an entry back.
func (l *ledgerRun) isBack(id PostingID) bool {
	_, found := slices.BinarySearchFunc(l.back, id, func(r reversal, id PostingID) int { return cmp.Compare(r.entry, id) })
	return found
}
