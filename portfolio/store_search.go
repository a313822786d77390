package portfolio

import (
	"context"
	"fmt"

	"jalon/identity"
	"jalon/internal/database"
)

// searchable is a roadmap in which something may be found.
type searchable struct {
	Roadmap
	organisation Head
}

// findSearchable lists the roadmaps within a reach, and those of single projects within it.
func findSearchable(ctx context.Context, db database.Conn, reach identity.Reach) ([]searchable, error) {
	var rows []struct {
		roadmapRow
		OrganisationCode string `bun:"organisation_code"`
		OrganisationName string `bun:"organisation_name"`
	}
	within, args := reach.Within(identity.ReachColumns{Organisation: "r.organisation_id", Roadmap: "r.id"})
	if len(reach.Projects) > 0 {
		within += " OR r.id IN (SELECT p.roadmap_id FROM project AS p WHERE p.id IN (?))"
		args = append(args, database.In(reach.Projects))
	}
	err := db.NewRaw(`SELECT r.*, o.code AS organisation_code, o.name AS organisation_name
		FROM roadmap AS r JOIN organisation AS o ON o.id = r.organisation_id
		WHERE `+within+`
		ORDER BY o.code, r.code, r.id`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list roadmaps to search: %w", err)
	}
	out := make([]searchable, len(rows))
	for i, r := range rows {
		out[i] = searchable{r.roadmap(), Head{r.OrganisationCode, r.OrganisationName}}
	}
	return out, nil
}

// findSearchTexts gives what can be searched of roadmaps: their themes in order, their projects by code.
func findSearchTexts(ctx context.Context, db database.Conn, roadmaps []Roadmap) (map[RoadmapID][]Theme, map[RoadmapID][]Project, error) {
	organisations, ids := make([]int64, len(roadmaps)), make([]RoadmapID, len(roadmaps))
	for i, r := range roadmaps {
		organisations[i], ids[i] = r.OrganisationID, r.ID
	}
	var themes []strandRow
	err := db.NewSelect().Model(&themes).Column("id", "roadmap_id", "code", "name", "description").
		Where("organisation_id IN (?) AND roadmap_id IN (?)", database.In(organisations), database.In(ids)).OrderExpr("roadmap_id, position, code, id").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list themes to search: %w", err)
	}
	var projects []projectRow
	err = db.NewSelect().Model(&projects).Column("id", "roadmap_id", "code", "name", "need", "sponsor", "manager", "department").
		Where("organisation_id IN (?) AND roadmap_id IN (?)", database.In(organisations), database.In(ids)).OrderExpr("roadmap_id, code, id").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list projects to search: %w", err)
	}
	themesOf, projectsOf := map[RoadmapID][]Theme{}, map[RoadmapID][]Project{}
	for _, t := range themes {
		themesOf[t.RoadmapID] = append(themesOf[t.RoadmapID], Theme{ID: t.ID, Code: t.Code, Name: t.Name, Description: t.Description})
	}
	for _, p := range projects {
		projectsOf[p.RoadmapID] = append(projectsOf[p.RoadmapID], p.project())
	}
	return themesOf, projectsOf, nil
}

// findSearchRequests gives what can be searched of the requests of roadmaps, by number.
func findSearchRequests(ctx context.Context, db database.Conn, roadmaps []Roadmap) (map[RoadmapID][]Request, error) {
	organisations, ids := make([]int64, len(roadmaps)), make([]RoadmapID, len(roadmaps))
	for i, r := range roadmaps {
		organisations[i], ids[i] = r.OrganisationID, r.ID
	}
	var rows []requestRow
	err := db.NewSelect().Model(&rows).Column("id", "roadmap_id", "year", "number", "title", "need", "sponsor", "department", "submissions", "requester_id").
		Where("organisation_id IN (?) AND roadmap_id IN (?)", database.In(organisations), database.In(ids)).OrderExpr("roadmap_id, year, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list requests to search: %w", err)
	}
	out := map[RoadmapID][]Request{}
	for _, row := range rows {
		out[row.RoadmapID] = append(out[row.RoadmapID], row.request())
	}
	return out, nil
}
