package portfolio

import (
	"context"
	"fmt"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// updateRoadmap saves a roadmap's own fields under the optimistic lock.
func updateRoadmap(ctx context.Context, tx database.Conn, r Roadmap) error {
	row := roadmapRow{Code: r.Code, Name: r.Name, Purpose: r.Purpose, Start: r.Start, End: r.End, Manager: r.Manager, Sponsor: r.Sponsor, Status: r.Status, Version: r.Version + 1}
	if r.HasVoted {
		row.Voted = &r.Voted
	}
	res, err := tx.NewUpdate().Model(&row).
		Column("code", "name", "purpose", "starts_on", "ends_on", "manager", "sponsor", "voted", "status", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", r.OrganisationID, r.ID, r.Version).Exec(ctx)
	if database.Classify(err) == database.Unique {
		return fault.Conflict("roadmap.code.taken", r.Code)
	}
	return database.Updated(res, err, "roadmap", int64(r.ID))
}

// lastThreshold gives the newest version of a roadmap's thresholds; the zero row when there is none.
func lastThreshold(ctx context.Context, db database.Conn, r Roadmap) (thresholdRow, error) {
	var rows []thresholdRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("number DESC").Limit(1).Scan(ctx)
	if err != nil {
		return thresholdRow{}, fmt.Errorf("load thresholds: %w", err)
	}
	if len(rows) == 0 {
		return thresholdRow{}, nil
	}
	return rows[0], nil
}
