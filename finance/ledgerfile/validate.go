package ledgerfile

import (
	"fmt"
	"maps"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

// ParseProfile reads an authority's own profile: one JSON object, unknown fields refused. The name of
// a built-in profile cannot be taken.
func ParseProfile(data []byte) (Profile, error) {
	var p Profile
	if err := grid.DecodeProfile(data, &p); err != nil {
		return Profile{}, err
	}
	fields := p.broken()
	if _, taken := BuiltIn(p.Name); taken {
		fields.Add("name", "grid.profile_name_taken", p.Name)
	}
	if err := fields.Err(); err != nil {
		return Profile{}, err
	}
	return p, nil
}

// Validate refuses a profile that breaks a rule, and names all the rules that it breaks.
func (p Profile) Validate() error { return p.broken().Err() }

func (p Profile) broken() fault.Fields {
	var f fault.Fields
	f.Check(grid.ProfileName(p.Name), "name", "grid.profile_name")
	f.Check(p.Version >= 1, "version", "ledger.profile_version")
	checkOneOf(&f, "format", p.Format, FormatCSV, FormatPES, FormatTOTEM)
	checkOneOf(&f, "purpose", p.Purpose, PurposeLedger, PurposeCommitments, PurposeBudget)
	f.Check(p.Currency == "" || p.Currency.Valid(), "currency", "ledger.currency_unknown", string(p.Currency))
	if p.FiscalYearStart != "" {
		_, ok := civil.ParseFiscalCalendar(p.FiscalYearStart)
		f.Check(ok, "fiscal_year_start", "ledger.profile_fiscal", p.FiscalYearStart)
	}
	checkOneOf(&f, "encoding", p.Encoding, append([]string{"", "auto"}, grid.Encodings()...)...)
	for _, s := range p.Separators {
		checkOneOf(&f, "separators", s, separators...)
	}
	checkOneOf(&f, "coverage", p.Coverage, "", CoverageDelta, CoverageSnapshot)
	if p.Pattern != "" {
		_, err := filePattern(p.Pattern)
		f.Check(err == nil && len(p.Pattern) <= 500, "file_pattern", "ledger.profile_pattern", grid.Clip(p.Pattern))
	}
	checkOneOf(&f, "decimal", p.Decimal, "", DecimalComma, DecimalPoint)
	for _, g := range p.Groups {
		checkOneOf(&f, "groups", g, ".", ",", "'")
	}
	f.Check(p.Decimal != DecimalComma || !slices.Contains(p.Groups, ","), "groups", "ledger.profile_marks")
	f.Check(p.Decimal != DecimalPoint || !slices.Contains(p.Groups, "."), "groups", "ledger.profile_marks")
	f.Check(p.Decimal != "" || len(p.Groups) == 0, "groups", "ledger.profile_marks")
	p.checkDates(&f)
	checkOneOf(&f, "stage", string(p.Stage), "", string(StageCommitted), string(StageMandated))
	checkOneOf(&f, "status", p.Status, "", StatusEmitted, StatusCharged, StatusSuspended, StatusRejected, StatusPaid)
	p.checkColumns(&f)
	p.checkKeys(&f)
	p.checkCells(&f)
	return f
}

// checkDates holds the notations of dates: two in which one text is two days would have to be guessed between.
func (p Profile) checkDates(f *fault.Fields) {
	for i, d := range p.Dates {
		l, ok := dateLayout(d)
		f.Check(ok, "dates", "ledger.profile_date", grid.Clip(d))
		for _, before := range p.Dates[:i] {
			o, known := dateLayout(before)
			f.Check(!ok || !known || !l.clashes(o), "dates", "ledger.profile_dates_clash", grid.Clip(before), grid.Clip(d))
		}
	}
}

func checkOneOf(f *fault.Fields, field, value string, choices ...string) {
	if !slices.Contains(choices, value) {
		f.Add(field, "ledger.profile_choice", grid.Clip(value), fmt.Sprintf("%q", choices))
	}
}

// checkColumns holds the headers: known fields, no header of two fields, and what every file needs.
func (p Profile) checkColumns(f *fault.Fields) {
	if p.Format != FormatCSV || p.Purpose == PurposeBudget {
		return // the columns of the other formats are fixed
	}
	owner := map[string]Field{}
	for _, field := range slices.Sorted(maps.Keys(p.Columns)) {
		f.Check(field.known(), "columns", "ledger.profile_field", grid.Clip(string(field)))
		f.Check(len(p.Columns[field]) > 0, "columns", "ledger.profile_no_header", grid.Clip(string(field)))
		for _, h := range p.Columns[field] {
			name, number := headerName(h)
			key := fmt.Sprintf("%s#%d", grid.Fold(name), number)
			f.Check(grid.Fold(name) != "", "columns", "ledger.profile_no_header", grid.Clip(string(field)))
			if o, twice := owner[key]; twice && o != field {
				f.Add("columns", "ledger.profile_header_twice", grid.Clip(h), string(o), string(field))
			}
			owner[key] = field
		}
	}
	f.Check(len(p.Required) > 0, "required", "ledger.profile_required")
	for _, r := range p.Required {
		f.Check(len(p.Columns[r]) > 0, "required", "ledger.profile_no_header", grid.Clip(string(r)))
	}
	f.Check(len(p.Foreign) <= maxRules, "foreign", "ledger.profile_many", maxRules)
	for _, h := range p.Foreign {
		f.Check(grid.Fold(h) != "", "foreign", "ledger.profile_no_header", "foreign")
		if o, own := owner[grid.Fold(h)+"#0"]; own {
			f.Add("foreign", "ledger.profile_header_twice", grid.Clip(h), string(o), "foreign")
		}
	}
	for c := range p.Constants {
		f.Check(c.known() && !c.amount() && !c.date(), "constants", "ledger.profile_field", grid.Clip(string(c)))
	}
	for c, label := range p.Preamble {
		f.Check(c.known() && !c.amount() && !c.date() && grid.Fold(label) != "", "preamble", "ledger.profile_field", grid.Clip(string(c)))
	}
	amounts := 0
	for _, a := range []Field{FieldAmount, FieldHT, FieldTTC} {
		amounts += len(p.Columns[a])
	}
	f.Check(amounts > 0, "columns", "ledger.profile_no_amount")
}

// checkKeys holds the keys and conditions, which cost time with every line.
func (p Profile) checkKeys(f *fault.Fields) {
	f.Check(len(p.Keys) <= maxRules, "keys", "ledger.profile_many", maxRules)
	for _, k := range p.Keys {
		f.Check(len(k.Fields) > 0, "keys", "ledger.profile_key")
		for _, field := range slices.Concat(k.Fields, k.Optional) {
			f.Check(field.known() && !field.amount(), "keys", "ledger.profile_field", grid.Clip(string(field)))
		}
	}
	for name, list := range map[string][]Condition{"scope": p.Scope, "accruals": p.Accruals, "orders": p.Orders, "sign": p.Sign.Negative} {
		f.Check(len(list) <= maxRules, name, "ledger.profile_many", maxRules)
		for _, c := range list {
			f.Check(len(c.Prefixes) <= maxRules, name, "ledger.profile_many", maxRules)
			f.Check(c.Field.known() && !c.Field.amount() && !c.Field.date(), name, "ledger.profile_field", grid.Clip(string(c.Field)))
			f.Check(len(c.Values)+len(c.Prefixes) > 0, name, "ledger.profile_condition", grid.Clip(string(c.Field)))
		}
	}
}

// checkCells holds what is said about the cells of single fields.
func (p Profile) checkCells(f *fault.Fields) {
	for field, c := range p.Codes {
		f.Check(field.known() && !field.amount() && !field.date() && !field.coded(), "codes", "ledger.profile_field", grid.Clip(string(field)))
		f.Check(c.Pad >= 0 && c.Pad <= 40, "codes", "ledger.profile_pad")
	}
	for _, field := range slices.Sorted(maps.Keys(p.Values)) {
		f.Check(field.coded(), "values", "ledger.profile_field", grid.Clip(string(field)))
		for _, word := range slices.Sorted(maps.Keys(p.Values[field])) {
			code := p.Values[field][word]
			f.Check(!field.coded() || slices.Contains(codesOf(field), code), "values", "ledger.profile_choice", grid.Clip(code), fmt.Sprintf("%q", codesOf(field)))
			f.Check(wordKey(word) != "", "values", "ledger.profile_no_header", grid.Clip(string(field)))
		}
	}
	for _, w := range p.Totals.Words {
		f.Check(grid.Fold(w) != "", "totals", "ledger.profile_total")
	}
	for _, d := range p.Totals.Declared {
		f.Check(grid.Fold(d.Label) != "" && (d.Field == "" || d.Field.amount()), "totals", "ledger.profile_total")
	}
}
