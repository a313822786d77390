package finance

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/money"
)

// line is a line of a file: of operations, mandated, unless it says otherwise. Its number is its place among the lines of the desk.
type line struct {
	on       string
	amount   money.Amount
	text     string // of the amount, instead of it
	project  string // whose code the finance system has; "": none, the line waits
	no       int    // number of the mandat; 0: the next one
	kind     string // type of the mandat: "ordre" is excluded
	flow     string // "": dépense
	nature   string
	operates string // operation
	invoice  string
	supplier string
	year     int // exercice; 0: that of the day
	undone   int // number of the mandat that it annuls
}

// memory is a file in memory.
type memory struct {
	name string
	data []byte
}

func (m memory) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m.data)), nil }
func (m memory) Size() int64                  { return int64(len(m.data)) }
func (m memory) Name() string                 { return m.name }

// csv writes lines as the finance system exports them.
func (d *desk) csv(name string, lines []line) memory {
	d.Helper()
	codes := map[string]string{}
	projects, err := d.service.AssignFinanceCodes(context.Background(), operator, d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	for _, p := range projects {
		codes[p.Code] = p.FinanceCode
	}
	var b bytes.Buffer
	b.WriteString("Exercice;Sens;N°mandat;Type;Nature;Opération;Axe analytique;SIRET;Tiers;N° facture;Montant TTC;Date mandat;Mandat d'origine;Libellé\n")
	for i, l := range lines {
		year, flow, nature, supplier := day(l.on).Year(), "D", "6156", "44306184100047"
		if l.year != 0 {
			year = l.year
		}
		if l.flow != "" {
			flow = l.flow
		}
		if l.nature != "" {
			nature = l.nature
		}
		if l.supplier != "" {
			supplier = l.supplier
		}
		no, undone, amount := l.no, "", strings.Replace(l.amount.Decimal(d.org.Currency), ".", ",", 1)
		if l.text != "" {
			amount = l.text
		}
		if no == 0 {
			no = 1000*int(1+crc32.ChecksumIEEE([]byte(name))%9000) + i
		}
		if l.undone != 0 {
			undone = fmt.Sprint(l.undone)
		}
		fmt.Fprintf(&b, "%d;%s;%d;%s;%s;%s;%s;%s;Atelier;%s;%s;%s;%s;Maintenance\n", year, flow, no, l.kind, nature, l.operates, codes[l.project], supplier, l.invoice,
			amount, l.on, undone)
	}
	return memory{name + ".csv", b.Bytes()}
}

// importFile books lines of a file.
func (d *desk) importFile(name string, c *ledgerfile.Coverage, lines ...line) (ImportReport, error) {
	d.Helper()
	profile, ok := ledgerfile.BuiltIn("generic-fr")
	if !ok {
		d.Fatal("no profile generic-fr")
	}
	return d.service.ImportLedger(context.Background(), operator, ImportInput{Organisation: d.org, Source: d.csv(name, lines), Profile: profile, Coverage: c, ConfirmWithdrawals: true})
}

// bookFile books lines of a file that tells only of them, and gives the entries.
func (d *desk) bookFile(name string, lines ...line) []Posting {
	d.Helper()
	if _, err := d.importFile(name, nil, lines...); err != nil {
		d.Fatal(err)
	}
	file := d.number("SELECT max(id) FROM import_file WHERE organisation_id = ?", d.org.ID)
	all, err := findPostings(context.Background(), d.db.Read(), postingFilter{organisation: d.org.ID, file: file, liveOnly: true})
	if err != nil {
		d.Fatal(err)
	}
	slices.SortFunc(all, func(a, b Posting) int { return a.Line - b.Line })
	return all
}

// number asks the database for a number.
func (d *desk) number(query string, args ...any) (n int64) {
	d.Helper()
	if err := d.db.Read().NewRaw(query, args...).Scan(context.Background(), &n); err != nil {
		d.Fatal(err)
	}
	return n
}

// pendingFile makes a file that waits to be booked.
func (d *desk) pendingFile(name string) int64 {
	d.Helper()
	id, err := d.service.StageFile(context.Background(), operator, d.org.ID, StageInput{Name: name, Body: strings.NewReader("a;b\n"), Purpose: ledgerfile.PurposeLedger})
	if err != nil {
		d.Fatal(err)
	}
	return int64(id)
}

// allocateBy gives what is left of an entry to a project, by hand.
func (d *desk) allocateBy(actor identity.Actor, p Posting, project string, amount money.Amount) {
	d.Helper()
	err := d.service.book(context.Background(), actor, d.org.ID, act{name: "test.allocate", permission: identity.PermReconcile}, batchRow{Kind: BatchManual}, func(ctx context.Context, k *booking) (trace, error) {
		all, err := findAllocations(ctx, k.tx, d.org.ID, []PostingID{p.ID})
		if err != nil {
			return trace{}, err
		}
		return trace{details: "x"}, k.reallot(ctx, &p, all[p.ID], []Allocation{{ProjectID: d.projects[project], Amount: amount, Method: MethodManual}})
	})
	if err != nil {
		d.Fatal(err)
	}
}

// accept leaves an entry in the queue as known.
func (d *desk) accept(p Posting) {
	d.Helper()
	d.exec("UPDATE open_posting SET state = 'accepted', reason = 'known' WHERE organisation_id = ? AND posting_id = ?", d.org.ID, p.ID)
}

func (d *desk) exec(query string, args ...any) {
	d.Helper()
	if _, err := d.db.Write().ExecContext(context.Background(), query, args...); err != nil {
		d.Fatal(err)
	}
}

// yearAt gives the fiscal year of a day.
func (d *desk) yearAt(on string) FiscalYear {
	d.Helper()
	b, err := d.service.open(context.Background(), d.db.Read(), d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	y, ok := b.Of(day(on))
	if !ok {
		d.Fatalf("no fiscal year holds %s", on)
	}
	return y
}

// previewed gives what signing a period would say.
func (d *desk) previewed(actor identity.Actor, on string) CertificatePreview {
	d.Helper()
	y := d.yearAt(on)
	p, err := d.service.PreviewCertificate(context.Background(), actor, d.org.ID, y.ID, y.PeriodOf(day(on)))
	if err != nil {
		d.Fatal(err)
	}
	return p
}

// sign closes the period of a day.
func (d *desk) sign(actor identity.Actor, on string) (Certificate, error) {
	d.Helper()
	y, seen := d.yearAt(on), d.previewed(actor, on).Seen
	return d.service.SignPeriod(context.Background(), actor, SignInput{Organisation: d.org.ID, Year: y.ID, Period: y.PeriodOf(day(on)), Seen: seen})
}

// close closes the periods of the year of a day up to it, as the operator.
func (d *desk) close(on string) (last Certificate) {
	d.Helper()
	y := d.yearAt(on)
	for _, p := range y.Periods {
		if p.Number > y.PeriodOf(day(on)) || p.State == StateClosed {
			continue
		}
		var err error
		if last, err = d.sign(operator, p.Start.String()); err != nil {
			d.Fatalf("close period %d: %v", p.Number, err)
		}
	}
	return last
}

func (d *desk) reopen(actor identity.Actor, on string) error {
	y := d.yearAt(on)
	return d.service.ReopenPeriod(context.Background(), actor, ReopenInput{Organisation: d.org.ID, Year: y.ID, Period: y.PeriodOf(day(on)), Reason: "a credit note was forgotten"})
}
