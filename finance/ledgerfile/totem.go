package ledgerfile

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// Document is the kind of a budget document.
type Document string

// The kinds of budget documents.
const (
	DocumentPrimary       Document = "BP"  // budget primitif
	DocumentSupplementary Document = "BS"  // budget supplémentaire
	DocumentAmending      Document = "DM"  // décision modificative
	DocumentAccounts      Document = "CA"  // compte administratif
	DocumentSingleAccount Document = "CFU" // compte financier unique
)

// The codes of findings that budgets alone give.
const (
	TOTEMUnbalanced  = "totem.unbalanced"  // [document, year, expenditure, revenue] what was voted is not equal on both sides
	TOTEMNoSection   = "totem.no_section"  // [account] neither the line nor its account tells the section
	TOTEMNoFigure    = "totem.no_figure"   // none of the amounts is filled in
	TOTEMTotalPassed = "totem.total_lines" // [count] lines that sum up others were passed over
)

const (
	maxBudgetTotals = 10_000
	maxBudget       = math.MaxInt64 / (maxBudgetTotals + 1) // so that totals can be added up: 9 000 billion euros
)

// Figure is an amount that a budget line may leave open.
type Figure struct {
	Amount money.Amount
	Known  bool
}

// BudgetLine is one line of a budget document. The reader uses it again for the next one; its strings
// may be kept. Amounts are signed, in minor units; those of an amending document are changes.
type BudgetLine struct {
	No            int // ordinal of the line (XML) or line of the file (CSV)
	Year          int // fiscal year by its label
	Document      Document
	SIRET, Entity string // of the budget: a subsidiary one has its own

	Flow                         Flow
	Order                        bool   // opération d'ordre: no money comes or goes
	Section                      string // SectionOperations, SectionInvestment or ""
	Chapter, ChapterLabel        string // level of the vote
	Nature, NatureLabel          string // account
	Function, Operation, ThirdOp string // ThirdOp: number of the works that are done for others

	Previous   Figure // of the budget of the year before
	CarriedIn  Figure // RAR of the year before
	Proposed   Figure // new proposals
	Voted      Figure // MtPrev
	Open       Figure // credits open after the document
	Realised   Figure // of accounts
	CarriedOut Figure // RAR at 31 December, of accounts

	Findings []Finding
}

// BudgetKey names one document of one budget. A TOTEM document holds one; a table of open data may
// hold those of several years and subsidiary budgets.
type BudgetKey struct {
	SIRET    string
	Year     int
	Document Document
}

// BudgetTotal sums up the lines of one document, section, flow and kind.
type BudgetTotal struct {
	BudgetKey
	Section string
	Flow    Flow
	Order   bool

	Lines                                                            int
	Previous, CarriedIn, Proposed, Voted, Open, Realised, CarriedOut money.Amount

	sums [figures]sum
}

// BudgetSummary is what a file of budgets says as a whole.
type BudgetSummary struct {
	BudgetKey            // of the first line
	Number    string     // of an amending document, as the file writes it
	Decided   civil.Date // zero: the file does not say
	MainSIRET string     // of the budget that this one is subsidiary to; "": it is the main one, or the file does not say
	Entity    string     // name of the authority
	Budget    string     // name of the budget
	Currency  money.Currency
	Encoding  string

	Lines      int
	TotalLines int           // lines that sum up others: passed over
	Totals     []BudgetTotal // by document, section, flow and kind, in that order

	FindingList
}

// Documents lists the documents of the file, in order.
func (s BudgetSummary) Documents() []BudgetKey {
	var keys []BudgetKey
	for _, t := range s.Totals {
		if len(keys) == 0 || keys[len(keys)-1] != t.BudgetKey {
			keys = append(keys, t.BudgetKey)
		}
	}
	return keys
}

// Voted gives what a document votes on both sides, opérations d'ordre included. They are equal in a
// primary budget (CGCT L1612-4) unless it shows a surplus.
func (s BudgetSummary) Voted(of BudgetKey) (expenditure, revenue money.Amount) {
	for _, t := range s.Totals {
		switch {
		case t.BudgetKey != of:
		case t.Flow == FlowRevenue:
			revenue += t.Voted
		default:
			expenditure += t.Voted
		}
	}
	return expenditure, revenue
}

// ReadBudget goes through a budget document once and calls each for every line that is no total, in
// the order of the file. It reads TOTEM XML, and the tables of open data that follow from it (SCDL,
// schema 0.8.3) as CSV. Refusals are as those of Read.
func ReadBudget(src Source, p Profile, o Options, each func(*BudgetLine) error) (BudgetSummary, error) {
	if err := p.Validate(); err != nil {
		return BudgetSummary{}, err
	}
	if err := o.validate(); err != nil {
		return BudgetSummary{}, err
	}
	currency, err := p.currency(o)
	switch {
	case err != nil:
		return BudgetSummary{}, err
	case p.Format != FormatTOTEM:
		return BudgetSummary{}, fault.Invalid("ledger.format", p.Format)
	}
	b := &budgetFile{o: o, each: each, notation: newNotation(p, currency)}
	b.Currency, b.FindingCounts = currency, map[string]int{}
	err = b.read(src, p)
	if closed := b.close(); err == nil {
		err = closed
	}
	return b.BudgetSummary, err
}

// read tells XML from a table by the first bytes.
func (b *budgetFile) read(src Source, p Profile) error {
	in, err := src.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	text := bufio.NewReader(in)
	head, err := text.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte("<")) {
		return b.readXML(text)
	}
	return b.readTable(src, p)
}

// budgetFile is the reading of one budget document.
type budgetFile struct {
	BudgetSummary
	o        Options
	each     func(*BudgetLine) error
	notation notation
	line     BudgetLine
}

func (b *budgetFile) find(code string, args ...any) {
	f := Finding{Line: b.line.No, Code: code, Args: args}
	b.line.Findings = append(b.line.Findings, f)
	b.note(f)
}

// ours refuses the budget of another organisation. The first nine digits are the authority's; a
// subsidiary budget differs in the others.
func (b *budgetFile) ours(siret string) error {
	if own := digitsOf(b.o.SIRET); len(own) >= 9 && (len(siret) < 9 || siret[:9] != own[:9]) {
		return fault.Invalid("ledger.totem.entity", grid.Clip(siret), own)
	}
	return nil
}

// The figures of a line, in the order of their columns.
const figures = 7

func (l *BudgetLine) figures() [figures]*Figure {
	return [figures]*Figure{&l.Previous, &l.CarriedIn, &l.Proposed, &l.Voted, &l.Open, &l.Realised, &l.CarriedOut}
}

func (t *BudgetTotal) amounts() [figures]*money.Amount {
	return [figures]*money.Amount{&t.Previous, &t.CarriedIn, &t.Proposed, &t.Voted, &t.Open, &t.Realised, &t.CarriedOut}
}

// take counts a line and hands it out.
func (b *budgetFile) take() error {
	l := &b.line
	if l.Section == "" {
		b.find(TOTEMNoSection, grid.Clip(l.Nature))
	}
	b.Lines++
	t, err := b.total(l)
	if err != nil {
		return err
	}
	t.Lines++
	filled := false
	for i, f := range l.figures() {
		t.sums[i].add(f.Amount)
		filled = filled || f.Known
	}
	if !filled {
		b.find(TOTEMNoFigure)
	}
	return b.each(l)
}

// total finds where a line is summed up.
func (b *budgetFile) total(l *BudgetLine) (*BudgetTotal, error) {
	of := BudgetTotal{BudgetKey: BudgetKey{l.SIRET, l.Year, l.Document}, Section: l.Section, Flow: l.Flow, Order: l.Order}
	i, found := slices.BinarySearchFunc(b.Totals, of, compareTotals)
	switch {
	case found:
	case len(b.Totals) == maxBudgetTotals:
		return nil, fault.Invalid("ledger.totem.many", maxBudgetTotals)
	default:
		b.Totals = slices.Insert(b.Totals, i, of)
	}
	return &b.Totals[i], nil
}

func compareTotals(a, b BudgetTotal) int {
	kind := func(t BudgetTotal) int {
		if t.Order {
			return 1
		}
		return 0
	}
	return cmp.Or(strings.Compare(a.SIRET, b.SIRET), a.Year-b.Year, strings.Compare(string(a.Document), string(b.Document)),
		strings.Compare(a.Section, b.Section), strings.Compare(string(a.Flow), string(b.Flow)), kind(a)-kind(b))
}

// close works out the sums.
func (b *budgetFile) close() error {
	for i := range b.Totals {
		t := &b.Totals[i]
		for n, a := range t.amounts() {
			var fits bool
			if *a, fits = t.sums[n].amount(); !fits || a.Abs() > maxBudget {
				return fault.Invalid("ledger.overflow")
			}
		}
	}
	for _, of := range b.Documents() {
		if expenditure, revenue := b.Voted(of); expenditure != revenue {
			b.note(Finding{Code: TOTEMUnbalanced, Args: []any{
				string(of.Document), strconv.Itoa(of.Year), expenditure.Decimal(b.Currency), revenue.Decimal(b.Currency)}})
		}
	}
	if b.TotalLines > 0 {
		b.note(Finding{Code: TOTEMTotalPassed, Args: []any{b.TotalLines}})
	}
	return nil
}

// figure reads an amount of a budget, which may be negative; "" leaves it open.
func (b *budgetFile) figure(element, text string, to *Figure) error {
	if text == "" {
		return nil
	}
	a, err := money.Parse(strings.TrimPrefix(text, "+"), b.Currency)
	if err != nil {
		return fault.Invalid("ledger.totem.value", element, grid.Clip(text), number(int64(b.line.No)))
	}
	*to = Figure{Amount: a, Known: true}
	return nil
}
