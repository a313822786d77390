package reconcile

import (
	"strings"
	"unicode"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// windowMonths is how far around the day of a line a proposed rule for its supplier reaches.
const windowMonths = 6

// shortestPhrase is how many characters of a label say enough to make a rule of.
const shortestPhrase = 6

// Propose gives the rules that would have done with a line what a person did by hand, the narrowest first: by the exact
// keys that the line has, then its supplier, nature and time, then its words. Each would match the line. Amounts given
// by hand become shares where shares come to the same cents, so that the rule fits the next line as well; else they stay
// as they are. The rules are new ones: without id, name and confirmation.
func Propose(f *Facts, target Action) []Rule {
	target = shared(f, target)
	var out []Rule
	propose := func(rank Rank, when ...Condition) {
		r := Rule{Rank: rank, When: when, Then: target}
		if r.Validate() == nil {
			out = append(out, r)
		}
	}
	for _, field := range [...]Field{FieldCommitment, FieldInventory, FieldContract, FieldAnalytic, FieldOperation} {
		info, _ := field.info()
		exact := equals(field, info.text(f))
		propose(Surest([]Condition{exact}), exact) // not when the line lacks the key: a condition without a value is refused
	}
	supplier := equals(FieldSupplierID, f.SupplierID)
	if f.SupplierID == "" {
		supplier = equals(FieldSupplierName, f.SupplierName)
	}
	rank := Surest([]Condition{supplier})
	if f.Nature != "" && !f.Date.IsZero() {
		propose(rank, supplier, equals(FieldNature, f.Nature), around(f.Date))
	}
	if f.Nature != "" {
		propose(rank, supplier, equals(FieldNature, f.Nature))
	}
	if phrase := tellingPhrase(f.Label); phrase != "" {
		contains := Condition{Field: FieldLabel, Op: OpContains, Value: phrase}
		propose(RankLabel, supplier, contains)
		propose(RankLabel, contains)
	}
	return out
}

func equals(field Field, value string) Condition {
	return Condition{Field: field, Op: OpEquals, Value: value}
}

// around is the window of whole months about a day.
func around(day civil.Date) Condition {
	month := day.MonthOf()
	return Condition{Field: FieldDate, Op: OpBetween, Value: month.Add(-windowMonths).First().String(), To: month.Add(windowMonths).Last().String()}
}

// tellingPhrase is what a label says beside its numbers, which change from one line to the next: the longest run of words
// without a digit, as words compare; "" when that is too short to tell lines apart.
func tellingPhrase(label string) string {
	best := ""
	var run []string
	for _, word := range append(strings.Fields(words(clip(label, maxValue))), "0") {
		if strings.ContainsFunc(word, unicode.IsDigit) {
			if text := strings.Trim(strings.Join(run, " "), " -–:;,./°#()\""); len(text) > len(best) {
				best = text
			}
			run = run[:0]
			continue
		}
		run = append(run, word)
	}
	if len(best) < shortestPhrase {
		return ""
	}
	return best
}

// shared turns the fixed amounts of a target into basis points where these come to the same cents.
func shared(f *Facts, target Action) Action {
	if target.Exclude || f.Amount == 0 {
		return target
	}
	fixed, err := Split(f.Amount, target.Parts, f.FiscalYear)
	if err != nil {
		return target
	}
	parts := make([]Part, len(fixed))
	for i, s := range fixed {
		bp, ok := money.Ratio(int64(s.Amount), int64(f.Amount))
		if !ok {
			return target
		}
		parts[i] = Part{Project: s.Project, BudgetLine: s.BudgetLine, ShareBP: int64(bp)}
	}
	again, err := Split(f.Amount, parts, 0)
	if err != nil {
		return target
	}
	for i := range again {
		if again[i] != fixed[i] {
			return target
		}
	}
	return Action{Parts: parts}
}
