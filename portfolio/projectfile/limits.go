package projectfile

import "jalon/internal/fault"

// Limits of what is read. They are far above any real list and keep a hostile file from taking
// the memory or the time of everybody else.
const (
	MaxFileBytes     = 64 << 20 // bytes of the file, and of its text once decoded
	MaxUnpackedBytes = 64 << 20 // bytes of all parts of an XLSX file together
	MaxParts         = 2000     // parts in an XLSX file
	MaxRows          = 100_000  // rows that are not blank, header and preamble included
	MaxColumns       = 1000     // cells in a row
	MaxCellBytes     = 1 << 20  // bytes in one cell
	MaxFindings      = 10_000   // findings kept; the last one then counts the others

	maxUnclosed  = 8         // unclosed quotes before the file is refused; each costs a scan to its end
	maxStrings   = 2_000_000 // texts that the cells of an XLSX file point to
	headerWindow = 50        // rows that are not blank among which the header is looked for
	maxShortText = 300       // runes of a name, a person, a department, a theme
	maxLongText  = 50_000    // runes of a need
	maxFigure    = 200       // bytes of a cell that can still be a figure, or a word for none
	maxPhrase    = 250       // runes of a phase or a flag that are compared; a sentence is none of them
	maxCodeRunes = 64        // runes of a project code; both as the register takes them
)

func tooLarge(what string, limit int) error {
	return fault.Invalid("projectfile.too_large_"+what, limit)
}
