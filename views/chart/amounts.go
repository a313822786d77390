package chart

import (
	"regexp"

	"jalon/internal/money"
)

// farthest is where an axis of amounts ends: beyond lies overflow, and nothing that anyone could read.
const farthest = money.Amount(4e18)

// amountTicks gives round amounts, 1, 2 or 5 of a power of ten of major units apart, that cover [low, high] with at most
// limit+1 ticks, 0 among them when it lies within.
func amountTicks(low, high money.Amount, c money.Currency, limit int) []money.Amount {
	low, high = min(max(low, -farthest), farthest), min(max(high, -farthest), farthest)
	if high < low {
		low, high = high, low
	}
	if high == low {
		high = low + c.Unit()
	}
	step := amountStep(int64(low), int64(high), int64(c.Unit()), limit)
	var ticks []money.Amount
	for v := floorTo(int64(low), step); ; v += step {
		ticks = append(ticks, money.Amount(v))
		if v >= int64(high) {
			return ticks
		}
	}
}

func amountStep(low, high, unit int64, limit int) int64 {
	for decade := unit; ; decade *= 10 {
		for _, m := range []int64{1, 2, 5} {
			step := decade * m
			if (float64(ceilTo(high, step))-float64(floorTo(low, step)))/float64(step) <= float64(limit) || step >= int64(farthest) {
				return step
			}
		}
	}
}

var (
	wholeDecimals = regexp.MustCompile(`[.,]0+(\D|$)`)
	roundDecimals = regexp.MustCompile(`([.,]\d*[1-9])0+(\D|$)`)
)

// amountLabel writes a round amount without decimals that say nothing: "1,5 M€", not "1,50 M€".
func amountLabel(x Texts, a money.Amount, c money.Currency) string {
	text := x.MoneyShort(a, c)
	major := int64(a.Abs()) / int64(c.Unit())
	switch {
	case major >= 1_000_000:
		major /= 1_000_000
	case major >= 1000:
		major /= 1000
	}
	if major >= 100 { // no decimals, and the separator of thousands may look like one
		return text
	}
	return roundDecimals.ReplaceAllString(wholeDecimals.ReplaceAllString(text, "$1"), "$1$2")
}

// signedAmount writes a change of an amount with its sign.
func signedAmount(x Texts, a money.Amount, c money.Currency) string {
	if a > 0 {
		return "+" + x.MoneyShort(a, c)
	}
	return x.MoneyShort(a, c)
}

// amountScale maps amounts onto coordinates.
func amountScale(low, high money.Amount, a, b float64) scale {
	return scale{float64(low), float64(high), a, b}
}
