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
	c := a.Credits()
	tall := c.Height(bodyWidth, budgetEm)
	p.heading(a.MainTitle(), min(tall+60, wholePage/2)) // not alone at the foot of a page
	p.y += 2
	p.picture(c.Title, tall, c.Draw)
	for _, text := range a.Votes() {
		p.note(text)
	}
	for _, t := range []views.Table{a.Entering(), a.Stopping(), a.Leaving()} {
		p.shown(t, 0, 92, 40, 56, 150)
	}
	p.shown(a.Price(), 124, 84, 92, 0)
	p.note(a.PriceNote())
	p.gap(4)
	p.paragraph(a.Next(), bodyText)
	if note := a.FrontierNote(); note != "" {
		p.paragraph(note, bodyText)
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
