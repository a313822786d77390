package finance

import (
	"cmp"
	"slices"
	"strings"

	"jalon/finance/forecast"
	"jalon/internal/money"
)

// addProjects tells every project, by code, with its landing, and what to warn of.
func (r *reportBuild) addProjects(out *RoadmapFinance) error {
	out.Projects = make([]ProjectStanding, 0, len(r.members))
	var credits []forecast.CreditLine
	for _, m := range r.members {
		p := r.projects[m.ID]
		if err := r.land(p); err != nil {
			return err
		}
		if p.Landing.Open > 0 {
			credits = append(credits, forecast.CreditLine{ID: int64(m.ID), Name: m.Code, Landing: p.Landing})
		}
		watch, err := r.watch(p)
		if err != nil {
			return err
		}
		for _, w := range forecast.Warn(watch, r.limits, r.day) {
			p.Level = cmp.Or(p.Level, w.Level) // red ones come first
			out.Warnings = append(out.Warnings, ProjectWarning{p.ID, p.Code, p.Name, w})
		}
		out.Projects = append(out.Projects, p.ProjectStanding)
	}
	slices.SortFunc(out.Projects, func(a, b ProjectStanding) int {
		return cmp.Or(strings.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	if spare := r.unallotted(out); spare > 0 {
		credits = append(credits, forecast.CreditLine{Landing: forecast.Landing{Open: spare}})
	}
	var err error
	if out.AtRisk, err = forecast.RadarOf(credits, r.limits); err != nil {
		return err
	}
	return r.addWarnings(out)
}

// land gives a project its landing in the year of the landing.
func (r *reportBuild) land(p *projectBuild) error {
	if r.landing.ID == 0 {
		return nil
	}
	end := p.expected.yearEnd(r.landing, r.reportFacts, r.wantsSection)
	end.Regime, end.Open, end.Mandated = r.regime, p.open, p.spent
	var err error
	p.Landing, err = forecast.LandingOf(end)
	return err
}

// unallotted is what was voted for the year of the landing and given to no project.
func (r *reportBuild) unallotted(out *RoadmapFinance) money.Amount {
	for _, y := range out.ByYear {
		if y.Year.ID == r.landing.ID {
			return y.Voted - y.Budget
		}
	}
	return 0
}

// watch is what a project is warned of by. It is about the whole project, whatever the filter leaves of it.
func (r *reportBuild) watch(p *projectBuild) (forecast.Watch, error) {
	w := forecast.Watch{Commitments: p.commitments, ForecastOn: p.ForecastOn, ForecastExpected: !p.Left && p.last > 0 && p.whole.Mandated < p.whole.Budget}
	position := forecast.Position{Exposure: p.whole.Exposure(), OverMandated: p.over}
	if p.last > 0 {
		position.Ceiling = &p.whole.Budget
		o, err := outlookOf(p.whole)
		if err != nil {
			return w, err
		}
		w.Outlook = &o
	}
	w.Position = &position
	if p.Landing.Open > 0 && r.landing.ID == r.today.ID && r.filter.Section == "" {
		w.Landing = &p.Landing
	}
	return w, nil
}

// outlookOf holds a standing against its budgets.
func outlookOf(s Standing) (forecast.Outlook, error) {
	return forecast.OutlookOf(forecast.Expectation{Costs: forecast.Costs{Mandated: s.Mandated}, Basis: forecast.Mandated, Exposure: s.Exposure(), ToGo: max(s.Expected, 0),
		Justified: true, First: &s.First, Revised: &s.Budget})
}

// addWarnings counts the warnings of the projects and adds those about the roadmap, and about the books of the organisation.
func (r *reportBuild) addWarnings(out *RoadmapFinance) error {
	for _, w := range r.ofRoadmap(out) {
		out.Warnings = append(out.Warnings, ProjectWarning{Name: out.Roadmap.Name, Warning: w})
	}
	slices.SortStableFunc(out.Warnings, func(a, b ProjectWarning) int {
		return cmp.Or(-cmp.Compare(a.Level, b.Level), strings.Compare(a.Code, b.Code), cmp.Compare(a.ID, b.ID))
	})
	for _, w := range out.Warnings {
		if w.Level == forecast.Red {
			out.Red++
		} else {
			out.Amber++
		}
	}
	out.Warnings = out.Warnings[:min(len(out.Warnings), maxReportWarnings)]
	books := forecast.Watch{Unmatched: r.queue.size, UnmatchedSince: r.queue.since, TieOuts: r.tieOuts}
	for _, l := range r.scope {
		books.Scope += l.Total
	}
	out.Books = forecast.Warn(books, r.limits, r.day)
	return nil
}

// ofRoadmap are the warnings about the roadmap as a whole.
func (r *reportBuild) ofRoadmap(out *RoadmapFinance) []forecast.Warning {
	var whole Standing
	for _, p := range r.projects {
		whole = whole.plus(p.whole)
	}
	w := forecast.Watch{}
	if whole.Budget > 0 {
		w.Position = &forecast.Position{Exposure: whole.Exposure(), Ceiling: &whole.Budget}
		if o, err := outlookOf(whole); err == nil {
			w.Outlook = &o
		}
	}
	if out.Landing != nil && out.Landing.Open > 0 && r.landing.ID == r.today.ID && r.filter.Section == "" {
		w.Landing = out.Landing
	}
	return forecast.Warn(w, r.limits, r.day)
}
