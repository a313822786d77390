package finance

import (
	"cmp"
	"slices"
	"strings"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// reportBuild assembles the report of a roadmap from its facts; it asks nothing more of the database.
type reportBuild struct {
	*reportFacts
	filter   ReportFilter
	today    FiscalYear // the year of the day; ID 0: none
	landing  FiscalYear // the year whose landing is told; ID 0: none
	regime   forecast.Regime
	accounts Accounts

	projects   map[portfolio.ProjectID]*projectBuild
	years      map[int64]*YearStanding
	ends       map[int64]forecast.YearEnd // of all projects, by year
	sections   map[string]*SectionStanding
	categories map[Category]*CategoryStanding
}

// projectBuild is one project on its way into the report.
type projectBuild struct {
	ProjectStanding
	whole       Standing // of all years and sections: what warnings are about
	last        int      // number of the budget that holds
	expected    expectation
	mandated    map[yearSection]money.Amount // of all years and sections, for the forecast
	open        money.Amount                 // credits of the landing's year
	spent       money.Amount                 // mandated in it
	commitments []forecast.Commitment
	over        []forecast.OverMandated
}

// wants tells whether the filter takes a cell.
func (r *reportBuild) wants(year int64, section string) bool {
	return (r.filter.Year == 0 || r.filter.Year == year) && r.wantsSection(section)
}

func (r *reportBuild) wantsSection(section string) bool {
	return r.filter.Section == "" || r.filter.Section == section
}

// yearOfDay gives the year that the day falls in; where none does, the last one that has begun, else the first.
func (f *reportFacts) yearOfDay() FiscalYear {
	if y, ok := f.Of(f.day); ok {
		return y
	}
	for _, y := range slices.Backward(f.Years) {
		if !y.Start.After(f.day) {
			return y
		}
	}
	if len(f.Years) > 0 {
		return f.Years[0]
	}
	return FiscalYear{}
}

// report assembles the report of the filter's year and section with all projects, by code.
func (f *reportFacts) report(filter ReportFilter, accounts Accounts) (*RoadmapFinance, error) {
	r := &reportBuild{reportFacts: f, filter: filter, accounts: accounts, today: f.yearOfDay(), regime: f.regime(), projects: make(map[portfolio.ProjectID]*projectBuild, len(f.members)),
		years: map[int64]*YearStanding{}, ends: map[int64]forecast.YearEnd{}, sections: map[string]*SectionStanding{}, categories: map[Category]*CategoryStanding{}}
	r.landing = r.today
	if y, ok := f.Year(filter.Year); ok {
		r.landing = y
	}
	for _, m := range f.members {
		r.projects[m.ID] = &projectBuild{ProjectStanding: ProjectStanding{ID: m.ID, Code: m.Code, Name: m.Name, ThemeID: m.ThemeID, Theme: m.Theme, Left: m.Left},
			mandated: map[yearSection]money.Amount{}, expected: expectation{inYear: r.today.ID}}
	}
	r.addBudgets()
	r.addActuals()
	r.addCategories()
	r.addCommitments()
	r.addForecasts()
	return r.assemble()
}

func (r *reportBuild) year(id int64) *YearStanding {
	y := r.years[id]
	if y == nil {
		of, _ := r.Year(id)
		y = &YearStanding{Year: of}
		r.years[id] = y
	}
	return y
}

func (r *reportBuild) section(s string) *SectionStanding {
	if r.sections[s] == nil {
		r.sections[s] = &SectionStanding{Section: s}
	}
	return r.sections[s]
}

func (r *reportBuild) category(c Category) *CategoryStanding {
	if r.categories[c] == nil {
		r.categories[c] = &CategoryStanding{Category: c}
	}
	return r.categories[c]
}

// count adds to a project and, where the filter takes the cell, to all that it is part of. It tells whether it does.
func (r *reportBuild) count(p *projectBuild, year int64, section string, s Standing) bool {
	p.whole = p.whole.plus(s)
	if !r.wants(year, section) {
		return false
	}
	p.Standing = p.Standing.plus(s)
	y, c := r.year(year), r.section(section)
	y.Standing, c.Standing = y.Standing.plus(s), c.Standing.plus(s)
	return true
}

// countCategory adds to a category. What is expected is not told by category: of engaged lines the balances do not say which project's they are.
func (r *reportBuild) countCategory(c Category, s Standing) {
	line := r.category(c)
	s.Expected = 0
	line.Standing = line.Standing.plus(s)
}

func (r *reportBuild) addBudgets() {
	for _, b := range r.budgets {
		p := r.projects[b.ProjectID]
		if p == nil {
			continue
		}
		p.last = b.Last
		var s Standing
		if b.Number == 1 {
			s.First = b.Amount
		}
		if b.Number == b.Last {
			s.Budget = b.Amount
			if b.YearID == r.landing.ID && r.wantsSection(b.Section) {
				p.open += b.Amount
			}
			if r.wantsSection(b.Section) {
				r.addEnd(b.YearID, forecast.YearEnd{Open: b.Amount})
			}
		}
		if r.count(p, b.YearID, b.Section, s) {
			r.countCategory(b.Category, s)
		}
	}
}

func (r *reportBuild) addEnd(year int64, e forecast.YearEnd) {
	r.ends[year] = plusYearEnd(r.ends[year], e)
}

func (r *reportBuild) addActuals() {
	for _, a := range slices.Concat(r.actuals, r.linked) {
		p := r.projects[a.ProjectID]
		if p == nil {
			continue
		}
		p.mandated[yearSection{a.YearID, a.Section}] += a.Mandated
		if r.wantsSection(a.Section) {
			if a.YearID == r.landing.ID {
				p.spent += a.Mandated
			}
			r.addEnd(a.YearID, forecast.YearEnd{Mandated: a.Mandated})
			p.expected.bound += a.Engaged - a.Linked
		}
		r.count(p, a.YearID, a.Section, a.standing(r.forecasts[a.ProjectID] == nil))
	}
}

// standing is the cell as a report counts it. Engaged lines of known commitments are left out: the commitment counts them. Of a project without
// a forecast at least what is engaged is expected.
func (a actualCell) standing(expected bool) Standing {
	s := Standing{Committed: a.Mandated + a.Engaged - a.Linked, Mandated: a.Mandated, Engaged: a.Engaged - a.Linked}
	if expected {
		s.Expected = s.Engaged
	}
	return s
}

// addCategories tells the actual costs by category, which the balances of projects do not.
func (r *reportBuild) addCategories() {
	for _, a := range slices.Concat(r.periods, r.linked) {
		if r.wants(a.YearID, a.Section) {
			r.countCategory(a.Category, a.standing(false))
		}
	}
}

// addCommitments counts what commitments call for, under the year of the day: when it falls due nobody knows. What was mandated on a commitment
// is counted as committed already.
func (r *reportBuild) addCommitments() {
	for _, x := range r.shares {
		p := r.projects[x.ProjectID]
		if x.over {
			p.over = append(p.over, forecast.OverMandated{ID: x.CommitmentID, Ref: x.Number, Net: x.net, Mandated: x.mandated})
		}
		if !x.Ended { // of a closed one nobody expects a movement
			p.commitments = append(p.commitments, forecast.Commitment{ID: x.CommitmentID, Ref: x.Number, Net: x.net, Mandated: x.mandated, Last: x.Last})
		}
		if r.wantsSection(x.Section) {
			p.expected.denm += x.denm
			p.expected.bound += x.denm
		}
		s := Standing{Committed: x.net - x.mandated, DENM: x.denm}
		if r.forecasts[x.ProjectID] == nil {
			s.Expected = x.denm
		}
		if r.count(p, r.today.ID, x.Section, s) {
			r.countCategory(r.accounts.Of(x.Nature).Category, s)
		}
	}
}

func (r *reportBuild) addForecasts() {
	for _, m := range r.members {
		p := r.projects[m.ID]
		p.expected.bound = max(p.expected.bound, 0)
		if f := r.forecasts[m.ID]; f != nil {
			p.expected.known, p.expected.lines, p.ForecastOn = true, f.remaining(p.mandated), f.AsOf
		}
		for _, y := range r.Years {
			if e := p.expected.yearEnd(y, r.reportFacts, r.wantsSection); e.ServiceDone != 0 || e.Due != 0 || e.Later != 0 || e.LaterNeeded != 0 || len(e.Probable) > 0 {
				r.addEnd(y.ID, e)
			}
		}
		if !p.expected.known {
			continue
		}
		for _, l := range p.expected.lines {
			s := Standing{Expected: l.Amount.Percent(l.Probability)}
			r.count(p, l.YearID, l.Section, s)
		}
	}
}

// assemble turns what was gathered into the report.
func (r *reportBuild) assemble() (*RoadmapFinance, error) {
	out := &RoadmapFinance{ReportHead: r.head(), Roadmap: RoadmapName{r.roadmap.ID, r.roadmap.Code, r.roadmap.Name}, Section: r.filter.Section, Years: r.Years, Voted: r.voted(),
		Scope: r.scope, Certificate: r.signed}
	if y, ok := r.Year(r.filter.Year); ok {
		out.Year = &y
	}
	themes := map[int64]*ThemeStanding{}
	for _, m := range r.members {
		p := r.projects[m.ID]
		t := themes[m.ThemeID]
		if t == nil {
			t = &ThemeStanding{ID: m.ThemeID, Name: m.Theme}
			themes[m.ThemeID] = t
		}
		t.Projects++
		t.Standing = t.Standing.plus(p.Standing)
		out.Totals = out.Totals.plus(p.Standing)
	}
	for _, t := range themes {
		out.Themes = append(out.Themes, *t)
	}
	slices.SortFunc(out.Themes, func(a, b ThemeStanding) int {
		if (a.ID == 0) != (b.ID == 0) {
			return cmp.Compare(b.ID, a.ID) // projects without a theme come last
		}
		return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range r.categories {
		out.ByCategory = append(out.ByCategory, *c)
	}
	slices.SortFunc(out.ByCategory, func(a, b CategoryStanding) int {
		return cmp.Or(cmp.Compare(placeOf(a.Category), placeOf(b.Category)), cmp.Compare(a.Category, b.Category))
	})
	if err := r.addYears(out); err != nil {
		return nil, err
	}
	var err error
	spent := slices.DeleteFunc(slices.Clone(r.periods), func(a actualCell) bool { return !r.wants(a.YearID, a.Section) })
	if out.Curve, err = r.curve(r.plannedBy(), spent, r.expectedBy(out)); err != nil {
		return nil, err
	}
	return out, r.addProjects(out)
}

// placeOf is the place of a category in display order; what is none comes last.
func placeOf(c Category) int {
	if i := slices.Index(Categories, c); i >= 0 {
		return i
	}
	return len(Categories)
}

func (f *reportFacts) head() ReportHead { return f.reportHead(f.day) }

// reportHead says what the amounts of a report of a day are.
func (b *books) reportHead(day civil.Date) ReportHead {
	return ReportHead{Method: MethodReport, AsOf: day, OrganisationID: b.Organisation.ID, Organisation: portfolio.Head{Code: b.Organisation.Code, Name: b.Organisation.Name},
		Currency: b.Currency, AmountBasis: b.AmountBasis, CostBasis: forecast.CostBasis(b.CostBasis)}
}

// voted sums the votes of the roadmap that the filter takes.
func (r *reportBuild) voted() Voted {
	var v Voted
	by := map[Act]money.Amount{}
	for c, acts := range r.votes {
		switch {
		case !r.wantsSection(c.Section):
		case c.Authorisation != AuthorisationCP:
			v.Authorised += r.votes.Open(c)
		case r.filter.Year == 0 || r.filter.Year == c.YearID:
			v.Open += r.votes.Open(c)
			for act, amount := range acts {
				by[act] += amount
			}
		}
	}
	for _, act := range Acts {
		if by[act] != 0 {
			v.Acts = append(v.Acts, VotedAct{act, by[act]})
		}
	}
	return v
}

// addYears tells years and sections, with the votes and the landing of each year.
func (r *reportBuild) addYears(out *RoadmapFinance) error {
	for c := range r.votes {
		if c.Authorisation != AuthorisationCP || !r.wants(c.YearID, c.Section) {
			continue
		}
		y, s := r.year(c.YearID), r.section(c.Section)
		y.Voted += r.votes.Open(c)
		s.Voted += r.votes.Open(c)
	}
	for _, y := range r.Years {
		line := r.years[y.ID]
		if line == nil {
			continue
		}
		end := r.ends[y.ID]
		end.Regime, end.Open = r.regime, max(line.Voted, 0)
		if line.Voted == 0 {
			end.Open = max(line.Budget, 0)
		}
		landing, err := forecast.LandingOf(end)
		if err != nil {
			return err
		}
		line.Landing = &landing
		if y.ID == r.landing.ID {
			of := y
			out.LandingOf, out.Landing = &of, &landing
		}
		out.ByYear = append(out.ByYear, *line)
	}
	for _, s := range append(slices.Clone(Sections), "") {
		if r.sections[s] != nil {
			out.BySection = append(out.BySection, *r.sections[s])
		}
	}
	return nil
}
