package finance

import (
	"context"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// facts are those of one project on a day, of today when none is given; nothing but its place is loaded yet.
func (s *Service) facts(ctx context.Context, db database.Conn, p portfolio.Project, day civil.Date) (*reportFacts, error) {
	b, err := s.open(ctx, db, p.OrganisationID)
	if err != nil {
		return nil, err
	}
	r, err := portfolio.FindRoadmap(ctx, db, p.RoadmapID)
	if err != nil {
		return nil, err
	}
	if day.IsZero() {
		day = b.today
	}
	return &reportFacts{books: b, extent: extent{organisation: p.OrganisationID, roadmap: r.ID, project: p.ID}, roadmap: r, day: day}, nil
}

// projectReport loads the facts of one project and assembles them as those of a roadmap are, without any filter.
func (s *Service) projectReport(ctx context.Context, tx database.Conn, p portfolio.Project, day civil.Date) (*reportFacts, *RoadmapFinance, error) {
	f, err := s.facts(ctx, tx, p, day)
	if err != nil {
		return nil, nil, err
	}
	if err := f.load(ctx, tx); err != nil {
		return nil, nil, err
	}
	accounts, err := findAccounts(ctx, tx, p.OrganisationID)
	if err != nil {
		return nil, nil, err
	}
	report, err := f.report(ReportFilter{}, accounts)
	return f, report, err
}

// ProjectFinance gives budget against actual of one project on a day: that of today when none is given. A grant on the project alone
// is enough. Suppliers and numbers of commitments are for who may read lines of the finance system.
func (s *Service) ProjectFinance(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, day civil.Date) (*ProjectFinance, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	var out *ProjectFinance
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		f, report, err := s.projectReport(ctx, tx, p, day)
		if err != nil {
			return err
		}
		out = &ProjectFinance{ReportHead: f.head(), Project: f.name(p), Totals: report.Totals, Periods: f.spending(), Curve: report.Curve, Forecast: f.forecasts[id],
			LandingOf: report.LandingOf, Landing: report.Landing, CommitmentsHidden: !actor.May(identity.PermReadLedger, p.Place())}
		if !out.CommitmentsHidden {
			out.Commitments = f.commitments()
		}
		for _, w := range report.Warnings {
			if w.ID == id {
				out.Warnings = append(out.Warnings, w.Warning)
			}
		}
		if err := out.measure(ctx, tx, f); err != nil {
			return err
		}
		if out.Fundings, err = fundingStandings(ctx, tx, f); err != nil {
			return err
		}
		if actor.May(identity.PermReadCost, identity.Within(p.OrganisationID)) {
			class, err := referenceClass(ctx, tx, p.OrganisationID, 0, f.day)
			if err != nil {
				return err
			}
			out.Reference = &class
		}
		return nil
	})
	return out, err
}

// measure adds what the engine says of the project.
func (out *ProjectFinance) measure(ctx context.Context, db database.Conn, f *reportFacts) error {
	versions, err := findBudgets(ctx, db, budgetFilter{organisation: f.organisation, project: out.Project.ID})
	if err != nil {
		return err
	}
	for _, v := range versions {
		if !v.DecidedOn.After(f.day) {
			out.Versions = append(out.Versions, v)
		}
	}
	var remaining []ForecastLine
	if out.Forecast != nil {
		remaining = out.Forecast.remaining(spentIn(f.actuals))
	}
	out.Cells = f.cells(remaining)
	costs := f.costs(out.Totals, remaining, out.Forecast != nil)
	if out.Outlook, err = f.outlook(out.Totals, costs, len(out.Versions) > 0, out.Forecast); err != nil {
		return err
	}
	if out.EVM, err = f.earned(out.Totals, costs, out.Forecast); err != nil {
		return err
	}
	if out.EVM != nil {
		watch := forecast.Watch{EVM: out.EVM}
		out.Warnings = append(out.Warnings, forecast.Warn(watch, f.limits, f.day)...)
	}
	if out.Moves, err = findMoves(ctx, db, f.extent); err != nil {
		return err
	}
	if out.Waterfall, out.Explains, err = waterfall(out.Totals, len(out.Versions) > 0, out.Forecast != nil, out.Moves, f.day); err != nil {
		return err
	}
	out.Recovery, err = estimateRecovery(ctx, db, f)
	return err
}

// waterfall leads from the first budget to the cost at completion of the last forecast or, without one, to the budget in force.
func waterfall(s Standing, budgeted, told bool, moves []Move, day civil.Date) (*forecast.Waterfall, string, error) {
	if !budgeted {
		return nil, "", nil
	}
	current, explains := s.Budget, WaterfallBudget
	if told {
		current, explains = s.EAC(), WaterfallEAC
	}
	w, err := forecast.Explain(s.First, current, explained(moves), day)
	return &w, explains, err
}

// commitments are those of the project, as far as they belong to it.
func (f *reportFacts) commitments() []CommitmentStanding {
	out := make([]CommitmentStanding, len(f.shares))
	for i, x := range f.shares {
		out[i] = CommitmentStanding{ID: x.CommitmentID, Number: x.Number, Item: x.Item, Label: x.Label, SupplierName: x.SupplierName, ShareBP: money.BasisPoints(x.ShareBP),
			Net: x.net, Mandated: x.mandated, DENM: x.denm, Over: x.over, Last: x.Last}
	}
	return out
}

// ProjectPostings lists the entries of the finance system that belong to a project.
func (s *Service) ProjectPostings(ctx context.Context, actor identity.Actor, id portfolio.ProjectID, filter PostingFilter) (PostingPage, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadLedger, id)
	if err != nil {
		return PostingPage{}, err
	}
	var out PostingPage
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		f, err := s.facts(ctx, tx, p, civil.Date{})
		if err != nil {
			return err
		}
		out = PostingPage{ReportHead: f.head(), Project: f.name(p), Filter: filter}
		if filter.Limit <= 0 {
			filter.Limit = pageSize
		}
		if out.Lines, out.Next, err = findShared(ctx, tx, f.extent, filter); err != nil {
			return err
		}
		for i := range out.Lines {
			l := &out.Lines[i]
			y, _ := f.Year(l.YearID)
			l.Year, l.Cost = y.Code, l.Share*money.Amount(l.CostSign)
		}
		out.Found, out.Cost, err = sumShared(ctx, tx, f.extent, filter)
		return err
	})
	return out, err
}
