package ledgerfile

import (
	"math"
	"math/bits"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// sum adds amounts in 128 bits: it neither overflows on the way nor depends on the order.
type sum struct{ hi, lo uint64 }

func (s *sum) add(a money.Amount) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(a), 0)
	s.hi, _ = bits.Add64(s.hi, uint64(int64(a)>>63), carry)
}

// amount gives the sum, false when it does not fit 64 bits.
func (s sum) amount() (money.Amount, bool) {
	if (s.hi == 0 && s.lo <= math.MaxInt64) || (s.hi == math.MaxUint64 && s.lo > math.MaxInt64) {
		return money.Amount(s.lo), true
	}
	return 0, false
}

// tally gathers a Summary while the lines of a file go by.
type tally struct {
	Summary
	all, rejected, outside, expenditure, revenue sum
}

func newTally(c money.Currency) *tally {
	return &tally{Summary: Summary{Currency: c, FindingList: FindingList{FindingCounts: map[string]int{}}}}
}

// line counts a line by its kind and notes its findings. The line is complete.
func (t *tally) line(l *Line) {
	t.Lines++
	t.ByKind[l.Kind]++
	for _, f := range l.Findings {
		t.note(f)
	}
	switch l.Kind {
	case KindPosting, KindCommitment:
		t.all.add(l.Amount)
		if l.Flow == FlowRevenue {
			t.revenue.add(l.Amount)
		} else {
			t.expenditure.add(l.Amount)
		}
		t.dated(l)
	case KindRejected:
		t.all.add(l.Amount)
		t.rejected.add(l.Amount)
	case KindOutOfScope:
		t.outside.add(l.Amount)
	}
}

// dated notes the dates and fiscal years of a line that can be booked.
func (t *tally) dated(l *Line) {
	if !l.Date.IsZero() {
		if t.First.IsZero() || l.Date.Before(t.First) {
			t.First = l.Date
		}
		if l.Date.After(t.Last) {
			t.Last = l.Date
		}
	}
	if n := len(t.Exercices); l.Exercice != 0 && (n == 0 || t.Exercices[n-1] != l.Exercice) {
		if i, found := slices.BinarySearch(t.Exercices, l.Exercice); !found {
			t.Exercices = slices.Insert(t.Exercices, i, l.Exercice)
		}
	}
}

// close works out the sums and, where nothing else told it, the coverage. It refuses a file whose
// total no ledger can hold.
func (t *tally) close(declared Coverage) (Summary, error) {
	fits := true
	for _, s := range []struct {
		sum sum
		to  *money.Amount
	}{{t.all, &t.Sum}, {t.rejected, &t.SumRejected}, {t.outside, &t.SumOutOfScope}, {t.expenditure, &t.SumExpenditure}, {t.revenue, &t.SumRevenue}} {
		a, ok := s.sum.amount()
		*s.to = a
		fits = fits && ok
	}
	t.Coverage = declared
	if t.Coverage.From.IsZero() {
		t.Coverage.From, t.Coverage.To = t.First, t.Last
	}
	if t.Coverage.Kind == "" {
		t.Coverage.Kind = CoverageDelta
	}
	if !fits {
		return t.Summary, fault.Invalid("ledger.overflow")
	}
	return t.Summary, nil
}
