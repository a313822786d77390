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
	Submitted time.Time `json:"submitted,omitzero"` // zero: a draft
	// Withheld tells that the level and the evidence are left out, because who asks could be swayed by them.
	Withheld bool `json:"withheld,omitempty"`
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

		GridID      GridID      `bun:"grid_id"`
		CriterionID CriterionID `bun:"criterion_id"`
		RequestID   RequestID   `bun:"request_id"`
		ProjectID   ProjectID   `bun:"project_id"`
	}
	err := db.NewRaw(`SELECT s.organisation_id, r.code AS roadmap_code, r.name AS roadmap_name, coalesce(q.title, p.name) AS candidate, c.name AS criterion,
			coalesce(l.label, '') AS label, s.evidence, s.submitted_at,
			s.grid_id, s.criterion_id, coalesce(s.request_id, 0) AS request_id, coalesce(s.project_id, 0) AS project_id
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
	blind := disclosure{db: db, actor: actor, person: u, books: map[GridID]scorebook{}}
	for _, row := range rows {
		if !actor.MayLearnOf(u, row.OrganisationID) {
			continue
		}
		s := PersonScore{Roadmap: Head{row.RoadmapCode, row.RoadmapName}, Candidate: row.Candidate, Criterion: row.Criterion, Level: row.Level, Evidence: row.Evidence, Submitted: row.Submitted}
		told, err := blind.told(ctx, row.GridID, slot{Subject{row.RequestID, row.ProjectID}, row.CriterionID}, row.Submitted.IsZero())
		if err != nil {
			return nil, err
		}
		if !told {
			s.Level, s.Evidence, s.Withheld = "", "", true
		}
		out = append(out, s)
	}
	return out, nil
}

// disclosure tells what of a person's scores another account may learn: no more than the scoring pages show it. People are told all of their own, and whoever runs the program scores nothing.
type disclosure struct {
	db     database.Conn
	actor  identity.Actor
	person identity.User
	books  map[GridID]scorebook // by need
}

func (d *disclosure) told(ctx context.Context, id GridID, at slot, draft bool) (bool, error) {
	if d.actor.UserID == 0 || d.actor.UserID == d.person.ID {
		return true, nil
	}
	if draft {
		return false, nil
	}
	b, held := d.books[id]
	if !held {
		g, err := findGrid(ctx, d.db, id)
		if err != nil {
			return false, err
		}
		b = scorebook{grid: g, scores: map[slot][]Score{}, settled: map[slot]Settlement{}}
		if err := b.load(ctx, d.db); err != nil {
			return false, err
		}
		d.books[id] = b
	}
	return b.disclosed(at, d.actor.UserID), nil
}
