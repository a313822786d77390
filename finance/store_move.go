package finance

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

type moveRow struct {
	bun.BaseModel  `bun:"table:cost_move,alias:m"`
	ID             MoveID              `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id"`
	On             civil.Date          `bun:"on_date,type:date"`
	Cause          forecast.Cause      `bun:"cause"`
	Amount         money.Amount        `bun:"amount"`
	Decision       string              `bun:"decision_reference"`
	Reason         string              `bun:"reason"`
	ReversesID     MoveID              `bun:"reverses_id,nullzero"`
	RecordedBy     string              `bun:"recorded_by"`
	RecordedAt     time.Time           `bun:"recorded_at"`
	ReversedBy     MoveID              `bun:"reversed_by,scanonly"`
}

func (r moveRow) move() Move {
	return Move{ID: r.ID, OrganisationID: r.OrganisationID, ProjectID: r.ProjectID, On: r.On, Cause: r.Cause, Amount: r.Amount, Decision: r.Decision, Reason: r.Reason,
		Reverses: r.ReversesID, ReversedBy: r.ReversedBy, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
}

func insertMove(ctx context.Context, tx database.Conn, m *Move) error {
	row := moveRow{OrganisationID: m.OrganisationID, ProjectID: m.ProjectID, On: m.On, Cause: m.Cause, Amount: m.Amount, Decision: m.Decision, Reason: m.Reason, ReversesID: m.Reverses,
		RecordedBy: m.RecordedBy, RecordedAt: m.RecordedAt}
	err := database.BulkIDs(ctx, tx, []*moveRow{&row})
	if database.Classify(err) == database.Unique {
		return fault.Conflict("finance.move.reversed", strconv.FormatInt(int64(m.Reverses), 10))
	}
	m.ID = row.ID
	return err
}

// findMoves lists the moves of an extent, the earliest first, reversed ones and reversals included.
func findMoves(ctx context.Context, db database.Conn, e extent) ([]Move, error) {
	var rows []moveRow
	within, args := e.of("m.project_id")
	err := withReversals(db.NewSelect().Model(&rows)).Where("m.organisation_id = ?", e.organisation).Where(within, args...).OrderExpr("m.on_date, m.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list moves of costs: %w", err)
	}
	return database.Convert(rows, moveRow.move), nil
}
