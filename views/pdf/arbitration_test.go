package pdf

import (
	"bytes"
	"testing"

	"jalon/governance"
	reports "jalon/internal/sample"
)

// chosen is the sample pack with a choice among scenarios.
func chosen(locale string, options, n int) *governance.Snapshot {
	s := budgeted(locale, 12)
	s.Arbitration = reports.Arbitration(options, n)
	return s
}

// arbitrationEdges are choices at the limits.
func arbitrationEdges() map[string]*governance.Snapshot {
	bare := chosen("fr", 2, 0)
	odd := chosen("fr", 6, 24)
	reports.Poison(odd.Arbitration)
	return map[string]*governance.Snapshot{"choice": chosen("fr", 3, 24), "choice in English": chosen("en", 4, 24), "choice of one": chosen("fr", 1, 24), "choice of nothing": bare, "huge choice": chosen("fr", 6, 300), "odd names of a choice": odd}
}

// TestArbitrationPages are typeset whatever is chosen among, the same bytes each time; a pack without a choice is as it was.
func TestArbitrationPages(t *testing.T) {
	for name, s := range arbitrationEdges() {
		first := render(t, s)
		if again := render(t, s); !bytes.Equal(first, again) {
			t.Errorf("%s: other bytes the second time", name)
		}
	}
	with := chosen("fr", 2, 12)
	without := *with
	without.Arbitration = nil
	if bytes.Equal(render(t, with), render(t, &without)) {
		t.Error("the choice does not show")
	}
}
