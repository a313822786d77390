package views

import (
	"slices"
	"strconv"
	"strings"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
)

// BudgetUploadURL is the page on which a voted budget of the finance system is uploaded.
func BudgetUploadURL(organisation int64) string {
	return BooksPartURL(organisation, PartFiles, "new") + "?purpose=" + ledgerfile.PurposeBudget
}

// VotesURL is where the envelopes are held against the voted budgets of a fiscal year.
func VotesURL(organisation, year int64) string {
	return BooksPartURL(organisation, PartControls) + "?year=" + strconv.FormatInt(year, 10) + "#votes"
}

// votedSection holds the envelopes of a year against the voted budgets of the finance system.
func (b Base) votedSection(organisation int64, v finance.VoteTieOut) Section {
	s := Section{ID: "votes", Title: b.T("votes.title", v.Year.Code), Text: []string{b.T("votes.text")}, Note: b.T("votes.note")}
	differ := 0
	for _, l := range v.Lines {
		if l.Delta() != 0 {
			differ++
		}
	}
	switch {
	case differ > 0:
		s.Alert = b.N("votes.differ", differ)
	case len(v.Lines) > 0:
		s.Text = append(s.Text, b.T("votes.agree"))
	}
	c := money.Currency(v.Currency)
	s.Tables = []Table{b.votedOperations(v.Lines, c), b.votedSections(v.Sections, c), b.votedDocuments(organisation, v.Documents, c)}
	if b.May(identity.PermImportLedger, identity.Within(organisation)) {
		s.Links = []Tool{{Text: b.T("votes.import"), URL: BudgetUploadURL(organisation)}}
	}
	s.Links = append(s.Links, Tool{Text: b.T("envelopes.title"), URL: BooksPartURL(organisation, PartEnvelopes)})
	return s
}

// votedOperations compares operation by operation and, below each, act by act.
func (p Printer) votedOperations(lines []finance.VoteTieOutLine, c money.Currency) Table {
	t := Table{Caption: p.T("votes.operations"), Shown: true, None: p.T("votes.operations.none"), Columns: []Heading{{p.T("votes.operation"), ""}, {p.T("votes.envelopes"), ""}, {p.T("votes.budget"), numeric}, {p.T("votes.books"), numeric}, {p.T("votes.delta"), numeric}}}
	for _, l := range lines {
		if name := p.SectionName(l.Section); len(t.Groups) == 0 || t.Groups[len(t.Groups)-1].Title != name {
			t.Groups = append(t.Groups, Group{Title: name})
		}
		g := &t.Groups[len(t.Groups)-1]
		row := cells(l.Operation, strings.Join(l.Envelopes, ", "), p.Exact(l.Budget, c), p.Exact(l.Books, c), p.signedExact(l.Delta(), c))
		row[4].Strong = l.Delta() != 0
		g.Rows = append(g.Rows, row)
		for _, a := range l.Acts {
			act := cells("— "+p.T("envelope.act."+string(a.Act)), "", p.Exact(a.Budget, c), p.Exact(a.Books, c), p.signedExact(a.Delta(), c))
			if !a.Documented {
				act[2], act[4] = Cell{Text: Dash, Note: p.T("votes.undocumented")}, Cell{Text: Dash}
			}
			g.Rows = append(g.Rows, act)
		}
	}
	return t
}

// votedSections sums up, for what names no operation.
func (p Printer) votedSections(sections []finance.VoteTieOutSection, c money.Currency) Table {
	rows := make([][]Cell, len(sections))
	for i, s := range sections {
		rows[i] = cells(p.SectionName(s.Section), p.Exact(s.Budget, c), p.Exact(s.Named, c), p.Exact(s.Unnamed, c))
	}
	t := newTable(p.T("votes.sections"), []Heading{{p.T("control.dimension.section"), ""}, {p.T("votes.sections.budget"), numeric}, {p.T("votes.sections.named"), numeric}, {p.T("votes.sections.unnamed"), numeric}}, rows)
	t.Shown, t.None = true, p.T("votes.documents.none")
	return t
}

// votedDocuments lists the documents, each with the file that tells it.
func (p Printer) votedDocuments(organisation int64, documents []finance.VotedDocument, c money.Currency) Table {
	rows := make([][]Cell, len(documents))
	for i, d := range documents {
		rows[i] = []Cell{{Text: p.documentName(d.Document), Note: d.Number}, {Text: d.FileName, URL: FileURL(organisation, d.File)}, {Text: OrDash(d.Entity)}, {Text: p.Int(d.Lines)}, {Text: p.Exact(d.Voted, c)}, {Text: p.Exact(d.Carried, c)}}
	}
	t := newTable(p.T("votes.documents"), []Heading{{p.T("votes.document"), ""}, {p.T("control.file.name"), ""}, {p.T("settings.siret"), ""}, {p.T("files.lines"), numeric}, {p.T("votes.voted"), numeric}, {p.T("votes.carried"), numeric}}, rows)
	t.Shown, t.None = true, p.T("votes.documents.none")
	return t
}

// documentName names a budget document: by the act that it tells, or as the accounts that it is.
func (p Printer) documentName(d ledgerfile.Document) string {
	if slices.Contains([]ledgerfile.Document{ledgerfile.DocumentAccounts, ledgerfile.DocumentSingleAccount}, d) {
		return p.T("votes.document." + string(d))
	}
	return p.T("envelope.act." + string(d))
}
