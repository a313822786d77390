package sheet

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Document is a workbook.
type Document struct {
	Title  string // in the properties of the file
	Sheets []Sheet
}

// A Sheet is a table under a header that stays in sight. One with more rows than a sheet holds goes on in a second one with
// the same header, "Name (2)".
type Sheet struct {
	Name    string // of its tab; what a tab cannot be called is mended, and a name that is taken gets a number
	Columns []Column
	// Rows gives the cells of each row by column; a short row leaves the last columns empty. A row is read before the next
	// is asked for, so it may be used again. An error ends the document.
	Rows iter.Seq2[[]Cell, error]
}

// A Column is the head of a column.
type Column struct {
	Title string
	Width int // in characters; 0 fits the title
}

// Rows gives rows that are there already.
func Rows(all [][]Cell) iter.Seq2[[]Cell, error] {
	return func(yield func([]Cell, error) bool) {
		for _, row := range all {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Widths of columns in characters.
const (
	narrowest = 12 // a date and most amounts
	broadest  = 60
)

func (c Column) width() float64 {
	if c.Width > 0 {
		return float64(min(c.Width, 255)) // the most that the format allows
	}
	return float64(min(max(utf8.RuneCountInString(c.Title)+2, narrowest), broadest))
}

// longestName is the most UTF-16 units that the name of a tab has.
const longestName = 31

// tabs hands out the names of tabs, each once. Spreadsheets compare them without regard to case.
type tabs struct{ taken []string }

// name gives a tab's name that is close to the wanted one and not taken.
func (t *tabs) name(wanted string) string {
	wanted = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]`, r) {
			return ' '
		}
		return r
	}, storable(wanted))
	wanted = strings.Trim(strings.Join(strings.Fields(wanted), " "), "' ")
	if wanted == "" {
		wanted = "1"
	}
	for n := 1; ; n++ {
		end := ""
		if n > 1 {
			end = " (" + strconv.Itoa(n) + ")"
		}
		name := strings.TrimRight(cut(wanted, longestName-len(end)), "' ") + end
		if folded := strings.ToLower(name); !slices.Contains(t.taken, folded) {
			t.taken = append(t.taken, folded)
			return name
		}
	}
}
