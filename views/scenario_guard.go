package views

import (
	"strconv"
	"strings"

	"jalon/internal/money"
	"jalon/portfolio"
)

// driftText says by how much probable costs go beyond the votes; notes tell in how many years, and what no vote covers, for nothing holds it.
func (p Printer) driftText(over money.Amount, beyond int, unvoted money.Amount, c money.Currency) (text string, notes []string) {
	text = p.T("scenarios.drift.none")
	if beyond > 0 {
		text, notes = p.MoneyShort(over, c), append(notes, p.N("scenarios.pack.years", beyond))
	}
	if unvoted > 0 {
		notes = append(notes, p.T("scenarios.drift.unvoted", p.MoneyShort(unvoted, c)))
	}
	return text, notes
}

// guardText is a sentence of the guard. A year is no quantity, and a section has a name.
func (p Printer) guardText(n portfolio.GuardNote) string {
	args := append([]any{}, n.Args...)
	if n.Key == "guard.unscored" {
		count, _ := args[0].(int)
		return p.N(n.Key, count)
	}
	for _, of := range []string{"guard.over_", "guard.own_", "guard.unvoted"} {
		if section, ok := n.Args[min(1, len(n.Args)-1)].(string); ok && strings.HasPrefix(n.Key, of) {
			args[1] = p.SectionName(section)
		}
	}
	return p.T(n.Key, args...)
}

// Votes says how the option that is spoken of stands to the votes: where it goes beyond them, where it was weighed with limits of its own, and what no vote covers.
func (a PackArbitration) Votes() []string {
	var out []string
	for _, y := range a.main().Years {
		year, section := strconv.Itoa(y.Year), a.SectionName(string(y.Section))
		say := func(key string, amounts ...money.Amount) {
			args := []any{year, section}
			for _, n := range amounts {
				args = append(args, a.Money(n, a.currency))
			}
			out = append(out, a.T(key, args...))
		}
		switch {
		case y.Limit == nil && y.P80 > 0 && a.main().Credits:
			say("guard.unvoted", y.P80)
		case y.Limit == nil:
		case y.P50 > *y.Limit:
			say("guard.over_p50", y.P50-*y.Limit)
		case y.P80 > *y.Limit:
			say("guard.over_p80", y.P80-*y.Limit)
		}
		switch {
		case y.Limit == nil:
		case y.Unlimited:
			say("guard.own_none", *y.Limit)
		case y.Own != nil && *y.Own > *y.Limit:
			say("guard.own_above", *y.Own, *y.Limit)
		}
	}
	return out
}
