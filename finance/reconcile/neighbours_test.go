package reconcile

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestDistance1(t *testing.T) {
	tests := []struct {
		a, b string
		want bool
	}{
		{"", "", false}, {"a", "", true}, {"a", "a", false}, {"a", "b", true}, {"ab", "ba", true}, {"abc", "bca", false},
		{"1234567890", "1234567809", true}, {"1234567890", "1234567890", false}, {"1234567890", "123456789", true}, {"1234567890", "12345678900", true},
		{"1234567890", "2234567891", false}, {"NUM035", "NUM0355", true}, {"NUM035", "NUM03", true}, {"aab", "aaab", true}, {"abab", "baba", false},
		{"abcd", "acbd", true}, {"abcd", "adcb", false}, {"ab", "abcd", false}, {"é1", "e1", true}, {"aa", "aaa", true}, {"aba", "baa", true},
	}
	for _, tc := range tests {
		if got := Distance1(tc.a, tc.b); got != tc.want || Distance1(tc.b, tc.a) != tc.want {
			t.Errorf("%q and %q are one slip apart: %t, the other way %t, want %t", tc.a, tc.b, got, Distance1(tc.b, tc.a), tc.want)
		}
	}
}

// distance is the textbook's edit distance with exchanges of neighbours.
func distance(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range b {
		d[0][j+1] = j + 1
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

func TestNeighboursAgainstTheTextbook(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 10))
	word := func() string {
		b := make([]byte, shortestCode-1+r.IntN(4))
		for i := range b {
			b[i] = "ab1"[r.IntN(3)]
		}
		return string(b)
	}
	found := 0
	for range 200 {
		known := make([]string, r.IntN(60))
		for i := range known {
			known[i] = word()
		}
		n := NewNeighbours(slices.Values(known))
		for range 20 {
			asked := word()
			var want []string
			for _, k := range known {
				if len(k) >= shortestCode && len(asked) >= shortestCode && distance(asked, k) == 1 {
					want = append(want, k)
				}
				if got := Distance1(asked, k); got != (distance(asked, k) == 1) {
					t.Fatalf("%q and %q: %t, their distance is %d", asked, k, got, distance(asked, k))
				}
			}
			slices.Sort(want)
			want = slices.Compact(want)
			if got := n.Find(asked); !slices.Equal(got, want) {
				t.Fatalf("%q among %q: %q, want %q", asked, known, got, want)
			}
			found += len(want)
		}
	}
	if found < 1000 {
		t.Errorf("only %d neighbours: the property holds of little", found)
	}
}

func TestNeighboursOfOddCodes(t *testing.T) {
	n := NewNeighbours(slices.Values([]string{"", "abc", "abcd", "é123", "abcd", "\xff123"}))
	tests := []struct {
		code string
		want []string
	}{
		{"", nil}, {"abd", nil}, {"abce", []string{"abcd"}}, {"e123", []string{"\xff123", "é123"}}, {"abcd", nil},
	}
	for _, tc := range tests {
		got := n.Find(tc.code)
		slices.Sort(tc.want)
		if !slices.Equal(got, tc.want) {
			t.Errorf("%q: %q, want %q", tc.code, got, tc.want)
		}
	}
}
