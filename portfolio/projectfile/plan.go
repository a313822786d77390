package projectfile

import (
	"slices"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// plan is a profile made ready to read one file.
type plan struct {
	profile  Profile
	unit     int64
	currency money.Currency
	fiscal   civil.FiscalCalendar
	phases   map[string]string
	yes, no  map[string]bool
	none     map[string]bool
	headers  map[string]headerOf

	table      table
	headerLine int
	columns    map[Field]column
	width      int // columns that have a header, unnamed ones between them included
	found      *findings
}

type headerOf struct {
	field Field
	rank  int // place among the headers of the field: the lowest is read
}

type column struct {
	index  int
	header string
}

// words for "no figure" that every list uses
var commonNone = []string{"NA", "N/A", "ND", "N.D.", "NC", "N.C.", "NR", "SO", "S/O", "sans objet", "non disponible", "non communiqué", "non connu",
	"à définir", "à déterminer", "à préciser", "TBC", "TBD", "none", "unknown", "not available", "-", "--", "–", "—", "/", "?", "…", "..."}

func newPlan(p Profile, defaultCurrency money.Currency) *plan {
	pl := &plan{
		profile: p, unit: max(p.CostUnit, 1), currency: p.Currency, fiscal: p.FiscalCalendar(),
		phases: map[string]string{}, yes: wordSet(p.Yes), no: wordSet(p.No),
		none: wordSet(slices.Concat(commonNone, p.NoFigure)), headers: map[string]headerOf{}, found: &findings{},
	}
	if pl.currency == "" {
		pl.currency = defaultCurrency
	}
	for phrase, code := range p.Phases {
		pl.phases[grid.WordKey(phrase)] = code
	}
	for _, f := range p.fieldNames() {
		for rank, h := range p.Fields[f] {
			if _, twice := pl.headers[grid.Fold(h)]; !twice {
				pl.headers[grid.Fold(h)] = headerOf{f, rank}
			}
		}
	}
	return pl
}

func wordSet(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[grid.WordKey(w)] = true
	}
	return set
}

// match finds the columns of a possible header row.
func (pl *plan) match(rec record) map[Field]column {
	found := map[Field]column{}
	rank := map[Field]int{}
	for i, c := range rec.cells {
		h, ok := pl.headers[grid.Fold(c.Text)]
		if !ok {
			continue
		}
		if _, have := found[h.field]; !have || h.rank < rank[h.field] {
			found[h.field] = column{i, shortText(c.Text)}
			rank[h.field] = h.rank
		}
	}
	return found
}

func (pl *plan) missing(columns map[Field]column) []string {
	var names []string
	for _, r := range pl.profile.Required {
		if _, ok := columns[r]; !ok {
			names = append(names, "« "+pl.profile.Fields[r][0]+" »")
		}
	}
	return names
}

// findHeader looks through the first rows of each table for the row with the most known headers,
// all required ones among them. What stands above it is preamble.
func (pl *plan) findHeader(tables []table) error {
	var header record
	var refusal error
	best, nearest := 0, []string(nil)
	for _, t := range tables {
		seen := 0
		for rec, err := range t.records() {
			if err != nil {
				// Under a wrong separator a sound file may well break a limit: refuse only when no
				// table has a header.
				refusal = err
				break
			}
			columns := pl.match(rec)
			missing := pl.missing(columns)
			if nearest == nil || len(missing) < len(nearest) {
				nearest = missing
			}
			if len(missing) == 0 && len(columns) > best {
				best, header = len(columns), rec
				pl.table, pl.headerLine, pl.columns = t, rec.line, columns
			}
			if seen++; seen == headerWindow {
				break
			}
		}
	}
	switch {
	case best > 0:
		pl.takeHeader(header)
		return nil
	case refusal != nil:
		return refusal
	case nearest == nil:
		return fault.Invalid("projectfile.empty")
	}
	return fault.Invalid("projectfile.no_header", pl.profile.Name, strings.Join(nearest, ", "))
}

// takeHeader notes the width of the table and reports headers that stand twice.
func (pl *plan) takeHeader(header record) {
	first := map[string]bool{}
	for i, c := range header.cells {
		key := grid.WordKey(c.Text)
		if key == "" {
			continue
		}
		pl.width = i + 1
		if first[key] {
			pl.found.add(header.line, shortText(c.Text), HeaderDuplicate, grid.Clip(shortText(c.Text)), i+1)
		}
		first[key] = true
	}
	if pl.table.positional() {
		// Exporters end lines with empty cells, in the header as below it.
		pl.width = max(pl.width, header.width)
	}
}

// usage tells which header was read as what.
func (pl *plan) usage(header record) (used []Column, unused []string) {
	fields := map[int]Field{}
	for f, c := range pl.columns {
		fields[c.index] = f
	}
	for i, c := range header.cells {
		name := shortText(c.Text)
		if f, ok := fields[i]; ok {
			used = append(used, Column{i + 1, grid.Clip(name), f})
		} else if name != "" {
			unused = append(unused, grid.Clip(name))
		}
	}
	return used, unused
}
