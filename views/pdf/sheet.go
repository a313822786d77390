package pdf

import (
	"fmt"
	"strings"

	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

// oneLine joins the lines of a text.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// sheets gives each project its sheet. Two short ones share a page; a sheet is only parted where it
// is longer than one.
func (p *pack) sheets() {
	if len(p.r.Projects) == 0 {
		p.nothing(p.x.T("pdf.no_project"))
		return
	}
	for i := range p.r.Projects {
		l := &p.r.Projects[i]
		room := bodyBottom - bodyTop
		if i == 0 { // the first stands below the section's title
			room = wholePage
		}
		height := p.measure(func() { p.sheet(l) })
		if height > room { // a few lines too long: set closer, it may still be one page
			p.close = true
			if closer := p.measure(func() { p.sheet(l) }); closer <= room {
				height = closer
			} else {
				p.close = false
			}
		}
		if i > 0 {
			p.gap(20)
			if p.y > bodyTop && (p.room() < room*0.3 || height > p.room()) {
				p.newPage()
			}
		}
		p.sheet(l)
		p.close = false
	}
}

// sheetsNeed is the height of the first sheet, which stands below the section's title.
func (p *pack) sheetsNeed() float64 {
	if len(p.r.Projects) == 0 {
		return 0
	}
	return p.measure(func() { p.sheet(&p.r.Projects[0]) })
}

func (p *pack) sheet(l *portfolio.ProjectLine) {
	x := p.x
	st := style{13, bold, chart.Text}
	title := views.ProjectTitle(l.Code, l.Name)
	p.record(1, title, p.sheetLinks[l.ID])
	theme := l.Theme
	if theme == "" {
		theme = x.T("chart.no_theme")
	}
	if l != &p.r.Projects[0] { // the first stands below the section's own rule
		p.box(marginLeft, p.y, bodyWidth, 2, chart.Style{Fill: chart.Accent})
		p.y += 6
	}
	p.paragraph(theme, smallMuted)
	p.paragraph(title, st)
	p.y += 4
	p.identity(l)
	if l.Sheet != nil && strings.TrimSpace(l.Sheet.Need) != "" {
		p.labelled(x.T("pdf.need"), l.Sheet.Need)
	}
	p.question(l)
	p.weatherTable(l)
	p.figures(l)
	if l.Sheet == nil {
		return
	}
	p.years(l.Sheet)
	p.baselines(l.Sheet)
	p.sheetMilestones(l.Sheet)
	p.dependencies(l.Sheet)
	if s := l.Sheet.Status; s != nil {
		if strings.TrimSpace(s.Summary) != "" {
			p.labelled(x.T("pdf.summary"), s.Summary)
		}
		if strings.TrimSpace(s.NextSteps) != "" {
			p.labelled(x.T("pdf.next_steps"), s.NextSteps)
		}
	}
}

// identity is a grid of who and where.
func (p *pack) identity(l *portfolio.ProjectLine) {
	x := p.x
	shared := x.T("pdf.no")
	if l.Interministerial {
		shared = x.T("pdf.yes")
	}
	facts := []views.Fact{
		fact(x.T("pdf.phase"), x.PhaseName(l.Phase)), fact(x.T("pdf.project_sponsor"), views.OrDash(l.Sponsor)),
		fact(x.T("pdf.project_weight"), x.Weight(l.Weight)), fact(x.T("pdf.project_manager"), views.OrDash(l.Manager)),
		fact(x.T("pdf.project_shared"), shared), fact(x.T("pdf.department"), views.OrDash(l.Department)),
	}
	const labels = 92.0
	half := bodyWidth/2 - 6
	for i := 0; i < len(facts); i += 2 {
		var lines [2][]string
		most := 1
		for k := range lines {
			lines[k] = p.lines(facts[i+k].Text, half-labels, bodyText)
			if len(lines[k]) > 3 {
				lines[k] = append(lines[k][:2:2], p.fit(lines[k][2]+" …", half-labels, bodyText))
			}
			most = max(most, len(lines[k]))
		}
		p.need(float64(most) * bodyText.lead())
		for k := range lines {
			at := marginLeft + float64(k)*(half+12)
			y := p.y + bodyText.lead() - 3
			p.text(at, y, p.fit(facts[i+k].Name, labels-4, smallMuted), smallMuted)
			for n, line := range lines[k] {
				p.text(at+labels, y+float64(n)*bodyText.lead(), line, bodyText)
			}
		}
		p.y += float64(most) * bodyText.lead()
	}
	p.y += 2
}

// labelled is a short heading with a text below it.
func (p *pack) labelled(label, text string) {
	p.gap(6)
	p.need(smallBold.lead() + float64(min(len(p.lines(text, bodyWidth, bodyText)), 2))*bodyText.lead())
	p.y += smallBold.lead()
	p.text(marginLeft, p.y-2, label, style{8, bold, chart.Accent})
	p.paragraph(text, bodyText)
}

// question frames what the project asks the committee.
func (p *pack) question(l *portfolio.ProjectLine) {
	text := views.AskedOf(l)
	if strings.TrimSpace(text) == "" {
		return
	}
	p.gap(6)
	p.need(smallBold.lead() + 2*bodyBold.lead())
	top, page := p.y, p.page
	p.y += smallBold.lead()
	p.text(marginLeft+8, p.y-2, p.x.T("pdf.question"), style{8, bold, chart.Second})
	p.block(marginLeft+8, bodyWidth-8, text, bodyBold)
	if p.page == page {
		p.box(marginLeft, top, 2.5, p.y-top+2, chart.Style{Fill: chart.Second})
	}
	p.y += 2
}

// weatherTable sets the declared weather beside the computed one.
func (p *pack) weatherTable(l *portfolio.ProjectLine) {
	x := p.x
	p.gap(8)
	var comments [4]string
	if l.Sheet != nil && l.Sheet.Status != nil {
		s := l.Sheet.Status
		comments = [4]string{s.Schedule.Comment, s.Cost.Comment, s.Scope.Comment, s.People.Comment}
	}
	none := cell{text: x.T("pdf.not_computed"), ink: chart.Muted}
	rows := []row{
		{cells: []cell{{text: x.T("pdf.schedule"), bold: true}, p.declared(l.Declared.Schedule), p.colour(l.Schedule.Colour, x.Percent(l.Schedule.BP)), {text: comments[0]}}},
		{cells: []cell{{text: x.T("pdf.cost_axis"), bold: true}, p.declared(l.Declared.Cost), p.colour(l.CostDeviation.Colour, x.Percent(l.CostDeviation.BP)), {text: comments[1]}}},
		{cells: []cell{{text: x.T("pdf.scope"), bold: true}, p.declared(l.Declared.Scope), none, {text: comments[2]}}},
		{cells: []cell{{text: x.T("pdf.people"), bold: true}, p.declared(l.Declared.People), none, {text: comments[3]}}},
	}
	p.table([]column{{x.T("pdf.col.weather"), 66, left}, {x.T("pdf.declared"), 84, left}, {x.T("pdf.computed"), 84, left}, {x.T("pdf.col.comment"), 0, left}}, rows)
	p.note(x.DeclaredOn(l, p.r.AsOf))
}

// declared is a declared colour with its word.
func (p *pack) declared(colour string) cell {
	word := chart.ColourName(p.x, colour)
	if chart.Weather(colour) == chart.Grey {
		word = p.x.T("weather.unknown")
	}
	return p.colour(colour, word)
}

// figures sets the current cost and dates beside the first ones.
func (p *pack) figures(l *portfolio.ProjectLine) {
	x := p.x
	p.gap(8)
	rows := []row{
		{cells: []cell{{text: x.T("pdf.full_cost"), bold: true}, number(p.exact(l.FirstCost)), number(p.exact(l.Cost)),
			number(x.Percent(l.CostDeviation.BP)), number(x.Percent(l.CostDeviation.SinceLastBP)), number(x.KnownOn(l.CostDeviation))}},
		{cells: []cell{{text: x.T("pdf.start"), bold: true}, number(x.Date(l.FirstStart)), number(x.Date(l.Start)), number(""), number(""), number(x.KnownOn(l.Schedule))}},
		{cells: []cell{{text: x.T("pdf.end"), bold: true}, number(x.Date(l.FirstEnd)), number(x.Date(l.End)), number(x.Slip(l)), number(""), number("")}},
		{cells: []cell{{text: x.T("pdf.duration"), bold: true}, number(x.Days(l.FirstStart, l.FirstEnd)), number(x.Days(l.Start, l.End)),
			number(x.Percent(l.Schedule.BP)), number(x.Percent(l.Schedule.SinceLastBP)), number("")}},
	}
	p.table([]column{{x.T("pdf.col.figure"), 0, left}, {x.T("pdf.col.first_baseline"), 92, right}, {x.T("pdf.col.current"), 92, right},
		{x.T("pdf.col.deviation_short"), 62, right}, {x.T("pdf.col.since_last"), 66, right}, {x.T("pdf.col.known_on"), 96, right}}, rows)
}

func (p *pack) years(s *portfolio.ProjectSheet) {
	if len(s.Years) == 0 {
		return
	}
	x := p.x
	p.gap(8)
	rows := make([]row, len(s.Years))
	for i, y := range s.Years {
		total := views.Dash
		if sum, ok := y.Investment.Add(y.Operations); ok {
			total = p.exact(sum)
		}
		rows[i] = row{cells: []cell{{text: y.FiscalYear, bold: true}, number(p.exact(y.Investment)),
			number(p.exact(y.Operations)), {text: total, bold: true}}}
	}
	p.table([]column{{x.T("pdf.col.fiscal_year"), 0, left}, {x.T("nature.investment"), 120, right}, {x.T("nature.operations"), 120, right},
		{x.T("pdf.col.total"), 120, right}}, rows)
}

// baselines lists the references, where there is more than the first.
func (p *pack) baselines(s *portfolio.ProjectSheet) {
	if len(s.Baselines) < 2 {
		return
	}
	x := p.x
	p.gap(8)
	rows := make([]row, len(s.Baselines))
	for i, b := range s.Baselines {
		reason := b.Reason
		if b.Decision != "" {
			reason = strings.TrimSpace(fmt.Sprintf("%s %s", b.Decision, reason))
		}
		rows[i] = row{cells: []cell{{text: x.T("pdf.baseline", b.Number), bold: true}, number(x.Date(b.On)), number(p.money(b.Cost)),
			number(x.Span(b.Start, b.End)), {text: views.OrDash(reason)}}}
	}
	p.table([]column{{x.T("pdf.col.baseline"), 68, left}, {x.T("pdf.col.set_on"), 56, right}, {x.T("pdf.col.cost"), 62, right},
		{x.T("pdf.col.dates"), 99, right}, {x.T("pdf.col.decision_reason"), 0, left}}, rows)
}

func (p *pack) sheetMilestones(s *portfolio.ProjectSheet) {
	x := p.x
	if len(s.Milestones) == 0 {
		return
	}
	p.gap(8)
	states := map[string]string{"late": x.T("pdf.state_late"), "due": x.T("pdf.state_due"), "reached": x.T("pdf.state_reached")}
	rows := make([]row, len(s.Milestones))
	for i, m := range s.Milestones {
		state := cell{text: states[views.MilestoneState(m)]}
		if m.State == "late" {
			state.bold = true
		}
		rows[i] = row{cells: []cell{{text: m.Name}, number(x.Date(m.BaselineOn)), number(x.Date(views.MilestoneDay(m))), number(x.SignedDays(m.SlipDays)), state}}
	}
	p.table([]column{{x.T("pdf.col.milestone"), 0, left}, {x.T("pdf.col.promised"), 66, right}, {x.T("pdf.col.when"), 66, right},
		{x.T("pdf.col.slip_short"), 56, right}, {x.T("pdf.col.state"), 70, left}}, rows)
}

func (p *pack) dependencies(s *portfolio.ProjectSheet) {
	if len(s.DependsOn)+len(s.NeededBy) == 0 {
		return
	}
	x := p.x
	p.gap(8)
	var rows []row
	add := func(kind string, lines []portfolio.DependencyLine) {
		for _, d := range lines {
			watch := ""
			if d.Late {
				watch = x.T("pdf.dependency_late")
			}
			rows = append(rows, row{cells: []cell{{text: kind}, p.project(d.Code, d.Name), {text: d.Note}, {text: watch, bold: true, ink: chart.Second}}})
		}
	}
	add(x.T("pdf.depends_on"), s.DependsOn)
	add(x.T("pdf.needed_by"), s.NeededBy)
	p.table([]column{{x.T("pdf.col.dependency"), 62, left}, {x.T("pdf.col.project"), 228, left}, {x.T("pdf.col.note"), 0, left}, {x.T("pdf.col.watch"), 78, left}}, rows)
}
