package ledgerfile

import (
	"errors"
	"io"
	"slices"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// The columns of the open data of budgets (SCDL, schema 0.8.3).
const (
	scdlDocument = "BGT_NATDEC"
	scdlYear     = "BGT_ANNEE"
	scdlSIRET    = "BGT_SIRET"
	scdlEntity   = "BGT_NOM"
	scdlChapter  = "BGT_CONTNAT"
	scdlNature   = "BGT_NATURE"
	scdlFlow     = "BGT_CODRD"
	scdlSection  = "BGT_SECTION"
	scdlOrder    = "BGT_OPBUDG"
	scdlVoted    = "BGT_MTPREV"
)

// scdlFigures are the columns of amounts, in the order of the figures of a line.
var scdlFigures = [figures]string{"BGT_MTBUDGPREC", "BGT_MTRARPREC", "BGT_MTPROPNOUV", scdlVoted, "BGT_CREDOUV", "BGT_MTREAL", "BGT_MTRAR3112"}

// scdlWords are the codes of the coded columns, folded.
var scdlWords = map[string]map[string]string{
	scdlDocument: {"budgetprimitif": "BP", "budgetprevisionnel": "BP", "budgetsupplementaire": "BS", "decisionmodificative": "DM",
		"compteadministratif": "CA", "comptefinancierunique": "CFU"},
	scdlFlow:    {"depense": string(FlowExpenditure), "recette": string(FlowRevenue)},
	scdlSection: {"investissement": SectionInvestment, "fonctionnement": SectionOperations, "": ""},
	scdlOrder:   {"reel": "", "ordre": "ordre"},
}

// budgetTable is a table of budget lines whose header was found.
type budgetTable struct {
	candidate candidate
	header    int // its line
	column    map[string]int
	width     int
}

func (b *budgetFile) readTable(src Source, p Profile) error {
	d, err := openDocument(src, p.Encoding, p.Sheet)
	if err != nil {
		return err
	}
	defer d.close()
	b.Encoding = d.enc
	t, err := findBudgetTable(d, p)
	if err != nil {
		return err
	}
	rows, stop := t.candidate.rows()
	defer stop()
	for {
		r, err := rows.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if r.line <= t.header || r.blank() {
			continue
		}
		if err := b.tableRow(t, r, rows.positional()); err != nil {
			return err
		}
	}
	if b.Lines == 0 {
		return fault.Invalid("ledger.empty")
	}
	return nil
}

// findBudgetTable looks for the first row that holds the columns without which there is no budget.
func findBudgetTable(d *document, p Profile) (budgetTable, error) {
	needed := []string{scdlDocument, scdlYear, scdlSIRET, scdlNature, scdlFlow, scdlOrder, scdlVoted}
	missing := needed
	for _, c := range d.candidates(p.Separators) {
		for r, err := range c.beginning(headerWindow) {
			if err != nil {
				break // under a wrong separator a sound file may well break a limit
			}
			t := budgetTable{candidate: c, header: r.line, column: map[string]int{}, width: len(r.cells)}
			twice := ""
			for i := range r.cells {
				name := strings.ToUpper(r.cell(i))
				if _, found := t.column[name]; found && name != "" {
					twice = name
				}
				t.column[name] = i
			}
			lacks := slices.DeleteFunc(slices.Clone(needed), func(name string) bool { _, found := t.column[name]; return found })
			switch {
			case len(lacks) == 0 && twice != "":
				return t, fault.Invalid("ledger.header_doubled", grid.Clip(twice), r.line)
			case len(lacks) == 0:
				return t, nil
			case len(lacks) < len(missing):
				missing = lacks
			}
		}
	}
	return budgetTable{}, fault.Invalid("ledger.no_header", p.Name, strings.Join(missing, ", "))
}

// tableRow reads a row. One that cannot be cut into its cells refuses the file: a vote of which a line
// is left out would tie out with nothing.
func (b *budgetFile) tableRow(t budgetTable, r *row, positional bool) error {
	b.line = BudgetLine{No: r.line, Findings: b.line.Findings[:0]}
	if r.issue != "" && r.issue != QuoteStray || r.invalid {
		return fault.Invalid("ledger.totem.torn", number(int64(r.line)))
	}
	if positional && len(r.cells) != t.width {
		return fault.Invalid("ledger.totem.ragged", number(int64(r.line)), number(int64(len(r.cells))), number(int64(t.width)))
	}
	return b.row(func(name string) string {
		if i, found := t.column[name]; found {
			return r.cell(i)
		}
		return ""
	})
}

func (b *budgetFile) row(cell func(string) string) error {
	l := &b.line
	coded := func(name string) (string, error) {
		code, known := scdlWords[name][grid.Fold(cell(name))]
		if !known {
			return "", fault.Invalid("ledger.totem.value", name, grid.Clip(cell(name)), number(int64(l.No)))
		}
		return code, nil
	}
	document, err := coded(scdlDocument)
	if err != nil {
		return err
	}
	flow, err := coded(scdlFlow)
	if err != nil {
		return err
	}
	order, err := coded(scdlOrder)
	if err != nil {
		return err
	}
	if l.Section, err = coded(scdlSection); err != nil {
		return err
	}
	year, ok := pesNumber(cell(scdlYear))
	if !ok || year < 1900 || year > 2199 {
		return fault.Invalid("ledger.totem.value", scdlYear, grid.Clip(cell(scdlYear)), number(int64(l.No)))
	}
	l.Document, l.Flow, l.Order, l.Year = Document(document), Flow(flow), order != "", int(year)
	l.SIRET, l.Entity = cell(scdlSIRET), cell(scdlEntity)
	l.Chapter, l.ChapterLabel = cell(scdlChapter), cell("BGT_CONTNAT_LABEL")
	l.Nature, l.NatureLabel = cell(scdlNature), cell("BGT_NATURE_LABEL")
	l.Function, l.Operation = cell("BGT_FONCTION"), cell("BGT_OPERATION")
	if l.Section == "" {
		l.Section = first(SectionOf(l.Chapter), SectionOf(l.Nature))
	}
	if b.Lines == 0 {
		b.BudgetKey, b.Entity = BudgetKey{l.SIRET, l.Year, l.Document}, l.Entity
	}
	if err := b.ours(l.SIRET); err != nil {
		return err
	}
	return b.rowFigures(cell)
}

func (b *budgetFile) rowFigures(cell func(string) string) error {
	for i, to := range b.line.figures() {
		text := cell(scdlFigures[i])
		if text == "" {
			continue
		}
		a, problem := b.notation.amount(text)
		if problem != fine {
			return fault.Invalid("ledger.totem.value", scdlFigures[i], grid.Clip(text), number(int64(b.line.No)))
		}
		*to = Figure{Amount: a, Known: true}
	}
	return b.take()
}
