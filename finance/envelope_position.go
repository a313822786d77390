package finance

import (
	"context"
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/database"
	"jalon/internal/money"
)

// envelopeSpending is what projects ordered to be paid and what they still owe, told from which envelope it came, as far as authorisations need to know it.
type envelopeSpending struct {
	mandated allotments
	bound    []boundPart
}

// boundPart is a commitment as far as an envelope answers for it. Engaged lines of no known commitment are one as well, without a name.
type boundPart struct {
	forecast.Commitment
	envelope EnvelopeID
	section  string // "": the finance system did not tell
}

// findEnvelopeSpending tells from which envelopes came what was bound and mandated, by the budgets of the projects.
func findEnvelopeSpending(ctx context.Context, db database.Conn, organisation int64, tree envelopeTree) (envelopeSpending, error) {
	var programmes []EnvelopeID
	for _, e := range tree.list() {
		if slices.ContainsFunc(tree.path(e.ID), func(id EnvelopeID) bool { return tree[id].authorises() }) {
			programmes = append(programmes, e.ID)
		}
	}
	if len(programmes) == 0 {
		return envelopeSpending{}, nil
	}
	budgets, err := findSpreads(ctx, db, organisation, programmes)
	if err != nil || len(budgets) == 0 {
		return envelopeSpending{}, err
	}
	e := extent{organisation: organisation}
	for _, b := range budgets {
		if n := len(e.projects); n == 0 || e.projects[n-1] != b.ProjectID {
			e.projects = append(e.projects, b.ProjectID)
		}
	}
	actuals, err := findActualYears(ctx, db, e)
	if err != nil {
		return envelopeSpending{}, err
	}
	linked, err := findLinked(ctx, db, e)
	if err != nil {
		return envelopeSpending{}, err
	}
	rows, err := findCommitted(ctx, db, e)
	return spendingOf(newDivider(budgets), slices.Concat(actuals, linked), dealt(rows)), err
}

// spendingOf divides what projects mandated, engaged and committed among their envelopes.
func spendingOf(d divider, actuals []actualCell, shares []projectShare) envelopeSpending {
	out, engaged := envelopeSpending{mandated: allotments{}}, map[spread]money.Amount{}
	for _, a := range actuals {
		at := spread{ProjectID: a.ProjectID, YearID: a.YearID, Section: a.Section}
		engaged[at] += a.Engaged - a.Linked
		at.Amount = a.Mandated
		d.divide(at, out.mandated)
	}
	for at, amount := range engaged {
		at.Amount = amount
		out.bind(d, at, forecast.Commitment{})
	}
	for _, x := range shares {
		left := x.denm
		if left == 0 && x.State != StateClosed { // of a closed one nothing more is to come, whatever was committed
			left = min(x.net-x.mandated, 0)
		}
		out.bind(d, spread{ProjectID: x.ProjectID, Section: x.Section, Amount: left}, forecast.Commitment{ID: x.CommitmentID, Ref: x.Number, Mandated: x.mandated})
	}
	return out
}

// bind divides what a commitment still calls for, below 0 what was paid beyond it, and apart from that what was mandated on it: so no part
// is over-mandated that the whole is not.
func (s *envelopeSpending) bind(d divider, left spread, c forecast.Commitment) {
	parts, paid := allotments{}, allotments{}
	d.divide(left, parts)
	left.Amount = c.Mandated
	d.divide(left, paid)
	for at := range parts {
		if parts[at] != 0 || paid[at] != 0 {
			s.bound = append(s.bound, boundPart{forecast.Commitment{ID: c.ID, Ref: c.Ref, Net: paid[at] + parts[at], Mandated: paid[at]}, at.Envelope, at.Section})
		}
	}
}

// position is where an authorisation stands: what may still be committed of it (reste à engager), and what is committed and not paid yet
// (reste à payer). mandated is that of all envelopes, with what stands below each.
func (f envelopeFacts) position(line EnvelopeLine, mandated allotments) (*forecast.Position, error) {
	var b forecast.Books
	b.Ceiling = &line.Authorised
	for _, c := range line.Credits {
		b.Votes = append(b.Votes, c.Open)
	}
	for at, amount := range mandated {
		if at.Envelope == line.ID && at.Section == line.Section {
			b.Outside = append(b.Outside, amount)
		}
	}
	for _, x := range f.spending.bound {
		if (x.section == line.Section || x.section == "") && slices.Contains(f.tree.path(x.envelope), line.ID) {
			b.Commitments = append(b.Commitments, x.Commitment)
			b.Outside = append(b.Outside, -x.Mandated) // which stands on a commitment
		}
	}
	p, err := forecast.PositionOf(b)
	return &p, err
}
