package views

import (
	"fmt"
	"strconv"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Typographic spaces of French numbers and money, which never break at the end of a line.
const (
	nnbsp = "\u202f"
	nbsp  = "\u00a0"
	minus = "\u2212"
)

// Dash stands where there is nothing to show.
const Dash = "–"

// Printer writes texts, numbers, dates and money in one language. It is a small value, made per
// page: pages and packs never share mutable state.
type Printer struct {
	Lang string
	c    catalogue
}

// For gives the printer of a language; an unknown one falls back to French.
func For(lang string) Printer {
	c, ok := catalogues[lang]
	if !ok {
		lang = Languages[0]
		c = catalogues[lang]
	}
	return Printer{Lang: lang, c: c}
}

// Has tells whether the catalogue has a text for the key.
func (p Printer) Has(key string) bool { _, ok := p.c[key]; return ok }

// T gives the text of the key with its arguments filled in. A missing key shows itself in
// brackets; a test keeps that from happening.
func (p Printer) T(key string, args ...any) string {
	m, ok := p.c[key]
	if !ok {
		return "[" + key + "]"
	}
	return p.fill(m.other, args)
}

// N is T with a plural form chosen by n, which is also argument {0}. French counts 0 and 1 as
// singular, English only 1.
func (p Printer) N(key string, n int, args ...any) string {
	m, ok := p.c[key]
	if !ok {
		return "[" + key + "]"
	}
	form := m.other
	if m.plural && (n == 1 || (n == 0 && p.Lang == "fr")) {
		form = m.one
	}
	return p.fill(form, append([]any{n}, args...))
}

func (p Printer) fill(pieces []piece, args []any) string {
	if len(pieces) == 1 && pieces[0].arg < 0 {
		return pieces[0].text
	}
	var b strings.Builder
	for _, x := range pieces {
		switch {
		case x.arg < 0:
			b.WriteString(x.text)
		case x.arg < len(args):
			b.WriteString(p.Value(args[x.arg]))
		}
	}
	return b.String()
}

// Value writes an argument as the language does.
func (p Printer) Value(v any) string {
	switch x := v.(type) {
	case string:
		return x
	case int:
		return p.Int(int64(x))
	case int64:
		return p.Int(x)
	case civil.Date:
		return p.Date(x)
	case money.Money:
		return p.Exact(x.Amount, x.Currency)
	case money.BasisPoints, *money.BasisPoints:
		return p.Percent(x)
	}
	return fmt.Sprint(v)
}

// Int groups digits by three: "12 345" or "12,345".
func (p Printer) Int(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n > -1000 && n < 1000 && n >= 0 {
		return s
	}
	neg := s[0] == '-'
	if neg {
		s = s[1:]
	}
	s = p.group(s)
	if neg {
		return p.minus() + s
	}
	return s
}

func (p Printer) group(digits string) string {
	sep := nnbsp
	if p.Lang == "en" {
		sep = ","
	}
	if len(digits) <= 3 {
		return digits
	}
	var b strings.Builder
	head := len(digits) % 3
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

func (p Printer) minus() string {
	if p.Lang == "en" {
		return "-"
	}
	return minus
}

func (p Printer) point() string {
	if p.Lang == "en" {
		return "."
	}
	return ","
}

// Date writes "21/11/2026" in both languages, day first; no date is a dash.
func (p Printer) Date(d civil.Date) string {
	if d.IsZero() {
		return Dash
	}
	return fmt.Sprintf("%02d/%02d/%04d", d.Day(), int(d.Month()), d.Year())
}

// LongDate writes "21 novembre 2026" or "21 November 2026"; the first of a month is "1er" in French.
func (p Printer) LongDate(d civil.Date) string {
	if d.IsZero() {
		return Dash
	}
	day := strconv.Itoa(d.Day())
	if d.Day() == 1 && p.Lang == "fr" {
		day = "1er"
	}
	return day + nbsp + p.Month(int(d.Month())) + nbsp + strconv.Itoa(d.Year())
}

// Month is the name of a month, 1 to 12.
func (p Printer) Month(m int) string { return p.T("month." + strconv.Itoa(m)) }

// ShortMonth is its abbreviation.
func (p Printer) ShortMonth(m int) string { return p.T("month.short." + strconv.Itoa(m)) }

// Weekday is the name of the date's day of the week.
func (p Printer) Weekday(d civil.Date) string {
	return p.T("weekday." + strconv.Itoa(int(d.Weekday())))
}

// Period writes a committee period: "octobre 2026", "4e trimestre 2026", "2e semestre 2026", "2026".
func (p Printer) Period(code string) string {
	year, part, found := strings.Cut(code, "-")
	if !found {
		return code
	}
	n, err := strconv.Atoi(strings.TrimLeft(part, "QH"))
	if err != nil {
		return code
	}
	switch part[0] {
	case 'Q':
		return p.T("period.quarter."+strconv.Itoa(n), year)
	case 'H':
		return p.T("period.half."+strconv.Itoa(n), year)
	}
	return p.Month(n) + nbsp + year
}

// Percent writes basis points as a signed percentage with one decimal: "+24,9 %". Nil is a dash.
func (p Printer) Percent(bp any) string { return p.percent(bp, true) }

// Share writes basis points as an unsigned percentage: "24,9 %".
func (p Printer) Share(bp any) string { return p.percent(bp, false) }

// ShareDown is Share rounded down, for what must never say more than is true: it is not 100 % while a cent is missing.
func (p Printer) ShareDown(bp *money.BasisPoints) string {
	if bp == nil || *bp < 0 {
		return p.Share(bp)
	}
	return p.Share(*bp - *bp%10)
}

func (p Printer) percent(bp any, signed bool) string {
	var n int64
	switch x := bp.(type) {
	case *money.BasisPoints:
		if x == nil {
			return Dash
		}
		n = int64(*x)
	case money.BasisPoints:
		n = int64(x)
	default:
		return Dash
	}
	tenths := (abs(n) + 5) / 10 // halves away from zero
	sign := ""
	switch {
	case n < 0 && tenths > 0:
		sign = p.minus()
	case signed && tenths > 0:
		sign = "+"
	}
	space := nbsp
	if p.Lang == "en" {
		space = ""
	}
	return sign + p.group(strconv.FormatInt(tenths/10, 10)) + p.point() + strconv.FormatInt(tenths%10, 10) + space + "%"
}

// Points writes a difference of two ratios in percentage points: "+1,3 pt".
func (p Printer) Points(bp money.BasisPoints) string {
	s := strings.TrimSuffix(strings.TrimSuffix(p.Percent(bp), "%"), nbsp)
	return s + nbsp + p.T("unit.points")
}

// SignedDays writes a slip: "+12 j", "−3 j", "0 j".
func (p Printer) SignedDays(n int) string {
	s := p.Int(int64(n))
	if n > 0 {
		s = "+" + s
	}
	return s + nbsp + p.T("unit.days")
}

// Money writes an amount in full: "1 234 567,89 €" or "€1,234,567.89"; whole ones, as plans hold them,
// without empty decimals. It takes a money.Amount or a pointer to one; nil is a dash.
func (p Printer) Money(amount any, c money.Currency) string {
	a, ok := amountOf(amount)
	if !ok {
		return Dash
	}
	whole, decimals, _ := strings.Cut(strings.TrimPrefix(a.Decimal(c), "-"), ".")
	s := p.group(whole)
	if strings.Trim(decimals, "0") != "" {
		s += p.point() + decimals
	}
	return p.withCurrency(s, "", a < 0, c)
}

// Exact writes an amount with all its decimals, as books do: "1 200,00 €". It takes what Money takes.
func (p Printer) Exact(amount any, c money.Currency) string {
	a, ok := amountOf(amount)
	if !ok {
		return Dash
	}
	whole, decimals, found := strings.Cut(strings.TrimPrefix(a.Decimal(c), "-"), ".")
	s := p.group(whole)
	if found {
		s += p.point() + decimals
	}
	return p.withCurrency(s, "", a < 0, c)
}

// MoneyShort writes an amount to three significant digits for charts and tables: "1,23 M€",
// "450 k€", "€1.23M".
func (p Printer) MoneyShort(amount any, c money.Currency) string {
	a, ok := amountOf(amount)
	if !ok {
		return Dash
	}
	unit := int64(c.Unit())
	major := abs(int64(a))
	scale, suffix := unit, ""
	switch {
	case major >= 999_500*unit:
		scale, suffix = 1_000_000*unit, "M"
	case major >= 1000*unit:
		scale, suffix = 1000*unit, "k"
	}
	decimals := 0
	if suffix != "" {
		switch whole := major / scale; {
		case whole < 10:
			decimals = 2
		case whole < 100:
			decimals = 1
		}
	}
	pow := int64(1)
	for range decimals {
		pow *= 10
	}
	step := scale / pow
	n := major / step
	if rest := major % step; rest >= step-rest {
		n++
	}
	s := p.group(strconv.FormatInt(n/pow, 10))
	if decimals > 0 {
		s += p.point() + fmt.Sprintf("%0*d", decimals, n%pow)
	}
	return p.withCurrency(s, suffix, a < 0, c)
}

// symbols are written instead of the ISO code where readers expect them.
var symbols = map[money.Currency]string{"EUR": "€", "USD": "$", "GBP": "£"}

func (p Printer) withCurrency(number, suffix string, negative bool, c money.Currency) string {
	symbol, known := symbols[c]
	if !known {
		symbol = string(c)
	}
	sign := ""
	if negative {
		sign = p.minus()
	}
	if p.Lang != "en" {
		return sign + number + nbsp + suffix + symbol
	}
	if !known {
		return sign + symbol + nbsp + number + suffix
	}
	return sign + symbol + number + suffix
}

func amountOf(v any) (money.Amount, bool) {
	switch x := v.(type) {
	case money.Amount:
		return x, true
	case *money.Amount:
		if x != nil {
			return *x, true
		}
	}
	return 0, false
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// Fault writes a refusal as one line: the message, then each field with what is wrong with it.
// Errors that are not faults give the text of "fault.internal".
func (p Printer) Fault(err error) string {
	f := fault.As(err)
	if f == nil {
		return p.T("fault.internal")
	}
	s := p.T(f.Key, f.Args...)
	for i, field := range f.Fields {
		if i == 0 {
			s += p.T("list.colon")
		} else {
			s += p.T("list.semicolon")
		}
		s += p.Field(field.Name) + p.T("list.colon") + p.T(field.Key, field.Args...)
	}
	return s
}

// Field is the label of an input field.
func (p Printer) Field(name string) string {
	if key := "field." + name; p.Has(key) {
		return p.T(key)
	}
	return name
}
