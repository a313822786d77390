package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// TestOxford books the payments that a city published, all of them twice: the sum is theirs to the penny, and the second time changes nothing.
func TestOxford(t *testing.T) {
	files, err := filepath.Glob("../../shared/data/ledgers/uk_oxford/*.csv")
	if err != nil || len(files) == 0 {
		t.Skip("the files of the city are not here")
	}
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		profile, _ := ledgerfile.BuiltIn("oxford")
		calendar, _ := profile.FiscalCalendar()
		d := foundDesk(t, db, identity.Organisation{Code: "oxford", Name: "Oxford", Kind: identity.KindAdministration, Currency: profile.Currency, Locale: "en", TimeZone: "Europe/London", Fiscal: calendar}, "P1")
		book := func(file string) ImportReport {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rep, err := d.service.ImportLedger(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{filepath.Base(file), data}, Profile: profile, ConfirmWithdrawals: true})
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			d.checkReport(rep)
			return rep
		}
		lines, sum := 0, money.Amount(0)
		for _, file := range files {
			rep := book(file)
			lines, sum = lines+rep.New+rep.Rejected, sum+rep.Sum
			if rep.Withdrawn+rep.Superseded != 0 || rep.SumRejected != 0 {
				t.Errorf("%s: %s", file, counts(rep))
			}
		}
		if lines != 61529 || sum != 22821015540 || d.standing().Total != 22821015540 {
			t.Errorf("%d lines of %d, the books hold %d; want 61,529 of 228,210,155.40", lines, sum, d.standing().Total)
		}
		rows := d.rowsOf("posting", "allocation", "open_posting", "scope_total", "fiscal_year")
		for _, file := range files {
			if rep := book(file); rep.New+rep.Withdrawn+rep.Superseded != 0 {
				t.Errorf("%s again: %s", file, counts(rep))
			}
		}
		if again := d.rowsOf("posting", "allocation", "open_posting", "scope_total", "fiscal_year"); again != rows || d.standing().Total != 22821015540 {
			t.Errorf("the second time turned\n%s\ninto\n%s", rows, again)
		}
		d.verified()
	})
}

// rowsOf counts the rows of tables.
func (d *desk) rowsOf(tables ...string) string {
	d.Helper()
	var b strings.Builder
	for _, table := range tables {
		var n int
		if err := d.db.Read().NewRaw("SELECT count(*) FROM "+table).Scan(context.Background(), &n); err != nil {
			d.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %d\n", table, n)
	}
	return b.String()
}

// balances writes what the books hold by key, project and period, without the numbers of entries and files.
func (d *desk) balances() string {
	d.Helper()
	var lines []string
	err := d.db.Read().NewRaw(`SELECT p.key_text || ' ' || p.label || ' ' || p.amount || ' ' || p.fiscal_year_id || '·' || p.period || ' ' || coalesce(a.project_id, 0) || ' ' || coalesce(a.amount, 0) AS line
		FROM posting AS p LEFT JOIN (SELECT organisation_id, posting_id, project_id, sum(amount) AS amount FROM allocation GROUP BY organisation_id, posting_id, project_id) AS a
			ON a.organisation_id = p.organisation_id AND a.posting_id = p.id AND a.amount <> 0 WHERE p.organisation_id = ? AND p.live`, d.org.ID).Scan(context.Background(), &lines)
	if err != nil {
		d.Fatal(err)
	}
	slices.Sort(lines)
	return fmt.Sprintf("%+v %v\n%s", d.standing(), d.holdings(), strings.Join(lines, "\n"))
}

// someLines draws payment orders of which some correct others, some have an operation and some are only engaged.
func someLines(r *rand.Rand, n int) []mandat {
	var out []mandat
	for i := range n {
		l := mandat{no: fmt.Sprint(100 + i), amount: money.Amount(r.IntN(500_000) + 1), label: fmt.Sprint("L", r.IntN(5)), operation: []string{"", "P1", "P2", "9999"}[r.IntN(4)]}
		switch r.IntN(6) {
		case 0:
			l.amount, l.origin = -l.amount/4, fmt.Sprint(100+r.IntN(n))
		case 1:
			l.no, l.commitment = "", fmt.Sprint("E", i)
		}
		if l.origin == l.no {
			l.origin = ""
		}
		out = append(out, l)
	}
	return out
}

// changed gives lines of which some are gone, some have other contents, and some are new.
func changed(r *rand.Rand, lines []mandat) []mandat {
	out := slices.DeleteFunc(slices.Clone(lines), func(mandat) bool { return r.IntN(5) == 0 })
	for i := range out {
		if r.IntN(4) == 0 {
			out[i].amount += money.Amount(r.IntN(1000) + 1)
		}
	}
	for i := range r.IntN(4) {
		out = append(out, mandat{no: fmt.Sprint(900 + i), amount: money.Amount(r.IntN(10_000) + 1), operation: "P2"})
	}
	return out
}

func shuffled(r *rand.Rand, lines []mandat) []mandat {
	out := slices.Clone(lines)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// The order of lines, the files that came before a snapshot, and where a delta was cut make no difference.
func TestImportKnowsNoOrderAndNoHistory(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		r := rand.New(rand.NewPCG(4, 21))
		rounds := 6
		if db.Path() == "" {
			rounds = 2
		}
		for round := range rounds {
			lines := someLines(r, 25)
			desks := make([]*desk, 5)
			for i := range desks {
				desks[i] = newDesk(t, db, fmt.Sprintf("org%d-%d", round, i), "P1", "P2")
			}
			desks[0].imports("whole.csv", export(lines...), year2026)
			desks[1].imports("shuffled.csv", export(shuffled(r, lines)...), year2026)
			desks[2].imports("before.csv", export(changed(r, lines)...), year2026)
			desks[2].imports("after.csv", export(lines...), year2026)
			cut := r.IntN(len(lines))
			desks[3].imports("first.csv", export(lines[:cut+1]...), nil)
			desks[3].imports("second.csv", export(lines[cut:]...), nil)
			desks[4].imports("delta.csv", export(lines...), nil)
			want := desks[0].comparable()
			for i, d := range desks[1:] {
				if got := d.comparable(); got != want {
					t.Errorf("round %d, desk %d:\n%s\nwant\n%s", round, i+1, got, want)
				}
			}
			for _, d := range desks {
				d.verified()
			}
		}
	})
}

// comparable is balances with what differs between two desks by nature replaced: years and projects by their order.
func (d *desk) comparable() string {
	d.Helper()
	text := d.balances()
	for i, code := range []string{"P1", "P2"} {
		text = strings.ReplaceAll(text, fmt.Sprintf(" %d ", d.projects[code]), fmt.Sprintf(" #%d ", i))
	}
	var years []int64
	if err := d.db.Read().NewRaw("SELECT id FROM fiscal_year WHERE organisation_id = ? ORDER BY start_on", d.org.ID).Scan(context.Background(), &years); err != nil {
		d.Fatal(err)
	}
	for i, id := range years {
		text = strings.ReplaceAll(text, fmt.Sprintf(" %d·", id), fmt.Sprintf(" y%d·", i))
	}
	return text
}

func TestTwoOfficersImportAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1", "P2")
		other := newDesk(t, db, "marne", "P1", "P2")
		other.imports("m.csv", export(fiveLines()...), year2026)
		before := other.balances()
		var all sync.WaitGroup
		reps, errs := make([]ImportReport, 4), make([]error, 4)
		for i := range reps {
			all.Go(func() { // the first two are the same file, the others hold its lines and one of their own
				lines := fiveLines()
				if i > 1 {
					lines = append(lines, mandat{no: fmt.Sprint(200 + i), amount: 100})
				}
				reps[i], errs[i] = d.tryImport(fmt.Sprintf("f%d.csv", i/2*i), export(lines...), nil, true)
			})
		}
		all.Wait()
		booked := 0
		for i, err := range errs {
			if err != nil {
				if k := fault.KindOf(err); k != fault.KindConflict && k != fault.KindUnavailable {
					t.Errorf("import %d: %v", i, err)
				}
				continue
			}
			booked++
		}
		if booked == 0 {
			t.Fatalf("nobody could import: %v", errs)
		}
		for i := range errs { // who was told to try again does
			if errs[i] != nil {
				lines := fiveLines()
				if i > 1 {
					lines = append(lines, mandat{no: fmt.Sprint(200 + i), amount: 100})
				}
				d.imports("again.csv", export(lines...), nil)
			}
		}
		if s := d.standing(); s.Total != 4825010+200 {
			t.Errorf("the books hold %d, want five lines once and two more", s.Total)
		}
		if after := other.balances(); after != before {
			t.Errorf("the books of another organisation went from\n%s\nto\n%s", before, after)
		}
		d.verified()
	})
}

func TestImportIntoAClosedPeriod(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		d.imports("a.csv", export(mandat{no: "1", amount: 1000, on: "15/01/2026"}, mandat{no: "2", amount: 500, on: "15/03/2026"}), nil)
		if _, err := db.Write().ExecContext(ctx, "UPDATE fiscal_period SET state = 'closed' WHERE organisation_id = ? AND number <= 2", d.org.ID); err != nil {
			t.Fatal(err)
		}
		corrected := export(mandat{no: "1", amount: 900, on: "15/01/2026"}, mandat{no: "3", amount: 70, on: "02/02/2026"}, mandat{no: "2", amount: 510, on: "15/03/2026"})
		previewed, err := d.service.Preview(ctx, d.as(identity.RoleFinance, "anne"), d.stageFor("b.csv", corrected, nil))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(previewed.Report.Preview.Periods), "[{2026·1  2026·3 0 2 -100} {2026·2  2026·3 0 1 70} {2026·3   0 2 10}]"; got != want {
			t.Errorf("the preview says %s, want %s", got, want)
		}
		d.imports("b.csv", export(mandat{no: "1", amount: 900, on: "15/01/2026"}, mandat{no: "3", amount: 70, on: "02/02/2026"}), nil)
		var rows []struct {
			DocNo        string
			Cause        Cause
			Period       int
			BookedPeriod int
			Amount       money.Amount
		}
		if err := db.Read().NewRaw("SELECT doc_no, cause, period, booked_period, amount FROM posting WHERE organisation_id = ? ORDER BY doc_no, id", d.org.ID).Scan(ctx, &rows); err != nil {
			t.Fatal(err)
		}
		got := fmt.Sprint(rows)
		if want := "[{1 NEW 1 1 1000} {1 REVERSE 1 3 -1000} {1 RESTATE 1 3 900} {2 NEW 3 3 500} {3 NEW 2 3 70}]"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if _, err := db.Write().ExecContext(ctx, "UPDATE fiscal_period SET state = 'closed' WHERE organisation_id = ?", d.org.ID); err != nil {
			t.Fatal(err)
		}
		before := d.everything()
		_, err = d.tryImport("c.csv", export(mandat{no: "4", amount: 1}), nil, true)
		d.expectFault(err, fault.KindConflict, "fiscal.all_closed")
		if d.everything() != before {
			t.Error("a refused file left something")
		}
	})
}

// TestDaysToCome finds fault with days that cannot well be right, and books the lines all the same: the money is not lost.
func TestDaysToCome(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1") // on 2 November 2026
		rep := d.imports("a.csv", export(
			mandat{no: "1", on: "03/12/2026", amount: 1},             // 31 days ahead
			mandat{no: "2", on: "04/12/2026", amount: 2},             // one more
			mandat{no: "3", year: 2025, on: "31/01/2026", amount: 4}, // the last day of the extra period
			mandat{no: "4", year: 2025, on: "01/02/2026", amount: 8}, // the day after it
			mandat{no: "5", year: 2062, on: "02/11/2026", amount: 16}), nil)
		var got []string
		for _, f := range rep.Findings {
			if f.Code != findingYear {
				got = append(got, fmt.Sprint(f.Line, " ", f.Code, f.Args))
			}
		}
		slices.Sort(got)
		if want := []string{"3 date.to_come[2026-12-04 2026-11-02]", "5 date.after_year[2026-02-01 2025 2026-01-31]", "6 date.other_year[2026-11-02 2062]", "6 fiscal_year.to_come[2062 2062-01-01]"}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if rep.New != 5 || rep.Rejected != 0 || rep.SumBooked != 31 {
			t.Errorf("not everything is booked: %+v", rep)
		}
		d.verified()
	})
}

func TestFiscalYearsOfLines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		rep := d.imports("a.csv", export(mandat{no: "1", year: 2025, on: "20/12/2024", amount: 1}, mandat{no: "2", year: 2025, on: "20/01/2026", amount: 2}, mandat{no: "3", year: 2026, on: "20/01/2026", amount: 4}), nil)
		if !hasFinding(rep, findingYear) {
			t.Errorf("no finding on the years that were made: %+v", rep.Findings)
		}
		if hasFinding(rep, findingOtherYear) {
			t.Errorf("payments around the new year were found fault with: %+v", rep.Findings)
		}
		if rep := d.imports("old.csv", export(mandat{no: "7", year: 2024, on: "20/06/2026", amount: 0}), nil); !hasFinding(rep, findingOtherYear) {
			t.Errorf("no finding on a day years away: %+v", rep.Findings)
		}
		var got []string
		if err := db.Read().NewRaw("SELECT p.doc_no || ' ' || y.code || '·' || p.period FROM posting AS p JOIN fiscal_year AS y ON y.organisation_id = p.organisation_id AND y.id = p.fiscal_year_id WHERE p.organisation_id = ? ORDER BY p.doc_no", d.org.ID).Scan(ctx, &got); err != nil {
			t.Fatal(err)
		}
		if want := []string{"1 2025·1", "2 2025·13", "3 2026·1", "7 2024·13"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		_, err := d.tryImport("b.csv", export(mandat{no: "9", year: 2023, on: "20/01/2026", amount: 1}), year2026, true)
		d.expectFault(err, fault.KindInvalid, "import.other_year")
		if f := fault.As(err); f == nil || f.Args[0] != "2023" {
			t.Errorf("the year is no number to be grouped: %v", err)
		}
	})
}

func TestRefusedFilesLeaveNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "aube", "P1")
		d.imports("a.csv", export(fiveLines()...), nil)
		before := d.everything()
		for name, data := range map[string]string{
			"no header":                  "a;b;c\n1;2;3\n",
			"empty":                      "",
			"header only":                string(export()),
			"ambiguous number":           strings.ReplaceAll(string(export(mandat{no: "1", amount: 123400})), "1234,00", "1,234"),
			"ambiguous date":             strings.ReplaceAll(string(export(mandat{no: "1", amount: 1})), "02/03/2026", "02/03/26"),
			"repeated header":            string(export(fiveLines()...)) + string(export(fiveLines()...)),
			"zero bytes":                 "\x00\x00\x00\x00",
			"a binary file":              "\x7fELF\x02\x01\x01\x00\x00\x00",
			"amounts that no budget has": strings.ReplaceAll(string(export(mandat{no: "1", amount: 1})), ";0,01", ";9000000000000000,00"),
			"total that is off":          string(export(fiveLines()...)) + "Total;;;;;;;;;;;;;1,00\r\n",
		} {
			if _, err := d.tryImport("bad.csv", []byte(data), nil, true); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("%s: %v, want a refusal", name, err)
			}
		}
		if after := d.everything(); after != before {
			t.Errorf("refused files changed\n%s\ninto\n%s", before, after)
		}
	})
}
