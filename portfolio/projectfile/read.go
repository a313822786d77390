package projectfile

import (
	"bytes"
	"strings"

	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// Read reads a whole file by a profile. fileName only serves messages: the kind of the file is
// told from its bytes, so that a wrong extension does no harm. Amounts are in the currency of the
// profile, else in defaultCurrency.
//
// The error is a *fault.Error of KindInvalid when the file is refused as a whole: no list of this
// profile, too large, encrypted, damaged, no data rows. Everything else is a finding.
func Read(data []byte, fileName string, p Profile, defaultCurrency money.Currency) (List, error) {
	if err := p.Validate().Err(); err != nil {
		return List{}, err
	}
	pl := newPlan(p, defaultCurrency)
	if !pl.currency.Valid() {
		return List{}, fault.Invalid("projectfile.no_currency", string(pl.currency))
	}
	tables, err := pl.open(data, fileName)
	if err != nil {
		return List{}, err
	}
	if err := pl.findHeader(tables); err != nil {
		return List{}, err
	}
	return pl.read()
}

// open recognises the file and gives the tables in which the list may stand.
func (pl *plan) open(data []byte, fileName string) ([]table, error) {
	if len(data) > MaxFileBytes {
		return nil, tooLarge("file", MaxFileBytes>>20)
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))) == 0 {
		return nil, fault.Invalid("projectfile.empty")
	}
	kind := KindCSV
	workbook, err := grid.Workbook(data)
	if err != nil {
		return nil, err
	}
	if workbook {
		kind = KindXLSX
	}
	if !pl.profile.accepts(kind) {
		return nil, fault.Invalid("projectfile.kind_refused", grid.Clip(fileName), strings.ToUpper(kind), pl.profile.Name)
	}
	if kind == KindXLSX {
		return openSheets(data, pl.profile.Sheet)
	}
	text, err := decodeText(data, pl.profile.Encoding, pl.found)
	if err != nil {
		return nil, err
	}
	if len(bytes.Trim(text, " \t\r\n;,|\x00")) == 0 {
		return nil, fault.Invalid("projectfile.empty")
	}
	return csvTables(text, pl.profile.Separators), nil
}

// read goes through the rows below the header.
func (pl *plan) read() (List, error) {
	l := List{
		OwnExport: pl.profile.OwnExport,
		Profile:   pl.profile.Name, ProfileVersion: pl.profile.Version, Series: pl.profile.Series != nil,
		Currency: pl.currency, Fiscal: pl.fiscal,
	}
	var rows []draft
	below := false
	for rec, err := range pl.table.records() {
		if err != nil {
			return List{}, err
		}
		if !below {
			if below = rec.line == pl.headerLine; below {
				l.Columns, l.Unused = pl.usage(rec)
			}
			continue
		}
		l.Read++
		row, ok := pl.row(rec, &l)
		if ok {
			rows = append(rows, row)
		}
	}
	if l.Read == 0 {
		return List{}, fault.Invalid("projectfile.no_rows")
	}
	if l.Series {
		l.Rows = pl.series(rows)
	} else {
		l.Rows = pl.distinct(rows)
	}
	l.Matched = len(l.Rows)
	l.Rejected = l.Read - l.Matched
	l.Findings = pl.found.all()
	return l, nil
}

// distinct rejects the second row of a project. Two rows are one project when their codes are
// equal, or, where one of them has no code, their folded names.
func (pl *plan) distinct(drafts []draft) []Row {
	rows := make([]Row, 0, len(drafts))
	codes, names := map[string]int{}, map[string]int{}
	uncoded := map[string]int{}
	for _, d := range drafts {
		name := grid.WordKey(d.Name)
		line := codes[d.Code]
		if d.Code == "" {
			line = names[name]
		} else if line == 0 && name != "" {
			line = uncoded[name]
		}
		if line > 0 {
			pl.found.add(d.Line, "", RowDuplicate, line)
			continue
		}
		if d.Code != "" {
			codes[d.Code] = d.Line
		} else if name != "" {
			uncoded[name] = d.Line
		}
		if _, have := names[name]; name != "" && !have {
			names[name] = d.Line
		}
		rows = append(rows, d.Row)
	}
	return rows
}
