package projectfile

import (
	"bytes"
	"strings"

	"jalon/internal/fault"
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
	switch foreign := foreignKind(data); {
	case foreign == "ZIP":
		kind = KindXLSX
	case foreign == "OLE":
		// Excel before 2007, and any newer workbook with a password, both come in this container.
		return nil, fault.Invalid("projectfile.ole")
	case foreign != "":
		return nil, fault.Invalid("projectfile.kind_unsupported", foreign)
	}
	if !pl.profile.accepts(kind) {
		return nil, fault.Invalid("projectfile.kind_refused", clip(fileName), strings.ToUpper(kind), pl.profile.Name)
	}
	if kind == KindXLSX {
		return openXLSX(data, pl.profile.Sheet)
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

// foreignKind names a file that is no text by its first bytes; "" may be text.
func foreignKind(data []byte) string {
	for _, k := range []struct{ magic, name string }{
		{"PK\x03\x04", "ZIP"}, {"PK\x05\x06", "ZIP"}, {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE"}, {"%PDF-", "PDF"},
		{"\x89PNG", "PNG"}, {"GIF8", "GIF"}, {"\xff\xd8\xff", "JPEG"}, {"II*\x00", "TIFF"}, {"MM\x00*", "TIFF"}, {"RIFF", "RIFF"},
		{"MZ", "EXE"}, {"\x7fELF", "ELF"}, {"\x1f\x8b", "GZIP"}, {"7z\xbc\xaf", "7Z"}, {"Rar!", "RAR"}, {"BZh", "BZIP2"}, {"{\\rtf", "RTF"},
	} {
		if bytes.HasPrefix(data, []byte(k.magic)) && (k.name != "EXE" || bytes.IndexByte(data[:min(len(data), 512)], 0) >= 0) {
			return k.name
		}
	}
	head := bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data[:min(len(data), 512)], []byte("\xef\xbb\xbf"))))
	switch {
	case bytes.HasPrefix(head, []byte("<!doctype html")), bytes.HasPrefix(head, []byte("<html")):
		return "HTML"
	case bytes.HasPrefix(head, []byte("<?xml")), bytes.HasPrefix(head, []byte("<svg")):
		return "XML"
	}
	return ""
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
		name := wordKey(d.Name)
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
