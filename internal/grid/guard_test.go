package grid

import "testing"

func TestInert(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"=1+1", "'=1+1"}, {"+33 1", "'+33 1"}, {"-a", "'-a"}, {"@SUM(A1)", "'@SUM(A1)"}, {" =1", "' =1"}, {"\t=1", "'\t=1"},
		{"\tA", "'\tA"}, {"\rA", "'\rA"}, {"\u200b=1", "'\u200b=1"}, {"\u00a0\u202f＝1", "'\u00a0\u202f＝1"}, {"＋1a", "'＋1a"}, {"－x", "'－x"}, {"＠x", "'＠x"},
		{"\ufeff\x01-x", "'\ufeff\x01-x"}, {"'a", "''a"}, {"''a", "'''a"},
		{"-12.5", "-12.5"}, {"+3", "+3"}, {"12", "12"}, {"-1,5", "-1,5"}, {"l'eau", "l'eau"}, {"a=1", "a=1"}, {"", ""}, {"  ", "  "},
	} {
		if got := Inert(tc.in); got != tc.want {
			t.Errorf("Inert(%q) = %q, want %q", tc.in, got, tc.want)
		}
		if got := Unguard(Inert(tc.in)); got != tc.in {
			t.Errorf("Unguard(Inert(%q)) = %q", tc.in, got)
		}
	}
	if got := Unguard("'quoted' text"); got != "'quoted' text" {
		t.Errorf("Unguard takes an apostrophe that Inert did not write: %q", got)
	}
}
