package ledgerfile

import "slices"

// Profile makes a profile of what was sniffed and decided: meaning gives the fields of columns by their
// numbers, "" for one that is not to be read; columns that it leaves out keep the field that is
// certain. Notations that are ambiguous stay undeclared and have to be set; Validate tells what lacks.
func (s Sniffed) Profile(name, purpose string, meaning map[int]Field) Profile {
	base := genericLedger()
	if purpose == PurposeCommitments {
		base = genericCommitments()
	}
	p := Profile{
		Name: name, Version: 1, Format: FormatCSV, Purpose: purpose, Sheet: s.Sheet, Columns: map[Field][]string{},
		Coverage: base.Coverage, NullTokens: base.NullTokens, Constants: base.Constants, Stage: base.Stage,
	}
	if s.Separator != "" {
		p.Separators = []string{s.Separator}
	}
	if s.Decimal != Ambiguous {
		p.Decimal, p.Groups = s.Decimal, s.Groups
	}
	if s.Dates != "" && s.Dates != Ambiguous {
		p.Dates = []string{s.Dates}
	}
	for _, c := range s.Columns {
		f, decided := meaning[c.Number]
		if !decided {
			f = c.Field
		}
		if f != "" && c.Header != "" {
			p.Columns[f] = append(p.Columns[f], c.Header)
		}
	}
	p.demand(base)
	return p
}

// demand takes over from a base what the columns allow: the required fields and an amount, and the keys.
func (p *Profile) demand(base Profile) {
	has := func(f Field) bool { return len(p.Columns[f]) > 0 }
	lacks := func(f Field) bool { return !has(f) }
	p.Required = slices.DeleteFunc(slices.Clone(base.Required), lacks)
	for _, f := range []Field{FieldAmount, FieldTTC, FieldHT} {
		if has(f) && !slices.Contains(p.Required, f) {
			p.Required = append(p.Required, f)
			break
		}
	}
	for _, k := range base.Keys {
		if !slices.ContainsFunc(k.Fields, lacks) {
			k.Optional = slices.DeleteFunc(slices.Clone(k.Optional), lacks)
			p.Keys = append(p.Keys, k)
		}
	}
}
