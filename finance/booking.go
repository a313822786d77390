package finance

import (
	"context"
	"fmt"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// booking collects what one transaction books, so that entries, allocations, the queue and the balances change
// together. Postings and allocations are written in bulk; close writes what is left.
type booking struct {
	*books
	tx          database.Conn
	batch       int64
	roadmaps    map[portfolio.ProjectID]portfolio.RoadmapID
	deltas      *deltas
	postings    *database.Rows
	allocations *database.Rows
	queue       *database.Rows
	dry         bool // nothing is written: only the balances are worked out
}

// book is a use case that writes entries or allocations: permission, lock, the work, balances, the facts counter and the audit entry in
// one transaction. batch says what books the allocations.
func (s *Service) book(ctx context.Context, actor identity.Actor, organisation int64, a act, batch batchRow, work func(ctx context.Context, k *booking) (trace, error)) error {
	if err := seeOrganisation(actor, a.permission, organisation); err != nil {
		return err
	}
	if a.noun == "" {
		a.noun, a.id = "organisation", organisation
	}
	return s.db.LoadTx(ctx, func(ctx context.Context, tx database.Conn, load *database.Loader) error {
		b, err := s.hold(ctx, tx, organisation)
		if err != nil {
			return err
		}
		k, err := newBooking(ctx, tx, load, b)
		if err != nil {
			return err
		}
		if err := k.open(ctx, batch, actor, s.now()); err != nil {
			return err
		}
		t, err := work(ctx, k)
		if err != nil {
			return err
		}
		if err := k.close(ctx); err != nil {
			return err
		}
		return s.conclude(ctx, tx, actor, organisation, a, t)
	})
}

func newBooking(ctx context.Context, tx database.Conn, load *database.Loader, b *books) (*booking, error) {
	members, err := portfolio.Members(ctx, tx, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	k := &booking{books: b, tx: tx, roadmaps: make(map[portfolio.ProjectID]portfolio.RoadmapID, len(members)), deltas: newDeltas(),
		postings:    load.Into("posting", postingColumns...),
		allocations: load.Into("allocation", allocationColumns...),
		queue:       load.Into("open_posting", openPostingColumns...)}
	for _, m := range members {
		k.roadmaps[m.ID] = m.RoadmapID
	}
	return k, nil
}

// open books the batch that the allocations will name.
func (k *booking) open(ctx context.Context, batch batchRow, actor identity.Actor, now time.Time) error {
	batch.OrganisationID, batch.RecordedBy, batch.RecordedAt = k.Organisation.ID, actor.Name, database.Instant(now)
	if err := insertBatch(ctx, k.tx, &batch); err != nil {
		return err
	}
	k.batch = batch.ID
	return nil
}

// post books an entry with its allocations. What they leave of a live one goes to the queue, with what may be suggested for it.
func (k *booking) post(ctx context.Context, p *Posting, parts []Allocation, suggestion string) error {
	if !k.dry {
		if err := p.write(ctx, k.postings); err != nil {
			return err
		}
	}
	k.deltas.posted(p)
	left := p.Amount
	for i := range parts {
		a := &parts[i]
		a.Number = i + 1
		if err := k.allot(ctx, p, a); err != nil {
			return err
		}
		left -= a.Amount
	}
	if !p.Live || left == 0 || k.dry {
		return nil
	}
	return writeOpen(ctx, k.queue, p, left, waitsSince(p), suggestion)
}

// waitsSince is the day from which a line of the queue is old.
func waitsSince(p *Posting) civil.Date {
	if p.DocOn.IsZero() {
		return p.CoverOn
	}
	return p.DocOn
}

// allot books one allocation of an entry, in the first open period from the entry's own on.
func (k *booking) allot(ctx context.Context, p *Posting, a *Allocation) error {
	if a.ProjectID != 0 && k.roadmaps[a.ProjectID] == 0 {
		return fmt.Errorf("allocate posting %d: project %d is not of organisation %d", p.ID, a.ProjectID, k.Organisation.ID)
	}
	at, err := k.Booked(p.At())
	if err != nil {
		return err
	}
	a.OrganisationID, a.PostingID, a.BatchID, a.BookedYearID, a.BookedPeriod = k.Organisation.ID, p.ID, k.batch, at.Year, at.Period
	k.deltas.allocated(p, k.roadmaps[a.ProjectID], a)
	if k.dry {
		return nil
	}
	return a.write(ctx, k.allocations)
}

// reallot books further allocations of a live entry that is in the books already, after those that it has, and settles its place in the queue.
func (k *booking) reallot(ctx context.Context, p *Posting, held, parts []Allocation) error {
	number := 0
	for _, a := range held {
		number = max(number, a.Number)
	}
	left := residual(p, sharesOf(held))
	for i := range parts {
		a := &parts[i]
		number++
		a.Number = number
		if err := k.allot(ctx, p, a); err != nil {
			return err
		}
		left -= a.Amount
	}
	return settleOpen(ctx, k.tx, p, left, waitsSince(p))
}

// close writes what is held back: rows, then balances.
func (k *booking) close(ctx context.Context) error {
	for _, rows := range []*database.Rows{k.postings, k.allocations, k.queue} {
		if err := rows.Close(ctx); err != nil {
			return err
		}
	}
	return k.deltas.apply(ctx, k.tx, k.Organisation.ID)
}

// sumOf adds the amounts of shares.
func sumOf(shares []Share) (total money.Amount) {
	for _, s := range shares {
		total += s.Amount
	}
	return total
}
