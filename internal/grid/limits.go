package grid

import "jalon/internal/fault"

// Limits of a workbook. They keep a hostile file from taking the memory or the time of everybody else.
type Limits struct {
	Unpacked int64 // bytes of all parts that are read, together
	Parts    int   // files in the archive
	Columns  int   // cells in a row
	Cell     int   // bytes in one cell
	Strings  int   // texts that the cells point to
}

const (
	maxRatio       = 400     // unpacked to packed size of a part above ratioFloor
	ratioFloor     = 8 << 20 // bytes; below it a high ratio does no harm
	maxQuotedInArg = 80      // runes of a cell that a message repeats

	// SheetRows and sheetColumns are what a sheet can have (ECMA-376).
	SheetRows    = 1_048_576
	sheetColumns = 16_384
)

func tooLarge(what string, limit int64) error {
	return fault.Invalid("grid.too_large_"+what, limit)
}

// Clip shortens a text for a message.
func Clip(s string) string {
	n := 0
	for i := range s {
		if n == maxQuotedInArg {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
