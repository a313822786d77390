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

// match takes a row for a header. twice names a header that a field answers to and that stands more
// than once, so that it cannot be said which column is meant.
func (n names) match(r *row) (h header, twice string) {
	h = header{line: r.line}
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
			return h, name
		}
	}
	return h, ""
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

// findHeader looks in every table that the file may hold for the first row with all required headers.
// Of several tables, the one with the most known headers counts. What stands above it is preamble.
func findHeader(d *document, p Profile) (header, error) {
	known := p.names()
	var best header
	var nearest []string
	var refusal error
	doubled := ""
	for _, c := range d.candidates(p.Separators) {
		for r, err := range c.beginning(headerWindow) {
			if err != nil {
				refusal = err // under a wrong separator a sound file may well break a limit
				break
			}
			h, twice := known.match(r)
			missing := h.missing(p)
			if nearest == nil || len(missing) < len(nearest) {
				nearest = missing
			}
			if len(missing) > 0 {
				continue
			}
			if h.matched > best.matched {
				best, doubled = h, twice
				best.candidate = c
			}
			break
		}
	}
	switch {
	case best.matched > 0 && doubled != "":
		return best, fault.Invalid("ledger.header_doubled", clip(doubled), best.line)
	case best.matched > 0 && best.width > MaxColumns:
		return best, tooLarge("columns", MaxColumns)
	case best.matched > 0:
		return best, nil
	case refusal != nil:
		return best, refusal
	case nearest == nil:
		return best, fault.Invalid("ledger.empty")
	}
	return best, fault.Invalid("ledger.no_header", p.Name, strings.Join(nearest, ", "))
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
			out = append(out, Column{Number: i + 1, Header: clip(name), Field: field[i]})
		}
	}
	return out
}

// name is the header of a column for a message; columns without one go by their number.
func (h *header) name(s slot) string {
	if i := h.at[s]; i >= 0 && h.cells[i] != "" {
		return clip(h.cells[i])
	}
	return fmt.Sprintf("#%d", h.at[s]+1)
}
