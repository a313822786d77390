package chart

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"jalon/internal/money"
)

func TestAmountTicks(t *testing.T) {
	for _, tc := range []struct {
		name      string
		low, high money.Amount
		currency  money.Currency
		want      []money.Amount
	}{
		{"euros", 0, 240_000_000, "EUR", []money.Amount{0, 50_000_000, 100_000_000, 150_000_000, 200_000_000, 250_000_000}},
		{"both sides of zero", -12_500, 30_000, "EUR", []money.Amount{-20_000, -10_000, 0, 10_000, 20_000, 30_000}},
		{"below zero", -30_000, -12_500, "EUR", []money.Amount{-30_000, -25_000, -20_000, -15_000, -10_000}},
		{"nothing", 0, 0, "EUR", []money.Amount{0, 100}},
		{"a cent", 0, 1, "EUR", []money.Amount{0, 100}},
		{"a franc", 0, 1, "RWF", []money.Amount{0, 1}},
		{"wrong way round", 500, 0, "EUR", []money.Amount{0, 100, 200, 300, 400, 500}},
	} {
		if got := amountTicks(tc.low, tc.high, tc.currency, 6); !slices.Equal(got, tc.want) {
			t.Errorf("%s: amountTicks(%d, %d) = %v, want %v", tc.name, tc.low, tc.high, got, tc.want)
		}
	}
}

func TestAmountTicksCoverTheirRange(t *testing.T) {
	lot := rand.New(rand.NewPCG(3, 3))
	for range 5000 {
		low, high, limit := money.Amount(lot.Uint64())>>lot.IntN(63), money.Amount(lot.Uint64())>>lot.IntN(63), 3+lot.IntN(8)
		currency := []money.Currency{"EUR", "RWF", "TND"}[lot.IntN(3)]
		ticks := amountTicks(low, high, currency, limit)
		low, high = min(low, high), max(low, high)
		step := ticks[1] - ticks[0]
		digits := strings.TrimRight(fmt.Sprint(int64(step)), "0")
		switch {
		case len(ticks) > limit+1, step < currency.Unit(), digits != "1" && digits != "2" && digits != "5":
			t.Fatalf("amountTicks(%d, %d, %s, %d) = %v", low, high, currency, limit, ticks)
		case ticks[0] > max(low, -farthest), ticks[len(ticks)-1] < min(high, farthest):
			t.Fatalf("amountTicks(%d, %d, %s, %d) = %v does not cover", low, high, currency, limit, ticks)
		case low <= 0 && high >= 0 && !slices.Contains(ticks, 0):
			t.Fatalf("amountTicks(%d, %d, %s, %d) = %v leaves out 0", low, high, currency, limit, ticks)
		}
		for i := 1; i < len(ticks); i++ {
			if ticks[i]-ticks[i-1] != step {
				t.Fatalf("amountTicks(%d, %d, %s, %d) = %v are not evenly spaced", low, high, currency, limit, ticks)
			}
		}
	}
	amountTicks(math.MinInt64, math.MaxInt64, "EUR", 6)
}

func TestWrap(t *testing.T) {
	em := 10.0
	one := textWidth("mmmm mmmm", em, false)*fontTolerance + 0.1
	for _, tc := range []struct {
		name, in string
		lines    int
		want     string
	}{
		{"fits", "mmmm", 2, "mmmm"},
		{"nothing", "", 2, ""},
		{"two lines", "mmmm mmmm mmmm", 2, "mmmm mmmm|mmmm"},
		{"more than there is room for", "mmmm mmmm mmmm mmmm mmmm", 2, "mmmm mmmm|mmmm mm…"},
		{"one line only", "mmmm mmmm mmmm", 1, "mmmm mm…"},
		{"a word that is too long", "mmmmmmmmmmmmmmmm mm", 2, "mmmmmmm…|mm"},
		{"a no-break space holds", "mmmm mm\u00a0mmmm", 2, "mmmm|mm\u00a0mmmm"},
	} {
		if got := strings.Join(wrap(tc.in, one, em, false, tc.lines), "|"); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
	lot := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		text, width, lines := drawnLabel(lot), 20+lot.Float64()*300, 1+lot.IntN(4)
		got := wrap(text, width, em, true, lines)
		for _, line := range got {
			if textWidth(line, em, true)*fontTolerance > width || !utf8.ValidString(line) && utf8.ValidString(text) {
				t.Fatalf("wrap(%q, %v) has the line %q", text, width, line)
			}
		}
		if len(got) > lines {
			t.Fatalf("wrap(%q, %v, %d) has %d lines", text, width, lines, len(got))
		}
	}
}
