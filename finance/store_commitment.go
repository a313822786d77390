package finance

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

type commitmentRow struct {
	bun.BaseModel `bun:"table:commitment,alias:c"`
	Commitment
}

type eventRow struct {
	bun.BaseModel `bun:"table:commitment_event,alias:e"`
	CommitmentEvent
}

// findCommitment loads one commitment of an organisation.
func findCommitment(ctx context.Context, db database.Conn, organisation, id int64) (Commitment, error) {
	var row commitmentRow
	err := db.NewSelect().Model(&row).Where("c.organisation_id = ? AND c.id = ?", organisation, id).Scan(ctx)
	return row.Commitment, database.One(err, "commitment", id)
}

// findCommitmentsBy lists the commitments of some values of a column, in chunks that no statement is too long for.
func findCommitmentsBy[V any](ctx context.Context, db database.Conn, organisation int64, column string, values []V) ([]Commitment, error) {
	var out []Commitment
	for part := range slices.Chunk(values, 1000) {
		var rows []commitmentRow
		err := db.NewSelect().Model(&rows).Where("c.organisation_id = ? AND ? IN (?)", organisation, bun.Ident("c."+column), database.In(part)).OrderExpr("c.id").Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("list commitments: %w", err)
		}
		for _, r := range rows {
			out = append(out, r.Commitment)
		}
	}
	return out, nil
}

// insertCommitments books commitments and fills in their ids.
func insertCommitments(ctx context.Context, tx database.Conn, all []*Commitment) error {
	rows := make([]*commitmentRow, len(all))
	for i, c := range all {
		c.Version = 1
		rows[i] = &commitmentRow{Commitment: *c}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		return fmt.Errorf("book commitments: %w", err)
	}
	for i, r := range rows {
		all[i].ID = r.ID
	}
	return nil
}

// updateCommitments writes what files say of commitments.
func updateCommitments(ctx context.Context, tx database.Conn, all []*Commitment) error {
	for _, c := range all {
		row := commitmentRow{Commitment: *c}
		_, err := tx.NewUpdate().Model(&row).Column("label", "supplier", "supplier_name", "contract", "operation", "analytic", "nature", "section", "opened_on").
			Where("c.organisation_id = ? AND c.id = ?", c.OrganisationID, c.ID).Exec(ctx)
		if err != nil {
			return fmt.Errorf("save commitment %d: %w", c.ID, err)
		}
	}
	return nil
}

// setStates opens or closes commitments.
func setStates(ctx context.Context, tx database.Conn, organisation int64, state string, ids []int64) error {
	for part := range slices.Chunk(ids, 1000) {
		if _, err := tx.ExecContext(ctx, "UPDATE commitment SET state = ? WHERE organisation_id = ? AND state <> ? AND id IN (?)", state, organisation, state, database.In(part)); err != nil {
			return fmt.Errorf("set state of commitments: %w", err)
		}
	}
	return nil
}

// raiseCommitment raises the version of a commitment whose shares change, unless somebody else was faster.
func raiseCommitment(ctx context.Context, tx database.Conn, organisation, id, version int64) error {
	res, err := tx.ExecContext(ctx, "UPDATE commitment SET version = version + 1 WHERE organisation_id = ? AND id = ? AND version = ?", organisation, id, version)
	return database.Updated(res, err, "commitment", id)
}

// eventFilter narrows a list of events. Zero fields ask for nothing.
type eventFilter struct {
	organisation int64
	feed         int64 // of their commitments' files
	years        []int64
	commitments  []int64
	liveOnly     bool
}

// findEvents lists events in the order in which they were booked.
func findEvents(ctx context.Context, db database.Conn, f eventFilter) ([]CommitmentEvent, error) {
	var rows []eventRow
	q := db.NewSelect().Model(&rows).Where("e.organisation_id = ?", f.organisation)
	if f.feed != 0 {
		q = q.Where("e.file_id IN (SELECT i.id FROM import_file AS i WHERE i.organisation_id = e.organisation_id AND i.feed_id = ?)", f.feed)
	}
	if f.years != nil {
		q = q.Where("e.fiscal_year_id IN (?)", database.In(f.years))
	}
	if f.commitments != nil {
		q = q.Where("e.commitment_id IN (?)", database.In(f.commitments))
	}
	if f.liveOnly {
		q = q.Where("e.live")
	}
	if err := q.OrderExpr("e.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list events of commitments: %w", err)
	}
	out := make([]CommitmentEvent, len(rows))
	for i, r := range rows {
		out[i] = r.CommitmentEvent
	}
	return out, nil
}

func insertEvents(ctx context.Context, tx database.Conn, events []CommitmentEvent) error {
	rows := make([]eventRow, len(events))
	for i, e := range events {
		rows[i].CommitmentEvent = e
	}
	return database.Bulk(ctx, tx, rows)
}

// unliveEvents marks events as taken back. It is the one mark on an event that ever changes.
func unliveEvents(ctx context.Context, tx database.Conn, organisation int64, ids []int64) error {
	for part := range slices.Chunk(ids, 1000) {
		if _, err := tx.ExecContext(ctx, "UPDATE commitment_event SET live = FALSE WHERE organisation_id = ? AND id IN (?)", organisation, database.In(part)); err != nil {
			return fmt.Errorf("take events back: %w", err)
		}
	}
	return nil
}
