package finance

import (
	"context"
	"fmt"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// anythingBooked tells whether any amount stands in the books of an organisation.
func anythingBooked(ctx context.Context, db database.Conn, organisation int64) (bool, error) {
	var booked bool
	err := db.NewRaw(`SELECT EXISTS (SELECT 1 FROM envelope_movement WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM budget_version WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM posting WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM commitment WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM forecast WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM cost_move WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM funding WHERE organisation_id = ?0)
			OR EXISTS (SELECT 1 FROM balance_assertion WHERE organisation_id = ?0)`, organisation).Scan(ctx, &booked)
	if err != nil {
		return false, fmt.Errorf("look for bookings: %w", err)
	}
	return booked, nil
}

// yearInUse tells whether anything stands in a fiscal year, or was signed of it.
func yearInUse(ctx context.Context, db database.Conn, organisation, year int64) (bool, error) {
	var used bool
	err := db.NewRaw(`SELECT EXISTS (SELECT 1 FROM envelope_movement WHERE organisation_id = ?0 AND fiscal_year_id = ?1)
			OR EXISTS (SELECT 1 FROM budget_line WHERE organisation_id = ?0 AND fiscal_year_id = ?1)
			OR EXISTS (SELECT 1 FROM posting WHERE organisation_id = ?0 AND (fiscal_year_id = ?1 OR booked_year_id = ?1))
			OR EXISTS (SELECT 1 FROM allocation WHERE organisation_id = ?0 AND booked_year_id = ?1)
			OR EXISTS (SELECT 1 FROM commitment_event WHERE organisation_id = ?0 AND fiscal_year_id = ?1)
			OR EXISTS (SELECT 1 FROM forecast_line WHERE organisation_id = ?0 AND fiscal_year_id = ?1)
			OR EXISTS (SELECT 1 FROM balance_assertion WHERE organisation_id = ?0 AND fiscal_year_id = ?1)
			OR EXISTS (SELECT 1 FROM certificate WHERE organisation_id = ?0 AND fiscal_year_id = ?1)`, organisation, year).Scan(ctx, &used)
	if err != nil {
		return false, fmt.Errorf("look for bookings of fiscal year %d: %w", year, err)
	}
	return used, nil
}

// updateYear gives a year another range, code or number, and the periods of that range.
func updateYear(ctx context.Context, tx database.Conn, y *FiscalYear) error {
	res, err := tx.ExecContext(ctx, "UPDATE fiscal_year SET code = ?, year = ?, start_on = ?, end_on = ?, version = version + 1 WHERE organisation_id = ? AND id = ? AND version = ?",
		y.Code, y.Year, y.Start, y.End, y.OrganisationID, y.ID, y.Version)
	if err != nil && database.Classify(err) == database.Unique {
		return fault.Conflict("fiscal.code_taken", y.Code)
	}
	if err := database.Updated(res, err, "fiscal_year", y.ID); err != nil {
		return err
	}
	y.Version++
	if err := deletePeriods(ctx, tx, *y); err != nil {
		return err
	}
	return insertPeriods(ctx, tx, y)
}

// deleteYear takes a fiscal year out of the calendar, unless somebody changed it since it was read.
func deleteYear(ctx context.Context, tx database.Conn, y FiscalYear) error {
	if err := deletePeriods(ctx, tx, y); err != nil {
		return err
	}
	res, err := tx.ExecContext(ctx, "DELETE FROM fiscal_year WHERE organisation_id = ? AND id = ? AND version = ?", y.OrganisationID, y.ID, y.Version)
	return database.Updated(res, err, "fiscal_year", y.ID)
}

func deletePeriods(ctx context.Context, tx database.Conn, y FiscalYear) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM fiscal_period WHERE organisation_id = ? AND fiscal_year_id = ?", y.OrganisationID, y.ID); err != nil {
		return fmt.Errorf("remove periods of fiscal year %d: %w", y.ID, err)
	}
	return nil
}
