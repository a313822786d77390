package ledgerfile

import (
	"os"
	"path/filepath"
	"testing"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// The public samples: what is sound is read to the cent, all else is refused with the reason.
func TestRealPES(t *testing.T) {
	for _, tc := range []struct {
		file    string
		lines   int
		kind    Kind
		sum     money.Amount
		refused string
		args    []any
	}{
		{"pastell_PES_ex.xml", 1, KindPosting, 55_22, "", nil},
		{"parapheur_PESALR1_unsigned_REDACTED.xml", 1, KindPosting, 3_032_00, "", nil},
		{"pastell_PES_RETOUR.xml", 1, KindStatus, 0, "", nil},
		{"pastell_ALR2_1496987735.xml", 1, KindPosting, 39_724_75, "ledger.pes.ht", []any{"DEP·2009·12·01·1234567", "75724.75", "39724.75"}},
		{"pastell_ALR2_1514362287.xml", 1, KindPosting, 39_724_75, "ledger.pes.ht", nil},
		{"pastell_ALR2_1529593767.xml", 1, KindPosting, 39_724_75, "ledger.pes.ht", nil},
		{"pastell_ALR2_LibelleColBud_avec_accent.xml", 1, KindPosting, 39_724_75, "ledger.pes.ht", nil},
		{"pastell_creation-document_pes.xml", 1, KindPosting, 39_724_75, "ledger.pes.ht", nil},
		{"pastell_ACQUIT_PESALR2.xml", 0, KindOther, 0, "ledger.pes.acknowledgement", nil},
		{"pastell_pes_acquit.xml", 0, KindOther, 0, "ledger.pes.acknowledgement", nil},
	} {
		t.Run(tc.file, func(t *testing.T) {
			data, err := os.ReadFile(realFinance(t, "pes_v2", "exemples", tc.file))
			if err != nil {
				t.Fatal(err)
			}
			lines, s, err := readAll(t, heldFile{tc.file, data}, Options{})
			if tc.refused != "" {
				wantFault(t, err, tc.refused, tc.args...)
			} else if err != nil {
				t.Fatal(err)
			}
			if len(lines) != tc.lines || s.Lines != tc.lines || s.Sum != tc.sum || tc.lines > 0 && lines[0].Kind != tc.kind {
				t.Errorf("%d lines, sum %d; want %d, %d", len(lines), s.Sum, tc.lines, tc.sum)
			}
		})
	}
}

func TestRealPESLine(t *testing.T) {
	data, err := os.ReadFile(realFinance(t, "pes_v2", "exemples", "pastell_PES_ex.xml"))
	if err != nil {
		t.Fatal(err)
	}
	series := "24310063300011·00·DEP·2015·01"
	known := map[string]Known{series: {Last: 2371, Cumulative: 45_064_046_57, HasCumul: true}}
	lines, s, err := readAll(t, heldFile{"pastell_PES_ex.xml", data}, Options{SIRET: "24310063300011", Known: known})
	if err != nil {
		t.Fatal(err)
	}
	l := lines[0]
	if l.Exercice != 2015 || l.DocNo != "6623" || l.Nature != "60628" || l.Function != "64" || l.Contract != "2015-15018D-00" || l.Section != SectionOperations ||
		l.SupplierID != "37909534200018" || l.SupplierName != "CELLULOSES DE BROCELIANDE AGRO MOUSQUETAIRES" || l.Operation != "" || l.Analytic != "" {
		t.Errorf("%+v", l)
	}
	if got := s.Series[series]; got.Last != 2372 || got.Cumulative != 45_064_101_79 {
		t.Errorf("series %+v", got)
	}
	known[series] = Known{Last: 2371, Cumulative: 45_064_046_58, HasCumul: true}
	if _, _, err = readAll(t, heldFile{"pastell_PES_ex.xml", data}, Options{Known: known}); fault.As(err) == nil {
		t.Errorf("a running total that does not follow: %v", err)
	}
}

func FuzzReadPES(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "pes", "*.xml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range names {
		f.Add(pesFixture(f, filepath.Base(n)).data)
	}
	f.Add([]byte("<n:PES_Aller xmlns:n=\"" + pesNamespace + "\"><EnTetePES><IdColl V=\"1\"/><CodBud V=\"0\"/></EnTetePES><PES_RecetteAller/></n:PES_Aller>"))
	p, _ := BuiltIn("pes")
	f.Fuzz(func(t *testing.T, data []byte) {
		var all sum
		n := 0
		keys := map[Hash]bool{}
		s, err := Read(heldFile{"fuzz", data}, p, Options{Currency: money.EUR}, func(l *Line) error {
			n++
			if l.Kind == KindPosting {
				all.add(l.Amount)
			}
			if l.No != n || l.Key == (Hash{}) || l.KeyText == "" || len(l.Raw) == 0 || len(l.Raw) > 4*MaxLineBytes {
				t.Fatalf("line %d: %+v", n, l)
			}
			keys[l.Key] = true
			return nil
		})
		onlyFaults(t, err)
		total, fits := all.amount()
		if n != s.Lines || fits && err == nil && total != s.Sum {
			t.Fatalf("%d lines of %d, %d of %d", n, s.Lines, total, s.Sum)
		}
		for _, c := range s.Declared {
			if err == nil && !c.Ties() {
				t.Fatalf("read although %+v", c)
			}
		}
	})
}
