package finance

import (
	"context"
	"fmt"

	"jalon/finance/reconcile"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// findDirectory lists the keys by which lines find their projects: finance codes, commitments and the numbers that they replaced.
func findDirectory(ctx context.Context, db database.Conn, organisation int64) (reconcile.Directory, error) {
	dir := reconcile.Directory{}
	var codes []financeCodeRow
	if err := db.NewSelect().Model(&codes).Column("project_id", "code").Where("organisation_id = ?", organisation).Scan(ctx); err != nil {
		return dir, fmt.Errorf("list finance codes: %w", err)
	}
	dir.Codes = make(map[string]int64, len(codes))
	for _, c := range codes {
		dir.Codes[c.Code] = int64(c.ProjectID)
	}
	shares, err := findShares(ctx, db, organisation)
	if err != nil {
		return dir, err
	}
	dir.Commitments, dir.Items = commitmentParts(shares)
	dir.Aliases, err = findAliases(ctx, db, organisation)
	return dir, err
}

// findShares lists the commitments that belong to projects.
func findShares(ctx context.Context, db database.Conn, organisation int64) ([]sharedCommitment, error) {
	var rows []struct {
		ID        int64               `bun:"id"`
		Number    string              `bun:"number"`
		Item      string              `bun:"item"`
		Supplier  string              `bun:"supplier"`
		Contract  string              `bun:"contract"`
		State     string              `bun:"state"`
		Remainder money.Amount        `bun:"remainder"`
		Project   portfolio.ProjectID `bun:"project_id"`
		Share     int64               `bun:"share_bp"`
	}
	err := db.NewRaw(`SELECT c.id, c.number, c.item, c.supplier, c.contract, c.state, c.committed - c.mandated AS remainder, s.project_id, s.share_bp
		FROM commitment_share AS s JOIN commitment AS c ON c.organisation_id = s.organisation_id AND c.id = s.commitment_id
		WHERE s.organisation_id = ? AND s.ended_at IS NULL ORDER BY c.id, s.project_id, s.id`, organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list shares of commitments: %w", err)
	}
	var out []sharedCommitment
	last := int64(0)
	for _, r := range rows {
		if r.ID != last {
			out = append(out, sharedCommitment{number: r.Number, item: r.Item, supplier: r.Supplier, contract: r.Contract, open: r.State == StateOpen, remainder: r.Remainder})
			last = r.ID
		}
		c := &out[len(out)-1]
		c.parts = append(c.parts, reconcile.Part{Project: int64(r.Project), ShareBP: r.Share})
	}
	return out, nil
}

// findAliases lists the numbers of commitments that were replaced.
func findAliases(ctx context.Context, db database.Conn, organisation int64) (map[string]string, error) {
	var rows []struct {
		Old string `bun:"old_number"`
		New string `bun:"new_number"`
	}
	if err := db.NewRaw("SELECT old_number, new_number FROM commitment_alias WHERE organisation_id = ?", organisation).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("list replaced commitments: %w", err)
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.Old] = r.New
	}
	return out, nil
}
