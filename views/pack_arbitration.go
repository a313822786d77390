package views

import (
	"slices"
	"strings"

	"jalon/governance"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views/chart"
)

// maxOptions is how many options stand side by side: more cannot be read on a sheet of paper.
const maxOptions = 4

// PackArbitration is the choice that a pack puts before its committee, as its page and its PDF show it: from the snapshot alone.
type PackArbitration struct {
	Printer
	choice   *governance.PackArbitration
	currency money.Currency
	anchors  map[string]string
}

// PackArbitration gives the choice of a snapshot; false where there is none.
func (p Printer) PackArbitration(s *governance.Snapshot) (PackArbitration, bool) {
	if s.Arbitration == nil || len(s.Arbitration.Options) == 0 {
		return PackArbitration{}, false
	}
	return PackArbitration{Printer: p, choice: s.Arbitration, currency: s.Report.Currency}, true
}

func (a PackArbitration) options() []portfolio.ScenarioOption {
	return a.choice.Options[:min(len(a.choice.Options), maxOptions)]
}

// Question is what the committee is asked.
func (a PackArbitration) Question() string { return a.choice.Question }

// Lead says how many options there are, and which is recommended.
func (a PackArbitration) Lead() []string {
	out := []string{a.N("scenarios.pack.options", len(a.choice.Options))}
	if r := a.choice.Recommended(); r != nil {
		out = append(out, a.T("scenarios.pack.recommended", ScenarioTitle(r.Code, r.Name), a.ProofText(r.Result)))
	} else {
		out = append(out, a.T("scenarios.pack.no_recommendation"))
	}
	if more := len(a.choice.Options) - maxOptions; more > 0 {
		out = append(out, a.N("scenarios.pack.more", more))
	}
	return out
}

// main is the option that the pages speak of: the recommended one, else the first.
func (a PackArbitration) main() *portfolio.ScenarioOption { return &a.choice.Options[0] }

// MainTitle names that option.
func (a PackArbitration) MainTitle() string {
	o := a.main()
	key := "scenarios.pack.option"
	if o.Recommended {
		key = "scenarios.pack.selection"
	}
	return a.T(key, ScenarioTitle(o.Code, o.Name))
}

// Consequences sets the options side by side.
func (a PackArbitration) Consequences() Table {
	columns := []Heading{{a.T("scenarios.compare.figure"), ""}}
	for _, o := range a.options() {
		title := ScenarioTitle(o.Code, o.Name)
		if o.Recommended {
			title += " (" + a.T("scenarios.recommended") + ")"
		}
		columns = append(columns, Heading{title, numeric})
	}
	row := func(key string, of func(o *portfolio.ScenarioOption) Cell) []Cell {
		cells := []Cell{{Text: a.T(key)}}
		for i := range a.options() {
			cells = append(cells, of(&a.choice.Options[i]))
		}
		return cells
	}
	count := func(n int) Cell { return Cell{Text: a.Int(int64(n)), Strong: n > 0} }
	rows := [][]Cell{
		row("scenarios.value", func(o *portfolio.ScenarioOption) Cell { return Cell{Text: a.Int(o.Result.Value), Strong: true} }),
		row("scenarios.proof", func(o *portfolio.ScenarioOption) Cell {
			if o.Result.Proven() {
				return Cell{Text: a.T("scenarios.proof.short.proven")}
			}
			return Cell{Text: a.T("scenarios.proof.short.open", a.gapText(o.Result.GapBP))}
		}),
		row("scenarios.pack.enter", func(o *portfolio.ScenarioOption) Cell { return Cell{Text: a.Int(int64(len(o.Enter)))} }),
		row("scenarios.pack.stay", func(o *portfolio.ScenarioOption) Cell { return Cell{Text: a.Int(int64(len(o.Stay)))} }),
		row("scenarios.pack.stop", func(o *portfolio.ScenarioOption) Cell { return count(len(o.Stop)) }),
		row("scenarios.pack.out", func(o *portfolio.ScenarioOption) Cell { return Cell{Text: a.Int(int64(len(o.Out)))} }),
		row("scenarios.cost", func(o *portfolio.ScenarioOption) Cell {
			return Cell{Text: a.MoneyShort(o.Cost, a.currency) + " (" + a.T("scenarios.percentile.short", o.Percentile) + ")"}
		}),
		row("scenarios.cost.p80", func(o *portfolio.ScenarioOption) Cell { return Cell{Text: a.MoneyShort(o.CostP80, a.currency)} }),
		row("scenarios.drift", a.drift),
		row("scenarios.ends.count", func(o *portfolio.ScenarioOption) Cell { return count(late(o.Ends)) }),
		row("scenarios.pack.skills", func(o *portfolio.ScenarioOption) Cell {
			n := 0
			for _, g := range o.Skills {
				if g.State == portfolio.GaugeOver {
					n++
				}
			}
			return count(n)
		}),
	}
	return newTable(a.T("scenarios.pack.consequences"), columns, rows)
}

// late counts the ends that come after the term at least one time in two.
func late(all []portfolio.GuardEnd) int {
	n := 0
	for _, e := range all {
		if e.InTen >= 5 {
			n++
		}
	}
	return n
}

// drift is by how much an option goes beyond the votes at P80.
func (a PackArbitration) drift(o *portfolio.ScenarioOption) Cell {
	if !o.Credits {
		return Cell{Text: a.T("scenarios.gauge.neutral")}
	}
	over, beyond, unvoted := portfolio.DriftOf(o.Years)
	text, notes := a.driftText(over, beyond, unvoted, a.currency)
	if len(notes) > 0 {
		text += " (" + strings.Join(notes, a.T("list.semicolon")) + ")"
	}
	return Cell{Text: text, Strong: beyond > 0}
}

// Themes are the value and the cost that each option gives to each theme.
func (a PackArbitration) Themes() Table {
	columns := []Heading{{a.T("web.theme.theme"), ""}}
	for _, o := range a.options() { // each at its own percentile
		columns = append(columns, Heading{ScenarioTitle(o.Code, o.Name) + " (" + a.T("scenarios.percentile.short", o.Percentile) + ")", numeric})
	}
	var rows [][]Cell
	for _, t := range a.main().Themes {
		row := []Cell{{Text: ProjectTitle(t.Code, t.Name)}}
		for _, o := range a.options() {
			at := slices.IndexFunc(o.Themes, func(x portfolio.ThemeRule) bool { return x.Code == t.Code })
			if at < 0 {
				row = append(row, Cell{Text: Dash})
				continue
			}
			row = append(row, Cell{Text: a.T("scenarios.points.n", a.Int(o.Themes[at].Value)) + " · " + a.MoneyShort(o.Themes[at].Cost, a.currency)})
		}
		rows = append(rows, row)
	}
	return newTable(a.T("scenarios.pack.by_theme"), columns, rows)
}

// lines are the subjects of the option that is spoken of.
func (a PackArbitration) lines(caption string, all []portfolio.OptionLine, last string, of func(portfolio.OptionLine) string) Table {
	rows := make([][]Cell, len(all))
	for i, l := range all {
		rows[i] = []Cell{{Text: ProjectTitle(l.Code, l.Name), URL: l.Code}, {Text: OrDash(l.Theme.Name)}, {Text: a.Int(l.Points)}, {Text: a.MoneyShort(l.Cost, a.currency)}, {Text: of(l)}}
	}
	return newTable(a.T(caption), []Heading{{a.T("scenarios.subject"), ""}, {a.T("web.theme.theme"), ""}, {a.T("scenarios.points"), numeric}, {a.T("scenarios.cost"), numeric}, {a.T(last), written}}, rows)
}

// Entering lists the candidates that are selected.
func (a PackArbitration) Entering() Table {
	return a.lines("scenarios.pack.entering", a.main().Enter, "scenarios.choice", func(l portfolio.OptionLine) string {
		var parts []string
		if l.Force == portfolio.ForceIn {
			parts = append(parts, a.T("scenarios.force.in")+a.T("list.colon")+OrDash(a.forceReason(l.ReasonCode, l.Words)))
		}
		if l.Shift > 0 {
			parts = append(parts, a.N("scenarios.outcome.shift", int(l.Shift)))
		}
		return OrDash(strings.Join(parts, a.T("list.semicolon")))
	})
}

// Stopping lists the running projects that leave.
func (a PackArbitration) Stopping() Table {
	return a.lines("scenarios.pack.stopping", a.main().Stop, "scenarios.reason", func(l portfolio.OptionLine) string { return OrDash(a.forceReason(l.ReasonCode, l.Words)) })
}

// Leaving lists the candidates that are not selected, with the reason.
func (a PackArbitration) Leaving() Table {
	return a.lines("scenarios.pack.leaving", a.main().Out, "scenarios.refused.why", func(l portfolio.OptionLine) string { return a.optionWhy(a.main(), l) })
}

// Price is what forcing costs.
func (a PackArbitration) Price() Table {
	all, _ := costly(a.main().Forced)
	rows := make([][]Cell, len(all))
	for i, f := range all {
		rows[i] = []Cell{{Text: ProjectTitle(f.Head.Code, f.Head.Name), URL: f.Head.Code}, {Text: OrDash(a.forceReason(f.ReasonCode, f.Reason))}, {Text: a.between(f.Value, f.ValueLow, f.ValueHigh) + " (" + a.proof(f.Proven) + ")"}, {Text: a.heads(f.PushedOut)}}
		if len(f.BroughtIn) > 0 { // without them the value given up would be more
			rows[i][3].Text += a.T("list.semicolon") + a.T("scenarios.price.brought", a.heads(f.BroughtIn))
		}
	}
	return newTable(a.T("scenarios.price"), []Heading{{a.T("scenarios.price.project"), ""}, {a.T("scenarios.price.reason"), written}, {a.T("scenarios.price.value"), numeric}, {a.T("scenarios.price.pushed"), written}}, rows)
}

// PriceNote explains it, and says when nothing is forced or nobody knows what that costs.
func (a PackArbitration) PriceNote() string {
	o := a.main()
	forced := func(l portfolio.OptionLine) bool { return l.Force == portfolio.ForceIn }
	switch {
	case len(o.Forced) > 0:
		texts := a.priceTexts(o.Forced)
		if o.Better > 0 {
			texts = append(texts, a.T("scenarios.better", a.Int(o.Better)))
		}
		return strings.Join(texts, " ")
	case o.Forced == nil, slices.ContainsFunc(o.Enter, forced), slices.ContainsFunc(o.Stay, forced):
		return a.T("scenarios.pack.price.unknown")
	}
	return a.T("scenarios.price.none")
}

// Next says what the next credits would buy, or that it is not known.
func (a PackArbitration) Next() string {
	if n := a.main().Next; n != nil {
		return a.nextText(n, a.currency)
	}
	return a.T("scenarios.pack.next.unknown")
}

// Credits stacks what the option needs of every year against its credits.
func (a PackArbitration) Credits() chart.CreditBars {
	o := a.main()
	in := chart.CreditsOf{Title: a.T("scenarios.credits.title"), Currency: a.currency, Parts: []string{a.T("scenarios.pack.planned", o.Percentile)}}
	k := keyNames(a.Printer, a.currency, nil)
	for _, y := range o.Years {
		p50, p80 := y.P50, y.P80
		cost := p50
		if o.Percentile == portfolio.P80 {
			cost = p80
		}
		in.Rows = append(in.Rows, chart.CreditRow{Label: k.name(portfolio.CreditKey{Year: y.Year, Section: y.Section}.String()), Parts: []money.Amount{cost}, Credit: y.Limit, P50: &p50, P80: &p80})
	}
	return chart.NewCreditBars(in, a.Printer)
}

// HasFrontier tells whether there is a frontier to draw.
func (a PackArbitration) HasFrontier() bool { return len(a.main().Frontier) > 0 }

// FrontierNote says that there is none to draw because it is not known; "" where there is one, or nothing to draw it along.
func (a PackArbitration) FrontierNote() string {
	if a.main().Frontier != nil {
		return ""
	}
	return a.T("scenarios.pack.frontier.unknown")
}

// Frontier draws the frontier with the option on it.
func (a PackArbitration) Frontier() chart.Frontier {
	o := a.main()
	in := chart.FrontierOf{Name: o.Name, Currency: a.currency, Current: &chart.FrontierPoint{Value: o.Result.Value, Bound: o.Result.Bound, Proven: o.Result.Proven()}}
	for _, x := range o.Frontier {
		in.Points = append(in.Points, chart.FrontierPoint{Total: x.Total, Value: x.Value, Bound: x.Bound, Proven: x.Proven})
	}
	var limit money.Amount
	for _, y := range o.Years { // the frontier is one of the limits that the scenario was weighed with
		holds := y.Holding()
		if holds == nil {
			continue
		}
		used := y.P50
		if o.Percentile == portfolio.P80 {
			used = y.P80
		}
		in.Current.Total, limit = in.Current.Total+used, limit+*holds
	}
	in.Credit = &limit
	return chart.NewFrontier(in, a.Printer)
}

// FrontierTable is the table of that picture.
func (a PackArbitration) FrontierTable() Table {
	rows := make([][]Cell, len(a.main().Frontier))
	for i, x := range a.main().Frontier {
		rows[i] = cells(a.Money(x.Total, a.currency), a.Int(x.Value), a.Int(x.Bound), a.proof(x.Proven), a.Int(int64(len(x.Selected))))
	}
	return newTable(a.T("scenarios.frontier.table"), []Heading{{a.T("scenarios.frontier.total"), ""}, {a.T("scenarios.value"), numeric}, {a.T("scenarios.bound"), numeric}, {a.T("scenarios.proof"), ""}, {a.T("scenarios.selected"), numeric}}, rows)
}

// Fingerprints name the frozen content of every option.
func (a PackArbitration) Fingerprints() string {
	parts := make([]string, len(a.choice.Options))
	for i, o := range a.choice.Options {
		parts[i] = a.T("scenarios.pack.print", o.Code, o.FrozenOn, o.SHA256)
	}
	return strings.Join(parts, a.T("list.semicolon"))
}

// Sections put the choice on the page of a pack.
func (a PackArbitration) Sections() []Section {
	linked := func(t Table) Table { return PackBudgetPart{anchors: a.anchors}.linked(t) }
	c, out := a.Credits(), []Section{{ID: "arbitration-options", Title: a.T("scenarios.pack.consequences"), Text: a.Lead(), Tables: slices.DeleteFunc([]Table{a.Consequences(), a.shown(a.Themes())}, Table.Empty)}}
	main := Section{ID: "arbitration-selection", Title: a.MainTitle(), Tables: []Table{linked(a.shown(a.Entering())), linked(a.shown(a.Stopping())), linked(a.shown(a.Leaving()))}}
	main.Text = a.Votes()
	main.Tables = slices.DeleteFunc(main.Tables, Table.Empty)
	main.Pictures = []Picture{picture("arbitration-credits", c.Title, c.Desc, c.Height(chartWidth, chartEm), c.Draw)}
	price := Section{ID: "arbitration-price", Title: a.T("scenarios.price"), Text: []string{a.PriceNote()}, Tables: slices.DeleteFunc([]Table{linked(a.Price())}, Table.Empty)}
	price.Text = append(price.Text, a.Next())
	if note := a.FrontierNote(); note != "" {
		price.Text = append(price.Text, note)
	}
	out = append(out, main, price)
	if a.HasFrontier() {
		f := a.Frontier()
		out = append(out, Section{ID: "arbitration-frontier", Title: a.T("scenarios.frontier"), Pictures: []Picture{picture("arbitration-frontier-chart", f.Title, f.Desc, f.Height(chartWidth, chartEm), f.Draw)}, Tables: []Table{a.FrontierTable()}, Note: a.T("scenarios.frontier.note")})
	}
	out[len(out)-1].Note = strings.TrimSpace(out[len(out)-1].Note + " " + a.Fingerprints())
	return out
}

// shown is a table whose caption is seen.
func (a PackArbitration) shown(t Table) Table {
	t.Shown = true
	return t
}
