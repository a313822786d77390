package main

import (
	"strings"
	"testing"

	"jalon/portfolio/selection"
)

// TestLibrary reads a file of two small knapsacks.
func TestLibrary(t *testing.T) {
	all, err := library("mknap1", "2\n 3 2 8.5\n 3.5 5 1\n 1 0 2\n 2 2 2\n 2 4\n\n 1 1 0\n 7\n 3\n 2\n")
	if err != nil || len(all) != 2 {
		t.Fatalf("%d problems, %v", len(all), err)
	}
	a, err := selection.Solve(all[0].problem, selection.Options{})
	if err != nil || a.Value != all[0].best || a.Status != selection.Optimal {
		t.Errorf("%+v, %v; the file says %d", a, err, all[0].best)
	}
	for _, text := range []string{"", "1 2", "1 1 1 0 x 1 1", "1 1 1 0 1.234 1 1"} {
		if _, err := library("mknap1", text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestBestKnown(t *testing.T) {
	all := make([]named, 30)
	bestKnown("mknapcb4", all, "Problem Name   Best\n\n5.100-01   24274\n10.100-01      22801\n\nRelaxation\n10.100-01  23055.2\n")
	if all[1].best != 22801 || all[0].best != 0 {
		t.Errorf("%v", all[:2])
	}
}

// TestReading reads the words of each solver.
func TestReading(t *testing.T) {
	for _, tc := range []struct {
		name         string
		read         func(dir, out string) run
		out          string
		value, bound float64
		proven       bool
	}{
		{"ours", readOurs, "feasible 10 12\n", 10, 12, false},
		{"CBC, proven", readCBC, "Result - Optimal solution found\n\nObjective value:                24381.00000000\nEnumerated nodes: 1\n", 24381, 24381, true},
		{"CBC, at its limit", readCBC, "Result - Stopped on time limit\n\nObjective value:                -22786.00000000\nUpper bound:                    -22947.123\nGap: 0.01\n", 22786, 22947.123, false},
		{"HiGHS", readHiGHS, "  Status            Time limit reached\n  Primal bound      22786\n  Dual bound        22947.5\n", 22786, 22947.5, false},
	} {
		if r := tc.read("", tc.out); r.value != tc.value || r.bound != tc.bound || r.proven != tc.proven {
			t.Errorf("%s: %+v", tc.name, r)
		}
	}
	if r := readOurs("", "unknown 0 12"); r.status() != "nothing" {
		t.Errorf("%+v", r)
	}
	if missing := func() string { _, m := installed("jalon"); return m }(); strings.Contains(missing, "jalon") {
		t.Error(missing)
	}
}
