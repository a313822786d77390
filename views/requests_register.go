package views

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// RegisterQuery narrows the register of renunciations.
type RegisterQuery struct {
	From, To string // as typed
	Due      bool   // what is to be looked at again today
}

// Values writes the query.
func (q RegisterQuery) Values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"from": q.From, "to": q.To} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if q.Due {
		v.Set("due", "1")
	}
	return v
}

// RenunciationsPage is the register of what was asked for and not taken up: who asked, why not, who decided, and when it is to be looked at again.
type RenunciationsPage struct {
	Base
	Roadmap portfolio.Roadmap
	List    portfolio.RequestList
	Search  RegisterQuery
	Errors  map[string]string // by field, why what was typed is not a date
	Today   civil.Date
	Zone    *time.Location
}

// Page puts the page together.
func (p RenunciationsPage) Page() SectionsPage {
	s := Section{ID: "register", Tables: []Table{p.table()}, Note: p.T("renunciations.note")}
	var tools []Tool
	for _, format := range []string{"pdf", "csv", "xlsx"} {
		tools = append(tools, Tool{Text: p.T("renunciations.file." + format), URL: withQuery(Under(p.Roadmap.ID, PartRenunciations)+"."+format, p.Search.Values())})
	}
	page := SectionsPage{Base: p.Base, Lead: []string{p.T("renunciations.text")}, Tools: tools, Filter: p.filter(), Sections: []Section{s}}
	if p.May(identity.PermExamineRequest, p.Roadmap.Place()) && p.List.Due > 0 {
		page.Sections = slices.Insert(page.Sections, 0, Section{ID: "due", Alert: p.N("requests.due", p.List.Due)})
	}
	return page
}

func (p RenunciationsPage) filter() *FilterForm {
	f := FilterForm{Action: Under(p.Roadmap.ID, PartRenunciations), Label: p.T("renunciations.filter"), Submit: p.T("control.show"), Fields: []Field{
		{Name: "from", ID: "from", Type: "date", Label: p.T("renunciations.from"), Value: p.Search.From, Error: p.Errors["from"]},
		{Name: "to", ID: "to", Type: "date", Label: p.T("renunciations.to"), Value: p.Search.To, Error: p.Errors["to"]},
		{Name: "due", ID: "due-only", Type: "checkbox", Label: p.T("renunciations.due"), Checked: p.Search.Due}}}
	if len(p.Search.Values()) > 0 {
		f.Reset = f.Action
	}
	return &f
}

func (p RenunciationsPage) table() Table {
	rows := make([][]Cell, len(p.List.Lines))
	for i, l := range p.List.Lines {
		again := Cell{Text: OrDash(p.Date(l.ReconsiderOn))}
		if !l.ReconsiderOn.IsZero() && !l.ReconsiderOn.After(p.Today) {
			again.Strong, again.Note = true, p.T("renunciations.overdue")
		}
		rows[i] = []Cell{{Text: ProjectTitle(l.Code, l.Title), URL: RequestURL(l.ID), Note: l.Department}, {Text: p.RequestStateName(l.State, false), Note: l.DecisionLabel},
			{Text: p.Date(civil.DateOf(l.ChangedAt, p.Zone))}, again, {Text: OrDash(l.Sponsor)}, {Text: OrDash(l.Reason)}}
	}
	t := newTable(p.T("renunciations.title"), []Heading{{p.T("request.request"), ""}, {p.T("request.state"), ""}, {p.T("renunciations.on"), ""},
		{p.T("request.reconsider_on"), ""}, {p.T("web.project.sponsor"), ""}, {p.T("request.reason"), written}}, rows)
	t.None, t.Class = p.T("renunciations.none"), "words"
	return t
}

// RegisterHead and RegisterRow write the register as a file.
func (p Printer) RegisterHead() []string {
	return []string{p.T("request.code"), p.T("request.title"), p.T("request.state"), p.T("renunciations.on"), p.T("web.project.department"), p.T("web.project.sponsor"), p.T("request.requested_by"), p.T("request.cost"),
		p.T("request.reason"), p.T("request.decision"), p.T("request.reconsider_on")}
}

// RegisterRow is one renunciation of the file.
func (p Printer) RegisterRow(l portfolio.RequestLine, zone *time.Location) []any {
	row := []any{l.Code, l.Title, p.RequestStateName(l.State, false), civil.DateOf(l.ChangedAt, zone), l.Department, l.Sponsor, l.RequestedBy, nil, l.Reason, l.DecisionLabel, dated(l.ReconsiderOn)}
	if l.Cost != nil {
		row[7] = *l.Cost
	}
	return row
}

// SubmissionsPage holds two submissions of a request side by side.
type SubmissionsPage struct {
	Base
	ID         portfolio.RequestID
	Comparison portfolio.RequestComparison
	Zone       *time.Location
}

// Page puts the page together.
func (p SubmissionsPage) Page() SectionsPage {
	c := p.Comparison
	when := func(e portfolio.RequestEvent) string { return p.Instant(e.At.In(p.Zone).Format(time.RFC3339)) }
	was, is := p.submissionRows(c.Was), p.submissionRows(c.Is)
	rows := make([][]Cell, 0, len(is.names))
	changed := 0
	for _, name := range p.rowNames(was, is) {
		row := []Cell{{Text: name}, {Text: OrDash(was.value[name])}, {Text: OrDash(is.value[name])}}
		if was.value[name] != is.value[name] {
			row[2].Strong, row[2].Note = true, p.T("request.compare.changed")
			changed++
		}
		rows = append(rows, row)
	}
	t := newTable(p.T("request.compare"), []Heading{{p.T("request.compare.field"), ""}, {when(c.Before), written}, {when(c.After), written}}, rows)
	s := Section{ID: "compare", Tables: []Table{t}, Text: []string{p.N("request.compare.count", changed)}}
	if c.CostHidden {
		s.Note = p.T("request.costs.hidden")
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("request.compare.text")}, Filter: p.filter(), Sections: []Section{s}}
}

func (p SubmissionsPage) filter() *FilterForm {
	if len(p.Comparison.Numbers) < 2 {
		return nil
	}
	choices := func(now int) []Choice {
		out := make([]Choice, len(p.Comparison.Numbers))
		for i, n := range p.Comparison.Numbers {
			out[i] = Choice{Value: strconv.Itoa(n), Text: p.T("request.compare.number", strconv.Itoa(i+1)), Selected: n == now}
		}
		return out
	}
	return &FilterForm{Action: RequestURL(p.ID, "submissions"), Label: p.T("request.compare"), Submit: p.T("request.compare.submit"), Fields: []Field{
		{Name: "before", ID: "before", Type: "select", Label: p.T("request.compare.before"), Value: strconv.Itoa(p.Comparison.Before.Number), Options: choices(p.Comparison.Before.Number)},
		{Name: "after", ID: "after", Type: "select", Label: p.T("request.compare.after"), Value: strconv.Itoa(p.Comparison.After.Number), Options: choices(p.Comparison.After.Number)}}}
}

// submissionRows is a submission, field by field, in words.
type submissionRows struct {
	names []string
	value map[string]string
}

func (p SubmissionsPage) submissionRows(s portfolio.SubmittedRequest) submissionRows {
	out := submissionRows{value: map[string]string{}}
	add := func(name, text string) {
		if _, there := out.value[name]; !there {
			out.names = append(out.names, name)
			out.value[name] = text
			return
		}
		out.value[name] += "\n" + text
	}
	add(p.T("request.title"), s.Title)
	add(p.T("web.theme.theme"), s.Theme)
	add(p.T("request.need"), s.Need)
	add(p.T("request.beneficiaries"), s.Beneficiaries)
	add(p.T("web.project.department"), s.Department)
	add(p.T("web.project.sponsor"), s.Sponsor)
	add(p.T("request.requested_by"), s.RequestedBy)
	add(p.T("request.start"), p.Date(s.Start))
	add(p.T("request.end"), p.Date(s.End))
	add(p.T("request.risk"), p.RiskName(s.Risk))
	for _, c := range s.Costs {
		add(p.T("request.cost.of", strconv.Itoa(c.Year), p.SectionName(string(c.Section))), p.Exact(c.Amount, p.Comparison.Currency))
	}
	for _, n := range s.Skills {
		add(n.Skill, p.T("request.compare.days", p.QuarterName(n.Quarter), p.Workdays(n.Tenths)))
	}
	for _, code := range s.Requires {
		add(p.T("request.requires"), code)
	}
	for _, code := range s.Excludes {
		add(p.T("request.excludes"), code)
	}
	return out
}

// rowNames lists the fields of both submissions: those of the later one in its order, then those that only the earlier one had.
func (p SubmissionsPage) rowNames(was, is submissionRows) []string {
	out := slices.Clone(is.names)
	for _, name := range was.names {
		if _, there := is.value[name]; !there {
			out = append(out, name)
		}
	}
	return out
}
