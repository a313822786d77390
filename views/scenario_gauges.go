package views

import (
	"html/template"
	"slices"
	"strconv"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// useOf is what a subject uses of a key of credits; nil for nothing.
func useOf(s *portfolio.SubjectLine, key string) any {
	for _, u := range s.Uses {
		if u.Key == key {
			return money.Amount(u.Amount)
		}
	}
	return nil
}

// gaugeState says how full a gauge is: in words, never by colour alone.
func (k keys) gaugeState(g portfolio.Gauge) string {
	switch {
	case g.Limit == nil:
		return k.T("scenarios.gauge.neutral")
	case g.Used > *g.Limit:
		return k.T("scenarios.gauge.over", k.amount(g.Key, g.Used-*g.Limit))
	case g.Share == nil:
		return k.T("scenarios.gauge.within", k.Share(money.BasisPoints(0)), k.amount(g.Key, *g.Limit-g.Used))
	case g.State == portfolio.GaugeFull:
		return k.T("scenarios.gauge.full", k.Share(g.Share), k.amount(g.Key, *g.Limit-g.Used))
	}
	return k.T("scenarios.gauge.within", k.Share(g.Share), k.amount(g.Key, *g.Limit-g.Used))
}

func (k keys) gaugeRows(all []portfolio.Gauge) []chart.Gauge {
	rows := make([]chart.Gauge, len(all))
	for i, g := range all {
		rows[i] = chart.Gauge{Label: k.name(g.Key), Used: g.Used, Limit: g.Limit, State: k.gaugeState(g), Text: k.amount(g.Key, g.Used)}
		if g.Limit != nil {
			rows[i].Text = k.T("scenarios.gauge.of", k.amount(g.Key, g.Used), k.amount(g.Key, *g.Limit))
		}
	}
	return rows
}

// gaugePicture draws the gauges of a kind.
func (k keys) gaugePicture(id, title string, all []portfolio.Gauge) Picture {
	if len(all) == 0 {
		return Picture{}
	}
	g := chart.NewGauges(title, k.gaugeRows(all), k.Printer)
	return picture(id, title, g.Desc, g.Height(chartWidth, chartEm), g.Draw)
}

// gaugeTable is the table of those gauges.
func (k keys) gaugeTable(title string, all []portfolio.Gauge) Table {
	rows := make([][]Cell, len(all))
	for i, g := range all {
		limit := Cell{Text: k.T("scenarios.gauge.neutral")}
		if g.Limit != nil {
			limit.Text = k.amount(g.Key, *g.Limit)
		}
		if g.Overridden {
			limit.Note = k.T("scenarios.limit.own")
		}
		rows[i] = []Cell{{Text: k.name(g.Key)}, {Text: k.amount(g.Key, g.Used), Strong: g.State == portfolio.GaugeOver}, {Text: k.amount(g.Key, g.Running)}, limit, {Text: k.Share(g.Share)}, {Text: k.gaugeState(g), Strong: g.State == portfolio.GaugeOver}}
		if g.Kind == portfolio.GaugeCredit {
			rows[i][1].Note = k.T("scenarios.gauge.both", k.amount(g.Key, g.UsedP50), k.amount(g.Key, g.UsedP80))
		}
	}
	t := newTable(title, []Heading{{k.T("scenarios.gauge.key"), ""}, {k.T("scenarios.gauge.used"), numeric}, {k.T("scenarios.gauge.running"), numeric}, {k.T("scenarios.gauge.limit"), numeric}, {k.T("scenarios.gauge.share"), numeric}, {k.T("scenarios.gauge.state"), ""}}, rows)
	t.None = k.T("scenarios.gauge.none")
	return t
}

// ofKind keeps the gauges of a kind.
func ofKind(all []portfolio.Gauge, kind portfolio.GaugeKind) []portfolio.Gauge {
	return slices.DeleteFunc(slices.Clone(all), func(g portfolio.Gauge) bool { return g.Kind != kind })
}

// Drawn is a picture with the table of what it shows, which is unfolded below it. Where there are many gauges both are folded behind what they come to.
type Drawn struct {
	Picture
	Table   Table
	Summary string // "": not folded
	Over    string // names what is beyond its limit
}

// mostGauges is how many gauges are drawn without being folded: more push away what the page is about.
const mostGauges = 12

// Gauges are the pictures of what is used of every limit.
func (p ScenarioPage) Gauges() []Drawn {
	k := p.keys()
	var out []Drawn
	for _, x := range []struct {
		id, title string
		kind      portfolio.GaugeKind
	}{{"gauges-credits", p.T("scenarios.gauges.credits"), portfolio.GaugeCredit}, {"gauges-skills", p.T("scenarios.gauges.skills"), portfolio.GaugeSkill}} {
		all := ofKind(p.Report.Gauges, x.kind)
		if len(all) == 0 {
			continue
		}
		d := Drawn{Picture: k.gaugePicture(x.id, x.title, all), Table: k.gaugeTable(x.title, all), Over: k.overText(all)}
		if len(all) > mostGauges {
			d.Summary = p.T("scenarios.gauges.fold", x.title, countGauges(all).text(p.Printer))
		}
		out = append(out, d)
	}
	return out
}

// gaugeCount counts gauges by how full they are; those without a limit are in none but free.
type gaugeCount struct{ limited, over, full, free int }

func countGauges(all []portfolio.Gauge) (n gaugeCount) {
	for _, g := range all {
		switch g.State {
		case portfolio.GaugeNeutral:
			n.free++
			continue
		case portfolio.GaugeOver:
			n.over++
		case portfolio.GaugeFull:
			n.full++
		}
		n.limited++
	}
	return n
}

// text says what gauges come to: "1 dépassé, 3 presque pleins".
func (n gaugeCount) text(p Printer) string {
	var parts []string
	if n.over > 0 {
		parts = append(parts, p.N("scenarios.gauges.over", n.over))
	}
	if n.full > 0 {
		parts = append(parts, p.N("scenarios.gauges.full", n.full))
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case n.limited > 0:
		return p.T("scenarios.gauges.fits")
	}
	return p.T("scenarios.gauges.none")
}

// overText names the gauges beyond their limit with how far they are; "" for none.
func (k keys) overText(all []portfolio.Gauge) string {
	var parts []string
	for _, g := range all {
		if g.State == portfolio.GaugeOver && g.Limit != nil {
			parts = append(parts, k.name(g.Key)+" ("+k.gaugeState(g)+")")
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return k.T("scenarios.gauges.over.list", strings.Join(parts, k.T("list.semicolon")))
}

// CreditPicture stacks the costs of each year against its credits.
func (p ScenarioPage) CreditPicture() Picture {
	all := ofKind(p.Report.Gauges, portfolio.GaugeCredit)
	if len(all) == 0 {
		return Picture{}
	}
	title := p.T("scenarios.credits.title")
	b := chart.NewCreditBars(chart.CreditsOf{Title: title, Currency: p.Report.Currency, Parts: []string{p.T("scenarios.part.running"), p.T("scenarios.part.chosen")}, Rows: p.keys().creditRows(all)}, p.Printer)
	return picture("credits-chart", title, b.Desc, b.Height(chartWidth, chartEm), b.Draw)
}

func (k keys) creditRows(all []portfolio.Gauge) []chart.CreditRow {
	rows := make([]chart.CreditRow, len(all))
	for i, g := range all {
		p50, p80 := money.Amount(g.UsedP50), money.Amount(g.UsedP80)
		rows[i] = chart.CreditRow{Label: k.name(g.Key), Parts: []money.Amount{money.Amount(g.Running), money.Amount(g.Used - g.Running)}, P50: &p50, P80: &p80}
		if g.Limit != nil {
			limit := money.Amount(*g.Limit)
			rows[i].Credit = &limit
		}
	}
	return rows
}

// maxEndNotes is how many sentences speak of single ends: all of them stand in the table.
const maxEndNotes = 3

// GuardNotes are the sentences that hold the selection against the vote and the term.
func (p ScenarioPage) GuardNotes() []GuardSentence {
	var out []GuardSentence
	ends := 0
	for _, n := range p.Report.Guard.Notes {
		if n.Key == "guard.ends_late" {
			if ends++; !n.Bad || ends > maxEndNotes {
				continue
			}
		}
		out = append(out, GuardSentence{p.guardText(n), n.Bad})
	}
	return out
}

// GuardSentence is a sentence of the guard; Bad tells that it speaks of what does not hold.
type GuardSentence struct {
	Text string
	Bad  bool
}

// Ends lists what may end after the roadmap.
func (p ScenarioPage) Ends() Table {
	rows := make([][]Cell, len(p.Report.Guard.Ends))
	for i, e := range p.Report.Guard.Ends {
		late := Dash
		if e.DaysLate > 0 {
			late = p.SignedDays(e.DaysLate)
		}
		rows[i] = []Cell{{Text: ProjectTitle(e.Code, e.Name), URL: SubjectPageURL(e.Subject)}, {Text: p.Date(e.Planned)}, {Text: p.Date(e.P80)}, {Text: late}, {Text: p.T("scenarios.in_ten", e.InTen), Strong: e.InTen >= 5}}
	}
	return newTable(p.T("scenarios.ends"), []Heading{{p.T("scenarios.subject"), ""}, {p.T("scenarios.ends.planned"), ""}, {p.T("scenarios.ends.p80"), ""}, {p.T("scenarios.ends.late"), numeric}, {p.T("scenarios.ends.cases"), numeric}}, rows)
}

// Quota says how much of the vote late entries take; "" without a quota.
func (p ScenarioPage) Quota() []GuardSentence {
	q, c := p.Report.Quota, p.Report.Currency
	if !q.Set || p.Report.CostHidden {
		return nil
	}
	if q.Voted == nil || q.Allowed == nil {
		return []GuardSentence{{p.T("scenarios.quota.unknown", q.ShareBP), false}}
	}
	out := []GuardSentence{{p.T("scenarios.quota", p.Share(q.ShareBP), p.Money(q.Voted, c), p.Money(q.Allowed, c)), false}}
	if !q.Late {
		return append(out, GuardSentence{p.T("scenarios.quota.not_yet"), false})
	}
	out = append(out, GuardSentence{p.T("scenarios.quota.taken", p.Money(q.Entered, c), p.Money(q.Selected, c)), false})
	switch {
	case q.Over == nil:
		out = append(out, GuardSentence{p.T("scenarios.quota.within"), false})
	case len(q.Leaving) == 0:
		out = append(out, GuardSentence{p.T("scenarios.quota.over", p.Money(q.Over, c)), true})
	default:
		out = append(out, GuardSentence{p.T("scenarios.quota.exchange", p.Money(q.Over, c), p.heads(q.Leaving)), false})
	}
	return out
}

// ThemeTable is what the selection gives to each theme, against what is asked.
func (p ScenarioPage) ThemeTable() Table {
	rows := make([][]Cell, 0, len(p.Report.Themes))
	for _, t := range p.Report.Themes {
		row := []Cell{{Text: ProjectTitle(t.Code, t.Name)}, {Text: p.Int(int64(t.Projects))}, {Text: p.Int(t.Value)}, {Text: p.Share(t.ValueBP)}}
		if t.MinProjects > 0 {
			row[1].Note = p.T("scenarios.at_least", p.Int(t.MinProjects))
		}
		if t.MinValueBP > 0 {
			row[3].Note = p.T("scenarios.at_least", p.Share(t.MinValueBP))
		}
		if !p.Report.CostHidden {
			cost := Cell{Text: p.MoneyShort(t.Cost, p.Report.Currency)}
			if t.MaxShareBP != nil {
				cost.Note = p.T("scenarios.share_at_most", p.Share(t.MaxShareBP))
			}
			row = append(row, cost)
		}
		rows = append(rows, row)
	}
	columns := []Heading{{p.T("web.theme.theme"), ""}, {p.T("scenarios.selected"), numeric}, {p.T("scenarios.value"), numeric}, {p.T("scenarios.value.share"), numeric}}
	if !p.Report.CostHidden {
		columns = append(columns, Heading{p.T("scenarios.cost"), numeric})
	}
	t := newTable(p.T("scenarios.by_theme"), columns, rows)
	t.None = p.T("web.dashboard.themes.none")
	return t
}

// Events lists what happened to the scenario, newest first.
func (p ScenarioPage) Events() Table {
	rows := make([][]Cell, len(p.Report.Events))
	for i, e := range p.Report.Events {
		rows[i] = []Cell{{Text: strconv.Itoa(e.Number)}, {Text: p.T("scenarios.event." + e.What), Note: e.Detail}, {Text: p.Who(e.Actor)}, {Text: p.onClock(e.At, p.Zone)}}
	}
	return newTable(p.T("scenarios.events"), []Heading{{p.T("scenarios.event.number"), numeric}, {p.T("scenarios.event"), ""}, {p.T("scenarios.event.actor"), ""}, {p.T("scenarios.event.at"), ""}}, rows)
}

// Unfolded is the table itself.
func (d Drawn) Unfolded() template.HTML { return d.Table.Scroll() }
