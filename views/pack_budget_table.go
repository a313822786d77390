package views

import (
	"jalon/governance"
)

// heading is a column whose title is a text of the catalogue.
func (b PackBudget) heading(key, class string) Heading { return Heading{b.T(key), class} }

// Years sums up each fiscal year.
func (b PackBudget) Years() Table {
	rows := make([][]Cell, len(b.budget.Years))
	for i, y := range b.budget.Years {
		rows[i] = cells(y.Code, b.full(y.Voted), b.full(y.Budget), b.full(y.Mandated), b.Share(ratio(int64(y.Mandated), int64(y.Budget))))
	}
	return newTable(b.T("pdf.budget.by_year"), []Heading{b.heading("pdf.col.fiscal_year", ""), b.heading("pdf.budget.voted", numeric), b.heading("pdf.budget.allotted", numeric),
		b.heading("pdf.budget.mandated", numeric), b.heading("pdf.budget.rate", numeric)}, rows)
}

// Themes sums up each theme.
func (b PackBudget) Themes() Table {
	rows := make([][]Cell, len(b.budget.Themes))
	for i, t := range b.budget.Themes {
		name := t.Name
		if name == "" {
			name = b.T("chart.no_theme")
		}
		rows[i] = cells(name, b.short(t.Budget), b.short(t.Committed), b.short(t.Mandated), b.Share(t.Rate), b.short(t.Exposure), b.short(t.EAC), b.Percent(t.OverFirst))
		rows[i][5].Strong = t.Exposure > t.Budget
	}
	return newTable(b.T("pdf.budget.by_theme"), []Heading{b.heading("pdf.col.theme", ""), b.heading("pdf.budget.allotted", numeric), b.heading("pdf.budget.committed", numeric),
		b.heading("pdf.budget.mandated", numeric), b.heading("pdf.budget.rate", numeric), b.heading("pdf.budget.exposure", numeric), b.heading("pdf.budget.landing", numeric), b.heading("pdf.budget.col_over_first", numeric)}, rows)
}

// CurveTable lists the points of the S-curve.
func (b PackBudget) CurveTable() Table { return b.curveTable(b.points(), b.currency) }

// AtRisk lists the credits of the year that will not be spent, the most at risk first.
func (b PackBudget) AtRisk() Table {
	rows := make([][]Cell, len(b.budget.AtRisk))
	for i, c := range b.budget.AtRisk {
		subject := b.subject(c.Code, c.Name, b.T("pdf.budget.unallotted"))
		rows[i] = []Cell{subject, {Text: b.full(c.Open)}, {Text: b.full(c.Central)}, {Text: b.Share(c.Rate), Badge: b.Badge(c.Level)}, {Text: b.full(c.AtRisk), Strong: true}}
	}
	return newTable(b.T("pdf.budget.at_risk"), []Heading{b.heading("pdf.budget.subject", ""), b.heading("pdf.budget.open", numeric), b.heading("pdf.budget.central", numeric),
		b.heading("pdf.budget.col_rate", numeric), b.heading("pdf.budget.col_at_risk", numeric)}, rows)
}

// AtRiskNote sums the credits at risk up, "" where there are none.
func (b PackBudget) AtRiskNote() string {
	if len(b.budget.AtRisk) == 0 {
		return ""
	}
	return b.T("pdf.budget.at_risk_sum", b.full(b.budget.AtRiskSum))
}

// Alerts lists the alerts that call for a decision.
func (b PackBudget) Alerts() Table {
	rows := make([][]Cell, len(b.budget.Warnings))
	for i, w := range b.budget.Warnings {
		other := b.roadmap
		if ofBooks(w) {
			other = b.T("pdf.budget.books")
		}
		rows[i] = []Cell{b.subject(w.Project, w.Name, other), {Text: b.warning(w)}}
	}
	return newTable(b.T("pdf.budget.alerts"), []Heading{b.heading("pdf.budget.subject", ""), b.heading("pdf.budget.alert", written)}, rows)
}

// AlertNote says how many more alerts there are, "" for none.
func (b PackBudget) AlertNote() string {
	if n := b.AlertCount() - len(b.budget.Warnings); n > 0 {
		return b.N("pdf.budget.more_alerts", n)
	}
	return ""
}

// Anomalies lists what in the books calls for a decision, by sort.
func (b PackBudget) Anomalies() Table {
	t := Table{Caption: b.T("pdf.budget.anomalies"), Columns: []Heading{b.heading("pdf.col.project", ""), b.heading("pdf.budget.commitment", ""), b.heading("pdf.budget.since_day", numeric), b.heading("pdf.budget.amount", numeric),
		b.heading("pdf.budget.against", numeric)}}
	for _, g := range b.budget.Anomalies {
		rows := make([][]Cell, len(g.Items))
		for i, a := range g.Items {
			since := Dash
			if a.Since != nil {
				since = b.Date(*a.Since)
			}
			rows[i] = []Cell{b.subject(a.Project, a.Name, b.T("pdf.budget.several")), {Text: OrDash(a.Commitment)}, {Text: since}, {Text: b.full(a.Amount), Strong: true}, {Text: b.full(a.Of)}}
		}
		t.Groups = append(t.Groups, Group{b.T("pdf.budget.anomaly_sort", b.T(g.Key), b.N("pdf.budget.findings", g.Count), b.full(g.Sum)), rows})
	}
	return t
}

// AnomalyCount is how many anomalies call for a decision, beyond the lists as well.
func (b PackBudget) AnomalyCount() (n int) {
	for _, g := range b.budget.Anomalies {
		n += g.Count
	}
	return n
}

// AnomalyNote says how many more anomalies there are, "" for none.
func (b PackBudget) AnomalyNote() string {
	n := b.AnomalyCount()
	for _, g := range b.budget.Anomalies {
		n -= len(g.Items)
	}
	if n > 0 {
		return b.N("pdf.budget.more_anomalies", n)
	}
	return ""
}

// moveNames are the texts of the figures that are held against the last pack.
var moveNames = map[string]string{"voted": "pdf.budget.voted", "allotted": "pdf.budget.allotted", "committed": "pdf.budget.committed",
	"mandated": "pdf.budget.mandated", "exposure": "pdf.budget.exposure", "landing": "pdf.budget.landing"}

// Moves holds the budget against that of the last pack.
func (b PackBudget) Moves() Table {
	if b.since == nil {
		return newTable(b.T("pdf.budget.since"), nil, nil)
	}
	var rows [][]Cell
	for _, m := range b.since.Budget {
		rows = append(rows, cells(b.T(moveNames[m.Figure]), b.full(m.From), b.full(m.To), b.changed(m)))
	}
	t := newTable(b.T("pdf.budget.since"), []Heading{b.heading("pdf.col.figure", ""), {b.T("pdf.col.before", b.since.From), numeric}, {b.T("pdf.col.after", b.since.To), numeric}, b.heading("pdf.col.change", numeric)}, rows)
	for i := range rows {
		rows[i][3].Strong = true
	}
	return t
}

// changed writes how far a figure moved, a dash where that is not known.
func (b PackBudget) changed(m governance.BudgetMove) string {
	if m.From == nil || m.To == nil {
		return Dash
	}
	d, ok := m.To.Add(-*m.From)
	if !ok {
		return Dash
	}
	if d > 0 {
		return "+" + b.full(d)
	}
	return b.full(d)
}
