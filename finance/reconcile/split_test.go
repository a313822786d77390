package reconcile

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// amountsOf gives the amounts of shares, in their order.
func amountsOf(shares []Share) []money.Amount {
	out := make([]money.Amount, len(shares))
	for i, s := range shares {
		out[i] = s.Amount
	}
	return out
}

// by gives parts of projects 1, 2 … with these shares.
func by(shares ...int64) []Part {
	out := make([]Part, len(shares))
	for i, s := range shares {
		out[i] = Part{Project: int64(i) + 1, ShareBP: s}
	}
	return out
}

// fixed gives parts of projects 101, 102 … with these amounts.
func fixed(amounts ...money.Amount) []Part {
	out := make([]Part, len(amounts))
	for i, a := range amounts {
		out[i] = Part{Project: int64(i) + 101, Fixed: a, HasFixed: true}
	}
	return out
}

func TestSplit(t *testing.T) {
	yearly := []Part{{Project: 1, ShareBP: 10000}, {Project: 2, ShareBP: 4000, FiscalYear: 2025}, {Project: 3, ShareBP: 6000, FiscalYear: 2025}, {Project: 4, ShareBP: 5000, FiscalYear: 2026}}
	tests := []struct {
		name  string
		total money.Amount
		parts []Part
		year  int64
		want  []money.Amount
	}{
		{"sixty and forty", 3972475, by(6000, 4000), 0, []money.Amount{2383485, 1588990}},
		{"the same reduced", -472475, by(6000, 4000), 0, []money.Amount{-283485, -188990}},
		{"thirds and a residual of one basis point", 10000, by(3333, 3333, 3333), 0, []money.Amount{3333, 3333, 3333}},
		{"ties go to the earlier part", 1, by(5000, 5000), 0, []money.Amount{1, 0}},
		{"also below zero", -1, by(5000, 5000), 0, []money.Amount{-1, 0}},
		{"the residual comes last in a tie", 1, by(5000), 0, []money.Amount{1}},
		{"three quarters", 9999, by(7500, 2500), 0, []money.Amount{7499, 2500}},
		{"forty-five and fifty-five", 5, by(4500, 5500), 0, []money.Amount{2, 3}},
		{"a quarter leaves three", 100, by(2500), 0, []money.Amount{25}},
		{"one part takes all", math.MinInt64, by(10000), 0, []money.Amount{math.MinInt64}},
		{"nothing to share", 0, by(6000, 4000), 0, []money.Amount{0, 0}},
		{"fixed amounts first", 10000, append(fixed(1000), by(5000, 5000)...), 0, []money.Amount{1000, 4500, 4500}},
		{"fixed amounts of a reduction", -10000, append(fixed(-1000), by(10000)...), 0, []money.Amount{-1000, -9000}},
		{"fixed amounts that take all", 300, append(fixed(100, 200), by(10000)...), 0, []money.Amount{100, 200, 0}},
		{"fixed amounts that leave some", 300, fixed(100), 0, []money.Amount{100}},
		{"a fixed amount of nothing", 0, fixed(0), 0, []money.Amount{0}},
		{"no part", 300, nil, 0, []money.Amount{}},
		{"the parts of the year", 10000, yearly, 2025, []money.Amount{4000, 6000}},
		{"the parts of another year", 10000, yearly, 2026, []money.Amount{5000}},
		{"a year without its own parts", 10000, yearly, 2024, []money.Amount{10000}},
		{"a year that is not known", 10000, yearly, 0, []money.Amount{10000}},
		{"parts of other years only", 10000, yearly[1:], 2024, []money.Amount{}},
	}
	for _, tc := range tests {
		got, err := Split(tc.total, tc.parts, tc.year)
		if err != nil || !slices.Equal(amountsOf(got), tc.want) {
			t.Errorf("%s: %v, %v, want %v", tc.name, amountsOf(got), err, tc.want)
		}
	}
	got, err := Split(10000, []Part{{Project: 7, BudgetLine: 70, ShareBP: 10000}}, 0)
	if want := []Share{{Project: 7, BudgetLine: 70, Amount: 10000}}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
}

func TestSplitRefuses(t *testing.T) {
	tests := []struct {
		name  string
		total money.Amount
		parts []Part
		key   string
	}{
		{"more than the whole", 100, by(6000, 4001), "reconcile.split.too_much"},
		{"more than 64 bits of shares", 100, by(math.MaxInt64, math.MaxInt64), "reconcile.split.too_much"},
		{"a negative share", 100, by(10000, -1), "reconcile.split.negative"},
		{"a fixed amount against the sign", 100, fixed(-1), "reconcile.split.sign"},
		{"a fixed amount against a reduction", -100, fixed(1), "reconcile.split.sign"},
		{"fixed amounts above the total", 100, fixed(60, 41), "reconcile.split.fixed"},
		{"a fixed amount of nothing", 0, fixed(1), "reconcile.split.fixed"},
		{"fixed amounts beyond 64 bits", math.MaxInt64, fixed(math.MaxInt64, 1), "reconcile.split.fixed"},
	}
	for _, tc := range tests {
		got, err := Split(tc.total, tc.parts, 0)
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid || f.Key != tc.key || got != nil {
			t.Errorf("%s: %v, %v, want %s", tc.name, got, err, tc.key)
		}
	}
}

// shareOf gives shares of projects 1, 2 … with these amounts.
func sharesOf(amounts ...money.Amount) []Share {
	out := make([]Share, len(amounts))
	for i, a := range amounts {
		out[i] = Share{Project: int64(i) + 1, Amount: a}
	}
	return out
}

func TestInherit(t *testing.T) {
	tests := []struct {
		name      string
		amount    money.Amount
		remaining []Share
		want      []money.Amount
	}{
		{"a reduction of sixty and forty", -472475, sharesOf(2383485, 1588990), []money.Amount{-283485, -188990}},
		{"two to one, taken back whole", -1000001, sharesOf(666667, 333334), []money.Amount{-666667, -333334}},
		{"a cent taken back", -1, sharesOf(1), []money.Amount{-1}},
		{"a complement grows alike", 100, sharesOf(200, 100), []money.Amount{67, 33}},
		{"a correction of a correction", 100, sharesOf(-300, -100), []money.Amount{75, 25}},
		{"nothing left", -100, sharesOf(0, 0), nil},
		{"nothing there", -100, nil, nil},
		{"what is empty inherits nothing", -100, sharesOf(0, 50), []money.Amount{-100}},
		{"what stands against the rest inherits nothing", -100, sharesOf(150, -50), []money.Amount{-100}},
		{"the largest amounts", math.MinInt64, sharesOf(math.MaxInt64, math.MaxInt64), []money.Amount{math.MinInt64 / 2, math.MinInt64 / 2}},
		// Ways of sharing that lost or misplaced a cent elsewhere.
		{"thirds", 10000, sharesOf(1, 1, 1), []money.Amount{3334, 3333, 3333}},
		{"thirds below zero", -10000, sharesOf(1, 1, 1), []money.Amount{-3334, -3333, -3333}},
		{"forty-five and fifty-five", 5, sharesOf(45, 55), []money.Amount{2, 3}},
		{"two thirds and one third", 12000, sharesOf(66667, 33333), []money.Amount{8000, 4000}},
		{"one third and two thirds", 12000, sharesOf(33333, 66667), []money.Amount{4000, 8000}},
		{"remainders in order", 22000, sharesOf(445455, 9091, 545455), []money.Amount{9800, 200, 12000}},
		{"a small whole", 5, sharesOf(100, 101, 100, 100), []money.Amount{1, 2, 1, 1}},
		{"three quarters", 9999, sharesOf(75, 25), []money.Amount{7499, 2500}},
		{"one cent for two", 1, sharesOf(1, 1), []money.Amount{1, 0}},
		{"six parts", 613, sharesOf(98, 92, 98, 123, 102, 92), []money.Amount{99, 93, 99, 125, 104, 93}},
	}
	for _, tc := range tests {
		if got := amountsOf(Inherit(tc.amount, tc.remaining)); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}

// A payment order split 60 to 40, then reduced: the reduction follows, and so does what is left.
func TestReductionFollowsTheSplit(t *testing.T) {
	origin, err := Split(3972475, by(6000, 4000), 0)
	if err != nil {
		t.Fatal(err)
	}
	reduction := Inherit(-472475, origin)
	left := sharesOf(origin[0].Amount+reduction[0].Amount, origin[1].Amount+reduction[1].Amount)
	if got := amountsOf(left); !slices.Equal(got, []money.Amount{2100000, 1400000}) {
		t.Errorf("left are %v, want 21,000.00 and 14,000.00", got)
	}
	for i, s := range Inherit(-3500000, left) {
		if left[i].Amount+s.Amount != 0 {
			t.Errorf("taken back whole, project %d keeps %d", s.Project, left[i].Amount+s.Amount)
		}
	}
}

// checkSplit holds what is true of every split: refused by a fault, or shares and residual that sum to the amount, have
// its sign, and lie within one unit of their exact value.
func checkSplit(t *testing.T, total money.Amount, parts []Part, year int64) {
	t.Helper()
	shares, err := Split(total, parts, year)
	if err != nil {
		if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid {
			t.Fatalf("%d by %+v: %v is no fault", total, parts, err)
		}
		return
	}
	given, ok := money.Sum(amountsOf(shares)...)
	if !ok || magnitude(given) > magnitude(total) {
		t.Fatalf("%d by %+v is %v, together %d", total, parts, shares, given)
	}
	residual := total - given
	for _, s := range append(shares, Share{Amount: residual}) {
		if s.Amount != 0 && (s.Amount < 0) != (total < 0) {
			t.Fatalf("%d by %+v: %v against the sign", total, parts, s)
		}
	}
	again, err := Split(total, parts, year)
	if err != nil || !slices.Equal(again, shares) {
		t.Fatalf("%d by %+v is %v and then %v, %v", total, parts, shares, again, err)
	}
}

func TestSplitProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 5))
	for range 5000 {
		total := money.Amount(r.Int64N(2001) - 1000)
		if r.IntN(4) == 0 {
			total = money.Amount(r.Uint64())
		}
		parts := make([]Part, 0, 5)
		for left := int64(Whole); len(parts) < r.IntN(6); {
			p := Part{Project: int64(r.IntN(3)) + 1, FiscalYear: int64(r.IntN(2)) * 2025}
			if r.IntN(4) == 0 {
				p.Fixed, p.HasFixed = total/money.Amount(2+r.IntN(9)), true
			} else {
				p.ShareBP = r.Int64N(left + 1)
				left -= p.ShareBP
			}
			parts = append(parts, p)
		}
		checkSplit(t, total, parts, int64(r.IntN(2))*2025)
	}
}

func TestInheritProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 6))
	for range 5000 {
		origin, err := Split(money.Amount(r.Int64N(1_000_000)+1), by(r.Int64N(5000), r.Int64N(3000), r.Int64N(2000)), 0)
		if err != nil {
			t.Fatal(err)
		}
		// What nobody has allocated takes its part of a correction too.
		left := append(origin, Share{Project: Unallocated, Amount: money.Amount(r.IntN(1000))})
		total := sumShares(left)
		for total != 0 {
			amount := -money.Amount(r.Int64N(int64(total)) + 1)
			if r.IntN(3) == 0 {
				amount = -total
			}
			inherited := Inherit(amount, left)
			if sumShares(inherited) != amount {
				t.Fatalf("%d of %v is %v", amount, left, inherited)
			}
			left = totals(append(inherited, left...))
			for _, s := range left {
				if s.Amount < 0 {
					t.Fatalf("%d taken back leaves %v", amount, left)
				}
			}
			left, total = append(left, Share{Amount: total + amount - sumShares(left)}), total+amount
		}
		for _, s := range left {
			if s.Amount != 0 {
				t.Fatalf("all taken back leaves %v", left)
			}
		}
	}
}

func sumShares(shares []Share) (sum money.Amount) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

func FuzzSplit(f *testing.F) {
	f.Add(int64(3972475), int64(6000), int64(4000), int64(0), false, int64(0))
	f.Add(int64(-1), int64(5000), int64(5000), int64(-1), true, int64(2025))
	f.Add(int64(math.MinInt64), int64(1), int64(9998), int64(math.MinInt64), true, int64(0))
	f.Add(int64(7), int64(math.MaxInt64), int64(-5), int64(3), false, int64(1))
	f.Fuzz(func(t *testing.T, total, a, b, amount int64, hasFixed bool, year int64) {
		parts := []Part{{Project: 1, ShareBP: a}, {Project: 2, ShareBP: b}, {Project: 3, Fixed: money.Amount(amount), HasFixed: hasFixed, FiscalYear: year}}
		checkSplit(t, money.Amount(total), parts, year)
		checkSplit(t, money.Amount(total), parts[:2], 0)
		inherited := Inherit(money.Amount(total), []Share{{Project: 1, Amount: money.Amount(a)}, {Project: 2, Amount: money.Amount(b)}})
		if sum, ok := money.Sum(amountsOf(inherited)...); len(inherited) > 0 && (!ok || sum != money.Amount(total)) {
			t.Fatalf("%d inherited by %d and %d is %v", total, a, b, inherited)
		}
	})
}
