package views

import (
	"strconv"
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// RequestPage shows one request.
type RequestPage struct {
	Base
	Report  portfolio.RequestReport
	Similar []portfolio.SimilarHit // nil: not for this reader
	Zone    *time.Location
	// DecisionURL is the page of the decision behind its state; "" when there is none, or none that the reader may open.
	DecisionURL string
}

// Page puts the page together.
func (p RequestPage) Page() SectionsPage {
	page := SectionsPage{Base: p.Base, Sections: []Section{p.standing(), p.content(), p.costs(), p.skills(), p.links()}}
	if p.Similar != nil {
		page.Sections = append(page.Sections, p.SimilarSection(p.Similar))
	}
	page.Sections = append(page.Sections, p.events())
	return page
}

// standing says how far the request got and what the reader may do now.
func (p RequestPage) standing() Section {
	q, l := p.Report.Request, p.Report.Line
	s := Section{ID: "standing", Facts: []Fact{{p.T("request.state"), p.RequestStateName(l.State, l.Returned)}, {p.T("request.changed"), p.Date(civil.DateOf(q.ChangedAt, p.Zone))}}}
	add := func(name, text string) {
		if text != "" {
			s.Facts = append(s.Facts, Fact{name, text})
		}
	}
	add(p.T("request.reason"), q.Reason)
	if !q.ReconsiderOn.IsZero() {
		add(p.T("request.reconsider_on"), p.Date(q.ReconsiderOn))
	}
	add(p.T("request.decision"), q.DecisionLabel)
	add(p.T("request.project"), ProjectTitle(p.Report.Project.Code, p.Report.Project.Name))
	if q.State == portfolio.RequestDraft && l.Own {
		s.Text = []string{p.T("request.draft.text")}
	}
	for i, t := range p.Report.Steps {
		s.Links = append(s.Links, Tool{Text: p.T("request.step." + string(t.Step)), URL: RequestURL(q.ID, string(t.Step)), Main: i == 0})
	}
	if p.Report.Editable {
		s.Links = append(s.Links, Tool{Text: p.T("request.edit"), URL: RequestURL(q.ID, "edit"), Key: "e"}, Tool{Text: p.T("request.skills.edit"), URL: RequestURL(q.ID, "skills")})
	}
	s.Links = append(s.Links, Tool{Text: p.T("request.pdf"), URL: RequestFileURL(q.ID)})
	if q.ProjectID != 0 {
		s.Links = append(s.Links, Tool{Text: p.T("request.project.open"), URL: ProjectURL(q.ProjectID, Day{})})
	}
	if p.DecisionURL != "" {
		s.Links = append(s.Links, Tool{Text: p.T("request.decision.open"), URL: p.DecisionURL})
	}
	return s
}

func (p RequestPage) content() Section {
	q := p.Report.Request
	return Section{ID: "request", Title: p.T("request.content"), Text: strings.FieldsFunc(q.Need, func(r rune) bool { return r == '\n' }), Facts: []Fact{{p.T("request.beneficiaries"), OrDash(q.Beneficiaries)},
		{p.T("web.theme.theme"), OrDash(p.Report.Line.Theme)}, {p.T("web.project.department"), OrDash(q.Department)}, {p.T("web.project.sponsor"), OrDash(q.Sponsor)},
		{p.T("request.requested_by"), OrDash(q.RequestedBy)}, {p.T("request.dates"), p.Span(q.Start, q.End)}, {p.T("request.risk"), p.RiskName(q.Risk)}}}
}

// costs tell what it costs by fiscal year and section; nothing for who may not read costs.
func (p RequestPage) costs() Section {
	s := Section{ID: "costs", Title: p.T("request.costs")}
	if p.Report.CostHidden {
		s.Note = p.T("request.costs.hidden")
		return s
	}
	s.Tables = []Table{p.costTable(p.Report)}
	return s
}

func (p Printer) costTable(r portfolio.RequestReport) Table {
	var rows [][]Cell
	add := func(name string, investment, operations money.Amount, strong bool) {
		row := []Cell{{Text: name}, {Text: p.Exact(investment, r.Currency)}, {Text: p.Exact(operations, r.Currency)}, {Text: p.Exact(investment+operations, r.Currency)}}
		for i := range row {
			row[i].Strong = strong
		}
		rows = append(rows, row)
	}
	var total portfolio.RequestYear
	for _, y := range portfolio.ByYear(r.Costs) {
		add(strconv.Itoa(y.Year), y.Investment, y.Operations, false)
		total.Investment, total.Operations = total.Investment+y.Investment, total.Operations+y.Operations
	}
	if len(rows) > 0 {
		add(p.T("request.total"), total.Investment, total.Operations, true)
	}
	t := newTable(p.T("request.costs"), []Heading{{p.T("request.year"), ""}, {p.SectionName("I"), numeric}, {p.SectionName("F"), numeric}, {p.T("request.total"), numeric}}, rows)
	t.None = p.T("request.costs.none")
	return t
}

func (p RequestPage) skills() Section {
	t := p.needTable(p.T("request.skills"), p.Report.Skills, p.Report.Request.Skills)
	t.None = p.T("request.skills.none")
	return Section{ID: "skills", Title: p.T("request.skills"), Tables: []Table{t}}
}

// needTable writes needs out: a row a skill, a column a quarter, of those that something is needed of.
func (p Printer) needTable(caption string, skills []portfolio.Skill, needs []portfolio.SkillNeed) Table {
	columns, at := []Heading{{p.T("skill.skill"), ""}}, map[civil.Quarter]int{}
	for _, n := range needs { // in the order of their quarters
		if at[n.Quarter] == 0 {
			at[n.Quarter] = len(columns)
			columns = append(columns, Heading{p.QuarterName(n.Quarter), numeric})
		}
	}
	columns = append(columns, Heading{p.T("request.total"), numeric})
	var rows [][]Cell
	for _, s := range skills {
		row, total := make([]Cell, len(columns)), int64(0)
		for _, n := range needs {
			if n.Skill == s.ID {
				row[at[n.Quarter]].Text = p.Workdays(n.Tenths)
				total += n.Tenths
			}
		}
		if total > 0 {
			row[0].Text, row[len(row)-1] = s.Name, Cell{Text: p.Workdays(total), Strong: true}
			rows = append(rows, row)
		}
	}
	return newTable(caption, columns, rows)
}

func (p RequestPage) links() Section {
	var rows [][]Cell
	add := func(key string, all []portfolio.LinkedSubject) {
		for _, l := range all {
			rows = append(rows, []Cell{p.linkCell(l.Subject, l.Head), {Text: p.T(key)}, {Text: p.subjectState(l.Subject, l.State)}})
		}
	}
	add("request.requires", p.Report.Requires)
	add("request.excludes", p.Report.Excludes)
	add("request.required_by", p.Report.RequiredBy)
	t := newTable(p.T("request.links"), []Heading{{p.T("request.link"), ""}, {p.T("request.link.kind"), ""}, {p.T("request.state"), ""}}, rows)
	t.None = p.T("request.links.none")
	return Section{ID: "links", Title: p.T("request.links"), Tables: []Table{t}}
}

func (p Printer) linkCell(s portfolio.Subject, h portfolio.Head) Cell {
	c := Cell{Text: ProjectTitle(h.Code, h.Name), URL: RequestURL(s.Request)}
	if s.Project != 0 {
		c.URL = ProjectURL(s.Project, Day{})
	}
	return c
}

// subjectState names the state of a request; a project is one.
func (p Printer) subjectState(s portfolio.Subject, state portfolio.RequestState) string {
	if s.Project != 0 {
		return p.T("web.project.project")
	}
	return p.RequestStateName(state, false)
}

// SimilarSection lists what may be about the same.
func (b Base) SimilarSection(hits []portfolio.SimilarHit) Section {
	rows := make([][]Cell, len(hits))
	for i, h := range hits {
		rows[i] = []Cell{b.linkCell(h.Subject, h.Head), {Text: b.subjectState(h.Subject, h.State)}, {Text: h.Roadmap.Name}}
	}
	t := newTable(b.T("request.similar"), []Heading{{b.T("request.similar.name"), ""}, {b.T("request.state"), ""}, {b.T("request.similar.roadmap"), ""}}, rows)
	t.None = b.T("request.similar.none")
	return Section{ID: "similar", Title: b.T("request.similar"), Tables: []Table{t}}
}

// events tell the life of the request, the newest first.
func (p RequestPage) events() Section {
	var rows [][]Cell
	submissions := 0
	for i := len(p.Report.Events) - 1; i >= 0; i-- {
		e := p.Report.Events[i]
		name := Cell{Text: p.Instant(e.At.In(p.Zone).Format(time.RFC3339))}
		state := Cell{Text: p.RequestStateName(e.State, e.State == portfolio.RequestDraft && i > 0), Note: e.DecisionLabel}
		if e.Submitted {
			submissions++
		}
		rows = append(rows, []Cell{name, state, {Text: p.Who(e.Actor)}, {Text: OrDash(e.Reason)}, {Text: OrDash(p.Date(e.ReconsiderOn))}})
	}
	t := newTable(p.T("request.events"), []Heading{{p.T("request.event.at"), ""}, {p.T("request.state"), ""}, {p.T("request.event.by"), ""}, {p.T("request.reason"), written}, {p.T("request.reconsider_on"), ""}}, rows)
	s := Section{ID: "events", Title: p.T("request.events"), Tables: []Table{t}}
	if submissions > 0 {
		s.Links = []Tool{{Text: p.N("request.submissions", submissions), URL: RequestURL(p.Report.Request.ID, "submissions")}}
	}
	return s
}
