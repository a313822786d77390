package finance

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// readBudgetFile is readFile for budgets: each of their lines is one that can be booked.
func readBudgetFile(src ledgerfile.Source, p ledgerfile.Profile, o ledgerfile.Options, tell func(lines int)) (*reading, error) {
	r := &reading{labels: map[int]int{}, days: map[civil.Date]int{}}
	digest := newBudgetDigest()
	var total money.Amount
	s, err := ledgerfile.ReadBudget(src, p, o, func(l *ledgerfile.BudgetLine) error {
		print := digest.add(l)
		r.prints, r.outcomes = append(r.prints, print), append(r.outcomes, byte(reconcile.New))
		total += l.Voted.Amount // the reader refuses what leaves 64 bits in the end
		if l.Year != 0 {
			r.labels[l.Year] = 0
		}
		if n := len(r.outcomes); n%progressLines == 0 {
			tell(n)
		}
		return nil
	})
	r.digest = digest.sum()
	r.summary = ledgerfile.Summary{Lines: len(r.prints), Sum: total, Coverage: ledgerfile.Coverage{Kind: ledgerfile.CoverageDelta}, Currency: s.Currency, Encoding: s.Encoding,
		Exercices: slices.Sorted(maps.Keys(r.labels)), FindingList: s.FindingList}
	r.summary.ByKind[ledgerfile.KindPosting] = len(r.prints)
	for _, t := range s.Totals {
		sum := &r.summary.SumExpenditure
		if t.Flow == ledgerfile.FlowRevenue {
			sum = &r.summary.SumRevenue
		}
		*sum += t.Voted
	}
	if r.summary.Findings == nil {
		r.summary.Findings = []ledgerfile.Finding{}
	}
	if o.Coverage != nil {
		r.summary.Coverage = *o.Coverage
	}
	return r, err
}

// budgetDigest tells whether a second pass meets the lines of the first one.
type budgetDigest struct {
	all   [sha256.Size]byte
	lines int
}

func newBudgetDigest() *budgetDigest { return &budgetDigest{} }

// add counts a line and gives its print.
func (d *budgetDigest) add(l *ledgerfile.BudgetLine) reconcile.Print {
	d.lines++
	line := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%s\x00%s\x00%t\x00%s\x00%s\x00%s\x00%s\x00%d\x00%d\x00%d", l.Year, l.SIRET, l.Document, l.Flow, l.Order, l.Section, l.Nature, l.Function,
		l.Operation, l.Voted.Amount, l.Realised.Amount, carriedOf(l)))
	d.all = sha256.Sum256(append(d.all[:], line[:]...))
	p := reconcile.Print{Ref: int64(l.No), Amount: l.Voted.Amount}
	copy(p.Content[:], line[:])
	binary.BigEndian.PutUint64(line[24:], uint64(d.lines))
	copy(p.Key[:], line[16:])
	return p
}

func (d *budgetDigest) sum() []byte { return d.all[:] }

// carriedOf is what a document carries from one year into the next: a budget takes it in, accounts give it away.
func carriedOf(l *ledgerfile.BudgetLine) money.Amount {
	if l.Document == ledgerfile.DocumentAccounts || l.Document == ledgerfile.DocumentSingleAccount {
		return l.CarriedOut.Amount
	}
	return l.CarriedIn.Amount
}

// budgetKeeper books voted budgets.
type budgetKeeper struct{}

// numbers: budgets need none.
func (budgetKeeper) numbers(context.Context, database.Conn, *importRun) (int, error) { return 0, nil }

// book keeps the lines beside those of other files. They are no entries: nothing of the books changes.
func (budgetKeeper) book(ctx context.Context, r *importRun, k *booking) error {
	years, err := r.years(ctx, k)
	if err != nil {
		return err
	}
	r.read.summary.Coverage = years.coverage
	r.report.Coverage = ReportCoverage{years.coverage.Kind, years.coverage.From, years.coverage.To}
	e := newEffects()
	for i := range r.read.prints {
		e.outcome(reconcile.New, r.read.prints[i].Amount)
	}
	e.fill(&r.report.Preview, k.Years, nil)
	if r.dry {
		return nil
	}
	digest, rows := newBudgetDigest(), []votedRow{}
	s, err := ledgerfile.ReadBudget(r.src, r.profile, r.options(), func(l *ledgerfile.BudgetLine) error {
		digest.add(l)
		rows = append(rows, votedRow{OrganisationID: k.Organisation.ID, FileID: r.row.ID, Number: digest.lines, Year: l.Year, Entity: l.SIRET, Document: l.Document, Flow: l.Flow,
			Section: l.Section, Nature: l.Nature, Function: l.Function, Operation: l.Operation, OrderOp: l.Order, Voted: l.Voted.Amount, Realised: l.Realised.Amount, Carried: carriedOf(l)})
		return nil
	})
	if err != nil {
		return err
	}
	if err := r.read.same(digest.sum()); err != nil {
		return err
	}
	for i := range rows {
		if rows[i].Document == s.Document { // a number is that of the file's one document
			rows[i].DocumentNo = s.Number
		}
	}
	return database.Bulk(ctx, k.tx, rows)
}
