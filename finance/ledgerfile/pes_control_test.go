package ledgerfile

import (
	"slices"
	"testing"

	"jalon/internal/money"
)

func TestPESSeries(t *testing.T) {
	const series = "20000000000019·00·DEP·2025·01"
	read := func(name string, known Known) (Summary, error) {
		_, s, err := readAll(t, pesFixture(t, name), Options{Known: map[string]Known{series: known}})
		return s, err
	}
	for _, tc := range []struct {
		name, file string
		known      Known
		missing    []int64
		codes      []string
		refused    []any
	}{
		{"follows", "fixture.xml", Known{Last: 40, Cumulative: 948_275_25, HasCumul: true}, nil, nil, nil},
		{"does not add up", "fixture.xml", Known{Last: 40, Cumulative: 948_275_24, HasCumul: true}, nil, nil, []any{series + "·41", "1000000.00", "999999.99"}},
		{"running total unknown", "fixture.xml", Known{Last: 40}, nil, nil, nil},
		{"sent again", "fixture.xml", Known{Last: 41, Cumulative: 1, HasCumul: true}, nil, nil, nil},
		{"older than the books", "fixture.xml", Known{Last: 60, Cumulative: 1, HasCumul: true}, nil, nil, nil},
		{"two missing, worth something", "gap.xml", Known{Last: 41, Cumulative: 1_000_000_00, HasCumul: true}, []int64{42, 43}, []string{PESMissingAmount}, nil},
		{"two missing, worth unknown", "gap.xml", Known{Last: 41}, []int64{42, 43}, []string{PESBordereauMissing}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := read(tc.file, tc.known)
			if tc.refused != nil {
				wantFault(t, err, "ledger.pes.cumulative", tc.refused...)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Series[series].Missing; !slices.Equal(got, tc.missing) || !slices.Equal(codesFound(s.Findings), tc.codes) {
				t.Errorf("missing %v, findings %v; want %v, %v", got, s.Findings, tc.missing, tc.codes)
			}
		})
	}
	s, _ := read("gap.xml", Known{Last: 41, Cumulative: 1_000_000_00, HasCumul: true})
	if !slices.Equal(s.Findings[0].Args, []any{series, "42", "43", "11500.00"}) {
		t.Errorf("finding %v", s.Findings[0])
	}
}

// E22: the running total before bordereau 2372 must be 45 064 046.57 for its 55.22 to lead to
// 45 064 101.79.
func TestPESRunningTotal(t *testing.T) {
	src := edited(t, "reemitted.xml", `IdBord V="42"`, `IdBord V="2372"`, "1010200.00", "45064101.79", "10200.00", "55.22")
	for before, ties := range map[money.Amount]bool{45_064_046_57: true, 45_064_046_56: false, 45_064_101_79: false} {
		_, _, err := readAll(t, src, Options{Known: map[string]Known{"20000000000019·00·DEP·2025·01": {Last: 2371, Cumulative: before, HasCumul: true}}})
		if ties != (err == nil) {
			t.Errorf("%s before: %v", before.Decimal(money.EUR), err)
		}
	}
}

func TestPESRefused(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		o     Options
		key   string
		args  []any
	}{
		{"sum of the bordereau", []string{`MtBordHT V="51724.75"`, `MtBordHT V="51724.76"`}, Options{}, "ledger.pes.ht", []any{"DEP·2025·00·01·41", "51724.76", "51724.75"}},
		{"tax that no line has", []string{`<MtBordHT V="51724.75"/>`, `<MtBordHT V="51724.75"/><MtBordTVA V="1.00"/>`}, Options{}, "ledger.pes.vat", []any{"DEP·2025·00·01·41", "1.00", "0.00"}},
		{"another organisation", nil, Options{SIRET: "20000001800019"}, "ledger.pes.entity", []any{"20000000000019", "20000001800019"}},
		{"negative amount", []string{`MtHT V="12000.00"`, `MtHT V="-12000.00"`}, Options{}, "ledger.pes.value", []any{"MtHT", "-12000.00", "DEP·2025·00·01·41 / 833 / 1", 127}},
		{"thirds of a cent", []string{`MtHT V="12000.00"`, `MtHT V="12000.001"`}, Options{}, "ledger.pes.value", nil},
		{"fifteen digits", []string{`MtHT V="12000.00"`, `MtHT V="1234567890123.00"`}, Options{}, "ledger.pes.value", nil},
		{"decimal comma", []string{`MtHT V="12000.00"`, `MtHT V="12000,00"`}, Options{}, "ledger.pes.value", nil},
		{"no amount", []string{`<MtHT V="12000.00"/>`, ""}, Options{}, "ledger.pes.missing", []any{"MtHT", "DEP·2025·00·01·41 / 833 / 1", 127}},
		{"two amounts", []string{`<MtHT V="12000.00"/>`, `<MtHT V="12000.00"/><MtHT V="1.00"/>`}, Options{}, "ledger.pes.twice", nil},
		{"no number", []string{`<IdPce V="833"/>`, ""}, Options{}, "ledger.pes.missing", []any{"IdPce", "DEP·2025·00·01·41", 93}},
		{"type of bordereau", []string{`TypBord V="02"`, `TypBord V="04"`}, Options{}, "ledger.pes.value", []any{"TypBord", "04", "—", 138}},
		{"annulled in an ordinary bordereau", []string{`NatPce V="01"`, `NatPce V="06"`}, Options{}, "ledger.pes.sign", []any{"01", "06", "DEP·2025·00·01·41 / 833", 93}},
		{"a line twice", []string{`IdPce V="833"`, `IdPce V="832"`}, Options{}, "ledger.pes.line_twice", []any{"DEP·2025·00·01·41 / 832 / 1", 127}},
		{"a bordereau twice", []string{`IdBord V="7"`, `IdBord V="41"`, `TypBord V="02"`, `TypBord V="01"`, `NatPce V="06"`, `NatPce V="01"`}, Options{}, "ledger.pes.bordereau_twice", nil},
		{"no head", []string{`<EnTetePES>`, `<X>`, `</EnTetePES>`, `</X>`}, Options{}, "ledger.pes.missing", nil},
		{"no orders", []string{`PES_DepenseAller>`, `PES_Marche>`}, Options{}, "ledger.pes.empty", nil},
		{"another root", []string{`n:PES_Aller`, `n:PES_Autre`}, Options{}, "ledger.pes.root", []any{"PES_Autre"}},
		{"another namespace", []string{`cp/helios`, `cp/autre`}, Options{}, "ledger.pes.root", nil},
		{"cut off", []string{"\n</n:PES_Aller>", ""}, Options{}, "ledger.xml.truncated", nil},
		{"elements that cross", []string{"</BlocPiece>", "</BlocPiece2>"}, Options{}, "ledger.xml.malformed", nil},
		{"an instruction", []string{"<Enveloppe>", "<?php ?><Enveloppe>"}, Options{}, "ledger.xml.instruction", nil},
		{"an entity", []string{`MtHT V="12000.00"`, `MtHT V="&montant;"`}, Options{}, "ledger.xml.malformed", nil},
		{"an attribute twice", []string{`MtHT V="12000.00"`, `MtHT V="12000.00" V="1.00"`}, Options{}, "ledger.xml.malformed", nil},
		{"a second root", []string{"</n:PES_Aller>", "</n:PES_Aller><n:PES_Aller/>"}, Options{}, "ledger.xml.malformed", nil},
		{"a declared encoding of another kind", []string{"ISO-8859-1", "EBCDIC-FR"}, Options{}, "ledger.xml.encoding", []any{"EBCDIC-FR"}},
		{"bytes that are not UTF-8", []string{"ISO-8859-1", "UTF-8"}, Options{}, "ledger.xml.malformed", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := readAll(t, edited(t, "fixture.xml", tc.pairs...), tc.o)
			wantFault(t, err, tc.key, tc.args...)
		})
	}
	_, _, err := readAll(t, pesFixture(t, "fixture.xml"), Options{Currency: "RWF"})
	wantFault(t, err, "ledger.currency")
}

func TestPESFindings(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		kind  Kind
		code  string
		args  []any
	}{
		{"no origin", []string{"RattachPiece>", "Autre>"}, KindPosting, PESOriginMissing, nil},
		{"no line of the origin", []string{`<IdLigneOrig V="1"/>`, ""}, KindPosting, PESOriginPartly, []any{"832"}},
		{"unusual correction", []string{`NatPce V="06"`, `NatPce V="07"`}, KindPosting, PESTriplet, []any{"02", "02", "07"}},
		{"payment order", []string{`TypBord V="02"`, `TypBord V="03"`}, KindOutOfScope, PESPaymentOrder, []any{"12"}},
		{"no date", []string{`DteBordEm V="2025-03-12"`, `DteBordEm V="12/03/2025"`}, KindPosting, DateUnreadable, []any{"12/03/2025"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, s := mustRead(t, edited(t, "fixture.xml", tc.pairs...), Options{})
			l := lines[2]
			if l.Kind != tc.kind || len(l.Findings) != 1 || l.Findings[0].Code != tc.code || !slices.Equal(l.Findings[0].Args, tc.args) || l.Findings[0].Line != 3 {
				t.Errorf("kind %d, findings %+v; want %s %v", l.Kind, l.Findings, tc.code, tc.args)
			}
			if s.Lines != 3 || s.FindingCounts[tc.code] != 1 {
				t.Errorf("summary %+v", s)
			}
		})
	}
}
