package fault

import "testing"

func TestBlank(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, " \t\n": true, "\u00a0\u202f\u3000": true, "\u200b": true, "\ufeff\u00ad\u2060": true, "\u200d\u200c\u200e": true, "\u034f\u3164\uffa0": true,
		"\ufe0f": true, "\u2800": true, "\x00": true, "\U000e0041": true,
		"a": false, "\u200ba": false, ".": false, "٣": false, "\u0600": false, "é": false, "\ufffd": false, "👩\u200d💻": false,
	} {
		if got := Blank(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// TestNumbersOfRowsAreNames: what was not found is named as it was asked for, without the marks between thousands that a count has.
func TestNumbersOfRowsAreNames(t *testing.T) {
	for _, err := range []*Error{NotFound("posting", int64(1483)), Stale("posting", 1483), Stale("project", "1483")} {
		if err.Args[0] != "1483" {
			t.Errorf("%s names %#v", err.Key, err.Args[0])
		}
	}
}
