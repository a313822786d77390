package projectfile

import (
	"testing"

	"jalon/internal/fault"
	"jalon/internal/gridtest"
	"jalon/internal/money"
)

// check holds what is true of every answer of Read, whatever the bytes.
func check(t *testing.T, data []byte) {
	t.Helper()
	profiles := []Profile{small(func(p *Profile) { p.Serials = "1900" })}
	for _, n := range BuiltInNames() {
		p, _ := BuiltIn(n)
		profiles = append(profiles, p)
	}
	for _, p := range profiles {
		l, err := Read(data, "fuzz", p, money.EUR)
		if err != nil {
			if f := fault.As(err); f == nil || f.Kind != fault.KindInvalid {
				t.Fatalf("%s: %v is no fault of the file", p.Name, err)
			}
			continue
		}
		if l.Read != l.Matched+l.Rejected || l.Matched != len(l.Rows) {
			t.Fatalf("%s: read %d, matched %d, rejected %d, %d rows", p.Name, l.Read, l.Matched, l.Rejected, len(l.Rows))
		}
		if l.Rejected > 0 && len(l.Findings) == 0 {
			t.Fatalf("%s: %d rows rejected without a finding", p.Name, l.Rejected)
		}
		known := map[string]bool{}
		for _, c := range Codes() {
			known[c] = true
		}
		for _, f := range l.Findings {
			if !known[f.Code] {
				t.Fatalf("%s: unknown code %s", p.Name, f.Code)
			}
		}
		for _, r := range l.Rows {
			if r.Cost < 0 || !r.HasCost && r.Cost != 0 || !r.Start.IsZero() && !r.End.IsZero() && r.End.Before(r.Start) || l.Series == r.AsOf.IsZero() {
				t.Fatalf("%s: row %+v", p.Name, r)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"Projet;Coût;Début;Fin\nA;1 234,56;31/02/2026;janv. 20\n\"B\n;\"\"x\";-;;\n", "sep=,\nProjet,Phase\r\"A,B\rC",
		"Code;Nom\n'=1;''x\n", nycHeader + "01/01/2015 12:00:00 AM,7,A,,,900,-100,5,02/01/2020,31,31\n",
		"Projet,Phase du projet en cours,Coût estimé,Début,Durée du projet en années\n<b>A</b>,Cadrage,NA,43159,6.4\n",
		"\xff\xfeP\x00r\x00o\x00j\x00e\x00t\x00\n\x00A\x00", "Projet;\xe9\n\x80;\x81\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { check(t, data) })
}

func FuzzSheet(f *testing.F) { gridtest.FuzzSheet(f, check) }

func FuzzParseProfile(f *testing.F) {
	f.Add([]byte(`{"name":"own","version":1,"fields":{"name":["Projet"]},"required":["name"],"phases":{"a":"run"},"series":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ParseProfile(data)
		if err != nil {
			return
		}
		if _, err := Read([]byte("Projet;Coût\nA;1\n"), "fuzz", p, money.EUR); err != nil && fault.KindOf(err) != fault.KindInvalid {
			t.Fatal(err)
		}
	})
}
