package portfolio

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

type memberOfRow struct {
	ID          ProjectID `bun:"id"`
	RoadmapID   RoadmapID `bun:"roadmap_id"`
	RoadmapCode string    `bun:"roadmap_code"`
	RoadmapName string    `bun:"roadmap_name"`
	ThemeID     int64     `bun:"theme_id"`
	Theme       string    `bun:"theme"`
	Code        string    `bun:"code"`
	Name        string    `bun:"name"`
	Left        bool      `bun:"has_left"`
}

func findMembers(ctx context.Context, db database.Conn, organisation int64) ([]Member, error) {
	var rows []memberOfRow
	err := db.NewRaw(`SELECT p.id, p.roadmap_id, r.code AS roadmap_code, r.name AS roadmap_name, coalesce(p.theme_id, 0) AS theme_id, coalesce(t.name, '') AS theme, p.code, p.name,
			EXISTS (SELECT 1 FROM project_exit AS e WHERE e.organisation_id = p.organisation_id AND e.project_id = p.id AND e.withdrawn_at IS NULL AND e.returned_on IS NULL) AS has_left
		FROM project AS p JOIN roadmap AS r ON r.organisation_id = p.organisation_id AND r.id = p.roadmap_id
			LEFT JOIN theme AS t ON t.organisation_id = p.organisation_id AND t.id = p.theme_id
		WHERE p.organisation_id = ? ORDER BY r.code, p.code, p.id`, organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list projects of the organisation: %w", err)
	}
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member{ID: r.ID, OrganisationID: organisation, RoadmapID: r.RoadmapID, Roadmap: Head{r.RoadmapCode, r.RoadmapName}, ThemeID: r.ThemeID, Theme: r.Theme,
			Code: r.Code, Name: r.Name, Left: r.Left}
	}
	return out, nil
}
