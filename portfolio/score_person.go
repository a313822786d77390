package portfolio

import (
	"context"
	"fmt"
	"time"

	"jalon/identity"
	"jalon/internal/database"
)

// PersonScore is a score that the person gave.
type PersonScore struct {
	Roadmap   Head      `json:"roadmap"`
	Candidate string    `json:"candidate"` // the title of the request or the name of the project
	Criterion string    `json:"criterion"`
	Level     string    `json:"level"` // as it is called; "" of a draft without one
	Evidence  string    `json:"evidence"`
	Submitted time.Time `json:"submitted"` // zero: a draft
}

func findPersonScores(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) ([]PersonScore, error) {
	var rows []struct {
		OrganisationID int64     `bun:"organisation_id"`
		RoadmapCode    string    `bun:"roadmap_code"`
		RoadmapName    string    `bun:"roadmap_name"`
		Candidate      string    `bun:"candidate"`
		Criterion      string    `bun:"criterion"`
		Level          string    `bun:"label"`
		Evidence       string    `bun:"evidence"`
		Submitted      time.Time `bun:"submitted_at,nullzero"`
	}
	err := db.NewRaw(`SELECT s.organisation_id, r.code AS roadmap_code, r.name AS roadmap_name, coalesce(q.title, p.name) AS candidate, c.name AS criterion,
			coalesce(l.label, '') AS label, s.evidence, s.submitted_at
		FROM score AS s JOIN scoring_grid AS g ON g.organisation_id = s.organisation_id AND g.id = s.grid_id
			JOIN roadmap AS r ON r.organisation_id = g.organisation_id AND r.id = g.roadmap_id
			JOIN grid_criterion AS c ON c.organisation_id = s.organisation_id AND c.id = s.criterion_id
			LEFT JOIN grid_level AS l ON l.organisation_id = s.organisation_id AND l.criterion_id = s.criterion_id AND l.level = s.level
			LEFT JOIN request AS q ON q.organisation_id = s.organisation_id AND q.id = s.request_id
			LEFT JOIN project AS p ON p.organisation_id = s.organisation_id AND p.id = s.project_id
		WHERE s.scorer_id = ? ORDER BY s.id`, u.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list scores of user %d: %w", u.ID, err)
	}
	out := []PersonScore{}
	for _, row := range rows {
		if actor.MayLearnOf(u, row.OrganisationID) {
			out = append(out, PersonScore{Roadmap: Head{row.RoadmapCode, row.RoadmapName}, Candidate: row.Candidate, Criterion: row.Criterion, Level: row.Level, Evidence: row.Evidence,
				Submitted: row.Submitted})
		}
	}
	return out, nil
}
