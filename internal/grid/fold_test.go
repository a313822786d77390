package grid

import (
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Œuvres – Été n° 2": "oeuvreseten2", "STRASSE ß ẞ": "strassessss", "ŁÓDŹ": "lodz", "OP@LE": "ople", "ﬁche": "fiche", "Ⅳ": "iv",
		"  ": "", "🚀": "", "İstanbul": "istanbul", "PROJAE – AXONE": "projaeaxone", "日本": "日本", "e\u0301": "e", "\xff": "", "Ǆ": "dz",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

// Every letter by itself, and between others, folds to something that folds to itself.
func TestFoldEveryRune(t *testing.T) {
	for r := rune(1); r <= unicode.MaxRune; r++ {
		f := Fold("a" + string(r) + "b")
		if again := Fold(f); again != f {
			t.Errorf("%U: Fold is not idempotent: %q → %q", r, f, again)
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		f := Fold(s)
		if again := Fold(f); again != f {
			t.Fatalf("Fold is not idempotent: %q → %q → %q", s, f, again)
		}
		for _, r := range f {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				t.Fatalf("Fold(%q) = %q holds %q", s, f, r)
			}
		}
	})
}
