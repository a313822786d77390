package pdf

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// paper is a short document: a title, facts, texts and tables, with a head and a foot on every page.
type paper struct {
	*writer
	x    views.Printer
	head string // on every page: whose it is
	foot string // on every page: what it is, and of when
}

// newPaper opens a short document of an instant, in a language.
func newPaper(lang, title, author string, made time.Time) (*paper, error) {
	w, err := newWriter(made.UTC())
	if err != nil {
		return nil, fmt.Errorf("pdf: %w", err)
	}
	p := &paper{writer: w, x: views.For(lang)}
	w.f.SetTitle(w.m.safe(title), true)
	w.f.SetAuthor(w.m.safe(author), true)
	w.f.SetCreator("Jalon", true)
	p.newPage()
	return p, nil
}

// finish draws the frames and gives the bytes. Whatever goes wrong in drawing is an error, never a panic: one odd text must not break the page
// that asked for the document.
func (p *paper) finish(draw func()) (document []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			document, err = nil, fmt.Errorf("pdf: %v", r)
		}
	}()
	draw()
	total := p.page
	for page := 1; page <= total; page++ {
		p.turnTo(page)
		p.text(marginLeft, 36, p.fit(p.head, bodyWidth, smallMuted), smallMuted)
		p.rule(42, chart.Grid, 0.6)
		p.rule(pageHeight-40, chart.Grid, 0.6)
		number := p.x.T("pdf.page", page, total)
		p.textRight(pageWidth-marginRight, pageHeight-28, number, smallMuted)
		p.text(marginLeft, pageHeight-28, p.fit(p.foot, bodyWidth-p.width(number, smallMuted)-12, smallMuted), smallMuted)
	}
	return p.bytes()
}

// title stands at the top of the first page.
func (p *paper) title(text, below string) {
	p.paragraph(text, style{17, bold, chart.Accent})
	p.y += 3
	p.paragraph(below, bodyMuted)
	p.rule(p.y+5, chart.Accent, 1.2)
	p.y += 16
}

// labelled is a short heading with a text below it; nothing without a text.
func (p *paper) labelled(label, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p.gap(6)
	p.need(smallBold.lead() + float64(min(len(p.lines(text, bodyWidth, bodyText)), 2))*bodyText.lead())
	p.y += smallBold.lead()
	p.text(marginLeft, p.y-2, label, style{8, bold, chart.Accent})
	p.paragraph(text, bodyText)
}

// facts are pairs of a name and a text, one below the other.
func (p *paper) facts(all ...views.Fact) {
	const names = 130.0
	for _, f := range all {
		lines := p.lines(f.Text, bodyWidth-names, bodyText)
		for i, line := range lines {
			p.need(bodyText.lead())
			p.y += bodyText.lead()
			if i == 0 {
				p.text(marginLeft, p.y-3, p.fit(f.Name, names-6, smallMuted), smallMuted)
			}
			p.text(marginLeft+names, p.y-3, line, bodyText)
		}
	}
	p.y += 4
}

// heading stands over a part.
func (p *paper) heading(text string, follow float64) {
	p.gap(12)
	p.need(18 + follow)
	p.y += 14
	p.text(marginLeft, p.y, text, style{11, bold, chart.Text})
	p.y += 6
}

// Request typesets a request as its reader sees it. Its date is that of its last step: the same request gives the same bytes until it takes another
// one or is changed.
func Request(r portfolio.RequestReport, lang string, zone *time.Location) ([]byte, error) {
	q := r.Request
	p, err := newPaper(lang, views.ProjectTitle(q.Code(), q.Title), r.Organisation.Name, q.ChangedAt)
	if err != nil {
		return nil, err
	}
	p.head = p.x.T("pdf.head", r.Organisation.Name, r.Roadmap.Name)
	p.foot = p.x.T("request.pdf.foot", q.Code(), p.x.Instant(q.ChangedAt.In(zone).Format(time.RFC3339)))
	return p.finish(func() {
		p.title(q.Title, p.x.T("request.pdf.title", q.Code()))
		p.requestFacts(r)
		p.labelled(p.x.T("request.need"), q.Need)
		p.labelled(p.x.T("request.beneficiaries"), q.Beneficiaries)
		p.requestCosts(r)
		p.requestSkills(r)
		p.requestLinks(r)
		p.requestEvents(r, zone)
	})
}

func (p *paper) requestFacts(r portfolio.RequestReport) {
	x, q := p.x, r.Request
	all := []views.Fact{fact(x.T("request.state"), x.RequestStateName(q.State, r.Line.Returned))}
	add := func(name, text string) {
		if text != "" {
			all = append(all, fact(name, text))
		}
	}
	add(x.T("request.reason"), q.Reason)
	if !q.ReconsiderOn.IsZero() {
		add(x.T("request.reconsider_on"), x.Date(q.ReconsiderOn))
	}
	add(x.T("request.decision"), q.DecisionLabel)
	add(x.T("request.project"), views.ProjectTitle(r.Project.Code, r.Project.Name))
	p.facts(append(all, fact(x.T("web.project.department"), views.OrDash(q.Department)), fact(x.T("web.project.sponsor"), views.OrDash(q.Sponsor)), fact(x.T("request.requested_by"), views.OrDash(q.RequestedBy)),
		fact(x.T("web.theme.theme"), views.OrDash(r.Line.Theme)), fact(x.T("request.dates"), x.Span(q.Start, q.End)), fact(x.T("request.risk"), x.RiskName(q.Risk)))...)
}

func (p *paper) requestCosts(r portfolio.RequestReport) {
	if len(r.Costs) == 0 {
		return
	}
	x, c := p.x, r.Currency
	var rows []row
	for _, y := range portfolio.ByYear(r.Costs) {
		rows = append(rows, row{cells: []cell{{text: strconv.Itoa(y.Year), bold: true}, number(x.Exact(y.Investment, c)), number(x.Exact(y.Operations, c)), number(x.Exact(y.Investment+y.Operations, c))}})
	}
	total := portfolio.SumYears(r.Costs)
	rows = append(rows, row{cells: []cell{{text: x.T("request.total"), bold: true}, number(""), number(""), {text: x.Exact(total, c), bold: true}}})
	p.heading(x.T("request.costs"), 50)
	p.table([]column{{x.T("request.year"), 0, left}, {x.SectionName("I"), 120, right}, {x.SectionName("F"), 120, right}, {x.T("request.total"), 120, right}}, rows)
}

func (p *paper) requestSkills(r portfolio.RequestReport) {
	x := p.x
	var rows []row
	for _, s := range r.Skills {
		for _, n := range r.Request.Skills {
			if n.Skill == s.ID {
				rows = append(rows, row{cells: []cell{{text: s.Name}, {text: x.QuarterName(n.Quarter)}, number(x.Workdays(n.Tenths))}})
			}
		}
	}
	if len(rows) == 0 {
		return
	}
	p.heading(x.T("request.skills"), 50)
	p.table([]column{{x.T("skill.skill"), 0, left}, {x.T("skill.quarter"), 100, left}, {x.T("request.days"), 100, right}}, rows)
}

func (p *paper) requestLinks(r portfolio.RequestReport) {
	x := p.x
	var rows []row
	add := func(kind string, all []portfolio.LinkedSubject) {
		for _, l := range all {
			rows = append(rows, row{cells: []cell{{text: kind}, {text: views.ProjectTitle(l.Code, l.Name)}}})
		}
	}
	add(x.T("request.requires"), r.Requires)
	add(x.T("request.excludes"), r.Excludes)
	add(x.T("request.required_by"), r.RequiredBy)
	if len(rows) == 0 {
		return
	}
	p.heading(x.T("request.links"), 50)
	p.table([]column{{x.T("request.link.kind"), 130, left}, {x.T("request.link"), 0, left}}, rows)
}

func (p *paper) requestEvents(r portfolio.RequestReport, zone *time.Location) {
	x := p.x
	rows := make([]row, len(r.Events))
	for i, e := range r.Events {
		rows[i] = row{cells: []cell{{text: x.Date(civil.DateOf(e.At, zone))}, {text: x.RequestStateName(e.State, e.State == portfolio.RequestDraft && i > 0), bold: true}, {text: x.Who(e.Actor)},
			{text: views.OrDash(e.Reason)}}}
	}
	p.heading(x.T("request.events"), 50)
	p.table([]column{{x.T("request.event.at"), 66, left}, {x.T("request.state"), 92, left}, {x.T("request.event.by"), 110, left}, {x.T("request.reason"), 0, left}}, rows)
}
