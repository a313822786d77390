package reconcile

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"jalon/internal/money"
)

func TestOutcomeNames(t *testing.T) {
	for o, want := range map[Outcome]string{New: "NEW", Unchanged: "UNCHANGED", Supersedes: "SUPERSEDES", Rejected: "REJECTED", OutOfScope: "OUT_OF_SCOPE", Other: "OTHER", 99: "UNKNOWN"} {
		if got := o.String(); got != want {
			t.Errorf("%d is called %s, want %s", o, got, want)
		}
	}
}

func TestSumsThatOverflowOnTheWay(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 12))
	for range 500 {
		var sum wide
		want := new(big.Int)
		for range r.IntN(12) {
			a := []money.Amount{math.MaxInt64, math.MinInt64, 1, -1, money.Amount(r.Uint64())}[r.IntN(5)]
			sum.add(a)
			want.Add(want, big.NewInt(int64(a)))
		}
		if got, ok := sum.amount(); ok != want.IsInt64() || ok && int64(got) != want.Int64() {
			t.Fatalf("%d, %t, want %s", got, ok, want)
		}
	}
}

func TestThreshold(t *testing.T) {
	usual := Threshold{Share: 100, Lines: 50}
	tests := []struct {
		name string
		w    Withdrawals
		want bool
	}{
		{"nothing", Withdrawals{}, false},
		{"one per cent", Withdrawals{Lines: 1, Gross: 100, Of: 10_000}, false},
		{"a cent more", Withdrawals{Lines: 1, Gross: 101, Of: 10_000}, true},
		{"fifty lines of nothing", Withdrawals{Lines: 50, Of: 1}, false},
		{"one line more", Withdrawals{Lines: 51, Of: 1}, true},
		{"all there is", Withdrawals{Lines: 1, Gross: math.MaxInt64, Of: math.MaxInt64}, true},
		{"one line beside one that could not be read", Withdrawals{Lines: 1, Gross: 1, Of: 10_000, Unread: 1}, true},
		{"lines that could not be read alone", Withdrawals{Of: 10_000, Unread: 9}, false},
		{"a hundredth of the largest amount", Withdrawals{Lines: 1, Gross: math.MaxInt64 / 100, Of: math.MaxInt64}, false},
	}
	for _, tc := range tests {
		if got := usual.Exceeded(tc.w); got != tc.want {
			t.Errorf("%s: %t", tc.name, got)
		}
	}
	if !(Threshold{Share: -5, Lines: 9}).Exceeded(Withdrawals{Lines: 1, Gross: 1, Of: 100}) {
		t.Error("a negative share lets withdrawals pass")
	}
}

func TestWithdrawals(t *testing.T) {
	live := prints(true, 0, row{key: "1", amount: 100}, row{key: "2", amount: -40}, row{key: "3", amount: 60}, row{key: "4", amount: math.MinInt64})
	got := Diff(live[:1], live, Snapshot).Withdrawals(live)
	if got.Lines != 3 || got.Gross != math.MaxInt64 || got.Of != math.MaxInt64 {
		t.Errorf("%+v, want three lines and amounts that stay at the largest", got)
	}
	live = live[:3]
	if got, want := Diff(live[:1], live, Snapshot).Withdrawals(live), (Withdrawals{Lines: 2, Gross: 100, Of: 200}); got != want {
		t.Errorf("%+v, want %+v: signs must not hide each other", got, want)
	}
}
