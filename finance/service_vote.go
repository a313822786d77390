package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

// EnvelopesOf gives the envelopes of a roadmap with what is open in them on a day; no day: today. Envelopes of the whole organisation are
// left out: their credits are other roadmaps' as well.
func (s *Service) EnvelopesOf(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, asOf civil.Date) (EnvelopeReport, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return EnvelopeReport{}, err
	}
	rep, err := s.envelopes(ctx, r.OrganisationID, asOf, func(t envelopeTree) envelopeTree { return t.only(r.ID) })
	rep.Roadmap = portfolio.Head{Code: r.Code, Name: r.Name}
	return rep, err
}

// Envelopes gives all envelopes of an organisation with what is open in them on a day; no day: today.
func (s *Service) Envelopes(ctx context.Context, actor identity.Actor, organisation int64, asOf civil.Date) (EnvelopeReport, error) {
	if err := seeOrganisation(actor, identity.PermReadCost, organisation); err != nil {
		return EnvelopeReport{}, err
	}
	return s.envelopes(ctx, organisation, asOf, func(t envelopeTree) envelopeTree { return t })
}

func (s *Service) envelopes(ctx context.Context, organisation int64, asOf civil.Date, shown func(envelopeTree) envelopeTree) (EnvelopeReport, error) {
	var out EnvelopeReport
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, organisation)
		if err != nil {
			return err
		}
		f, err := loadEnvelopes(ctx, tx, b, asOf)
		if err != nil {
			return err
		}
		out, err = f.report(shown(f.tree))
		return err
	})
	return out, err
}

// loadEnvelopes reads what a report of a day is made from; no day: today.
func loadEnvelopes(ctx context.Context, db database.Conn, b *books, asOf civil.Date) (envelopeFacts, error) {
	if asOf.IsZero() {
		asOf = b.today
	}
	f := envelopeFacts{books: b, asOf: asOf}
	var err error
	if f.tree, err = findEnvelopes(ctx, db, b.Organisation.ID); err != nil {
		return f, err
	}
	if f.votes, err = findVotes(ctx, db, b.Organisation.ID, asOf); err != nil {
		return f, err
	}
	if f.allotted, err = findAllotments(ctx, db, b.Organisation.ID, asOf); err != nil {
		return f, err
	}
	f.spending, err = findEnvelopeSpending(ctx, db, b.Organisation.ID, f.tree)
	return f, err
}
