package projectfile

import (
	"bufio"
	"io"
)

// WriteTable writes rows of texts as CSV the way Write does: with a byte order mark, ';' between cells, every text quoted,
// and an apostrophe before what a spreadsheet could run as a formula.
func WriteTable(w io.Writer, rows [][]string) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString("\ufeff")
	for _, row := range rows {
		quoted := make([]string, len(row))
		for i, cell := range row {
			quoted[i] = quote(cell)
		}
		writeLine(out, quoted)
	}
	return out.Flush() // a bufio.Writer keeps its first error
}
