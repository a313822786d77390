package grid

import (
	"bufio"
	"io"
	"strings"
)

// WriteTable writes rows of texts as CSV that every spreadsheet opens: UTF-8 with a byte order mark, ';' between cells, lines
// ended by CR LF, every text quoted, and an apostrophe before what a spreadsheet could run as a formula.
func WriteTable(w io.Writer, rows [][]string) error {
	out := bufio.NewWriter(w)
	_, _ = out.WriteString("\ufeff")
	for _, row := range rows {
		quoted := make([]string, len(row))
		for i, cell := range row {
			quoted[i] = Quote(cell)
		}
		WriteLine(out, quoted)
	}
	return out.Flush() // a bufio.Writer keeps its first error
}

// WriteLine writes one line of cells, which are quoted already where they must be. An error shows when
// the writer is flushed.
func WriteLine(out *bufio.Writer, cells []string) {
	_, _ = out.WriteString(strings.Join(cells, ";"))
	_, _ = out.WriteString("\r\n")
}

// Quote makes a text the cell of a CSV file, inert. Zero characters and broken UTF-8 cannot be stored
// and are not written.
func Quote(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
	return `"` + strings.ReplaceAll(Inert(s), `"`, `""`) + `"`
}
