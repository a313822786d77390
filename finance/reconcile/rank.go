package reconcile

// Rank says by what a rule identifies a project, from the surest to the weakest. A line belongs to the first rank of
// which a rule matches.
type Rank int

// The ranks. Rules of the first six book by themselves; those of the others suggest until they were confirmed often
// enough.
const (
	RankCommitment Rank = 1 // number of the commitment
	RankOrigin     Rank = 2 // the line that this one corrects
	RankAnalytic   Rank = 3 // analytic code: the finance code of the project
	RankOperation  Rank = 4 // operation, which several projects may share
	RankContract   Rank = 5 // contract or lot
	RankInventory  Rank = 6 // number in the inventory
	RankSupplier   Rank = 7 // supplier with nature and a window of time
	RankLabel      Rank = 8 // invoice, label, or whatever else the line says
	RankExpected   Rank = 9 // supplier and amount of an expected line

	lastRank = RankExpected
)

// rankAlways is the place of what is settled before any rank is asked: an operation between accounts is no cost.
const rankAlways Rank = 0

// ConfirmationsToBook is how often a person must have accepted what a weak rule suggests before it books by itself.
const ConfirmationsToBook = 3

// Valid tells whether a rule may have the rank.
func (r Rank) Valid() bool { return r >= RankCommitment && r <= lastRank }

// Books tells whether rules of the rank book without having been confirmed.
func (r Rank) Books() bool { return r <= RankInventory }

// Key is the key of the rank's name in the catalogues.
func (r Rank) Key() string {
	if r < rankAlways || r > lastRank {
		r = rankAlways
	}
	return [...]string{"reconcile.rank.always", "reconcile.rank.commitment", "reconcile.rank.origin", "reconcile.rank.analytic",
		"reconcile.rank.operation", "reconcile.rank.contract", "reconcile.rank.inventory", "reconcile.rank.supplier",
		"reconcile.rank.label", "reconcile.rank.expected"}[r]
}
