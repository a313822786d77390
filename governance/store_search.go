package governance

import (
	"context"
	"fmt"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/portfolio"
)

// searchedDecisions is how many decisions a search looks through, the newest.
const searchedDecisions = 10_000

// findDecisionHits lists what a search holds its words against, newest first.
func findDecisionHits(ctx context.Context, db database.Conn, reach identity.Reach) ([]portfolio.Hit, error) {
	var rows []struct {
		ID        DecisionID          `bun:"id"`
		RoadmapID portfolio.RoadmapID `bun:"roadmap_id"`
		Year      int                 `bun:"year"`
		Number    int                 `bun:"number"`
		Title     string              `bun:"title"`
		Committee string              `bun:"committee"`
	}
	narrowed, args := reach.Within(columns("d", "committee_id"))
	err := db.NewSelect().Model(&rows).ModelTableExpr("decision AS d").
		ColumnExpr("d.id, d.roadmap_id, d.year, d.number, d.title, c.name AS committee").
		Join("JOIN committee AS c ON c.organisation_id = d.organisation_id AND c.id = d.committee_id").
		Where(narrowed, args...).OrderExpr("d.decided_on DESC, d.id DESC").Limit(searchedDecisions).Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("search decisions: %w", err)
	}
	out := make([]portfolio.Hit, len(rows))
	for i, r := range rows {
		out[i] = portfolio.Hit{Kind: HitDecision, ID: int64(r.ID), Code: Decision{Year: r.Year, Number: r.Number}.Reference(), Name: r.Title, Context: r.Committee, RoadmapID: r.RoadmapID}
	}
	return out, nil
}
