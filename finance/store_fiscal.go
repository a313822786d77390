package finance

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type fiscalYearRow struct {
	bun.BaseModel  `bun:"table:fiscal_year"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	Code           string     `bun:"code"`
	Year           int        `bun:"year"`
	Start          civil.Date `bun:"start_on"`
	End            civil.Date `bun:"end_on"`
	State          string     `bun:"state"`
	Version        int64      `bun:"version"`
}

type fiscalPeriodRow struct {
	bun.BaseModel  `bun:"table:fiscal_period"`
	OrganisationID int64      `bun:"organisation_id"`
	FiscalYearID   int64      `bun:"fiscal_year_id"`
	Number         int        `bun:"number"`
	Start          civil.Date `bun:"start_on"`
	End            civil.Date `bun:"end_on"`
	State          string     `bun:"state"`
}

func findCalendar(ctx context.Context, db database.Conn, o identity.Organisation) (Calendar, error) {
	var years []fiscalYearRow
	if err := db.NewSelect().Model(&years).Where("organisation_id = ?", o.ID).OrderExpr("start_on").Scan(ctx); err != nil {
		return Calendar{}, fmt.Errorf("list fiscal years: %w", err)
	}
	var periods []fiscalPeriodRow
	if err := db.NewSelect().Model(&periods).Where("organisation_id = ?", o.ID).OrderExpr("fiscal_year_id, number").Scan(ctx); err != nil {
		return Calendar{}, fmt.Errorf("list fiscal periods: %w", err)
	}
	of := map[int64][]Period{}
	for _, p := range periods {
		of[p.FiscalYearID] = append(of[p.FiscalYearID], Period{Number: p.Number, Start: p.Start, End: p.End, State: p.State})
	}
	c := Calendar{Years: make([]FiscalYear, len(years))}
	for i, y := range years {
		c.Years[i] = FiscalYear{ID: y.ID, OrganisationID: y.OrganisationID, Code: y.Code, Year: y.Year, Start: y.Start, End: y.End, State: y.State, Version: y.Version, Periods: of[y.ID]}
	}
	return c, nil
}

// insertYear books a fiscal year with its periods.
func insertYear(ctx context.Context, tx database.Conn, y *FiscalYear) error {
	row := fiscalYearRow{OrganisationID: y.OrganisationID, Code: y.Code, Year: y.Year, Start: y.Start, End: y.End, State: StateOpen, Version: 1}
	if err := database.BulkIDs(ctx, tx, []*fiscalYearRow{&row}); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("fiscal.code_taken", y.Code)
		}
		return err
	}
	y.ID, y.State, y.Version = row.ID, StateOpen, 1
	return insertPeriods(ctx, tx, y)
}

// insertPeriods cuts a year into its periods and books them.
func insertPeriods(ctx context.Context, tx database.Conn, y *FiscalYear) error {
	y.Periods = periodsOf(*y)
	rows := make([]fiscalPeriodRow, len(y.Periods))
	for i, p := range y.Periods {
		rows[i] = fiscalPeriodRow{OrganisationID: y.OrganisationID, FiscalYearID: y.ID, Number: p.Number, Start: p.Start, End: p.End, State: p.State}
	}
	return database.Bulk(ctx, tx, rows)
}

// apart refuses a year that shares a day with another one.
func (c Calendar) apart(y FiscalYear) error {
	for _, other := range c.Years {
		if other.ID != y.ID && !y.Start.After(other.End) && !other.Start.After(y.End) {
			return fault.Conflict("fiscal.overlaps", y.Code, other.Code)
		}
	}
	return nil
}

// addYear books a year and gives the calendar with it.
func (b *books) addYear(ctx context.Context, tx database.Conn, y FiscalYear) (FiscalYear, error) {
	if err := b.apart(y); err != nil {
		return y, err
	}
	y.OrganisationID = b.Organisation.ID
	if err := insertYear(ctx, tx, &y); err != nil {
		return y, err
	}
	b.Years = append(b.Years, y)
	slices.SortFunc(b.Years, func(a, c FiscalYear) int { return a.Start.Compare(c.Start) })
	return y, nil
}

// yearAt gives the year of a day, and books it by the organisation's calendar when there is none yet: between years
// that somebody set, it takes what they leave.
func (b *books) yearAt(ctx context.Context, tx database.Conn, d civil.Date) (FiscalYear, error) {
	if y, ok := b.Of(d); ok {
		return y, nil
	}
	usual := b.Fiscal.YearOf(d)
	y := FiscalYear{Code: usual.Label, Year: usual.Start.Year(), Start: usual.Start, End: usual.End}
	for _, other := range b.Years {
		if other.End.Before(d) && !other.End.Before(y.Start) {
			y.Start = other.End.AddDays(1)
		}
		if other.Start.After(d) && !other.Start.After(y.End) {
			y.End = other.Start.AddDays(-1)
		}
	}
	if slices.ContainsFunc(b.Years, func(o FiscalYear) bool { return o.Code == y.Code }) {
		y.Code = fmt.Sprintf("%s (%s)", y.Code, y.Start)
	}
	return b.addYear(ctx, tx, y)
}

// yearLabelled gives the year that the finance system knows under a number, and books it when there is none yet.
func (b *books) yearLabelled(ctx context.Context, tx database.Conn, year int) (FiscalYear, error) {
	if y, ok := b.Labelled(year); ok {
		return y, nil
	}
	start, ok := civil.NewDate(year, max(b.Fiscal.Month, 1), max(b.Fiscal.Day, 1))
	if !ok || year < 1900 || year > 2199 {
		return FiscalYear{}, fault.Invalid("fiscal.year", strconv.Itoa(year))
	}
	return b.yearAt(ctx, tx, start)
}
