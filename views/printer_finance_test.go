package views

import (
	"testing"

	"jalon/internal/money"
)

// TestShareDown: what is reconciled is never told to be more than it is.
func TestShareDown(t *testing.T) {
	for bp, want := range map[money.BasisPoints]string{9_999: "99,9 %", 10_000: "100,0 %", 9_746: "97,4 %", 9_740: "97,4 %", 9: "0,0 %", 0: "0,0 %"} {
		if got := plain(For("fr").ShareDown(&bp)); got != want {
			t.Errorf("%d basis points: %q, want %q", bp, got, want)
		}
	}
	if got := For("fr").ShareDown(nil); got != Dash {
		t.Errorf("of nothing %q", got)
	}
}

func TestFileSize(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 octet", 1: "1 octet", 999: "999 octets", 1_000: "1,0 ko", 1_249: "1,2 ko", 1_250: "1,3 ko", 99_949: "99,9 ko", 99_950: "100 ko", 123_456: "123 ko", 1 << 30: "1 073 742 ko"} {
		if got := plain(For("fr").fileSize(bytes)); got != want {
			t.Errorf("%d bytes: %q, want %q", bytes, got, want)
		}
	}
	if got := plain(For("en").fileSize(2)); got != "2 bytes" {
		t.Errorf("in English %q", got)
	}
}

func TestWho(t *testing.T) {
	for name, want := range map[string]string{"Hélène Marchand": "Hélène Marchand", "cli:root": "root (ligne de commande)", "job:retention": "Jalon, de lui-même", "user:12": "Agent 12", "demo": "demo", "": ""} {
		if got := For("fr").Who(name); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}
