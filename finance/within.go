package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// The functions of this file are steps of other domains' use cases: they work inside the caller's transaction, and the caller has
// checked the permission.

// FreezePack gives what a pack shows of the budget of a roadmap on a day; nil while nothing was voted, budgeted or spent. Its figures come from
// the entries themselves up to that day, never from the balances, so that a pack of a past day tells that day.
func FreezePack(ctx context.Context, db database.Conn, id portfolio.RoadmapID, day civil.Date) (*PackFinance, error) {
	r, err := portfolio.FindRoadmap(ctx, db, id)
	if err != nil {
		return nil, err
	}
	b, err := readBooks(ctx, db, r.OrganisationID)
	if err != nil {
		return nil, err
	}
	b.today = day.AddDays(1)
	f, err := loadReport(ctx, db, b, r, day)
	if err != nil || f.empty() {
		return nil, err
	}
	accounts, err := findAccounts(ctx, db, r.OrganisationID)
	if err != nil {
		return nil, err
	}
	report, err := f.report(ReportFilter{}, accounts)
	if err != nil {
		return nil, err
	}
	moves, err := findMoves(ctx, db, f.extent)
	if err != nil {
		return nil, err
	}
	left, err := findSpentAfterExit(ctx, db, f.organisation, f.roadmap.ID, day)
	if err != nil {
		return nil, err
	}
	p, err := f.pack(report, moves)
	if err != nil {
		return nil, err
	}
	p.Anomalies = f.decisions(report, left)
	return p, nil
}

// empty tells whether there is nothing to show.
func (f *reportFacts) empty() bool {
	return len(f.votes) == 0 && len(f.budgets) == 0 && len(f.actuals) == 0 && len(f.shares) == 0 && len(f.forecasts) == 0
}

// pack shortens a report for a pack.
func (f *reportFacts) pack(r *RoadmapFinance, moves []Move) (*PackFinance, error) {
	p := &PackFinance{Format: PackFormat, Method: MethodReport, AsOf: f.day, AmountBasis: f.AmountBasis, CostBasis: string(forecast.Mandated), Voted: r.Voted.Open, Authorised: r.Voted.Authorised,
		Totals: packStanding(r.Totals, len(f.forecasts) > 0), Themes: []PackTheme{}, Years: []PackYearLine{}, Curve: []PackPoint{}, AtRisk: []PackCredit{}, Warnings: []PackWarning{},
		AtRiskSum: r.AtRisk.AtRisk, Red: r.Red, Amber: r.Amber}
	for _, t := range r.Themes {
		p.Themes = append(p.Themes, PackTheme{t.Name, t.Projects, packStanding(t.Standing, len(f.forecasts) > 0)})
	}
	for _, y := range r.ByYear {
		p.Years = append(p.Years, PackYearLine{y.Year.Code, y.Voted, y.Budget, y.Mandated})
	}
	for _, x := range r.Curve {
		p.Curve = append(p.Curve, PackPoint{x.On, x.Planned, x.Actual, x.Forecast})
	}
	if l := r.Landing; l != nil {
		p.Year = &PackYear{Code: r.LandingOf.Code, Open: l.Open, Mandated: mandatedIn(r), Low: l.Low, Central: l.Central, High: l.High, Carried: l.CarriedOver, ToRephase: l.ToRephase,
			GiveBack: l.ToGiveBack, Shortfall: l.Shortfall, Rate: forecast.BasisPoints(l.Rate())}
	}
	p.addCredits(r)
	p.addBooks(f)
	p.addWarnings(r)
	return p, p.addWaterfall(f, r, moves)
}

// mandatedIn is what was mandated in the year of the landing.
func mandatedIn(r *RoadmapFinance) money.Amount {
	for _, y := range r.ByYear {
		if y.Year.ID == r.LandingOf.ID {
			return y.Mandated
		}
	}
	return 0
}

func packStanding(s Standing, told bool) PackStanding {
	p := PackStanding{First: s.First, Budget: s.Budget, Committed: s.Committed, Mandated: s.Mandated, Exposure: s.Exposure(), Rate: s.Realisation(), Exposed: s.ExposureRate()}
	if told {
		eac := s.EAC()
		p.EAC, p.OverFirst = &eac, s.OverFirst()
	}
	return p
}

func (p *PackFinance) addCredits(r *RoadmapFinance) {
	names := make(map[int64]string, len(r.AtRisk.Lines))
	for i := range r.Projects {
		names[int64(r.Projects[i].ID)] = r.Projects[i].Name
	}
	for _, l := range r.AtRisk.Lines[:min(len(r.AtRisk.Lines), packLines)] {
		p.AtRisk = append(p.AtRisk, PackCredit{Code: l.Name, Name: names[l.ID], Level: string(l.Level), Open: l.Open, Central: l.Central, AtRisk: l.AtRisk, Rate: forecast.BasisPoints(l.Rate)})
	}
}

// addBooks tells how far the organisation's expenditure is reconciled, and the latest certificate.
func (p *PackFinance) addBooks(f *reportFacts) {
	for _, l := range f.scope {
		if l.Flow != flowRevenue {
			p.Scope = &PackScope{l.Total, l.Allocated, l.Unallocated, l.Excluded}
		}
	}
	if c := f.signed; c != nil {
		p.Certificate = &PackCertificate{Year: c.Year, Period: c.Period, To: c.Figures.To, Reconciled: c.Figures.Reconciled, OpenLines: c.Figures.Open.Lines, OpenSum: c.Figures.Open.Sum,
			OldestDays: c.Figures.Open.Days, FourEyes: c.FourEyes, SignedBy: c.SignedLabel, SignedOn: civil.DateOf(c.SignedAt, f.Location()), Seal: c.Seal}
	}
}

// addWarnings keeps those that call for a decision.
func (p *PackFinance) addWarnings(r *RoadmapFinance) {
	for _, w := range r.Books {
		if w.Level == forecast.Red {
			p.Warnings = append(p.Warnings, packWarning(w, "", ""))
		}
	}
	for _, w := range r.Warnings {
		if w.Level == forecast.Red && len(p.Warnings) < packLines {
			p.Warnings = append(p.Warnings, packWarning(w.Warning, w.Code, w.Name))
		}
	}
	p.Warnings = p.Warnings[:min(len(p.Warnings), packLines)]
}

func packWarning(w forecast.Warning, code, name string) PackWarning {
	out := PackWarning{Code: w.Code, Level: string(w.Level), Project: code, Name: name, Args: []PackArg{}}
	for _, a := range w.Args {
		var arg PackArg
		switch v := a.(type) {
		case money.Amount:
			arg.Amount = &v
		case civil.Date:
			arg.On = &v
		case string:
			arg.Text = v
		case int:
			n := int64(v)
			arg.Number = &n
		}
		out.Args = append(out.Args, arg)
	}
	return out
}

// addWaterfall leads from the first budgets of all projects to what they cost now.
func (p *PackFinance) addWaterfall(f *reportFacts, r *RoadmapFinance, moves []Move) error {
	w, explains, err := waterfall(r.Totals, r.Totals.First != 0, len(f.forecasts) > 0, moves, f.day)
	if err != nil || w == nil {
		return err
	}
	p.Waterfall = &PackWaterfall{First: w.First, Current: w.Current, Explains: explains, Steps: []PackStep{}}
	for _, s := range w.Steps {
		p.Waterfall.Steps = append(p.Waterfall.Steps, PackStep{string(s.Cause), s.Amount, len(s.Moves)})
	}
	return nil
}
