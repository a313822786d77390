package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

type envelopeRow struct {
	bun.BaseModel  `bun:"table:envelope"`
	ID             EnvelopeID          `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	RoadmapID      portfolio.RoadmapID `bun:"roadmap_id,nullzero"`
	ParentID       EnvelopeID          `bun:"parent_id,nullzero"`
	Code           string              `bun:"code"`
	Name           string              `bun:"name"`
	Kind           EnvelopeKind        `bun:"kind"`
	Section        string              `bun:"section"`
	Operation      string              `bun:"operation"`
	From           civil.Date          `bun:"valid_from,type:date"`
	To             civil.Date          `bun:"valid_to,type:date"`
	Version        int64               `bun:"version"`
	CreatedAt      time.Time           `bun:"created_at"`
}

func (r envelopeRow) envelope() Envelope {
	return Envelope{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, ParentID: r.ParentID, Code: r.Code, Name: r.Name, Kind: r.Kind, Section: r.Section,
		Operation: r.Operation, From: r.From, To: r.To, Version: r.Version, CreatedAt: r.CreatedAt.UTC()}
}

func rowOfEnvelope(e Envelope) envelopeRow {
	return envelopeRow{ID: e.ID, OrganisationID: e.OrganisationID, RoadmapID: e.RoadmapID, ParentID: e.ParentID, Code: e.Code, Name: e.Name, Kind: e.Kind, Section: e.Section,
		Operation: e.Operation, From: e.From, To: e.To, Version: e.Version, CreatedAt: e.CreatedAt}
}

// findEnvelopes gives all envelopes of an organisation.
func findEnvelopes(ctx context.Context, db database.Conn, organisation int64) (envelopeTree, error) {
	var rows []envelopeRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list envelopes: %w", err)
	}
	out := make(envelopeTree, len(rows))
	for _, r := range rows {
		out[r.ID] = r.envelope()
	}
	return out, nil
}

func findEnvelope(ctx context.Context, db database.Conn, id EnvelopeID) (Envelope, error) {
	var row envelopeRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.envelope(), database.One(err, "envelope", int64(id))
}

func insertEnvelope(ctx context.Context, tx database.Conn, e *Envelope, now time.Time) error {
	e.Version, e.CreatedAt = 1, database.Instant(now)
	row := rowOfEnvelope(*e)
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("envelope.code_taken", e.Code)
		}
		return fmt.Errorf("save envelope: %w", err)
	}
	e.ID = row.ID
	return nil
}

// updateEnvelope changes what an envelope is; not where it belongs.
func updateEnvelope(ctx context.Context, tx database.Conn, e *Envelope) error {
	row := rowOfEnvelope(*e)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).Column("parent_id", "code", "name", "kind", "section", "operation", "valid_from", "valid_to", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", e.OrganisationID, e.ID, e.Version).Exec(ctx)
	if err != nil && database.Classify(err) == database.Unique {
		return fault.Conflict("envelope.code_taken", e.Code)
	}
	if err := database.Updated(res, err, "envelope", int64(e.ID)); err != nil {
		return err
	}
	e.Version++
	return nil
}

func deleteEnvelope(ctx context.Context, tx database.Conn, e Envelope) error {
	res, err := tx.NewDelete().Model((*envelopeRow)(nil)).Where("organisation_id = ? AND id = ? AND version = ?", e.OrganisationID, e.ID, e.Version).Exec(ctx)
	return database.Updated(res, err, "envelope", int64(e.ID))
}

// envelopeInUse tells whether anything was voted of an envelope or allotted from it.
func envelopeInUse(ctx context.Context, db database.Conn, e Envelope) (bool, error) {
	var used bool
	err := db.NewRaw(`SELECT EXISTS (SELECT 1 FROM envelope_movement WHERE organisation_id = ?0 AND envelope_id = ?1)
			OR EXISTS (SELECT 1 FROM budget_line WHERE organisation_id = ?0 AND envelope_id = ?1)`, e.OrganisationID, e.ID).Scan(ctx, &used)
	if err != nil {
		return false, fmt.Errorf("look for votes of envelope %d: %w", e.ID, err)
	}
	return used, nil
}
