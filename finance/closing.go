package finance

import (
	"context"
	"math/big"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// period gives a period of the calendar.
func (c Calendar) period(at Slot) (Period, error) {
	y, ok := c.Year(at.Year)
	if !ok {
		return Period{}, fault.NotFound("fiscal_year", at.Year)
	}
	p, ok := y.Period(at.Period)
	if !ok {
		return Period{}, fault.NotFound("fiscal_period", at.Period)
	}
	return p, nil
}

// stateWith gives the state of the year once one of its periods has another: closed with all of them, closing with all but the extra one.
func (y FiscalYear) stateWith(period int, state string) string {
	out := StateClosed
	for _, p := range y.Periods {
		now := p.State
		if p.Number == period {
			now = state
		}
		switch {
		case now == StateClosed:
		case p.Number == ExtraPeriod && out == StateClosed:
			out = StateClosing
		default:
			out = StateOpen
		}
	}
	return out
}

// precedes tells whether a period must be closed before another one: those of the same year in order, and of earlier years all but
// the extra one, which takes bookings while the next year runs already.
func (c Calendar) precedes(a, b Slot) bool {
	if a.Year == b.Year {
		return a.Period < b.Period
	}
	first, _ := c.Year(a.Year)
	then, _ := c.Year(b.Year)
	return first.Start.Before(then.Start) && a.Period != ExtraPeriod
}

// openBefore gives the first period that must be closed before this one and is not. Years in which nothing was ever booked hold up nobody.
func (c Calendar) openBefore(at Slot, booked []int64) (Slot, bool) {
	for _, y := range c.Years {
		if y.ID != at.Year && !slices.Contains(booked, y.ID) {
			continue
		}
		for _, p := range y.Periods {
			if s := (Slot{y.ID, p.Number}); p.State == StateOpen && c.precedes(s, at) {
				return s, true
			}
		}
	}
	return Slot{}, false
}

// closedAfter gives the last period that is closed and could not have been before this one.
func (c Calendar) closedAfter(at Slot) (last Slot, found bool) {
	for _, y := range c.Years {
		for _, p := range y.Periods {
			if s := (Slot{y.ID, p.Number}); p.State == StateClosed && c.precedes(at, s) {
				last, found = s, true
			}
		}
	}
	return last, found
}

// previewOf works out what a certificate of a period would say, and what prevents an actor from signing it.
func previewOf(ctx context.Context, db database.Conn, b *books, actor identity.Actor, at Slot) (CertificatePreview, error) {
	p, err := b.period(at)
	if err != nil {
		return CertificatePreview{}, err
	}
	if p.State == StateClosed {
		return CertificatePreview{}, fault.Conflict("certificate.closed", b.yearCode(at.Year), at.Period)
	}
	out := CertificatePreview{Seen: b.FactsVersion}
	before, err := findCertificateRows(ctx, db, certificateFilter{organisation: b.Organisation.ID, at: at})
	if err != nil {
		return out, err
	}
	out.Number = len(before) + 1
	narrow := tieFilter{organisation: b.Organisation.ID, year: at.Year, until: at.Period}
	kept, err := keptRows(ctx, db, b, narrow)
	if err != nil {
		return out, err
	}
	sums, err := findOpenSums(ctx, db, b.Organisation.ID, at)
	if err != nil {
		return out, err
	}
	asserted, err := findAssertions(ctx, db, b)
	if err != nil {
		return out, err
	}
	asserted = slices.DeleteFunc(asserted, func(a Assertion) bool { return a.YearID != at.Year || a.Until > at.Period })
	out.Figures = figuresOf(b, at, p, kept, sums, asserted)
	if out.Pending, err = findPendingFiles(ctx, db, b.Organisation.ID); err != nil {
		return out, err
	}
	if out.Hindrances, err = hindrances(ctx, db, b, at, p, out, kept, asserted); err != nil {
		return out, err
	}
	var by []Hindrance
	out.FourEyes, by, err = signature(ctx, db, b, actor, at)
	out.Hindrances = append(out.Hindrances, by...)
	return out, err
}

// figuresOf puts the figures of a certificate together.
func figuresOf(b *books, at Slot, p Period, kept []KeptRow, sums openSums, asserted []Assertion) Figures {
	f := Figures{Format: FiguresFormat, Organisation: b.Code, Currency: b.Currency, Basis: b.AmountBasis, Year: b.yearCode(at.Year), Period: at.Period, From: p.Start, To: p.End,
		OfPeriod: flowTies(kept, func(r KeptRow) bool { return r.Period == at.Period }), ToDate: flowTies(kept, func(KeptRow) bool { return true }),
		Gross: sums.Gross, OpenGross: sums.OpenGross, Reconciled: reconciledShare(sums.Gross, sums.OpenGross),
		Open: OpenLines{Lines: sums.Lines, Sum: sums.Sum, Accepted: sums.Accepted}, Assertions: AssertionCount{Checked: int64(len(asserted))}}
	if !sums.Oldest.IsZero() {
		oldest := sums.Oldest
		f.Open.Oldest, f.Open.Days = &oldest, daysAt(oldest, p.End)
	}
	for _, a := range asserted {
		if a.Holds() {
			f.Assertions.Held++
		}
	}
	return f
}

// flowTies adds rows up by flow; both flows stand in it, so that a certificate says also that there is no revenue.
func flowTies(rows []KeptRow, counts func(KeptRow) bool) []FlowTie {
	out := []FlowTie{{Flow: ledgerfile.FlowExpenditure}, {Flow: ledgerfile.FlowRevenue}}
	for _, r := range rows {
		for i := range out {
			if out[i].Flow == r.Flow && counts(r) {
				out[i].Tie = out[i].plus(r.Books)
			}
		}
	}
	return out
}

// reconciledShare is the share of amounts of which nothing is open, rounded down: a certificate never says more than is true. nil for no amounts.
func reconciledShare(gross, open money.Amount) *money.BasisPoints {
	if gross <= 0 {
		return nil
	}
	share := new(big.Int).Mul(big.NewInt(int64(gross-open)), big.NewInt(10_000))
	bp := money.BasisPoints(share.Div(share, big.NewInt(int64(gross))).Int64())
	return &bp
}

// hindrances are the reasons in the books for which a period cannot be closed.
func hindrances(ctx context.Context, db database.Conn, b *books, at Slot, p Period, preview CertificatePreview, kept []KeptRow, asserted []Assertion) ([]Hindrance, error) {
	f := preview.Figures
	var out []Hindrance
	hinder := func(yes bool, key string, args ...any) {
		if yes {
			out = append(out, Hindrance{key, args})
		}
	}
	hinder(!p.End.Before(b.today), "certificate.not_over", p.End)
	booked, err := findBookedYears(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	earlier, open := b.openBefore(at, booked)
	hinder(open, "certificate.earlier_open", b.yearCode(earlier.Year), earlier.Period)
	hinder(len(preview.Pending) > 0, "certificate.pending_files", len(preview.Pending), namesOf(preview.Pending), FileDays)
	hinder(f.Delta() != 0, "certificate.delta", b.written(f.Delta()))
	hinder(slices.ContainsFunc(kept, func(r KeptRow) bool { return r.Books != r.Kept }), "certificate.balances")
	hinder(f.Assertions.Held < f.Assertions.Checked, "certificate.assertions", f.Assertions.Checked-f.Assertions.Held, f.Assertions.Checked)
	hinder(f.Open.Accepted < f.Open.Lines, "certificate.open_lines", f.Open.Lines-f.Open.Accepted, f.Open.Lines)
	return out, nil
}

// namedFiles is how many files a hindrance names.
const namedFiles = 5

// namesOf lists the first files by their names.
func namesOf(files []PendingFile) string {
	names := make([]string, 0, namedFiles+1)
	for _, f := range files[:min(len(files), namedFiles)] {
		names = append(names, f.Name)
	}
	if len(files) > namedFiles {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// signature tells whether a certificate signed by the actor would bear two pairs of eyes, and why they may not sign it. Whoever runs the
// program itself may always, and the certificate names them.
func signature(ctx context.Context, db database.Conn, b *books, actor identity.Actor, at Slot) (fourEyes bool, out []Hindrance, err error) {
	if actor.UserID == 0 {
		return false, nil, nil
	}
	fourEyes = slices.ContainsFunc(actor.Grants(), func(g identity.Grant) bool {
		return g.Role == identity.RoleFinance && g.Covers(identity.Within(b.Organisation.ID))
	})
	if !fourEyes && !b.LoneOfficer {
		out = append(out, Hindrance{Key: "certificate.not_finance"})
	}
	own, err := findOwnWork(ctx, db, b.Organisation.ID, at, actor.Name)
	if err != nil {
		return false, nil, err
	}
	if own.any() {
		out = append(out, Hindrance{"certificate.own_work", []any{own.Allocations, own.ByRule, own.Rekeyed, own.Accepted}})
	}
	return fourEyes && len(out) == 0, out, nil
}

// refusal is the fault of whoever signs in spite of it.
func (h Hindrance) refusal() error {
	if h.Key == "certificate.own_work" || h.Key == "certificate.not_finance" {
		return fault.Forbidden(h.Key, h.Args...)
	}
	return fault.Conflict(h.Key, h.Args...)
}

// daysAt is how long something has waited on a day.
func daysAt(since, on civil.Date) int { return max(since.DaysUntil(on), 0) }
