package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// CreditBooks tells the selection of projects what the books know of the money of a roadmap. It is portfolio's CreditSource.
type CreditBooks struct{}

// Credits gives the payment credits that are open on a day of the roadmap's own envelopes, the budgets in force and what was mandated of its projects, and what became of the first budgets
// of finished projects of the organisation.
func (CreditBooks) Credits(ctx context.Context, db database.Conn, r portfolio.Roadmap, day civil.Date) (portfolio.Credits, error) {
	var out portfolio.Credits
	b, err := readBooks(ctx, db, r.OrganisationID)
	if err != nil {
		return out, err
	}
	if out.Voted, err = b.openCredits(ctx, db, r, day); err != nil {
		return out, err
	}
	versions, err := findBudgets(ctx, db, budgetFilter{organisation: r.OrganisationID, roadmap: r.ID})
	if err != nil {
		return out, err
	}
	out.Budgets = map[portfolio.ProjectID]map[portfolio.CreditKey]money.Amount{}
	for project, v := range currentOn(versions, day) {
		out.Budgets[project] = map[portfolio.CreditKey]money.Amount{}
		for _, l := range v.Lines {
			if k, ok := b.creditKey(l.YearID, l.Section); ok {
				out.Budgets[project][k] += l.Amount
			}
		}
	}
	actuals, err := findActualYears(ctx, db, extent{organisation: r.OrganisationID, roadmap: r.ID})
	if err != nil {
		return out, err
	}
	out.Spent = map[portfolio.ProjectID]map[portfolio.CreditKey]money.Amount{}
	for _, a := range actuals {
		k, ok := b.creditKey(a.YearID, a.Section)
		if !ok || a.Mandated == 0 {
			continue
		}
		if out.Spent[a.ProjectID] == nil {
			out.Spent[a.ProjectID] = map[portfolio.CreditKey]money.Amount{}
		}
		out.Spent[a.ProjectID][k] += a.Mandated
	}
	class, err := referenceClass(ctx, db, r.OrganisationID, 0, day)
	out.Overrun = overrunOf(class)
	return out, err
}

// openCredits are the payment credits of the roadmap's envelopes; nil while nothing was voted.
func (b *books) openCredits(ctx context.Context, db database.Conn, r portfolio.Roadmap, day civil.Date) (map[portfolio.CreditKey]money.Amount, error) {
	tree, err := findEnvelopes(ctx, db, r.OrganisationID)
	if err != nil {
		return nil, err
	}
	votes, err := findVotes(ctx, db, r.OrganisationID, day)
	if err != nil {
		return nil, err
	}
	var out map[portfolio.CreditKey]money.Amount
	for at, amount := range votes.credits() {
		k, ok := b.creditKey(at.YearID, at.Section)
		if !ok || tree[at.Envelope].RoadmapID != r.ID {
			continue
		}
		if out == nil {
			out = map[portfolio.CreditKey]money.Amount{}
		}
		out[k] += amount
	}
	return out, nil
}

// creditKey names a fiscal year and section as selections do; false for what is of neither section.
func (b *books) creditKey(year int64, section string) (portfolio.CreditKey, bool) {
	y, ok := b.Year(year)
	k := portfolio.CreditKey{Year: y.Year, Section: portfolio.Section(section)}
	return k, ok && k.Section.Valid()
}

// overrunOf is what finished projects cost more than their first budget, as far as the class carries quantiles.
func overrunOf(c forecast.Class) portfolio.Overrun {
	out := portfolio.Overrun{N: c.N, LeastP50: forecast.SampleP50, LeastP80: forecast.SampleP80}
	for _, q := range c.Quantiles {
		bp, ok := money.RoundBasisPoints(q.Ratio)
		if !ok {
			continue
		}
		over := bp - 10_000
		switch q.P {
		case 5000:
			out.P50 = &over
		case 8000:
			out.P80 = &over
		}
	}
	return out
}
