package pdf

import (
	"time"

	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
)

// Register is the register of renunciations of a roadmap as a reader asked for it.
type Register struct {
	Organisation string
	List         portfolio.RequestList
	From, Until  civil.Date // of the last step; zero: no limit
	On           civil.Date // the day of the document
}

// Renunciations typesets the register. Its date is the day it is of, so that the same register of a day gives the same bytes.
func Renunciations(r Register, lang string, zone *time.Location) ([]byte, error) {
	x := views.For(lang)
	p, err := newPaper(lang, x.T("renunciations.title"), r.Organisation, r.On.At(0, 0, time.UTC))
	if err != nil {
		return nil, err
	}
	p.head = x.T("pdf.head", r.Organisation, r.List.Roadmap.Name)
	p.foot = x.T("renunciations.pdf.foot", r.On)
	return p.finish(func() {
		below := x.T("renunciations.pdf.title", r.List.Roadmap.Name, r.On)
		if !r.From.IsZero() || !r.Until.IsZero() {
			below += " · " + x.Span(r.From, r.Until)
		}
		p.title(x.T("renunciations.title"), below)
		p.paragraph(x.T("renunciations.text"), bodyText)
		p.gap(8)
		p.register(r, zone)
		p.gap(8)
		p.paragraph(x.T("renunciations.note"), smallMuted)
	})
}

func (p *paper) register(r Register, zone *time.Location) {
	x := p.x
	if len(r.List.Lines) == 0 {
		p.paragraph(x.T("renunciations.none"), bodyMuted)
		return
	}
	rows := make([]row, len(r.List.Lines))
	for i, l := range r.List.Lines {
		again := cell{text: views.OrDash(x.Date(l.ReconsiderOn))}
		if !l.ReconsiderOn.IsZero() && !l.ReconsiderOn.After(r.On) {
			again.bold = true
		}
		reason := l.Reason
		if l.DecisionLabel != "" {
			reason += " (" + l.DecisionLabel + ")"
		}
		rows[i] = row{cells: []cell{{text: l.Code, bold: true}, {text: l.Title}, {text: x.RequestStateName(l.State, false)}, {text: x.Date(civil.DateOf(l.ChangedAt, zone))}, {text: views.OrDash(l.Sponsor)},
			{text: views.OrDash(reason)}, again}}
	}
	p.table([]column{{x.T("request.code"), 58, left}, {x.T("request.title"), 108, left}, {x.T("renunciations.outcome"), 48, left}, {x.T("renunciations.on"), 54, left}, {x.T("web.project.sponsor"), 72, left}, {x.T("request.reason"), 0, left},
		{x.T("request.reconsider_on"), 62, left}}, rows)
}
