package finance

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// TestRandomImports lets files of all kinds and allocations by hand follow each other by lot, and holds the books against every rule.
func TestRandomImports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		rounds, steps := 4, 14
		if os.Getenv("JALON_TORTURE") == "1" {
			rounds, steps = 20, 30
		}
		for round := range rounds {
			r := rand.New(rand.NewPCG(4, uint64(30+round)))
			d := newDesk(t, db, fmt.Sprint("lot", round), "P1", "P2")
			lines := someLines(r, 20)
			for step := range steps {
				lines = d.randomAct(r, step, lines)
				if step%5 == 4 {
					d.verified()
				}
				if t.Failed() {
					t.Fatalf("round %d, step %d", round, step)
				}
			}
			d.verified()
		}
	})
}

// randomAct does one thing with the books, and gives the lines that the finance system then has.
func (d *desk) randomAct(r *rand.Rand, step int, lines []mandat) []mandat {
	d.Helper()
	switch r.IntN(6) {
	case 0: // the finance system says what it said, in another order
		d.importAtRandom(step, export(shuffled(r, lines)...), r)
	case 1, 2:
		lines = changed(r, lines)
		d.importAtRandom(step, export(shuffled(r, lines)...), r)
	case 3: // some of the lines
		some := lines[:r.IntN(len(lines)+1)]
		if len(some) > 0 {
			d.imports(fmt.Sprintf("d%d.csv", step), export(some...), nil)
		}
	default:
		d.allocateAtRandom(r)
	}
	return lines
}

// importAtRandom imports all lines there are, as a snapshot or not, at once or by way of a staged file.
func (d *desk) importAtRandom(step int, data []byte, r *rand.Rand) {
	d.Helper()
	coverage := year2026
	if r.IntN(3) == 0 {
		coverage = nil
	}
	name := fmt.Sprintf("s%d.csv", step)
	if r.IntN(2) == 0 {
		d.imports(name, data, coverage)
		return
	}
	id := d.stageFor(name, data, coverage)
	if _, err := d.service.Preview(context.Background(), operator, id); err != nil {
		d.Fatal(err)
	}
	planned := d.file(id).Report.ImportReport
	if err := d.bookKept(context.Background(), operator, id, true); err != nil {
		d.Fatal(err)
	}
	f := d.file(id)
	did := f.Report.ImportReport
	if f.State == FileBooked && (planned.New != did.New || planned.Superseded != did.Superseded || planned.Withdrawn != did.Withdrawn || planned.Allocated != did.Allocated || planned.Unallocated != did.Unallocated) {
		d.Errorf("previewed %+v, booked %+v", planned, did)
	}
}

// allocateAtRandom gives a part of a line of the queue to a project, if there is a line.
func (d *desk) allocateAtRandom(r *rand.Rand) {
	d.Helper()
	page, err := d.service.Queue(context.Background(), operator, d.org.ID, QueueFilter{})
	if err != nil {
		d.Fatal(err)
	}
	if len(page.Lines) == 0 {
		return
	}
	l := page.Lines[r.IntN(len(page.Lines))]
	in := AllocateInput{Organisation: d.org.ID, Posting: l.Posting.ID, Residual: l.Residual, Reason: "by lot", Parts: []PartInput{{Project: d.projects["P1"], ShareBP: int64(1 + r.IntN(9999))}}}
	if r.IntN(2) == 0 {
		in.Parts = append(in.Parts, PartInput{Project: d.projects["P2"], ShareBP: 10000 - in.Parts[0].ShareBP})
	}
	if err := d.service.Allocate(context.Background(), operator, in); err != nil && fault.KindOf(err) != fault.KindInvalid {
		d.Fatal(err)
	}
}

// TestDryRuns tell what booking does, and write nothing.
func TestDryRuns(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		r := rand.New(rand.NewPCG(4, 40))
		lines := someLines(r, 20)
		for i := range 6 {
			lines = changed(r, lines)
			in := ImportInput{Organisation: d.org, Source: bytesSource{fmt.Sprintf("f%d.csv", i), export(lines...)}, Profile: generic(t), Coverage: year2026, DryRun: true}
			before := d.everything()
			planned, err := d.service.ImportLedger(ctx, operator, in)
			if err != nil {
				t.Fatal(err)
			}
			if after := d.everything(); after != before {
				t.Fatalf("a dry run turned\n%s\ninto\n%s", before, after)
			}
			done := d.imports(fmt.Sprintf("f%d.csv", i), export(lines...), year2026)
			planned.Seconds, done.Seconds = 0, 0
			if fmt.Sprint(planned) != fmt.Sprint(done) {
				t.Errorf("planned %+v\ndone    %+v", planned, done)
			}
		}
	})
}
