package views

import "jalon/views/chart"

// PackBudgetPart is the budget on the page of a pack, where projects lead to their sheets and charts are pictures.
type PackBudgetPart struct {
	PackBudget
	anchors map[string]string
}

// linked leads the cells that name projects to their sheets.
func (b PackBudgetPart) linked(t Table) Table {
	for _, g := range t.Groups {
		for _, row := range g.Rows {
			row[0].URL = b.anchors[row[0].URL]
		}
	}
	return t
}

// AlertTable lists the alerts that call for a decision.
func (b PackBudgetPart) AlertTable() Table { return b.linked(b.Alerts()) }

// AnomalyTable lists the anomalies that call for a decision.
func (b PackBudgetPart) AnomalyTable() Table { return b.linked(b.Anomalies()) }

// RiskTable lists the credits at risk.
func (b PackBudgetPart) RiskTable() Table { return b.linked(b.AtRisk()) }

// SeeAlerts says how many alerts call for a decision, "" for none.
func (b PackBudgetPart) SeeAlerts() string {
	if b.AlertCount() == 0 {
		return ""
	}
	return b.N("pdf.budget.see_alerts", b.AlertCount())
}

// SeeAnomalies says how many anomalies call for a decision, "" for none.
func (b PackBudgetPart) SeeAnomalies() string {
	if b.AnomalyCount() == 0 {
		return ""
	}
	return b.N("pdf.budget.see_anomalies", b.AnomalyCount())
}

// BarPicture sets all years, then each, against what was voted.
func (b PackBudgetPart) BarPicture() Picture {
	c := b.Bars()
	return picture("pack-budget", c.Title, c.Desc, c.Height(chartWidth, chartEm), c.Draw)
}

// CurvePicture is the S-curve.
func (b PackBudgetPart) CurvePicture() Picture {
	c := b.Curve()
	return picture("pack-curve", c.Title, c.Desc, c.Height(chartWidth, chartEm), c.Draw)
}

// WaterfallPicture leads from the first budgets to the current cost.
func (b PackBudgetPart) WaterfallPicture() Picture {
	c := b.Waterfall()
	return picture("pack-waterfall", c.Title, c.Desc, c.Height(chartWidth, chartEm), c.Draw)
}

// WaterfallTable is the table of that picture.
func (b PackBudgetPart) WaterfallTable() Table {
	var rows [][]Cell
	for _, r := range b.Waterfall().Rows {
		amount := b.signedExact(r.To-r.From, b.currency)
		if r.Step == chart.Total {
			amount = b.full(r.To)
		}
		rows = append(rows, cells(r.Label, amount))
	}
	return newTable(b.T("pdf.budget.waterfall"), []Heading{b.heading("pdf.col.figure", ""), b.heading("pdf.budget.amount", numeric)}, rows)
}
