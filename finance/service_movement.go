package finance

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// ActResult is what an act booked, and where allotments go beyond the votes since.
type ActResult struct {
	Movements []Movement
	Findings  []VoteFinding
}

// BookAct books what an act votes. A budget takes the place of the provisional credits of its cells: what they opened is taken back in the
// same act. Where allotments may not go beyond the votes, an act that would leave less than is allotted is refused: the budgets of the
// projects come first.
func (s *Service) BookAct(ctx context.Context, actor identity.Actor, in ActInput) (ActResult, error) {
	if err := refuseNobody(actor); err != nil {
		return ActResult{}, err
	}
	if err := in.Validate(); err != nil {
		return ActResult{}, err
	}
	return s.vote(ctx, actor, in, "envelope.act")
}

// BookTransfer moves credits or an authorisation between two envelopes: two movements in one act, which sum to 0.
func (s *Service) BookTransfer(ctx context.Context, actor identity.Actor, in TransferInput) (ActResult, error) {
	if err := refuseNobody(actor); err != nil {
		return ActResult{}, err
	}
	if err := in.Validate(); err != nil {
		return ActResult{}, err
	}
	return s.vote(ctx, actor, in.act(), "envelope.transfer")
}

func (s *Service) vote(ctx context.Context, actor identity.Actor, in ActInput, name string) (ActResult, error) {
	var ids []EnvelopeID
	for _, l := range in.Lines {
		if !slices.Contains(ids, l.Envelope) {
			ids = append(ids, l.Envelope)
		}
	}
	var out ActResult
	doing := act{name: name, permission: identity.PermEditBudget, noun: "envelope", id: int64(ids[0])}
	err := s.changeEnvelopes(ctx, actor, ids, doing, func(ctx context.Context, tx database.Conn, b *books, tree envelopeTree) (trace, error) {
		if err := in.fits(b, tree); err != nil {
			return trace{}, err
		}
		votes, err := findVotes(ctx, tx, b.Organisation.ID, noDay)
		if err != nil {
			return trace{}, err
		}
		movements, err := movementsOf(ctx, tx, b, in, votes)
		if err != nil {
			return trace{}, err
		}
		out, err = s.move(ctx, tx, actor, b, tree, votes, movements)
		return trace{details: out.Movements}, err
	})
	return out, err
}

// movementsOf turns an act into movements, with those that take provisional credits back where a budget is voted now.
func movementsOf(ctx context.Context, tx database.Conn, b *books, in ActInput, votes Votes) ([]Movement, error) {
	var out []Movement
	of := Movement{OrganisationID: b.Organisation.ID, Act: in.Act, Reference: in.Reference, On: in.On, Reason: in.Reason}
	if in.Act == ActTransfer {
		var err error
		if of.TransferID, err = nextTransfer(ctx, tx, b.Organisation.ID); err != nil {
			return nil, err
		}
	}
	for _, l := range in.Lines {
		m := of
		m.Cell, m.Amount = l.Cell, l.Amount
		out = append(out, m)
		if open := votes[l.Cell][ActProvisional]; in.Act == ActBP && open > 0 {
			m.Act, m.Amount = ActProvisional, -open
			out = append(out, m)
		}
	}
	return out, nil
}

// move books movements, once every cell is sound and the allotments are held against what the votes are then.
func (s *Service) move(ctx context.Context, tx database.Conn, actor identity.Actor, b *books, tree envelopeTree, votes Votes, movements []Movement) (ActResult, error) {
	after := votes.clone()
	for i := range movements {
		m := &movements[i]
		m.RecordedBy, m.RecordedAt = actor.Name, database.Instant(s.now())
		if _, fits := after[m.Cell][m.Act].Add(m.Amount); !fits {
			return ActResult{}, fault.Conflict("envelope.overflow", tree[m.Envelope].Code)
		}
		after.add(m.Cell, m.Act, m.Amount)
	}
	for _, m := range movements {
		if err := after.sound(b, m.Cell, tree[m.Envelope]); err != nil {
			return ActResult{}, err
		}
	}
	allotted, err := findAllotments(ctx, tx, b.Organisation.ID, noDay)
	if err != nil {
		return ActResult{}, err
	}
	was, err := tree.hold(votes, allotted)
	if err != nil {
		return ActResult{}, err
	}
	is, err := tree.hold(after, allotted)
	if err != nil {
		return ActResult{}, err
	}
	findings, err := b.judge(was, is)
	if err != nil {
		return ActResult{}, err
	}
	return ActResult{movements, findings}, insertMovements(ctx, tx, movements)
}

// ReverseMovement takes a wrong movement back, on the day of its act, and with it what belongs to it: the other half of a transfer, and the
// provisional credits that a budget took the place of, which are open again.
func (s *Service) ReverseMovement(ctx context.Context, actor identity.Actor, id MovementID, reason string) (ActResult, error) {
	wrong, err := s.seeMovement(ctx, actor, id)
	if err != nil {
		return ActResult{}, err
	}
	var f fault.Fields
	checkReason(&f, "reason", reason, true)
	if err := f.Err(); err != nil {
		return ActResult{}, err
	}
	if wrong.Reverses != 0 {
		return ActResult{}, fault.Conflict("envelope.movement_is_reversal")
	}
	together, err := s.together(ctx, wrong)
	if err != nil {
		return ActResult{}, err
	}
	ids := make([]EnvelopeID, len(together))
	for i, m := range together {
		ids[i] = m.Envelope
	}
	var out ActResult
	doing := act{name: "envelope.reverse", permission: identity.PermEditBudget, noun: "movement", id: int64(id)}
	err = s.changeEnvelopes(ctx, actor, ids, doing, func(ctx context.Context, tx database.Conn, b *books, tree envelopeTree) (trace, error) {
		reversals, err := b.reversalsOf(ctx, tx, together, reason)
		if err != nil {
			return trace{}, err
		}
		votes, err := findVotes(ctx, tx, b.Organisation.ID, noDay)
		if err != nil {
			return trace{}, err
		}
		out, err = s.move(ctx, tx, actor, b, tree, votes, reversals)
		return trace{details: out.Movements}, err
	})
	return out, err
}

// seeMovement loads a movement that the actor may change; one whose envelope they may not read is not found.
func (s *Service) seeMovement(ctx context.Context, actor identity.Actor, id MovementID) (Movement, error) {
	if err := refuseNobody(actor); err != nil {
		return Movement{}, err
	}
	m, err := findMovement(ctx, s.db.Read(), id)
	if err != nil {
		return Movement{}, err
	}
	e, err := findEnvelope(ctx, s.db.Read(), m.Envelope)
	if err != nil {
		return Movement{}, err
	}
	if err := identity.See(actor, identity.PermEditBudget, identity.PermReadCost, e.Place(), "movement", int64(id)); err != nil {
		return Movement{}, err
	}
	return m, nil
}

// together gives a movement with what was booked with it and cannot stand alone.
func (s *Service) together(ctx context.Context, m Movement) ([]Movement, error) {
	if m.TransferID != 0 {
		return findMovements(ctx, s.db.Read(), movementFilter{organisation: m.OrganisationID, transfer: m.TransferID})
	}
	out := []Movement{m}
	if m.Act != ActBP {
		return out, nil
	}
	taken, err := findMovements(ctx, s.db.Read(), movementFilter{organisation: m.OrganisationID, envelope: m.Envelope, act: ActProvisional, reference: m.Reference, on: m.On})
	for _, t := range taken {
		if t.Cell == m.Cell && t.Amount < 0 && t.Reverses == 0 && t.ReversedBy == 0 {
			out = append(out, t)
		}
	}
	return out, err
}

// reversalsOf gives the movements that take others back.
func (b *books) reversalsOf(ctx context.Context, tx database.Conn, movements []Movement, reason string) ([]Movement, error) {
	reversed, err := anyReversed(ctx, tx, b.Organisation.ID, movements)
	if err != nil {
		return nil, err
	}
	if reversed {
		return nil, fault.Conflict("envelope.movement_reversed")
	}
	var transfer int64
	if movements[0].TransferID != 0 {
		if transfer, err = nextTransfer(ctx, tx, b.Organisation.ID); err != nil {
			return nil, err
		}
	}
	out := make([]Movement, len(movements))
	for i, m := range movements {
		if y, ok := b.Year(m.YearID); ok && y.State == StateClosed {
			return nil, fault.Conflict("envelope.year_closed", y.Code)
		}
		m.Reverses, m.ID, m.Amount, m.TransferID, m.Reason = m.ID, 0, -m.Amount, transfer, reason
		out[i] = m
	}
	return out, nil
}

// Movements lists the movements of an envelope, the latest act first.
func (s *Service) Movements(ctx context.Context, actor identity.Actor, id EnvelopeID) ([]Movement, error) {
	e, err := seeEnvelope(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	return findMovements(ctx, s.db.Read(), movementFilter{organisation: e.OrganisationID, envelope: e.ID})
}

// DraftProvisional proposes the lines of an act that opens provisional credits in an envelope for a year: for each month what the year before had on
// average, less what is open already. An envelope of authorisations has none, whose credits were phased when they were voted; nor has a section whose
// budget is voted already.
func (s *Service) DraftProvisional(ctx context.Context, actor identity.Actor, id EnvelopeID, year int64, months int) ([]ActLine, error) {
	e, err := seeEnvelope(ctx, s.db.Read(), actor, identity.PermEditBudget, id)
	if err != nil {
		return nil, err
	}
	var f fault.Fields
	f.Check(months >= 1 && months <= 12, "months", "envelope.months")
	if err := f.Err(); err != nil {
		return nil, err
	}
	var out []ActLine
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, e.OrganisationID)
		if err != nil {
			return err
		}
		y, ok := b.Year(year)
		if !ok {
			return fault.NotFound("fiscal_year", year)
		}
		before, ok := b.yearBefore(y)
		if !ok {
			return fault.Conflict("envelope.no_year_before", y.Code)
		}
		votes, err := findVotes(ctx, tx, e.OrganisationID, noDay)
		out = provisional(votes, e, before, y, months)
		return err
	})
	return out, err
}

// provisional works the lines out.
func provisional(votes Votes, e Envelope, before, y FiscalYear, months int) []ActLine {
	if e.authorises() || !e.holds(y) {
		return nil
	}
	var out []ActLine
	for _, c := range votes.Cells() {
		if c.Envelope != e.ID || c.Authorisation != AuthorisationCP || c.YearID != before.ID {
			continue
		}
		now := c
		now.YearID = y.ID
		amount := Twelfths(votes.Open(c), months, len(before.Periods)-1) - votes[now][ActProvisional]
		if amount > 0 && votes[now][ActBP] == 0 {
			out = append(out, ActLine{now, amount})
		}
	}
	return out
}
