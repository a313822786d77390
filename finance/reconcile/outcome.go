package reconcile

import "jalon/internal/money"

// Outcome is what became of one line of a file. Every line has exactly one.
type Outcome byte

// The outcomes. The reader of the file decides the last three, Diff the first three.
const (
	New        Outcome = iota // not in the books: booked
	Unchanged                 // in the books as it is: nothing to do
	Supersedes                // in the books with other contents: reversed and restated
	Rejected                  // cannot be booked: kept with its finding
	OutOfScope                // of no concern to the books: counted and summed only
	Other                     // header, blank or total line
	outcomes   = iota
)

// String names the outcome as files, JSON and the books carry it.
func (o Outcome) String() string {
	if int(o) >= outcomes {
		return "UNKNOWN"
	}
	return [outcomes]string{"NEW", "UNCHANGED", "SUPERSEDES", "REJECTED", "OUT_OF_SCOPE", "OTHER"}[o]
}

// Tally counts and sums the lines of a file by outcome. The zero Tally is empty.
type Tally struct {
	lines [outcomes]int
	sums  [outcomes]wide
}

// Add books one line into its outcome.
func (t *Tally) Add(o Outcome, amount money.Amount) {
	t.lines[o]++
	t.sums[o].add(amount)
}

// Lines counts the lines of the outcomes asked for, of all outcomes when none is named.
func (t *Tally) Lines(of ...Outcome) int {
	n := 0
	for _, o := range orAll(of) {
		n += t.lines[o]
	}
	return n
}

// Sum adds the amounts of the outcomes asked for, of all outcomes when none is named; false when the sum does not fit
// 64 bits.
func (t *Tally) Sum(of ...Outcome) (money.Amount, bool) {
	var total wide
	for _, o := range orAll(of) {
		total.plus(t.sums[o])
	}
	return total.amount()
}

func orAll(of []Outcome) []Outcome {
	if len(of) == 0 {
		return []Outcome{New, Unchanged, Supersedes, Rejected, OutOfScope, Other}
	}
	return of
}
