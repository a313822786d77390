package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
)

// SplitRows is how many rows the form offers that shares a line out, MostSplitRows the most.
const (
	SplitRows     = 4
	MostSplitRows = 40
)

// QueueLinePage is one line of the queue with all that helps to decide on it, and what may be done with it.
type QueueLinePage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Calendar     finance.Calendar
	Filter       finance.QueueFilter
	Detail       finance.QueueDetail
	Picker       Picker
	Message      string // why nothing was done
	Rest         string // what the typed parts leave
	Rows         int    // of the form that shares it out
	Split        Form
	Exclude      Form
	Known        Form
}

func (QueueLinePage) template() string { return "queue_line" }

// URL is the address of the page; Under one below it.
func (p *QueueLinePage) URL() string { return p.Under("") }

// Under is an address below the page, with its filter.
func (p *QueueLinePage) Under(path string) string {
	return queueLineURL(p.Organisation.ID, p.Detail.Posting.ID, path, p.Filter)
}

// Waits tells whether something is left that the reader may allocate.
func (p *QueueLinePage) Waits() bool {
	return p.Detail.Residual != 0 && p.May(identity.PermReconcile, identity.Within(p.Organisation.ID))
}

// SetForms makes the forms of the page, with so many rows to share the line out.
func (p *QueueLinePage) SetForms(rows int) {
	p.Rows = rows
	seen := Field{Name: "left", Type: "hidden", Value: strconv.FormatInt(int64(p.Detail.Residual), 10)}
	parts := make([]PartRow, rows)
	if len(p.Detail.Suggestions) > 0 && len(p.Detail.Suggestions[0].Shares) == 1 && !p.Detail.Suggestions[0].Exclude {
		parts[0].Project = p.Picker.Label(p.Detail.Suggestions[0].Shares[0].Project.ID)
	}
	c := p.Organisation.Currency
	p.Split = p.NewForm(p.Under("split"), p.T("queue.split.submit"), "", 0, append([]Field{seen, {Name: "rows", Type: "hidden", Value: strconv.Itoa(rows)}}, p.partFields("split", p.Picker, parts, string(c), nil)...)...)
	p.Split.Name, p.Split.Label, p.Split.Preview = "split", p.T("queue.split"), p.T("queue.split.preview")
	p.Split.Fields = append(p.Split.Fields, Field{Name: "reason", Label: p.T("queue.reason.optional"), MaxSize: 500})
	p.Exclude = p.NewForm(p.Under("exclude"), p.T("queue.exclude.submit"), "", 0, seen, Field{Name: "amount", Label: p.T("queue.exclude.amount"), Help: p.T("queue.exclude.amount.help"), Unit: string(c), InputMode: "decimal", MaxSize: 40},
		Field{Name: "reason", Label: p.T("movement.reason"), Required: true, MaxSize: 500})
	p.Exclude.Name, p.Exclude.Label = "exclude", p.T("queue.exclude")
	p.Known = p.NewForm(p.Under("accept"), p.T("queue.accept.submit"), "", 0, seen, Field{Name: "reason", Label: p.T("movement.reason"), Required: true, MaxSize: 500})
	p.Known.Name, p.Known.Label = "known", p.T("queue.accept")
}

// Left, Decimals and RestText are what the page counts with while parts are typed.
func (p *QueueLinePage) Left() int64 { return int64(p.Detail.Residual) }

// Decimals is how many decimals the currency has.
func (p *QueueLinePage) Decimals() int { return p.Organisation.Currency.Exponent() }

// RestText says what is left, with a place for the amount.
func (p *QueueLinePage) RestText() string { return p.T("queue.rest", "{0}") }

// MoreURL offers more rows.
func (p *QueueLinePage) MoreURL() string {
	q := queueValues(p.Filter)
	q.Set("rows", strconv.Itoa(min(p.Rows+SplitRows, MostSplitRows)))
	return withQuery(BooksPartURL(p.Organisation.ID, PartQueue, strconv.FormatInt(int64(p.Detail.Posting.ID), 10)), q) + "#split"
}

// Tools lead to the neighbours and to the forms of the page, each by a key of its own.
func (p *QueueLinePage) Tools() []Tool {
	o := p.Organisation.ID
	var out []Tool
	if p.Detail.Next != 0 {
		out = append(out, Tool{Text: p.T("queue.next"), URL: QueueLineURL(o, p.Detail.Next, p.Filter) + "#line", Key: "j"})
	}
	if p.Detail.Previous != 0 {
		out = append(out, Tool{Text: p.T("queue.previous"), URL: QueueLineURL(o, p.Detail.Previous, p.Filter) + "#line", Key: "k"})
	}
	if p.Waits() {
		out = append(out, Tool{Text: p.T("queue.split"), URL: "#f-split-project_1", Key: "s"}, Tool{Text: p.T("queue.exclude"), URL: "#f-exclude-reason", Key: "e"})
	}
	if len(p.Detail.Shares) > 0 && p.May(identity.PermReconcile, identity.Within(o)) {
		out = append(out, Tool{Text: p.T("queue.rule"), URL: BooksPartURL(o, PartQueue, strconv.FormatInt(int64(p.Detail.Posting.ID), 10), "rules"), Key: "r"})
	}
	return append(out, Tool{Text: p.T("queue.back"), URL: QueueURL(o, p.Filter)}, Tool{Text: p.T("queue.posting"), URL: PostingURL(o, p.Detail.Posting.ID)})
}

// Lead says what is left of the line, and since when it waits.
func (p *QueueLinePage) Lead() []string {
	c := p.Organisation.Currency
	d := &p.Detail
	if d.Residual == 0 {
		return []string{p.T("queue.line.done", p.Exact(d.Posting.Amount, c)), p.Printer.Basis(p.Basis, c)}
	}
	lead := []string{p.N("queue.line.left", d.Age, p.Exact(d.Residual, c), p.Exact(d.Posting.Amount, c), p.Date(d.Since)), p.Printer.Basis(p.Basis, c)}
	if d.State == finance.StateAccepted {
		lead = append(lead, p.T("queue.known", d.Reason))
	}
	return lead
}

// Above are the facts of the line and its suggestions, above the forms.
func (p *QueueLinePage) Above() []Section {
	out := []Section{{ID: "facts", Title: p.T("queue.facts"), Facts: p.PostingFacts(&p.Detail.Posting, p.Calendar)}}
	if p.Detail.Residual != 0 {
		out = append(out, p.suggestions())
	}
	return out
}

// PostingFacts are what an entry says that tells whose it is.
func (p Printer) PostingFacts(e *finance.Posting, years finance.Calendar) []Fact {
	year, _ := years.Year(e.YearID)
	facts := []Fact{{p.T("control.year"), p.T("assertion.until", year.Code, e.Period)}}
	add := func(key, text string) {
		if text != "" {
			facts = append(facts, Fact{p.T(key), text})
		}
	}
	add("control.flow", p.FlowName(e.Flow))
	add("queue.fact.document", joinedBy(" ", e.DocType, e.DocNo, e.DocLine))
	if !e.DocOn.IsZero() {
		add("reconcile.field.date", p.Date(e.DocOn))
	}
	add("codes.supplier", joinedBy(pickerGap, e.SupplierName, e.Supplier))
	add("reconcile.field.label", e.Label)
	add("reconcile.field.commitment", joinedBy("/", e.Commitment, e.CommitmentItem))
	add("reconcile.field.analytic", e.Analytic)
	add("reconcile.field.operation", e.Operation)
	add("reconcile.field.contract", e.Contract)
	add("reconcile.field.inventory", e.Inventory)
	add("reconcile.field.invoice", e.Invoice)
	add("reconcile.field.nature", e.Nature)
	add("reconcile.field.section", p.SectionName(e.Section))
	add("reconcile.field.function", e.Function)
	add("reconcile.field.budget", e.Budget)
	add("reconcile.field.manager", e.Manager)
	return facts
}

func joinedBy(gap string, texts ...string) string {
	out := ""
	for _, t := range texts {
		if t != "" && out != "" {
			out += gap
		}
		out += t
	}
	return out
}

// suggestions lists what the line may belong to, each with a button that takes it; the first one by a key.
func (p *QueueLinePage) suggestions() Section {
	c := p.Organisation.Currency
	s := Section{ID: "suggestions", Title: p.T("queue.suggestions")}
	if p.Detail.Doubt != "" {
		s.Text = []string{p.T(p.Detail.Doubt)}
	}
	rows := make([][]Cell, len(p.Detail.Suggestions))
	for i, x := range p.Detail.Suggestions {
		rows[i] = []Cell{{Text: p.suggestionText(x, c)}, {Text: p.fieldNames(x.Agreed), Note: p.near(x)}, {Text: p.Int(int64(x.Score))}, {Text: p.ruleText(x.Rule, x.Name)}}
		if x.Key == "" || !p.Waits() {
			continue
		}
		take := p.Act(p.Under("take"), p.T("queue.take", p.suggestionText(x, c)), "", 0, Field{Name: "left", Value: strconv.FormatInt(int64(p.Detail.Residual), 10)}, Field{Name: "suggestion", Value: x.Key})
		if len(s.Acts) == 0 {
			take.Key = "a"
		}
		s.Acts = append(s.Acts, take)
	}
	t := newTable(p.T("queue.suggestions"), []Heading{{p.T("queue.suggestion"), ""}, {p.T("queue.agreed_on"), ""}, {p.T("queue.score"), numeric}, {p.T("queue.why"), ""}}, rows)
	t.None = p.T("queue.no_suggestion")
	s.Tables = []Table{t}
	return s
}

func (p Printer) near(s finance.Suggestion) string {
	text := ""
	for _, n := range s.Near {
		text = joinedBy(p.T("list.semicolon"), text, p.T("queue.near", p.T(n.Field.Key()), n.Found, n.Known))
	}
	return text
}

// Below are the other things to do with the line, and what was done with it before.
func (p *QueueLinePage) Below() []Section {
	var out []Section
	if p.Waits() {
		out = append(out, Section{ID: "exclude", Title: p.T("queue.exclude"), Text: []string{p.T("queue.exclude.text")}, Form: &p.Exclude})
		if p.Detail.State == finance.StateAccepted {
			out = append(out, Section{ID: "known", Title: p.T("queue.reopen"), Text: []string{p.T("queue.reopen.text")},
				Acts: []Form{p.Act(p.Under("reopen"), p.T("queue.reopen"), "", 0, Field{Name: "left", Value: strconv.FormatInt(int64(p.Detail.Residual), 10)})}})
		} else {
			out = append(out, Section{ID: "known", Title: p.T("queue.accept"), Text: []string{p.T("queue.accept.text")}, Form: &p.Known})
		}
	}
	history := p.History(p.Organisation, p.Detail.History)
	history.Links = []Tool{{Text: p.T("allocations.open"), URL: AllocationsURL(p.Organisation.ID, p.Detail.Posting.ID)}}
	out = append(out, history)
	if s := p.corrections(); len(s.Tables) > 0 {
		out = append(out, s)
	}
	return out
}

func (p *QueueLinePage) corrections() Section {
	s := Section{ID: "corrections", Title: p.T("queue.corrections")}
	var rows [][]Cell
	add := func(key string, e *finance.Posting) {
		rows = append(rows, []Cell{{Text: p.PostingTitle(e), URL: QueueLineURL(p.Organisation.ID, e.ID, finance.QueueFilter{}), Note: p.postingNote(e)}, {Text: p.T(key)}, {Text: p.Exact(e.Amount, p.Organisation.Currency)}})
	}
	if p.Detail.Corrects != nil {
		add("queue.corrects", p.Detail.Corrects)
	}
	for i := range p.Detail.Corrections {
		add("queue.corrected_by", &p.Detail.Corrections[i])
	}
	if len(rows) > 0 {
		s.Tables = []Table{newTable(s.Title, []Heading{{p.T("queue.line"), ""}, {p.T("queue.relation"), ""}, {p.T("movement.amount"), numeric}}, rows)}
	}
	return s
}

// History lists what was allocated of an entry, by whom and why.
func (p Printer) History(o identity.Organisation, all []finance.HeldAllocation) Section {
	rows := make([][]Cell, len(all))
	for i, h := range all {
		why := p.reasonText(h.Reason)
		if h.RuleID != 0 || h.Method == finance.MethodRule {
			why = joinedBy(p.T("list.semicolon"), why, p.heldRule(h))
		}
		if h.Undone {
			why = joinedBy(p.T("list.semicolon"), why, p.T("allocations.undone"))
		}
		rows[i] = []Cell{{Text: p.ProjectText(h.Project)}, {Text: p.Exact(h.Amount, o.Currency)}, {Text: p.T("allocations.method." + string(h.Method)), Note: why},
			{Text: p.Who(h.Batch.ByName), Note: p.Date(dayOf(h.Batch.At, o))}, {Text: p.T("allocations.batch", h.BatchID), URL: BatchURL(o.ID, h.BatchID)}}
	}
	t := newTable(p.T("allocations.history"), []Heading{{p.T("codes.project"), ""}, {p.T("movement.amount"), numeric}, {p.T("allocations.how"), ""}, {p.T("allocations.by"), ""}, {p.T("allocations.act"), ""}}, rows)
	t.None = p.T("allocations.none")
	return Section{ID: "history", Title: p.T("allocations.history"), Tables: []Table{t}}
}

func (p Printer) heldRule(h finance.HeldAllocation) string {
	switch {
	case h.RuleName != "":
		return p.T("queue.by_rule", h.RuleName)
	case h.RuleID != 0:
		return p.T("queue.by_rule_number", h.RuleID, h.RuleVersion)
	}
	return p.T("queue.by_code")
}

// WhatHappened tells who was faster, and what they did.
func (p *QueueLinePage) WhatHappened() string {
	h := p.Detail.History
	if len(h) == 0 {
		return p.T("queue.overtaken")
	}
	last := h[len(h)-1]
	at := last.Batch.At.In(p.Organisation.Location())
	return p.T("queue.overtaken_by", p.Who(last.Batch.ByName), p.Date(dayOf(last.Batch.At, p.Organisation)), p.Clock(at), p.ProjectText(last.Project), p.Exact(last.Amount, p.Organisation.Currency))
}

// RestOf writes what parts leave.
func (p *QueueLinePage) RestOf(a money.Amount) string {
	return p.T("queue.rest", p.Exact(a, p.Organisation.Currency))
}
