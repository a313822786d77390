package ledgerfile

import (
	"math"
	"math/big"
	"strings"
	"unicode"

	"jalon/internal/grid"
	"jalon/internal/money"
)

// notation is how a file writes amounts.
type notation struct {
	currency    money.Currency
	exponent    int
	decimal     byte   // declared mark; 0: none
	groups      string // declared marks between thousands
	trailing    bool
	parentheses bool
}

func newNotation(p Profile, c money.Currency) notation {
	n := notation{currency: c, exponent: c.Exponent(), groups: strings.Join(p.Groups, ""), trailing: p.Sign.Trailing, parentheses: p.Sign.Parentheses}
	switch p.Decimal {
	case DecimalComma:
		n.decimal = ','
	case DecimalPoint:
		n.decimal = '.'
	}
	return n
}

// problem says why a text is no amount.
type problem byte

const (
	fine          problem = iota
	unreadable            // no number
	tooFine               // more decimals than the currency has
	tooBig                // beyond 64 bits
	ambiguous             // thousands or decimals? refuses the file
	contradictory         // a mark that the profile does not know: refuses the file
)

// finding gives the code of the problems that cost one line.
func (p problem) finding() string {
	switch p {
	case tooFine:
		return AmountFine
	case tooBig:
		return AmountOverflow
	}
	return AmountUnread
}

// amount reads an amount of money. Nothing is guessed: "1,234" without a declared mark is ambiguous,
// "12,345" with a decimal comma has more decimals than the euro, "1.234" with a decimal comma and no
// declared mark for thousands is contradictory.
func (n *notation) amount(s string) (money.Amount, problem) {
	if a, ok := n.quick(s); ok {
		return a, fine
	}
	negative, body, ok := n.sign(n.bare(s))
	if !ok {
		return 0, unreadable
	}
	body, spaced, ok := joinBlanks(body)
	if !ok {
		return 0, unreadable
	}
	whole, fraction, p := n.cut(body, spaced)
	if p != fine {
		return 0, p
	}
	return n.minor(whole, fraction, negative)
}

// quick reads what nearly every cell holds: digits, at most one mark, and decimals as the currency has
// them. It leaves the rest to the careful way.
func (n *notation) quick(s string) (money.Amount, bool) {
	negative := len(s) > 0 && s[0] == '-'
	if negative {
		s = s[1:]
	}
	if len(s) == 0 || len(s) > 17 {
		return 0, false
	}
	var v money.Amount
	mark, digits := -1, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			v = v*10 + money.Amount(c-'0')
			digits++
		case (c == ',' || c == '.') && mark < 0 && (n.decimal == 0 || n.decimal == c):
			mark = i
		default:
			return 0, false
		}
	}
	decimals := 0
	if mark >= 0 {
		decimals = len(s) - mark - 1
		if mark == 0 || decimals == 0 || decimals > n.exponent || decimals == 3 {
			return 0, false
		}
	}
	if digits == 0 || digits+n.exponent > 18 {
		return 0, false
	}
	for range n.exponent - decimals {
		v *= 10
	}
	if negative {
		v = -v
	}
	return v, true
}

// bare takes away the sign or code of the file's own currency.
func (n *notation) bare(s string) string {
	for _, unit := range []string{string(n.currency), currencySigns[n.currency]} {
		if unit == "" {
			continue
		}
		if rest, ok := strings.CutSuffix(s, unit); ok {
			return strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutPrefix(s, unit); ok {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

var currencySigns = map[money.Currency]string{"EUR": "€", "GBP": "£", "USD": "$", "JPY": "¥", "CHF": "Fr."}

// sign takes the sign away; false where there are two.
func (n *notation) sign(s string) (negative bool, body string, ok bool) {
	signs := 0
	for _, minus := range []string{"-", "\u2212"} {
		if rest, found := strings.CutPrefix(s, minus); found {
			s, negative, signs = rest, true, signs+1
		} else if rest, found := strings.CutSuffix(s, minus); found && n.trailing {
			s, negative, signs = rest, true, signs+1
		}
	}
	if rest, found := strings.CutPrefix(s, "+"); found {
		s, signs = rest, signs+1
	}
	if n.parentheses && strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && len(s) > 2 {
		s, negative, signs = s[1:len(s)-1], true, signs+1
	}
	return negative, n.bare(strings.TrimSpace(s)), signs <= 1
}

// joinBlanks takes blanks of any kind, and apostrophes, from between groups of three digits. spaced
// tells that there were any: a mark behind them can only be the decimal one.
func joinBlanks(s string) (joined string, spaced, ok bool) {
	if s == "" || len(s) > 60 {
		return "", false, false
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\'' || r == '’' })
	joined = strings.Join(parts, "")
	if strings.Trim(joined, "0123456789,.") != "" || strings.Trim(joined, ",.") == "" {
		return "", false, false
	}
	for i, part := range parts[:len(parts)-1] {
		if len(part) > 3 || i > 0 && len(part) != 3 || strings.ContainsAny(part, ",.") {
			return "", false, false
		}
	}
	if last := parts[len(parts)-1]; len(parts) > 1 && (len(last) < 3 || strings.IndexAny(last+".", ",.") != 3) {
		return "", false, false
	}
	return joined, len(parts) > 1, true
}

// cut parts a number of digits, commas and points at its decimal mark.
func (n *notation) cut(s string, spaced bool) (whole, fraction string, p problem) {
	commas, points := strings.Count(s, ","), strings.Count(s, ".")
	mark, p := n.mark(s, commas, points, spaced)
	if p != fine {
		return "", "", p
	}
	whole = s
	if mark != 0 {
		i := strings.LastIndexByte(s, mark)
		whole, fraction = s[:i], s[i+1:]
		if fraction == "" {
			return "", "", unreadable
		}
	}
	whole, ok := ungroup(whole)
	if !ok || strings.ContainsAny(fraction, ",.") || spaced && strings.ContainsAny(s[:len(s)-len(fraction)], ",.") && mark == 0 {
		return "", "", unreadable
	}
	return whole, fraction, fine
}

// mark tells which mark is the decimal one, 0 for none.
func (n *notation) mark(s string, commas, points int, spaced bool) (byte, problem) {
	switch {
	case commas+points == 0:
		return 0, fine
	case n.decimal != 0:
		marks, others, other := commas, points, "."
		if n.decimal == '.' {
			marks, others, other = points, commas, ","
		}
		switch {
		case others > 0 && !strings.Contains(n.groups, other), marks > 1:
			return 0, contradictory
		case marks == 1:
			return n.decimal, fine
		}
		return 0, fine
	case commas > 0 && points > 0:
		last := s[strings.LastIndexAny(s, ",.")]
		if strings.Count(s, string(last)) > 1 {
			return 0, unreadable
		}
		return last, fine
	case commas+points > 1:
		return 0, fine // 1,234,567: nothing but thousands
	}
	i := strings.IndexAny(s, ",.")
	if !spaced && len(s)-i-1 == 3 && i >= 1 && i <= 3 && s[0] != '0' {
		return 0, ambiguous
	}
	return s[i], fine
}

// ungroup drops the marks between groups of three digits, all of one kind.
func ungroup(s string) (string, bool) {
	i := strings.IndexAny(s, ".,")
	if i < 0 {
		return s, true
	}
	groups := strings.Split(s, s[i:i+1])
	for k, g := range groups {
		if strings.ContainsAny(g, ".,") || k > 0 && len(g) != 3 || k == 0 && (g == "" || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// minor puts digits together to minor units. Zeros behind the currency's own decimals say nothing, and
// are taken unless there are three decimals, which look like thousands.
func (n *notation) minor(whole, fraction string, negative bool) (money.Amount, problem) {
	if len(fraction) > n.exponent {
		if strings.Trim(fraction[n.exponent:], "0") != "" || len(fraction) == 3 {
			return 0, tooFine
		}
		fraction = fraction[:n.exponent]
	}
	digits := whole + fraction + strings.Repeat("0", n.exponent-len(fraction))
	var v money.Amount
	for _, d := range []byte(digits) {
		digit := money.Amount(d - '0')
		if v > (math.MaxInt64-digit)/10 {
			return 0, tooBig
		}
		v = v*10 + digit
	}
	if negative {
		v = -v
	}
	return v, fine
}

// machine reads a number of a spreadsheet.
func (n *notation) machine(s string) (money.Amount, problem) {
	r, ok := grid.MachineNumber(s)
	if !ok {
		return 0, unreadable
	}
	a, fits := money.FromRat(r, n.currency)
	switch {
	case !fits || a == math.MinInt64:
		return 0, tooBig
	case new(big.Rat).SetFrac64(int64(a), int64(n.currency.Unit())).Cmp(r) != 0:
		return 0, tooFine
	}
	return a, fine
}

// mangled recognises a number that a spreadsheet wrote in scientific notation: 1,23E+13, 2E+13. 12E3
// may well be a code.
func mangled(s string) bool {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 || i == len(s) {
		return false // no number, or nothing but one, as nearly always
	}
	fraction := s[i] == '.' || s[i] == ','
	if fraction {
		for i++; i < len(s) && s[i] >= '0' && s[i] <= '9'; i++ {
			continue
		}
	}
	if i == len(s) || s[i] != 'E' && s[i] != 'e' {
		return false
	}
	exponent, plus := strings.CutPrefix(s[i+1:], "+")
	return digits(exponent) && (fraction || plus)
}
