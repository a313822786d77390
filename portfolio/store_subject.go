package portfolio

import (
	"context"
	"fmt"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type candidateRow struct {
	ID      int64     `bun:"id"`
	Code    string    `bun:"code"`
	Year    int       `bun:"year"`
	Number  int       `bun:"number"`
	Name    string    `bun:"name"`
	ThemeID int64     `bun:"theme_id"`
	Theme   string    `bun:"theme"`
	Entered time.Time `bun:"created_at"`
}

// findCandidates lists what may be chosen in a roadmap on a day: its running projects by code, then its requests that were examined or are
// candidates, by their number. A project runs that has not left, and of which it was not told that it is in service, closed or abandoned.
func findCandidates(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) ([]Candidate, error) {
	running, err := findRunning(ctx, db, r, day)
	if err != nil {
		return nil, err
	}
	var rows []candidateRow
	err = db.NewRaw(`SELECT q.id, q.year, q.number, q.title AS name, coalesce(q.theme_id, 0) AS theme_id, coalesce(t.name, '') AS theme, q.created_at
		FROM request AS q LEFT JOIN theme AS t ON t.organisation_id = q.organisation_id AND t.id = q.theme_id
		WHERE q.organisation_id = ? AND q.roadmap_id = ? AND q.state IN ('examined', 'candidate') ORDER BY q.year, q.number`, r.OrganisationID, r.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list candidates: %w", err)
	}
	out := running
	for _, q := range rows {
		out = append(out, Candidate{Subject: Subject{Request: RequestID(q.ID)}, Code: requestCode(q.Year, q.Number), Name: q.Name, ThemeID: q.ThemeID, Theme: q.Theme, Entered: q.Entered})
	}
	return out, nil
}

func findRunning(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) ([]Candidate, error) {
	var rows []candidateRow
	err := db.NewRaw(`SELECT p.id, p.code, p.name, coalesce(p.theme_id, 0) AS theme_id, coalesce(t.name, '') AS theme, p.created_at
		FROM project AS p LEFT JOIN theme AS t ON t.organisation_id = p.organisation_id AND t.id = p.theme_id
		WHERE p.organisation_id = ? AND p.roadmap_id = ? AND NOT EXISTS (SELECT 1 FROM project_exit AS e WHERE e.organisation_id = p.organisation_id AND e.project_id = p.id
			AND e.withdrawn_at IS NULL AND e.left_on <= ? AND (e.returned_on IS NULL OR e.returned_on > ?))
		ORDER BY p.code, p.id`, r.OrganisationID, r.ID, day, day).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list running projects: %w", err)
	}
	phases, err := LastPhases(ctx, db, r.OrganisationID, day)
	if err != nil {
		return nil, err
	}
	out := []Candidate{}
	for _, p := range rows {
		switch phases[ProjectID(p.ID)].Phase {
		case PhaseRun, PhaseClosed, PhaseAbandoned:
			continue
		}
		out = append(out, Candidate{Subject: Subject{Project: ProjectID(p.ID)}, Code: p.Code, Name: p.Name, ThemeID: p.ThemeID, Theme: p.Theme, Entered: p.Entered})
	}
	return out, nil
}
