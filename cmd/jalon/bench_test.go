package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"jalon/internal/benchtest"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
	"jalon/portfolio/projectfile"
)

// binaryMeasured is the binary that the running benchmark measures.
var binaryMeasured string

// build builds the binary as make build does, for one benchmark.
func build(b *testing.B) {
	b.Helper()
	binaryMeasured = filepath.Join(b.TempDir(), "jalon")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binaryMeasured, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
}

// spent is what one whole process cost.
type spent struct {
	cpu, wall time.Duration
	peak      int64 // most resident memory, in KiB
}

// whole runs the program from start to exit.
func whole(b *testing.B, args ...string) spent {
	b.Helper()
	var stderr bytes.Buffer
	cmd := exec.Command(binaryMeasured, args...)
	cmd.Stderr = &stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("jalon %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	s := spent{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: time.Since(start)}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.peak = u.Maxrss
	}
	return s
}

// medians collects what several runs cost and reports the medians.
type medians map[string][]float64

func (f medians) add(unit string, value float64) { f[unit] = append(f[unit], value) }

func (f medians) process(s spent) {
	f.add("cpu-ms", ms(s.cpu))
	f.add("wall-ms", ms(s.wall))
	f.add("peak-MiB", float64(s.peak)/1024)
}

func (f medians) report(b *testing.B) {
	b.ReportMetric(0, "ns/op")
	for unit, values := range f {
		b.ReportMetric(benchtest.Median(values), unit)
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// seriesFile gives a list of 2,259 rows of 378 projects in which each row carries its own date: the
// public one where it lies beside the project, else one of the same shape.
func seriesFile(b *testing.B) string {
	b.Helper()
	public := filepath.Join("..", "..", "..", "shared", "data", "portfolios", "nyc_capital", "NYC_capital_projects_20190901.csv")
	if _, err := os.Stat(public); err == nil {
		return public
	}
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	_ = w.Write(strings.Split("Date Reported As Of,PID,Project Name,Description,Category,Borough,Managing Agency,Client Agency,Current Phase,Design Start,"+
		"Budget Forecast,Latest Budget Changes,Total Budget Changes,Forecast Completion,Latest Schedule Changes,Total Schedule Changes", ","))
	us := func(d civil.Date) string { return fmt.Sprintf("%02d/%02d/%04d", int(d.Month()), d.Day(), d.Year()) }
	for i := range 2259 {
		project, nth := i%378, i/378
		start := civil.D(2012, 1, 15).AddDays(project * 3)
		_ = w.Write([]string{us(civil.D(2014, 5, 1).AddMonths(6*nth)) + " 12:00:00 AM", strconv.Itoa(project + 1), fmt.Sprintf("Reconstruction of water main %03d", project),
			strings.Repeat("Replacement of distribution mains and appurtenances. ", 5), "Water Supply", "Brooklyn", "DDC", "DEP", "Construction", us(start),
			strconv.Itoa(30_000_000 + project*10_000 + nth*500_000), strconv.Itoa(min(nth, 1) * 500_000), strconv.Itoa(5 * 500_000),
			us(start.AddDays(2000 + nth*30)), strconv.Itoa(min(nth, 1) * 30), "150"})
	}
	w.Flush()
	file := filepath.Join(b.TempDir(), "series.csv")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// benchRaw is a row of the bare table, every cell as it stands in the file.
type benchRaw struct {
	ID                                                                   int64
	C0, C1, C2, C3, C4, C5, C6, C7, C8, C9, C10, C11, C12, C13, C14, C15 string
}

// bareImport reads the same file and puts its cells into one table of texts: the floor below the
// import, without a type, a check, a match or a history.
func bareImport(b *testing.B, file string, db *database.DB) {
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	records, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	rows := make([]benchRaw, len(records))
	for i, r := range records {
		rows[i] = benchRaw{int64(i), r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], r[12], r[13], r[14], r[15]}
	}
	ctx := b.Context()
	if _, err := db.Write().ExecContext(ctx, "DELETE FROM bench_raws"); err != nil {
		b.Fatal(err)
	}
	if err := database.Bulk(ctx, db.Write(), rows); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkImport books the list of 2,259 rows into an empty database, as a process from its start to
// its end, and then once more, when nothing is left to book.
func BenchmarkImport(b *testing.B) {
	build(b)
	file := seriesFile(b)
	fresh := map[string]func() string{
		"SQLite":     func() string { return "sqlite:" + filepath.Join(b.TempDir(), "jalon.db") },
		"PostgreSQL": func() string { url := dbtest.PostgresURL(b); whole(b, "migrate", "--database", url); return url },
	}
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		b.Run(name, func(b *testing.B) {
			first, again := medians{}, medians{}
			for b.Loop() {
				url := fresh[name]()
				args := []string{"import", "projects", file, "--roadmap", "NYC", "--profile", "nyc-capital", "--as-of", "2019-09-01", "--json", "--database", url}
				first.process(whole(b, args...))
				first.add("bare-cpu-ms", bareCPU(b, file, url))
				again.add("again-cpu-ms", ms(whole(b, args...).cpu))
			}
			first.report(b)
			again.report(b)
		})
	}
}

// bareCPU is the CPU time of the bare import into a database, without opening it.
func bareCPU(b *testing.B, file, url string) float64 {
	db, err := database.Open(b.Context(), url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	columns := make([]string, 16)
	for i := range columns {
		columns[i] = fmt.Sprintf("c%d TEXT", i)
	}
	if _, err := db.Write().ExecContext(b.Context(), "CREATE TABLE bench_raws (id BIGINT, "+strings.Join(columns, ", ")+")"); err != nil {
		b.Fatal(err)
	}
	start := benchtest.Self()
	bareImport(b, file, db)
	spent := benchtest.Self() - start
	if _, err := db.Write().ExecContext(b.Context(), "DROP TABLE bench_raws"); err != nil {
		b.Fatal(err)
	}
	return ms(spent)
}

// BenchmarkPack renders a pack of the demonstration authority anew from its snapshot and compares it
// with the stored bytes, as a process from its start to its end.
func BenchmarkPack(b *testing.B) {
	build(b)
	dir := b.TempDir()
	url := "sqlite:" + filepath.Join(dir, "jalon.db")
	var demo struct {
		Packs []struct{ Committee, Period, File string }
	}
	ok(b, &demo, url, "demo", "--once", "--json", "--date", "2026-11-01", "--data-dir", dir)
	largest, size := demo.Packs[0], int64(0)
	for _, p := range demo.Packs {
		if info, err := os.Stat(p.File); err == nil && info.Size() > size {
			largest, size = p, info.Size()
		}
	}
	f := medians{}
	for b.Loop() {
		f.process(whole(b, "pack", "--committee", largest.Committee, "--period", largest.Period, "--again", "--out", filepath.Join(dir, "again.pdf"), "--database", url))
		f.add("version-cpu-ms", ms(whole(b, "version").cpu))
	}
	f.add("KB", float64(size)/1000)
	f.report(b)
}

// running is a server that was started from the built binary.
type running struct {
	cmd     *exec.Cmd
	address string
	ready   time.Duration // from the start to the first answer that says ready
}

// start runs jalon serve on a database and waits until it says that it is ready.
func start(b *testing.B, url string) *running {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") // a port that is free now
	if err != nil {
		b.Fatal(err)
	}
	r := &running{address: l.Addr().String()}
	_ = l.Close()
	r.cmd = exec.Command(binaryMeasured, "serve", "--listen", r.address, "--database", url)
	begun := time.Now()
	if err := r.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(r.stop)
	for time.Since(begun) < 30*time.Second {
		res, err := http.Get("http://" + r.address + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				r.ready = time.Since(begun)
				return r
			}
		}
		time.Sleep(500 * time.Microsecond) // the resolution of the figure
	}
	b.Fatal("jalon serve did not get ready")
	return nil
}

// stop ends the server; a second time it does nothing.
func (r *running) stop() {
	if r.cmd.ProcessState == nil {
		_ = r.cmd.Process.Signal(os.Interrupt)
		_ = r.cmd.Wait()
	}
}

// memory gives what the server holds now, in MiB: resident, and its proportional share.
func (r *running) memory(b *testing.B) (rss, pss float64) {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", r.cmd.Process.Pid))
	if errors.Is(err, os.ErrNotExist) {
		b.Skip("this system does not tell the memory of a process in /proc")
	}
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		if len(fields) < 2 {
			continue
		}
		kb, _ := strconv.ParseFloat(fields[1], 64)
		switch fields[0] {
		case "Rss:":
			rss = kb / 1024
		case "Pss:":
			pss = kb / 1024
		}
	}
	return rss, pss
}

// cpu is the CPU time of the server since its start.
func (r *running) cpu() time.Duration {
	return benchtest.Processes(func() []int { return []int{r.cmd.Process.Pid} })()
}

func (r *running) get(b *testing.B, path string) {
	res, err := http.Get("http://" + r.address + path)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(path, res.Status, err)
	}
}

// BenchmarkStart is the time from the start of jalon serve on an existing database to the first answer
// that says ready, beside a process that only prints its version.
func BenchmarkStart(b *testing.B) {
	build(b)
	url := "sqlite:" + filepath.Join(b.TempDir(), "jalon.db")
	whole(b, "import", "projects", seriesFile(b), "--roadmap", "NYC", "--profile", "nyc-capital", "--as-of", "2019-09-01", "--database", url)
	f := medians{}
	for b.Loop() {
		f.add("version-cpu-ms", ms(whole(b, "version").cpu))
		r := start(b, url)
		f.add("ready-ms", ms(r.ready))
		f.add("cpu-ms", ms(r.cpu()))
		r.stop()
	}
	f.report(b)
}

// BenchmarkMemory is what the server holds after its start and after 2,000 pages of the list of 10,000
// projects with three estimates each.
func BenchmarkMemory(b *testing.B) {
	build(b)
	url := "sqlite:" + filepath.Join(b.TempDir(), "jalon.db")
	for k := range 3 {
		day := civil.D(2025, 6, 1).AddMonths(6 * k)
		whole(b, "import", "projects", largeList(b, day, k), "--roadmap", "SDN", "--profile", "jalon", "--as-of", day.String(), "--database", url)
	}
	f := medians{}
	for b.Loop() {
		r := start(b, url)
		rss, pss := r.memory(b)
		f.add("idle-rss-MiB", rss)
		f.add("idle-pss-MiB", pss)
		for i := range 2000 {
			r.get(b, "/roadmaps/1/projects?page="+strconv.Itoa(i%200+1))
		}
		rss, pss = r.memory(b)
		f.add("used-rss-MiB", rss)
		f.add("used-pss-MiB", pss)
		r.stop()
	}
	f.report(b)
}

// largeList writes a list of 10,000 projects in the program's own format, as known on a day.
func largeList(b *testing.B, day civil.Date, nth int) string {
	b.Helper()
	rows := make([]projectfile.Row, 10_000)
	for i := range rows {
		start := civil.D(2024, 1, 1).AddDays(i % 700)
		rows[i] = projectfile.Row{Code: fmt.Sprintf("P%05d", i+1), Name: fmt.Sprintf("Dématérialisation du service %05d", i+1), Manager: fmt.Sprintf("Chef de projet %d", i%300),
			Department: fmt.Sprintf("Service %d", i%90), Phase: "build", Start: start, End: start.AddDays(400 + i%300 + nth*(i%60)), HasCost: true,
			Cost: money.Amount(20_000_00 + i%500*1_000_00 + nth*(i%9)*700_00)}
	}
	var text bytes.Buffer
	if err := projectfile.Write(&text, rows, money.EUR, "fr"); err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), day.String()+".csv")
	if err := os.WriteFile(file, text.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}
