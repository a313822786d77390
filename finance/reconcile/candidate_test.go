package reconcile

import (
	"fmt"
	"strings"
	"testing"
)

// shown writes candidates so that a table can hold them: project, agreed fields, codes one slip away, score.
func shown(candidates []Candidate) string {
	var out []string
	for _, c := range candidates {
		var b strings.Builder
		for _, p := range c.Parts {
			fmt.Fprintf(&b, "P%d ", p.Project)
		}
		if c.Exclude {
			fmt.Fprintf(&b, "excluded: %s ", c.Reason)
		}
		for _, f := range c.Agreed {
			fmt.Fprintf(&b, "%s ", f)
		}
		for _, n := range c.Near {
			fmt.Fprintf(&b, "%s~%s ", n.Found, n.Known)
		}
		out = append(out, fmt.Sprint(b.String(), c.Score))
	}
	return strings.Join(out, "; ")
}

func TestExplain(t *testing.T) {
	rules := []Rule{
		rule(1, RankSupplier, 1, is(FieldSupplierID, "123"), is(FieldNature, "6156")),
		rule(2, RankSupplier, 2, is(FieldSupplierID, "123"), is(FieldNature, "2051"), is(FieldSection, "I")),
		{ID: 3, Rank: RankLabel, When: []Condition{{Field: FieldLabel, Op: OpContains, Value: "paie"}}, Then: Action{Exclude: true, Reason: "paie"}},
	}
	dir := Directory{
		Codes:       map[string]int64{"NUM035": 35, "NUM053": 53, "2041": 41},
		Commitments: map[string][]Part{"1234567890": {{Project: 1}}, "1234567899": {{Project: 2}}},
		Items:       map[Item][]Part{{"9876543210", "1"}: {{Project: 6}}},
		Aliases:     map[string]string{"5555555555": "1234567899"},
		Contracts:   map[string][]Part{"C": {{Project: 1}, {Project: 2}}},
	}
	tests := []struct {
		name string
		f    Facts
		want string
	}{
		{"nothing to go by", Facts{Analytic: "ABCDEF"}, ""},
		{"two digits exchanged, or one wrong", Facts{Commitment: "1234567809"}, "P1 1234567809~1234567890 45; P2 1234567809~1234567899 45"},
		{"a digit that may be of either", Facts{Commitment: "123456789"}, "P1 123456789~1234567890 45; P2 123456789~1234567899 45"},
		{"a known number is not near another", Facts{Commitment: "1234567890"}, "P1 commitment 90"},
		{"near a number that was replaced", Facts{Commitment: "5555555556"}, "P2 5555555556~5555555555 45"},
		{"near the number of an item", Facts{Commitment: "9876543211", CommitmentItem: "1"}, "P6 9876543211~9876543210 45"},
		{"a code with a letter too many", Facts{Analytic: "NUMM035"}, "P35 NUMM035~NUM035 40"},
		{"a code of which one letter is wrong", Facts{Analytic: "NUM03S"}, "P35 NUM03S~NUM035 40"},
		{"an operation", Facts{Operation: "2O41"}, "P41 2O41~2041 35"},
		{"a rule that matches, and one of which the supplier agrees", Facts{SupplierID: "123", Nature: "6156"}, "P1 supplier_id nature 35; P2 supplier_id 25"},
		{"only the supplier agrees", Facts{SupplierID: "123", Section: "I"}, "P2 supplier_id section 27; P1 supplier_id 25"},
		{"several keys of one project", Facts{Contract: "C", SupplierID: "123", Nature: "6156"}, "P1 contract supplier_id nature 95; P2 contract supplier_id 85"},
		{"an exclusion", Facts{Label: "Paie de mai"}, "excluded: paie label 20"},
		{"a slip and what else agrees", Facts{Commitment: "1234567898", SupplierID: "123", Nature: "2051", Section: "I"},
			"P2 supplier_id nature section 1234567898~1234567899 82; P1 supplier_id 1234567898~1234567890 70"},
	}
	m := mustCompile(t, rules, dir)
	for _, tc := range tests {
		v := m.Explain(&tc.f, nil)
		if got := shown(v.Candidates); got != tc.want {
			t.Errorf("%s:\n%s, want\n%s", tc.name, got, tc.want)
		}
		if plain := m.Match(&tc.f, nil); plain.Kind != v.Kind || plain.Rule != v.Rule {
			t.Errorf("%s: explained as %s, matched as %s", tc.name, said(v), said(plain))
		}
	}
}

func TestCandidatesAreFew(t *testing.T) {
	parts := make([]Part, 40)
	for i := range parts {
		parts[i] = Part{Project: int64(i) + 1}
	}
	m := mustCompile(t, nil, Directory{Contracts: map[string][]Part{"C": parts}})
	v := m.Match(&Facts{Contract: "C"}, nil)
	if len(v.Candidates) != maxCandidates || v.Candidates[0].Parts[0].Project != 1 || v.Candidates[4].Parts[0].Project != 5 {
		t.Errorf("%s", shown(v.Candidates))
	}
	if len(m.contracts["C"]) != 40 || m.contracts["C"][0].ShareBP != 0 {
		t.Error("showing candidates changed the directory")
	}
}
