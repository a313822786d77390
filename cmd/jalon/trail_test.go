package main

import (
	"strings"
	"testing"
	"time"

	"jalon/internal/audit"
	"jalon/internal/database"
)

// change opens the database behind the program's back.
func change(t *testing.T, url string, f func(db *database.DB)) {
	t.Helper()
	db, err := database.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f(db)
}

// TestVerifyFindsATamperedTrail seals what an import wrote and then changes the past: verify says so, and says it
// of that alone.
func TestVerifyFindsATamperedTrail(t *testing.T) {
	list := listFile(t, "P1;Portail;100")
	eachDatabase(t, func(t *testing.T, db string) {
		ok(t, nil, db, "import", "projects", list, "--roadmap", "A", "--profile", "jalon", "--as-of", "2026-01-31")
		var before, sealed, tampered verifyJSON
		ok(t, &before, db, "verify", "--json")
		if len(before.Seals) != 1 || before.Seals[0].Seal != 0 || before.Seals[0].Unsealed == 0 {
			t.Errorf("before any seal: %+v", before.Seals)
		}
		change(t, db, func(db *database.DB) {
			if _, err := audit.Seal(t.Context(), db, time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)); err != nil {
				t.Fatal(err)
			}
		})
		ok(t, &sealed, db, "verify", "--json")
		if h := sealed.Seals[0]; len(sealed.Seals) != 1 || h.Seal != 1 || h.Unsealed != 0 || len(h.Hash) != 64 {
			t.Errorf("sealed: %+v", sealed.Seals)
		}
		if r := ok(t, nil, db, "verify"); !strings.Contains(r.stdout, sealed.Seals[0].Hash) {
			t.Errorf("the seal to write down is not printed: %q", r.stdout)
		}
		change(t, db, func(db *database.DB) {
			res, err := db.Write().ExecContext(t.Context(), "UPDATE audit_entry SET actor = 'cli:nobody' WHERE id = (SELECT min(id) FROM audit_entry)")
			if err != nil {
				t.Fatal(err)
			}
			if n, err := res.RowsAffected(); err != nil || n != 1 {
				t.Fatalf("%d entries changed, %v", n, err)
			}
		})
		r := call(t, db, "verify", "--json")
		if decode(t, r.stdout, &tampered); r.code != exitFailure || len(tampered.Faults) != 1 || tampered.Seals[0] != sealed.Seals[0] {
			t.Errorf("exit %d, %+v, want one fault and exit 1", r.code, tampered)
		}
		if !strings.Contains(r.stderr, tampered.Faults[0]) || strings.Contains(tampered.Faults[0], "[") {
			t.Errorf("stderr %q, faults %q", r.stderr, tampered.Faults)
		}
	})
}
