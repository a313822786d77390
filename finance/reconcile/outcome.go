package reconcile

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
