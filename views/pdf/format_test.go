package pdf

import "testing"

func TestLowerFirst(t *testing.T) {
	for in, want := range map[string]string{"Projets entrés": "projets entrés", "Écarts": "écarts", "RGPD": "RGPD", "": "", "A": "a"} {
		if got := lowerFirst(in); got != want {
			t.Errorf("lowerFirst(%q) = %q, want %q", in, got, want)
		}
	}
}
