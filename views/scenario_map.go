package views

import (
	"net/url"

	"jalon/portfolio"
	"jalon/views/chart"
)

// MapPage places running projects and candidates by the measures that the reader chose.
type MapPage struct {
	ScenarioPage
	X, Y, Area chart.Measure
	Weights    map[portfolio.Subject]int64 // 0: not known; none for who may not read costs
}

// Measures lists those that the reader may see.
func (p MapPage) measures() []chart.Measure {
	var out []chart.Measure
	for _, m := range chart.Measures {
		if tellsCost(m) && p.Report.CostHidden {
			continue
		}
		out = append(out, m)
	}
	return out
}

// tellsCost tells of a measure that says what something costs.
func tellsCost(m chart.Measure) bool { return m == chart.MeasureCost || m == chart.MeasureWeight }

func (p MapPage) choices() []Choice {
	var out []Choice
	for _, m := range p.measures() {
		out = append(out, Choice{Value: string(m), Text: p.T("chart.measure." + string(m))})
	}
	return out
}

// Page puts the page together.
func (p MapPage) Page() SectionsPage {
	in := chart.ComparisonOf{Name: p.Report.Scenario.Name, Currency: p.Report.Currency, X: p.X, Y: p.Y, Area: p.Area}
	for i := range p.Report.Subjects {
		in.Rows = append(in.Rows, p.compared(&p.Report.Subjects[i]))
	}
	b := chart.NewComparison(in, p.Printer)
	form := Form{Name: "map", Fields: []Field{{Name: "x", Type: "select", Label: p.T("scenarios.map.x"), Value: string(p.X), Options: p.choices()}, {Name: "y", Type: "select", Label: p.T("scenarios.map.y"), Value: string(p.Y), Options: p.choices()},
		{Name: "area", Type: "select", Label: p.T("scenarios.map.area"), Value: string(p.Area), Options: p.choices()}}}
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("scenarios.map.text")}, Filter: &FilterForm{Action: p.at("map"), Label: p.T("scenarios.map"), Fields: form.Items(), Submit: p.T("control.show")}}
	s := Section{ID: "map", Pictures: []Picture{picture("map-chart", b.Title, b.Desc, b.Height(chartWidth, chartEm), b.Draw)}, Tables: []Table{p.table()}}
	out.Sections = []Section{s}
	return out
}

func (p MapPage) compared(s *portfolio.SubjectLine) chart.Compared {
	c := chart.Compared{Label: s.Name, Href: SubjectPageURL(s.Subject), Standing: chart.LeftOut, Risk: string(s.Risk), End: s.End}
	switch {
	case s.Selected && s.Kind == portfolio.KindProject:
		c.Standing = chart.Kept
	case s.Selected:
		c.Standing = chart.Taken
	}
	if s.Scored {
		c.Value = &s.Points
	}
	if !s.CostUnknown && !p.Report.CostHidden {
		c.Cost = &s.CostP50
	}
	if w := p.Weights[s.Subject]; w > 0 {
		c.Weight = &w
	}
	return c
}

// table is the table of the picture, with every measure.
func (p MapPage) table() Table {
	rows := make([][]Cell, len(p.Report.Subjects))
	for i := range p.Report.Subjects {
		s := &p.Report.Subjects[i]
		outcome, _ := p.outcome(s)
		points := Dash
		if s.Scored {
			points = p.Int(s.Points)
		}
		rows[i] = []Cell{{Text: ProjectTitle(s.Code, s.Name), URL: SubjectPageURL(s.Subject)}, {Text: outcome}, {Text: points}, {Text: p.RiskName(s.Risk)}, {Text: p.Date(s.End)}}
		if !p.Report.CostHidden {
			cost, weight := Dash, Dash
			if !s.CostUnknown {
				cost = p.MoneyShort(s.CostP50, p.Report.Currency)
			}
			if w := p.Weights[s.Subject]; w > 0 {
				weight = p.Int(w)
			}
			rows[i] = append(rows[i], Cell{Text: cost}, Cell{Text: weight})
		}
	}
	columns := []Heading{{p.T("scenarios.subject"), ""}, {p.T("scenarios.outcome"), ""}, {p.T("chart.measure.value"), numeric}, {p.T("chart.measure.risk"), ""}, {p.T("chart.measure.end"), ""}}
	if !p.Report.CostHidden {
		columns = append(columns, Heading{p.T("chart.measure.cost"), numeric}, Heading{p.T("chart.measure.weight"), numeric})
	}
	t := newTable(p.T("scenarios.map"), columns, rows)
	t.None = p.T("chart.compare.empty")
	return t
}

// MeasuresOf reads the measures of an address; what is none, or may not be seen, is the usual one.
func MeasuresOf(q url.Values, costs bool) (x, y, area chart.Measure) {
	read := func(name string, usual chart.Measure) chart.Measure {
		for _, m := range chart.Measures {
			if string(m) == q.Get(name) && (costs || !tellsCost(m)) {
				return m
			}
		}
		return usual
	}
	if costs {
		return read("x", chart.MeasureCost), read("y", chart.MeasureValue), read("area", chart.MeasureCost)
	}
	return read("x", chart.MeasureEnd), read("y", chart.MeasureValue), read("area", chart.MeasureValue)
}
