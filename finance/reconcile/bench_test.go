package reconcile

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"jalon/internal/benchtest"
	"jalon/internal/civil"
	"jalon/internal/money"
)

const million = 1_000_000

// manyPrints makes prints with keys and contents like hashes; of every hundred, changed many have other contents.
func manyPrints(n, changed int, order uint64) []Print {
	out := make([]Print, n)
	for i := range out {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		p := Print{Ref: int64(i + 1), Unique: true, Amount: money.Amount(i)}
		binary.LittleEndian.PutUint64(p.Key[:], r.Uint64())
		binary.LittleEndian.PutUint64(p.Key[8:], r.Uint64())
		p.Content = p.Key
		if i%100 < changed {
			p.Content[0]++
		}
		out[i] = p
	}
	rand.New(rand.NewPCG(order, 2)).Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// BenchmarkDiff compares a million lines, of which one in a hundred changed, with a million postings; beside it the
// ordering of the same prints in place, which a comparison cannot do without. The memory is that of the comparison with
// both sides.
func BenchmarkDiff(b *testing.B) {
	file, live := manyPrints(million, 1, 3), manyPrints(million, 0, 4)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	plan := Diff(file, live, Snapshot)
	runtime.ReadMemStats(&after)
	if plan.Pairs[0].Outcome == New {
		b.Fatal("a changed line is new")
	}
	benchtest.Compare(b, 1, benchtest.Side{Run: func() { Diff(file, live, Snapshot) }},
		benchtest.Side{Name: "sort", Run: func() {
			for _, side := range [][]Print{file, live} {
				slices.SortFunc(slices.Clone(side), func(a, b Print) int { return comparePrints(&a, &b) })
			}
		}}, nil)
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc+2*million*56)/(1<<20), "MiB")
}

// manyFacts makes lines as a finance system exports them: ten thousand operations, commitments of three lines each, some
// suppliers and contracts, labels that differ in a number. Of a hundred lines, known many have an operation.
func manyFacts(n, known int) []Facts {
	r := rand.New(rand.NewPCG(4, 13))
	out := make([]Facts, n)
	for i := range out {
		out[i] = Facts{Commitment: fmt.Sprintf("ENG2026-%06d", i/3), Operation: fmt.Sprintf("OP%05d", r.IntN(10_000)), Contract: fmt.Sprintf("2026-M-%04d", r.IntN(2500)),
			SupplierID: fmt.Sprintf("%014d", r.IntN(4000)), Nature: []string{"2031", "2051", "6156", "611"}[r.IntN(4)], Section: "I", Budget: "00 - Budget principal",
			Label: fmt.Sprintf("Prestation d'assistance - lot n° %d", r.IntN(997)), Amount: money.Amount(r.IntN(1_000_000)), Date: civil.D(2026, 1, 1).AddDays(r.IntN(365)), FiscalYear: 2026}
		if r.IntN(100) >= known {
			out[i].Operation = "9" + out[i].Operation
		}
	}
	return out
}

// BenchmarkMatch matches a million lines with ten thousand projects and two hundred rules on suppliers and labels:
// lines that all have a known operation, and lines of which one in fifty does, as those of a whole authority. Beside it
// one look into a map by the operation.
func BenchmarkMatch(b *testing.B) {
	dir := Directory{Codes: map[string]int64{}, Commitments: map[string][]Part{}}
	for i := range 10_000 {
		dir.Codes[fmt.Sprintf("OP%05d", i)] = int64(i + 1)
		dir.Commitments[fmt.Sprintf("ENG2025-%06d", i)] = []Part{{Project: int64(i + 1)}}
	}
	var rules []Rule
	for i := range int64(100) {
		rules = append(rules, rule(i+1, RankSupplier, i+1, is(FieldSupplierID, fmt.Sprintf("%014d", 40*i)), is(FieldNature, "6156")),
			rule(i+101, RankLabel, i+1, Condition{Field: FieldLabel, Op: OpContains, Value: fmt.Sprintf("assistance au projet %d", i)}))
	}
	for _, bench := range []struct {
		name  string
		known int
	}{{"in scope", 100}, {"one in fifty", 2}} {
		b.Run(bench.name, func(b *testing.B) {
			m := mustCompile(b, rules, dir)
			facts := manyFacts(million, bench.known)
			booked := 0
			benchtest.Compare(b, 1, benchtest.Side{Run: func() {
				booked = 0
				for i := range facts {
					if m.Match(&facts[i], nil).Kind == Books {
						booked++
					}
				}
			}}, benchtest.Side{Name: "map", Run: func() {
				for i := range facts {
					if dir.Codes[facts[i].Operation] < 0 {
						b.Fatal("a project below 0")
					}
				}
			}}, nil)
			if booked < million/100*bench.known*9/10 {
				b.Fatalf("%d lines booked", booked)
			}
		})
	}
}

// BenchmarkExplain shows what one line of the queue costs, with a third of a million commitments to be one slip from.
func BenchmarkExplain(b *testing.B) {
	dir := Directory{Commitments: map[string][]Part{}}
	for i := range million / 3 {
		dir.Commitments[fmt.Sprintf("ENG2026-%06d", i)] = []Part{{Project: int64(i%10_000 + 1)}}
	}
	m := mustCompile(b, nil, dir)
	f := Facts{Commitment: "ENG2026-31234"}
	m.Explain(&f, nil)
	for b.Loop() {
		if len(m.Explain(&f, nil).Candidates) == 0 {
			b.Fatal("no commitment is near")
		}
	}
}
