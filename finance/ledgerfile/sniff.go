package ledgerfile

import (
	"slices"
	"strconv"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
)

const (
	sniffRows    = 300 // rows that are looked at
	sniffSamples = 5   // different cells that are shown of a column
)

// Ambiguous stands for a notation that the cells do not settle: a person has to.
const Ambiguous = "ambiguous"

// Sniffed is what the beginning of a file tells of how it is written, for a person to confirm. What can
// be meant in two ways is left open.
type Sniffed struct {
	Encoding        string
	EncodingAssumed bool   // not UTF-8, and nothing says which other one: the accents have to be looked at
	Separator       string // "" of a workbook
	Sheet           string // of a workbook
	Header          int    // line of the header
	Rows            int    // rows below the header that were looked at
	Columns         []SniffedColumn
	Dates           string   // notation of the dates, Ambiguous, or "" where there are none in text
	DateChoices     []string // the notations that are left, when Ambiguous
	Decimal         string   // DecimalComma, DecimalPoint, Ambiguous, or "" where every number shows it by itself
	Groups          []string // marks seen between thousands
}

// SniffedColumn is a column as the file has it.
type SniffedColumn struct {
	Number     int    // 1-based
	Header     string // with "#2" behind it for the second column of that name, as a profile names it
	Samples    []string
	Field      Field   // what the header certainly means; "" where it means nothing known, or more than one thing
	Candidates []Field // what it may mean, when Field is ""
}

// Sniff looks at the beginning of a file. The headers of hint, a profile that such files were read by
// before, count before the usual ones; nil: none is known.
func Sniff(src Source, hint *Profile) (Sniffed, error) {
	encoding, sheet := "", ""
	if hint != nil {
		encoding, sheet = hint.Encoding, hint.Sheet
	}
	d, err := openDocument(src, encoding, sheet)
	if err != nil {
		return Sniffed{}, err
	}
	defer d.close()
	known := sniffNames(hint)
	var best sniffing
	for _, c := range d.candidates(nil) {
		if s := sniffTable(c, known); s.better(best) {
			best = s
		}
	}
	if best.header.candidate.doc == nil {
		return Sniffed{}, fault.Invalid("ledger.no_table")
	}
	return best.result(d, known), nil
}

// sniffNames gives what headers mean: as the hint says, else as in exports of postings, else as in
// lists of commitments.
func sniffNames(hint *Profile) names {
	profiles := []Profile{genericLedger(), genericCommitments()}
	if hint != nil {
		profiles = slices.Insert(profiles, 0, *hint)
	}
	all := names{}
	for _, p := range profiles {
		for key, claims := range p.names() {
			if _, said := all[key]; !said {
				all[key] = claims
			}
		}
	}
	return all
}

// sniffing is one way to take the beginning of a file for a table.
type sniffing struct {
	header header
	rows   []row // below the header
}

// better prefers more known headers, then more columns.
func (s sniffing) better(o sniffing) bool {
	if s.header.candidate.doc == nil || s.header.matched != o.header.matched {
		return s.header.matched > o.header.matched
	}
	return s.header.width > o.header.width
}

// sniffTable finds the row that looks most like a header: the one with the most known names, else the
// first one of nothing but words that is as wide as the row below.
func sniffTable(c candidate, known names) sniffing {
	var seen []row
	for r, err := range c.beginning(sniffRows) {
		if err != nil {
			break
		}
		copied := *r
		copied.cells, copied.numbers = slices.Clone(r.cells), slices.Clone(r.numbers)
		seen = append(seen, copied)
	}
	at, most := -1, 1
	for i := range seen[:min(len(seen), headerWindow)] {
		if h := known.match(&seen[i]); h.matched > most {
			at, most = i, h.matched
		}
	}
	for i := 0; at < 0 && i+1 < min(len(seen), headerWindow); i++ {
		if words(&seen[i]) && len(seen[i+1].cells) == len(seen[i].cells) {
			at = i
		}
	}
	if at < 0 {
		return sniffing{}
	}
	s := sniffing{rows: seen[at+1:]}
	s.header = known.match(&seen[at])
	s.header.candidate = c
	return s
}

// words tells that a row has at least two cells, all of them filled and none a number.
func words(r *row) bool {
	for i := range r.cells {
		text := r.cell(i)
		if text == "" || strings.Trim(text, "0123456789.,-+/ ") == "" {
			return false
		}
	}
	return len(r.cells) > 1
}

func (s sniffing) result(d *document, known names) Sniffed {
	out := Sniffed{Encoding: d.enc, EncodingAssumed: d.enc == grid.CP1252, Header: s.header.line, Rows: len(s.rows)}
	if d.sheets != nil {
		out.Encoding, out.Sheet = "xlsx", d.sheets[s.header.candidate.sheet].Name
	} else {
		out.Separator = string(s.header.candidate.sep)
	}
	out.Columns = s.columns(known)
	var dates, amounts []string
	for i, c := range out.Columns {
		may := append(slices.Clone(c.Candidates), c.Field)
		for _, r := range s.rows {
			text := r.cell(i)
			if text == "" || r.number(i) {
				continue
			}
			if slices.ContainsFunc(may, Field.date) {
				dates = append(dates, text)
			}
			if slices.ContainsFunc(may, Field.amount) {
				amounts = append(amounts, text)
			}
		}
	}
	out.Dates, out.DateChoices = sniffDates(dates)
	out.Decimal, out.Groups = sniffDecimal(amounts)
	return out
}

// columns tells what the headers mean. A header that two fields answer to, and a field that two columns
// claim, are left to a person.
func (s sniffing) columns(known names) []SniffedColumn {
	total, seen, claimed := map[string]int{}, map[string]int{}, map[Field]int{}
	for _, name := range s.header.cells {
		total[grid.Fold(name)]++
	}
	out := make([]SniffedColumn, 0, s.header.width)
	for i, name := range s.header.cells[:s.header.width] {
		key := grid.Fold(name)
		seen[key]++
		c := SniffedColumn{Number: i + 1, Header: name, Samples: s.samples(i)}
		if total[key] > 1 && key != "" {
			c.Header = name + "#" + strconv.Itoa(seen[key])
		}
		for _, claim := range known[key] {
			if f := fieldOrder[claim.slot]; (claim.number == 0 || claim.number == seen[key]) && !slices.Contains(c.Candidates, f) {
				c.Candidates = append(c.Candidates, f)
				claimed[f]++
			}
		}
		out = append(out, c)
	}
	for i := range out {
		if c := &out[i]; len(c.Candidates) == 1 && claimed[c.Candidates[0]] == 1 {
			c.Field, c.Candidates = c.Candidates[0], nil
		}
	}
	return out
}

func (s sniffing) samples(column int) []string {
	var out []string
	for i := range s.rows {
		if text := grid.Clip(s.rows[i].cell(column)); text != "" && !slices.Contains(out, text) {
			if out = append(out, text); len(out) == sniffSamples {
				break
			}
		}
	}
	return out
}

// sniffedLayouts are the notations of dates that are looked for.
var sniffedLayouts = []string{"DD/MM/YYYY", "MM/DD/YYYY", "YYYY-MM-DD", "DD.MM.YYYY", "MM.DD.YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "YYYY/MM/DD",
	"YYYYMMDD", "DDMMYYYY", "MMDDYYYY", "DD/MM/YY", "MM/DD/YY", "YY/MM/DD", "DD.MM.YY", "YY.MM.DD", "DD-MM-YY", "YY-MM-DD"}

// sniffDates keeps the notations in which every cell that looks like a date is one.
func sniffDates(texts []string) (string, []string) {
	var left []string
	most := 0
	for _, name := range sniffedLayouts {
		l, _ := dateLayout(name)
		read := 0
		for _, text := range texts {
			if m := timeOfDay.FindStringSubmatch(text); m != nil {
				text = m[1]
			}
			d, fits := l.date(text)
			if fits && d.IsZero() {
				read = -1
				break
			}
			if fits {
				read++
			}
		}
		switch {
		case read > most:
			left, most = []string{name}, read
		case read == most && read > 0:
			left = append(left, name)
		}
	}
	switch len(left) {
	case 0:
		return "", nil
	case 1:
		return left[0], nil
	}
	return Ambiguous, left
}

// sniffDecimal looks for the decimal mark. One number that can be read in two ways leaves it ambiguous.
func sniffDecimal(texts []string) (string, []string) {
	n := notation{currency: "EUR", exponent: 2}
	shown, open := map[byte]bool{}, false
	var groups []string
	for _, text := range texts {
		_, body, ok := n.sign(n.bare(text))
		body, spaced, joined := joinBlanks(body)
		if !ok || !joined {
			continue
		}
		commas, points := strings.Count(body, ","), strings.Count(body, ".")
		mark, p := n.mark(body, commas, points, spaced)
		switch {
		case p == ambiguous:
			open = true
		case mark != 0:
			shown[mark] = true
		}
		if commas > 0 && points > 0 && p == fine {
			if other := string(',' + '.' - rune(mark)); !slices.Contains(groups, other) {
				groups = append(groups, other)
			}
		}
	}
	switch {
	case open, len(groups) > 1:
		return Ambiguous, nil
	case shown[','] && !shown['.']:
		return DecimalComma, groups
	case shown['.'] && !shown[',']:
		return DecimalPoint, groups
	}
	return "", nil
}
