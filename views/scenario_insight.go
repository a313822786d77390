package views

import (
	"slices"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// why says in one sentence why a candidate is not selected.
func (k keys) why(l portfolio.RefusedLine) string {
	switch {
	case l.Force == portfolio.ForceOut:
		return k.T("scenarios.why.forced")
	case len(l.Rules) > 0:
		return k.conflict(l.Rules[0])
	case len(l.Binding) > 0:
		return k.T("scenarios.why.binding", k.list(l.Binding))
	}
	return k.T("scenarios.why.value")
}

// extra writes the smallest further credit that would let a candidate in.
func (k keys) extra(all []portfolio.ExtraCredit) string {
	if len(all) == 0 {
		return Dash
	}
	parts := make([]string, len(all))
	for i, e := range all {
		parts[i] = k.T("scenarios.extra.part", k.amount(e.Key, e.Amount), k.name(e.Key))
	}
	return strings.Join(parts, k.T("list.semicolon"))
}

// refusedTable tells why each candidate is out and what would let it in.
func (k keys) refusedTable(all []portfolio.RefusedLine, value int64) Table {
	rows := make([][]Cell, 0, len(all))
	for _, l := range all {
		swap, extra := k.swap(l, value), Cell{Text: k.extra(l.Extra)}
		if len(l.Extra) > 0 && l.ExtraProven && !l.ExtraChosen {
			extra.Note = k.T("scenarios.extra.better")
		}
		if l.Force == portfolio.ForceOut {
			swap, extra = Cell{Text: Dash}, Cell{Text: Dash}
		}
		rows = append(rows, []Cell{{Text: ProjectTitle(l.Head.Code, l.Head.Name), URL: SubjectPageURL(l.Subject)}, {Text: k.why(l), Note: k.moreRules(l)}, swap, extra})
	}
	t := newTable(k.T("scenarios.refused"), []Heading{{k.T("scenarios.candidate"), ""}, {k.T("scenarios.refused.why"), written}, {k.T("scenarios.refused.swap"), written}, {k.T("scenarios.refused.extra"), written}}, rows)
	t.None = k.T("scenarios.refused.none")
	return t
}

// swap is what would have to leave for a candidate, and what that changes.
func (k keys) swap(l portfolio.RefusedLine, value int64) Cell {
	switch {
	case len(l.Swap) > 0:
		c := Cell{Text: k.heads(l.Swap), Note: k.T("scenarios.swap.value", k.signed(l.SwapValue-value))}
		if len(l.With) > 0 {
			c.Note += k.T("list.semicolon") + k.T("scenarios.swap.with", k.heads(l.With))
		}
		return c
	case l.SwapProven:
		return Cell{Text: k.T("scenarios.swap.none")}
	}
	return Cell{Text: Dash}
}

// moreRules are the further rules that keep a candidate out.
func (k keys) moreRules(l portfolio.RefusedLine) string {
	if len(l.Rules) < 2 || l.Force == portfolio.ForceOut {
		return ""
	}
	parts := make([]string, 0, len(l.Rules)-1)
	for _, r := range l.Rules[1:] {
		parts = append(parts, k.conflict(r))
	}
	return strings.Join(parts, k.T("list.semicolon"))
}

// signed writes a difference of points with its sign.
func (p Printer) signed(n int64) string {
	if n > 0 {
		return "+" + p.Int(n)
	}
	return p.Int(n)
}

// between writes a number of which only bounds are known.
func (p Printer) between(known, low, high int64) string {
	if low >= high {
		return p.Int(known)
	}
	return p.T("scenarios.between", p.Int(low), p.Int(high))
}

// proof says whether a figure is proven.
func (p Printer) proof(proven bool) string {
	if proven {
		return p.T("scenarios.proven")
	}
	return p.T("scenarios.not_proven")
}

// forcedTable is the price of everything that is forced in.
func (p Printer) forcedTable(all []portfolio.ForcedPrice) Table {
	rows := make([][]Cell, len(all))
	for i, f := range all {
		given := Cell{Text: p.between(f.Value, f.ValueLow, f.ValueHigh), Note: p.proof(f.Proven)}
		rows[i] = []Cell{{Text: ProjectTitle(f.Head.Code, f.Head.Name)}, {Text: OrDash(p.forceReason(f.ReasonCode, f.Reason))}, given, {Text: p.heads(f.PushedOut)}}
		if len(f.BroughtIn) > 0 {
			rows[i][3].Note = p.T("scenarios.price.brought", p.heads(f.BroughtIn))
		}
		if f.Subject.Valid() {
			rows[i][0].URL = SubjectPageURL(f.Subject)
		}
	}
	t := newTable(p.T("scenarios.price"), []Heading{{p.T("scenarios.price.project"), ""}, {p.T("scenarios.price.reason"), written}, {p.T("scenarios.price.value"), numeric}, {p.T("scenarios.price.pushed"), written}}, rows)
	t.None = p.T("scenarios.price.none")
	return t
}

// alternativeTable lists selections that are nearly as good.
func (p Printer) alternativeTable(all []portfolio.AlternativeLine) Table {
	rows := make([][]Cell, len(all))
	for i, a := range all {
		rows[i] = cells(p.T("scenarios.alternative.n", i+1), p.Int(a.Value), p.signed(-a.Less), p.heads(a.Enter), p.heads(a.Leave))
	}
	t := newTable(p.T("scenarios.alternatives"), []Heading{{p.T("scenarios.alternative"), ""}, {p.T("scenarios.value"), numeric}, {p.T("scenarios.alternative.less"), numeric}, {p.T("scenarios.enters"), written}, {p.T("scenarios.leaves"), written}}, rows)
	t.None = p.T("scenarios.alternatives.none")
	return t
}

// Refused explains the candidates that are out.
func (p ScenarioPage) Refused() Section {
	s := Section{ID: "refused", Title: p.T("scenarios.refused"), Note: p.T("scenarios.refused.note")}
	if p.Insight == nil {
		s.Text, s.Note = []string{p.T("scenarios.searching")}, ""
		return s
	}
	s.Tables = []Table{p.keys().refusedTable(p.Insight.Refused, p.Report.Result.Value)}
	return s
}

// Prices tells what forcing costs.
func (p ScenarioPage) Prices() Section {
	s := Section{ID: "prices", Title: p.T("scenarios.price"), Text: []string{p.T("scenarios.price.text")}}
	if p.Insight == nil {
		s.Text = append(s.Text, p.T("scenarios.searching"))
		return s
	}
	s.Tables = []Table{p.forcedTable(p.Insight.Forced)}
	return s
}

// Further tells what more credits would buy, and which selections are nearly as good.
func (p ScenarioPage) Further() Section {
	s := Section{ID: "further", Title: p.T("scenarios.further")}
	if p.Insight == nil {
		s.Text = []string{p.T("scenarios.searching")}
		return s
	}
	if n := p.Insight.Next; n != nil && !p.Report.CostHidden {
		s.Text = append(s.Text, p.nextText(n))
	}
	s.Tables = []Table{p.alternativeTable(p.Insight.Alternatives)}
	return s
}

// nextText says what a further sum would buy.
func (p ScenarioPage) nextText(n *portfolio.NextCredit) string {
	amount := p.MoneyShort(n.Amount, p.Report.Currency)
	if len(n.Enter) == 0 && n.ValueHigh <= 0 {
		return p.T("scenarios.next.nothing", amount)
	}
	text := p.T("scenarios.next", amount, p.between(n.Value, n.ValueLow, n.ValueHigh), p.heads(n.Enter), p.proof(n.Proven))
	if len(n.Leave) > 0 {
		text += " " + p.T("scenarios.next.leave", p.heads(n.Leave))
	}
	return text
}

// FrontierPage shows what the best selection is worth for every total of credits.
type FrontierPage struct{ ScenarioPage }

// frontierInput is the picture of a frontier.
func frontierInput(name string, r *portfolio.WorkbenchReport, points []portfolio.FrontierPoint) chart.FrontierOf {
	in := chart.FrontierOf{Name: name, Currency: r.Currency}
	for _, x := range points {
		in.Points = append(in.Points, chart.FrontierPoint{Total: x.Total, Value: x.Value, Bound: x.Bound, Proven: x.Proven})
	}
	var used, limit money.Amount
	any := false
	for _, g := range r.Gauges {
		if g.Kind == portfolio.GaugeCredit && g.Limit != nil {
			any, used, limit = true, used+money.Amount(g.Used), limit+money.Amount(*g.Limit)
		}
	}
	if any {
		in.Credit = &limit
		if r.Result.Found() {
			in.Current = &chart.FrontierPoint{Total: used, Value: r.Result.Value, Bound: r.Result.Bound, Proven: r.Result.Proven()}
		}
	}
	return in
}

// frontierPicture draws a frontier.
func (p Printer) frontierPicture(id string, in chart.FrontierOf) Picture {
	f := chart.NewFrontier(in, p)
	return picture(id, p.T("scenarios.frontier"), f.Desc, f.Height(chartWidth, chartEm), f.Draw)
}

// frontierTable is the table of a frontier: each point with what enters and leaves since the one before.
func (p Printer) frontierTable(points []portfolio.FrontierPoint, c money.Currency) Table {
	rows := make([][]Cell, len(points))
	var before []portfolio.Head
	for i, x := range points {
		enter, leave := differences(before, x.Selected)
		rows[i] = []Cell{{Text: p.Money(x.Total, c)}, {Text: p.Int(x.Value)}, {Text: p.Int(x.Bound)}, {Text: p.proof(x.Proven)}, {Text: p.Int(int64(len(x.Selected)))}, {Text: p.heads(enter)}, {Text: p.heads(leave)}}
		before = x.Selected
	}
	t := newTable(p.T("scenarios.frontier.table"), []Heading{{p.T("scenarios.frontier.total"), numeric}, {p.T("scenarios.value"), numeric}, {p.T("scenarios.bound"), numeric}, {p.T("scenarios.proof"), ""}, {p.T("scenarios.selected"), numeric}, {p.T("scenarios.enters"), written}, {p.T("scenarios.leaves"), written}}, rows)
	t.None = p.T("chart.frontier.empty")
	return t
}

// differences gives who is in b and not in a, and the other way round.
func differences(a, b []portfolio.Head) (enter, leave []portfolio.Head) {
	for _, h := range b {
		if !slices.Contains(a, h) {
			enter = append(enter, h)
		}
	}
	for _, h := range a {
		if !slices.Contains(b, h) {
			leave = append(leave, h)
		}
	}
	return enter, leave
}

// Page puts the page together.
func (p FrontierPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("scenarios.frontier.text")}}
	s := Section{ID: "frontier", Title: p.T("scenarios.frontier"), Note: p.T("scenarios.frontier.note")}
	if p.Insight == nil || (len(p.Insight.Frontier) == 0 && !p.Insight.Done) {
		s.Text = []string{p.T("scenarios.searching")}
		s.Links = []Tool{{Text: p.T("scenarios.look_again"), URL: p.at("frontier")}}
		s.Note = ""
	} else {
		s.Pictures = []Picture{p.frontierPicture("frontier-chart", frontierInput(p.Report.Scenario.Name, p.Report, p.Insight.Frontier))}
		s.Tables = []Table{p.frontierTable(p.Insight.Frontier, p.Report.Currency)}
		if !p.Insight.Done {
			s.Text = []string{p.T("scenarios.searching")}
			s.Links = []Tool{{Text: p.T("scenarios.look_again"), URL: p.at("frontier")}}
		}
	}
	out.Sections = []Section{s, p.Further()}
	return out
}
