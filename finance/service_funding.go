package finance

import (
	"context"
	"slices"
	"strconv"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// fundingNote is what the trail keeps of a convention.
type fundingNote struct {
	Funder     string            `json:"funder"`
	Convention string            `json:"convention"`
	Rate       money.BasisPoints `json:"rate_bp"`
	Ceiling    money.Amount      `json:"ceiling"`
	Base       string            `json:"base"`
	From       civil.Date        `json:"from"`
	To         civil.Date        `json:"to"`
	Notified   money.Amount      `json:"notified"`
}

func (u Funding) note() fundingNote {
	return fundingNote{u.Funder, u.Convention, u.Rate, u.Ceiling, string(u.Base), u.From, u.To, u.Notified}
}

// fundingEventNote is what the trail keeps of an event.
type fundingEventNote struct {
	Kind      FundingEventKind `json:"kind"`
	Amount    money.Amount     `json:"amount"`
	On        civil.Date       `json:"on"`
	Reference string           `json:"reference,omitempty"`
	Reverses  FundingEventID   `json:"reverses,omitempty"`
	Reason    string           `json:"reason,omitempty"`
}

// eligibilityNote is what the trail keeps of a word on entries.
type eligibilityNote struct {
	Eligible bool   `json:"eligible"`
	Reason   string `json:"reason"`
	Lines    int    `json:"lines"`
}

// AddFunding books a convention of a project.
func (s *Service) AddFunding(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, u Funding) (Funding, error) {
	if err := refuseNobody(actor); err != nil {
		return Funding{}, err
	}
	if err := u.Validate(); err != nil {
		return u, err
	}
	u.ProjectID, u.Version, u.CreatedAt = id, 1, database.Instant(s.now())
	err := s.changeProject(ctx, actor, id, act{name: "funding.add", permission: identity.PermEditFunding}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		u.OrganisationID = p.OrganisationID
		if err := insertFunding(ctx, tx, &u); err != nil {
			return trace{}, err
		}
		return trace{subject: "funding", id: int64(u.ID), details: u.note()}, nil
	})
	return u, err
}

// UpdateFunding changes a convention; its version is that which the editor saw.
func (s *Service) UpdateFunding(ctx context.Context, actor identity.Actor, in Funding) (Funding, error) {
	if err := refuseNobody(actor); err != nil {
		return Funding{}, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	err := s.changeFunding(ctx, actor, in.ID, "funding.update", func(ctx context.Context, tx database.Conn, b *books, was Funding) (trace, error) {
		in.OrganisationID, in.ProjectID, in.CreatedAt = was.OrganisationID, was.ProjectID, was.CreatedAt
		if in == was {
			return trace{}, nil
		}
		if err := updateFunding(ctx, tx, in); err != nil {
			return trace{}, err
		}
		in.Version++
		return trace{details: edit{was.note(), in.note()}}, nil
	})
	return in, err
}

// changeFunding is a use case on one convention.
func (s *Service) changeFunding(ctx context.Context, actor identity.Actor, id FundingID, name string, work func(ctx context.Context, tx database.Conn, b *books, u Funding) (trace, error)) error {
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		u, _, err := seeFunding(ctx, tx, actor, identity.PermEditFunding, id)
		if err != nil {
			return err
		}
		a := act{name: name, permission: identity.PermEditFunding, noun: "funding", id: int64(id)}
		return s.inBooks(ctx, tx, actor, u.OrganisationID, a, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
			u, err := findFunding(ctx, tx, id) // again, now that nobody else changes it
			if err != nil {
				return trace{}, err
			}
			return work(ctx, tx, b, u)
		})
	})
}

// seeFunding loads a convention for an actor who needs a permission on its project.
func seeFunding(ctx context.Context, db database.Conn, actor identity.Actor, p identity.Permission, id FundingID) (Funding, portfolio.Project, error) {
	if err := refuseNobody(actor); err != nil {
		return Funding{}, portfolio.Project{}, err
	}
	u, err := findFunding(ctx, db, id)
	if err != nil {
		return Funding{}, portfolio.Project{}, err
	}
	project, err := portfolio.FindProject(ctx, db, u.ProjectID)
	if err == nil {
		err = identity.See(actor, p, identity.PermReadCost, project.Place(), "funding", int64(id))
	}
	if err != nil {
		return Funding{}, portfolio.Project{}, err
	}
	return u, project, nil
}

// Funding gives a convention's own fields, for forms.
func (s *Service) Funding(ctx context.Context, actor identity.Actor, id FundingID) (Funding, portfolio.Project, error) {
	return seeFunding(ctx, s.db.Read(), actor, identity.PermReadCost, id)
}

// Validate reports every rule the event breaks by itself.
func (in FundingEventInput) Validate() error {
	var f fault.Fields
	f.Check(slices.Contains(FundingEventKinds, in.Kind), "kind", "input.unknown_value", string(in.Kind))
	f.Check(in.Amount > 0 && in.Amount <= amountLimit, "amount", "envelope.amount")
	f.Check(!in.On.IsZero(), "on", "input.required")
	f.Check(in.PostingID == 0 || in.Kind != FundingClaim, "posting", "finance.funding.claim_posting")
	checkLabel(&f, "reference", in.Reference, maxReference, false)
	return f.Err()
}

// BookFundingEvent books a call for funds or a payment.
func (s *Service) BookFundingEvent(ctx context.Context, actor identity.Actor, id FundingID, in FundingEventInput) (FundingEvent, error) {
	if err := refuseNobody(actor); err != nil {
		return FundingEvent{}, err
	}
	if err := in.Validate(); err != nil {
		return FundingEvent{}, err
	}
	v := FundingEvent{FundingID: id, Kind: in.Kind, Amount: in.Amount, On: in.On, Reference: in.Reference, PostingID: in.PostingID, RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
	err := s.changeFunding(ctx, actor, id, "funding.event", func(ctx context.Context, tx database.Conn, b *books, u Funding) (trace, error) {
		var f fault.Fields
		f.Check(!in.On.After(b.today), "on", "finance.forecast.future", in.On, b.today)
		if in.PostingID != 0 {
			p, err := findPosting(ctx, tx, u.OrganisationID, in.PostingID)
			if err != nil {
				return trace{}, err
			}
			f.Check(p.Live && p.Flow == flowRevenue, "posting", "finance.funding.revenue_posting")
			named, err := sumReceived(ctx, tx, u.OrganisationID, p.ID)
			if err != nil {
				return trace{}, err
			}
			received, fits := named.Add(in.Amount)
			f.Check(p.Flow != flowRevenue || fits && received <= p.Amount, "amount", "finance.funding.beyond_posting", b.written(p.Amount), b.written(named))
		}
		if err := f.Err(); err != nil {
			return trace{}, err
		}
		return trace{details: fundingEventNote{Kind: v.Kind, Amount: v.Amount, On: v.On, Reference: v.Reference}}, insertFundingEvent(ctx, tx, u.OrganisationID, &v)
	})
	return v, err
}

// ReverseFundingEvent takes an event back.
func (s *Service) ReverseFundingEvent(ctx context.Context, actor identity.Actor, id FundingID, event FundingEventID, reason string) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	var f fault.Fields
	checkReason(&f, "reason", reason, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeFunding(ctx, actor, id, "funding.reverse", func(ctx context.Context, tx database.Conn, b *books, u Funding) (trace, error) {
		all, err := findFundingEvents(ctx, tx, u)
		if err != nil {
			return trace{}, err
		}
		i := slices.IndexFunc(all, func(v FundingEvent) bool { return v.ID == event && v.Reverses == 0 })
		switch {
		case i < 0:
			return trace{}, fault.NotFound("funding_event", int64(event))
		case all[i].ReversedBy != 0:
			return trace{}, fault.Conflict("finance.funding.event_reversed", strconv.FormatInt(int64(event), 10))
		}
		back := all[i]
		back.ID, back.Amount, back.Reverses, back.ReversedBy = 0, -back.Amount, event, 0
		back.RecordedBy, back.RecordedAt = actor.Name, database.Instant(s.now())
		return trace{details: fundingEventNote{back.Kind, back.Amount, back.On, back.Reference, event, reason}}, insertFundingEvent(ctx, tx, u.OrganisationID, &back)
	})
}

// SetEligibility says of entries of the project whether they count for a convention, and why. The last word counts; the ones before
// are kept.
func (s *Service) SetEligibility(ctx context.Context, actor identity.Actor, id FundingID, in EligibilityInput) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	var f fault.Fields
	f.Check(len(in.Postings) > 0, "postings", "input.required")
	f.Check(len(in.Postings) <= maxEligibilities, "postings", "finance.funding.too_many", maxEligibilities)
	checkReason(&f, "reason", in.Reason, true)
	if err := f.Err(); err != nil {
		return err
	}
	return s.changeFunding(ctx, actor, id, "funding.eligibility", func(ctx context.Context, tx database.Conn, b *books, u Funding) (trace, error) {
		costs, err := findCosts(ctx, tx, extent{organisation: u.OrganisationID, project: u.ProjectID})
		if err != nil {
			return trace{}, err
		}
		own := make(map[PostingID]bool, len(costs))
		for _, c := range costs {
			own[c.ID] = true
		}
		rows := make([]eligibilityRow, 0, len(in.Postings))
		for _, p := range in.Postings {
			if !own[p] {
				return trace{}, fault.NotFound("posting", int64(p))
			}
			delete(own, p) // told twice in one breath, it is told once
			rows = append(rows, eligibilityRow{OrganisationID: u.OrganisationID, FundingID: id, PostingID: p, Eligible: in.Eligible, Reason: in.Reason,
				RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())})
		}
		return trace{details: eligibilityNote{in.Eligible, in.Reason, len(rows)}}, database.Bulk(ctx, tx, rows)
	})
}

// FundingReport gives a convention with every cost of the project held against it, for its page and for an auditor.
func (s *Service) FundingReport(ctx context.Context, actor identity.Actor, id FundingID, day civil.Date) (FundingReport, error) {
	u, p, err := seeFunding(ctx, s.db.Read(), actor, identity.PermReadLedger, id)
	if err != nil {
		return FundingReport{}, err
	}
	var out FundingReport
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		f, err := s.facts(ctx, tx, p, day)
		if err != nil {
			return err
		}
		costs, err := findCosts(ctx, tx, f.extent)
		if err != nil {
			return err
		}
		out = FundingReport{ReportHead: f.head(), Project: f.name(p)}
		out.Standing, out.Lines, err = f.settle(ctx, tx, u, costs)
		return err
	})
	return out, err
}
