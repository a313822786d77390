package finance

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

type movementRow struct {
	bun.BaseModel  `bun:"table:envelope_movement,alias:m"`
	ID             MovementID   `bun:"id,pk,autoincrement"`
	OrganisationID int64        `bun:"organisation_id"`
	EnvelopeID     EnvelopeID   `bun:"envelope_id"`
	YearID         int64        `bun:"fiscal_year_id,nullzero"`
	Section        string       `bun:"section"`
	Authorisation  string       `bun:"authorisation"`
	Act            Act          `bun:"act"`
	Reference      string       `bun:"act_reference"`
	On             civil.Date   `bun:"act_on,type:date"`
	Amount         money.Amount `bun:"amount"`
	TransferID     int64        `bun:"transfer_id,nullzero"`
	ReversesID     MovementID   `bun:"reverses_id,nullzero"`
	Reason         string       `bun:"reason"`
	RecordedBy     string       `bun:"recorded_by"`
	RecordedAt     time.Time    `bun:"recorded_at"`
	ReversedBy     MovementID   `bun:"reversed_by,scanonly"` // 0 where it was not asked for
}

func (r movementRow) movement() Movement {
	return Movement{ID: r.ID, OrganisationID: r.OrganisationID, Cell: Cell{r.EnvelopeID, r.YearID, r.Section, r.Authorisation}, Act: r.Act, Reference: r.Reference, On: r.On,
		Amount: r.Amount, TransferID: r.TransferID, Reverses: r.ReversesID, ReversedBy: r.ReversedBy, Reason: r.Reason, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
}

// insertMovements books movements and fills in their ids.
func insertMovements(ctx context.Context, tx database.Conn, movements []Movement) error {
	rows := make([]*movementRow, len(movements))
	for i, m := range movements {
		rows[i] = &movementRow{OrganisationID: m.OrganisationID, EnvelopeID: m.Envelope, YearID: m.YearID, Section: m.Section, Authorisation: m.Authorisation, Act: m.Act,
			Reference: m.Reference, On: m.On, Amount: m.Amount, TransferID: m.TransferID, ReversesID: m.Reverses, Reason: m.Reason, RecordedBy: m.RecordedBy, RecordedAt: m.RecordedAt}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("envelope.movement_reversed")
		}
		return err
	}
	for i, r := range rows {
		movements[i].ID = r.ID
	}
	return nil
}

// nextTransfer numbers the transfers of an organisation, whose books are held.
func nextTransfer(ctx context.Context, tx database.Conn, organisation int64) (next int64, err error) {
	err = tx.NewRaw("SELECT COALESCE(MAX(transfer_id), 0) + 1 FROM envelope_movement WHERE organisation_id = ?", organisation).Scan(ctx, &next)
	if err != nil {
		return 0, fmt.Errorf("number transfer: %w", err)
	}
	return next, nil
}

// findMovement gives one movement.
func findMovement(ctx context.Context, db database.Conn, id MovementID) (Movement, error) {
	var row movementRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.movement(), database.One(err, "movement", int64(id))
}

// anyReversed tells whether one of the movements was reversed.
func anyReversed(ctx context.Context, db database.Conn, organisation int64, movements []Movement) (bool, error) {
	ids := make([]MovementID, len(movements))
	for i, m := range movements {
		ids[i] = m.ID
	}
	var n int
	err := db.NewRaw("SELECT count(*) FROM envelope_movement WHERE organisation_id = ? AND reverses_id IN (?)", organisation, database.In(ids)).Scan(ctx, &n)
	if err != nil {
		return false, fmt.Errorf("look for reversals: %w", err)
	}
	return n > 0, nil
}

// movementFilter narrows a list of movements; zero fields do not.
type movementFilter struct {
	organisation int64
	envelope     EnvelopeID
	transfer     int64
	act          Act
	reference    string
	on           civil.Date
}

// findMovements lists movements, the latest act first.
func findMovements(ctx context.Context, db database.Conn, f movementFilter) ([]Movement, error) {
	var rows []movementRow
	q := withReversals(db.NewSelect().Model(&rows)).Where("m.organisation_id = ?", f.organisation)
	if f.envelope != 0 {
		q = q.Where("m.envelope_id = ?", f.envelope)
	}
	if f.transfer != 0 {
		q = q.Where("m.transfer_id = ?", f.transfer)
	}
	if f.act != "" {
		q = q.Where("m.act = ?", f.act)
	}
	if f.reference != "" {
		q = q.Where("m.act_reference = ?", f.reference)
	}
	if !f.on.IsZero() {
		q = q.Where("m.act_on = ?", f.on)
	}
	if err := q.OrderExpr("m.act_on DESC, m.id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list movements: %w", err)
	}
	return database.Convert(rows, movementRow.movement), nil
}

// findVotes sums the movements of an organisation that were decided by a day; no day: all of them.
func findVotes(ctx context.Context, db database.Conn, organisation int64, asOf civil.Date) (Votes, error) {
	var rows []struct {
		EnvelopeID    EnvelopeID   `bun:"envelope_id"`
		YearID        int64        `bun:"year_id"`
		Section       string       `bun:"section"`
		Authorisation string       `bun:"authorisation"`
		Act           Act          `bun:"act"`
		Amount        money.Amount `bun:"amount"`
	}
	q := db.NewSelect().Model(&rows).ModelTableExpr("envelope_movement AS m").
		ColumnExpr("envelope_id, COALESCE(fiscal_year_id, 0) AS year_id, section, authorisation, act, CAST(SUM(amount) AS BIGINT) AS amount").
		Where("organisation_id = ?", organisation).GroupExpr("envelope_id, fiscal_year_id, section, authorisation, act")
	if !asOf.IsZero() {
		q = q.Where("act_on <= ?", asOf)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("sum votes: %w", err)
	}
	out := Votes{}
	for _, r := range rows {
		if r.Amount != 0 {
			out.add(Cell{r.EnvelopeID, r.YearID, r.Section, r.Authorisation}, r.Act, r.Amount)
		}
	}
	return out, nil
}
