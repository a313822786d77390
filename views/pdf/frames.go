package pdf

import (
	"jalon/views/chart"
)

// Measures of the table of contents.
const (
	contentsFirst = bodyTop + 44 // baseline of the first entry
	contentsLead  = 14.0
)

// contentsPages counts the pages that the table of contents will take: its entries are known
// before the rest is typeset.
func (p *pack) contentsPages() int {
	entries := 8 + len(p.r.Projects)
	if p.s.Finance != nil {
		entries++
	}
	if p.s.Arbitration != nil {
		entries++
	}
	pages := 1
	for y := contentsFirst; entries > 0; entries-- {
		if y > bodyBottom {
			pages++
			y = bodyTop + contentsLead
		}
		y += contentsLead
	}
	return pages
}

// contents draws the table of contents on the pages that were kept for it.
func (p *pack) contents(first int) {
	p.turnTo(first)
	p.text(marginLeft, bodyTop+16, p.x.T("pdf.contents"), style{17, bold, chart.Accent})
	p.rule(bodyTop+24, chart.Accent, 1.2)
	page, y := first, contentsFirst
	for _, e := range p.entries {
		if y > bodyBottom {
			page++
			p.turnTo(page)
			y = bodyTop + contentsLead
		}
		p.contentsLine(e, y)
		y += contentsLead
	}
}

func (p *pack) contentsLine(e entry, y float64) {
	st, indent := bodyBold, 0.0
	if e.level > 0 {
		st, indent = bodyText, 16.0
	}
	number := p.x.Int(int64(e.page))
	numberAt := pageWidth - marginRight - p.width(number, st)
	title := p.fit(e.title, numberAt-marginLeft-indent-24, st)
	p.text(marginLeft+indent, y, title, st)
	p.text(numberAt, y, number, st)
	from := marginLeft + indent + p.width(title, st) + 5
	if from < numberAt-8 {
		p.line(from, y-1.5, numberAt-5, y-1.5, chart.Style{Stroke: chart.Grid, Width: 0.8, Dash: chart.Dotted})
	}
	p.f.Link(marginLeft, y-contentsLead+4, bodyWidth, contentsLead, e.link)
}

// frames draws the head and foot of every page, once their number is known.
func (p *pack) frames() {
	total := p.page
	left := p.x.T("pdf.head", p.r.Organisation.Name, p.r.Roadmap.Name)
	right := p.x.T("pdf.head", p.s.Committee.Name, p.x.Period(p.s.Period.Code))
	for page := 1; page <= total; page++ {
		p.turnTo(page)
		if page > 1 {
			p.text(marginLeft, 36, p.fit(left, bodyWidth*0.55, smallMuted), smallMuted)
			p.textRight(pageWidth-marginRight, 36, p.fit(right, bodyWidth*0.42, smallMuted), smallMuted)
			p.rule(42, chart.Grid, 0.6)
		}
		p.rule(pageHeight-40, chart.Grid, 0.6)
		number := p.x.T("pdf.page", page, total)
		p.textRight(pageWidth-marginRight, pageHeight-28, number, smallMuted)
		foot := p.x.T("pdf.fingerprint", p.fingerprint)
		p.text(marginLeft, pageHeight-28, p.fit(foot, bodyWidth-p.width(number, smallMuted)-12, tinyMuted), tinyMuted)
	}
}
