package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

type forecastRow struct {
	bun.BaseModel  `bun:"table:forecast,alias:f"`
	ID             ForecastID          `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id"`
	AsOf           civil.Date          `bun:"as_of,type:date"`
	Number         int                 `bun:"number"`
	Comment        string              `bun:"comment"`
	Physical       *money.BasisPoints  `bun:"physical_bp"`
	Planned        *money.BasisPoints  `bun:"planned_bp"`
	RecordedBy     string              `bun:"recorded_by"`
	RecordedAt     time.Time           `bun:"recorded_at"`
}

func (r forecastRow) forecast() Forecast {
	return Forecast{ID: r.ID, OrganisationID: r.OrganisationID, ProjectID: r.ProjectID, AsOf: r.AsOf, Number: r.Number, Comment: r.Comment, Physical: r.Physical, Planned: r.Planned,
		RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
}

type forecastLineRow struct {
	bun.BaseModel  `bun:"table:forecast_line,alias:l"`
	OrganisationID int64             `bun:"organisation_id,pk"`
	ForecastID     ForecastID        `bun:"forecast_id,pk"`
	Number         int               `bun:"number,pk"`
	YearID         int64             `bun:"fiscal_year_id"`
	Section        string            `bun:"section"`
	Category       Category          `bun:"category"`
	Kind           ForecastKind      `bun:"kind"`
	Amount         money.Amount      `bun:"amount"`
	Probability    money.BasisPoints `bun:"probability_bp"`
}

type forecastActualRow struct {
	bun.BaseModel  `bun:"table:forecast_actual,alias:m"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	ForecastID     ForecastID   `bun:"forecast_id,pk"`
	YearID         int64        `bun:"fiscal_year_id,pk"`
	Section        string       `bun:"section,pk"`
	Mandated       money.Amount `bun:"mandated"`
}

// insertForecast books a forecast with its lines, and what was mandated when it was made.
func insertForecast(ctx context.Context, tx database.Conn, f *Forecast) error {
	row := forecastRow{OrganisationID: f.OrganisationID, ProjectID: f.ProjectID, AsOf: f.AsOf, Number: f.Number, Comment: f.Comment, Physical: f.Physical, Planned: f.Planned,
		RecordedBy: f.RecordedBy, RecordedAt: f.RecordedAt}
	if err := database.BulkIDs(ctx, tx, []*forecastRow{&row}); err != nil {
		return err
	}
	f.ID = row.ID
	lines := make([]forecastLineRow, len(f.Lines))
	for i, l := range f.Lines {
		lines[i] = forecastLineRow{OrganisationID: f.OrganisationID, ForecastID: f.ID, Number: i + 1, YearID: l.YearID, Section: l.Section, Category: l.Category, Kind: l.Kind,
			Amount: l.Amount, Probability: l.Probability}
	}
	if err := database.Bulk(ctx, tx, lines); err != nil {
		return err
	}
	actuals := make([]forecastActualRow, len(f.Mandated))
	for i, m := range f.Mandated {
		actuals[i] = forecastActualRow{OrganisationID: f.OrganisationID, ForecastID: f.ID, YearID: m.YearID, Section: m.Section, Mandated: m.Amount}
	}
	return database.Bulk(ctx, tx, actuals)
}

// forecastFilter narrows forecasts.
type forecastFilter struct {
	extent
	until civil.Date // made by this day; zero: all
	last  bool       // of each project the last one alone
}

// ids is a query of the keys of the forecasts that are wanted.
func (f forecastFilter) ids(db database.Conn) *bun.SelectQuery {
	within, args := f.of("w.project_id")
	q := db.NewSelect().TableExpr("forecast AS w").ColumnExpr("w.id").Where("w.organisation_id = ?", f.organisation).Where(within, args...)
	if !f.until.IsZero() {
		q = q.Where("w.as_of <= ?", f.until)
	}
	if !f.last {
		return q
	}
	q = q.ColumnExpr("ROW_NUMBER() OVER (PARTITION BY w.project_id ORDER BY w.as_of DESC, w.number DESC) AS place")
	return db.NewSelect().TableExpr("(?) AS t", q).ColumnExpr("t.id").Where("t.place = 1")
}

// findForecasts lists forecasts with their lines, by project and day, the latest last.
func findForecasts(ctx context.Context, db database.Conn, filter forecastFilter) ([]Forecast, error) {
	var rows []forecastRow
	err := db.NewSelect().Model(&rows).Where("f.organisation_id = ? AND f.id IN (?)", filter.organisation, filter.ids(db)).OrderExpr("f.project_id, f.as_of, f.number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list forecasts: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	out, at := make([]Forecast, len(rows)), make(map[ForecastID]int, len(rows))
	for i, r := range rows {
		out[i], at[r.ID] = r.forecast(), i
	}
	var lines []forecastLineRow
	if err := db.NewSelect().Model(&lines).Where("l.organisation_id = ? AND l.forecast_id IN (?)", filter.organisation, filter.ids(db)).OrderExpr("l.forecast_id, l.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list lines of forecasts: %w", err)
	}
	for _, l := range lines {
		f := &out[at[l.ForecastID]]
		f.Lines = append(f.Lines, ForecastLine{YearID: l.YearID, Section: l.Section, Category: l.Category, Kind: l.Kind, Amount: l.Amount, Probability: l.Probability})
	}
	var actuals []forecastActualRow
	err = db.NewSelect().Model(&actuals).Where("m.organisation_id = ? AND m.forecast_id IN (?)", filter.organisation, filter.ids(db)).
		OrderExpr("m.forecast_id, m.fiscal_year_id, m.section").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list what forecasts started from: %w", err)
	}
	for _, m := range actuals {
		f := &out[at[m.ForecastID]]
		f.Mandated = append(f.Mandated, MandatedCell{m.YearID, m.Section, m.Mandated})
	}
	return out, nil
}
