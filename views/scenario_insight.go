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
	case l.Fits && !l.Scored:
		return k.T("scenarios.why.unscored")
	case l.Fits && l.Points == 0:
		return k.T("scenarios.why.worthless")
	case l.Fits:
		return k.T("scenarios.why.room")
	}
	return k.T("scenarios.why.value")
}

// extra writes the smallest further credit that would let a candidate in. For who may not read costs none is named, and nothing is said of that.
func (k keys) extra(l portfolio.RefusedLine, hidden bool) Cell {
	switch {
	case l.Extra == nil && hidden:
		return Cell{Text: Dash}
	case l.Extra == nil:
		return Cell{Text: k.T("scenarios.extra.vain")}
	case len(l.Extra) == 0:
		return Cell{Text: k.T("scenarios.extra.none")}
	}
	parts := make([]string, len(l.Extra))
	for i, e := range l.Extra {
		parts[i] = k.T("scenarios.extra.part", k.amount(e.Key, e.Amount), k.name(e.Key))
	}
	c := Cell{Text: strings.Join(parts, k.T("list.semicolon"))}
	if l.ExtraProven && !l.ExtraChosen {
		c.Note = k.T("scenarios.extra.better")
	}
	return c
}

// refusedTable tells why each candidate is out of a selection of some value, and what would let it in.
func (k keys) refusedTable(i *portfolio.ScenarioInsight) Table {
	all := i.Refused
	rows := make([][]Cell, 0, len(all))
	for _, l := range all {
		swap, extra := k.swap(l, i.Result.Value), k.extra(l, i.CostHidden)
		if l.Force == portfolio.ForceOut {
			swap, extra = Cell{Text: Dash}, Cell{Text: Dash}
		}
		rows = append(rows, []Cell{{Text: ProjectTitle(l.Head.Code, l.Head.Name), URL: SubjectPageURL(l.Subject)}, {Text: k.why(l), Note: k.moreRules(l)}, swap, extra})
	}
	t := newTable(k.T("scenarios.refused"), []Heading{{k.T("scenarios.candidate"), ""}, {k.T("scenarios.refused.why"), written}, {k.T("scenarios.refused.swap"), written}, {k.T("scenarios.refused.extra"), written}}, rows)
	t.None, t.Class = k.T("scenarios.refused.none"), "words"
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
	case l.Fits, l.Swap != nil:
		c := Cell{Text: k.T("scenarios.swap.fits")}
		if len(l.With) > 0 {
			c.Note = k.T("scenarios.swap.with", k.heads(l.With))
		}
		return c
	case l.SwapProven:
		return Cell{Text: k.T("scenarios.swap.none")}
	}
	return Cell{Text: k.T("scenarios.swap.unknown")}
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

// costly parts what forcing gives value up for, or may, from what is proven to cost nothing: that is only counted, as running projects are many.
func costly(all []portfolio.ForcedPrice) (priced []portfolio.ForcedPrice, free int) {
	for _, f := range all {
		if f.Proven && f.Value == 0 {
			free++
		} else {
			priced = append(priced, f)
		}
	}
	return priced, free
}

// priceTexts say what a price is, and how many cost nothing.
func (p Printer) priceTexts(all []portfolio.ForcedPrice) []string {
	out := []string{p.T("scenarios.price.text")}
	if _, free := costly(all); free > 0 {
		out = append(out, p.N("scenarios.price.free", free))
	}
	return out
}

// forcedTable is the price of everything whose forcing costs something.
func (p Printer) forcedTable(all []portfolio.ForcedPrice) Table {
	all, _ = costly(all)
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
	t.None, t.Class = p.T("scenarios.price.none"), "words"
	return t
}

// alternativeTable lists selections that are nearly as good.
func (p Printer) alternativeTable(all []portfolio.AlternativeLine) Table {
	rows := make([][]Cell, len(all))
	for i, a := range all {
		rows[i] = cells(p.T("scenarios.alternative.n", i+1), p.Int(a.Value), p.signed(-a.Less), p.heads(a.Enter), p.heads(a.Leave))
	}
	t := newTable(p.T("scenarios.alternatives"), []Heading{{p.T("scenarios.alternative"), ""}, {p.T("scenarios.value"), numeric}, {p.T("scenarios.alternative.less"), numeric}, {p.T("scenarios.enters"), written}, {p.T("scenarios.leaves"), written}}, rows)
	t.None, t.Class = p.T("scenarios.alternatives.none"), "words"
	return t
}

// unknown says of a part that is not known whether it will be.
func (p ScenarioPage) unknown() string {
	switch {
	case p.Insight == nil || !p.Insight.Done:
		return p.T("scenarios.searching")
	case p.Report.Result.Found():
		return p.T("scenarios.unknown")
	}
	return p.T("scenarios.unexplained")
}

// better says that what is told is about a better selection than the one that was frozen; "" where it is not.
func (p ScenarioPage) better() string {
	if p.Insight == nil || p.Report.Scenario.State == portfolio.ScenarioDraft || p.Insight.Result.Value <= p.Report.Result.Value {
		return ""
	}
	return p.T("scenarios.better", p.Int(p.Insight.Result.Value))
}

// Refused explains the candidates that are out.
func (p ScenarioPage) Refused() Section {
	s := Section{ID: "refused", Title: p.T("scenarios.refused")}
	if p.Insight == nil || p.Insight.Refused == nil {
		s.Text = []string{p.unknown()}
		return s
	}
	if text := p.better(); text != "" {
		s.Text = []string{text}
	}
	s.Tables, s.Note = []Table{p.keys().refusedTable(p.Insight)}, p.T("scenarios.refused.note")
	return s
}

// Prices tells what forcing costs.
func (p ScenarioPage) Prices() Section {
	s := Section{ID: "prices", Title: p.T("scenarios.price")}
	if p.Insight == nil || p.Insight.Forced == nil {
		s.Text = append(p.priceTexts(nil), p.unknown())
		return s
	}
	s.Text = p.priceTexts(p.Insight.Forced)
	if t := p.forcedTable(p.Insight.Forced); !t.Empty() || len(p.Insight.Forced) == 0 {
		s.Tables = []Table{t}
	}
	return s
}

// Further tells what more credits would buy, and which selections are nearly as good.
func (p ScenarioPage) Further() Section {
	s := Section{ID: "further", Title: p.T("scenarios.further")}
	if p.Insight == nil || p.Insight.Alternatives == nil {
		s.Text = []string{p.unknown()}
		return s
	}
	if n := p.Insight.Next; n != nil && !p.Report.CostHidden {
		s.Text = append(s.Text, p.nextText(n, p.Report.Currency))
	}
	t := p.alternativeTable(p.Insight.Alternatives)
	switch { // that there is none is known only once all was looked through
	case p.Insight.Explained:
	case p.Insight.Done:
		t.None = p.T("scenarios.alternatives.unproven")
	default:
		t.None = p.T("scenarios.searching")
	}
	s.Tables = []Table{t}
	return s
}

// nextText says what a further sum would buy.
func (p Printer) nextText(n *portfolio.NextCredit, c money.Currency) string {
	amount := p.MoneyShort(n.Amount, c)
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

// frontierTable is the table of a frontier: each point with what enters and leaves since the one before. What every point selects is said once, above.
func (p Printer) frontierTable(points []portfolio.FrontierPoint, c money.Currency) Table {
	rows := make([][]Cell, len(points))
	before := inAll(points)
	for i, x := range points {
		enter, leave := differences(before, x.Selected)
		rows[i] = []Cell{{Text: p.MoneyShort(x.Total, c)}, {Text: p.Int(x.Value), Note: p.boundNote(x)}, {Text: p.Int(int64(len(x.Selected)))}, {Text: p.heads(enter)}, {Text: p.heads(leave)}}
		before = x.Selected
	}
	t := newTable(p.T("scenarios.frontier.table"), []Heading{{p.T("scenarios.frontier.total"), numeric}, {p.T("scenarios.value"), numeric}, {p.T("scenarios.selected"), numeric}, {p.T("scenarios.enters"), written}, {p.T("scenarios.leaves"), written}}, rows)
	t.None, t.Class = p.T("chart.frontier.empty"), "words"
	return t
}

// boundNote says that a point is proven, or what no selection of its total is worth more than.
func (p Printer) boundNote(x portfolio.FrontierPoint) string {
	if x.Proven {
		return p.T("scenarios.proven")
	}
	return p.T("scenarios.frontier.bound", p.Int(x.Bound))
}

// inAll gives what every point of a frontier selects.
func inAll(points []portfolio.FrontierPoint) []portfolio.Head {
	if len(points) < 2 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(points[0].Selected), func(h portfolio.Head) bool {
		return slices.ContainsFunc(points[1:], func(x portfolio.FrontierPoint) bool { return !slices.Contains(x.Selected, h) })
	})
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
	s := Section{ID: "frontier", Note: p.T("scenarios.frontier.note")}
	if text := p.better(); text != "" {
		out.Lead = append(out.Lead, text)
	}
	if p.Insight == nil || p.Insight.Frontier == nil {
		s.Text = []string{p.unknown()}
		s.Links = []Tool{{Text: p.T("scenarios.look_again"), URL: p.at("frontier")}}
		s.Note = ""
	} else {
		s.Pictures = []Picture{p.frontierPicture("frontier-chart", frontierInput(p.Report.Scenario.Name, p.Report, p.Insight.Frontier))}
		s.Tables = []Table{p.frontierTable(p.Insight.Frontier, p.Report.Currency)}
		if n := len(inAll(p.Insight.Frontier)); n > 0 {
			s.Text = append(s.Text, p.N("scenarios.frontier.common", n))
		}
		if !p.Insight.Done {
			s.Text = append(s.Text, p.T("scenarios.searching"))
			s.Links = []Tool{{Text: p.T("scenarios.look_again"), URL: p.at("frontier")}}
		}
	}
	out.Sections = []Section{s, p.Further()}
	return out
}
