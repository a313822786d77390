package money

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestConvert(t *testing.T) {
	cases := []struct {
		name     string
		a        Amount
		from, to Currency
		num, den int64
		want     Amount
		ok       bool
	}{
		{"francs at 1 450.25 for a euro", 25_000_000, "RWF", EUR, 100, 145025, 17_238_41, true},
		{"and back", 17_238_41, EUR, "RWF", 145025, 100, 25_000_004, true},
		{"one part of three", 500, "RWF", EUR, 100, 145025, 34, true},
		{"the three together: a cent more than three parts", 1500, "RWF", EUR, 100, 145025, 1_03, true},
		{"half a cent, away from zero", 1, EUR, EUR, 1, 2, 1, true},
		{"half a cent below zero", -1, EUR, EUR, 1, 2, -1, true},
		{"to three decimals", 1_00, EUR, "TND", 34, 10, 3_400, true},
		{"the smallest amount at par", math.MinInt64, EUR, EUR, 1, 1, math.MinInt64, true},
		{"beyond 64 bits", math.MaxInt64, EUR, "TND", 1, 1, 0, false},
		{"a rate of nothing", 1, EUR, "RWF", 0, 1, 0, false},
		{"a rate below nothing", 1, EUR, "RWF", -1, 1, 0, false},
		{"a rate by nothing", 1, EUR, "RWF", 1, 0, 0, false},
	}
	for _, tc := range cases {
		if got, ok := tc.a.Convert(tc.from, tc.to, tc.num, tc.den); got != tc.want || ok != tc.ok {
			t.Errorf("%s: %d, %v, want %d, %v", tc.name, got, ok, tc.want, tc.ok)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, c := genAmount().Draw(t, "amount"), rapid.SampledFrom(currencies).Draw(t, "currency")
		n := rapid.Int64Range(1, math.MaxInt64).Draw(t, "rate")
		if got, ok := a.Convert(c, c, n, n); !ok || got != a {
			t.Fatalf("%d at par is %d, %v", a, got, ok)
		}
	})
}
