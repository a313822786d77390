package views

import (
	"net/url"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/money"
)

// QueueURL is the queue of an organisation under a filter, without its page.
func QueueURL(organisation int64, f finance.QueueFilter) string {
	f.After = ""
	return withQuery(BooksPartURL(organisation, PartQueue), queueValues(f))
}

// QueueLineURL is the page of a line of the queue; its neighbours are those under the filter.
func QueueLineURL(organisation int64, id finance.PostingID, f finance.QueueFilter) string {
	return queueLineURL(organisation, id, "", f)
}

func queueLineURL(organisation int64, id finance.PostingID, path string, f finance.QueueFilter) string {
	f.After = ""
	u := BooksPartURL(organisation, PartQueue, strconv.FormatInt(int64(id), 10))
	if path != "" {
		u += "/" + path
	}
	return withQuery(u, queueValues(f))
}

// AllocationsURL is the page of what an entry is allocated to.
func AllocationsURL(organisation int64, id finance.PostingID) string {
	return PostingURL(organisation, id) + "/allocations"
}

// BatchURL is the page of what one act allocated.
func BatchURL(organisation, batch int64) string {
	return BooksPartURL(organisation, "batches", strconv.FormatInt(batch, 10))
}

func queueValues(f finance.QueueFilter) url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("state", f.State)
	set("q", f.Text)
	set("order", string(f.Order))
	set("year", IntValue(f.Year))
	set("age", IntValue(int64(f.Age)))
	set("after", f.After)
	return q
}

// QueuePage lists what is not allocated, the largest or the oldest first.
type QueuePage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Calendar     finance.Calendar
	Queue        finance.QueuePage
}

func (QueuePage) template() string { return "queue" }

// Reconciles tells whether the reader may allocate.
func (p QueuePage) Reconciles() bool {
	return p.May(identity.PermReconcile, identity.Within(p.Organisation.ID))
}

// Filter narrows the queue.
func (p QueuePage) Filter() *FilterForm {
	f := p.Queue.Filter
	years := append([]Choice{{Value: "", Text: p.T("control.every_year")}}, p.yearChoices(p.Calendar, f.Year, false)...)
	form := Form{Name: "filter", Fields: []Field{{Name: "q", Type: "search", Label: p.T("queue.search"), Value: f.Text, MaxSize: 200},
		{Name: "state", Type: "select", Label: p.T("queue.state"), Value: f.State, Options: []Choice{{Value: "", Text: p.T("queue.state.open")}, {Value: finance.StateAccepted, Text: p.T("queue.state.accepted")}, {Value: finance.StateAll, Text: p.T("queue.state.all")}}},
		{Name: "year", Type: "select", Label: p.T("control.year"), Value: IntValue(f.Year), Options: years}, {Name: "age", Type: "number", Label: p.T("queue.age.least"), Value: IntValue(int64(f.Age))},
		{Name: "order", Type: "select", Label: p.T("queue.order"), Value: string(f.Order), Options: []Choice{{Value: "", Text: p.T("queue.order.size")}, {Value: string(finance.OrderByAge), Text: p.T("queue.order.age")}}}}}
	out := &FilterForm{Action: p.Path, Label: p.T("queue.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if len(queueValues(f)) > 0 {
		out.Reset = p.Path
	}
	return out
}

// Scope is the line that must tie: what the files say is allocated, in the queue or excluded.
func (p QueuePage) Scope() Section {
	s := Section{ID: "scope", Title: p.T("finance.scope"), Text: []string{p.T("finance.scope.text")}}
	c := p.Organisation.Currency
	rows := make([][]Cell, len(p.Queue.Scope))
	for i, l := range p.Queue.Scope {
		rows[i] = cells(p.FlowName(l.Flow), p.Exact(l.Total, c), p.Exact(l.Allocated, c), p.Exact(l.Unallocated, c), p.Exact(l.Excluded, c), p.Exact(l.Delta(), c))
		if rows[i][5].Strong = l.Delta() != 0; rows[i][5].Strong {
			s.Alert = p.T("control.does_not_tie")
		}
	}
	t := newTable(p.T("finance.scope"), []Heading{{p.T("control.flow"), ""}, {p.T("control.total"), numeric}, {p.T("control.allocated"), numeric}, {p.T("control.unallocated"), numeric}, {p.T("control.excluded"), numeric}, {p.T("control.delta"), numeric}}, rows)
	t.None = p.T("control.empty")
	s.Tables = []Table{t}
	return s
}

// Lead says how much waits under the filter.
func (p QueuePage) Lead() []string {
	c := p.Organisation.Currency
	return []string{p.N("queue.count", int(p.Queue.Count), p.Exact(p.Queue.Sum, c), p.Exact(p.Queue.Gross, c)), p.Printer.Basis(p.Basis, c)}
}

// QueueRow is a line of the queue as the page shows it.
type QueueRow struct {
	ID              int64
	URL, Text, Note string
	Supplier        string
	Amount, Of      string
	Age, State      string
	Suggested, Why  string
	Pick            string // what the box says
}

// Rows lists the lines.
func (p QueuePage) Rows() []QueueRow {
	c := p.Organisation.Currency
	out := make([]QueueRow, len(p.Queue.Lines))
	for i := range p.Queue.Lines {
		l := &p.Queue.Lines[i]
		r := QueueRow{ID: int64(l.Posting.ID), URL: QueueLineURL(p.Organisation.ID, l.Posting.ID, p.Queue.Filter), Text: p.PostingTitle(&l.Posting), Note: p.postingNote(&l.Posting), Supplier: OrDash(l.Posting.SupplierName),
			Amount: p.Exact(l.Residual, c), Age: p.N("unit.days.count", l.Age), Pick: p.T("queue.pick", p.PostingTitle(&l.Posting), p.Exact(l.Residual, c))}
		if l.Residual != l.Posting.Amount {
			r.Of = p.T("queue.of", p.Exact(l.Posting.Amount, c))
		}
		if l.State == finance.StateAccepted {
			r.State = p.T("queue.known", l.Reason)
		}
		switch {
		case len(l.Suggestions) > 0:
			r.Suggested, r.Why = p.suggestionText(l.Suggestions[0], c), p.why(l.Suggestions[0])
		default:
			r.Suggested = p.T("queue.no_suggestion")
		}
		if l.Doubt != "" {
			r.Why = strings.TrimPrefix(r.Why+p.T("list.semicolon")+p.T(l.Doubt), p.T("list.semicolon"))
		}
		out[i] = r
	}
	return out
}

// BulkURL is where picked lines are looked at together.
func (p QueuePage) BulkURL() string { return BooksPartURL(p.Organisation.ID, PartQueue, "bulk") }

// AllURL previews all suggestions of the queue at once.
func (p QueuePage) AllURL() string {
	f := finance.QueueFilter{Year: p.Queue.Filter.Year}
	return withQuery(p.BulkURL(), queueValues(f))
}

// NextURL is the next page; "" when this is the last one.
func (p QueuePage) NextURL() string {
	if p.Queue.Next == "" {
		return ""
	}
	f := p.Queue.Filter
	f.After = p.Queue.Next
	return withQuery(p.Path, queueValues(f))
}

// FirstURL is the first page; "" on it.
func (p QueuePage) FirstURL() string {
	if p.Queue.Filter.After == "" {
		return ""
	}
	return QueueURL(p.Organisation.ID, p.Queue.Filter)
}

// BeginURL is the first line of the page, to work through the queue line by line; "" when nothing waits.
func (p QueuePage) BeginURL() string {
	if len(p.Queue.Lines) == 0 {
		return ""
	}
	return QueueLineURL(p.Organisation.ID, p.Queue.Lines[0].Posting.ID, p.Queue.Filter)
}

// PostingTitle names an entry: by what it is for, else by its number.
func (Printer) PostingTitle(p *finance.Posting) string {
	for _, text := range []string{p.Label, p.DocNo, p.SupplierName, p.KeyText} {
		if strings.TrimSpace(text) != "" {
			return text
		}
	}
	return strconv.FormatInt(int64(p.ID), 10)
}

// postingNote tells which document an entry is of.
func (p Printer) postingNote(e *finance.Posting) string {
	parts := []string{p.FlowName(e.Flow)}
	if e.DocNo != "" {
		parts = append(parts, p.T("queue.doc", e.DocNo))
	}
	if !e.DocOn.IsZero() {
		parts = append(parts, p.Date(e.DocOn))
	}
	return strings.Join(parts, " · ")
}

// ProjectText names a project, or what is excluded.
func (p Printer) ProjectText(q finance.Project) string {
	if q.ID == 0 {
		return p.T("queue.excluded")
	}
	return q.Code + pickerGap + q.Name
}

// sharesText writes where an amount goes: the project alone when it takes all of it.
func (p Printer) sharesText(shares []finance.SuggestedShare, c money.Currency) string {
	if len(shares) == 1 {
		return p.ProjectText(shares[0].Project)
	}
	texts := make([]string, len(shares))
	for i, s := range shares {
		texts[i] = p.ProjectText(s.Project) + p.T("list.colon") + p.Exact(s.Amount, c)
	}
	return strings.Join(texts, p.T("list.semicolon"))
}

func (p Printer) suggestionText(s finance.Suggestion, c money.Currency) string {
	if s.Exclude {
		return p.T("queue.exclude.because", p.reasonText(s.Reason))
	}
	if len(s.Shares) == 0 {
		return p.T("reconcile.reason.misfit")
	}
	return p.sharesText(s.Shares, c)
}

// reasonText is a reason: that of the engine is a key of the catalogues, that of a person a text.
func (p Printer) reasonText(reason string) string {
	if strings.HasPrefix(reason, "reconcile.reason.") && p.Has(reason) {
		return p.T(reason)
	}
	return reason
}

// why tells which fields agreed, by which rule, and how sure that is.
func (p Printer) why(s finance.Suggestion) string {
	text := p.T("queue.agreed", p.fieldNames(s.Agreed), s.Score)
	for _, n := range s.Near {
		text += p.T("list.semicolon") + p.T("queue.near", p.T(n.Field.Key()), n.Found, n.Known)
	}
	return text + p.T("list.semicolon") + p.ruleText(s.Rule, s.Name)
}

func (p Printer) fieldNames(fields []reconcile.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = p.T(f.Key())
	}
	if len(names) == 0 {
		return Dash
	}
	return strings.Join(names, ", ")
}

// ruleText names the rule that decided: one of the organisation, or one that always holds.
func (p Printer) ruleText(r reconcile.RuleRef, name string) string {
	switch {
	case name != "":
		return p.T("queue.by_rule", name)
	case r.ID != 0:
		return p.T("queue.by_rule_number", r.ID, r.Version)
	}
	return p.T("queue.by_rank", p.T(r.Rank.Key()))
}
