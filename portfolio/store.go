package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio/drift"
)

type roadmapRow struct {
	bun.BaseModel  `bun:"table:roadmap"`
	ID             RoadmapID      `bun:"id,pk,autoincrement"`
	OrganisationID int64          `bun:"organisation_id"`
	Code           string         `bun:"code"`
	Name           string         `bun:"name"`
	Purpose        string         `bun:"purpose"`
	Start          civil.Date     `bun:"starts_on,type:date"`
	End            civil.Date     `bun:"ends_on,type:date"`
	Manager        string         `bun:"manager"`
	Sponsor        string         `bun:"sponsor"`
	Voted          *money.Amount  `bun:"voted"`
	Currency       money.Currency `bun:"currency"`
	Status         RoadmapStatus  `bun:"status"`
	FactsVersion   int64          `bun:"facts_version"`
	Version        int64          `bun:"version"`
	CreatedAt      time.Time      `bun:"created_at"`
	ReleasedAt     time.Time      `bun:"released_at,nullzero"`
}

func (r roadmapRow) roadmap() Roadmap {
	m := Roadmap{ID: r.ID, OrganisationID: r.OrganisationID, Code: r.Code, Name: r.Name, Purpose: r.Purpose, Start: r.Start, End: r.End,
		Manager: r.Manager, Sponsor: r.Sponsor, Currency: r.Currency, Status: r.Status, FactsVersion: r.FactsVersion, Version: r.Version, CreatedAt: r.CreatedAt,
		ReleasedAt: r.ReleasedAt}
	if r.Voted != nil {
		m.HasVoted, m.Voted = true, *r.Voted
	}
	return m
}

func insertRoadmap(ctx context.Context, tx database.Conn, r *Roadmap, now time.Time) error {
	row := roadmapRow{OrganisationID: r.OrganisationID, Code: r.Code, Name: r.Name, Purpose: r.Purpose, Start: r.Start, End: r.End, Manager: r.Manager,
		Sponsor: r.Sponsor, Currency: r.Currency, Status: r.Status, FactsVersion: 1, Version: 1, CreatedAt: database.Instant(now)}
	if r.HasVoted {
		row.Voted = &r.Voted
	}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("roadmap.code.taken", r.Code)
		}
		return fmt.Errorf("save roadmap: %w", err)
	}
	r.ID, r.FactsVersion, r.Version, r.CreatedAt = row.ID, 1, 1, row.CreatedAt
	return nil
}

func findRoadmap(ctx context.Context, db database.Conn, id RoadmapID) (Roadmap, error) {
	var row roadmapRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.roadmap(), database.One(err, "roadmap", int64(id))
}

func findRoadmapByCode(ctx context.Context, db database.Conn, organisation int64, code string) (Roadmap, error) {
	var row roadmapRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND code = ?", organisation, code).Scan(ctx)
	return row.roadmap(), database.One(err, "roadmap", code)
}

// findReportSource loads a roadmap with the version of its organisation, whose name stands on reports.
func findReportSource(ctx context.Context, db database.Conn, id RoadmapID) (r Roadmap, organisationVersion int64, err error) {
	var row struct {
		roadmapRow
		OrganisationVersion int64 `bun:"organisation_version"`
	}
	err = db.NewRaw(`SELECT r.*, o.version AS organisation_version FROM roadmap AS r JOIN organisation AS o ON o.id = r.organisation_id
		WHERE r.id = ?`, id).Scan(ctx, &row)
	return row.roadmap(), row.OrganisationVersion, database.One(err, "roadmap", int64(id))
}

// findRoadmapCards lists the roadmaps within a reach, with the number of their projects that have not
// left by the day.
func findRoadmapCards(ctx context.Context, db database.Conn, reach identity.Reach, day civil.Date) ([]RoadmapCard, error) {
	var rows []struct {
		roadmapRow
		OrganisationCode string `bun:"organisation_code"`
		OrganisationName string `bun:"organisation_name"`
		Projects         int    `bun:"projects"`
	}
	within, args := reach.Within(identity.ReachColumns{Organisation: "r.organisation_id", Roadmap: "r.id"})
	err := db.NewRaw(`SELECT r.*, o.code AS organisation_code, o.name AS organisation_name,
			(SELECT count(*) FROM project AS p WHERE p.organisation_id = r.organisation_id AND p.roadmap_id = r.id)
			- (SELECT count(DISTINCT e.project_id) FROM project AS p JOIN project_exit AS e ON e.organisation_id = p.organisation_id AND e.project_id = p.id
				WHERE p.organisation_id = r.organisation_id AND p.roadmap_id = r.id AND e.withdrawn_at IS NULL
				AND e.left_on <= ? AND (e.returned_on IS NULL OR e.returned_on > ?)) AS projects
		FROM roadmap AS r JOIN organisation AS o ON o.id = r.organisation_id
		WHERE `+within+`
		ORDER BY o.code, CASE r.status WHEN 'running' THEN 0 WHEN 'draft' THEN 1 ELSE 2 END, r.code, r.id`, append([]any{day, day}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list roadmaps: %w", err)
	}
	out := make([]RoadmapCard, len(rows))
	for i, r := range rows {
		out[i] = RoadmapCard{ID: r.ID, OrganisationID: r.OrganisationID, Organisation: Head{r.OrganisationCode, r.OrganisationName}, Code: r.Code, Name: r.Name,
			Purpose: r.Purpose, Start: r.Start, End: r.End, Status: r.Status, Projects: r.Projects, Voted: r.Voted, Currency: r.Currency, Released: !r.ReleasedAt.IsZero()}
	}
	return out, nil
}

// findProjectCards lists the projects within a reach.
func findProjectCards(ctx context.Context, db database.Conn, reach identity.Reach) ([]ProjectCard, error) {
	var rows []struct {
		ID               ProjectID `bun:"id"`
		OrganisationID   int64     `bun:"organisation_id"`
		OrganisationCode string    `bun:"organisation_code"`
		OrganisationName string    `bun:"organisation_name"`
		RoadmapCode      string    `bun:"roadmap_code"`
		RoadmapName      string    `bun:"roadmap_name"`
		Code             string    `bun:"code"`
		Name             string    `bun:"name"`
	}
	within, args := reach.Within(identity.ReachColumns{Organisation: "p.organisation_id", Roadmap: "p.roadmap_id", Project: "p.id"})
	err := db.NewRaw(`SELECT p.id, p.organisation_id, p.code, p.name, r.code AS roadmap_code, r.name AS roadmap_name, o.code AS organisation_code, o.name AS organisation_name
		FROM project AS p JOIN roadmap AS r ON r.organisation_id = p.organisation_id AND r.id = p.roadmap_id JOIN organisation AS o ON o.id = p.organisation_id
		WHERE `+within+`
		ORDER BY o.code, r.code, p.code, p.id`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list granted projects: %w", err)
	}
	out := make([]ProjectCard, len(rows))
	for i, p := range rows {
		out[i] = ProjectCard{ID: p.ID, OrganisationID: p.OrganisationID, Organisation: Head{p.OrganisationCode, p.OrganisationName},
			Roadmap: Head{p.RoadmapCode, p.RoadmapName}, Code: p.Code, Name: p.Name}
	}
	return out, nil
}

// lockRoadmap makes others who book in the roadmap wait until the transaction ends, so that what is
// read after it still holds when the work is written: without it, two imports at once would both
// find that a project is new.
func lockRoadmap(ctx context.Context, tx database.Conn, r Roadmap) error {
	_, err := tx.ExecContext(ctx, "UPDATE roadmap SET version = version WHERE organisation_id = ? AND id = ?", r.OrganisationID, r.ID)
	if err != nil {
		return fmt.Errorf("lock roadmap %d: %w", r.ID, err)
	}
	return nil
}

// bumpFacts marks that something was booked in the roadmap, so that reports of it are built anew.
func bumpFacts(ctx context.Context, tx database.Conn, r Roadmap) error {
	_, err := tx.ExecContext(ctx, "UPDATE roadmap SET facts_version = facts_version + 1 WHERE organisation_id = ? AND id = ?", r.OrganisationID, r.ID)
	if err != nil {
		return fmt.Errorf("mark roadmap %d as changed: %w", r.ID, err)
	}
	return nil
}

type thresholdRow struct {
	bun.BaseModel  `bun:"table:roadmap_threshold"`
	OrganisationID int64             `bun:"organisation_id,pk"`
	RoadmapID      RoadmapID         `bun:"roadmap_id,pk"`
	Number         int               `bun:"number,pk"`
	ValidFrom      civil.Date        `bun:"valid_from,type:date"`
	Amber          money.BasisPoints `bun:"amber_bp"`
	Red            money.BasisPoints `bun:"red_bp"`
}

func insertThreshold(ctx context.Context, tx database.Conn, r Roadmap, from civil.Date, t drift.Thresholds) error {
	row := thresholdRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Number: t.Version, ValidFrom: from, Amber: t.Amber, Red: t.Red}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("save thresholds: %w", err)
	}
	return nil
}

// findThreshold gives the thresholds of a day: the last version valid by then, else the first.
func findThreshold(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) (drift.Thresholds, error) {
	var rows []thresholdRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("valid_from, number").Scan(ctx); err != nil {
		return drift.Thresholds{}, fmt.Errorf("load thresholds: %w", err)
	}
	out := drift.DefaultThresholds()
	for i, row := range rows {
		if i == 0 || !row.ValidFrom.After(day) {
			out = drift.Thresholds{Version: row.Number, Amber: row.Amber, Red: row.Red}
		}
	}
	return out, nil
}
