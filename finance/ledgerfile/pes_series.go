package ledgerfile

import (
	"maps"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

const (
	maxBordereaux = 200_000 // in one file; each takes a few dozen bytes until its end
	maxMissing    = 1000    // numbers that a series lists as missing; the findings name them all
)

// link is a bordereau in the series of its kind.
type link struct {
	number   int64
	ht, vat  money.Amount
	cumul    money.Amount
	hasCumul bool
}

// link notes the bordereau for the controls over the whole file.
func (f *pesFile) link() error {
	if f.linked++; f.linked > maxBordereaux {
		return fault.Invalid("ledger.pes.many", maxBordereaux)
	}
	b := &f.bord
	f.links[f.series()] = append(f.links[f.series()], link{b.number, b.ht, b.vat, b.cumul, b.hasCumul})
	return nil
}

// chain holds the bordereaux of each series against each other and against the books, in the order of
// their numbers, whatever their order in the file.
//
// A number that is missing is a finding: files may come in any order, and the missing one tomorrow.
// Where two numbers follow each other, the running total must grow by the second bordereau: when it
// does not, one of the two is not what was sent, and the file is refused.
func (f *pesFile) chain() error {
	var first error
	for _, name := range slices.Sorted(maps.Keys(f.links)) {
		links := f.links[name]
		slices.SortStableFunc(links, func(a, b link) int { return int(a.number - b.number) })
		s := Series{First: links[0].number}
		var prior *link
		known, inBooks := f.o.Known[name]
		for i := range links {
			l := &links[i]
			if inBooks && known.Last < l.number && (prior == nil || prior.number < known.Last) {
				prior = &link{number: known.Last, cumul: known.Cumulative, hasCumul: known.HasCumul}
			}
			again := inBooks && l.number <= known.Last // what lacks before it may be in the books
			if err := f.follows(name, &s, prior, l, again); err != nil && first == nil {
				first = err
			}
			prior = l
		}
		s.Last, s.Cumulative, s.HasCumul = prior.number, prior.cumul, prior.hasCumul
		f.Series[name] = s
	}
	return first
}

// follows holds a bordereau against the one before it.
func (f *pesFile) follows(series string, s *Series, prior, l *link, again bool) error {
	if prior == nil {
		return nil
	}
	switch gap := l.number - prior.number; {
	case gap == 0:
		return fault.Invalid("ledger.pes.bordereau_twice", series, number(l.number))
	case gap > 1 && !again:
		f.missing(series, s, prior, l)
	}
	if l.number != prior.number+1 || !prior.hasCumul || !l.hasCumul {
		return nil
	}
	// The schemas do not say whether the running total counts VAT where there is some: both are taken.
	want, withVAT := prior.cumul+l.ht, prior.cumul+l.ht+l.vat
	if l.cumul == withVAT {
		want = withVAT
	}
	f.control("ledger.pes.cumulative", Control{Code: "cumulative", Subject: series + "·" + number(l.number), Declared: int64(l.cumul), Computed: int64(want)})
	return nil
}

// missing notes the numbers that lack between two bordereaux and, when the running totals tell, what
// they come to.
func (f *pesFile) missing(series string, s *Series, prior, l *link) {
	from, to := prior.number+1, l.number-1
	for n := from; n <= to && len(s.Missing) < maxMissing; n++ {
		s.Missing = append(s.Missing, n)
	}
	amount := l.cumul - l.ht - prior.cumul
	if prior.hasCumul && l.hasCumul && l.vat == 0 && amount > 0 {
		f.note(Finding{Code: PESMissingAmount, Args: []any{series, number(from), number(to), amount.Decimal(f.Currency)}})
		return
	}
	f.note(Finding{Code: PESBordereauMissing, Args: []any{series, number(from), number(to)}})
}
