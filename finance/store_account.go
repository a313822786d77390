package finance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type accountRow struct {
	bun.BaseModel  `bun:"table:account_category"`
	OrganisationID int64    `bun:"organisation_id,pk"`
	Prefix         string   `bun:"prefix,pk"`
	Label          string   `bun:"label"`
	Section        string   `bun:"section"`
	Category       Category `bun:"category"`
	Recovery       Recovery `bun:"recovery"`
}

func (r accountRow) account() Account {
	return Account{Prefix: r.Prefix, Label: r.Label, Section: r.Section, Category: r.Category, Recovery: r.Recovery}
}

// findOwnAccounts lists what an organisation says itself of accounts.
func findOwnAccounts(ctx context.Context, db database.Conn, organisation int64) ([]Account, error) {
	var rows []accountRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).OrderExpr("prefix").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return database.Convert(rows, accountRow.account), nil
}

// findAccounts gives what the accounts of an organisation mean.
func findAccounts(ctx context.Context, db database.Conn, organisation int64) (Accounts, error) {
	own, err := findOwnAccounts(ctx, db, organisation)
	return NewAccounts(own), err
}

// putAccount books what an organisation says of a prefix, in the place of what it said before.
func putAccount(ctx context.Context, tx database.Conn, organisation int64, a Account) error {
	row := accountRow{OrganisationID: organisation, Prefix: a.Prefix, Label: a.Label, Section: a.Section, Category: a.Category, Recovery: a.Recovery}
	_, err := tx.NewInsert().Model(&row).On("CONFLICT (organisation_id, prefix) DO UPDATE").
		Set("label = EXCLUDED.label").Set("section = EXCLUDED.section").Set("category = EXCLUDED.category").Set("recovery = EXCLUDED.recovery").Returning("NULL").Exec(ctx)
	if err != nil {
		return fmt.Errorf("save account %s: %w", a.Prefix, err)
	}
	return nil
}

func deleteAccount(ctx context.Context, tx database.Conn, organisation int64, prefix string) error {
	_, err := tx.NewDelete().Model((*accountRow)(nil)).Where("organisation_id = ? AND prefix = ?", organisation, prefix).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove account %s: %w", prefix, err)
	}
	return nil
}
