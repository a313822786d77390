package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// OverviewPage is the first page of the books: how far they are reconciled, and what waits.
type OverviewPage struct {
	Base
	Organisation identity.Organisation
	Controls     finance.Controls // without rows
	Calendar     finance.Calendar
	Certificates []finance.Certificate // newest first
	Anomalies    []finance.AnomalyGroup
}

// Page puts the page together.
func (p OverviewPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.Basis(p.Controls.Basis, p.Controls.Currency)}}
	if len(p.Controls.Totals) == 0 {
		out.Sections = []Section{p.start()}
		return out
	}
	out.Sections = []Section{p.scope(), p.waiting()}
	if len(p.Anomalies) > 0 {
		out.Sections = append(out.Sections, p.anomalies())
	}
	return out
}

// start says how books begin.
func (p OverviewPage) start() Section {
	s := Section{ID: "start", Title: p.T("finance.start"), Text: []string{p.T("finance.start.text")}}
	here := identity.Within(p.Organisation.ID)
	if p.May(identity.PermEditBudget, here) {
		s.Links = append(s.Links, Tool{Text: p.T("finance.start.settings"), URL: BooksPartURL(p.Organisation.ID, PartSettings)}, Tool{Text: p.T("finance.start.envelopes"), URL: BooksPartURL(p.Organisation.ID, PartEnvelopes)})
	}
	if p.May(identity.PermImportLedger, here) {
		s.Links = append(s.Links, Tool{Text: p.T("finance.start.import"), URL: BooksPartURL(p.Organisation.ID, PartFiles, "new"), Main: true})
	}
	return s
}

func (p OverviewPage) scope() Section {
	s := Section{ID: "scope", Title: p.T("finance.scope"), Text: []string{p.T("finance.scope.text")}}
	rows := make([][]Cell, len(p.Controls.Totals))
	for i, t := range p.Controls.Totals {
		rows[i] = append(cells(p.FlowName(t.Flow)), p.tieCells(t.Tie, p.Controls.Currency)...)
	}
	s.Tables = []Table{newTable(p.T("finance.scope"), append([]Heading{{p.T("control.flow"), ""}}, p.tieColumns()...), rows)}
	if !p.Controls.Ties() {
		s.Alert = p.T("control.does_not_tie")
	}
	s.Facts = []Fact{{p.T("certificate.latest"), p.latest()}}
	return s
}

// latest is the newest certificate that holds, in a sentence.
func (p OverviewPage) latest() string {
	var last *finance.Certificate
	for i, c := range p.Certificates {
		if c.Holds() && (last == nil || c.Figures.To.After(last.Figures.To)) {
			last = &p.Certificates[i]
		}
	}
	if last == nil {
		return p.T("certificate.none")
	}
	return p.T("certificate.says", p.ShareDown(last.Figures.Reconciled), p.Date(last.Figures.To), p.Who(last.SignedLabel), p.Date(dayOf(last.SignedAt, p.Organisation)))
}

// waiting lists what somebody should do next.
func (p OverviewPage) waiting() Section {
	q, o := p.Controls.Queue, p.Organisation.ID
	var rows [][]Cell
	if q.Lines > 0 {
		rows = append(rows, []Cell{{Text: p.T("finance.part.queue"), URL: BooksPartURL(o, PartQueue)}, {Text: p.N("finance.lines", int(q.Lines)), Note: p.T("finance.oldest", p.Date(q.Oldest))}, {Text: p.Exact(q.Sum, p.Controls.Currency)}})
	}
	for _, f := range p.Controls.Files {
		if f.State == "staged" || f.State == "booking" {
			rows = append(rows, []Cell{{Text: f.Name, URL: BooksPartURL(o, PartFiles, strconv.FormatInt(int64(f.ID), 10))}, {Text: p.T("control.file.state." + f.State)}, {Text: Dash}})
		}
	}
	broken := 0
	for _, a := range p.Controls.Assertions {
		if !a.Holds() {
			broken++
		}
	}
	if broken > 0 {
		rows = append(rows, []Cell{{Text: p.T("assertions.title"), URL: BooksPartURL(o, PartControls) + "#assertions"}, {Text: p.N("finance.assertions_broken", broken)}, {Text: Dash}})
	}
	if y, period, ok := p.next(); ok {
		rows = append(rows, []Cell{{Text: p.T("finance.next_period"), URL: PeriodURL(o, y.ID, period.Number)}, {Text: p.PeriodName(y, period)}, {Text: Dash}})
	}
	t := newTable(p.T("finance.waiting"), []Heading{{p.T("finance.waiting.what"), ""}, {p.T("finance.waiting.how"), ""}, {p.T("finance.waiting.amount"), numeric}}, rows)
	t.None = p.T("finance.waiting.none")
	return Section{ID: "waiting", Title: p.T("finance.waiting"), Tables: []Table{t}}
}

// next is the first period that can be closed: open, over, and with something booked in its year.
func (p OverviewPage) next() (finance.FiscalYear, finance.Period, bool) {
	for _, y := range p.Calendar.Years {
		for _, period := range y.Periods {
			if period.State == finance.StateOpen && period.End.Before(p.Controls.On) {
				return y, period, true
			}
		}
	}
	return finance.FiscalYear{}, finance.Period{}, false
}

func (p OverviewPage) anomalies() Section {
	return Section{ID: "anomalies", Title: p.T("anomalies.title"), Tables: []Table{p.anomalyGroups(p.Organisation.ID, p.Anomalies, p.Controls.Currency)}}
}

func (p Printer) anomalyGroups(organisation int64, groups []finance.AnomalyGroup, c money.Currency) Table {
	rows := make([][]Cell, len(groups))
	for i, g := range groups {
		note := ""
		if g.Decision {
			note = p.T("anomalies.decision")
		}
		rows[i] = []Cell{{Text: p.T(g.Key), URL: BooksPartURL(organisation, "anomalies") + "#" + anomalyID(g.Key), Note: note}, {Text: p.Int(int64(g.Count))}, {Text: p.Exact(g.Sum, c)}}
	}
	t := newTable(p.T("anomalies.title"), []Heading{{p.T("anomalies.kind"), ""}, {p.T("anomalies.count"), numeric}, {p.T("anomalies.sum"), numeric}}, rows)
	t.None = p.T("anomalies.none")
	return t
}

func anomalyID(key string) string { return "a-" + key[len("anomaly."):] }

// AnomaliesPage lists what in the books somebody should look at.
type AnomaliesPage struct {
	Base
	Organisation identity.Organisation
	Groups       []finance.AnomalyGroup
}

// Page puts the page together.
func (p AnomaliesPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("anomalies.text")}}
	for _, g := range p.Groups {
		s := Section{ID: anomalyID(g.Key), Title: p.T(g.Key)}
		if g.Decision {
			s.Text = []string{p.T("anomalies.decision")}
		}
		rows := make([][]Cell, len(g.Items))
		for i, a := range g.Items {
			rows[i] = []Cell{{Text: OrDash(a.Name), URL: p.subject(g.Subject, a.ID)}, {Text: OrDash(a.Detail), Note: p.since(a)}, {Text: OrDash(a.Code)}, {Text: p.Exact(a.Amount, p.Organisation.Currency)}, {Text: p.against(a)}}
		}
		s.Tables = []Table{newTable(p.T(g.Key), []Heading{{p.T("anomalies.subject"), ""}, {p.T("anomalies.what"), ""}, {p.T("anomalies.project"), ""}, {p.T("anomalies.amount"), numeric}, {p.T("anomalies.against"), numeric}}, rows)}
		if more := g.Count - len(g.Items); more > 0 {
			s.Note = p.T("control.more", p.Int(int64(more)))
		}
		out.Sections = append(out.Sections, s)
	}
	if len(p.Groups) == 0 {
		out.Sections = []Section{{Text: []string{p.T("anomalies.none")}}}
	}
	return out
}

func (p AnomaliesPage) since(a finance.Anomaly) string {
	if a.On.IsZero() {
		return ""
	}
	return p.T("anomalies.since", p.Date(a.On))
}

// against is what the amount is held against: a budget, a commitment, the scope.
func (p AnomaliesPage) against(a finance.Anomaly) string {
	if a.Of == 0 {
		return Dash
	}
	return p.Exact(a.Of, p.Organisation.Currency)
}

// subject is the page of what an anomaly is about.
func (p AnomaliesPage) subject(kind finance.SubjectKind, number int64) string {
	id := strconv.FormatInt(number, 10)
	switch kind {
	case finance.SubjectProject:
		return ProjectURL(portfolio.ProjectID(number), Day{}) + "/finance"
	case finance.SubjectCommitment:
		return BooksPartURL(p.Organisation.ID, PartCommitments, id)
	case finance.SubjectPosting:
		return BooksPartURL(p.Organisation.ID, "postings", id)
	case finance.SubjectRule:
		return BooksPartURL(p.Organisation.ID, PartRules, id)
	}
	return BooksPartURL(p.Organisation.ID, PartQueue)
}
