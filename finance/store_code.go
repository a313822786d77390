package finance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// findCode gives the finance code of a project, "" while it has none.
func findCode(ctx context.Context, db database.Conn, organisation int64, project portfolio.ProjectID) (code string, err error) {
	err = db.NewRaw("SELECT code FROM finance_code WHERE organisation_id = ? AND project_id = ?", organisation, project).Scan(ctx, &code)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("load finance code of project %d: %w", project, err)
	}
	return code, nil
}

// findExits gives the day on which projects left the portfolio, for those that have not come back.
func findExits(ctx context.Context, db database.Conn, organisation int64) (map[portfolio.ProjectID]civil.Date, error) {
	var rows []struct {
		ProjectID portfolio.ProjectID `bun:"project_id"`
		LeftOn    civil.Date          `bun:"left_on"`
	}
	err := db.NewRaw("SELECT project_id, MAX(left_on) AS left_on FROM project_exit WHERE organisation_id = ? AND withdrawn_at IS NULL AND returned_on IS NULL GROUP BY project_id", organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list exits: %w", err)
	}
	out := make(map[portfolio.ProjectID]civil.Date, len(rows))
	for _, r := range rows {
		out[r.ProjectID] = r.LeftOn
	}
	return out, nil
}

// maxUncoded is how many commitments without a finance code are listed, those that call for most first.
const maxUncoded = 1000

// findUncoded lists the open commitments that carry no finance code on any axis.
func findUncoded(ctx context.Context, db database.Conn, organisation int64) ([]UncodedCommitment, error) {
	var rows []struct {
		ID           int64        `bun:"id"`
		Number       string       `bun:"number"`
		Item         string       `bun:"item"`
		Label        string       `bun:"label"`
		SupplierName string       `bun:"supplier_name"`
		Contract     string       `bun:"contract"`
		Committed    money.Amount `bun:"committed"`
		Suggested    string       `bun:"suggested"`
	}
	err := db.NewRaw(`SELECT k.id, k.number, k.item, k.label, k.supplier_name, k.contract, k.committed,
			COALESCE((SELECT c.code FROM commitment_share AS s JOIN finance_code AS c ON c.organisation_id = s.organisation_id AND c.project_id = s.project_id
				WHERE s.organisation_id = k.organisation_id AND s.commitment_id = k.id AND s.ended_at IS NULL ORDER BY s.share_bp DESC, s.id LIMIT 1), '') AS suggested
		FROM commitment AS k
		WHERE k.organisation_id = ? AND k.state = 'open'
			AND NOT EXISTS (SELECT 1 FROM finance_code AS c WHERE c.organisation_id = k.organisation_id AND c.code IN (upper(k.analytic), upper(k.operation)))
		ORDER BY k.committed - k.mandated DESC, k.number, k.item, k.id LIMIT ?`, organisation, maxUncoded).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list commitments without finance code: %w", err)
	}
	out := make([]UncodedCommitment, len(rows))
	for i, r := range rows {
		out[i] = UncodedCommitment(r)
	}
	return out, nil
}
