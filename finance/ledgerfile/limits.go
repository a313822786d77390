package ledgerfile

import "jalon/internal/fault"

// Limits of what is read. A line beyond them is rejected by itself; the file is refused where it
// cannot be read on.
const (
	MaxLineBytes   = 1 << 20  // bytes of one record
	MaxColumns     = 500      // cells in one row
	MaxCellBytes   = 64 << 10 // bytes of one cell
	MaxPackedBytes = 64 << 20 // bytes of an XLSX file that has to be held in memory
	MaxUnpacked    = 1 << 30  // bytes of all parts of an XLSX file
	MaxFindings    = 1000     // findings that a Summary keeps

	keptRawBytes = 64 << 10 // of a record that is longer than MaxLineBytes
	headerWindow = 100      // records among which the header is looked for
	sniffBytes   = 256 << 10
	maxUnclosed  = 200 // unclosed quotes before the file is refused; each costs a look up to MaxLineBytes ahead
	maxWord      = 200 // bytes of a cell that is compared with words, or with headers; a longer one is none
	maxRules     = 50  // keys of a profile, conditions of one kind, and prefixes of one condition
)

func tooLarge(what string, limit int) error {
	return fault.Invalid("ledger.too_large_"+what, limit)
}
