package reconcile

import (
	"cmp"
	"iter"
	"slices"

	"jalon/internal/fault"
	"jalon/internal/money"
)

// Past is a line of the books and where it stands now.
type Past struct {
	Facts    *Facts
	Ref      int64   // its posting
	Origin   []Share // as Match takes it
	Shares   []Share // to projects; the rest is in the queue
	Excluded bool
}

// Volume is a number of lines and their sum.
type Volume struct {
	Lines int
	Sum   money.Amount
}

// Trial says what a rule would do with the lines of the past. Taken is Agrees, Contradicts and Covers together.
type Trial struct {
	Lines       int    // tried
	Taken       Volume // lines that the rule would decide
	Agrees      Volume // stand so already
	Contradicts Volume // stand otherwise, wholly or in the part that is allocated
	Covers      Volume // are in the queue, wholly or in part, and would leave it
	Unsettled   Volume // would go to the queue: the rule and another one disagree, or its fixed amounts do not fit
	// Examples are the first postings of Contradicts, in the order of the past, at most 20.
	Examples []int64
}

const maxExamples = 20

// Try tries a rule on the past: what its lines would become, by a matcher that holds the rule among the others, whether
// it would book them or only suggest. A line that a surer rule decides is not the rule's. It refuses sums beyond 64 bits.
func Try(m *Matcher, rule RuleRef, past iter.Seq[Past]) (Trial, error) {
	var t Trial
	var sums [5]wide
	volumes := [5]*Volume{&t.Taken, &t.Agrees, &t.Contradicts, &t.Covers, &t.Unsettled}
	count := func(i int, f *Facts) {
		volumes[i].Lines++
		sums[i].add(f.Amount)
	}
	for line := range past {
		t.Lines++
		v := m.Match(line.Facts, line.Origin)
		if v.Kind == Ambiguous && m.claimed(line, v.Rule.Rank, rule) || v.Rule == rule && v.Reason == ReasonMisfit {
			count(4, line.Facts)
			continue
		}
		if v.Rule != rule || v.Kind != Books && v.Kind != Suggests {
			continue
		}
		count(0, line.Facts)
		switch v.against(line) {
		case agrees:
			count(1, line.Facts)
		case covers:
			count(3, line.Facts)
		case contradicts:
			count(2, line.Facts)
			if len(t.Examples) < maxExamples {
				t.Examples = append(t.Examples, line.Ref)
			}
		}
	}
	for i := range sums {
		sum, ok := sums[i].amount()
		if !ok {
			return t, fault.Invalid("reconcile.overflow")
		}
		volumes[i].Sum = sum
	}
	return t, nil
}

// claimed tells whether the rule is one of those that a line of a rank is torn between.
func (m *Matcher) claimed(line Past, rank Rank, rule RuleRef) bool {
	p := m.probe(line.Facts)
	return slices.ContainsFunc(foremost(m.claims(rank, &p, line.Origin, nil)), func(c claim) bool { return c.ref == rule })
}

type standing byte

const (
	agrees standing = iota
	contradicts
	covers
)

// against compares what a verdict would do with where a line stands.
func (v Verdict) against(line Past) standing {
	stands := totals(line.Shares)
	if v.Exclude || line.Excluded {
		switch {
		case v.Exclude == line.Excluded:
			return agrees
		case v.Exclude && len(stands) == 0:
			return covers
		}
		return contradicts
	}
	would, err := Split(line.Facts.Amount, v.Parts, line.Facts.FiscalYear)
	if err != nil {
		return contradicts
	}
	wanted := totals(would)
	if slices.Equal(stands, wanted) {
		return agrees
	}
	for _, s := range stands {
		i, found := slices.BinarySearchFunc(wanted, s, compareShares)
		if !found || magnitude(wanted[i].Amount) < magnitude(s.Amount) {
			return contradicts
		}
	}
	return covers
}

// totals adds shares by project and budget line, in their order, without the unallocated and the empty ones.
func totals(shares []Share) []Share {
	var out []Share
	for _, s := range shares {
		i, found := slices.BinarySearchFunc(out, s, compareShares)
		switch {
		case s.Project == Unallocated:
		case found:
			out[i].Amount += s.Amount
		default:
			out = slices.Insert(out, i, s)
		}
	}
	return slices.DeleteFunc(out, func(s Share) bool { return s.Amount == 0 })
}

func compareShares(a, b Share) int {
	return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.BudgetLine, b.BudgetLine))
}
