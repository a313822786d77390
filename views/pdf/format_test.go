package pdf

import (
	"testing"

	"jalon/internal/money"
	"jalon/views"
)

func TestLowerFirst(t *testing.T) {
	for in, want := range map[string]string{"Projets entrés": "projets entrés", "Écarts": "écarts", "RGPD": "RGPD", "": "", "A": "a"} {
		if got := lowerFirst(in); got != want {
			t.Errorf("lowerFirst(%q) = %q, want %q", in, got, want)
		}
	}
}

// Whole amounts lose their empty decimals, others keep theirs.
func TestExact(t *testing.T) {
	for _, tc := range []struct {
		lang   string
		amount money.Amount
		want   string
	}{
		{"fr", 78_000_000, "780\u202f000\u00a0€"}, {"fr", 78_000_050, "780\u202f000,50\u00a0€"}, {"fr", 0, "0\u00a0€"},
		{"en", 78_000_000, "€780,000"}, {"en", 78_000_050, "€780,000.50"}, {"en", -100_00, "-€100"},
	} {
		s := sample(tc.lang, 0)
		p := &pack{s: s, r: &s.Report, x: views.For(tc.lang)}
		if got := p.exact(tc.amount); got != tc.want {
			t.Errorf("%s: exact(%d) = %q, want %q", tc.lang, tc.amount, got, tc.want)
		}
	}
}
