package finance

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/fault"
)

type aliasRow struct {
	bun.BaseModel `bun:"table:commitment_alias,alias:a"`
	CommitmentAlias
}

// findRekeys lists replaced numbers with who recorded them and how many live entries name them.
func findRekeys(ctx context.Context, db database.Conn, organisation int64) ([]CommitmentAlias, error) {
	var rows []aliasRow
	err := db.NewSelect().Model(&rows).ColumnExpr("a.*").ColumnExpr("COALESCE(u.name, a.recorded_by) AS recorded_name").
		Join("LEFT JOIN user_account AS u ON 'user:' || u.id = a.recorded_by").Where("a.organisation_id = ?", organisation).OrderExpr("a.old_number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list replaced commitments: %w", err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	var named []struct {
		Number  string `bun:"number"`
		Entries int64  `bun:"entries"`
	}
	err = db.NewRaw(`SELECT UPPER(p.commitment_no) AS number, COUNT(*) AS entries FROM posting AS p WHERE p.organisation_id = ?0 AND p.live
		AND UPPER(p.commitment_no) IN (SELECT a.old_number FROM commitment_alias AS a WHERE a.organisation_id = ?0) GROUP BY UPPER(p.commitment_no)`, organisation).Scan(ctx, &named)
	if err != nil {
		return nil, fmt.Errorf("count entries of replaced commitments: %w", err)
	}
	counts := make(map[string]int64, len(named))
	for _, n := range named {
		counts[n.Number] = n.Entries
	}
	out := make([]CommitmentAlias, len(rows))
	for i, r := range rows {
		out[i] = r.CommitmentAlias
		out[i].Entries = counts[r.Old]
	}
	return out, nil
}

func insertAlias(ctx context.Context, tx database.Conn, a CommitmentAlias) error {
	row := aliasRow{CommitmentAlias: a}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("book replaced number: %w", err)
	}
	return nil
}

// deleteAlias takes a replaced number out and gives what it was; the trail keeps it. Numbers are no bookings: entries keep the one that they name.
func deleteAlias(ctx context.Context, tx database.Conn, organisation int64, old string) (CommitmentAlias, error) {
	var rows []aliasRow
	if err := tx.NewSelect().Model(&rows).Where("a.organisation_id = ? AND a.old_number = ?", organisation, old).Scan(ctx); err != nil {
		return CommitmentAlias{}, fmt.Errorf("load replaced number: %w", err)
	}
	if len(rows) == 0 {
		return CommitmentAlias{}, fault.NotFound("commitment.alias", old)
	}
	if _, err := tx.NewDelete().Model((*aliasRow)(nil)).Where("a.organisation_id = ? AND a.old_number = ?", organisation, old).Exec(ctx); err != nil {
		return CommitmentAlias{}, fmt.Errorf("take replaced number back: %w", err)
	}
	return rows[0].CommitmentAlias, nil
}
