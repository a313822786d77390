package grid

import (
	"strings"
	"testing"

	"jalon/internal/fault"
)

// TestDecodeProfile says where a profile is broken: people write them by hand.
func TestDecodeProfile(t *testing.T) {
	for _, tc := range []struct {
		name, text, key string
		line            int // 0: none is told
	}{
		{"sound", "{\"name\": \"a\",\n\"columns\": {\"x\": 1}}", "", 0},
		{"a byte order mark", "\xef\xbb\xbf{}", "", 0},
		{"no object", "Exercice;Montant", "grid.profile_syntax", 1},
		{"nothing", "", "grid.profile_syntax", 1},
		{"a lost comma", "{\n\"name\": \"a\"\n\"columns\": {}}", "grid.profile_syntax", 3},
		{"cut off", "{\n\"name\":", "grid.profile_syntax", 2},
		{"text behind", "{\n}\n{}", "grid.profile_syntax", 3},
		{"another kind", "{\n\"name\": 1}", "grid.profile_type", 2},
		{"another kind below", "{\n\n\"columns\": {\"x\": \"y\"}}", "grid.profile_type", 3},
		{"an unknown setting", "{\"colour\": 1}", "grid.profile_unknown", 0},
		{"too large", strings.Repeat(" ", MaxProfileBytes+1), "grid.too_large_profile", 0},
	} {
		var p struct {
			Name    string         `json:"name"`
			Columns map[string]int `json:"columns"`
		}
		err := DecodeProfile([]byte(tc.text), &p)
		if tc.key == "" {
			if err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		f := fault.As(err)
		if f == nil || f.Key != tc.key {
			t.Errorf("%s: %v, want %s", tc.name, err, tc.key)
			continue
		}
		if tc.line != 0 && f.Args[len(f.Args)-1] != tc.line {
			t.Errorf("%s: %v, want line %d", tc.name, f.Args, tc.line)
		}
	}
}
