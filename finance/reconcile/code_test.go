package reconcile

import (
	"regexp"
	"strings"
	"testing"
)

func TestFinanceCode(t *testing.T) {
	tests := []struct{ project, taken, want string }{
		{"P-035", "", "P035"},
		{"num 035", "", "NUM035"},
		{"NUM/2026-7", "", "NUM20267"},
		{"Portail élève", "", "PORTAILELE"},
		{"PORTAIL-CITOYEN-2025", "", "PORTAI2025"},
		{"PROJET-1234567890", "", "PROJE67890"},
		{"", "", "P"}, {"---", "", "P"}, {"Ελλάδα", "", "P"}, {"000", "", "P000"}, {"nc", "", "PNC"}, {"0000000000000", "", "P000000000"},
		{"P-035", "P035", "P035B"},
		{"P-035", "P035 P035B", "P035C"},
		{"PORTAIL", "PORTAIL", "PORTAIL2"},
		{"ABCDEFGHIJ", "ABCDEFGHIJ", "ABCDEFGHI2"},
		{"ABCDEFGHI7", "ABCDEFGHI7", "ABCDEFGHI2"},
		{"ABCDE12345", "ABCDE12345", "ABCDE1234B"},
	}
	for _, tc := range tests {
		got := FinanceCode(tc.project, func(code string) bool { return strings.Contains(" "+tc.taken+" ", " "+code+" ") })
		if got != tc.want {
			t.Errorf("%q with %q taken: %s, want %s", tc.project, tc.taken, got, tc.want)
		}
	}
	if got := FinanceCode("P-1", func(string) bool { return true }); got != "" {
		t.Errorf("all are taken, and %s is given", got)
	}
}

func TestFinanceCodesAreUniqueAndFit(t *testing.T) {
	fits := regexp.MustCompile(`^[0-9A-Z]{1,10}$`)
	for _, project := range []string{"P-035", "ABCDEFGHIJKLM", "0", "nc", "12345678901234", "é"} {
		codes := map[string]bool{}
		for range 800 {
			code := FinanceCode(project, func(c string) bool { return codes[c] })
			if !fits.MatchString(code) || codes[code] || code == "NC" || strings.Trim(code, "0") == "" {
				t.Fatalf("%q: %q after %d others", project, code, len(codes))
			}
			codes[code] = true
		}
	}
}

func FuzzFinanceCode(f *testing.F) {
	for _, s := range []string{"P-035", "", "000", "nc", "é\xff", "ABCDEFGHIJ0000000000"} {
		f.Add(s)
	}
	fits := regexp.MustCompile(`^[0-9A-Z]{1,10}$`)
	f.Fuzz(func(t *testing.T, project string) {
		first := FinanceCode(project, func(string) bool { return false })
		second := FinanceCode(project, func(c string) bool { return c == first })
		if !fits.MatchString(first) || !fits.MatchString(second) || first == second || strings.Trim(first, "0") == "" || first == "NC" {
			t.Fatalf("%q: %q, then %q", project, first, second)
		}
	})
}
