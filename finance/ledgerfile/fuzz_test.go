package ledgerfile

import (
	"bytes"
	"encoding/json"
	"testing"

	"jalon/internal/money"
)

// tableProfiles are the profiles that read tables, and some with other choices.
func tableProfiles() []Profile {
	list := []Profile{
		small(),
		small(func(p *Profile) {
			p.Decimal, p.Dates, p.Sign = "", nil, Sign{Trailing: true, Parentheses: true, Reversed: true}
		}),
		small(func(p *Profile) { p.Purpose, p.Keys, p.Encoding = PurposeCommitments, nil, "windows-1252" }),
	}
	for _, name := range BuiltInNames() {
		if p, _ := BuiltIn(name); p.Format == FormatCSV {
			list = append(list, p)
		}
	}
	return list
}

// FuzzReadCSV: whatever the bytes, every line is of one kind and every cent in one sum; a refusal is a
// fault of the file; and what is read twice is the same twice.
func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{
		"Mandat;Date;TTC\n1;02/01/2026;1 234,50\n", "sep=,\rMandat,Date,TTC\r1,02/01/2026,\"12,50\"\r", "Mandat;Date;HT;TVA;TTC\n1;31/02/2026;10;2;13\n\"2;\"\"x\n",
		"Mandat;Date;TTC;SIRET\n1,2E+13;01/02/26;1,234;5550000300011\nTotal;;1\n", "\xff\xfeM\x00a\x00n\x00d\x00a\x00t\x00", "Mandat;Date;TTC\n\x00;\x81;\xe9\n",
		"Exercice;Nature M57;Date;Montant TTC;n°mandat\n2025;6156;02/01/2026;1,5;832\n", "Expenditure Code,Paid Date,Amount,Type\nD3401,00:00:00,-1.5,Capital\n,,xxx,\n",
		"Mandat;Date;TTC\r\nMandat;Date;TTC\r\n", "Export\n\"a\nb\";c\nMandat;Date;TTC;TTC\n",
	} {
		for which := range tableProfiles() {
			f.Add([]byte(s), uint8(which))
		}
	}
	known := map[string]bool{}
	for _, c := range Codes() {
		known[c] = true
	}
	profiles := tableProfiles()
	f.Fuzz(func(t *testing.T, data []byte, which uint8) {
		p := profiles[int(which)%len(profiles)]
		o := Options{Currency: money.EUR}
		if p.Currency != "" {
			o.Currency = p.Currency
		}
		lines, s, err := readText(t, string(data), p, o)
		onlyFaults(t, err)
		again, _, _ := readText(t, string(data), p, o)
		for i, l := range lines {
			if l.Content != again[i].Content || l.Key != again[i].Key {
				t.Fatalf("line %d is another one the second time", l.No)
			}
			if l.Offset >= 0 && !bytes.HasPrefix(data[l.Offset:l.Offset+int64(l.Size)], l.Raw) {
				t.Fatalf("line %d is not at %d", l.No, l.Offset)
			}
		}
		for code := range s.FindingCounts {
			if !known[code] {
				t.Fatalf("unknown code %s", code)
			}
		}
	})
}

// FuzzReadSheet feeds the cells of a workbook, so that the fuzzer need not learn to pack.
func FuzzReadSheet(f *testing.F) {
	f.Add("1", "02/01/2026", "1 234,50", 46042.0)
	f.Add("1,2E+13", "60", "=1+1", 1e300)
	f.Fuzz(func(t *testing.T, number, date, amount string, cell float64) {
		if len(number)+len(date)+len(amount) > 1000 {
			return
		}
		data := workbook(t, []any{"Mandat", "Date", "TTC"}, []any{number, date, amount}, []any{cell, cell, cell})
		_, _, err := readText(t, string(data), small(), Options{})
		onlyFaults(t, err)
	})
}

// FuzzSniff: a guess is never more than what is there, and the profile made of it reads or refuses.
func FuzzSniff(f *testing.F) {
	for _, s := range []string{
		"Exercice;Mandat;Nature;Date;Montant TTC\n2026;1;6156;01/02/2026;1,23\n", "Export\n\na|b|c\n1|2|3\n", "Date,Date,TTC\n01/02/26,x,1,234\n", "n° mandat\tTTC\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Sniff(heldFile{"x.csv", data}, nil)
		onlyFaults(t, err)
		if err != nil {
			return
		}
		for i, c := range s.Columns {
			if c.Number != i+1 || c.Field != "" && len(c.Candidates) > 0 || c.Field != "" && !c.Field.known() || len(c.Samples) > sniffSamples {
				t.Fatalf("column %+v", c)
			}
		}
		p := s.Profile("own", PurposeLedger, nil)
		if p.Validate() != nil {
			return
		}
		_, _, err = readText(t, string(data), p, Options{})
		onlyFaults(t, err)
	})
}

func FuzzParseProfile(f *testing.F) {
	for _, p := range tableProfiles() {
		p.Name = "own"
		data, err := json.Marshal(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"name":"own","version":1,"format":"csv","purpose":"ledger","columns":{"ttc":["#2"]},"required":["ttc"],"file_pattern":"(?P<year>\\d+)"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProfile(data)
		onlyFaults(t, err)
		if err != nil || p.Format != FormatCSV || p.Purpose == PurposeBudget {
			return
		}
		o := Options{Currency: money.EUR}
		if p.Currency != "" {
			o.Currency = p.Currency
		}
		_, _, err = readText(t, "Exercice;Mandat;Date;Montant TTC;EUR\n2026;1;02/01/2026;1,50;1\nTotal;;;1,50\n", p, o)
		onlyFaults(t, err)
	})
}
