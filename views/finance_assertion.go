package views

import (
	"strconv"
	"time"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
)

func dayOf(t time.Time, o identity.Organisation) civil.Date { return civil.DateOf(t, o.Location()) }

func (p ControlsPage) assertions() Section {
	s := Section{ID: "assertions", Title: p.T("assertions.title"), Text: []string{p.T("assertions.text")}}
	c := p.Controls.Currency
	may := p.May(identity.PermClosePeriod, identity.Within(p.Organisation.ID))
	var rows [][]Cell
	for _, a := range p.Controls.Assertions {
		what := p.DimensionName(a.Dimension)
		if a.Value != "" {
			what += " " + a.Value
		}
		state := p.T("assertion.holds")
		if !a.Holds() {
			state = p.T("assertion.broken")
			if s.Alert == "" {
				s.Alert = p.T("assertions.broken")
			}
		}
		rows = append(rows, []Cell{{Text: what, Note: a.Source}, {Text: p.FlowName(a.Flow)}, {Text: p.T("assertion.until", a.Year, a.Until)}, {Text: p.Exact(a.Expected, c)}, {Text: p.Exact(a.Computed, c)},
			{Text: p.Exact(a.Delta(), c), Strong: !a.Holds()}, {Text: state}})
		if may {
			s.Acts = append(s.Acts, p.Act(BooksPartURL(p.Organisation.ID, "assertions", strconv.FormatInt(a.ID, 10), "withdraw"), p.T("assertion.withdraw", what, a.Year, a.Until), "", 0))
		}
	}
	table := newTable(p.T("assertions.title"), []Heading{{p.T("assertion.dimension"), ""}, {p.T("control.flow"), ""}, {p.T("assertion.period"), ""}, {p.T("assertion.expected"), numeric},
		{p.T("assertion.computed"), numeric}, {p.T("control.delta"), numeric}, {p.T("assertion.state"), ""}}, rows)
	table.None = p.T("assertions.none")
	s.Tables = []Table{table}
	if may {
		s.Links = []Tool{{Text: p.T("assertion.new"), URL: BooksPartURL(p.Organisation.ID, "assertions", "new"), Main: true}}
	}
	return s
}

// AssertionFields are the fields of a balance read in the finance system.
func (p Printer) AssertionFields(years finance.Calendar, c money.Currency) []Field {
	var year, until, dimension []Choice
	for _, y := range years.Years {
		year = append(year, Choice{Value: strconv.FormatInt(y.ID, 10), Text: y.Code})
	}
	for n := 1; n <= finance.ExtraPeriod; n++ {
		until = append(until, Choice{Value: strconv.Itoa(n), Text: p.T("control.until_period", n)})
	}
	for _, d := range finance.Assertable() {
		dimension = append(dimension, Choice{Value: string(d), Text: p.DimensionName(d)})
	}
	flows := []Choice{{Value: string(ledgerfile.FlowExpenditure), Text: p.FlowName(ledgerfile.FlowExpenditure), Selected: true}, {Value: string(ledgerfile.FlowRevenue), Text: p.FlowName(ledgerfile.FlowRevenue)}}
	return []Field{{Name: "year", Type: "select", Label: p.T("control.year"), Options: year, Required: true}, {Name: "until", Type: "select", Label: p.T("control.until"), Options: until, Required: true},
		{Name: "flow", Type: "select", Label: p.T("control.flow"), Options: flows, Required: true}, {Name: "dimension", Type: "select", Label: p.T("assertion.dimension"), Options: dimension, Required: true},
		{Name: "value", Label: p.T("assertion.value"), Help: p.T("assertion.value.help"), MaxSize: 40}, {Name: "expected", Label: p.T("assertion.expected"), Unit: string(c), InputMode: "decimal", Required: true},
		{Name: "source", Label: p.T("assertion.source"), Help: p.T("assertion.source.help"), MaxSize: 200}}
}
