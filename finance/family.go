package finance

import (
	"context"
	"fmt"
	"slices"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/money"
)

// family is an entry with the live entries that correct it, and what all of them are allocated to.
type family struct {
	origin      *Posting // nil when it is not live
	corrections []Posting
	held        map[PostingID][]Allocation
}

// remaining is what entry and corrections hold together, without one of the corrections. moved are those that are about to hold something else. It is nil where
// the entry is not live.
func (f *family) remaining(without PostingID, moved map[PostingID][]Share) []reconcile.Share {
	if f == nil || f.origin == nil {
		return nil
	}
	var total money.Amount
	var all []Allocation
	count := func(p *Posting) {
		total += p.Amount
		if to, ok := moved[p.ID]; ok {
			all = append(all, allocationsOf(to, Allocation{})...)
			return
		}
		all = append(all, f.held[p.ID]...)
	}
	count(f.origin)
	for i := range f.corrections {
		if c := &f.corrections[i]; c.ID != without {
			count(c)
		}
	}
	return originShares(total, sharesOf(all))
}

// findFamilies gives the families of entries by their numbers.
func findFamilies(ctx context.Context, db database.Conn, organisation int64, ids []PostingID) (map[PostingID]*family, error) {
	origins, err := findPostings(ctx, db, postingFilter{organisation: organisation, ids: ids, liveOnly: true})
	if err != nil {
		return nil, err
	}
	corrections, err := findCorrections(ctx, db, organisation, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[PostingID]*family, len(ids))
	of := func(id PostingID) *family {
		if out[id] == nil {
			out[id] = &family{}
		}
		return out[id]
	}
	var members []PostingID
	for i := range origins {
		of(origins[i].ID).origin = &origins[i]
		members = append(members, origins[i].ID)
	}
	for _, c := range corrections {
		f := of(c.Origin)
		f.corrections = append(f.corrections, c)
		members = append(members, c.ID)
	}
	held, err := findAllocations(ctx, db, organisation, members)
	if err != nil {
		return nil, fmt.Errorf("families of postings: %w", err)
	}
	for _, f := range out {
		f.held = held
	}
	return out, nil
}

// findOrigins gives, of entries that correct others, what those still hold: the entry itself and the corrections of it that are booked already.
func findOrigins(ctx context.Context, db database.Conn, organisation int64, postings []*Posting) (map[PostingID][]reconcile.Share, error) {
	ids := originsOf(postings)
	if len(ids) == 0 {
		return nil, nil
	}
	families, err := findFamilies(ctx, db, organisation, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[PostingID][]reconcile.Share, len(postings))
	for _, p := range postings {
		if p.Origin != 0 {
			out[p.ID] = families[p.Origin].remaining(p.ID, nil)
		}
	}
	return out, nil
}

// originsOf lists the entries that others correct, each once.
func originsOf(postings []*Posting) []PostingID {
	var ids []PostingID
	for _, p := range postings {
		if p.Origin != 0 {
			ids = append(ids, p.Origin)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
