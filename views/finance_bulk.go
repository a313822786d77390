package views

import (
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/identity"
)

// What is done with many lines at once.
const (
	BulkSuggested = "suggested" // with each what is suggested for it
	BulkProject   = "project"
	BulkExclude   = "exclude"
)

// BulkQueuePage says what an act on many lines would do, and does it.
type BulkQueuePage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Input        finance.BulkInput
	What         string
	Project      string // as it was typed
	Picker       Picker
	Rules        []finance.Rule
	Preview      finance.BulkPreview
	Message      string // why there is no preview, or nothing was done
}

// asked are the fields that hold what is to be done, as they travel from the question to the act.
func (p BulkQueuePage) asked() []Field {
	ids := make([]string, len(p.Input.Postings))
	for i, id := range p.Input.Postings {
		ids[i] = strconv.FormatInt(int64(id), 10)
	}
	return []Field{{Name: "postings", Type: "hidden", Value: strings.Join(ids, ",")}, {Name: "year", Type: "hidden", Value: IntValue(p.Input.Year)}, {Name: "what", Type: "hidden", Value: p.What}, {Name: "project", Type: "hidden", Value: p.Project},
		{Name: "rule", Type: "hidden", Value: IntValue(p.Input.Rule)}, {Name: "score", Type: "hidden", Value: IntValue(int64(p.Input.MinScore))}, {Name: "reason", Type: "hidden", Value: p.Input.Reason}}
}

// Page puts the page together.
func (p BulkQueuePage) Page() SectionsPage {
	lead := p.T("bulks.every")
	if n := len(p.Input.Postings); n > 0 {
		lead = p.N("bulks.chosen", n)
	}
	out := SectionsPage{Base: p.Base, Lead: []string{lead, p.Printer.Basis(p.Basis, p.Organisation.Currency)}, Filter: p.filter()}
	if p.Message != "" {
		out.Sections = []Section{{ID: "refused", Alert: p.Message}}
	}
	if p.Preview.Token == "" {
		return out
	}
	s := p.summary()
	if p.Preview.Count > 0 {
		f := p.NewForm(BooksPartURL(p.Organisation.ID, PartQueue, "bulk", "apply"), p.N("bulks.apply", int(p.Preview.Count)), BooksPartURL(p.Organisation.ID, PartQueue), 0, append(p.asked(), Field{Name: "token", Type: "hidden", Value: p.Preview.Token})...)
		s.Form = &f
	}
	out.Sections = append(out.Sections, s, p.lines())
	return out
}

func (p BulkQueuePage) filter() *FilterForm {
	fields := p.asked()[:2]
	fields = append(fields, Field{Name: "what", Type: "select", Label: p.T("bulks.what"), Value: p.What, Options: p.choices("bulks.what.", p.What, BulkSuggested, BulkProject, BulkExclude)},
		Field{Name: "project", Label: p.T("codes.project"), Value: p.Project, Suggestions: p.Picker.Suggestions(), MaxSize: 400, Autocomplete: "off"}, Field{Name: "reason", Label: p.T("movement.reason"), Help: p.T("bulks.reason.help"), Value: p.Input.Reason, MaxSize: 500},
		Field{Name: "score", Type: "number", Label: p.T("bulks.score"), Value: IntValue(int64(p.Input.MinScore))})
	if len(p.Input.Postings) == 0 {
		rules := []Choice{{Value: "", Text: p.T("bulks.any_rule")}}
		for _, r := range p.Rules {
			if r.State == finance.RuleActive {
				rules = append(rules, Choice{Value: strconv.FormatInt(r.ID, 10), Text: p.RuleName(r.RuleVersion)})
			}
		}
		fields = append(fields, Field{Name: "rule", Type: "select", Label: p.T("bulks.rule"), Value: IntValue(p.Input.Rule), Options: rules})
	}
	form := Form{Name: "bulk", Fields: fields}
	return &FilterForm{Action: BooksPartURL(p.Organisation.ID, PartQueue, "bulk"), Label: p.T("bulks.filter"), Fields: form.Items(), Submit: p.T("bulks.preview")}
}

func (p BulkQueuePage) summary() Section {
	c, v := p.Organisation.Currency, p.Preview
	s := Section{ID: "summary", Title: p.T("bulks.summary"), Facts: []Fact{{p.T("bulks.lines"), p.Int(v.Count)}, {p.T("bulks.sum"), p.Exact(v.Sum, c)}, {p.T("bulks.gross"), p.Exact(v.Gross, c)}, {p.T("bulks.skipped"), p.Int(v.Skipped)}}}
	if v.More {
		s.Text = []string{p.T("bulks.more")}
	}
	rows := make([][]Cell, len(v.Projects))
	for i, x := range v.Projects {
		rows[i] = cells(p.ProjectText(x.Project), p.Int(x.Lines), p.Exact(x.Sum, c))
	}
	t := newTable(p.T("bulks.projects"), []Heading{{p.T("codes.project"), ""}, {p.T("bulks.lines"), numeric}, {p.T("movement.amount"), numeric}}, rows)
	t.None = p.T("bulks.nothing")
	s.Tables = []Table{t}
	return s
}

func (p BulkQueuePage) lines() Section {
	c := p.Organisation.Currency
	rows := make([][]Cell, len(p.Preview.Lines))
	for i := range p.Preview.Lines {
		l := &p.Preview.Lines[i]
		rows[i] = []Cell{{Text: p.PostingTitle(&l.Posting), URL: QueueLineURL(p.Organisation.ID, l.Posting.ID, finance.QueueFilter{}), Note: p.postingNote(&l.Posting)}, {Text: OrDash(l.Posting.SupplierName)}, {Text: p.Exact(l.Residual, c)}, {Text: p.sharesText(l.Shares, c)}, {Text: p.fieldNames(l.Agreed)}}
	}
	t := newTable(p.T("bulks.line_by_line"), []Heading{{p.T("queue.line"), ""}, {p.T("codes.supplier"), ""}, {p.T("queue.left"), numeric}, {p.T("bulks.goes_to"), ""}, {p.T("queue.agreed_on"), ""}}, rows)
	t.None = p.T("bulks.nothing")
	s := Section{ID: "lines", Title: p.T("bulks.line_by_line"), Tables: []Table{t}}
	if more := p.Preview.Count - int64(len(rows)); more > 0 {
		s.Note = p.N("bulks.not_shown", int(more))
	}
	return s
}

// BatchPage shows what one act allocated, with the way to take it back.
type BatchPage struct {
	Base
	Organisation identity.Organisation
	Batch        finance.BatchDetail
	Picker       Picker
}

// Page puts the page together.
func (p BatchPage) Page() SectionsPage {
	b, o := p.Batch, p.Organisation
	facts := []Fact{{p.T("batches.kind"), p.T("batches.kind." + string(b.Kind))}, {p.T("batches.by"), p.Who(b.ByName)}, {p.T("batches.at"), p.Date(dayOf(b.At, o)) + " " + p.Clock(b.At.In(o.Location()))}, {p.T("bulks.lines"), p.Int(b.Count)}}
	if b.Reason != "" {
		facts = append(facts, Fact{p.T("movement.reason"), b.Reason})
	}
	s := Section{ID: "batch", Facts: facts}
	switch {
	case b.UndoneBy != 0:
		s.Text = []string{p.T("batches.undone")}
		s.Links = []Tool{{Text: p.T("batches.undo_batch", b.UndoneBy), URL: BatchURL(o.ID, b.UndoneBy)}}
	case b.Undoes != 0:
		s.Text = []string{p.T("batches.undoes")}
		s.Links = []Tool{{Text: p.T("batches.undone_batch", b.Undoes), URL: BatchURL(o.ID, b.Undoes)}}
	case b.Changed != 0:
		s.Text = []string{p.T("batches.changed")}
		s.Links = []Tool{{Text: p.T("batches.changed_line"), URL: QueueLineURL(o.ID, b.Changed, finance.QueueFilter{})}}
	case b.Undoable && p.May(identity.PermReconcile, identity.Within(o.ID)):
		s.Acts = []Form{p.Act(BatchURL(o.ID, b.ID)+"/undo", p.T("batches.undo"), "", 0)}
	}
	s.Links = append(s.Links, Tool{Text: p.T("queue.back"), URL: BooksPartURL(o.ID, PartQueue)})
	return SectionsPage{Base: p.Base, Sections: []Section{s, p.lines()}}
}

func (p BatchPage) lines() Section {
	c := p.Organisation.Currency
	var rows [][]Cell
	for i := range p.Batch.Lines {
		l := &p.Batch.Lines[i]
		for _, a := range l.Allocations {
			target := p.T("queue.excluded")
			if a.ProjectID != 0 {
				target = p.Picker.Label(a.ProjectID)
			}
			rows = append(rows, []Cell{{Text: p.PostingTitle(&l.Posting), URL: AllocationsURL(p.Organisation.ID, l.Posting.ID), Note: p.postingNote(&l.Posting)}, {Text: target}, {Text: p.Exact(a.Amount, c)}, {Text: p.T("allocations.method." + string(a.Method)), Note: p.reasonText(a.Reason)}})
		}
	}
	t := newTable(p.T("batches.lines"), []Heading{{p.T("queue.line"), ""}, {p.T("bulks.goes_to"), ""}, {p.T("movement.amount"), numeric}, {p.T("allocations.how"), ""}}, rows)
	t.None = p.T("allocations.none")
	s := Section{ID: "lines", Title: p.T("batches.lines"), Tables: []Table{t}}
	if more := p.Batch.Count - int64(len(p.Batch.Lines)); more > 0 {
		s.Note = p.N("bulks.not_shown", int(more))
	}
	return s
}
