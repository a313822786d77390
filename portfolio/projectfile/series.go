package projectfile

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// key is what the rows of one project in a series have in common.
func (d draft) key() string {
	if d.Code != "" {
		return "c" + d.Code
	}
	return "n" + grid.WordKey(d.Name)
}

// series orders dated rows by project and date, whatever their order in the file, drops all but
// the last line of a project and date, and books the estimates that lie before the first ones.
func (pl *plan) series(drafts []draft) []Row {
	slices.SortFunc(drafts, func(a, b draft) int {
		return cmp.Or(cmp.Compare(a.key(), b.key()), a.AsOf.Compare(b.AsOf), cmp.Compare(a.Line, b.Line))
	})
	rows := make([]Row, 0, len(drafts))
	for len(drafts) > 0 {
		n := 1
		for n < len(drafts) && drafts[n].key() == drafts[0].key() {
			n++
		}
		project := pl.lastOfEachDate(drafts[:n])
		pl.lookBack(project)
		pl.control(project)
		for _, d := range project {
			rows = append(rows, d.Row)
		}
		drafts = drafts[n:]
	}
	return rows
}

func (pl *plan) lastOfEachDate(drafts []draft) []draft {
	kept := drafts[:0]
	for i, d := range drafts {
		if i+1 < len(drafts) && drafts[i+1].AsOf == d.AsOf {
			pl.found.add(d.Line, "", RowSuperseded, drafts[i+1].Line)
			continue
		}
		kept = append(kept, d)
	}
	return kept
}

// lookBack books the estimate before the first one. Where the first row with a cost already
// carries a change, the cost was forecast − change before; likewise for the end. It is dated the
// day before the row.
func (pl *plan) lookBack(project []draft) {
	cost := slices.IndexFunc(project, func(d draft) bool { return d.HasCost })
	if cost >= 0 && project[cost].costChange != nil && *project[cost].costChange != 0 {
		pl.costBefore(&project[cost])
	}
	end := slices.IndexFunc(project, func(d draft) bool { return !d.End.IsZero() })
	if end >= 0 && project[end].daysChange != nil && *project[end].daysChange != 0 {
		pl.endBefore(&project[end])
	}
}

func (d *draft) before() *Figures {
	if d.Before == nil {
		d.Before = &Figures{AsOf: d.AsOf.AddDays(-1)}
	}
	return d.Before
}

func (pl *plan) costBefore(d *draft) {
	before, fits := d.Cost.Add(-*d.costChange)
	if !fits || before < 0 {
		pl.found.add(d.Line, pl.columns[FieldCostChange].header, BeforeNegative, d.Cost.Decimal(pl.currency), d.costChange.Decimal(pl.currency))
		return
	}
	b := d.before()
	b.Cost, b.HasCost = before, true
}

func (pl *plan) endBefore(d *draft) {
	end := d.End.AddDays(-*d.daysChange)
	if end.IsZero() || !d.Start.IsZero() && end.Before(d.Start) {
		pl.found.add(d.Line, pl.columns[FieldDaysChange].header, BeforeDates, d.End.String(), *d.daysChange)
		return
	}
	b := d.before()
	b.Start, b.End = d.Start, end
}

// control compares last − first estimate with the total that the file gives in its last row.
func (pl *plan) control(project []draft) {
	last := project[len(project)-1]
	rows := make([]Row, len(project))
	for i, d := range project {
		rows[i] = d.Row
	}
	s := pl.profile.Series
	if moved, ok := CostMove(rows); ok && last.TotalCostChange != nil {
		tolerance := money.Amount(s.CostTolerance) * pl.currency.Unit()
		gap, fits := moved.Add(-*last.TotalCostChange)
		if !fits || gap.Abs() > tolerance {
			pl.found.add(last.Line, pl.columns[FieldTotalCostChange].header, SeriesCostTotal,
				moved.Decimal(pl.currency), last.TotalCostChange.Decimal(pl.currency))
		}
	}
	if moved, ok := EndMove(rows); ok && last.TotalDaysChange != nil && abs(moved-*last.TotalDaysChange) > s.DaysTolerance {
		pl.found.add(last.Line, pl.columns[FieldTotalDaysChange].header, SeriesDaysTotal, moved, *last.TotalDaysChange)
	}
}

// CostMove is last − first cost over the rows of one project in the order of their dates, the
// estimate before the first one included; false when none has a cost.
func CostMove(rows []Row) (money.Amount, bool) {
	var first, last money.Amount
	known := false
	for _, r := range rows {
		if !known && r.Before != nil && r.Before.HasCost {
			first, known = r.Before.Cost, true
		}
		if r.HasCost {
			if !known {
				first, known = r.Cost, true
			}
			last = r.Cost
		}
	}
	return last - first, known // both are amounts of 0 or more
}

// EndMove is last − first end in days, likewise.
func EndMove(rows []Row) (int, bool) {
	var first, last civil.Date
	for _, r := range rows {
		if first.IsZero() && r.Before != nil {
			first = r.Before.End
		}
		if !r.End.IsZero() {
			if first.IsZero() {
				first = r.End
			}
			last = r.End
		}
	}
	if first.IsZero() {
		return 0, false
	}
	return first.DaysUntil(last), true
}

func abs(n int) int { return max(n, -n) }
