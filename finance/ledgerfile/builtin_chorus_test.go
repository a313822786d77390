package ledgerfile

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// chorusLines reads a file by a profile and keeps the lines that are money.
func chorusLines(t *testing.T, file, profile string, pairs ...string) ([]Line, Summary) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "chorus", file))
	if err != nil {
		t.Fatal(err)
	}
	lines, s, err := linesBy(t, replaced(t, heldFile{file, data}, pairs...), profile)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return lines, s
}

func linesBy(t *testing.T, src Source, profile string) ([]Line, Summary, error) {
	t.Helper()
	p, ok := BuiltIn(profile)
	if !ok {
		t.Fatalf("no profile %s", profile)
	}
	var lines []Line
	s, err := Read(src, p, Options{Currency: money.EUR}, func(l *Line) error {
		if l.Kind != KindOther {
			kept := *l
			kept.Raw, kept.Findings = bytes.Clone(l.Raw), slices.Clone(l.Findings)
			lines = append(lines, kept)
		}
		return nil
	})
	return lines, s, err
}

// E20: the two lines of one item of an engagement are both money; neither replaces the other.
func TestChorusCommitments(t *testing.T) {
	lines, s := chorusLines(t, "ae_portal.csv", "chorus-ae")
	if len(lines) != 5 || s.ByKind[KindCommitment] != 5 || s.ByKind[KindOther] != 8 || s.Header != 8 {
		t.Fatalf("%d lines, %v, header %d", len(lines), s.ByKind, s.Header)
	}
	if lines[0].Key != lines[1].Key || lines[0].Content == lines[1].Content || lines[0].Unique || lines[0].Amount+lines[1].Amount != 69_276_85 {
		t.Errorf("%+v and %+v", lines[0], lines[1])
	}
	l := lines[0]
	if l.Budget != "0354" || l.Function != "0354-05" || l.Manager != "INVNUM0035" || l.Operation != "035405010101" || l.Commitment != "2900000001" ||
		l.CommitmentItem != "1" || l.Date != civil.D(2026, 1, 10) || l.Nature != "6156000000" || l.SupplierID != "99900001100018" ||
		l.SupplierName != "NUMÉRIQUE DES RIVES" || l.Event != EventOriginal || l.Exercice != 2026 {
		t.Errorf("%+v", l)
	}
	if lines[2].SupplierID != "1900000002" || lines[3].Amount != 0 || lines[4].Amount != -2_225_07 || s.Sum != 82_051_78 {
		t.Errorf("supplier %q, amounts %d, %d, sum %d", lines[2].SupplierID, lines[3].Amount, lines[4].Amount, s.Sum)
	}
	if len(s.Findings) != 0 {
		t.Errorf("findings %v", s.Findings)
	}
}

// Sibling exports write numbers, dates and codes in other ways, and say the same.
func TestChorusSiblings(t *testing.T) {
	lines, s := chorusLines(t, "ae_agency.csv", "chorus-ae")
	if len(lines) != 3 || lines[0].Amount != 1_000_00 || lines[1].Amount != 138_936_678_56 || lines[2].Amount != 200_00 || s.Separator != ";" {
		t.Fatalf("%+v", lines)
	}
	portal, _ := chorusLines(t, "ae_portal.csv", "chorus-ae")
	if lines[0].Key != portal[0].Key || lines[0].Analytic != "PAM-NUM-035" || lines[0].Envelope != "0354-INVE-D035" || lines[0].SupplierName != "NUMÉRIQUE DES RIVES" {
		t.Errorf("%+v", lines[0])
	}
	lines, _ = chorusLines(t, "ae_point.csv", "chorus-ae")
	if len(lines) != 1 || lines[0].Amount != 12_615_940_52 || lines[0].Budget != "0354" || lines[0].Date != civil.D(2026, 1, 8) {
		t.Errorf("%+v", lines)
	}
}

func TestChorusPayments(t *testing.T) {
	lines, s := chorusLines(t, "cp_portal.csv", "chorus-cp")
	if len(lines) != 4 || s.ByKind[KindPosting] != 4 || s.Sum != -3_256_53 {
		t.Fatalf("%d lines, sum %d", len(lines), s.Sum)
	}
	if l := lines[0]; l.Commitment != "" || l.DocNo != "590000027" || l.Status != StatusPaid || l.Stage != StageMandated || l.Amount != 28_26 || l.SupplierName != "RÉGIE DES EAUX" {
		t.Errorf("a payment without an engagement: %+v", l)
	}
	if a, b := lines[1], lines[2]; a.Key != b.Key || a.Content == b.Content || a.Unique || a.Amount != 252_00 || b.Amount != 150_00 {
		t.Errorf("two lines of one request: %+v, %+v", a, b)
	}
	// Of 20 December 2025, in the fiscal year that the file is about.
	if l := lines[3]; l.Date != civil.D(2025, 12, 20) || l.Exercice != 2026 || l.Amount != -3_686_79 {
		t.Errorf("%+v", l)
	}
	lines, s = chorusLines(t, "cp_agency.csv", "chorus-cp")
	if len(lines) != 2 || lines[0].Exercice != 2025 || lines[0].Date != civil.D(2024, 12, 20) || lines[0].LineNo != "2" || lines[0].DocType != "RE" || s.Sum != 12_616_940_52 {
		t.Errorf("%+v", lines)
	}
}

func TestChorusRefused(t *testing.T) {
	for _, tc := range []struct {
		name, file, profile string
		pairs               []string
		key                 string
	}{
		{"thousands or decimals", "ae_portal.csv", "chorus-ae", []string{`"6820,70"`, `"6,820"`}, "ledger.number_ambiguous"},
		{"no engagement column", "ae_portal.csv", "chorus-ae", []string{"N° EJ", "Numéro"}, "ledger.no_header"},
		{"commitments read as payments", "ae_portal.csv", "chorus-cp", nil, "ledger.no_header"},
		{"payments read as commitments", "cp_portal.csv", "chorus-ae", []string{"N° poste EJ", "Poste"}, "ledger.no_header"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join("testdata", "chorus", tc.file))
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = linesBy(t, replaced(t, heldFile{tc.file, data}, tc.pairs...), tc.profile)
			wantFault(t, err, tc.key)
		})
	}
}

// The fiscal year of the preamble counts only where it is one.
func TestChorusPreamble(t *testing.T) {
	for told, want := range map[string]int{"Exercice comptable,2026": 2026, "Exercice comptable,#": 0, "Exercice comptable,Tous": 0, "Exercice comptable,": 0, "Exercice,2026": 0} {
		lines, s := chorusLines(t, "cp_portal.csv", "chorus-cp", "Exercice comptable,2026", told)
		if lines[0].Exercice != want || s.ByKind[KindRejected] != 0 {
			t.Errorf("%q gives %d, want %d", told, lines[0].Exercice, want)
		}
	}
	if data, err := os.ReadFile(filepath.Join("testdata", "chorus", "cp_portal.csv")); err != nil || strings.Count(string(data), "Exercice") != 1 {
		t.Fatal("the fixture tells the year elsewhere as well")
	}
}
