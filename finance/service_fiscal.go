package finance

import (
	"context"
	"slices"
	"strconv"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// FiscalYears lists the fiscal years of an organisation with their periods. Years that nothing was booked in yet need not be there: the
// first booking makes them, by the organisation's own calendar.
func (s *Service) FiscalYears(ctx context.Context, actor identity.Actor, organisation int64) (Calendar, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return Calendar{}, err
	}
	o, err := identity.FindOrganisation(ctx, s.db.Read(), organisation)
	if err != nil {
		return Calendar{}, err
	}
	return findCalendar(ctx, s.db.Read(), o)
}

// checkYear reports every rule that a year set by a person breaks.
func checkYear(y FiscalYear) error {
	if err := y.Validate(); err != nil {
		return err
	}
	var f fault.Fields
	checkLabel(&f, "code", y.Code, 20, true)
	f.Check(y.Year >= y.Start.Year() && y.Year <= y.End.Year(), "year", "fiscal.year", strconv.Itoa(y.Year))
	f.Check(y.Start.Year() >= 1900 && y.End.Year() <= 2199, "start", "fiscal.year", strconv.Itoa(y.Start.Year()))
	return f.Err()
}

// AddFiscalYear books a year of an explicit range: a transition of half a year, say. Without a number it takes that of its first day.
func (s *Service) AddFiscalYear(ctx context.Context, actor identity.Actor, organisation int64, y FiscalYear) (FiscalYear, error) {
	if err := refuseNobody(actor); err != nil {
		return y, err
	}
	if y.Year == 0 {
		y.Year = y.Start.Year()
	}
	if err := checkYear(y); err != nil {
		return y, err
	}
	doing := act{name: "fiscal_year.create", permission: identity.PermEditBudget}
	err := s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		var err error
		y, err = b.addYear(ctx, tx, y)
		return trace{"fiscal_year", y.ID, y}, err
	})
	return y, err
}

// UpdateFiscalYear gives a year another range, code or number, as long as nothing was booked in it.
func (s *Service) UpdateFiscalYear(ctx context.Context, actor identity.Actor, organisation int64, y FiscalYear) (FiscalYear, error) {
	if err := refuseNobody(actor); err != nil {
		return y, err
	}
	if y.Year == 0 {
		y.Year = y.Start.Year()
	}
	if err := checkYear(y); err != nil {
		return y, err
	}
	doing := act{name: "fiscal_year.update", permission: identity.PermEditBudget, noun: "fiscal_year", id: y.ID}
	err := s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		was, err := b.unusedYear(ctx, tx, y.ID)
		if err != nil {
			return trace{}, err
		}
		if err := b.apart(y); err != nil {
			return trace{}, err
		}
		y.OrganisationID, y.State = was.OrganisationID, was.State
		if err := updateYear(ctx, tx, &y); err != nil {
			return trace{}, err
		}
		return trace{details: edit{was, y}}, nil
	})
	return y, err
}

// RemoveFiscalYear takes a year out of the calendar, as long as nothing was booked in it.
func (s *Service) RemoveFiscalYear(ctx context.Context, actor identity.Actor, organisation, id, version int64) error {
	doing := act{name: "fiscal_year.remove", permission: identity.PermEditBudget, noun: "fiscal_year", id: id}
	return s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		was, err := b.unusedYear(ctx, tx, id)
		if err != nil {
			return trace{}, err
		}
		gone := was
		gone.Version = version
		return trace{details: edit{Before: was}}, deleteYear(ctx, tx, gone)
	})
}

// unusedYear gives a year that nothing stands in, and of which nothing was closed.
func (b *books) unusedYear(ctx context.Context, tx database.Conn, id int64) (FiscalYear, error) {
	y, ok := b.Year(id)
	if !ok {
		return y, fault.NotFound("fiscal_year", id)
	}
	used, err := yearInUse(ctx, tx, b.Organisation.ID, id)
	if err != nil {
		return y, err
	}
	closed := slices.ContainsFunc(y.Periods, func(p Period) bool { return p.State != StateOpen })
	if used || closed || y.State != StateOpen {
		return y, fault.Conflict("fiscal.in_use", y.Code)
	}
	return y, nil
}

// yearBefore gives the year that ends the day before another one begins.
func (c Calendar) yearBefore(y FiscalYear) (FiscalYear, bool) {
	i := slices.IndexFunc(c.Years, func(o FiscalYear) bool { return o.End == y.Start.AddDays(-1) })
	if i < 0 {
		return FiscalYear{}, false
	}
	return c.Years[i], true
}
