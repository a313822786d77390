package pdf

import (
	"jalon/views"
	"jalon/views/chart"
)

// cover says what this document is: whose, for which committee, of which day, which edition.
func (p *pack) cover() {
	p.newPage()
	const band = 150.0
	p.box(0, 0, pageWidth+1, band, chart.Style{Fill: chart.Accent})
	white := func(size float64, f face) style { return style{size, f, chart.Ground} }
	p.text(marginLeft, 60, p.fit(p.r.Organisation.Name, bodyWidth, white(13, regular)), white(13, regular))
	p.text(marginLeft, 96, p.x.T("pdf.pack"), white(24, bold))
	p.text(marginLeft, 122, p.fit(p.s.Committee.Name+" – "+p.x.Period(p.s.Period.Code), bodyWidth, white(14, regular)), white(14, regular))

	p.y = band + 36
	p.clamped(p.r.Roadmap.Name, style{22, bold, chart.Text}, 4)
	if p.r.Roadmap.Purpose != "" {
		p.y += 4
		p.clamped(p.r.Roadmap.Purpose, style{10.5, regular, chart.Muted}, 5)
	}
	p.y += 20
	p.notices()
	p.facts(p.x.PackCover(p.s), 128)
	p.coverPeople()
}

// clamped draws at most so many lines and ends the last with an ellipsis: a cover is one page.
func (p *pack) clamped(text string, s style, most int) {
	lines := p.lines(text, bodyWidth, s)
	if len(lines) > most {
		lines = append(lines[:most-1:most-1], p.fit(lines[most-1]+" …", bodyWidth, s))
	}
	for _, l := range lines {
		p.y += s.lead()
		p.text(marginLeft, p.y, l, s)
	}
}

// notices are what a reader must know before the figures: a late freeze, the errata of an edition.
func (p *pack) notices() {
	if p.s.LateDays > 0 {
		p.notice(p.x.N("pdf.late", p.s.LateDays), nil)
	}
	if p.s.Edition > 1 || len(p.s.Errata) > 0 {
		p.notice(p.x.T("pdf.errata", p.s.Edition), p.s.Errata)
	}
}

// notice is a framed text with points below it.
func (p *pack) notice(title string, points []string) {
	const pad = 8.0
	st := style{9.5, bold, chart.Second}
	lines := p.lines(title, bodyWidth-2*pad-6, st)
	var rest []string
	const most = 14 // a cover is one page; the rest stands in the annex
	for _, point := range points {
		for i, l := range p.lines(point, bodyWidth-2*pad-18, bodyText) {
			if i == 0 {
				l = "• " + l
			} else {
				l = "   " + l
			}
			rest = append(rest, l)
		}
	}
	if len(rest) > most {
		rest = append(rest[:most:most], "• "+p.x.T("pdf.errata_more"))
	}
	h := 2*pad + float64(len(lines))*st.lead() + float64(len(rest))*bodyText.lead()
	p.box(marginLeft, p.y, bodyWidth, h, chart.Style{Fill: chart.Grey})
	p.box(marginLeft, p.y, 3, h, chart.Style{Fill: chart.Second})
	y := p.y + pad
	for _, l := range lines {
		y += st.lead()
		p.text(marginLeft+pad+6, y-st.lead()*0.25, l, st)
	}
	for _, l := range rest {
		y += bodyText.lead()
		p.text(marginLeft+pad+6, y-bodyText.lead()*0.25, l, bodyText)
	}
	p.y += h + 10
}

// facts lists labels and values in two columns, a label's breadth for the first.
func (p *pack) facts(facts []views.Fact, breadth float64) {
	for _, f := range facts {
		lines := p.lines(f.Text, bodyWidth-breadth, bodyText)
		if len(lines) > 3 {
			lines = append(lines[:2:2], p.fit(lines[2]+" …", bodyWidth-breadth, bodyText))
		}
		p.need(float64(max(len(lines), 1)) * (bodyText.lead() + 2))
		y := p.y + bodyText.lead()
		p.text(marginLeft, y, f.Name, bodyMuted)
		for i, l := range lines {
			p.text(marginLeft+breadth, y+float64(i)*bodyText.lead(), l, bodyText)
		}
		p.y += float64(max(len(lines), 1))*bodyText.lead() + 4
	}
}

// coverPeople lists the members and the coming sittings while the page lasts.
func (p *pack) coverPeople() {
	x := p.x
	p.y += 16
	column := bodyWidth/2 - 8
	list := func(left float64, title string, items []string) {
		if len(items) == 0 {
			return
		}
		y := p.y + 12
		if y+bodyText.lead() > bodyBottom {
			return
		}
		p.text(left, y, title, bodyBold)
		for i, item := range items {
			lines := p.lines(item, column, bodyText)
			lines = lines[:min(len(lines), 2)]
			if y+float64(len(lines)+1)*(bodyText.lead()+1) > bodyBottom && i+1 < len(items) {
				p.text(left, y+bodyText.lead()+1, x.N("pdf.more", len(items)-i), bodyMuted)
				return
			}
			for k, line := range lines {
				y += bodyText.lead()
				if k == 0 {
					y++
				} else {
					line = "  " + line
				}
				p.text(left, y, line, bodyText)
			}
		}
	}
	var members, sittings []string
	for _, m := range p.s.Members {
		item := m.Name
		if m.Role != "" {
			item += ", " + m.Role
		}
		members = append(members, item)
	}
	for _, s := range p.s.Sittings {
		sittings = append(sittings, x.T("pdf.next_sitting", x.LongDate(s.On), x.Period(s.Period)))
	}
	right := marginLeft
	if len(members) > 0 {
		list(marginLeft, x.T("pdf.members"), members)
		right += column + 16
	}
	list(right, x.T("pdf.next_sittings"), sittings)
}
