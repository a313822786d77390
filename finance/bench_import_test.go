package finance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/benchtest"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio"
)

// generator makes exports of a finance system; it lies beside the project.
const generator = "../../shared/bench/gen_ledger.py"

// diskSource is a file on disk.
type diskSource struct{ path string }

func (s diskSource) Open() (io.ReadCloser, error) { return os.Open(s.path) }
func (s diskSource) Name() string                 { return filepath.Base(s.path) }
func (s diskSource) Size() int64 {
	info, err := os.Stat(s.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// generated gives a file of so many lines in one of the formats of the generator.
func generated(b *testing.B, lines int, format string) string {
	b.Helper()
	if _, err := os.Stat(generator); err != nil {
		b.Skip("the generator of ledgers is not beside the project")
	}
	file := filepath.Join(b.TempDir(), fmt.Sprintf("%s-%d.csv", format, lines))
	if out, err := exec.Command("python3", generator, fmt.Sprint(lines), file, format).CombinedOutput(); err != nil {
		b.Skipf("the generator of ledgers does not run: %v\n%s", err, out)
	}
	return file
}

// withChanges writes a file again with another label in every hundredth line.
func withChanges(b *testing.B, file string) string {
	b.Helper()
	in, err := os.Open(file)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	changed := file + ".changed.csv"
	out, err := os.Create(changed)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(out)
	lines := bufio.NewScanner(in)
	for n := 0; lines.Scan(); n++ {
		line := lines.Bytes()
		if n%100 == 50 {
			if at := bytes.LastIndexByte(line, ' '); at >= 0 { // in the label, the last column with blanks
				line[at] = '_'
			}
		}
		w.Write(line)
		w.WriteString("\r\n")
	}
	if err := errors.Join(lines.Err(), w.Flush(), out.Close()); err != nil {
		b.Fatal(err)
	}
	return changed
}

// BenchmarkImportLedger books generated exports among ten thousand projects, then the same bytes again, then with one line in a hundred changed. Beside it the same
// lines, already in ISO dates and decimal points, loaded into a typed table with a primary key and two indexes, and the reading and hashing of the file.
func BenchmarkImportLedger(b *testing.B) {
	for _, name := range []string{"PostgreSQL", "SQLite"} {
		for _, lines := range []int{10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, lines), func(b *testing.B) {
				file, canon := generated(b, lines, "latin1"), generated(b, lines, "canon")
				changed := withChanges(b, file)
				figures := map[string][]float64{}
				for b.Loop() {
					b.StopTimer()
					db := dbtest.SQLite(b)
					if name == "PostgreSQL" {
						db = dbtest.Postgres(b)
					}
					o := townOf(b, db, 10_000)
					b.StartTimer()
					o.measure(figures, "", func() { o.book(file, lines, 0) })
					o.measure(figures, "again-", func() { o.book(file, 0, 0) })
					o.measure(figures, "hash-", func() { o.hash(file) })
					o.measure(figures, "changed-", func() { o.book(changed, -1, -1) })
					o.measure(figures, "bare-", func() { o.bare(canon) })
				}
				b.ReportMetric(0, "ns/op")
				for unit, values := range figures {
					b.ReportMetric(benchtest.Median(values), unit)
				}
				b.ReportMetric(benchtest.Median(figures["cpu-ms"])/benchtest.Median(figures["bare-cpu-ms"]), "ratio")
			})
		}
	}
}

// town is an organisation with many projects whose files are booked.
type town struct {
	*testing.B
	db      *database.DB
	service *Service
	in      ImportInput
}

func townOf(b *testing.B, db *database.DB, projects int) *town {
	b.Helper()
	ctx := context.Background()
	t := &town{B: b, db: db, service: New(db, time.Now)}
	var err error
	t.in.Organisation, err = identity.New(db, time.Now).Create(ctx, operator, identity.Organisation{Code: "town", Name: "Métropole", Kind: identity.KindAdministration, Currency: money.EUR, Locale: "fr", TimeZone: "Europe/Paris"})
	if err != nil {
		b.Fatal(err)
	}
	t.in.Profile, _ = ledgerfile.BuiltIn("generic-fr")
	register := portfolio.New(db, time.Now)
	roadmap, err := register.CreateRoadmap(ctx, operator, portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: t.in.Organisation.ID, Code: "FDR", Name: "Feuille de route", Start: day("2024-01-01"),
		End: day("2026-12-31"), Currency: money.EUR, Status: portfolio.RoadmapRunning}, Themes: []portfolio.Theme{{Code: "T1", Name: "Écoles", Position: 1}}})
	if err != nil {
		b.Fatal(err)
	}
	list := make([]portfolio.ProjectInput, projects)
	for i := range list {
		list[i] = portfolio.ProjectInput{Project: portfolio.Project{Code: fmt.Sprintf("OP%05d", i), Name: fmt.Sprint("Projet ", i)}, ThemeCode: "T1"}
	}
	if _, err := register.AddProjects(ctx, operator, roadmap.ID, list); err != nil {
		b.Fatal(err)
	}
	return t
}

// measure adds the CPU time of one run, that of the server told apart.
func (t *town) measure(figures map[string][]float64, name string, run func()) {
	server := t.backends()
	before := time.Duration(0)
	if server != nil {
		before = server()
	}
	start, self := time.Now(), benchtest.Self()
	run()
	spent, wall := benchtest.Self()-self, time.Since(start)
	ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	if server != nil {
		behind := server() - before
		spent += behind
		figures[name+"server-cpu-ms"] = append(figures[name+"server-cpu-ms"], ms(behind))
	}
	figures[name+"cpu-ms"] = append(figures[name+"cpu-ms"], ms(spent))
	if name == "" {
		figures["wall-ms"] = append(figures["wall-ms"], ms(wall))
	}
}

// backends is the CPU time of the server's processes that work for this database; nil where there is none.
func (t *town) backends() benchtest.Meter {
	if t.db.Path() != "" {
		return nil
	}
	return benchtest.Processes(func() (ids []int) {
		_ = t.db.Read().NewRaw("SELECT pid FROM pg_stat_activity WHERE datname = current_database()").Scan(context.Background(), &ids)
		return ids
	})
}

// book imports a file and holds its report against what is expected; -1 expects some.
func (t *town) book(file string, fresh, superseded int) {
	t.in.Source = diskSource{file}
	rep, err := t.service.ImportLedger(context.Background(), operator, t.in)
	if err != nil {
		t.Fatal(err)
	}
	if fresh >= 0 && (rep.New != fresh || rep.Superseded != superseded) || fresh < 0 && rep.Superseded == 0 {
		t.Fatalf("%s: %s", file, counts(rep))
	}
}

func (t *town) hash(file string) {
	if _, err := fingerprint(diskSource{file}); err != nil {
		t.Fatal(err)
	}
}

// bareColumns are the columns of a table as a person would make it for the same lines.
const bareColumns = "exercice SMALLINT, budget TEXT, engagement TEXT, mandat INT, bordereau INT, d DATE, section TEXT, chapitre TEXT, nature TEXT, fonction TEXT, operation TEXT, tiers TEXT, " +
	"siret TEXT, marche TEXT, libelle TEXT, ht NUMERIC(14,2), tva NUMERIC(14,2), ttc NUMERIC(14,2)"

// bare loads lines that need no reading into a table of their own.
func (t *town) bare(canon string) {
	ctx := context.Background()
	for _, statement := range []string{"DROP TABLE IF EXISTS bare", "CREATE TABLE bare (id BIGINT PRIMARY KEY, " + bareColumns + ")", "CREATE INDEX bare_operation ON bare (operation, d)", "CREATE INDEX bare_siret ON bare (siret)"} {
		if _, err := t.db.Write().ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	in, err := os.Open(canon)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := csv.NewReader(bufio.NewReaderSize(in, 1<<20))
	r.Comma, r.ReuseRecord, r.LazyQuotes = ';', true, true
	err = t.db.LoadTx(ctx, func(ctx context.Context, _ database.Conn, load *database.Loader) error {
		rows := load.Into("bare", "id", "exercice", "budget", "engagement", "mandat", "bordereau", "d", "section", "chapitre", "nature", "fonction", "operation", "tiers", "siret", "marche", "libelle", "ht", "tva", "ttc")
		for n := int64(1); ; n++ {
			record, err := r.Read()
			if err == io.EOF {
				return rows.Close(ctx)
			}
			if err != nil {
				return err
			}
			rows.Int(n)
			for i, v := range record {
				if v == "" && (i == 3 || i == 4) {
					rows.Null()
					continue
				}
				rows.Text(v)
			}
			if err := rows.End(ctx); err != nil {
				return err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}
