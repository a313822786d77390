package finance

import (
	"context"
	"slices"
	"strings"
	"sync"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// reportKey names a version of a report: everything that it shows is behind one of the counters.
type reportKey struct {
	roadmap                              portfolio.RoadmapID
	books, portfolio, head, organisation int64 // versions
	day, today                           civil.Date
	year                                 int64
	section                              string
}

// reportCacheSize is how many reports are kept: each holds all projects of a roadmap.
const reportCacheSize = 8

// heldReport is a report that is built by whoever asks first. One that could not be built is tried again by the next.
type heldReport struct {
	mu     sync.Mutex
	report *RoadmapFinance
	orders map[ReportOrder][]int32 // places of the projects in an order that was asked for
}

func (h *heldReport) get(build func() (*RoadmapFinance, error)) (*RoadmapFinance, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.report != nil {
		return h.report, nil
	}
	report, err := build()
	if err == nil {
		h.report, h.orders = report, map[ReportOrder][]int32{}
	}
	return report, err
}

// ordered gives the places of the projects in an order.
func (h *heldReport) ordered(o ReportOrder) []int32 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if places, ok := h.orders[o]; ok {
		return places
	}
	places := make([]int32, len(h.report.Projects))
	for i := range places {
		places[i] = int32(i)
	}
	slices.SortStableFunc(places, func(a, b int32) int { return o.compare(&h.report.Projects[a], &h.report.Projects[b]) })
	h.orders[o] = places
	return places
}

// RoadmapFinance gives budget against actual of a roadmap on a day: that of today when none is given.
func (s *Service) RoadmapFinance(ctx context.Context, actor identity.Actor, id portfolio.RoadmapID, day civil.Date, filter ReportFilter) (*RoadmapFinance, error) {
	if err := filter.validate(); err != nil {
		return nil, err
	}
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return nil, err
	}
	o, err := identity.FindOrganisation(ctx, s.db.Read(), r.OrganisationID)
	if err != nil {
		return nil, err
	}
	settings, err := findSettings(ctx, s.db.Read(), r.OrganisationID)
	if err != nil {
		return nil, err
	}
	today := civil.DateOf(s.now(), o.Location())
	if day.IsZero() {
		day = today
	}
	key := reportKey{roadmap: r.ID, books: settings.FactsVersion, portfolio: r.FactsVersion, head: r.Version, organisation: o.Version, day: day, today: today, year: filter.Year, section: filter.Section}
	held := s.reports.Get(key, func() *heldReport { return &heldReport{} })
	report, err := held.get(func() (*RoadmapFinance, error) { return s.buildReport(ctx, r, day, filter) })
	if err != nil {
		return nil, err
	}
	return report.page(filter, held.ordered(filter.Order)).shownTo(actor), nil
}

func (s *Service) buildReport(ctx context.Context, r portfolio.Roadmap, day civil.Date, filter ReportFilter) (out *RoadmapFinance, err error) {
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b, err := s.open(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		f, err := loadReport(ctx, tx, b, r, day)
		if err != nil {
			return err
		}
		if _, known := f.Year(filter.Year); filter.Year != 0 && !known {
			return fault.NotFound("fiscal_year", filter.Year)
		}
		accounts, err := findAccounts(ctx, tx, r.OrganisationID)
		if err != nil {
			return err
		}
		out, err = f.report(filter, accounts)
		return err
	})
	return out, err
}

func (f *ReportFilter) validate() error {
	var e fault.Fields
	if f.Order == "" {
		f.Order = OrderCode
	}
	e.Check(slices.Contains(ReportOrders, f.Order), "order", "input.unknown_value", string(f.Order))
	e.Check(f.Section == "" || slices.Contains(Sections, f.Section), "section", "input.unknown_value", f.Section)
	e.Check(f.Page >= 0, "page", "input.negative")
	return e.Err()
}

// pageSize is how many projects a page of a report shows.
const pageSize = 50

// page is the report with one page of its projects. What it shares with the report must not be changed.
func (r *RoadmapFinance) page(f ReportFilter, places []int32) *RoadmapFinance {
	out := *r
	if f.Theme != nil {
		places = slices.DeleteFunc(slices.Clone(places), func(i int32) bool { return r.Projects[i].ThemeID != *f.Theme })
	}
	size := f.Size
	switch {
	case size == 0:
		size = pageSize
	case size < 0:
		size = max(len(places), 1)
	}
	out.Found, out.Pages = len(places), max((len(places)+size-1)/size, 1)
	out.Page = min(max(f.Page, 1), out.Pages)
	places = places[min((out.Page-1)*size, len(places)):min(out.Page*size, len(places))]
	out.Projects = make([]ProjectStanding, len(places))
	for i, at := range places {
		out.Projects[i] = r.Projects[at]
	}
	return &out
}

// shownTo leaves out what concerns the books of the whole organisation for who may read the costs of the roadmap alone. What a pack
// says of the certificate stays.
func (r *RoadmapFinance) shownTo(actor identity.Actor) *RoadmapFinance {
	if actor.May(identity.PermReadCost, identity.Within(r.OrganisationID)) {
		return r
	}
	r.Scope, r.Books = nil, nil
	if r.Certificate != nil {
		c := *r.Certificate
		c.Figures.OfPeriod, c.Figures.ToDate, c.Figures.Gross, c.Figures.OpenGross, c.Figures.Open.Sum = nil, nil, 0, 0, 0
		r.Certificate = &c
	}
	return r
}

// compare orders projects that stand by code already.
func (o ReportOrder) compare(a, b *ProjectStanding) int {
	switch o {
	case OrderBudget:
		return largest(a.Budget, b.Budget)
	case OrderMandated:
		return largest(a.Mandated, b.Mandated)
	case OrderExposure:
		return largest(a.Exposure(), b.Exposure())
	case OrderRate:
		return largestShare(a.Exposure(), a.Budget, b.Exposure(), b.Budget)
	case OrderOver:
		return largestShare(a.EAC()-a.First, a.First, b.EAC()-b.First, b.First)
	case OrderAtRisk:
		return largest(a.Landing.Open-a.Landing.Central, b.Landing.Open-b.Landing.Central)
	}
	return strings.Compare(a.Code, b.Code)
}
