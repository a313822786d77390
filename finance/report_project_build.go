package finance

import (
	"cmp"
	"math/big"
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

func (f *reportFacts) name(p portfolio.Project) ProjectName {
	return ProjectName{ID: p.ID, Code: p.Code, Name: p.Name, Roadmap: RoadmapName{f.roadmap.ID, f.roadmap.Code, f.roadmap.Name}}
}

// cells tells what a project has and spent by year, section and category, in the order of years, sections and categories. What
// commitments call for stands in no cell.
func (f *reportFacts) cells(remaining []ForecastLine) []CellStanding {
	type key struct {
		year     int64
		section  string
		category Category
	}
	by := map[key]*CellStanding{}
	at := func(year int64, section string, category Category) *CellStanding {
		k := key{year, section, category}
		if by[k] == nil {
			y, _ := f.Year(year)
			by[k] = &CellStanding{Year: y, Section: section, Category: category}
		}
		return by[k]
	}
	for _, b := range f.budgets {
		c := at(b.YearID, b.Section, b.Category)
		if b.Number == 1 {
			c.First += b.Amount
		}
		if b.Number == b.Last {
			c.Budget += b.Amount
		}
	}
	for _, a := range f.periods {
		c := at(a.YearID, a.Section, a.Category)
		c.Mandated += a.Mandated
		c.Engaged += a.Engaged - a.Linked
	}
	for _, l := range remaining {
		c := at(l.YearID, l.Section, l.Category)
		if l.Kind == ForecastProbable {
			c.Probable += l.Amount
		} else {
			c.ToGo += l.Amount
		}
	}
	out := make([]CellStanding, 0, len(by))
	for _, c := range by {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b CellStanding) int {
		return cmp.Or(a.Year.Start.Compare(b.Year.Start), cmp.Compare(sectionPlace(a.Section), sectionPlace(b.Section)), cmp.Compare(placeOf(a.Category), placeOf(b.Category)),
			cmp.Compare(a.Category, b.Category))
	})
	return out
}

// sectionPlace is the place of a section in display order; none comes last.
func sectionPlace(s string) int {
	if i := slices.Index(Sections, s); i >= 0 {
		return i
	}
	return len(Sections)
}

// spending tells what was mandated period by period, and up to then.
func (f *reportFacts) spending() []PeriodStanding {
	by := map[Slot]money.Amount{}
	for _, a := range f.periods {
		by[Slot{a.YearID, a.Period}] += a.Mandated
	}
	var out []PeriodStanding
	for at, amount := range by {
		y, _ := f.Year(at.Year)
		p, _ := y.Period(at.Period)
		if amount != 0 {
			out = append(out, PeriodStanding{Year: y, Period: p, Mandated: amount})
		}
	}
	slices.SortFunc(out, func(a, b PeriodStanding) int {
		return cmp.Or(a.Year.Start.Compare(b.Year.Start), cmp.Compare(a.Period.Number, b.Period.Number))
	})
	var total money.Amount
	for i := range out {
		total += out[i].Mandated
		out[i].Total = total
	}
	return out
}

// costs are the actual costs of a project as far as they are known: services done by its forecast, payments by the finance system.
func (f *reportFacts) costs(s Standing, remaining []ForecastLine, known bool) forecast.Costs {
	c := forecast.Costs{Mandated: s.Mandated}
	if known {
		var done money.Amount
		for _, l := range remaining {
			if l.Kind == ForecastDone {
				done += l.Amount
			}
		}
		c.ServiceDone = &done
	}
	var paid money.Amount
	var lines int64
	for _, a := range f.periods {
		paid, lines = paid+a.Paid, lines+a.PaidLines
	}
	if lines > 0 {
		c.Paid = &paid
	}
	return c
}

// outlook holds the cost at completion against the budgets; without a forecast what is bound is taken for all there is to come.
func (f *reportFacts) outlook(s Standing, c forecast.Costs, budgeted bool, told *Forecast) (*forecast.Outlook, error) {
	actual, _, err := c.On(forecast.CostBasis(f.CostBasis))
	if err != nil {
		return nil, err
	}
	e := forecast.Expectation{Costs: c, Basis: forecast.CostBasis(f.CostBasis), Exposure: s.Exposure(), ToGo: max(s.EAC()-actual, 0), Justified: told != nil && told.Comment != ""}
	if budgeted {
		e.First, e.Revised = &s.First, &s.Budget
	}
	o, err := forecast.OutlookOf(e)
	return &o, err
}

// earned measures the earned value; nil without a budget. The share that was planned is the project manager's, else that of the budget by
// the days that have passed.
func (f *reportFacts) earned(s Standing, c forecast.Costs, told *Forecast) (*forecast.EVM, error) {
	if s.Budget <= 0 {
		return nil, nil
	}
	w := forecast.Work{BAC: s.Budget, Planned: f.plannedShare(), Costs: c, Basis: forecast.CostBasis(f.CostBasis)}
	if told != nil {
		var err error
		if told.Planned != nil {
			if w.Planned, err = forecast.Physical(*told.Planned); err != nil {
				return nil, err
			}
		}
		if told.Physical != nil {
			if w.Earned, err = forecast.Physical(*told.Physical); err != nil {
				return nil, err
			}
		}
	}
	e, err := forecast.EarnedValue(w)
	return &e, err
}

// plannedShare is the share of the budget in force that was to be spent by the day, each year's by its days.
func (f *reportFacts) plannedShare() *big.Rat {
	due, total := new(big.Rat), new(big.Rat)
	for _, b := range f.budgets {
		y, ok := f.Year(b.YearID)
		if b.Number != b.Last || !ok {
			continue
		}
		amount := new(big.Rat).SetInt64(int64(b.Amount))
		total.Add(total, amount)
		days := civil.Duration(y.Start, y.End)
		passed := min(max(civil.Duration(y.Start, f.day), 0), days)
		due.Add(due, amount.Mul(amount, big.NewRat(int64(passed), int64(days))))
	}
	if total.Sign() == 0 {
		return nil
	}
	return due.Quo(due, total)
}
