package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type organisationRow struct {
	bun.BaseModel `bun:"table:organisation"`
	ID            int64          `bun:"id,pk,autoincrement"`
	ParentID      *int64         `bun:"parent_id"`
	Kind          string         `bun:"kind"`
	Code          string         `bun:"code"`
	Name          string         `bun:"name"`
	Currency      money.Currency `bun:"currency"`
	FiscalMonth   int            `bun:"fiscal_month"`
	FiscalDay     int            `bun:"fiscal_day"`
	Locale        string         `bun:"locale"`
	TimeZone      string         `bun:"time_zone"`
	Version       int64          `bun:"version"`
	Retention     int            `bun:"retention_months"`
	CreatedAt     time.Time      `bun:"created_at"`
}

func (r organisationRow) organisation() Organisation {
	o := Organisation{ID: r.ID, Code: r.Code, Name: r.Name, Kind: r.Kind, Currency: r.Currency,
		Fiscal: civil.FiscalCalendar{Month: time.Month(r.FiscalMonth), Day: r.FiscalDay}, Locale: r.Locale, TimeZone: r.TimeZone,
		Version: r.Version, RetentionMonths: r.Retention}
	if r.ParentID != nil {
		o.ParentID = *r.ParentID
	}
	return o
}

func insertOrganisation(ctx context.Context, tx database.Conn, o *Organisation, now time.Time) error {
	row := organisationRow{Kind: o.Kind, Code: o.Code, Name: o.Name, Currency: o.Currency, FiscalMonth: max(int(o.Fiscal.Month), 1),
		FiscalDay: max(o.Fiscal.Day, 1), Locale: o.Locale, TimeZone: o.TimeZone, Version: 1, Retention: o.RetentionMonths, CreatedAt: database.Instant(now)}
	if o.ParentID != 0 {
		row.ParentID = &o.ParentID
	}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		switch database.Classify(err) {
		case database.Unique:
			return fault.Conflict("organisation.code.taken", o.Code)
		case database.ForeignKey:
			return fault.NotFound("organisation", o.ParentID)
		}
		return fmt.Errorf("save organisation: %w", err)
	}
	o.ID, o.Version = row.ID, row.Version
	return nil
}

func findOrganisations(ctx context.Context, db database.Conn) ([]Organisation, error) {
	var rows []organisationRow
	if err := db.NewSelect().Model(&rows).OrderExpr("code, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list organisations: %w", err)
	}
	return database.Convert(rows, organisationRow.organisation), nil
}

// FindOrganisation loads one organisation inside the caller's transaction.
func FindOrganisation(ctx context.Context, db database.Conn, id int64) (Organisation, error) {
	var row organisationRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.organisation(), database.One(err, "organisation", id)
}

func updateOrganisation(ctx context.Context, tx database.Conn, o Organisation, version int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE organisation SET code = ?, name = ?, currency = ?, fiscal_month = ?, fiscal_day = ?, locale = ?, time_zone = ?, retention_months = ?,
		version = version + 1 WHERE id = ? AND version = ?`, o.Code, o.Name, o.Currency, max(int(o.Fiscal.Month), 1), max(o.Fiscal.Day, 1), o.Locale, o.TimeZone,
		o.RetentionMonths, o.ID, version)
	if database.Classify(err) == database.Unique {
		return fault.Conflict("organisation.code.taken", o.Code)
	}
	return database.Updated(res, err, "organisation", o.ID)
}

// countRoadmaps counts the roadmaps that count in the currency of an organisation.
func countRoadmaps(ctx context.Context, db database.Conn, organisation int64) (n int, err error) {
	if err := db.NewRaw("SELECT count(*) FROM roadmap WHERE organisation_id = ?", organisation).Scan(ctx, &n); err != nil {
		return 0, fmt.Errorf("count roadmaps: %w", err)
	}
	return n, nil
}
