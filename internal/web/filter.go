package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"jalon/internal/grid"
	"jalon/portfolio"
	"jalon/portfolio/drift"
	"jalon/views"
)

// maxSearch is the longest text that is looked for, in characters.
const maxSearch = 200

// maxPage keeps the number of a page far from overflow.
const maxPage = 1_000_000

// filter is a project query made ready to be asked of many projects.
type filter struct {
	words    []string // folded; each must occur
	anyTheme bool
	theme    int64
	anyPhase bool
	phase    portfolio.Phase
	query    views.ProjectQuery
}

func newFilter(q views.ProjectQuery) filter {
	f := filter{query: q, anyTheme: q.Theme == "", anyPhase: q.Phase == ""}
	f.theme, _ = strconv.ParseInt(q.Theme, 10, 64)
	if q.Phase != views.PhaseUnknown {
		f.phase = portfolio.Phase(q.Phase)
	}
	for _, w := range strings.Fields(q.Text) {
		if folded := grid.Fold(w); folded != "" {
			f.words = append(f.words, folded)
		}
	}
	return f
}

func (f *filter) matches(p *portfolio.ProjectLine, text string) bool {
	q := &f.query
	if (!f.anyTheme && p.ThemeID != f.theme) || (!f.anyPhase && p.Phase != f.phase) ||
		(q.Cost != "" && p.CostDeviation.Colour != q.Cost) || (q.Schedule != "" && p.Schedule.Colour != q.Schedule) ||
		(q.Question && p.Declared.Question == "") || (q.Gap != "" && !lacks(p, q.Gap)) {
		return false
	}
	for _, w := range f.words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// lacks tells whether something is missing in a project, as the counts of data quality have it:
// nobody reports on what is over.
func lacks(p *portfolio.ProjectLine, gap string) bool {
	over := p.Phase == portfolio.PhaseClosed || p.Phase == portfolio.PhaseAbandoned
	switch gap {
	case views.GapCost:
		return p.Cost == nil
	case views.GapDates:
		return p.Schedule.AsOf.IsZero()
	case views.GapStatus:
		return !over && p.Declared.On.IsZero()
	case views.GapStale:
		return !over && p.Declared.Stale
	case views.GapTheme:
		return p.ThemeID == 0
	}
	return false
}

// parseProjectQuery reads what a reader asked of the list. Every value that means nothing is
// reported, so that all can be mended at once; the query keeps what was typed. What speaks of costs means
// nothing to who may not read them.
func parseProjectQuery(v url.Values, p views.Printer, r *portfolio.Report) (views.ProjectQuery, []views.FieldError) {
	get := func(name string) string { return strings.TrimSpace(text(v.Get(name))) }
	q := views.ProjectQuery{Text: get("q"), Theme: get("theme"), Phase: get("phase"), Cost: get("cost"), Schedule: get("schedule"),
		Gap: get("gap"), Question: get("question") == "1", Sort: get("sort"), Desc: get("dir") == "desc"}
	var wrong []views.FieldError
	check := func(ok bool, name, label, value string) {
		if !ok {
			wrong = append(wrong, views.FieldError{Name: name, Text: p.T("web.projects.unknown", p.T(label), value)})
		}
	}
	if utf8.RuneCountInString(q.Text) > maxSearch {
		wrong = append(wrong, views.FieldError{Name: "q", Text: p.T("web.projects.too_long", maxSearch)})
	}
	_, err := strconv.ParseUint(q.Theme, 10, 63)
	check(q.Theme == "" || err == nil, "theme", "web.theme.theme", q.Theme)
	check(q.Phase == "" || q.Phase == views.PhaseUnknown || portfolio.Phase(q.Phase).Valid(), "phase", "web.project.phase", q.Phase)
	check(q.Cost == "" || (isColour(q.Cost) && !r.CostHidden), "cost", "web.drift.cost", q.Cost)
	check(q.Schedule == "" || isColour(q.Schedule), "schedule", "web.drift.schedule", q.Schedule)
	check(q.Gap == "" || slices.Contains(views.GapsOf(r), q.Gap), "gap", "web.quality.gap", q.Gap)
	check(q.Sort == "" || slices.Contains(views.Columns(r), q.Sort), "", "web.projects.sort", q.Sort)
	if raw := get("page"); raw != "" {
		n, err := strconv.Atoi(raw)
		if check(err == nil && n >= 1 && n <= maxPage, "", "web.projects.page", raw); err == nil && n >= 1 && n <= maxPage {
			q.Page = n
		}
	}
	return q, wrong
}

func isColour(s string) bool {
	switch drift.Colour(s) {
	case drift.Green, drift.Amber, drift.Red, drift.Grey:
		return true
	}
	return false
}
