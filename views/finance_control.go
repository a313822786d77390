package views

import (
	"strconv"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
)

// FlowName names a side of the budget.
func (p Printer) FlowName(f ledgerfile.Flow) string { return p.T("finance.flow." + string(f)) }

// SectionName names a section of the budget; "" is one that the finance system did not tell.
func (p Printer) SectionName(section string) string {
	if section == "" {
		return p.T("finance.section.none")
	}
	return p.T("finance.section." + section)
}

// Basis says in which basis and currency the amounts of a page are.
func (p Printer) Basis(basis string, c money.Currency) string {
	return p.T("finance.basis", p.T("finance.basis."+basis), string(c))
}

// ControlsPage holds the books against themselves.
type ControlsPage struct {
	Base
	Organisation identity.Organisation
	Filter       finance.ControlFilter
	Calendar     finance.Calendar
	Controls     finance.Controls
	Votes        *finance.VoteTieOut // nil: no voted budget was imported of what is looked at
}

// Page puts the page together.
func (p ControlsPage) Page() SectionsPage {
	out := SectionsPage{Base: p.Base, Lead: []string{p.T("control.text"), p.Basis(p.Controls.Basis, p.Controls.Currency)}, Filter: p.filter()}
	out.Sections = []Section{p.totals(), p.books(), p.kept(), p.queue(), p.assertions()}
	if p.Votes != nil {
		out.Sections = append(out.Sections, p.votedSection(p.Organisation.ID, *p.Votes))
	}
	out.Sections = append(out.Sections, p.files())
	return out
}

func (p ControlsPage) filter() *FilterForm {
	years := []Choice{{Value: "", Text: p.T("control.every_year")}}
	for _, y := range p.Calendar.Years {
		years = append(years, Choice{Value: strconv.FormatInt(y.ID, 10), Text: y.Code, Selected: y.ID == p.Filter.Year})
	}
	until := []Choice{{Value: "", Text: p.T("control.every_period")}}
	for n := 1; n <= finance.ExtraPeriod; n++ {
		until = append(until, Choice{Value: strconv.Itoa(n), Text: p.T("control.until_period", n), Selected: n == p.Filter.Until})
	}
	form := Form{Fields: []Field{{Name: "year", Type: "select", Label: p.T("control.year"), Options: years}, {Name: "until", Type: "select", Label: p.T("control.until"), Options: until}}}
	chosen := map[finance.Dimension]bool{}
	for _, d := range p.Controls.By {
		chosen[d] = true
	}
	for _, d := range finance.ControlDimensions {
		form.Fields = append(form.Fields, Field{Name: "by_" + string(d), Type: "checkbox", Label: p.DimensionName(d), Checked: chosen[d]})
	}
	f := &FilterForm{Action: p.Path, Label: p.T("control.filter"), Fields: form.Items(), Submit: p.T("control.show")}
	if len(p.Query) > 0 {
		f.Reset = p.Path
	}
	return f
}

// DimensionName names what entries are told apart by.
func (p Printer) DimensionName(d finance.Dimension) string {
	return p.T("control.dimension." + string(d))
}

// tieColumns are the heads of a tie.
func (p Printer) tieColumns() []Heading {
	var out []Heading
	for _, k := range []string{"total", "allocated", "unallocated", "excluded", "delta", "lines"} {
		out = append(out, Heading{p.T("control." + k), numeric})
	}
	return out
}

func (p Printer) tieCells(t finance.Tie, c money.Currency) []Cell {
	row := cells(p.Exact(t.Total, c), p.Exact(t.Allocated, c), p.Exact(t.Unallocated, c), p.Exact(t.Excluded, c), p.Exact(t.Delta(), c), p.Int(t.Lines))
	row[4].Strong = t.Delta() != 0
	return row
}

func (p ControlsPage) totals() Section {
	s := Section{ID: "totals", Title: p.T("control.totals")}
	if p.Controls.Ties() {
		s.Text = []string{p.T("control.ties")}
	} else {
		s.Alert = p.T("control.does_not_tie")
	}
	rows := make([][]Cell, len(p.Controls.Totals))
	for i, t := range p.Controls.Totals {
		rows[i] = append(cells(p.FlowName(t.Flow)), p.tieCells(t.Tie, p.Controls.Currency)...)
	}
	table := newTable(p.T("control.totals"), append([]Heading{{p.T("control.flow"), ""}}, p.tieColumns()...), rows)
	table.None = p.T("control.empty")
	s.Tables = []Table{table}
	return s
}

func (p ControlsPage) books() Section {
	s := Section{ID: "books", Title: p.T("control.books")}
	columns := []Heading{{p.T("control.flow"), ""}}
	for _, d := range p.Controls.By {
		columns = append(columns, Heading{p.DimensionName(d), ""})
	}
	rows := make([][]Cell, len(p.Controls.Rows))
	for i, r := range p.Controls.Rows {
		row := cells(p.FlowName(r.Flow))
		for _, d := range p.Controls.By {
			row = append(row, Cell{Text: p.controlValue(r, d)})
		}
		rows[i] = append(row, p.tieCells(r.Tie, p.Controls.Currency)...)
	}
	table := newTable(p.T("control.books"), append(columns, p.tieColumns()...), rows)
	table.None = p.T("control.empty")
	s.Tables = []Table{table}
	if more := p.Controls.RowCount - len(p.Controls.Rows); more > 0 {
		s.Note = p.T("control.more", p.Int(int64(more)))
	}
	query := withQuery("", p.Query)
	base := BooksPartURL(p.Organisation.ID, PartControls)
	s.Links = []Tool{{Text: p.T("control.csv"), URL: base + ".csv" + query}, {Text: p.T("control.xlsx"), URL: base + ".xlsx" + query}}
	return s
}

// controlValue is the text of a dimension of a row.
func (p Printer) controlValue(r finance.ControlRow, d finance.Dimension) string {
	switch d {
	case finance.DimensionYear:
		return r.Year
	case finance.DimensionPeriod:
		return strconv.Itoa(r.Period)
	case finance.DimensionSection:
		return p.SectionName(r.Section)
	case finance.DimensionNature:
		return OrDash(r.Nature)
	case finance.DimensionOperation:
		return OrDash(r.Operation)
	case finance.DimensionChapter:
		return OrDash(r.Chapter)
	}
	return OrDash(r.Budget)
}

// FileHead and FileRow are the columns of the controls as a file holds them.
func (p ControlsPage) FileHead() []string {
	head := []string{p.T("control.flow")}
	for _, d := range p.Controls.By {
		head = append(head, p.DimensionName(d))
	}
	for _, h := range p.tieColumns() {
		head = append(head, h.Title)
	}
	return head
}

// FileRow is one row of the file.
func (p ControlsPage) FileRow(r finance.ControlRow) []any {
	row := []any{p.FlowName(r.Flow)}
	for _, d := range p.Controls.By {
		row = append(row, p.controlValue(r, d))
	}
	return append(row, r.Total, r.Allocated, r.Unallocated, r.Excluded, r.Delta(), r.Lines)
}

// kept shows only balances that differ from the books: there are none, unless something is broken.
func (p ControlsPage) kept() Section {
	s := Section{ID: "kept", Title: p.T("control.kept")}
	var rows [][]Cell
	for _, k := range p.Controls.Kept {
		if k.Books == k.Kept {
			continue
		}
		c := p.Controls.Currency
		rows = append(rows, cells(p.FlowName(k.Flow), k.Year, strconv.Itoa(k.Period), p.SectionName(k.Section), p.Exact(k.Books.Total, c), p.Exact(k.Kept.Total, c), p.Exact(k.Books.Allocated, c), p.Exact(k.Kept.Allocated, c)))
	}
	table := newTable(p.T("control.kept"), []Heading{{p.T("control.flow"), ""}, {p.T("control.dimension.year"), ""}, {p.T("control.dimension.period"), ""}, {p.T("control.dimension.section"), ""},
		{p.T("control.kept.books"), numeric}, {p.T("control.kept.kept"), numeric}, {p.T("control.kept.books_allocated"), numeric}, {p.T("control.kept.kept_allocated"), numeric}}, rows)
	table.None = p.N("control.kept.agree", len(p.Controls.Kept))
	s.Tables = []Table{table}
	return s
}

func (p ControlsPage) queue() Section {
	q, c := p.Controls.Queue, p.Controls.Currency
	s := Section{ID: "queue", Title: p.T("control.queue"), Links: []Tool{{Text: p.T("control.queue.open"), URL: BooksPartURL(p.Organisation.ID, PartQueue)}}}
	if q.Lines == 0 {
		s.Text, s.Links = []string{p.T("control.queue.none")}, nil
		return s
	}
	s.Facts = []Fact{{p.T("control.lines"), p.Int(q.Lines)}, {p.T("control.queue.accepted"), p.Int(q.Accepted)}, {p.T("control.queue.sum"), p.Exact(q.Sum, c)},
		{p.T("control.queue.oldest"), p.Date(q.Oldest) + " (" + p.N("unit.days.count", q.Days) + ")"}}
	rows := make([][]Cell, len(q.Bands))
	for i, b := range q.Bands {
		name := p.T("control.queue.band", b.From, b.To)
		if b.To == 0 {
			name = p.T("control.queue.band_last", b.From)
		}
		rows[i] = cells(name, p.Int(b.Lines), p.Exact(b.Sum, c))
	}
	s.Tables = []Table{newTable(p.T("control.queue"), []Heading{{p.T("control.queue.age"), ""}, {p.T("control.lines"), numeric}, {p.T("control.queue.sum"), numeric}}, rows)}
	return s
}

func (p ControlsPage) files() Section {
	rows := make([][]Cell, len(p.Controls.Files))
	for i, f := range p.Controls.Files {
		var sums string
		for _, x := range f.Sums {
			sums += p.FlowName(x.Flow) + " " + p.Exact(x.Sum, p.Controls.Currency) + " "
		}
		rows[i] = []Cell{{Text: f.Name, URL: BooksPartURL(p.Organisation.ID, PartFiles, strconv.FormatInt(int64(f.ID), 10)), Note: f.SHA256[:min(16, len(f.SHA256))]}, {Text: p.T("control.file.state." + f.State)}, {Text: OrDash(f.Profile.Name)},
			{Text: p.Clock(f.StagedAt.In(p.Organisation.Location())), Note: p.Date(dayOf(f.StagedAt, p.Organisation))}, {Text: p.Span(f.First, f.Last)}, {Text: OrDash(sums)}}
	}
	table := newTable(p.T("control.files"), []Heading{{p.T("control.file.name"), ""}, {p.T("control.file.state"), ""}, {p.T("control.file.profile"), ""}, {p.T("control.file.when"), ""}, {p.T("control.file.dates"), ""}, {p.T("control.file.sums"), numeric}}, rows)
	table.None = p.T("control.files.none")
	return Section{ID: "files", Title: p.T("control.files"), Tables: []Table{table}, Links: []Tool{{Text: p.T("control.files.open"), URL: BooksPartURL(p.Organisation.ID, PartFiles)}}}
}
