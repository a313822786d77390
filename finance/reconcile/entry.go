package reconcile

import (
	"iter"

	"jalon/internal/money"
)

// Cause says why an entry stands in the books.
type Cause string

// The causes of entries. A line that supersedes makes two: the reverse of what was booked, and what holds now.
const (
	CauseNew      Cause = "NEW"
	CauseReverse  Cause = "REVERSE"
	CauseRestate  Cause = "RESTATE"
	CauseWithdraw Cause = "WITHDRAW"
)

// Entry is one signed movement of the books. The entries of a posting always sum to the amount of its live version, or
// to 0 once it is withdrawn.
type Entry struct {
	Cause  Cause
	Line   int64 // the line of the file that says so; 0 for a withdrawal
	Live   int64 // the posting that is reversed, restated or withdrawn; 0 for a new one
	Amount money.Amount
}

// Entries gives what the plan of Diff books, from the prints it was made of: the lines in the order of the file, then
// the withdrawals. What is unchanged makes no entry.
func (p Plan) Entries(file, live []Print) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i, pair := range p.Pairs {
			line := file[i]
			switch pair.Outcome {
			case New:
				if !yield(Entry{Cause: CauseNew, Line: line.Ref, Amount: line.Amount}) {
					return
				}
			case Supersedes:
				if !yield(Entry{CauseReverse, line.Ref, pair.Live, -live[pair.at].Amount}) ||
					!yield(Entry{CauseRestate, line.Ref, pair.Live, line.Amount}) {
					return
				}
			}
		}
		for _, j := range p.withdrawn {
			if !yield(Entry{Cause: CauseWithdraw, Live: live[j].Ref, Amount: -live[j].Amount}) {
				return
			}
		}
	}
}
