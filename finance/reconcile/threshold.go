package reconcile

import (
	"math/bits"

	"jalon/internal/money"
)

// Threshold says how much a snapshot may withdraw before a person must confirm it: a file that was cut short, or
// exported with a filter too many, looks like one that takes most of the books away.
type Threshold struct {
	Share money.BasisPoints // of the amount of the live postings in the coverage, without signs
	Lines int
}

// Withdrawals measures what a plan takes away. Amounts are added without their signs, so that a posting and its
// correction do not hide each other; beyond 64 bits they stay at the largest amount.
type Withdrawals struct {
	Lines int
	Gross money.Amount // of the withdrawn postings
	Of    money.Amount // of all live postings in the coverage

	Unread int // lines of the file that could not be read: what is withdrawn may stand in one of them
}

// Withdrawals measures what the plan withdraws from the live postings that it was made of.
func (p Plan) Withdrawals(live []Print) Withdrawals {
	var gross, of wide
	for _, j := range p.withdrawn {
		gross.plus(wide{lo: magnitude(live[j].Amount)})
	}
	for i := range live {
		if !live[i].Outside {
			of.plus(wide{lo: magnitude(live[i].Amount)})
		}
	}
	return Withdrawals{Lines: len(p.withdrawn), Gross: gross.capped(), Of: of.capped()}
}

// Exceeded tells whether somebody must confirm the withdrawals: more lines than the threshold, a greater share of
// the amount, or any line at all when others could not be read. A negative share counts as none.
func (t Threshold) Exceeded(w Withdrawals) bool {
	if w.Lines > t.Lines || w.Lines > 0 && w.Unread > 0 {
		return true
	}
	hi, lo := bits.Mul64(uint64(max(w.Gross, 0)), 10_000)
	limitHi, limitLo := bits.Mul64(uint64(max(w.Of, 0)), uint64(max(t.Share, 0)))
	return hi > limitHi || hi == limitHi && lo > limitLo
}
