package audit

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
)

// blockSize is the most entries that one seal holds, so that neither sealing nor checking one takes long.
const blockSize = 5000

// seal is a row of audit_seal. Numbers are dense from 1 in every organisation; Previous is the hash of the seal before, "" at the first.
type seal struct {
	bun.BaseModel  `bun:"table:audit_seal"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	Number         int64     `bun:"number,pk"`
	Entries        int64     `bun:"entries"`
	Root           string    `bun:"root"`
	Previous       string    `bun:"previous"`
	Hash           string    `bun:"hash"`
	SealedAt       time.Time `bun:"sealed_at"`
}

// Seal seals all entries that are not sealed yet and tells how many. Each block is a transaction of its own, so that what was sealed
// stays when a later one fails; two who seal at once take turns.
func Seal(ctx context.Context, db *database.DB, now time.Time) (int, error) {
	var organisations []int64
	err := db.Read().NewRaw(`SELECT o.id FROM organisation o
		WHERE EXISTS (SELECT 1 FROM audit_entry e WHERE e.organisation_id = o.id AND e.seal IS NULL) ORDER BY o.id`).Scan(ctx, &organisations)
	if err != nil {
		return 0, fmt.Errorf("seal the trail: %w", err)
	}
	sealed := 0
	for _, organisation := range organisations {
		for {
			n := 0
			err := db.Tx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
				n, err = sealBlock(ctx, tx, organisation, now)
				return err
			})
			if err != nil {
				return sealed, fmt.Errorf("seal the trail of organisation %d: %w", organisation, err)
			}
			sealed += n
			if n < blockSize {
				break
			}
		}
	}
	return sealed, nil
}

// lock makes those who seal or erase in an organisation take turns, and leaves the row as it is.
func lock(ctx context.Context, tx database.Conn, organisation int64) error {
	_, err := tx.ExecContext(ctx, "UPDATE organisation SET version = version WHERE id = ?", organisation)
	return err
}

// sealBlock seals the oldest entries of an organisation that are not sealed, and tells how many.
func sealBlock(ctx context.Context, tx database.Conn, organisation int64, now time.Time) (int, error) {
	if err := lock(ctx, tx, organisation); err != nil {
		return 0, err
	}
	last := seal{}
	err := tx.NewSelect().Model(&last).Where("organisation_id = ?", organisation).OrderExpr("number DESC").Limit(1).Scan(ctx)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	s := seal{OrganisationID: organisation, Number: last.Number + 1, Previous: last.Hash, SealedAt: database.Instant(now)}
	rows, err := takePlaces(ctx, tx, s)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	if err := saltUnsalted(ctx, tx, organisation, rows); err != nil {
		return 0, err
	}
	var t Tree
	for _, e := range rows {
		leaf, err := e.leaf()
		if err != nil {
			return 0, err
		}
		t.Add(leaf)
	}
	s.Entries, s.Root = int64(len(rows)), t.Root()
	if s.Hash, err = s.compute(); err != nil {
		return 0, err
	}
	_, err = tx.NewInsert().Model(&s).Returning("NULL").Exec(ctx)
	return len(rows), err
}

// takePlaces gives the oldest unsealed entries their places in the block and loads them in this order, without their values. Places first:
// an older entry may be committed between two statements, and must not slip in between.
func takePlaces(ctx context.Context, tx database.Conn, s seal) ([]*entry, error) {
	_, err := tx.ExecContext(ctx, `UPDATE audit_entry SET seal = ?, position = block.place
		FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM audit_entry WHERE organisation_id = ? AND seal IS NULL ORDER BY id LIMIT ?) AS block
		WHERE audit_entry.organisation_id = ? AND audit_entry.id = block.id`, s.Number, s.OrganisationID, blockSize, s.OrganisationID)
	if err != nil {
		return nil, err
	}
	var rows []*entry
	err = tx.NewSelect().Model(&rows).ExcludeColumn("details").
		Where("organisation_id = ?", s.OrganisationID).Where("seal = ?", s.Number).OrderExpr("position").Scan(ctx)
	return rows, err
}

// saltUnsalted gives a salt and a hash to entries that were written before the trail had any.
func saltUnsalted(ctx context.Context, tx database.Conn, organisation int64, rows []*entry) error {
	var ids []int64
	byID := map[int64]*entry{}
	for _, e := range rows {
		if e.DetailsHash == "" {
			ids = append(ids, e.ID)
			byID[e.ID] = e
		}
	}
	const part = 500
	for len(ids) > 0 {
		n := min(part, len(ids))
		var values []struct {
			ID      int64
			Details string
		}
		err := tx.NewRaw("SELECT id, details FROM audit_entry WHERE organisation_id = ? AND id IN (?) ORDER BY id", organisation, database.In(ids[:n])).Scan(ctx, &values)
		if err != nil {
			return err
		}
		changed := make([]*entry, len(values))
		for i, v := range values {
			e := byID[v.ID]
			e.Details = v.Details
			e.salted()
			e.Details = "" // only needed for its hash
			changed[i] = e
		}
		_, err = tx.NewUpdate().With("salted", tx.NewValues(&changed).Column("id", "salt", "details_hash")).Model((*entry)(nil)).ModelTableExpr("audit_entry").
			TableExpr("salted").Set("salt = salted.salt").Set("details_hash = salted.details_hash").
			Where("audit_entry.organisation_id = ?", organisation).Where("audit_entry.id = salted.id").Exec(ctx)
		if err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}
