package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodFunding names the way co-financing is settled.
const MethodFunding = "jalon-funding/1"

// FundingBase says which amounts a convention counts.
type FundingBase string

// The bases.
const (
	BaseHT  FundingBase = "HT"  // without VAT
	BaseTTC FundingBase = "TTC" // with VAT
)

// Convention is the promise of a co-funder.
type Convention struct {
	Rate     money.BasisPoints // of the eligible spending, 0 to 10 000
	Ceiling  *money.Amount     // at most so much; nil: none
	Base     FundingBase
	From, To civil.Date // eligible period, included; zero: open
}

// FundedPosting is one posting held against a convention.
type FundedPosting struct {
	ID       int64
	On       civil.Date
	HT, TTC  money.Amount // signed
	Eligible bool
	Reason   string // why, or why not; kept for the auditor
}

// FundingKind says what happened to a convention.
type FundingKind string

// The kinds of events.
const (
	FundingNotified FundingKind = "notified" // the co-funder promises, or changes its promise
	FundingClaimed  FundingKind = "claimed"  // a call for funds: advance, instalment or balance
	FundingReceived FundingKind = "received" // money came, or was paid back
)

// FundingEvent is one event of a convention, signed.
type FundingEvent struct {
	Kind   FundingKind
	On     civil.Date
	Amount money.Amount
}

// OutsidePeriod is the reason given to an eligible posting outside of the convention's period.
const OutsidePeriod = "outside_period"

// FundedLine is a posting with what of it counts.
type FundedLine struct {
	FundedPosting
	Counted money.Amount // on the base of the convention; 0 for what does not count
}

// Funding is where a convention stands.
type Funding struct {
	Method     string
	Base       FundingBase
	Eligible   money.Amount // eligible spending on the base
	Excluded   money.Amount // spending on the base that does not count
	Due        money.Amount // min(ceiling, rate × eligible), not below 0
	Capped     bool         // the ceiling holds
	Notified   money.Amount
	Claimed    money.Amount
	Received   money.Amount
	Receivable money.Amount // Due − Received, not below 0
	Advance    money.Amount // Received − Due, not below 0: still to be earned, or to be paid back
	ToClaim    money.Amount // Due − Claimed, not below 0
	Lines      []FundedLine // by id: the list that an auditor asks for
}

// FundingOf settles a convention by a day: postings and events after it play no part. It refuses a rate outside 0 to
// 100 %, a negative ceiling, an unknown base or kind, and sums beyond 64 bits. The order of the input does not matter.
func FundingOf(c Convention, postings []FundedPosting, events []FundingEvent, day civil.Date) (Funding, error) {
	if err := c.validate(); err != nil {
		return Funding{}, err
	}
	f := Funding{Method: MethodFunding, Base: c.Base}
	var counted, excluded []money.Amount
	for _, p := range postings {
		if p.On.After(day) {
			continue
		}
		l, base := FundedLine{FundedPosting: p}, p.TTC
		if c.Base == BaseHT {
			base = p.HT
		}
		if p.Eligible && !c.covers(p.On) {
			l.Eligible, l.Reason = false, OutsidePeriod
		}
		if l.Eligible {
			l.Counted, counted = base, append(counted, base)
		} else {
			excluded = append(excluded, base)
		}
		f.Lines = append(f.Lines, l)
	}
	slices.SortFunc(f.Lines, func(a, b FundedLine) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), a.On.Compare(b.On), cmp.Compare(a.HT, b.HT), cmp.Compare(a.TTC, b.TTC), cmp.Compare(a.Reason, b.Reason))
	})
	var errs [2]error
	f.Eligible, errs[0] = sum(counted...)
	f.Excluded, errs[1] = sum(excluded...)
	if err := cmp.Or(errs[:]...); err != nil {
		return Funding{}, err
	}
	due, _ := of(max(f.Eligible, 0), big.NewRat(int64(c.Rate), whole)) // at most the eligible amount itself
	f.Due = due
	if c.Ceiling != nil && due > *c.Ceiling {
		f.Due, f.Capped = *c.Ceiling, true
	}
	return f.settle(events, day)
}

func (c Convention) validate() error {
	switch {
	case c.Rate < 0 || c.Rate > whole:
		return fault.Invalid("forecast.funding.rate")
	case c.Ceiling != nil && *c.Ceiling < 0:
		return fault.Invalid("forecast.funding.ceiling")
	case c.Base != BaseHT && c.Base != BaseTTC:
		return fault.Invalid("forecast.funding.base", string(c.Base))
	}
	return nil
}

func (c Convention) covers(on civil.Date) bool {
	return !on.Before(c.From) && (c.To.IsZero() || !on.After(c.To))
}

// settle holds the events against what is due.
func (f Funding) settle(events []FundingEvent, day civil.Date) (Funding, error) {
	by := map[FundingKind][]money.Amount{FundingNotified: nil, FundingClaimed: nil, FundingReceived: nil}
	for _, e := range events {
		if _, ok := by[e.Kind]; !ok {
			return Funding{}, fault.Invalid("forecast.funding.kind", string(e.Kind))
		}
		if !e.On.After(day) {
			by[e.Kind] = append(by[e.Kind], e.Amount)
		}
	}
	var errs [6]error
	f.Notified, errs[0] = sum(by[FundingNotified]...)
	f.Claimed, errs[1] = sum(by[FundingClaimed]...)
	f.Received, errs[2] = sum(by[FundingReceived]...)
	f.Receivable, errs[3] = minus(f.Due, f.Received)
	f.Advance, errs[4] = minus(f.Received, f.Due)
	f.ToClaim, errs[5] = minus(f.Due, f.Claimed)
	if err := cmp.Or(errs[:]...); err != nil {
		return Funding{}, err
	}
	f.Receivable, f.Advance, f.ToClaim = max(f.Receivable, 0), max(f.Advance, 0), max(f.ToClaim, 0)
	return f, nil
}
