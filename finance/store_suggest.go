package finance

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/portfolio"
)

// findReadable lists the projects of an organisation that lie within a reach, by roadmap and code.
func findReadable(ctx context.Context, db database.Conn, organisation int64, reach identity.Reach) ([]Project, error) {
	within, args := reach.Within(identity.ReachColumns{Organisation: "p.organisation_id", Roadmap: "p.roadmap_id", Project: "p.id"})
	return listProjects(ctx, db, organisation, within, args)
}

// findNamed gives the projects of an organisation that are named.
func findNamed(ctx context.Context, db database.Conn, organisation int64, ids map[portfolio.ProjectID]bool) (map[portfolio.ProjectID]Project, error) {
	out := make(map[portfolio.ProjectID]Project, len(ids))
	for part := range slices.Chunk(slices.Sorted(maps.Keys(ids)), 1000) {
		found, err := listProjects(ctx, db, organisation, "p.id IN (?)", []any{database.In(part)})
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out[p.ID] = p
		}
	}
	return out, nil
}

// listProjects lists projects by roadmap and code. The condition is the program's own.
func listProjects(ctx context.Context, db database.Conn, organisation int64, condition string, args []any) ([]Project, error) {
	var rows []struct {
		ID          portfolio.ProjectID `bun:"id"`
		RoadmapID   portfolio.RoadmapID `bun:"roadmap_id"`
		RoadmapCode string              `bun:"roadmap_code"`
		RoadmapName string              `bun:"roadmap_name"`
		Code        string              `bun:"code"`
		Name        string              `bun:"name"`
		FinanceCode string              `bun:"finance_code"`
		Left        bool                `bun:"has_left"`
	}
	err := db.NewRaw(`SELECT p.id, p.roadmap_id, r.code AS roadmap_code, r.name AS roadmap_name, p.code, p.name, coalesce(f.code, '') AS finance_code,
			EXISTS (SELECT 1 FROM project_exit AS e WHERE e.organisation_id = p.organisation_id AND e.project_id = p.id AND e.withdrawn_at IS NULL AND e.returned_on IS NULL) AS has_left
		FROM project AS p JOIN roadmap AS r ON r.organisation_id = p.organisation_id AND r.id = p.roadmap_id
			LEFT JOIN finance_code AS f ON f.organisation_id = p.organisation_id AND f.project_id = p.id
		WHERE p.organisation_id = ? AND `+condition+` ORDER BY r.code, p.code, p.id`, append([]any{organisation}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	out := make([]Project, len(rows))
	for i, r := range rows {
		out[i] = Project{Member: portfolio.Member{ID: r.ID, OrganisationID: organisation, RoadmapID: r.RoadmapID, Roadmap: portfolio.Head{Code: r.RoadmapCode, Name: r.RoadmapName},
			Code: r.Code, Name: r.Name, Left: r.Left}, FinanceCode: r.FinanceCode}
	}
	return out, nil
}
