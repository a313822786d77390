package pdf

import "jalon/views"

// arbitration puts the choice before the committee: the question, the options side by side, the selection that is spoken of with its list, what each
// project that is forced in costs, and where the option lies among all totals of credits.
func (p *pack) arbitration(a views.PackArbitration) {
	p.paragraph(a.Question(), bodyBold)
	p.gap(2)
	for _, text := range a.Lead() {
		p.paragraph(text, bodyText)
	}
	options := a.Consequences()
	p.shown(options, p.optionWidths(options)...)
	themes := a.Themes()
	p.shown(themes, p.optionWidths(themes)...)
	p.gap(6)
	p.heading(a.MainTitle(), 60)
	p.y += 2
	c := a.Credits()
	p.picture(c.Title, c.Height(bodyWidth, budgetEm), c.Draw)
	for _, t := range []views.Table{a.Entering(), a.Stopping(), a.Leaving()} {
		p.shown(t, 0, 92, 40, 56, 150)
	}
	p.shown(a.Price(), 140, 92, 118, 0)
	p.note(a.PriceNote())
	if next := a.Next(); next != "" {
		p.gap(4)
		p.paragraph(next, bodyText)
	}
	if a.HasFrontier() {
		f := a.Frontier()
		p.picture(p.x.T("scenarios.frontier"), f.Height(bodyWidth, budgetEm), f.Draw)
		p.note(p.x.T("scenarios.frontier.note"))
	}
	p.note(a.Fingerprints())
}

// optionWidths are the widths of a table with a column for each option: what is left over names its rows.
func (p *pack) optionWidths(t views.Table) []float64 {
	widths := make([]float64, len(t.Columns))
	for i := range widths[1:] {
		widths[i+1] = min(130, bodyWidth*0.7/float64(len(widths)-1))
	}
	return widths
}
