package chart

import (
	"jalon/internal/civil"
	"jalon/internal/money"
)

// Texts writes words and figures in the reader's language; views.Printer is one.
type Texts interface {
	T(key string, args ...any) string
	N(key string, n int, args ...any) string
	Int(n int64) string
	Date(d civil.Date) string
	Period(code string) string
	ShortMonth(m int) string
	Percent(bp any) string
	SignedDays(n int) string
	MoneyShort(amount any, c money.Currency) string
}

// Letter is the letter of a weather colour, which stands wherever the colour does.
func Letter(x Texts, colour string) string {
	switch Weather(colour) {
	case Green:
		return x.T("colour.letter.green")
	case Amber:
		return x.T("colour.letter.amber")
	case Red:
		return x.T("colour.letter.red")
	}
	return x.T("colour.letter.grey")
}

// ColourName is the word for a weather colour.
func ColourName(x Texts, colour string) string {
	switch Weather(colour) {
	case Green:
		return x.T("colour.green")
	case Amber:
		return x.T("colour.amber")
	case Red:
		return x.T("colour.red")
	}
	return x.T("colour.grey")
}
