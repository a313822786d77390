package money

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// currencies of no, two and three decimals.
var currencies = []Currency{"RWF", EUR, "TND"}

func TestDecimal(t *testing.T) {
	cases := []struct {
		a    Amount
		c    Currency
		want string
	}{
		{-123450, EUR, "-1234.50"}, {5, EUR, "0.05"}, {-5, EUR, "-0.05"}, {0, EUR, "0.00"}, {100, EUR, "1.00"},
		{1234, "RWF", "1234"}, {-1, "RWF", "-1"}, {1, "TND", "0.001"}, {-12345, "TND", "-12.345"},
		{math.MinInt64, EUR, "-92233720368547758.08"}, {math.MaxInt64, "TND", "9223372036854775.807"}, {math.MinInt64, "RWF", "-9223372036854775808"},
	}
	for _, tc := range cases {
		if got := tc.a.Decimal(tc.c); got != tc.want {
			t.Errorf("%d of %s is %q, want %q", tc.a, tc.c, got, tc.want)
		}
		if back, err := Parse(tc.want, tc.c); err != nil || back != tc.a {
			t.Errorf("%q of %s is read as %d, %v, want %d", tc.want, tc.c, back, err, tc.a)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a, c := genAmount().Draw(t, "amount"), rapid.SampledFrom(currencies).Draw(t, "currency")
		if back, err := Parse(a.Decimal(c), c); err != nil || back != a {
			t.Fatalf("%d of %s is written %q and read as %d, %v", a, c, a.Decimal(c), back, err)
		}
	})
}

func TestParse(t *testing.T) {
	accepted := []struct {
		s    string
		c    Currency
		want Amount
	}{
		{"12", EUR, 1200}, {"12.3", EUR, 1230}, {"12.30", EUR, 1230}, {"12.300", EUR, 1230}, {"007", EUR, 700}, {"08", "RWF", 8},
		{"-0", EUR, 0}, {"12.00", "RWF", 12}, {"0.001", "TND", 1},
	}
	for _, tc := range accepted {
		if got, err := Parse(tc.s, tc.c); err != nil || got != tc.want {
			t.Errorf("Parse(%q, %s) = %d, %v, want %d", tc.s, tc.c, got, err, tc.want)
		}
	}
	for _, s := range []string{"", "-", ".", "-.", ".5", "5.", "+5", "--5", "5-", "1e9", "1E9", "0x10", "0b1", "1/3", "1_000", "1 000", "1,5",
		"٣", "１２", "Inf", "NaN", " 5", "5 ", "1.2.3", "12.345", "\x80", "92233720368547758.08", "-92233720368547758.09",
		"99999999999999999999999999999999999999999999"} {
		if got, err := Parse(s, EUR); err == nil || got != 0 {
			t.Errorf("Parse(%q) = %d, %v, want a refusal", s, got, err)
		}
	}
	if got, err := Parse("12.50", "RWF"); err == nil {
		t.Errorf("half a franc was read as %d", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1234.50", "-0.05", "1e9", "1/3", "٣", "", ".", "-9223372036854775808"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, c := range currencies {
			a, err := Parse(s, c)
			if err != nil {
				continue
			}
			if again, err := Parse(a.Decimal(c), c); err != nil || again != a {
				t.Errorf("%q of %s is %d, written %q, read again as %d, %v", s, c, a, a.Decimal(c), again, err)
			}
		}
	})
}

func TestFromRat(t *testing.T) {
	cases := []struct {
		num, den int64
		c        Currency
		want     Amount
		ok       bool
	}{
		{1, 3, EUR, 33, true}, {1, 200, EUR, 1, true}, {-1, 200, EUR, -1, true}, {1, 2, "RWF", 1, true}, {25611, 10, EUR, 256110, true},
		{math.MaxInt64, 1, EUR, 0, false},
	}
	for _, tc := range cases {
		if got, ok := FromRat(big.NewRat(tc.num, tc.den), tc.c); got != tc.want || ok != tc.ok {
			t.Errorf("%d/%d %s is %d, %v, want %d, %v", tc.num, tc.den, tc.c, got, ok, tc.want, tc.ok)
		}
	}
}

func TestCurrency(t *testing.T) {
	for c, exponent := range map[Currency]int{"EUR": 2, "USD": 2, "RWF": 0, "JPY": 0, "XPF": 0, "TND": 3} {
		if !c.Valid() || c.Exponent() != exponent {
			t.Errorf("%s: valid %v, %d decimals, want %d", c, c.Valid(), c.Exponent(), exponent)
		}
	}
	for _, c := range []Currency{"", "eur", "EU", "EURO", " EU", "D A", "XXX", "ZZZ"} {
		if c.Valid() {
			t.Errorf("%q passes for a currency", c)
		}
	}
	if EUR.Unit() != 100 || Currency("RWF").Unit() != 1 || Currency("TND").Unit() != 1000 {
		t.Error("a major unit is 100 cents, 1 franc, 1 000 millimes")
	}
}
