package sheet

import (
	"strconv"
	"strings"
	"unicode/utf16"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// kind says how a cell is stored and shown.
type kind int

const (
	empty kind = iota
	text
	integer
	amount
	share
	day
)

// A Cell holds one value. The zero Cell is empty.
type Cell struct {
	kind     kind
	text     string
	number   int64
	currency money.Currency
}

// Text is a text, never anything else. "" is an empty cell. Characters that the format has no room for are left out, broken
// UTF-8 becomes U+FFFD, and a text beyond 32,767 UTF-16 units, the most that a cell holds, ends in an ellipsis.
func Text(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{kind: text, text: s}
}

// Int is a whole number without separators, so that a year reads as one.
func Int(n int64) Cell { return Cell{kind: integer, number: n} }

// Amount is an amount in minor units of the currency, shown with the currency's decimals and without its name, which
// belongs into the header. Spreadsheets keep fifteen digits of a number: a longer amount is written as a text, so that
// it is not rounded behind its reader's back.
func Amount(a money.Amount, c money.Currency) Cell {
	return Cell{kind: amount, number: int64(a), currency: c}
}

// Percent is a share in basis points: 9740 is 97.40 %.
func Percent(bp money.BasisPoints) Cell { return Cell{kind: share, number: int64(bp)} }

// Date is a day; no date is an empty cell. A day that the calendar of spreadsheets lacks, before 1 March 1900, is a text
// like 1899-12-31.
func Date(d civil.Date) Cell {
	switch {
	case d.IsZero():
		return Cell{}
	case d.Before(firstDay):
		return Text(d.String())
	}
	return Cell{kind: day, number: int64(serialZero.DaysUntil(d))}
}

var (
	// serialZero is the day that counts 0. The format takes 1900 for a leap year, so the days before March 1900 are off
	// by one there.
	serialZero = civil.D(1899, 12, 30)
	firstDay   = civil.D(1900, 3, 1)
)

// exactDigits is how many decimal digits a spreadsheet's number keeps.
const exactDigits = 15

// value gives what excelize stores, and nil for an empty cell. A number of at most fifteen significant digits survives as
// a float: the shortest text that reads back as that float, which is what is written, is the number itself.
func (c Cell) value() (any, kind) {
	switch c.kind {
	case empty:
		return nil, empty
	case integer:
		return c.exact(strconv.FormatInt(c.number, 10))
	case amount:
		return c.exact(money.Amount(c.number).Decimal(c.currency))
	case share:
		return c.exact(shareDecimal(c.number))
	case day:
		return c.number, day
	}
	return storable(c.text), text
}

// exact gives a decimal as a number, or as a text when it has more digits than a spreadsheet keeps.
func (c Cell) exact(decimal string) (any, kind) {
	f, err := strconv.ParseFloat(decimal, 64)
	if err != nil || len(strings.TrimLeft(signs.Replace(decimal), "0")) > exactDigits {
		return decimal, text
	}
	return f, c.kind
}

// signs takes from a decimal what is no digit.
var signs = strings.NewReplacer("-", "", ".", "")

// shareDecimal writes basis points as the fraction of one that a percentage is stored as: 9740 as "0.9740".
func shareDecimal(bp int64) string {
	sign, digits := "", strconv.FormatInt(bp, 10)
	if bp < 0 {
		sign, digits = "-", digits[1:]
	}
	if len(digits) <= 4 {
		digits = strings.Repeat("0", 5-len(digits)) + digits
	}
	return sign + digits[:len(digits)-4] + "." + digits[len(digits)-4:]
}

// longestText is the most UTF-16 units that a cell holds. More would be cut without a sign.
const longestText = 32767

// storable makes a text one that the format can hold.
func storable(s string) string {
	s = strings.Map(func(r rune) rune {
		if (r < 0x20 && r != '\n' && r != '\t' && r != '\r') || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return cut(s, longestText)
}

// cut shortens a text to so many UTF-16 units, the last of which is then an ellipsis.
func cut(s string, most int) string {
	if len(s) <= most || units(s) <= most { // a unit is at least one byte
		return s
	}
	used := 0
	for i, r := range s {
		if used += utf16.RuneLen(r); used >= most {
			return s[:i] + "…"
		}
	}
	return s
}

// units counts the UTF-16 units of a text.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
