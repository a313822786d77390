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

// Parts of a roadmap's pages about requests, as their addresses name them.
const (
	PartRequests      = "requests"
	PartRenunciations = "renunciations"
	PartCapacities    = "capacities"
)

// RequestURL is the page of a request, or one below it: "edit", "skills", "submit".
func RequestURL(id portfolio.RequestID, page ...string) string {
	out := "/requests/" + strconv.FormatInt(int64(id), 10)
	for _, p := range page {
		out += "/" + p
	}
	return out
}

// RequestFileURL is the PDF of a request.
func RequestFileURL(id portfolio.RequestID) string { return RequestURL(id) + ".pdf" }

// SkillsURL is the list of the skills of an organisation, or a page below it.
func SkillsURL(organisation int64, page ...string) string {
	out := "/organisations/" + strconv.FormatInt(organisation, 10) + "/skills"
	for _, p := range page {
		out += "/" + p
	}
	return out
}

// aboutRequests tells whether the page is one about the requests of a roadmap.
func (b Base) aboutRequests(id portfolio.RoadmapID) bool {
	return slices.Contains([]string{Under(id, PartRequests), Under(id, PartRenunciations), Under(id, PartCapacities)}, b.Path)
}

// requestTabs lists the pages about requests and about the days that are there for a roadmap.
func (b Base) requestTabs(id portfolio.RoadmapID) []Link {
	return []Link{{b.T("requests.title"), Under(id, PartRequests)}, {b.T("renunciations.title"), Under(id, PartRenunciations)}, {b.T("staffing.title"), Under(id, PartCapacities)}}
}

// RequestStateName names the state of a request; one that came back says so.
func (p Printer) RequestStateName(s portfolio.RequestState, returned bool) string {
	if returned {
		return p.T("request.state.returned")
	}
	return p.T("request.state." + string(s))
}

// RiskName names a risk, a dash when none was told.
func (p Printer) RiskName(r portfolio.Risk) string {
	if r == "" {
		return Dash
	}
	return p.T("request.risk." + string(r))
}

// QuarterName writes a quarter: "T1 2027".
func (p Printer) QuarterName(q civil.Quarter) string {
	return p.T("quarter.short", strconv.Itoa(q.Number), strconv.Itoa(q.Year))
}

// Workdays writes tenths of a working day with their decimal, where there is one: "12,5".
func (p Printer) Workdays(tenths int64) string {
	whole := p.Int(tenths / 10)
	if tenths%10 == 0 {
		return whole
	}
	return whole + p.point() + strconv.FormatInt(tenths%10, 10)
}

// WorkdaysValue is a number of working days as a person types it; "" for none.
func (p Printer) WorkdaysValue(tenths *int64) string {
	if tenths == nil {
		return ""
	}
	whole := strconv.FormatInt(*tenths/10, 10)
	if *tenths%10 == 0 {
		return whole
	}
	return whole + p.point() + strconv.FormatInt(*tenths%10, 10)
}

// RequestsPage lists the requests of a roadmap.
type RequestsPage struct {
	Base
	Roadmap portfolio.Roadmap
	List    portfolio.RequestList
	State   string // that is asked for; "" for all
	Own     bool
	Zone    *time.Location
}

// Page puts the page together.
func (p RequestsPage) Page() SectionsPage {
	list, tools := Section{ID: "requests", Tables: []Table{p.table()}}, []Tool{}
	if p.May(identity.PermRequest, p.Roadmap.Place()) {
		tools = append(tools, Tool{Text: p.T("request.new"), URL: Under(p.Roadmap.ID, "requests/new"), Key: "n", Main: true})
	}
	for _, l := range p.requestTabs(p.Roadmap.ID)[1:] {
		tools = append(tools, Tool{Text: l.Text, URL: l.URL})
	}
	for _, format := range []string{"csv", "xlsx"} {
		tools = append(tools, Tool{Text: p.T("requests.file." + format), URL: withQuery(Under(p.Roadmap.ID, PartRequests)+"."+format, p.query())})
	}
	page := SectionsPage{Base: p.Base, Lead: []string{p.T("requests.text")}, Tools: tools, Filter: p.filter(), Sections: []Section{list}}
	if alert := p.RequestReminder(p.Roadmap.ID, p.due()); alert != nil {
		page.Sections = slices.Insert(page.Sections, 0, *alert)
	}
	return page
}

// due is how many requests the reader should look at again: none for who weighs no requests.
func (p RequestsPage) due() int {
	if !p.May(identity.PermExamineRequest, p.Roadmap.Place()) {
		return 0
	}
	return p.List.Due
}

// RequestReminder says how many requests are to be looked at again; nil when there is none.
func (b Base) RequestReminder(id portfolio.RoadmapID, due int) *Section {
	if due == 0 {
		return nil
	}
	return &Section{ID: "due", Alert: b.N("requests.due", due), Links: []Tool{{Text: b.T("requests.due.link"), URL: Under(id, PartRenunciations)}}}
}

func (p RequestsPage) query() url.Values {
	q := url.Values{}
	if p.State != "" {
		q.Set("state", p.State)
	}
	if p.Own {
		q.Set("own", "1")
	}
	return q
}

func (p RequestsPage) filter() *FilterForm {
	states := []Choice{{Text: p.T("requests.all")}}
	for _, s := range portfolio.RequestStates {
		states = append(states, Choice{Value: string(s), Text: p.RequestStateName(s, false), Selected: string(s) == p.State})
	}
	f := FilterForm{Action: Under(p.Roadmap.ID, PartRequests), Label: p.T("requests.filter"), Submit: p.T("control.show"), Fields: []Field{
		{Name: "state", ID: "state", Type: "select", Label: p.T("request.state"), Value: p.State, Options: states},
		{Name: "own", ID: "own", Type: "checkbox", Label: p.T("requests.own"), Checked: p.Own}}}
	if len(p.query()) > 0 {
		f.Reset = f.Action
	}
	return &f
}

func (p RequestsPage) table() Table {
	columns := []Heading{{p.T("request.request"), ""}, {p.T("request.state"), ""}, {p.T("web.project.sponsor"), ""}, {p.T("request.dates"), ""}}
	costs := slices.ContainsFunc(p.List.Lines, func(l portfolio.RequestLine) bool { return !l.CostHidden })
	if costs {
		columns = append(columns, Heading{p.T("request.cost"), numeric})
	}
	columns = append(columns, Heading{p.T("request.days"), numeric}, Heading{p.T("request.changed"), ""})
	rows := make([][]Cell, len(p.List.Lines))
	for i, l := range p.List.Lines {
		name := Cell{Text: ProjectTitle(l.Code, l.Title), URL: RequestURL(l.ID), Note: l.Department}
		state := Cell{Text: p.RequestStateName(l.State, l.Returned)}
		if l.Own {
			state.Note = p.T("request.own")
		}
		row := []Cell{name, state, {Text: OrDash(l.Sponsor)}, {Text: p.Span(l.Start, l.End)}}
		if costs {
			row = append(row, Cell{Text: p.Money(l.Cost, p.List.Currency)})
		}
		rows[i] = append(row, Cell{Text: p.Workdays(l.Tenths)}, Cell{Text: p.Date(civil.DateOf(l.ChangedAt, p.Zone))})
	}
	t := newTable(p.T("requests.title"), columns, rows)
	t.None, t.Class = p.T("requests.none"), "words"
	return t
}

// FileHead and FileRow write the list as a file.
func (p RequestsPage) FileHead() []string {
	return []string{p.T("request.code"), p.T("request.title"), p.T("request.state"), p.T("web.theme.theme"), p.T("web.project.department"), p.T("web.project.sponsor"), p.T("request.requested_by"),
		p.T("request.start"), p.T("request.end"), p.T("request.risk"), p.T("request.cost"), p.T("request.days"), p.T("request.changed")}
}

// FileRow is one request of the file.
func (p RequestsPage) FileRow(l portfolio.RequestLine) []any {
	row := []any{l.Code, l.Title, p.RequestStateName(l.State, l.Returned), l.Theme, l.Department, l.Sponsor, l.RequestedBy, dated(l.Start), dated(l.End), p.RiskName(l.Risk), nil, p.WorkdaysValue(&l.Tenths),
		civil.DateOf(l.ChangedAt, p.Zone)}
	if l.Cost != nil {
		row[10] = *l.Cost
	}
	return row
}

// dated is a date in a file; nothing for none.
func dated(d civil.Date) any {
	if d.IsZero() {
		return nil
	}
	return d
}
