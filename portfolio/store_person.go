package portfolio

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/database"
)

func findGrantOrganisations(ctx context.Context, db database.Conn, user int64) (orgs []int64, err error) {
	err = db.NewRaw("SELECT DISTINCT organisation_id FROM access_grant WHERE user_id = ?", user).Scan(ctx, &orgs)
	if err != nil {
		return nil, fmt.Errorf("list organisations of user %d: %w", user, err)
	}
	return orgs, nil
}

// bumpAuthored marks the roadmaps as changed in which the person wrote status reports.
func bumpAuthored(ctx context.Context, tx database.Conn, user int64) error {
	_, err := tx.ExecContext(ctx, `UPDATE roadmap SET facts_version = facts_version + 1 WHERE id IN (
		SELECT p.roadmap_id FROM status_report AS s JOIN project AS p ON p.organisation_id = s.organisation_id AND p.id = s.project_id WHERE s.author_id = ?)`, user)
	if err != nil {
		return fmt.Errorf("mark roadmaps that user %d wrote in: %w", user, err)
	}
	return nil
}

// bumpNaming marks the roadmaps as changed that name the person, or of which a project does.
func bumpNaming(ctx context.Context, tx database.Conn, orgs []int64, name string) error {
	_, err := tx.ExecContext(ctx, `UPDATE roadmap SET facts_version = facts_version + 1
		WHERE organisation_id IN (?) AND (manager = ? OR sponsor = ? OR id IN (
			SELECT p.roadmap_id FROM project AS p WHERE p.organisation_id IN (?) AND (p.manager = ? OR p.sponsor = ?)))`,
		database.In(orgs), name, name, database.In(orgs), name, name)
	if err != nil {
		return fmt.Errorf("mark roadmaps that name a person: %w", err)
	}
	return nil
}

// renameAuthor reaches every organisation: who wrote there may have lost the grant since.
func renameAuthor(ctx context.Context, tx database.Conn, user int64, pseudonym string) error {
	if _, err := tx.ExecContext(ctx, "UPDATE status_report SET author = ? WHERE author_id = ?", pseudonym, user); err != nil {
		return fmt.Errorf("rename author %d: %w", user, err)
	}
	return nil
}

func deleteViews(ctx context.Context, tx database.Conn, user int64) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM saved_view WHERE user_id = ?", user); err != nil {
		return fmt.Errorf("remove views of user %d: %w", user, err)
	}
	return nil
}

// renamePerson replaces a name among managers and sponsors. The versions rise: a form that was read
// before would write the name back.
func renamePerson(ctx context.Context, tx database.Conn, orgs []int64, name, pseudonym string) error {
	for _, table := range []string{"roadmap", "project"} {
		_, err := tx.ExecContext(ctx, `UPDATE ? SET manager = CASE WHEN manager = ? THEN ? ELSE manager END,
			sponsor = CASE WHEN sponsor = ? THEN ? ELSE sponsor END, version = version + 1
			WHERE organisation_id IN (?) AND (manager = ? OR sponsor = ?)`,
			bun.Ident(table), name, pseudonym, name, pseudonym, database.In(orgs), name, name)
		if err != nil {
			return fmt.Errorf("rename person in %ss: %w", table, err)
		}
	}
	return nil
}

// renameInBulks replaces a name in what changes of several projects keep for their undoing.
func renameInBulks(ctx context.Context, tx database.Conn, orgs []int64, name, pseudonym string) error {
	var rows []bulkRow
	err := tx.NewSelect().Model(&rows).Column("id", "organisation_id", "change", "items").Where("organisation_id IN (?)", database.In(orgs)).OrderExpr("organisation_id, id").Scan(ctx)
	if err != nil {
		return fmt.Errorf("list changes of projects: %w", err)
	}
	for _, row := range rows {
		change, items, err := row.renamed(name, pseudonym)
		if err != nil {
			return fmt.Errorf("rename person in change %d: %w", row.ID, err)
		}
		if change == row.Change && items == row.Items {
			continue
		}
		_, err = tx.ExecContext(ctx, "UPDATE bulk_change SET change = ?, items = ? WHERE organisation_id = ? AND id = ?", change, items, row.OrganisationID, row.ID)
		if err != nil {
			return fmt.Errorf("rename person in change %d: %w", row.ID, err)
		}
	}
	return nil
}

func (r bulkRow) renamed(name, pseudonym string) (change, items string, err error) {
	var c BulkChange
	var list []bulkItem
	if err := json.Unmarshal([]byte(r.Change), &c); err != nil {
		return "", "", err
	}
	if err := json.Unmarshal([]byte(r.Items), &list); err != nil {
		return "", "", err
	}
	fields := bulkFields{Manager: c.Manager, Sponsor: c.Sponsor}
	fields.rename(name, pseudonym)
	for i := range list {
		list[i].Before.rename(name, pseudonym)
		list[i].After.rename(name, pseudonym)
	}
	a, err := json.Marshal(c)
	if err != nil {
		return "", "", err
	}
	b, err := json.Marshal(list)
	return string(a), string(b), err
}

func findPersonStatuses(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) ([]PersonStatus, error) {
	var rows []struct {
		statusRow
		ProjectCode string `bun:"project_code"`
		ProjectName string `bun:"project_name"`
	}
	err := db.NewRaw(`SELECT s.*, p.code AS project_code, p.name AS project_name FROM status_report AS s
		JOIN project AS p ON p.organisation_id = s.organisation_id AND p.id = s.project_id
		WHERE s.author_id = ? ORDER BY s.reported_on, s.id`, u.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list status reports of user %d: %w", u.ID, err)
	}
	out := []PersonStatus{}
	for _, row := range rows {
		if !actor.MayLearnOf(u, row.OrganisationID) {
			continue
		}
		s := row.status()
		out = append(out, PersonStatus{Project: Head{row.ProjectCode, row.ProjectName}, Period: s.Period, On: s.On, Schedule: s.Schedule, Cost: s.Cost, Scope: s.Scope, People: s.People,
			Summary: s.Summary, NextSteps: s.NextSteps, NeedsDecision: s.NeedsDecision})
	}
	return out, nil
}

func findResponsibilities(ctx context.Context, db database.Conn, actor identity.Actor, orgs []int64, name string) ([]Responsibility, error) {
	var rows []struct {
		Noun           string `bun:"noun"`
		Code           string `bun:"code"`
		Name           string `bun:"name"`
		Manager        string `bun:"manager"`
		Sponsor        string `bun:"sponsor"`
		OrganisationID int64  `bun:"organisation_id"`
		RoadmapID      int64  `bun:"roadmap_id"`
		ID             int64  `bun:"id"`
	}
	err := db.NewRaw(`SELECT 'roadmap' AS noun, code, name, manager, sponsor, organisation_id, id AS roadmap_id, id FROM roadmap WHERE organisation_id IN (?) AND (manager = ? OR sponsor = ?)
		UNION ALL SELECT 'project' AS noun, code, name, manager, sponsor, organisation_id, roadmap_id, id FROM project WHERE organisation_id IN (?) AND (manager = ? OR sponsor = ?)
		ORDER BY noun DESC, organisation_id, code, id`,
		database.In(orgs), name, name, database.In(orgs), name, name).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list responsibilities: %w", err)
	}
	out := []Responsibility{}
	for _, row := range rows {
		place := identity.Scope{Organisation: row.OrganisationID, Roadmap: row.RoadmapID}
		if row.Noun == "project" {
			place.Project = row.ID
		}
		if !actor.May(identity.PermReadPortfolio, place) {
			continue
		}
		if row.Manager == name {
			out = append(out, Responsibility{row.Noun, row.Code, row.Name, "manager"})
		}
		if row.Sponsor == name {
			out = append(out, Responsibility{row.Noun, row.Code, row.Name, "sponsor"})
		}
	}
	return out, nil
}

func findPersonViews(ctx context.Context, db database.Conn, actor identity.Actor, u identity.User) ([]PersonView, error) {
	var rows []struct {
		viewRow
		RoadmapCode string `bun:"roadmap_code"`
		RoadmapName string `bun:"roadmap_name"`
	}
	err := db.NewRaw(`SELECT v.*, r.code AS roadmap_code, r.name AS roadmap_name FROM saved_view AS v
		JOIN roadmap AS r ON r.organisation_id = v.organisation_id AND r.id = v.roadmap_id WHERE v.user_id = ? ORDER BY v.id`, u.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list views of user %d: %w", u.ID, err)
	}
	out := []PersonView{}
	for _, row := range rows {
		if actor.MayLearnOf(u, row.OrganisationID) {
			out = append(out, PersonView{Roadmap: Head{row.RoadmapCode, row.RoadmapName}, Name: row.Name, Query: row.Query, Shared: row.Shared})
		}
	}
	return out, nil
}
