package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/civil"
)

// LinePage shows a line of a file as it came.
type LinePage struct {
	Base
	Line finance.RawLine
}

func (LinePage) template() string { return "line" }

// PostingPage shows an entry of the books with all that stands behind it.
type PostingPage struct {
	Base
	Organisation identity.Organisation
	Detail       finance.PostingDetail
	Raw          finance.RawLine // empty: a reversal, which no line brought
}

func (PostingPage) template() string { return "posting" }

// Sections are the parts of the page above the raw line.
func (p PostingPage) Sections() []Section {
	return []Section{p.entry(), p.shares(), p.history(), p.source()}
}

func (p Printer) onDay(d civil.Date) string {
	if d.IsZero() {
		return Dash
	}
	return p.Date(d)
}

func (p PostingPage) entry() Section {
	x, c := p.Detail.Posting, p.Organisation.Currency
	s := Section{ID: "entry"}
	switch {
	case x.Reverses != 0:
		s.Alert = p.T("posting.reversal")
	case !x.Live:
		s.Alert = p.T("posting.reversed")
	}
	s.Facts = []Fact{{p.T("posting.amount"), p.Exact(x.Amount, c)}, {p.T("control.flow"), p.FlowName(x.Flow)}, {p.T("posting.stage"), p.T("posting.stage." + string(x.Stage))}, {p.T("posting.date"), p.onDay(x.DocOn)},
		{p.T("posting.period"), p.T("period.name", p.Detail.Year.Code, x.Period)}, {p.T("posting.supplier"), OrDash(x.SupplierName) + " " + x.Supplier}, {p.T("posting.label"), OrDash(x.Label)},
		{p.T("control.dimension.section"), p.SectionName(x.Section)}, {p.T("control.dimension.nature"), OrDash(x.Nature)}, {p.T("budget.category"), p.CategoryName(finance.Category(x.Category))},
		{p.T("control.dimension.operation"), OrDash(x.Operation)}, {p.T("posting.analytic"), OrDash(x.Analytic)}, {p.T("posting.commitment"), OrDash(x.Commitment)}, {p.T("posting.contract"), OrDash(x.Contract)},
		{p.T("posting.document"), OrDash(x.DocNo)}, {p.T("posting.invoice"), OrDash(x.Invoice)}, {p.T("posting.status"), p.postingStatus(x.Status)}}
	if x.YearID != x.BookedYearID || x.Period != x.BookedPeriod {
		s.Facts = append(s.Facts, Fact{p.T("posting.booked_in"), p.T("period.name", p.Detail.Booked.Code, x.BookedPeriod)})
	}
	if x.Live && p.May(identity.PermReconcile, identity.Within(p.Organisation.ID)) {
		s.Links = []Tool{{Text: p.T("posting.reconcile"), URL: BooksPartURL(p.Organisation.ID, PartQueue, strconv.FormatInt(int64(x.ID), 10)), Main: true}}
	}
	return s
}

func (p Printer) postingStatus(status string) string {
	if status == "" {
		return Dash
	}
	return p.T("posting.status." + status)
}

func (p PostingPage) shares() Section {
	c := p.Organisation.Currency
	s := Section{ID: "shares", Title: p.T("posting.shares")}
	rows := make([][]Cell, len(p.Detail.Shares))
	for i, x := range p.Detail.Shares {
		rows[i] = []Cell{{Text: x.Project.Name, URL: ProjectURL(x.Project.ID, Day{})}, {Text: p.Exact(x.Amount, c)}}
		if x.Project.ID == 0 {
			rows[i][0] = Cell{Text: p.T("control.excluded")}
		}
	}
	held := newTable(p.T("posting.shares"), []Heading{{p.T("codes.project"), ""}, {p.T("posting.amount"), numeric}}, rows)
	held.None = p.T("posting.shares.none")
	rows = make([][]Cell, len(p.Detail.Allocations))
	for i, a := range p.Detail.Allocations {
		name := Cell{Text: a.Project.Name, URL: ProjectURL(a.Project.ID, Day{})}
		if a.ProjectID == 0 {
			name = Cell{Text: p.T("control.excluded")}
		}
		rows[i] = []Cell{name, {Text: p.Exact(a.Amount, c)}, {Text: p.T("posting.method." + string(a.Method)), Note: a.RuleName}, {Text: OrDash(a.Reason)}, {Text: p.T("period.name", p.yearCode(a.BookedYearID), a.BookedPeriod)}}
	}
	trail := newTable(p.T("posting.allocations"), []Heading{{p.T("codes.project"), ""}, {p.T("posting.amount"), numeric}, {p.T("posting.method"), ""}, {p.T("movement.reason"), ""}, {p.T("posting.booked_in"), ""}}, rows)
	trail.None, trail.Shown = p.T("posting.allocations.none"), true
	s.Tables = []Table{held, trail}
	return s
}

// yearCode names one of the two years that the page knows.
func (p PostingPage) yearCode(id int64) string {
	if id == p.Detail.Booked.ID {
		return p.Detail.Booked.Code
	}
	return p.Detail.Year.Code
}

func (p PostingPage) history() Section {
	rows := make([][]Cell, 0, len(p.Detail.History))
	for _, x := range p.Detail.History {
		row := []Cell{{Text: p.Int(int64(x.ID)), URL: PostingURL(p.Organisation.ID, x.ID)}, {Text: p.T("posting.cause." + string(x.Cause))}, {Text: p.Exact(x.Amount, p.Organisation.Currency)}, {Text: p.onDay(x.DocOn)}, {Text: p.yesNo(x.Live)}}
		rows = append(rows, row)
	}
	s := Section{ID: "history", Title: p.T("posting.history"), Text: []string{p.T("posting.history.text")},
		Tables: []Table{newTable(p.T("posting.history"), []Heading{{p.T("posting.entry"), numeric}, {p.T("posting.cause"), ""}, {p.T("posting.amount"), numeric}, {p.T("posting.date"), ""}, {p.T("posting.live"), ""}}, rows)}}
	if o := p.Detail.Origin; o != nil {
		s.Links = append(s.Links, Tool{Text: p.T("posting.origin", o.KeyText), URL: PostingURL(p.Organisation.ID, o.ID)})
	}
	for _, x := range p.Detail.Corrections {
		s.Links = append(s.Links, Tool{Text: p.T("posting.correction", x.KeyText, p.Exact(x.Amount, p.Organisation.Currency)), URL: PostingURL(p.Organisation.ID, x.ID)})
	}
	return s
}

func (p PostingPage) source() Section {
	x := p.Detail.Posting
	return Section{ID: "source", Title: p.T("posting.source"), Facts: []Fact{{p.T("control.file.name"), p.Detail.File.Name}, {p.T("imports.line_number"), p.Int(int64(x.Line))}, {p.T("file.sha"), p.Detail.File.SHA256}},
		Links: []Tool{{Text: p.T("posting.file"), URL: FileURL(p.Organisation.ID, p.Detail.File.ID)}}}
}
