package ledgerfile

import "testing"

func TestZZ2(t *testing.T) {
	for _, n := range BuiltInNames() {
		p, _ := BuiltIn(n)
		t.Log(n, p.Validate())
	}
}
