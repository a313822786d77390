package drift

import (
	"math/rand"
	"testing"

	"jalon/internal/money"
)

// tenThousand projects whose first costs all differ: the sums have 10 000 different denominators,
// the worst case for exact means.
func tenThousand() []Project {
	r := rand.New(rand.NewSource(1))
	start := on(2020, 1, 1)
	projects := make([]Project, 10_000)
	for i := range projects {
		begin := start.AddDays(r.Intn(1500))
		p := Project{ID: int64(i + 1), Weight: 1 + r.Int63n(100)}
		cost, end := money.Amount(1+r.Int63n(1e13)), begin.AddDays(200+r.Intn(2000))
		for k := range 12 {
			p.Estimates = append(p.Estimates, Estimate{On: start.AddDays(30 * k), Seq: int64(k), HasCost: true, Cost: cost, Start: begin, End: end})
			cost, end = cost+money.Amount(r.Int63n(int64(cost)/10+1)), end.AddDays(r.Intn(60))
		}
		projects[i] = p
	}
	return projects
}

func BenchmarkMean(b *testing.B) {
	all := make([]observation, 0, 10_000)
	for _, s := range standings(tenThousand(), on(2021, 1, 1)) {
		all = s.appendCost(all)
	}
	for b.Loop() {
		mean(all).share()
	}
}

func BenchmarkMeasure(b *testing.B) {
	projects := tenThousand()
	for b.Loop() {
		Measure(projects, on(2021, 1, 1), euro)
	}
}

func BenchmarkCompare(b *testing.B) {
	projects := tenThousand()
	for b.Loop() {
		Compare(projects, on(2020, 6, 1), on(2021, 1, 1))
	}
}
