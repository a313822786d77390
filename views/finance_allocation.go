package views

import (
	"strconv"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Where an amount may go that a project holds, beside to another project.
const (
	TargetProject  = "project"
	TargetQueue    = "queue"
	TargetExcluded = "excluded"
)

// AllocationURL is the page on which what a project holds of an entry is moved; project 0 stands for what is excluded.
func AllocationURL(organisation int64, id finance.PostingID, project portfolio.ProjectID) string {
	return AllocationsURL(organisation, id) + "/" + strconv.FormatInt(int64(project), 10)
}

// AllocationsPage shows what an entry is allocated to, and how that came about.
type AllocationsPage struct {
	Base
	Organisation identity.Organisation
	Basis        string
	Detail       finance.QueueDetail
}

// Page puts the page together.
func (p AllocationsPage) Page() SectionsPage {
	c, o := p.Organisation.Currency, p.Organisation.ID
	may := p.May(identity.PermReconcile, identity.Within(o))
	var rows [][]Cell
	for _, s := range p.Detail.Shares {
		row := cells(p.ProjectText(s.Project), p.Exact(s.Amount, c))
		if s.Project.ID != 0 {
			row[0].URL = ProjectURL(s.Project.ID, Day{})
		}
		if may {
			row = append(row, Cell{Text: p.T("allocations.move"), URL: AllocationURL(o, p.Detail.Posting.ID, s.Project.ID)})
		}
		rows = append(rows, row)
	}
	columns := []Heading{{p.T("codes.project"), ""}, {p.T("movement.amount"), numeric}}
	if may {
		columns = append(columns, Heading{p.T("allocations.act"), ""})
	}
	t := newTable(p.T("allocations.now"), columns, rows)
	t.None = p.T("allocations.none")
	now := Section{ID: "now", Title: p.T("allocations.now"), Tables: []Table{t}, Links: []Tool{{Text: p.T("queue.posting"), URL: PostingURL(o, p.Detail.Posting.ID)}}}
	if p.Detail.Residual != 0 {
		now.Text = []string{p.T("allocations.left", p.Exact(p.Detail.Residual, c))}
		now.Links = append(now.Links, Tool{Text: p.T("allocations.reconcile"), URL: QueueLineURL(o, p.Detail.Posting.ID, finance.QueueFilter{}), Main: may})
	}
	if may && len(p.Detail.Shares) > 0 {
		now.Links = append(now.Links, Tool{Text: p.T("queue.rule"), URL: BooksPartURL(o, PartQueue, strconv.FormatInt(int64(p.Detail.Posting.ID), 10), "rules"), Key: "r"})
	}
	return SectionsPage{Base: p.Base, Lead: []string{p.T("allocations.text", p.Exact(p.Detail.Posting.Amount, c), p.postingNote(&p.Detail.Posting)), p.Printer.Basis(p.Basis, c)}, Sections: []Section{now, p.History(p.Organisation, p.Detail.History)}}
}

// AllocationFields are the fields of a move of what a target holds.
func (p Printer) AllocationFields(held money.Amount, from portfolio.ProjectID, picker Picker, c money.Currency) []Field {
	targets := []string{TargetProject, TargetQueue, TargetExcluded}
	if from == 0 {
		targets = targets[:2]
	}
	return []Field{{Name: "held", Type: "hidden", Value: strconv.FormatInt(int64(held), 10)}, {Name: "to", Type: "radio", Label: p.T("allocations.to"), Value: TargetProject, Options: p.choices("allocations.to.", "", targets...), Required: true},
		{Name: "project", Label: p.T("codes.project"), Help: p.T("allocations.project.help"), Suggestions: picker.Suggestions(), MaxSize: 400, Autocomplete: "off"},
		{Name: "amount", Label: p.T("movement.amount"), Help: p.T("allocations.amount.help"), Unit: string(c), InputMode: "decimal", MaxSize: 40}, {Name: "reason", Label: p.T("movement.reason"), Required: true, MaxSize: 500}}
}
