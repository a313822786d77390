package web

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"weak"

	"jalon/internal/grid"
	"jalon/internal/keep"
	"jalon/portfolio"
	"jalon/views"
)

// listing holds what makes a list of ten thousand projects quick: the text of each project as a
// search sees it, and its orders. It belongs to one report, which never changes, and refers to its
// projects by their place in it.
type listing struct {
	text   []string // folded words of each project
	name   []string // folded name
	orders map[string]*order
}

// order is the projects sorted by one column, ascending. Those without a value come last, whichever
// way the list turns.
type order struct {
	once    sync.Once
	places  []int32
	defined int // how many have a value
}

// maxListings bounds how many listings are kept, a megabyte or so each for ten thousand projects.
const maxListings = 8

// listings keeps the last ones by their report, without keeping the report itself alive.
type listings = keep.Cache[weak.Pointer[portfolio.Report], *listing]

func newListings() *listings { return keep.New[weak.Pointer[portfolio.Report], *listing](maxListings) }

// listing gives the listing of a report, made once.
func (s *site) listing(r *portfolio.Report) *listing {
	return s.listings.Get(weak.Make(r), func() *listing { return newListing(r) })
}

func newListing(r *portfolio.Report) *listing {
	l := &listing{text: make([]string, len(r.Projects)), name: make([]string, len(r.Projects)), orders: map[string]*order{}}
	for i := range r.Projects {
		p := &r.Projects[i]
		l.name[i] = foldWords(p.Name)
		l.text[i] = strings.Join([]string{foldWords(p.Code), l.name[i], foldWords(p.Theme), foldWords(p.Sponsor), foldWords(p.Manager), foldWords(p.Department)}, " ")
	}
	for _, c := range views.SortColumns {
		l.orders[c] = &order{}
	}
	return l
}

// foldWords folds each word and keeps them apart, so that no search matches across two words.
func foldWords(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = grid.Fold(w)
	}
	return strings.Join(words, " ")
}

// sorted gives the order of a column, made when it is first asked for.
func (l *listing) sorted(r *portfolio.Report, column string) *order {
	o := l.orders[column]
	o.once.Do(func() { l.sort(r, column, o) })
	return o
}

func (l *listing) sort(r *portfolio.Report, column string, o *order) {
	has, compare := comparer(column, r, l.name)
	var missing []int32
	for i := range r.Projects {
		if has(&r.Projects[i]) {
			o.places = append(o.places, int32(i))
		} else {
			missing = append(missing, int32(i))
		}
	}
	byName := func(a, b int32) int {
		return cmp.Or(cmp.Compare(l.name[a], l.name[b]), cmp.Compare(r.Projects[a].ID, r.Projects[b].ID))
	}
	slices.SortFunc(o.places, func(a, b int32) int { return cmp.Or(compare(a, b), byName(a, b)) })
	slices.SortFunc(missing, byName)
	o.defined = len(o.places)
	o.places = append(o.places, missing...)
}

// comparer says, for a column, which projects have a value and how two values compare.
func comparer(column string, r *portfolio.Report, name []string) (has func(*portfolio.ProjectLine) bool, compare func(a, b int32) int) {
	p := r.Projects
	always := func(*portfolio.ProjectLine) bool { return true }
	switch column {
	case views.SortName:
		return always, func(a, b int32) int { return cmp.Compare(name[a], name[b]) }
	case views.SortTheme:
		rank := make(map[int64]int, len(r.Themes))
		for i, t := range r.Themes {
			rank[t.ID] = i
		}
		return func(l *portfolio.ProjectLine) bool { return l.ThemeID != 0 },
			func(a, b int32) int { return cmp.Compare(rank[p[a].ThemeID], rank[p[b].ThemeID]) }
	case views.SortPhase:
		rank := make(map[portfolio.Phase]int, len(portfolio.Phases))
		for i, phase := range portfolio.Phases {
			rank[phase] = i
		}
		return func(l *portfolio.ProjectLine) bool { return l.Phase != "" },
			func(a, b int32) int { return cmp.Compare(rank[p[a].Phase], rank[p[b].Phase]) }
	case views.SortWeight:
		return func(l *portfolio.ProjectLine) bool { return l.Weight > 0 },
			func(a, b int32) int { return cmp.Compare(p[a].Weight, p[b].Weight) }
	case views.SortCost:
		return func(l *portfolio.ProjectLine) bool { return l.Cost != nil },
			func(a, b int32) int { return cmp.Compare(*p[a].Cost, *p[b].Cost) }
	case views.SortCostDev:
		return func(l *portfolio.ProjectLine) bool { return l.CostDeviation.BP != nil },
			func(a, b int32) int { return cmp.Compare(*p[a].CostDeviation.BP, *p[b].CostDeviation.BP) }
	case views.SortEnd:
		return func(l *portfolio.ProjectLine) bool { return !l.End.IsZero() },
			func(a, b int32) int { return p[a].End.Compare(p[b].End) }
	case views.SortSchedule:
		return func(l *portfolio.ProjectLine) bool { return l.Schedule.BP != nil },
			func(a, b int32) int { return cmp.Compare(*p[a].Schedule.BP, *p[b].Schedule.BP) }
	case views.SortSlip:
		return func(l *portfolio.ProjectLine) bool { return !l.FirstEnd.IsZero() && !l.End.IsZero() },
			func(a, b int32) int { return cmp.Compare(p[a].SlipDays, p[b].SlipDays) }
	}
	return always, func(a, b int32) int { return cmp.Compare(p[a].Code, p[b].Code) }
}

// walk calls visit for every project that matches, in the order asked for.
func (l *listing) walk(r *portfolio.Report, q views.ProjectQuery, visit func(*portfolio.ProjectLine)) {
	f := newFilter(q)
	column := q.Sort
	if column == "" {
		column = views.SortColumns[0]
	}
	o := l.sorted(r, column)
	try := func(place int32) {
		if p := &r.Projects[place]; f.matches(p, l.text[place]) {
			visit(p)
		}
	}
	if q.Desc {
		for i := o.defined - 1; i >= 0; i-- {
			try(o.places[i])
		}
	} else {
		for _, place := range o.places[:o.defined] {
			try(place)
		}
	}
	for _, place := range o.places[o.defined:] {
		try(place)
	}
}

// page gives the projects of one page, how many match in all, and which page that is: beyond the
// last one it is the last.
func (l *listing) page(r *portfolio.Report, q views.ProjectQuery) (shown []*portfolio.ProjectLine, total, page int) {
	page = max(q.Page, 1)
	for {
		first := (page - 1) * views.PageSize
		shown, total = make([]*portfolio.ProjectLine, 0, views.PageSize), 0
		l.walk(r, q, func(p *portfolio.ProjectLine) {
			if total >= first && len(shown) < views.PageSize {
				shown = append(shown, p)
			}
			total++
		})
		last := max((total+views.PageSize-1)/views.PageSize, 1)
		if page <= last {
			return shown, total, page
		}
		page = last
	}
}
