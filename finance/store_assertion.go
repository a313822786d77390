package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/money"
)

type assertionRow struct {
	bun.BaseModel  `bun:"table:balance_assertion,alias:b"`
	ID             int64           `bun:"id,pk,autoincrement"`
	OrganisationID int64           `bun:"organisation_id"`
	YearID         int64           `bun:"fiscal_year_id"`
	Until          int             `bun:"until_period"`
	Flow           ledgerfile.Flow `bun:"flow"`
	Dimension      Dimension       `bun:"dimension"`
	Value          string          `bun:"value"`
	Expected       money.Amount    `bun:"expected"`
	Computed       money.Amount    `bun:"computed"`
	CheckedAt      time.Time       `bun:"checked_at,nullzero"`
	Source         string          `bun:"source"`
	RecordedBy     string          `bun:"recorded_by"`
	RecordedAt     time.Time       `bun:"recorded_at"`
	WithdrawnBy    string          `bun:"withdrawn_by"`
	WithdrawnAt    time.Time       `bun:"withdrawn_at,nullzero"`
}

func (r assertionRow) assertion(c Calendar) Assertion {
	y, _ := c.Year(r.YearID)
	return Assertion{ID: r.ID, OrganisationID: r.OrganisationID, YearID: r.YearID, Year: y.Code, Until: r.Until, Flow: r.Flow, Dimension: r.Dimension, Value: r.Value, Expected: r.Expected,
		Computed: r.Computed, CheckedAt: r.CheckedAt, Source: r.Source, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt, WithdrawnBy: r.WithdrawnBy, WithdrawnAt: r.WithdrawnAt}
}

func insertAssertion(ctx context.Context, tx database.Conn, a *Assertion) error {
	row := assertionRow{OrganisationID: a.OrganisationID, YearID: a.YearID, Until: a.Until, Flow: a.Flow, Dimension: a.Dimension, Value: a.Value, Expected: a.Expected,
		Computed: a.Computed, CheckedAt: database.Instant(a.CheckedAt), Source: a.Source, RecordedBy: a.RecordedBy, RecordedAt: database.Instant(a.RecordedAt)}
	err := database.BulkIDs(ctx, tx, []*assertionRow{&row})
	a.ID = row.ID
	return err
}

// findAssertions lists the balances that count, those that do not hold first.
func findAssertions(ctx context.Context, db database.Conn, b *books) ([]Assertion, error) {
	var rows []assertionRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND withdrawn_at IS NULL", b.Organisation.ID).
		OrderExpr("CASE WHEN expected = computed THEN 1 ELSE 0 END, fiscal_year_id DESC, until_period DESC, flow, dimension, value, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list assertions: %w", err)
	}
	out := make([]Assertion, len(rows))
	for i, r := range rows {
		out[i] = r.assertion(b.Calendar)
	}
	return out, nil
}

func findAssertion(ctx context.Context, db database.Conn, id int64) (assertionRow, error) {
	var row assertionRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row, database.One(err, "assertion", id)
}

func withdrawAssertion(ctx context.Context, tx database.Conn, a assertionRow, actor string, now time.Time) error {
	res, err := tx.ExecContext(ctx, "UPDATE balance_assertion SET withdrawn_by = ?, withdrawn_at = ? WHERE organisation_id = ? AND id = ? AND withdrawn_at IS NULL",
		actor, database.Instant(now), a.OrganisationID, a.ID)
	return database.Updated(res, err, "assertion", a.ID)
}

// balanceRow is what the books say of an assertion.
type balanceRow struct {
	ID       int64        `bun:"id"`
	Before   money.Amount `bun:"computed"`
	Computed money.Amount `bun:"now"`
}

// findBalances works out what the books say of every assertion that counts. Entries are summed once, over the years that assertions
// are about, however many of these there are.
func findBalances(ctx context.Context, db database.Conn, organisation int64) ([]balanceRow, error) {
	var rows []balanceRow
	err := db.NewRaw(`WITH live AS (SELECT * FROM balance_assertion WHERE organisation_id = ?0 AND withdrawn_at IS NULL),
		sums AS (SELECT fiscal_year_id, flow, period, section, chapter, nature, operation, budget, sum(amount) AS amount FROM posting
			WHERE organisation_id = ?0 AND stage = 'mandated' AND fiscal_year_id IN (SELECT fiscal_year_id FROM live)
			GROUP BY fiscal_year_id, flow, period, section, chapter, nature, operation, budget)
		SELECT l.id, l.computed, CAST(coalesce(sum(s.amount), 0) AS BIGINT) AS now FROM live AS l
			LEFT JOIN sums AS s ON s.fiscal_year_id = l.fiscal_year_id AND s.flow = l.flow AND s.period <= l.until_period
				AND l.value = CASE l.dimension WHEN 'section' THEN s.section WHEN 'chapter' THEN s.chapter WHEN 'nature' THEN s.nature
					WHEN 'operation' THEN s.operation WHEN 'budget' THEN s.budget ELSE '' END
			GROUP BY l.id, l.computed ORDER BY l.id`, organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("work out asserted balances: %w", err)
	}
	return rows, nil
}

// setBalances notes what the books say, and when.
func setBalances(ctx context.Context, tx database.Conn, organisation int64, rows []balanceRow, now time.Time) error {
	for _, r := range rows {
		if r.Computed == r.Before {
			continue
		}
		if _, err := tx.ExecContext(ctx, "UPDATE balance_assertion SET computed = ? WHERE organisation_id = ? AND id = ?", r.Computed, organisation, r.ID); err != nil {
			return fmt.Errorf("note asserted balance: %w", err)
		}
	}
	if _, err := tx.ExecContext(ctx, "UPDATE balance_assertion SET checked_at = ? WHERE organisation_id = ? AND withdrawn_at IS NULL", database.Instant(now), organisation); err != nil {
		return fmt.Errorf("note asserted balances: %w", err)
	}
	return nil
}
