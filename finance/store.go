package finance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
)

type settingRow struct {
	bun.BaseModel   `bun:"table:finance_setting"`
	OrganisationID  int64  `bun:"organisation_id,pk"`
	SIRET           string `bun:"siret"`
	AmountBasis     string `bun:"amount_basis"`
	CostBasis       string `bun:"cost_basis"`
	AllotmentCheck  string `bun:"allotment_check"`
	LoneOfficer     bool   `bun:"lone_officer"`
	WithdrawalShare int64  `bun:"withdrawal_share_bp"`
	WithdrawalLines int64  `bun:"withdrawal_lines"`
	Thresholds      string `bun:"thresholds"`
	FactsVersion    int64  `bun:"facts_version"`
	Version         int64  `bun:"version"`
}

func settingsRow(s Settings) settingRow {
	return settingRow{OrganisationID: s.OrganisationID, SIRET: s.SIRET, AmountBasis: s.AmountBasis, CostBasis: s.CostBasis, AllotmentCheck: s.AllotmentCheck, LoneOfficer: s.LoneOfficer,
		WithdrawalShare: int64(s.WithdrawalShare), WithdrawalLines: s.WithdrawalLines, Thresholds: s.Thresholds, FactsVersion: s.FactsVersion, Version: s.Version}
}

func (r settingRow) settings() Settings {
	return Settings{OrganisationID: r.OrganisationID, SIRET: r.SIRET, AmountBasis: r.AmountBasis, CostBasis: r.CostBasis, AllotmentCheck: r.AllotmentCheck, LoneOfficer: r.LoneOfficer,
		WithdrawalShare: money.BasisPoints(r.WithdrawalShare), WithdrawalLines: r.WithdrawalLines, Thresholds: r.Thresholds, FactsVersion: r.FactsVersion, Version: r.Version}
}

// lockSettings holds the books of an organisation. The row is made with the first booking.
func lockSettings(ctx context.Context, tx database.Conn, organisation int64) error {
	row := settingsRow(defaultSettings(organisation))
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT (organisation_id) DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("make finance settings: %w", err)
	}
	if _, err := tx.ExecContext(ctx, "UPDATE finance_setting SET version = version WHERE organisation_id = ?", organisation); err != nil {
		return fmt.Errorf("hold the books: %w", err)
	}
	return nil
}

// bumpFacts tells readers of computed values that the books changed.
func bumpFacts(ctx context.Context, tx database.Conn, organisation int64) error {
	if _, err := tx.ExecContext(ctx, "UPDATE finance_setting SET facts_version = facts_version + 1 WHERE organisation_id = ?", organisation); err != nil {
		return fmt.Errorf("raise the books' version: %w", err)
	}
	return nil
}

// withReversals selects rows of a kind that is never changed, each with the number of the row that reverses it.
func withReversals(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("?TableAlias.*").ColumnExpr("COALESCE(r.id, 0) AS reversed_by").
		Join("LEFT JOIN ?TableName AS r ON r.organisation_id = ?TableAlias.organisation_id AND r.reverses_id = ?TableAlias.id")
}

func findSettings(ctx context.Context, db database.Conn, organisation int64) (Settings, error) {
	var row settingRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ?", organisation).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return defaultSettings(organisation), nil
	}
	if err != nil {
		return Settings{}, fmt.Errorf("load finance settings: %w", err)
	}
	return row.settings(), nil
}

func updateSettings(ctx context.Context, tx database.Conn, s Settings) error {
	row := settingsRow(s)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).
		Column("siret", "amount_basis", "cost_basis", "allotment_check", "lone_officer", "withdrawal_share_bp", "withdrawal_lines", "thresholds", "version").
		Where("organisation_id = ? AND version = ?", s.OrganisationID, s.Version).Exec(ctx)
	return database.Updated(res, err, "organisation", s.OrganisationID)
}
