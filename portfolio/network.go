package portfolio

import (
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

// fewProjects is the number below which an average or a sum is not shown to a network: over one or
// two projects it would be no more than their own figures. Their number is shown, as beside every mean.
const fewProjects = 3

// NetworkReport is what the organisations of a network have released to it: averages of roadmaps,
// never single projects.
type NetworkReport struct {
	Method   string           `json:"method"`
	Network  Head             `json:"network"`
	AsOf     civil.Date       `json:"as_of"`
	Since    civil.Date       `json:"since"`    // zero: compared with nothing
	Roadmaps []NetworkRoadmap `json:"roadmaps"` // by organisation, running ones first, then by code
	// All is over all projects of all released roadmaps. Where they are kept in several currencies
	// there is no aggregate of cost: amounts of two currencies have no sum.
	All NetworkFigures `json:"all"`
	// Currencies sum up the projects of each currency, by its code.
	Currencies []NetworkSums `json:"currencies"`
	// CostHidden tells that the reader may not read costs: everything that speaks of them is absent.
	CostHidden bool `json:"-"`
}

// NetworkRoadmap is one released roadmap.
type NetworkRoadmap struct {
	ID             RoadmapID      `json:"id"`
	OrganisationID int64          `json:"organisation_id"`
	Organisation   Head           `json:"organisation"`
	Code           string         `json:"code"`
	Name           string         `json:"name"`
	Status         RoadmapStatus  `json:"status"`
	Start          civil.Date     `json:"start"`
	End            civil.Date     `json:"end"`
	Figures        NetworkFigures `json:"figures"`
	Sums           NetworkSums    `json:"sums"`
}

// NetworkFigures are the averages over a population, and how it changed since the earlier day.
type NetworkFigures struct {
	Projects int      `json:"projects"`
	Cost     Averages `json:"cost"`
	Schedule Averages `json:"schedule"`
	Entries  int      `json:"entries"` // since the earlier day; 0 without one
	Exits    int      `json:"exits"`
	// CostMove and ScheduleMove say how the means moved since; nil without an earlier day or a mean.
	CostMove     *Move `json:"cost_move"`
	ScheduleMove *Move `json:"schedule_move"`
}

// Move explains how a mean moved between two days: what left, what came in, and what really changed
// in the projects that were there on both. The three sum to Change.
type Move struct {
	Change  money.BasisPoints `json:"change_bp"`
	Exits   money.BasisPoints `json:"exits_bp"`
	Real    money.BasisPoints `json:"real_bp"`
	Entries money.BasisPoints `json:"entries_bp"`
}

// NetworkSums are sums and size bands in one currency.
type NetworkSums struct {
	Currency money.Currency `json:"currency"`
	Projects int            `json:"projects"`
	WithCost int            `json:"with_cost"`
	SumCost  *money.Amount  `json:"sum_cost"` // nil: of too few projects to be shown
	BySize   []SizeBand     `json:"by_size"`
}

// network assembles the report of what was released; it is pure. The facts are those of all released
// roadmaps together.
func (f *facts) network(o identity.Organisation, roadmaps []searchable, since civil.Date) *NetworkReport {
	rep := &NetworkReport{Method: drift.Method, Network: Head{o.Code, o.Name}, AsOf: f.day, Since: since, Roadmaps: []NetworkRoadmap{}, Currencies: []NetworkSums{}}
	byRoadmap := map[RoadmapID][]drift.Project{}
	all := f.driftProjects()
	for i, p := range f.projects {
		byRoadmap[p.RoadmapID] = append(byRoadmap[p.RoadmapID], all[i])
	}
	byCurrency := map[money.Currency][]drift.Project{}
	var currencies []money.Currency
	for _, r := range roadmaps {
		projects := byRoadmap[r.ID]
		m := drift.Measure(projects, f.day, r.Currency.Unit())
		rep.Roadmaps = append(rep.Roadmaps, NetworkRoadmap{ID: r.ID, OrganisationID: r.OrganisationID, Organisation: r.organisation, Code: r.Code, Name: r.Name,
			Status: r.Status, Start: r.Start, End: r.End, Figures: networkFigures(projects, m, since), Sums: networkSums(r.Currency, m)})
		if _, ok := byCurrency[r.Currency]; !ok {
			currencies = append(currencies, r.Currency)
		}
		byCurrency[r.Currency] = append(byCurrency[r.Currency], projects...)
	}
	slices.Sort(currencies)
	var m drift.Portfolio
	for _, c := range currencies {
		m = drift.Measure(byCurrency[c], f.day, c.Unit())
		rep.Currencies = append(rep.Currencies, networkSums(c, m))
	}
	if len(currencies) != 1 {
		m = drift.Measure(all, f.day, 1) // its sums and size bands mean nothing and are not shown
	}
	rep.All = networkFigures(all, m, since)
	if len(currencies) > 1 {
		rep.All.Cost.Aggregate = nil
	}
	rep.hideRemainders()
	return rep
}

// hideRemainders takes away the figures from which those of one or two projects could be worked out: a whole less all of its parts but
// one is that part. The whole goes where too few of its projects stand in roadmaps that are not shown, and so does the smallest size
// band that is shown where too few stand in none.
func (r *NetworkReport) hideRemainders() {
	cost, schedule := 0, 0
	for _, m := range r.Roadmaps {
		cost, schedule = cost+hidden(m.Figures.Cost), schedule+hidden(m.Figures.Schedule)
	}
	if few(cost) {
		r.All.Cost, r.All.CostMove = Averages{N: r.All.Cost.N}, nil
	}
	if few(schedule) {
		r.All.Schedule, r.All.ScheduleMove = Averages{N: r.All.Schedule.N}, nil
	}
	var bands []*SizeBand
	for _, c := range r.Currencies {
		for i := range c.BySize {
			bands = append(bands, &c.BySize[i])
		}
	}
	hideSmallest(r.All.Cost.N, bands, func(b *SizeBand) (int, bool) { return b.N, b.Mean != nil }, func(b *SizeBand) { b.Mean, b.Aggregate = nil, nil })
	hideSmallest(r.All.Schedule.N, bands, func(b *SizeBand) (int, bool) { return b.ScheduleN, b.ScheduleMean != nil },
		func(b *SizeBand) { b.ScheduleMean, b.ScheduleAggregate = nil, nil })
}

func few(n int) bool { return 0 < n && n < fewProjects }

// hidden counts the projects of averages that are not shown.
func hidden(a Averages) int {
	if a.Mean != nil {
		return 0
	}
	return a.N
}

// hideSmallest hides bands, the smallest first, until none or enough of all projects are in no band that is shown.
func hideSmallest(all int, bands []*SizeBand, count func(*SizeBand) (n int, shown bool), hide func(*SizeBand)) {
	for {
		var smallest *SizeBand
		rest, least := all, 0
		for _, b := range bands {
			if n, shown := count(b); shown {
				rest -= n
				if smallest == nil || n < least {
					smallest, least = b, n
				}
			}
		}
		if !few(rest) || smallest == nil {
			return
		}
		hide(smallest)
	}
}

// networkFigures takes the averages from a measure of the projects, and compares with the earlier day.
func networkFigures(projects []drift.Project, m drift.Portfolio, since civil.Date) NetworkFigures {
	n := NetworkFigures{Projects: m.Projects, Cost: averages(m.Cost).unlessFew(), Schedule: averages(m.Schedule).unlessFew()}
	if since.IsZero() {
		return n
	}
	c := drift.Compare(projects, since, m.Day)
	n.Entries, n.Exits = c.Entries, c.Exits
	n.CostMove = move(c.Cost, n.Cost)
	n.ScheduleMove = move(c.Schedule, n.Schedule)
	return n
}

// unlessFew takes the averages away where they are over too few projects.
func (a Averages) unlessFew() Averages {
	if a.N < fewProjects {
		a.Mean, a.Aggregate, a.Median, a.Weighted = nil, nil, nil, nil
	}
	return a
}

// move is how the mean moved. Its parts are means over those who stayed: of few stayers it would give them away.
func move(m drift.Moves, now Averages) *Move {
	if !m.Mean.Defined || now.Mean == nil || m.Stayers.N < fewProjects {
		return nil
	}
	return &Move{Change: m.Mean.Change, Exits: m.Mean.Exits, Real: m.Mean.Real, Entries: m.Mean.Entries}
}

func networkSums(c money.Currency, m drift.Portfolio) NetworkSums {
	n := NetworkSums{Currency: c, Projects: m.Projects, WithCost: m.WithCost, BySize: sizeBands(m.BySize)}
	if m.WithCost >= fewProjects && !m.SumCostOverflow {
		sum := m.SumCost
		n.SumCost = &sum
	}
	for i := range n.BySize {
		b := &n.BySize[i]
		if b.N < fewProjects {
			b.Mean, b.Aggregate = nil, nil
		}
		if b.ScheduleN < fewProjects {
			b.ScheduleMean, b.ScheduleAggregate = nil, nil
		}
	}
	return n
}

// blind is the report for who may not read costs.
func (r *NetworkReport) blind() NetworkReport {
	b := *r
	b.CostHidden = true
	b.All.blind()
	b.Roadmaps = slices.Clone(r.Roadmaps)
	for i := range b.Roadmaps {
		b.Roadmaps[i].Figures.blind()
		b.Roadmaps[i].Sums.blind()
	}
	b.Currencies = slices.Clone(r.Currencies)
	for i := range b.Currencies {
		b.Currencies[i].blind()
	}
	return b
}

func (f *NetworkFigures) blind() { f.Cost, f.CostMove, f.Schedule.Weighted = Averages{}, nil, nil }

func (s *NetworkSums) blind() { s.WithCost, s.SumCost, s.BySize = 0, nil, []SizeBand{} }
