package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Settings gives what an organisation chose for its books.
func (s *Service) Settings(ctx context.Context, actor identity.Actor, organisation int64) (Settings, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return Settings{}, err
	}
	if _, err := identity.FindOrganisation(ctx, s.db.Read(), organisation); err != nil {
		return Settings{}, err
	}
	return findSettings(ctx, s.db.Read(), organisation)
}

// SaveSettings changes the settings of an organisation, all but who may sign alone (SetLoneOfficer). The basis of amounts
// stands from the first booking on: amounts of two bases cannot be added up. Thresholds that change get a new version.
func (s *Service) SaveSettings(ctx context.Context, actor identity.Actor, in Settings) (Settings, error) {
	if err := refuseNobody(actor); err != nil {
		return in, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	doing := act{name: "finance.setting.save", permission: identity.PermEditBudget}
	err := s.change(ctx, actor, in.OrganisationID, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		was := b.Settings
		in.LoneOfficer = was.LoneOfficer
		if in.AmountBasis != was.AmountBasis {
			booked, err := anythingBooked(ctx, tx, in.OrganisationID)
			if err != nil {
				return trace{}, err
			}
			if booked {
				return trace{}, fault.Conflict("finance.setting.basis_in_use", was.AmountBasis)
			}
		}
		if err := in.versionThresholds(was, b.Currency); err != nil {
			return trace{}, err
		}
		if err := updateSettings(ctx, tx, in); err != nil {
			return trace{}, err
		}
		in.Version++
		in.FactsVersion = was.FactsVersion + 1
		return trace{details: edit{was, in}}, nil
	})
	return in, err
}

// versionThresholds gives thresholds that differ from those before the next version, and leaves the others as they were written.
func (s *Settings) versionThresholds(was Settings, c money.Currency) error {
	limits, err := s.Limits(c)
	if err != nil {
		return err
	}
	before, err := was.Limits(c)
	if err != nil { // what cannot be read any more is replaced
		before = forecast.Thresholds{}
	}
	limits.Version = before.Version
	if limits == before {
		s.Thresholds = was.Thresholds
		return nil
	}
	limits.Version++
	s.Thresholds, err = ThresholdsText(limits)
	return err
}

// SetLoneOfficer says whether a roadmap manager may sign certificates, where finance has a single officer. It weakens the rule of four
// eyes, so those whom it would let sign alone cannot choose it: it takes who looks after the organisation.
func (s *Service) SetLoneOfficer(ctx context.Context, actor identity.Actor, organisation, version int64, lone bool) error {
	doing := act{name: "finance.setting.lone_officer", permission: identity.PermEditOrganisation}
	return s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		was, now := b.Settings, b.Settings
		now.LoneOfficer, now.Version = lone, version
		return trace{details: edit{was.LoneOfficer, lone}}, updateSettings(ctx, tx, now)
	})
}
