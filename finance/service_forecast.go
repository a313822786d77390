package finance

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
	"slices"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ForecastForm is what a project manager starts from: what the books show, and what remains of the last forecast.
type ForecastForm struct {
	ReportHead
	Project  ProjectName
	Years    []FiscalYear   // that are not closed
	Last     *Forecast      // nil: none was made
	Lines    []ForecastLine // what remains of the last one
	Mandated []MandatedCell
	Budget   money.Amount // in force
	Standing Standing
}

// ForecastForm gives what the form of a forecast begins with.
func (s *Service) ForecastForm(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) (ForecastForm, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermForecast, id)
	if err != nil {
		return ForecastForm{}, err
	}
	var form ForecastForm
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		f, report, err := s.projectReport(ctx, tx, p, civil.Date{})
		if err != nil {
			return err
		}
		form = ForecastForm{ReportHead: f.head(), Project: f.name(p), Mandated: mandatedCells(f.actuals), Budget: report.Totals.Budget, Standing: report.Totals}
		for _, y := range f.Years {
			if y.State != StateClosed {
				form.Years = append(form.Years, y)
			}
		}
		if last := f.forecasts[id]; last != nil {
			form.Last, form.Lines = last, last.remaining(spentIn(f.actuals))
		}
		return nil
	})
	return form, err
}

// mandatedCells are the cells in which something was mandated, in order.
func mandatedCells(actuals []actualCell) []MandatedCell {
	var out []MandatedCell
	for _, a := range actuals {
		if a.Mandated != 0 {
			out = append(out, MandatedCell{a.YearID, a.Section, a.Mandated})
		}
	}
	slices.SortFunc(out, func(a, b MandatedCell) int {
		return cmp.Or(cmp.Compare(a.YearID, b.YearID), cmp.Compare(a.Section, b.Section))
	})
	return out
}

func spentIn(actuals []actualCell) map[yearSection]money.Amount {
	out := map[yearSection]money.Amount{}
	for _, a := range actuals {
		out[yearSection{a.YearID, a.Section}] += a.Mandated
	}
	return out
}

// forecastNote is what the trail keeps of a forecast.
type forecastNote struct {
	AsOf     civil.Date   `json:"as_of"`
	Number   int          `json:"number"`
	Done     money.Amount `json:"service_done"`
	ToGo     money.Amount `json:"to_go"`
	Probable money.Amount `json:"probable"`
}

// BookForecast books what a project is expected to spend beyond what the books show as mandated.
func (s *Service) BookForecast(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, in ForecastInput) (ForecastResult, error) {
	if err := refuseNobody(actor); err != nil {
		return ForecastResult{}, err
	}
	var out ForecastResult
	if err := in.Validate(); err != nil {
		return out, err
	}
	err := s.changeProject(ctx, actor, id, act{name: "forecast.book", permission: identity.PermForecast}, func(ctx context.Context, tx database.Conn, b *books, p portfolio.Project) (trace, error) {
		e := extent{organisation: p.OrganisationID, roadmap: p.RoadmapID, project: p.ID}
		f := Forecast{OrganisationID: p.OrganisationID, ProjectID: p.ID, AsOf: in.AsOf, Number: 1, Comment: in.Comment, Physical: in.Physical, Planned: in.Planned, Lines: in.Lines,
			RecordedBy: actor.Name, RecordedAt: database.Instant(s.now())}
		if err := f.follow(ctx, tx, b, in); err != nil {
			return trace{}, err
		}
		actuals, err := findActualYears(ctx, tx, e)
		if err != nil {
			return trace{}, err
		}
		f.Mandated = mandatedCells(actuals)
		if err := insertForecast(ctx, tx, &f); err != nil {
			return trace{}, fmt.Errorf("book forecast: %w", err)
		}
		out.Forecast = f
		out.Findings, err = f.findings(ctx, tx, e)
		return trace{details: f.note()}, err
	})
	return out, err
}

// follow numbers the forecast after those that there are, and reports what keeps it from following them.
func (f *Forecast) follow(ctx context.Context, tx database.Conn, b *books, in ForecastInput) error {
	all, err := findForecasts(ctx, tx, forecastFilter{extent: extent{organisation: f.OrganisationID, project: f.ProjectID}, last: true})
	if err != nil {
		return err
	}
	var last Forecast
	if len(all) > 0 {
		last = all[0]
	}
	if in.After != last.ID {
		return fault.Stale("forecast", int64(f.ProjectID))
	}
	var e fault.Fields
	e.Check(!f.AsOf.After(b.today), "as_of", "finance.forecast.future", f.AsOf, b.today)
	e.Check(!f.AsOf.Before(last.AsOf), "as_of", "finance.forecast.before_previous", last.AsOf)
	for i, l := range f.Lines {
		y, ok := b.Year(l.YearID)
		if !ok {
			return fault.NotFound("fiscal_year", l.YearID)
		}
		e.Check(l.Amount == 0 || y.State != StateClosed, "lines", "finance.forecast.line.year_closed", i+1, y.Code)
	}
	if f.AsOf == last.AsOf {
		f.Number = last.Number + 1
	}
	return e.Err()
}

// sums adds up the lines by kind, what is probable in full.
func (f *Forecast) sums() map[ForecastKind]money.Amount {
	out := map[ForecastKind]money.Amount{}
	for _, l := range f.Lines {
		out[l.Kind] += l.Amount
	}
	return out
}

func (f *Forecast) note() forecastNote {
	sums := f.sums()
	return forecastNote{f.AsOf, f.Number, sums[ForecastDone], sums[ForecastToGo], sums[ForecastProbable]}
}

// findings tells what should be looked at again: less is expected to be spent than commitments call for, and no comment says why.
func (f *Forecast) findings(ctx context.Context, db database.Conn, e extent) ([]forecast.Finding, error) {
	rows, err := findCommitted(ctx, db, e)
	if err != nil {
		return nil, err
	}
	var bound money.Amount
	for _, share := range dealt(rows) {
		if share.ProjectID == f.ProjectID {
			bound += share.denm
		}
	}
	sums := f.sums()
	if coming := sums[ForecastDone] + sums[ForecastToGo]; coming < bound && f.Comment == "" {
		return []forecast.Finding{{Code: forecast.ToGoBelowCommitments, Args: []any{coming, bound}}}, nil
	}
	return nil, nil
}

// AccuracyReport says how far forecasts of years that are over were off.
type AccuracyReport struct {
	ReportHead
	Roadmap  RoadmapName
	Horizons []forecast.Horizon // the longest first
	Years    []string           // codes of the years that they are about
}

// ForecastAccuracy holds the forecasts of a roadmap's projects against what was mandated by the end of each year. A year counts once a
// month has passed after its end: until then it is still booked in.
func (s *Service) ForecastAccuracy(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID) (AccuracyReport, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return AccuracyReport{}, err
	}
	out := AccuracyReport{Roadmap: RoadmapName{r.ID, r.Code, r.Name}}
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		e := extent{organisation: r.OrganisationID, roadmap: r.ID}
		out.ReportHead = b.reportHead(b.today)
		kept, err := keptYears(ctx, tx, b, e)
		if err != nil {
			return err
		}
		for _, y := range kept {
			if !slices.Contains(out.Years, y.Name) {
				out.Years = append(out.Years, y.Name)
			}
		}
		out.Horizons, err = forecast.Accuracy(kept)
		return err
	})
	return out, err
}

// keptYears gathers, for every project and every year that is over, its credits, what it spent, and the landings that were forecast.
func keptYears(ctx context.Context, db database.Conn, b *books, e extent) ([]forecast.YearKept, error) {
	forecasts, err := findForecasts(ctx, db, forecastFilter{extent: e})
	if err != nil || len(forecasts) == 0 {
		return nil, err
	}
	actuals, err := findActualYears(ctx, db, e)
	if err != nil {
		return nil, err
	}
	versions, err := findBudgets(ctx, db, budgetFilter{organisation: e.organisation, roadmap: e.roadmap, project: e.project})
	if err != nil {
		return nil, err
	}
	type key struct {
		project portfolio.ProjectID
		year    int64
	}
	spent := map[key]money.Amount{}
	for _, a := range actuals {
		spent[key{a.ProjectID, a.YearID}] += a.Mandated
	}
	var out []forecast.YearKept
	for _, y := range b.Years {
		if !y.End.AddMonths(1).Before(b.today) {
			continue
		}
		open, kept := creditsOf(currentOn(versions, y.End), y.ID), map[portfolio.ProjectID][]forecast.Kept{}
		for i := range forecasts {
			if f := &forecasts[i]; !f.AsOf.Before(y.Start) && !f.AsOf.After(y.End) {
				kept[f.ProjectID] = append(kept[f.ProjectID], forecast.Kept{AsOf: f.AsOf, Seq: int64(f.Number), Landing: f.landing(y.ID)})
			}
		}
		for project, all := range kept {
			out = append(out, forecast.YearKept{Name: y.Code, Close: y.End, Open: open[project], Actual: spent[key{project, y.ID}], Kept: all})
		}
	}
	return out, nil
}

// creditsOf sums what budgets give their projects in a year.
func creditsOf(versions map[portfolio.ProjectID]BudgetVersion, year int64) map[portfolio.ProjectID]money.Amount {
	out := make(map[portfolio.ProjectID]money.Amount, len(versions))
	for project, v := range versions {
		for _, l := range v.Lines {
			if l.YearID == year {
				out[project] += l.Amount
			}
		}
	}
	return out
}

// landing is the central landing of a year as it was forecast: what was mandated then, and what was expected.
func (f *Forecast) landing(year int64) money.Amount {
	total, part := new(big.Rat), new(big.Rat)
	for _, m := range f.Mandated {
		if m.YearID == year {
			total.Add(total, part.SetInt64(int64(m.Amount)))
		}
	}
	for _, l := range f.Lines {
		if l.YearID == year {
			total.Add(total, part.Mul(part.SetInt64(int64(l.Amount)), big.NewRat(int64(l.Probability), 10_000)))
		}
	}
	return money.Amount(money.Round(total).Int64())
}
