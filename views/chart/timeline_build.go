package chart

import (
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Limits of a timeline's scale around the day of the report: a date far beyond, as typing errors
// make them, is clipped with an arrow instead of squeezing everything else.
const (
	yearsBefore = 8
	yearsAfter  = 12
)

// TimelineOptions say what a timeline shows beyond its bars.
type TimelineOptions struct {
	Milestones bool                                        // diamonds, where the lines have sheets
	Href       func(p *portfolio.ProjectLine) string       // nil: no links
	Select     func(p *portfolio.ProjectLine) (shown bool) // nil: all
}

// NewTimeline shows the projects of a report by theme, in the report's order.
func NewTimeline(r *portfolio.Report, x Texts, o TimelineOptions) Timeline {
	t := Timeline{
		Title: x.T("chart.timeline.title", r.Roadmap.Name, r.AsOf),
		Today: r.AsOf, TodayLabel: x.T("chart.today", r.AsOf),
		Deadline: r.Roadmap.End, EndLabel: x.T("chart.deadline", r.Roadmap.End),
		Empty: x.T("chart.timeline.empty"), texts: x,
		Legend: TimelineLegend{First: x.T("chart.legend.first"), Current: x.T("chart.legend.current"), Colours: weatherLegend(x)},
	}
	t.Groups = timelineGroups(r, x, o)
	t.From, t.To = timelineRange(r, t.Groups)
	if hasMilestones(t.Groups) {
		t.Legend.Milestone = x.T("chart.legend.milestone")
	}
	t.Desc = x.N("chart.timeline.desc", t.Rows(), t.From, t.To)
	return t
}

// weatherLegend explains the four colours.
func weatherLegend(x Texts) []LegendItem {
	var items []LegendItem
	for _, i := range []Ink{Green, Amber, Red, Grey} {
		items = append(items, LegendItem{Colour: i, Letter: Letter(x, string(i)), Label: ColourName(x, string(i))})
	}
	return items
}

func hasMilestones(groups []TimelineGroup) bool {
	for _, g := range groups {
		for _, r := range g.Rows {
			if len(r.Milestones) > 0 {
				return true
			}
		}
	}
	return false
}

func timelineGroups(r *portfolio.Report, x Texts, o TimelineOptions) []TimelineGroup {
	index := make(map[int64]int, len(r.Themes))
	groups := make([]TimelineGroup, 0, len(r.Themes)+1)
	for _, theme := range r.Themes {
		name := theme.Name
		if theme.ID == 0 && name == "" {
			name = x.T("chart.no_theme")
		}
		index[theme.ID] = len(groups)
		groups = append(groups, TimelineGroup{Label: name})
	}
	for i := range r.Projects {
		p := &r.Projects[i]
		if o.Select != nil && !o.Select(p) {
			continue
		}
		at, ok := index[p.ThemeID]
		if !ok { // a theme that the report does not list still shows its projects
			at = len(groups)
			index[p.ThemeID] = at
			name := p.Theme
			if name == "" {
				name = x.T("chart.no_theme")
			}
			groups = append(groups, TimelineGroup{Label: name})
		}
		groups[at].Rows = append(groups[at].Rows, timelineRowOf(p, x, o))
	}
	shown := groups[:0]
	for _, g := range groups {
		if len(g.Rows) > 0 {
			shown = append(shown, g)
		}
	}
	return shown
}

func timelineRowOf(p *portfolio.ProjectLine, x Texts, o TimelineOptions) TimelineRow {
	row := TimelineRow{
		Label:   p.Name,
		First:   Span{p.FirstStart, p.FirstEnd},
		Current: Span{p.Start, p.End},
		Colour:  Weather(p.Schedule.Colour),
		Letter:  Letter(x, p.Schedule.Colour),
		Note:    x.T("chart.no_dates"),
	}
	if o.Href != nil {
		row.Href = o.Href(p)
	}
	if !row.Current.Empty() && !row.First.Empty() {
		row.Slip = x.SignedDays(p.SlipDays)
		row.Tip = x.T("chart.timeline.tip", p.Name, p.FirstStart, p.FirstEnd, p.Start, p.End, row.Slip, ColourName(x, p.Schedule.Colour))
	} else {
		row.Tip = x.T("chart.timeline.tip_undated", p.Name)
	}
	if o.Milestones && p.Sheet != nil {
		for _, m := range p.Sheet.Milestones {
			on := m.DueOn
			if !m.ReachedOn.IsZero() {
				on = m.ReachedOn
			}
			row.Milestones = append(row.Milestones, TimelineMilestone{On: on, Reached: !m.ReachedOn.IsZero()})
		}
	}
	return row
}

// timelineRange covers the roadmap and every bar, within the limits around today.
func timelineRange(r *portfolio.Report, groups []TimelineGroup) (civil.Date, civil.Date) {
	from, to := r.AsOf, r.AsOf
	if from.IsZero() {
		from, to = civil.D(2000, 1, 1), civil.D(2000, 12, 31)
	}
	early, late := from.AddMonths(-12*yearsBefore), to.AddMonths(12*yearsAfter)
	take := func(d civil.Date) {
		if d.IsZero() {
			return
		}
		if !early.IsZero() && d.Before(early) {
			d = early
		}
		if !late.IsZero() && d.After(late) {
			d = late
		}
		if d.Before(from) {
			from = d
		}
		if d.After(to) {
			to = d
		}
	}
	take(r.Roadmap.Start)
	take(r.Roadmap.End)
	for _, g := range groups {
		for _, row := range g.Rows {
			for _, s := range []Span{row.First, row.Current} {
				if !s.Empty() {
					take(s.From)
					take(s.To)
				}
			}
		}
	}
	return timeRange(from, to)
}
