package forecast

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// MethodRecovery names the way the VAT compensation (FCTVA) is estimated.
const MethodRecovery = "jalon-recovery/1"

// RecoveryKind says what a posting is to the VAT compensation.
type RecoveryKind string

// The kinds of eligible spending. An empty kind is not eligible: software and platforms as a service, for one.
const (
	RecoveryInvestment RecoveryKind = "investment" // tangible and intangible investment, maintenance of networks
	RecoveryIaaS       RecoveryKind = "iaas"       // cloud infrastructure as a service (account 65811)
)

// RecoveryRate is a rate of the compensation, on amounts with VAT, for the days that it is in force.
type RecoveryRate struct {
	Kind     RecoveryKind
	From, To civil.Date // included; zero: open
	Num, Den int64      // 16 404 / 100 000 for 16.404 %
}

// DefaultRecoveryRates are the rates in force: 16.404 % (CGCT, art. L1615-6) and 5.6 % for cloud infrastructure (arrêté
// of 17 December 2020). An authority that has others gives its own, dated.
func DefaultRecoveryRates() []RecoveryRate {
	return []RecoveryRate{
		{Kind: RecoveryInvestment, From: civil.D(2015, 1, 1), Num: 16404, Den: 100000},
		{Kind: RecoveryIaaS, From: civil.D(2021, 1, 1), Num: 56, Den: 1000},
	}
}

// RecoveryPosting is one posting held against the rules of the compensation.
type RecoveryPosting struct {
	ID      int64
	Project int64
	On      civil.Date
	Amount  money.Amount // with VAT, signed
	Kind    RecoveryKind // "": not eligible
	Reason  string       // why, in the words of who decided; kept for the auditor
}

// RecoveryNoRate is the reason given to a posting of an eligible kind on a day without a rate for it.
const RecoveryNoRate = "no_rate"

// RecoveryLine is a posting with the rate that it was given; Rate is nil for what is not eligible.
type RecoveryLine struct {
	RecoveryPosting
	Rate *big.Rat
}

// ProjectRecovery is what one project may expect.
type ProjectRecovery struct {
	Project  int64
	Spent    money.Amount // all its postings
	Eligible money.Amount // those with a rate
	Recovery money.Amount // its share of the total
	Net      money.Amount // Spent − Recovery: shown beside the cost, never instead of it
}

// Recovery is the estimated compensation. It is a revenue of a later year and is never taken off the consumption.
type Recovery struct {
	Method   string
	Spent    money.Amount
	Eligible money.Amount
	Total    money.Amount // rounded once over all postings
	Net      money.Amount
	Projects []ProjectRecovery // by project; their recoveries sum to Total
	Lines    []RecoveryLine    // by id: the list that an auditor asks for
}

// RecoveryOf estimates the compensation. The total is rounded once and allocated to the projects, so that the projects
// sum to what is claimed. It refuses rates that are not fractions between 0 and 1 or overlap, and sums beyond 64 bits.
// The order of the postings does not matter.
func RecoveryOf(postings []RecoveryPosting, rates []RecoveryRate) (Recovery, error) {
	if err := validateRates(rates); err != nil {
		return Recovery{}, err
	}
	lines := make([]RecoveryLine, len(postings))
	by := map[int64]*projectSums{}
	for i, p := range postings {
		l := RecoveryLine{RecoveryPosting: p, Rate: rateOn(rates, p.Kind, p.On)}
		if p.Kind != "" && l.Rate == nil {
			l.Reason = RecoveryNoRate
		}
		lines[i] = l
		s := by[p.Project]
		if s == nil {
			s = &projectSums{project: p.Project, part: new(big.Rat)}
			by[p.Project] = s
		}
		s.spent = append(s.spent, p.Amount)
		if l.Rate != nil {
			s.eligible = append(s.eligible, p.Amount)
			s.part.Add(s.part, new(big.Rat).Mul(exact(p.Amount), l.Rate))
		}
	}
	slices.SortFunc(lines, func(a, b RecoveryLine) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Project, b.Project), a.On.Compare(b.On), cmp.Compare(a.Amount, b.Amount),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Reason, b.Reason))
	})
	return settle(Recovery{Method: MethodRecovery, Lines: lines}, by)
}

// projectSums gathers one project; part is its exact recovery.
type projectSums struct {
	project         int64
	spent, eligible []money.Amount
	part            *big.Rat
}

func settle(r Recovery, by map[int64]*projectSums) (Recovery, error) {
	all := make([]*projectSums, 0, len(by))
	for _, s := range by {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *projectSums) int { return cmp.Compare(a.project, b.project) })
	parts := make([]*big.Rat, len(all))
	for i, s := range all {
		parts[i] = s.part
	}
	shares, total, err := apportion(parts)
	if err != nil {
		return Recovery{}, err
	}
	r.Total = total
	var spent, eligible []money.Amount
	for i, s := range all {
		p := ProjectRecovery{Project: s.project, Recovery: shares[i]}
		var errs [3]error
		p.Spent, errs[0] = sum(s.spent...)
		p.Eligible, errs[1] = sum(s.eligible...)
		p.Net, errs[2] = minus(p.Spent, p.Recovery)
		if err := cmp.Or(errs[:]...); err != nil {
			return Recovery{}, err
		}
		r.Projects = append(r.Projects, p)
		spent, eligible = append(spent, s.spent...), append(eligible, s.eligible...)
	}
	var errs [3]error
	r.Spent, errs[0] = sum(spent...)
	r.Eligible, errs[1] = sum(eligible...)
	r.Net, errs[2] = minus(r.Spent, r.Total)
	if err := cmp.Or(errs[:]...); err != nil {
		return Recovery{}, err
	}
	return r, nil
}

func validateRates(rates []RecoveryRate) error {
	for i, r := range rates {
		if r.Kind == "" || r.Den <= 0 || r.Num < 0 || r.Num > r.Den || (!r.To.IsZero() && r.To.Before(r.From)) {
			return fault.Invalid("forecast.recovery.rate", i+1)
		}
		for _, o := range rates[:i] {
			if o.Kind == r.Kind && (o.To.IsZero() || !r.From.After(o.To)) && (r.To.IsZero() || !o.From.After(r.To)) {
				return fault.Invalid("forecast.recovery.overlap", i+1)
			}
		}
	}
	return nil
}

// rateOn finds the rate of a kind in force on a day, nil for none.
func rateOn(rates []RecoveryRate, kind RecoveryKind, on civil.Date) *big.Rat {
	for _, r := range rates {
		if r.Kind == kind && !on.Before(r.From) && (r.To.IsZero() || !on.After(r.To)) {
			return big.NewRat(r.Num, r.Den)
		}
	}
	return nil
}
