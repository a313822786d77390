package finance

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/fault"
)

// yearMargin is how many days before its first or after its last day a document of a fiscal year may be dated: payments of December that
// count in the new year, and the extra period.
const yearMargin = 62

// daysAhead is how many days after that of its import a document may be dated: due dates and orders of next month are no slips of the pen.
const daysAhead = 31

// doubtDay notes when the day of a line cannot well be right: it is far outside of the fiscal year that the line names, after the extra period of that year, or to come.
func (l *ledgerRun) doubtDay(line *ledgerfile.Line) {
	if line.Date.IsZero() {
		return
	}
	if year := l.years.labelled[line.Exercice]; year != nil {
		extra, _ := year.Period(ExtraPeriod)
		switch {
		case !touches(*year, ledgerfile.Coverage{From: line.Date, To: line.Date}):
			l.found(line.No, findingOtherYear, line.Date.String(), year.Code)
		case line.Date.After(extra.End):
			l.found(line.No, findingAfterYear, line.Date.String(), year.Code, extra.End.String())
		}
	}
	if line.Date.After(l.k.today.AddDays(daysAhead)) {
		l.found(line.No, findingToCome, line.Date.String(), l.k.today.String())
	}
}

// yearBook finds the fiscal year of every line of a file.
type yearBook struct {
	labelled map[int]*FiscalYear
	dated    map[civil.Date]*FiscalYear
	coverage ledgerfile.Coverage
	booked   map[Slot]Slot // where entries of a period are booked
}

// years finds the fiscal years of a file, and books those that are not there yet: under their numbers, else by the days of the lines. A preview makes
// them up.
func (r *importRun) years(ctx context.Context, k *booking) (*yearBook, error) {
	y := &yearBook{labelled: map[int]*FiscalYear{}, dated: map[civil.Date]*FiscalYear{}, coverage: r.read.summary.Coverage, booked: map[Slot]Slot{}}
	for _, label := range slices.Sorted(maps.Keys(r.read.labels)) {
		year, err := r.year(ctx, k, label, civil.Date{})
		if err != nil {
			return nil, err
		}
		y.labelled[label] = &year
	}
	if y.coverage.To.IsZero() { // no line has a day: they are of the end of their year
		if len(y.labelled) == 0 && len(r.read.prints) > 0 {
			return nil, fault.Invalid("import.no_dates")
		}
		for _, year := range y.labelled {
			if y.coverage.From.IsZero() || year.Start.Before(y.coverage.From) {
				y.coverage.From = year.Start
			}
			if year.End.After(y.coverage.To) {
				y.coverage.To = year.End
			}
		}
		r.read.summary.Coverage = y.coverage
		r.report.Coverage = ReportCoverage{y.coverage.Kind, y.coverage.From, y.coverage.To}
	}
	days := slices.SortedFunc(maps.Keys(r.read.days), civil.Date.Compare)
	if r.read.undated {
		days = append(days, y.coverage.To)
	}
	for _, day := range days {
		year, err := r.year(ctx, k, 0, day)
		if err != nil {
			return nil, err
		}
		y.dated[day] = &year
	}
	return y, y.within(r)
}

// year finds one fiscal year, by its number or by a day.
func (r *importRun) year(ctx context.Context, k *booking, label int, day civil.Date) (FiscalYear, error) {
	known := len(k.Years)
	find := func() (FiscalYear, error) {
		if label != 0 {
			return k.yearLabelled(ctx, k.tx, label)
		}
		return k.yearAt(ctx, k.tx, day)
	}
	if k.dry {
		find = func() (FiscalYear, error) { return k.imagined(label, day) }
	}
	year, err := find()
	if err == nil && len(k.Years) > known {
		r.found(0, findingYear, year.Code)
		if year.Start.After(k.today) && r.row.Purpose != ledgerfile.PurposeBudget { // budgets are voted before their year begins
			r.found(max(r.read.labels[label], r.read.days[day]), findingYearToCome, year.Code, year.Start.String())
		}
	}
	return year, err
}

// imagined is yearLabelled or yearAt for a preview: a year that is not there is made up, under a number that no year has.
func (b *books) imagined(label int, day civil.Date) (FiscalYear, error) {
	if y, ok := b.Labelled(label); ok {
		return y, nil
	}
	if y, ok := b.Of(day); ok {
		return y, nil
	}
	if label != 0 {
		start, ok := civil.NewDate(label, max(b.Fiscal.Month, 1), max(b.Fiscal.Day, 1))
		if !ok {
			return FiscalYear{}, fault.Invalid("fiscal.year", strconv.Itoa(label))
		}
		day = start
	}
	usual := b.Fiscal.YearOf(day)
	y := FiscalYear{ID: int64(-1 - len(b.Years)), OrganisationID: b.Organisation.ID, Code: usual.Label, Year: usual.Start.Year(), Start: usual.Start, End: usual.End, State: StateOpen}
	y.Periods = periodsOf(y)
	b.Years = append(b.Years, y)
	slices.SortFunc(b.Years, func(a, c FiscalYear) int { return a.Start.Compare(c.Start) })
	return y, nil
}

// within refuses a file with lines of fiscal years that its declared coverage does not touch: it is another file than the one that was meant.
func (y *yearBook) within(r *importRun) error {
	if r.declared == nil && y.coverage.Kind != ledgerfile.CoverageSnapshot {
		return nil
	}
	for _, label := range slices.Sorted(maps.Keys(y.labelled)) {
		if year := y.labelled[label]; !touches(*year, y.coverage) {
			return fault.Invalid("import.other_year", year.Code, y.coverage.From.String(), y.coverage.To.String())
		}
	}
	return nil
}

// touches tells whether documents of a fiscal year may be dated in a coverage.
func touches(y FiscalYear, c ledgerfile.Coverage) bool {
	return !y.End.AddDays(yearMargin).Before(c.From) && !y.Start.AddDays(-yearMargin).After(c.To)
}

// concerned lists the fiscal years whose live entries the file is held against; nil: all of them, because the key of a line does not tell its year.
func (y *yearBook) concerned(r *importRun, all []FiscalYear) []int64 {
	if !keysTellYears(r.profile) {
		return nil
	}
	ids := map[int64]bool{}
	for _, year := range y.labelled {
		ids[year.ID] = true
	}
	for _, year := range y.dated {
		ids[year.ID] = true
	}
	for _, year := range all {
		if y.coverage.Kind == ledgerfile.CoverageSnapshot && touches(year, y.coverage) {
			ids[year.ID] = true
		}
	}
	return slices.SortedFunc(maps.Keys(ids), cmp.Compare[int64])
}

// keysTellYears tells whether two lines of one key are of one fiscal year.
func keysTellYears(p ledgerfile.Profile) bool {
	return !slices.ContainsFunc(p.Keys, func(k ledgerfile.Key) bool {
		return k.Unique && !slices.Contains(k.Fields, ledgerfile.FieldExercice)
	})
}

// place gives where a line stands: its fiscal year, the period that it is about, its day in the coverage, and the period in which it is booked.
func (y *yearBook) place(k *booking, l *ledgerfile.Line, p *Posting) error {
	p.CoverOn = clampDay(l.Date, y.coverage)
	year := y.labelled[l.Exercice]
	if year == nil {
		if year = y.dated[l.Date]; year == nil {
			year = y.dated[p.CoverOn]
		}
	}
	if year == nil {
		return fault.Conflict("import.file_changed")
	}
	p.YearID, p.Period = year.ID, year.PeriodOf(eitherDay(l.Date, p.CoverOn))
	at, ok := y.booked[p.At()]
	if !ok {
		var err error
		if at, err = k.Booked(p.At()); err != nil {
			return err
		}
		y.booked[p.At()] = at
	}
	p.BookedYearID, p.BookedPeriod = at.Year, at.Period
	return nil
}

// eitherDay is the first of the two days that is one.
func eitherDay(a, b civil.Date) civil.Date {
	if a.IsZero() {
		return b
	}
	return a
}
