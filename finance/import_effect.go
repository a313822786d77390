package finance

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/money"
	"jalon/portfolio"
)

// effects sums what a file changes of the books.
type effects struct {
	outcomes [len(outcomeNames)]EffectLine
	periods  map[bookedSlot]*EffectLine
	natures  map[string]*EffectLine
	projects map[portfolio.ProjectID]*EffectLine
}

// bookedSlot is the period that entries are about, with the one that they are booked in.
type bookedSlot struct{ of, in Slot }

var outcomeNames = [...]reconcile.Outcome{reconcile.New, reconcile.Unchanged, reconcile.Supersedes, reconcile.Rejected, reconcile.OutOfScope, reconcile.Other}

// queueEffect stands for what goes to the queue among the projects; no project has the number.
const queueEffect portfolio.ProjectID = -1

func newEffects() *effects {
	e := &effects{periods: map[bookedSlot]*EffectLine{}, natures: map[string]*EffectLine{}, projects: map[portfolio.ProjectID]*EffectLine{}}
	for i, o := range outcomeNames {
		e.outcomes[i].Key = o.String()
	}
	return e
}

// outcome counts a line.
func (e *effects) outcome(o reconcile.Outcome, amount money.Amount) {
	e.outcomes[o].Lines++
	e.outcomes[o].Sum += amount
}

// others counts the lines that are compared with nothing.
func (e *effects) others(s ledgerfile.Summary) {
	e.outcomes[reconcile.Rejected].Lines, e.outcomes[reconcile.Rejected].Sum = s.ByKind[ledgerfile.KindRejected], s.SumRejected
	e.outcomes[reconcile.OutOfScope].Lines, e.outcomes[reconcile.OutOfScope].Sum = s.ByKind[ledgerfile.KindOutOfScope], s.SumOutOfScope
	e.outcomes[reconcile.Other].Lines = s.ByKind[ledgerfile.KindOther] + s.ByKind[ledgerfile.KindStatus]
}

// entry counts an entry with its allocations.
func (e *effects) entry(p *Posting, parts []Allocation) {
	at := bookedSlot{p.At(), p.At()}
	if p.BookedYearID != 0 { // events of commitments are booked in no period
		at.in = Slot{p.BookedYearID, p.BookedPeriod}
	}
	addEffect(e.periods, at, p.Amount)
	addEffect(e.natures, p.Nature, p.Amount)
	left := p.Amount
	for i := range parts {
		addEffect(e.projects, parts[i].ProjectID, parts[i].Amount)
		left -= parts[i].Amount
	}
	if left != 0 {
		addEffect(e.projects, queueEffect, left)
	}
}

func addEffect[K comparable](to map[K]*EffectLine, key K, amount money.Amount) {
	l := to[key]
	if l == nil {
		l = &EffectLine{}
		to[key] = l
	}
	l.Lines++
	l.Sum += amount
}

// fill writes the effects into a preview: the periods in order, natures and projects by size, the smallest together.
func (e *effects) fill(p *Preview, years []FiscalYear, projects []Project) {
	p.Outcomes = slices.Clone(e.outcomes[:])
	codes := map[int64]FiscalYear{}
	for _, y := range years {
		codes[y.ID] = y
	}
	order := func(a, b Slot) int {
		return cmp.Or(codes[a.Year].Start.Compare(codes[b.Year].Start), cmp.Compare(a.Period, b.Period))
	}
	slots := slices.SortedFunc(maps.Keys(e.periods), func(a, b bookedSlot) int { return cmp.Or(order(a.of, b.of), order(a.in, b.in)) })
	p.Periods = nil
	for _, s := range slots {
		l := *e.periods[s]
		l.Key = codes[s.of.Year].slot(s.of.Period)
		if s.in != s.of {
			l.Booked = codes[s.in.Year].slot(s.in.Period)
		}
		p.Periods = append(p.Periods, l)
	}
	p.Natures = largestEffects(e.natures, func(nature string, l *EffectLine) { l.Key = nature })
	known := make(map[portfolio.ProjectID]Project, len(projects))
	for _, q := range projects {
		known[q.ID] = q
	}
	p.Projects = largestEffects(e.projects, func(id portfolio.ProjectID, l *EffectLine) {
		switch id {
		case queueEffect:
			l.Key = ""
		case 0:
			l.Key = excludedKey
		default:
			l.Key, l.Name, l.Project = cmp.Or(known[id].FinanceCode, known[id].Code), known[id].Name, int64(id)
		}
	})
}

// slot names a period of the year in short.
func (y FiscalYear) slot(period int) string { return fmt.Sprintf("%s·%d", y.Code, period) }

// excludedKey stands for what lies outside of the scope; no finance code has a sign in it.
const excludedKey = "-"

func largestEffects[K comparable](all map[K]*EffectLine, name func(K, *EffectLine)) []EffectLine {
	out := make([]EffectLine, 0, len(all))
	for key, l := range all {
		name(key, l)
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b EffectLine) int {
		return cmp.Or(cmp.Compare(size(b.Sum), size(a.Sum)), strings.Compare(a.Key, b.Key), cmp.Compare(a.Project, b.Project))
	})
	if len(out) <= maxEffects {
		return out
	}
	rest := EffectLine{Key: othersKey}
	for _, l := range out[maxEffects:] {
		rest.Lines, rest.Sum = rest.Lines+l.Lines, rest.Sum+l.Sum
	}
	return append(out[:maxEffects:maxEffects], rest)
}

// size is the amount without its sign.
func size(a money.Amount) uint64 {
	if a == math.MinInt64 {
		return 1 << 63
	}
	return uint64(a.Abs())
}
