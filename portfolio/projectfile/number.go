package projectfile

import (
	"math/big"
	"strings"
	"unicode"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// plainNumber reads a number as people write it, by the declared decimal mark. code is "" or the
// finding that says why there is none. Groups of three may be parted by spaces of any kind, or by
// the other mark where that leaves no doubt.
func plainNumber(s, decimal string) (r *big.Rat, code string) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u2212':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.TrimSpace(s))
	sign, digits := "", s
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "+") {
		sign, digits = s[:1], strings.TrimSpace(s[1:])
	}
	if digits == "" || len(digits) > 60 || strings.Trim(digits, "0123456789., ") != "" {
		return nil, NumberUnreadable
	}
	whole, fraction, code := splitDecimal(digits, decimal)
	if code != "" {
		return nil, code
	}
	whole, ok := ungroup(whole)
	if !ok || strings.Trim(fraction, "0123456789") != "" {
		return nil, NumberUnreadable
	}
	text := sign + whole
	if fraction != "" {
		text += "." + fraction
	}
	r, ok = new(big.Rat).SetString(text)
	if !ok {
		return nil, NumberUnreadable
	}
	return r, ""
}

// splitDecimal finds the decimal mark. With a declared mark, the other one alone ("1.234" under a
// decimal comma) is ambiguous: it may part thousands, or come from a machine.
func splitDecimal(s, decimal string) (whole, fraction, code string) {
	commas, points := strings.Count(s, ","), strings.Count(s, ".")
	mark, other, marks, others := ".", ",", points, commas
	switch {
	case decimal == DecimalComma, decimal == DecimalEither && points == 0,
		decimal == DecimalEither && strings.LastIndex(s, ",") > strings.LastIndex(s, "."):
		mark, other, marks, others = ",", ".", commas, points
	}
	switch {
	case marks > 1 && others == 0 && decimal == DecimalEither:
		return s, "", "" // 1,234,567: nothing but thousands
	case marks > 1:
		return "", "", NumberUnreadable
	case marks == 0 && others == 1:
		return "", "", NumberAmbiguous
	case marks == 0:
		return s, "", ""
	}
	whole, fraction, _ = strings.Cut(s, mark)
	if fraction == "" || strings.Contains(fraction, other) || whole == "" {
		return "", "", NumberUnreadable
	}
	return whole, fraction, ""
}

// ungroup drops the marks between groups of three digits, all of one kind.
func ungroup(s string) (string, bool) {
	i := strings.IndexAny(s, " .,")
	if i < 0 {
		return s, s != ""
	}
	groups := strings.Split(s, s[i:i+1])
	for n, g := range groups {
		if strings.Trim(g, "0123456789") != "" || n > 0 && len(g) != 3 || n == 0 && (g == "" || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

var unitWords = map[string]int64{"k": 1000, "millier": 1000, "milliers": 1000, "thousand": 1000,
	"m": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "millions": 1_000_000,
	"md": 1_000_000_000, "mds": 1_000_000_000, "milliard": 1_000_000_000, "milliards": 1_000_000_000, "bn": 1_000_000_000}

var currencySigns = []struct{ sign, currency string }{
	{"d'euros", "EUR"}, {"d’euros", "EUR"}, {"euros", "EUR"}, {"euro", "EUR"}, {"€", "EUR"}, {"us$", "USD"}, {"£", "GBP"}, {"$", "$"}, {"¤", ""},
}

// affix splits "52 M€" or "$1,200" into the number and what its unit and currency say. unit is 0
// when the cell names none; currency is "" when it names none, "$" for any dollar.
func affix(s string, own money.Currency) (number string, unit int64, currency string, ok bool) {
	if len(s) > maxFigure {
		return "", 0, "", false
	}
	isNumber := func(r rune) bool { return r >= '0' && r <= '9' }
	first, last := strings.IndexFunc(s, isNumber), strings.LastIndexFunc(s, isNumber)
	if first < 0 {
		return s, 0, "", true
	}
	before, after := s[:first], s[last+1:]
	sign := ""
	for _, mark := range []string{"-", "\u2212", "+"} {
		if strings.Contains(before, mark) {
			before = strings.Replace(before, mark, "", 1)
			sign = mark
			break
		}
	}
	number = sign + s[first:last+1]
	word := strings.ToLower(strings.Join(strings.Fields(before+" "+after), ""))
	for _, c := range currencySigns {
		if strings.Contains(word, c.sign) {
			word = strings.Replace(word, c.sign, "", 1)
			if currency = c.currency; currency == "" {
				currency = string(own)
			}
			break
		}
	}
	if currency == "" && len(word) >= 3 {
		if code := money.Currency(strings.ToUpper(word[len(word)-3:])); code.Valid() {
			currency, word = string(code), word[:len(word)-3]
		}
	}
	unit, known := unitWords[word]
	return number, unit, currency, known || word == ""
}

// amountIn reads an amount of money: in a column of the profile's unit, or in the unit that the
// cell itself names. It may be negative. code is "" or a finding; CostRounded comes with an amount.
func (pl *plan) amountIn(c grid.Cell) (a money.Amount, code string, args []any) {
	unit := pl.unit
	var r *big.Rat
	if c.Number {
		r, _ = grid.MachineNumber(c.Text)
	} else {
		number, named, currency, ok := affix(c.Text, pl.currency)
		if !ok {
			return 0, NumberUnreadable, nil
		}
		if r, code = plainNumber(number, pl.profile.Decimal); code != "" {
			return 0, code, nil
		}
		if currency != "" && currency != string(pl.currency) && !(currency == "$" && dollar(pl.currency)) {
			return 0, CurrencyOther, []any{currency, string(pl.currency)}
		}
		switch {
		case named > 0:
			unit = named
		case currency != "" && unit != 1:
			return 0, CostUnitUnclear, nil
		}
	}
	if r == nil {
		return 0, NumberUnreadable, nil
	}
	if unit == 1 && !c.Number && pl.profile.Decimal == DecimalEither && finer(r, pl.currency) {
		return 0, NumberAmbiguous, nil // 1,234 is no amount of euros and cents
	}
	r.Mul(r, new(big.Rat).SetInt64(unit))
	a, fits := money.FromRat(r, pl.currency)
	if !fits {
		return 0, CostOverflow, nil
	}
	if unit == 1 && !c.Number && finer(r, pl.currency) {
		return a, CostRounded, nil
	}
	return a, "", nil
}

// finer tells that an amount has more decimals than its currency.
func finer(major *big.Rat, c money.Currency) bool {
	return !new(big.Rat).Mul(major, new(big.Rat).SetInt64(int64(c.Unit()))).IsInt()
}

func dollar(c money.Currency) bool {
	switch c {
	case "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "JMD", "BBD", "BSD", "BZD", "TTD", "FJD", "XCD", "LRD", "NAD", "GYD", "SRD":
		return true
	}
	return false
}
