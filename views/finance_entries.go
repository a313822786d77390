package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
)

// EntriesPage lists the entries of the finance system that belong to a project.
type EntriesPage struct {
	Base
	Calendar finance.Calendar
	Postings finance.PostingPage
}

// Page puts the page together.
func (p EntriesPage) Page() SectionsPage {
	x := p.Postings
	out := SectionsPage{Base: p.Base, Lead: []string{p.N("entries.count", int(x.Found), p.Exact(x.Cost, x.Currency)), p.Basis(x.AmountBasis, x.Currency)}, Filter: p.filter()}
	books := p.May(identity.PermReadLedger, identity.Within(x.OrganisationID))
	rows := make([][]Cell, len(x.Lines))
	for i := range x.Lines {
		l := &x.Lines[i]
		name := Cell{Text: p.PostingTitle(&l.Posting), Note: p.postingNote(&l.Posting)}
		if books {
			name.URL = PostingURL(x.OrganisationID, l.ID)
		}
		whole := ""
		if l.Share != l.Amount {
			whole = p.T("queue.of", p.Exact(l.Amount, x.Currency))
		}
		rows[i] = []Cell{name, {Text: OrDash(l.SupplierName)}, {Text: p.T("period.name", l.Year, l.Period)}, {Text: p.SectionName(l.Section), Note: p.categoryText(finance.Category(l.Category))}, {Text: OrDash(l.Commitment)}, {Text: p.T("posting.stage." + string(l.Stage))}, {Text: p.Exact(l.Cost, x.Currency), Note: whole}}
		if !l.Live {
			rows[i][5].Note = p.T("entries.taken_back")
		}
	}
	t := newTable(p.T("entries.title"), []Heading{{p.T("posting.label"), ""}, {p.T("codes.supplier"), ""}, {p.T("period.period"), ""}, {p.T("control.dimension.section"), ""}, {p.T("codes.commitment"), ""}, {p.T("posting.stage"), ""}, {p.T("report.cost"), numeric}}, rows)
	t.None = p.T("entries.none")
	s := Section{ID: "entries", Tables: []Table{t}}
	id, f := x.Project.ID, x.Filter
	f.After = 0
	if x.Filter.After != 0 {
		s.Links = append(s.Links, Tool{Text: p.T("web.pager.first"), URL: PostingsURL(id, f)})
	}
	s.Links = append(s.Links, Tool{Text: p.T("control.csv"), URL: withQuery(UnderProject(id, PartPostings)+".csv", postingValues(f))})
	if x.Next != 0 {
		f.After = x.Next
		s.Links = append(s.Links, Tool{Text: p.T("web.pager.next"), URL: PostingsURL(id, f), Main: true})
	}
	out.Sections = []Section{s}
	return out
}

func (p EntriesPage) filter() *FilterForm {
	x := p.Postings.Filter
	years := append([]Choice{{Value: "", Text: p.T("control.every_year")}}, p.yearChoices(p.Calendar, 0, false)...)
	periods := []Choice{{Value: "", Text: p.T("control.every_period")}}
	for n := 1; n <= finance.ExtraPeriod; n++ {
		periods = append(periods, Choice{Value: strconv.Itoa(n), Text: strconv.Itoa(n)})
	}
	sections := append([]Choice{{Value: "", Text: p.T("envelope.both_sections")}}, p.sectionChoices("", false)...)
	categories := append([]Choice{{Value: "", Text: p.T("entries.every_category")}}, p.categoryChoices("")...)
	stages := []Choice{{Value: "", Text: p.T("entries.every_stage")}}
	for _, s := range []ledgerfile.Stage{ledgerfile.StageMandated, ledgerfile.StageCommitted} {
		stages = append(stages, Choice{Value: string(s), Text: p.T("posting.stage." + string(s))})
	}
	form := Form{Name: "filter", Fields: []Field{{Name: "q", Type: "search", Label: p.T("entries.search"), Value: x.Text, MaxSize: 200}, {Name: "year", Type: "select", Label: p.T("control.year"), Value: IntValue(x.Year), Options: years},
		{Name: "period", Type: "select", Label: p.T("period.period"), Value: IntValue(int64(x.Period)), Options: periods}, {Name: "section", Type: "select", Label: p.T("control.dimension.section"), Value: x.Section, Options: sections},
		{Name: "category", Type: "select", Label: p.T("budget.category"), Value: x.Category, Options: categories}, {Name: "stage", Type: "select", Label: p.T("posting.stage"), Value: x.Stage, Options: stages},
		{Name: "all", Type: "checkbox", Label: p.T("entries.all"), Checked: x.All}}}
	f := &FilterForm{Action: UnderProject(p.Postings.Project.ID, PartPostings), Label: p.T("entries.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if len(postingValues(x)) > 0 {
		f.Reset = f.Action
	}
	return f
}

// FileHead and FileRow are the entries as a file holds them.
func (p EntriesPage) FileHead() []string {
	keys := []string{"posting.date", "control.year", "period.period", "control.flow", "posting.stage", "codes.supplier", "posting.supplier.number", "posting.label", "control.dimension.section", "control.dimension.nature", "budget.category", "codes.commitment", "posting.document", "posting.invoice", "posting.amount", "report.cost"}
	return p.texts(keys)
}

// FileRow is one entry.
func (p EntriesPage) FileRow(l finance.PostingShare) []any {
	var on any
	if !l.DocOn.IsZero() {
		on = l.DocOn
	}
	return []any{on, l.Year, l.Period, p.FlowName(l.Flow), p.T("posting.stage." + string(l.Stage)), l.SupplierName, l.Supplier, l.Label, p.SectionName(l.Section), l.Nature, p.categoryText(finance.Category(l.Category)), l.Commitment, l.DocNo, l.Invoice, l.Amount, l.Cost}
}
