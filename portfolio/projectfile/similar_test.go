package projectfile

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"jalon/internal/grid"
)

func TestSimilar(t *testing.T) {
	for _, tc := range []struct {
		a, b     string
		min, max int
	}{
		{"OP@LE", "op le", 100, 100},
		{strings.Repeat("a", 300), strings.Repeat("a", 300) + "b", 99, 99},
		{"Réseau de l'État", "RESEAU DE L'ETAT", 100, 100},
		{"NEXSIS", "NexSIS Version 1", 80, 99},
		{"Espace numérique en Santé (ENS)", "ENS", 95, 95},
		{"Espace numérique de santé", "ENS", 85, 85},
		{"Refonte du portail usagers", "Refonte du portail des usagers", 90, 99},
		{"Gestion des ressources humaines", "Gestion ressources humaine", 80, 99},
		{"SIRH lot 1", "SIRH lot 2", 0, 60},
		{"Portail usagers", "Archivage électronique", 0, 45},
		{"SOURCE WEB", "SOURCE SOLDE", 0, 75},
		{"", "x", 0, 0}, {"", "", 0, 0}, {"🚀", "🚀", 0, 0},
	} {
		if got := Similar(tc.a, tc.b); got < tc.min || got > tc.max {
			t.Errorf("Similar(%q, %q) = %d, want %d to %d", tc.a, tc.b, got, tc.min, tc.max)
		}
	}
}

func TestSimilarProperties(t *testing.T) {
	words := rapid.SampledFrom(strings.Fields("portail usagers (ENS) ENS SIRH lot 1 2 de la refonte État numérique ) ( 🚀"))
	name := rapid.OneOf(rapid.Map(rapid.SliceOfN(words, 0, 8), func(w []string) string { return strings.Join(w, " ") }), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		a, b := name.Draw(t, "a"), name.Draw(t, "b")
		s := Similar(a, b)
		if s != Similar(b, a) {
			t.Fatalf("Similar(%q, %q) = %d, the other way %d", a, b, s, Similar(b, a))
		}
		if s < 0 || s > 100 {
			t.Fatalf("Similar(%q, %q) = %d", a, b, s)
		}
		if grid.Fold(a) != "" && Similar(a, a) != 100 {
			t.Fatalf("Similar(%q, itself) = %d", a, Similar(a, a))
		}
		if s == 100 && grid.Fold(a) != grid.Fold(b) {
			t.Fatalf("Similar(%q, %q) = 100 but they fold differently", a, b)
		}
	})
}
