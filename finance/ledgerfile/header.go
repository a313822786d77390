package ledgerfile

import (
	"fmt"
	"strconv"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

// headerName parts "Fournisseur#2" into the name and which column of that name is meant; 0: the only one.
func headerName(h string) (name string, number int) {
	i := strings.LastIndexByte(h, '#')
	if i < 0 {
		return h, 0
	}
	n, err := strconv.Atoi(h[i+1:])
	if err != nil || n < 1 {
		return h, 0
	}
	return h[:i], n
}

// header is where the columns of a file are.
type header struct {
	candidate candidate
	line      int // of the row; 0: none was found
	width     int // cells up to the last one with a name; all others are empty or stray
	cells     []string
	at        [slots]int // column of a field, -1: none
	matched   int
	doubled   string // a header that a field answers to and that stands more than once: it cannot be said which column is meant
	filled    bool   // a row that is not blank follows
}

// names are the headers of a profile, folded.
type names map[string][]claim

// claim is a header that a field answers to.
type claim struct {
	slot   slot
	rank   int // place among the headers of the field: the lowest is read
	number int // which of the columns of that name; 0: the only one
}

func (p Profile) names() names {
	n := names{}
	for s, f := range fieldOrder {
		for rank, h := range p.Columns[f] {
			name, number := headerName(h)
			key := grid.Fold(name)
			n[key] = append(n[key], claim{slot(s), rank, number})
		}
	}
	return n
}

// match takes a row for a header.
func (n names) match(r *row) header {
	h := header{line: r.line}
	folded := make([]string, len(r.cells))
	total, seen := map[string]int{}, map[string]int{}
	for i, c := range r.cells {
		if len(c) <= maxWord {
			folded[i] = grid.Fold(c)
		}
		total[folded[i]]++
		h.cells = append(h.cells, strings.Join(strings.Fields(c), " "))
		if h.cells[i] != "" {
			h.width = i + 1
		}
	}
	var rank [slots]int
	var column [slots]string
	for s := range h.at {
		h.at[s], rank[s] = -1, -1
	}
	for i, key := range folded {
		seen[key]++
		for _, c := range n[key] {
			if c.number != 0 && c.number != seen[key] || h.at[c.slot] >= 0 && rank[c.slot] <= c.rank {
				continue
			}
			if h.at[c.slot] < 0 {
				h.matched++
			}
			h.at[c.slot], rank[c.slot], column[c.slot] = i, c.rank, ""
			if c.number == 0 && total[key] > 1 {
				column[c.slot] = h.cells[i]
			}
		}
	}
	for _, name := range column {
		if name != "" {
			h.doubled = name
			break
		}
	}
	return h
}

// missing lists the required fields that a header lacks, by their first names.
func (h header) missing(p Profile) []string {
	var out []string
	for _, f := range p.Required {
		if h.at[slotOf(f)] < 0 {
			out = append(out, "« "+p.firstName(f)+" »")
		}
	}
	return out
}

// search is the look for the header in every table that the file may hold.
type search struct {
	profile Profile
	known   names
	best    header
	sheets  []string // of a workbook: those with all required headers and rows below
	nearest []string // what the row that came nearest lacks
	refusal error    // under a wrong separator a sound file may well break a limit
}

// look finds the first row of a table with all required headers. Of several tables, the one with the
// most known headers counts, and one without rows only where no other has any.
func (s *search) look(c candidate) {
	var found header
	for r, err := range c.beginning(headerWindow) {
		switch {
		case err != nil:
			s.refusal = err
		case found.line == 0:
			if h := s.known.match(r); s.complete(h) {
				found, found.candidate = h, c
			}
			continue
		case r.blank():
			continue
		default:
			found.filled = true
		}
		break
	}
	if found.filled && c.doc.sheets != nil {
		s.sheets = append(s.sheets, c.doc.sheets[c.sheet].Name)
	}
	if found.matched > 0 && (found.filled && !s.best.filled || found.filled == s.best.filled && found.matched > s.best.matched) {
		s.best = found
	}
}

// complete tells whether a row has all required headers.
func (s *search) complete(h header) bool {
	missing := h.missing(s.profile)
	if s.nearest == nil || len(missing) < len(s.nearest) {
		s.nearest = missing
	}
	return len(missing) == 0
}

// findHeader looks in every table that the file may hold for the first row with all required headers.
// What stands above it is preamble. A workbook with two sheets to read is refused: one would be lost.
func findHeader(d *document, p Profile) (header, error) {
	s := search{profile: p, known: p.names()}
	for _, c := range d.candidates(p.Separators) {
		s.look(c)
	}
	best := s.best
	switch {
	case len(s.sheets) > 1:
		return best, fault.Invalid("ledger.sheets_alike", grid.Clip(s.sheets[0]), grid.Clip(s.sheets[1]))
	case best.doubled != "":
		return best, fault.Invalid("ledger.header_doubled", grid.Clip(best.doubled), best.line)
	case best.width > MaxColumns:
		return best, tooLarge("columns", MaxColumns)
	case best.matched > 0:
		return best, best.foreign(p)
	case s.refusal != nil:
		return best, s.refusal
	case s.nearest == nil:
		return best, fault.Invalid("ledger.empty")
	}
	return best, fault.Invalid("ledger.no_header", p.Name, strings.Join(s.nearest, ", "))
}

// foreign refuses a header with a column that tells a file of another kind.
func (h header) foreign(p Profile) error {
	for _, name := range p.Foreign {
		for _, cell := range h.cells {
			if grid.Fold(cell) == grid.Fold(name) {
				return fault.Invalid("ledger.header_foreign", p.Name, grid.Clip(cell), h.line)
			}
		}
	}
	return nil
}

// repeated tells that a row is the header again: two exports were put one behind the other.
func (h *header) repeated(r *row) bool {
	for s := range h.at {
		if i := h.at[s]; i >= 0 && !strings.EqualFold(r.cell(i), h.cells[i]) {
			return false
		}
	}
	return true
}

// columns tells which header was read as what.
func (h header) columns() []Column {
	field := map[int]Field{}
	for s, i := range h.at {
		if i >= 0 {
			field[i] = fieldOrder[s]
		}
	}
	var out []Column
	for i, name := range h.cells {
		if name != "" {
			out = append(out, Column{Number: i + 1, Header: grid.Clip(name), Field: field[i]})
		}
	}
	return out
}

// name is the header of a column for a message; columns without one go by their number.
func (h *header) name(s slot) string {
	if i := h.at[s]; i >= 0 && h.cells[i] != "" {
		return grid.Clip(h.cells[i])
	}
	return fmt.Sprintf("#%d", h.at[s]+1)
}
