package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// ForecastIntro says what the books show before somebody says what is still to come.
func (p Printer) ForecastIntro(f finance.ForecastForm) []string {
	c, s := f.Currency, f.Standing
	out := []string{p.T("forecasting.text"), p.T("forecasting.books", p.Exact(s.Mandated, c), p.Exact(f.Budget, c), p.Exact(s.DENM, c)), p.Basis(f.AmountBasis, c)}
	if f.Last == nil {
		return append(out, p.T("forecasting.first"))
	}
	out = append(out, p.T("forecasting.last", p.Date(f.Last.AsOf), f.Last.Number))
	if f.Last.Comment != "" {
		out = append(out, p.T("forecasting.last.comment", f.Last.Comment))
	}
	return out
}

// ForecastFields are the fields of a forecast with so many lines: those that remain of the last one, and empty ones. A line without an
// amount is none.
func (p Printer) ForecastFields(f finance.ForecastForm, today civil.Date, lines int) []Field {
	progress := func(of func(*finance.Forecast) *money.BasisPoints) string {
		if f.Last == nil || of(f.Last) == nil {
			return ""
		}
		return p.PercentValue(*of(f.Last))
	}
	fields := []Field{{Name: "rows", Type: "hidden", Value: strconv.Itoa(lines)}, {Name: "as_of", Type: "date", Label: p.T("forecasting.as_of"), Value: DateValue(today), Required: true},
		{Name: "physical", Label: p.T("forecasting.physical"), Help: p.T("forecasting.physical.help"), Value: progress(func(x *finance.Forecast) *money.BasisPoints { return x.Physical }), Unit: "%", InputMode: "decimal"},
		{Name: "planned", Label: p.T("forecasting.planned"), Help: p.T("forecasting.planned.help"), Value: progress(func(x *finance.Forecast) *money.BasisPoints { return x.Planned }), Unit: "%", InputMode: "decimal"},
		{Name: "comment", Type: "textarea", Label: p.T("forecasting.comment"), Help: p.T("forecasting.comment.help", p.Exact(f.Standing.DENM, f.Currency)), MaxSize: 2000}}
	kinds := make([]Choice, len(finance.ForecastKinds))
	for i, k := range finance.ForecastKinds {
		kinds[i] = Choice{Value: string(k), Text: p.T("forecasting.kind." + string(k))}
	}
	years := p.yearChoices(finance.Calendar{Years: f.Years}, 0, true)
	for n := range lines {
		l := finance.ForecastLine{Kind: finance.ForecastToGo, Section: finance.Sections[0], Category: finance.Categories[0]}
		row, amount, probability := "_"+strconv.Itoa(n+1), "", ""
		if n < len(f.Lines) {
			l = f.Lines[n]
			amount = p.AmountValue(&l.Amount, f.Currency)
			if l.Kind == finance.ForecastProbable {
				probability = p.PercentValue(l.Probability)
			}
		}
		fields = append(fields, Field{Name: "line" + row, Type: "heading", Label: p.T("movement.line", n+1)}, Field{Name: "kind" + row, Type: "select", Label: p.T("forecasting.kind"), Value: string(l.Kind), Options: kinds},
			Field{Name: "year" + row, Type: "select", Label: p.T("control.year"), Value: IntValue(l.YearID), Options: years}, Field{Name: "section" + row, Type: "select", Label: p.T("control.dimension.section"), Value: l.Section, Options: p.sectionChoices("", false)},
			Field{Name: "category" + row, Type: "select", Label: p.T("budget.category"), Value: string(l.Category), Options: p.categoryChoices("")}, Field{Name: "amount" + row, Label: p.T("movement.amount"), Value: amount, Unit: string(f.Currency), InputMode: "decimal"},
			Field{Name: "probability" + row, Label: p.T("forecasting.probability"), Help: p.T("forecasting.probability.help"), Value: probability, Unit: "%", InputMode: "decimal"})
	}
	return fields
}

// MovesPage lists why the cost of a project moved.
type MovesPage struct {
	Base
	Project  finance.ProjectName
	Place    identity.Scope
	Basis    string
	Currency money.Currency
	Moves    []finance.Move
}

// Page puts the page together.
func (p MovesPage) Page() SectionsPage {
	may := p.May(identity.PermForecast, p.Place)
	rows := make([][]Cell, len(p.Moves))
	for i, m := range p.Moves {
		row := []Cell{{Text: p.Date(m.On)}, {Text: p.T("forecast.cause." + string(m.Cause))}, {Text: p.signedExact(m.Amount, p.Currency)}, {Text: OrDash(m.Decision)}, {Text: m.Reason}, {Text: Dash}}
		switch {
		case m.Reverses != 0:
			row[5].Text = p.T("movement.reversal")
		case m.ReversedBy != 0:
			row[5].Text = p.T("movement.reversed")
		case may:
			row[5] = Cell{Text: p.T("moves.reverse"), URL: MoveURL(p.Project.ID, m.ID)}
		}
		rows[i] = row
	}
	t := newTable(p.T("moves.title"), []Heading{{p.T("moves.on"), ""}, {p.T("moves.cause"), ""}, {p.T("movement.amount"), numeric}, {p.T("moves.decision"), ""}, {p.T("movement.reason"), written}, {p.T("movement.state"), ""}}, rows)
	t.None = p.T("moves.none")
	s := Section{ID: "moves", Tables: []Table{t}, Links: []Tool{{Text: p.T("moves.waterfall"), URL: ProjectFinanceURL(p.Project.ID, Day{}) + "#waterfall"}}}
	if may {
		s.Links = append([]Tool{{Text: p.T("moves.new"), URL: UnderProject(p.Project.ID, PartMoves) + "/new", Main: true}}, s.Links...)
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("moves.text"), p.Printer.Basis(p.Basis, p.Currency)}, Sections: []Section{s}}
}

// MoveFields are the fields of a move.
func (p Printer) MoveFields(today civil.Date, c money.Currency) []Field {
	causes := []Choice{{Value: "", Text: p.T("form.choose")}}
	for _, x := range forecast.Causes() {
		causes = append(causes, Choice{Value: string(x), Text: p.T("forecast.cause." + string(x))})
	}
	return []Field{{Name: "on", Type: "date", Label: p.T("moves.on"), Value: DateValue(today), Required: true}, {Name: "cause", Type: "select", Label: p.T("moves.cause"), Options: causes, Required: true},
		{Name: "amount", Label: p.T("movement.amount"), Help: p.T("moves.amount.help"), Unit: string(c), InputMode: "text", Required: true}, {Name: "decision", Label: p.T("moves.decision"), Help: p.T("moves.decision.help"), MaxSize: 200},
		{Name: "reason", Type: "textarea", Label: p.T("movement.reason"), Required: true, MaxSize: 2000}}
}
