package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/money"
)

// ledgerReport is the report on an import as machines read it.
type ledgerReport struct {
	File, SHA256, Organisation, Currency, Profile string
	Coverage                                      struct{ Kind, From, To string }
	Lines, New, Unchanged, Superseded, Rejected   int
	OutOfScope                                    int `json:"out_of_scope"`
	Other, Withdrawn                              int
	Sum                                           money.Amount
	SumBooked                                     money.Amount `json:"sum_booked"`
	SumRejected                                   money.Amount `json:"sum_rejected"`
	Allocated, Unallocated, Excluded              money.Amount
	Findings                                      []struct {
		Line          int
		Code, Message string
	}
}

// mandatsOf writes an export of so many payment orders of a year that is over on every day of a test, each of them change cents away from its usual amount.
func mandatsOf(t testing.TB, lines, change int) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("exercice;budget;n°engagement;n°mandat;date;nature M57;opération;tiers;SIRET;libellé;montant TTC\r\n")
	for i := range lines {
		fmt.Fprintf(&b, "2025;00;ENG-%d;%d;%02d/%02d/2025;6156;OP%05d;Atelier;44306184100047;Maintenance n° %d;%d,%02d\r\n", i/3, i+1, 1+i%28, 1+i%12, i%1000, i, 100+i%5000, (i+change)%100)
	}
	file := filepath.Join(t.TempDir(), fmt.Sprintf("mandats-%d-%d.csv", lines, change))
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestImportLedger(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string) {
		file := mandatsOf(t, 50, 0)
		var rep ledgerReport
		r := ok(t, &rep, url, "import", "ledger", file, "--profile", "generic-fr", "--dry-run", "--json")
		if rep.New != 50 || rep.Unallocated != rep.Sum || rep.Organisation != "default" {
			t.Errorf("dry run: %+v", rep)
		}
		if got, want := keysInOrder(t, r.stdout), "file sha256 organisation currency profile profile_version coverage lines new unchanged superseded rejected out_of_scope other withdrawn "+
			"sum sum_booked sum_rejected sum_out_of_scope allocated unallocated excluded seconds findings"; got != want {
			t.Errorf("keys %s\nwant %s", got, want)
		}
		if r := call(t, url, "organisation", "list", "--json"); strings.Contains(r.stdout, "default") {
			t.Errorf("a dry run founded an organisation: %s", r.stdout)
		}
		whole := []string{"import", "ledger", file, "--profile", "generic-fr", "--coverage", "2025-01-01..2025-12-31", "--json"}
		ok(t, &rep, url, whole...)
		if rep.New != 50 || rep.Lines != 51 || rep.Other != 1 || rep.Coverage.Kind != "snapshot" || rep.Coverage.To != "2025-12-31" || rep.Currency != "EUR" || len(rep.Findings) != 1 || rep.Findings[0].Message == "" {
			t.Errorf("first: %+v", rep)
		}
		ok(t, &rep, url, whole...)
		if rep.Unchanged != rep.Lines || rep.New+rep.Superseded+rep.Withdrawn != 0 {
			t.Errorf("again: %+v", rep)
		}
		half := []string{"import", "ledger", mandatsOf(t, 25, 0), "--profile", "generic-fr", "--coverage", "2025-01-01..2025-12-31", "--json"}
		if r := call(t, url, half...); r.code != exitFailure || r.stdout != "" || strings.Count(r.stderr, "\n") != 1 || !strings.Contains(r.stderr, "--confirm-withdrawals") {
			t.Errorf("half of it: exit %d\n%s%s", r.code, r.stdout, r.stderr)
		}
		ok(t, &rep, url, append(half, "--confirm-withdrawals")...)
		if rep.Withdrawn != 25 || rep.Unchanged != 25 {
			t.Errorf("confirmed: %+v", rep)
		}
		if r := ok(t, nil, url, "import", "ledger", file, "--profile", "generic-fr"); !strings.Contains(r.stdout, "25") {
			t.Errorf("for people: %s", r.stdout)
		}
		ok(t, nil, url, "verify")
	})
}

func TestImportLedgerRefuses(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	file := mandatsOf(t, 3, 0)
	tests := []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no profile", []string{file}, exitUsage, "--profile"},
		{"an unknown profile", []string{file, "--profile", "nope"}, exitFailure, "generic-fr"},
		{"a profile of commitments", []string{file, "--profile", "generic-fr-commitments"}, exitFailure, "generic-fr"},
		{"half a coverage", []string{file, "--profile", "generic-fr", "--coverage", "2026-01-01"}, exitUsage, "2026-01-01"},
		{"a coverage that goes back", []string{file, "--profile", "generic-fr", "--coverage", "2026-02-01..2026-01-01"}, exitUsage, "2026-02-01"},
		{"a file that is not there", []string{"/nowhere.csv", "--profile", "generic-fr"}, exitFailure, "/nowhere.csv"},
		{"a folder", []string{t.TempDir(), "--profile", "generic-fr"}, exitFailure, "/"},
		{"a file in another currency", []string{file, "--profile", "oxford"}, exitFailure, ""},
	}
	for _, tc := range tests {
		r := call(t, url, append([]string{"import", "ledger"}, tc.args...)...)
		if r.code != tc.code || !strings.Contains(r.stderr, tc.want) || r.stdout != "" {
			t.Errorf("%s: exit %d, %s%s, want %d with %q", tc.name, r.code, r.stdout, r.stderr, tc.code, tc.want)
		}
	}
}

// TestImportLedgerFoundsAnOrganisation in the currency and the fiscal years of the profile.
// Who interrupts an import is told so in one line, and nothing of it is booked.
func TestImportLedgerInterrupted(t *testing.T) {
	eachDatabase(t, func(t *testing.T, url string) {
		ok(t, nil, url, "migrate")
		ctx, stop := context.WithCancel(context.Background())
		stop()
		var stdout, stderr bytes.Buffer
		code := run(ctx, []string{"--database", url, "--locale", "en", "import", "ledger", mandatsOf(t, 5, 0), "--profile", "generic-fr"}, strings.NewReader(""), &stdout, &stderr)
		if code != exitFailure || stdout.Len() > 0 || stderr.String() != "jalon: interrupted before the end: what was under way is not kept.\n" {
			t.Errorf("%d, %q, %q", code, stdout.String(), stderr.String())
		}
		if r := call(t, url, "organisation", "list", "--json"); strings.Contains(r.stdout, "default") {
			t.Error("an organisation was made: " + r.stdout)
		}
	})
}

func TestImportLedgerFoundsAnOrganisation(t *testing.T) {
	file := filepath.Join("..", "..", "..", "shared", "data", "ledgers", "uk_oxford", "expenditure-over-500-jan-mar-2014.csv")
	if _, err := os.Stat(file); err != nil {
		t.Skip("the public ledgers are not beside the project")
	}
	url := "sqlite:" + filepath.Join(t.TempDir(), "a.db")
	var rep ledgerReport
	ok(t, &rep, url, "import", "ledger", file, "--profile", "oxford", "--json")
	if rep.Currency != "GBP" || rep.Coverage.From != "2014-01-01" || rep.Coverage.To != "2014-03-31" || rep.Coverage.Kind != "snapshot" || rep.Sum != 1341346798 {
		t.Errorf("%+v", rep)
	}
	i := slices.IndexFunc(rep.Findings, func(f struct {
		Line          int
		Code, Message string
	}) bool {
		return f.Code == "fiscal_year.created"
	})
	if i < 0 || !strings.Contains(rep.Findings[i].Message, "2013-2014") {
		t.Errorf("no year from April: %+v", rep.Findings[:min(3, len(rep.Findings))])
	}
}

// keysInOrder lists the keys of a JSON object as they stand.
func keysInOrder(t *testing.T, text string) string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	var keys []string
	depth := 0
	for key := true; ; {
		token, err := d.Token()
		if err != nil {
			return strings.Join(keys, " ")
		}
		switch v := token.(type) {
		case json.Delim:
			if v == '{' || v == '[' {
				depth++
			} else {
				depth--
			}
			key = depth == 1
			continue
		case string:
			if depth == 1 && key {
				keys = append(keys, v)
				key = false
				continue
			}
		}
		if depth == 1 {
			key = true
		}
	}
}
