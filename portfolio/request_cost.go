package portfolio

import (
	"cmp"
	"slices"
	"strconv"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Section is the part of a public budget that an amount falls on.
type Section string

// Operations (fonctionnement) and investment (investissement), as the finance system writes them.
const (
	SectionOperations Section = "F"
	SectionInvestment Section = "I"
)

// Sections lists the sections in display order.
var Sections = []Section{SectionInvestment, SectionOperations}

// Valid tells whether the section is one of Sections.
func (s Section) Valid() bool { return s == SectionOperations || s == SectionInvestment }

// YearAmount is an amount of a fiscal year and section. Year is the civil year by which the fiscal year is
// known; the amount is in the currency of the roadmap.
type YearAmount struct {
	Year    int
	Section Section
	Amount  money.Amount
}

// The years that a cost may fall on: far enough for any roadmap, near enough to catch a slip of the key.
const (
	firstCostYear = 1900
	lastCostYear  = 2999
	mostCostYears = 20
)

// checkYearAmounts reports amounts that cannot be, pairs that stand twice, and sums that no amount can hold.
func checkYearAmounts(f *fault.Fields, field string, all []YearAmount) {
	seen := map[YearAmount]bool{}
	years := map[int]bool{}
	amounts := make([]money.Amount, len(all))
	for i, a := range all {
		amounts[i] = a.Amount
		f.Check(a.Year >= firstCostYear && a.Year <= lastCostYear, field, "input.year", strconv.Itoa(a.Year), strconv.Itoa(firstCostYear), strconv.Itoa(lastCostYear))
		f.Check(a.Section.Valid(), field, "input.unknown_value", string(a.Section))
		f.Check(a.Amount >= 0, field, "input.negative")
		place := YearAmount{Year: a.Year, Section: a.Section}
		if seen[place] {
			f.Add(field, "request.cost_twice", strconv.Itoa(a.Year))
		}
		seen[place], years[a.Year] = true, true
	}
	f.Check(len(years) <= mostCostYears, field, "request.too_many_years", mostCostYears)
	_, ok := money.Sum(amounts...)
	f.Check(ok, field, "request.cost_too_large")
}

// SumYears adds amounts up. Amounts that Validate passed can be added.
func SumYears(all []YearAmount) money.Amount {
	var sum money.Amount
	for _, a := range all {
		sum += a.Amount
	}
	return sum
}

// orderYears orders amounts by year and section, investment first, so that equal contents are written alike.
func orderYears(all []YearAmount) {
	slices.SortFunc(all, func(a, b YearAmount) int {
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(b.Section, a.Section))
	})
}

// RequestYear is what a request costs in a fiscal year.
type RequestYear struct {
	Year       int
	Investment money.Amount
	Operations money.Amount
}

// ByYear gathers amounts by fiscal year, in order.
func ByYear(all []YearAmount) []RequestYear {
	sorted := slices.Clone(all)
	orderYears(sorted)
	var out []RequestYear
	for _, a := range sorted {
		if len(out) == 0 || out[len(out)-1].Year != a.Year {
			out = append(out, RequestYear{Year: a.Year})
		}
		y := &out[len(out)-1]
		if a.Section == SectionInvestment {
			y.Investment += a.Amount
		} else {
			y.Operations += a.Amount
		}
	}
	return out
}
