package pdf

import (
	"strings"

	"jalon/views"
	"jalon/views/chart"
)

// decisions shows what the committee is asked and what was decided.
func (p *pack) decisions() {
	x := p.x
	p.heading(x.T("pdf.questions"), 50)
	if len(p.s.Questions) == 0 {
		p.nothing(x.T("pdf.no_question"))
	} else {
		rows := make([]row, len(p.s.Questions))
		for i, q := range p.s.Questions {
			rows[i] = row{cells: []cell{p.project(q.Project.Code, q.Project.Name), {text: q.Text}, number(x.Date(q.On))}}
		}
		p.table([]column{{x.T("pdf.col.project"), 170, left}, {x.T("pdf.col.question"), 0, left}, {x.T("pdf.col.asked_on"), 62, right}}, rows)
	}
	p.alerts()
	title := x.T("pdf.decisions_since")
	if p.s.Since == nil {
		title = x.T("pdf.decisions_so_far")
	}
	p.heading(title, 50)
	if len(p.s.Decisions) == 0 {
		p.nothing(x.T("pdf.no_decision"))
		return
	}
	for i, d := range p.s.Decisions {
		p.together(func() {
			if i > 0 {
				p.gap(6)
			}
			p.y += bodyBold.lead()
			p.text(marginLeft, p.y-2, p.fit(d.Reference+" · "+x.Date(d.On)+" · "+d.Committee, bodyWidth, smallMuted), smallMuted)
			p.paragraph(d.Title, bodyBold)
			if d.Project != "" {
				p.paragraph(x.T("pdf.decision_project", d.Project, p.nameOf(d.Project)), bodyText)
			}
			for _, f := range []views.Fact{fact(x.T("pdf.decision_question"), d.Question), fact(x.T("pdf.decision_outcome"), d.Outcome), fact(x.T("pdf.decision_reason"), d.Reason)} {
				if strings.TrimSpace(f.Text) != "" {
					p.paragraph(f.Name+x.T("list.colon")+f.Text, bodyText)
				}
			}
			p.y += 4
			p.rule(p.y, chart.Grid, 0.5)
		})
	}
}

// nameOf is the name of a project by its code, "" for one that is neither in the report nor left it.
func (p *pack) nameOf(code string) string {
	for i := range p.r.Projects {
		if p.r.Projects[i].Code == code {
			return p.r.Projects[i].Name
		}
	}
	if p.s.Since != nil {
		for _, e := range p.s.Since.Left {
			if e.Project.Code == code {
				return e.Project.Name
			}
		}
	}
	return ""
}

// decisionTable lists the decisions in short.
func (p *pack) decisionTable() {
	x := p.x
	rows := make([]row, len(p.s.Decisions))
	for i, d := range p.s.Decisions {
		rows[i] = row{cells: []cell{{text: d.Reference}, number(x.Date(d.On)), {text: d.Title}, {text: oneLine(d.Outcome)}}}
	}
	p.table([]column{{x.T("pdf.col.reference_short"), 80, left}, {x.T("pdf.col.on"), 56, right}, {x.T("pdf.col.decision"), 0, left}, {x.T("pdf.col.outcome"), 160, left}}, rows)
}

// annex says how the figures were made and how far they can be trusted.
func (p *pack) annex() {
	x := p.x
	p.heading(x.T("pdf.methods"), 60)
	for _, text := range x.PackMethods(p.s) {
		p.bullet(text)
	}
	p.gap(4)
	rows := make([]row, len(p.s.Methods))
	for i, m := range p.s.Methods {
		rows[i] = row{cells: []cell{{text: x.MethodName(m.Name)}, {text: m.Version}}}
	}
	if len(rows) > 0 {
		p.table([]column{{x.T("pdf.col.method"), 200, left}, {x.T("pdf.col.version"), 0, left}}, rows)
	}
	p.glossary()
	p.fullErrata()
	p.seal()
	p.quality() // last: its table flows, the rest would stand alone on a page
}

// bullet is a point of a list.
func (p *pack) bullet(text string) {
	p.need(2 * bodyText.lead())
	p.text(marginLeft, p.y+bodyText.lead()*0.73, "•", bodyText)
	p.block(marginLeft+9, bodyWidth-9, text, bodyText)
	p.y += 2
}

// fullErrata repeats the errata of the cover, which may have cut them.
func (p *pack) fullErrata() {
	if len(p.s.Errata) == 0 {
		return
	}
	p.heading(p.x.T("pdf.errata_title", p.s.Edition), 30)
	for _, e := range p.s.Errata {
		p.bullet(e)
	}
}

// quality counts what is missing or old, then names the projects.
func (p *pack) quality() {
	x := p.x
	p.heading(x.T("pdf.quality"), 90)
	rows := []row{}
	for _, f := range x.QualityCounts(p.r.Totals.Quality) {
		rows = append(rows, row{cells: []cell{{text: f.Name}, number(f.Text), number(x.Int(int64(p.r.Totals.Projects)))}})
	}
	p.table([]column{{x.T("pdf.col.quality"), 0, left}, {x.T("pdf.col.projects"), 60, right}, {x.T("pdf.col.out_of"), 60, right}}, rows)

	rows = rows[:0:0]
	for i := range p.r.Projects {
		l := &p.r.Projects[i]
		if gaps := x.Gaps(l); len(gaps) > 0 {
			rows = append(rows, row{cells: []cell{p.project(l.Code, l.Name), {text: strings.Join(gaps, x.T("list.semicolon"))},
				number(x.Date(l.Declared.On)), number(x.Date(l.CostDeviation.AsOf)), number(x.Date(l.Schedule.AsOf))}})
		}
	}
	p.heading(x.T("pdf.quality_projects"), 50)
	if len(rows) == 0 {
		p.nothing(x.T("pdf.quality_none"))
		return
	}
	p.table([]column{{x.T("pdf.col.project"), 0, left}, {x.T("pdf.col.gaps"), 160, left}, {x.T("pdf.col.status_on"), 58, right},
		{x.T("pdf.col.cost_on"), 58, right}, {x.T("pdf.col.dates_on"), 58, right}}, rows)
}

func (p *pack) glossary() {
	x := p.x
	p.heading(x.T("pdf.glossary"), 50)
	for _, f := range x.Terms() {
		p.bullet(f.Name + x.T("list.colon") + f.Text)
	}
}

// seal says what the fingerprint is for.
func (p *pack) seal() {
	p.heading(p.x.T("pdf.seal"), 30)
	p.paragraph(p.x.T("pdf.seal_is", p.x.Instant(p.s.FrozenAt)), bodyText)
	p.paragraph(p.fingerprint, bodyText)
}
