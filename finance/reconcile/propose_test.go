package reconcile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
)

// asked writes the conditions of rules so that a table can hold them.
func asked(rules []Rule) []string {
	var out []string
	for _, r := range rules {
		text := fmt.Sprint(r.Rank)
		for _, c := range r.When {
			text += fmt.Sprintf(" %s %s %s", c.Field, c.Op, c.Value)
			if c.To != "" {
				text += "…" + c.To
			}
		}
		out = append(out, text)
	}
	return out
}

func TestPropose(t *testing.T) {
	full := Facts{Commitment: "ENG-1", Analytic: "NUM035", Operation: "2041", Contract: "M-1", Inventory: "I-1", SupplierID: "123", SupplierName: "ACME", Nature: "6156",
		Label: "Hébergement sécurisé - lot n° 2", Amount: 3972475, Date: civil.D(2026, 8, 31)}
	tests := []struct {
		name string
		f    Facts
		want []string
	}{
		{"everything", full, []string{"1 commitment equals ENG-1", "6 inventory equals I-1", "5 contract equals M-1", "3 analytic equals NUM035", "4 operation equals 2041",
			"7 supplier_id equals 123 nature equals 6156 date between 2026-02-01…2027-02-28", "7 supplier_id equals 123 nature equals 6156",
			"8 supplier_id equals 123 label contains hebergement securise - lot n", "8 label contains hebergement securise - lot n"}},
		{"nothing", Facts{Amount: 1}, nil},
		{"a name instead of a number", Facts{SupplierName: "ACME", Nature: "6156", Amount: 1}, []string{"8 supplier_name equals ACME nature equals 6156"}},
		{"a label alone", Facts{Label: "2026 Licence annuelle 12/34", Amount: 1}, []string{"8 label contains licence annuelle"}},
		{"a label that says nothing", Facts{Label: "lot 12", Amount: 1}, nil},
	}
	for _, tc := range tests {
		got := asked(Propose(&tc.f, Action{Parts: to(1)}))
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s:\n%s\nwant\n%s", tc.name, strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
		}
	}
}

func TestProposeTurnsAmountsIntoShares(t *testing.T) {
	tests := []struct {
		name   string
		target Action
		want   []Part
	}{
		{"sixty and forty", Action{Parts: fixed(2383485, 1588990)}, []Part{{Project: 101, ShareBP: 6000}, {Project: 102, ShareBP: 4000}}},
		{"a half, the rest stays", Action{Parts: fixed(1986238)}, []Part{{Project: 101, ShareBP: 5000}}},
		{"an amount that is no share", Action{Parts: fixed(100000)}, fixed(100000)},
		{"shares stay", Action{Parts: by(1234)}, by(1234)},
	}
	for _, tc := range tests {
		rules := Propose(&Facts{Analytic: "A", Amount: 3972475}, tc.target)
		if len(rules) != 1 || !slices.Equal(rules[0].Then.Parts, tc.want) {
			t.Errorf("%s: %+v, want %+v", tc.name, rules, tc.want)
		}
	}
	out := Propose(&Facts{Analytic: "A", Amount: 5}, Action{Exclude: true, Reason: "r"})
	if len(out) != 1 || !out[0].Then.Exclude {
		t.Errorf("an exclusion: %+v", out)
	}
}

// Each rule that is proposed does what the person did, and passes for a rule.
func TestProposedRulesDoIt(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 11))
	text := func() string {
		return []string{"", "x", "  ", "ENG-12 ", "Été à l’œuvre n° 5", "\xffabcdef", strings.Repeat("é", 150), "(a", "2041"}[r.IntN(9)]
	}
	proposed := 0
	for range 3000 {
		f := Facts{Commitment: text(), Analytic: text(), Operation: text(), Contract: text(), Inventory: text(), SupplierID: text(), SupplierName: text(), Nature: text(), Label: text(),
			Amount: 100, Date: civil.D(2026, 1, 1).AddDays(r.IntN(800))}
		for _, rule := range Propose(&f, Action{Parts: by(6000, 4000)}) {
			proposed++
			m, err := Compile([]Rule{rule}, Directory{})
			if err != nil {
				t.Fatalf("%+v for %+v: %v", rule, f, err)
			}
			v := m.Match(&f, nil)
			if want := map[bool]VerdictKind{true: Books, false: Suggests}[rule.Rank.Books()]; v.Kind != want || !slices.Equal(v.Parts, by(6000, 4000)) {
				t.Fatalf("%+v for %+v: %s", rule, f, said(v))
			}
		}
	}
	if proposed < 5000 {
		t.Errorf("only %d rules were proposed", proposed)
	}
}
