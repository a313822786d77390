package governance

import (
	"fmt"
	"testing"
)

// TestLimitNames: a reason that people read, in registers too, names years, sections and skills in words.
func TestLimitNames(t *testing.T) {
	s := &Service{texts: func(_, key string, args ...any) string { return fmt.Sprint(key, args) }}
	skills := map[string]string{"PILOT": "Conduite de projet", "a/b": "Réseau"}
	for key, want := range map[string]string{
		"2027/I":        "scenarios.key.credit[2027 finance.section.I[]]",
		"PILOT/2026-Q4": "scenarios.key.skill[Conduite de projet period.quarter.4[2026]]",
		"a/b/2027-Q1":   "scenarios.key.skill[Réseau period.quarter.1[2027]]",
		"X/2027-Q1":     "scenarios.key.skill[X period.quarter.1[2027]]",
		"odd":           "odd",
	} {
		if got := s.limitName("fr", key, skills); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}
