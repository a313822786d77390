package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/database"
)

// TestVerifyPrintsEveryRuleOfTheBooks books a file, breaks a kept balance by hand, and finds that rule alone broken.
func TestVerifyPrintsEveryRuleOfTheBooks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mandats.csv")
	text := "Exercice;N°mandat;Nature;Montant TTC;Date mandat;Libellé\n2026;1;6156;1200,00;2026-03-02;Maintenance\n2026;2;6156;80,00;2026-03-03;Maintenance\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	eachDatabase(t, func(t *testing.T, db string) {
		ok(t, nil, db, "import", "ledger", file, "--profile", "generic-fr")
		var held, broken verifyJSON
		ok(t, &held, db, "verify", "--json")
		codes := map[string]int64{}
		for _, c := range held.Ledger {
			if c.Faults != 0 || c.Broken == nil || c.Notes == nil {
				t.Errorf("after an import %+v", c)
			}
			codes[c.Code] = c.Checked
		}
		for _, code := range []string{"i1", "i2", "i3", "i4", "i5", "i6", "i7", "i8", "i9", "i10", "i11", "i12", "i13", "i14", "i15", "i16", "i17", "i18", "seals", "references", "files"} {
			if _, printed := codes[code]; !printed {
				t.Errorf("%s was not checked", code)
			}
		}
		if codes["i1"] != 2 || codes["i2"] != 3 || codes["i3"] != 2 {
			t.Errorf("checked %v", codes)
		}
		if r := ok(t, nil, db, "verify"); strings.Count(r.stdout, "I1,") != 1 || strings.Contains(r.stdout, "[verify") {
			t.Errorf("printed %q", r.stdout)
		}
		change(t, db, func(db *database.DB) {
			if _, err := db.Write().ExecContext(t.Context(), "UPDATE scope_total SET excluded = excluded + 1"); err != nil {
				t.Fatal(err)
			}
		})
		r := call(t, db, "verify", "--json")
		decode(t, r.stdout, &broken)
		i := slices.IndexFunc(broken.Ledger, func(c ledgerCheck) bool { return c.Code == "balance_scope" })
		if r.code != exitFailure || len(broken.Faults) != 1 || !strings.Contains(r.stderr, broken.Faults[0]) || broken.Ledger[i].Faults != 1 || len(broken.Ledger[i].Broken) != 1 {
			t.Errorf("exit %d, faults %q, %+v", r.code, broken.Faults, broken.Ledger[i])
		}
	})
}
