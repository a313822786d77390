package finance

import (
	"cmp"
	"maps"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// noDay leaves nothing out for its date.
var noDay civil.Date

// Votes is what stands voted on a day, by cell and by act; what was reversed is not in it.
type Votes map[Cell]map[Act]money.Amount

// Open is what is open in a cell: the sum over the acts.
func (v Votes) Open(c Cell) (total money.Amount) {
	for _, a := range v[c] {
		total += a // within 64 bits: a cell holds no more than amountLimit of each act
	}
	return total
}

// Cells lists the cells by envelope, authorisation, year and section.
func (v Votes) Cells() []Cell {
	return slices.SortedFunc(maps.Keys(v), func(a, b Cell) int {
		return cmp.Or(cmp.Compare(a.Envelope, b.Envelope), cmp.Compare(a.Authorisation, b.Authorisation), cmp.Compare(a.YearID, b.YearID), cmp.Compare(a.Section, b.Section))
	})
}

// add counts a movement.
func (v Votes) add(c Cell, a Act, amount money.Amount) {
	if v[c] == nil {
		v[c] = map[Act]money.Amount{}
	}
	v[c][a] += amount
}

// clone is a copy that may be changed.
func (v Votes) clone() Votes {
	out := make(Votes, len(v))
	for c, by := range v {
		out[c] = maps.Clone(by)
	}
	return out
}

// sound reports what may not be of a cell, however it came to be: less than nothing open, provisional credits beside the
// budget that takes their place, or more than can be counted.
func (v Votes) sound(b *books, c Cell, e Envelope) error {
	by, open := v[c], v.Open(c)
	year := ""
	if y, ok := b.Year(c.YearID); ok {
		year = y.Code
	}
	for _, a := range by {
		if a.Abs() > amountLimit {
			return fault.Conflict("envelope.overflow", e.Code)
		}
	}
	switch {
	case open > amountLimit:
		return fault.Conflict("envelope.overflow", e.Code)
	case by[ActProvisional] < 0:
		return fault.Conflict("envelope.provisional_taken", e.Code, year)
	case by[ActProvisional] > 0 && by[ActBP] > 0:
		return fault.Conflict("envelope.provisional_late", e.Code, year)
	case open < 0:
		return fault.Conflict("envelope.below_zero", e.Code, c.Authorisation, year, c.Section, b.written(open))
	}
	return nil
}

// written is an amount as a refusal tells it.
func (b *books) written(a money.Amount) money.Money {
	return money.Money{Amount: a, Currency: b.Currency}
}

// Twelfths is what so many months of a year without a budget open of the credits of the year before: for each month what a month of
// that year had, a twelfth as a rule. So many months as that year had open exactly its credits.
func Twelfths(before money.Amount, months, yearMonths int) money.Amount {
	parts := before.Split(make([]int64, max(yearMonths, 1)))
	var total money.Amount
	for i := range months {
		total += parts[i%len(parts)]
	}
	return total
}
