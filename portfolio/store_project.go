package portfolio

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/grid"
)

type projectRow struct {
	bun.BaseModel    `bun:"table:project"`
	ID               ProjectID `bun:"id,pk,autoincrement"`
	OrganisationID   int64     `bun:"organisation_id"`
	RoadmapID        RoadmapID `bun:"roadmap_id"`
	ThemeID          int64     `bun:"theme_id,nullzero"`
	Code             string    `bun:"code"`
	Name             string    `bun:"name"`
	NameFolded       string    `bun:"name_folded"`
	Need             string    `bun:"need"`
	Sponsor          string    `bun:"sponsor"`
	Manager          string    `bun:"manager"`
	Department       string    `bun:"department"`
	Interministerial bool      `bun:"interministerial"`
	Weight           int64     `bun:"weight,nullzero"`
	Version          int64     `bun:"version"`
	CreatedAt        time.Time `bun:"created_at"`
}

func (r projectRow) project() Project {
	return Project{ID: r.ID, OrganisationID: r.OrganisationID, RoadmapID: r.RoadmapID, ThemeID: r.ThemeID, Code: r.Code, Name: r.Name, Need: r.Need,
		Sponsor: r.Sponsor, Manager: r.Manager, Department: r.Department, Interministerial: r.Interministerial, Weight: r.Weight, Version: r.Version, CreatedAt: r.CreatedAt}
}

// scope is what a query is about: a roadmap, or one project of it.
type scope struct {
	Roadmap
	only ProjectID // 0: all projects of the roadmap
}

// projects is the set of project ids of the scope, to be put into "IN (?)".
func (s scope) projects(db database.Conn) any {
	if s.only != 0 {
		return database.In([]ProjectID{s.only})
	}
	return db.NewSelect().Model((*projectRow)(nil)).Column("id").Where("organisation_id = ? AND roadmap_id = ?", s.OrganisationID, s.ID)
}

func insertProjects(ctx context.Context, tx database.Conn, r Roadmap, projects []*Project, now time.Time) error {
	rows := make([]*projectRow, len(projects))
	for i, p := range projects {
		rows[i] = &projectRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, ThemeID: p.ThemeID, Code: p.Code, Name: p.Name, NameFolded: grid.Fold(p.Name),
			Need: p.Need, Sponsor: p.Sponsor, Manager: p.Manager, Department: p.Department, Interministerial: p.Interministerial, Weight: p.Weight, Version: 1, CreatedAt: database.Instant(now)}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("project.code.taken", projects[0].Code)
		}
		return fmt.Errorf("save projects: %w", err)
	}
	for i, row := range rows {
		projects[i].ID, projects[i].OrganisationID, projects[i].RoadmapID, projects[i].Version, projects[i].CreatedAt = row.ID, r.OrganisationID, r.ID, 1, row.CreatedAt
	}
	return nil
}

// updateProject saves the project's own fields under the optimistic lock.
func updateProject(ctx context.Context, tx database.Conn, p Project) error {
	row := projectRow{ThemeID: p.ThemeID, Code: p.Code, Weight: p.Weight, Name: p.Name, NameFolded: grid.Fold(p.Name), Need: p.Need, Sponsor: p.Sponsor, Manager: p.Manager,
		Department: p.Department, Interministerial: p.Interministerial, Version: p.Version + 1}
	res, err := tx.NewUpdate().Model(&row).
		Column("theme_id", "code", "weight", "name", "name_folded", "need", "sponsor", "manager", "department", "interministerial", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", p.OrganisationID, p.ID, p.Version).Exec(ctx)
	if database.Classify(err) == database.Unique {
		return fault.Conflict("project.code.taken", p.Code)
	}
	return database.Updated(res, err, "project", p.Code)
}

func findProjects(ctx context.Context, db database.Conn, r Roadmap) ([]Project, error) {
	var rows []projectRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("code, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list projects: %w", err)
	}
	return database.Convert(rows, projectRow.project), nil
}

func findProject(ctx context.Context, db database.Conn, id ProjectID) (Project, error) {
	var row projectRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.project(), database.One(err, "project", int64(id))
}

func findProjectByCode(ctx context.Context, db database.Conn, r Roadmap, code string) (Project, error) {
	var row projectRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND roadmap_id = ? AND code = ?", r.OrganisationID, r.ID, code).Scan(ctx)
	return row.project(), database.One(err, "project", code)
}

// countUnweighted counts the projects whose weight is not fixed yet.
func countUnweighted(ctx context.Context, tx database.Conn, r Roadmap) (n int, err error) {
	err = tx.NewRaw("SELECT count(*) FROM project WHERE organisation_id = ? AND roadmap_id = ? AND weight IS NULL", r.OrganisationID, r.ID).Scan(ctx, &n)
	return n, err
}

// setWeights fixes the weights of projects that had none, in few statements.
func setWeights(ctx context.Context, tx database.Conn, organisation int64, weights map[ProjectID]int64, order []ProjectID) error {
	const chunk = 200
	for len(order) > 0 {
		part := order[:min(chunk, len(order))]
		order = order[len(part):]
		var b strings.Builder
		args := make([]any, 0, 3*len(part)+2)
		b.WriteString("UPDATE project SET weight = CASE id")
		for _, id := range part {
			b.WriteString(" WHEN ? THEN ?")
			args = append(args, id, weights[id])
		}
		b.WriteString(" END WHERE organisation_id = ? AND weight IS NULL AND id IN (?)")
		args = append(args, organisation, database.In(part))
		if _, err := tx.ExecContext(ctx, b.String(), args...); err != nil {
			return fmt.Errorf("fix weights: %w", err)
		}
	}
	return nil
}

type aliasRow struct {
	bun.BaseModel  `bun:"table:project_alias"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	RoadmapID      RoadmapID `bun:"roadmap_id,pk"`
	Folded         string    `bun:"folded,pk"`
	Name           string    `bun:"name"`
	ProjectID      ProjectID `bun:"project_id"`
}

func insertAliases(ctx context.Context, tx database.Conn, r Roadmap, aliases map[string]ProjectID, names []string) error {
	rows := make([]aliasRow, 0, len(names))
	for _, name := range names {
		rows = append(rows, aliasRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Folded: grid.Fold(name), Name: name, ProjectID: aliases[name]})
	}
	return database.Bulk(ctx, tx, rows)
}

// keepAlias keeps a name that a project gave up, unless it stands for a project already.
func keepAlias(ctx context.Context, tx database.Conn, r Roadmap, id ProjectID, name string) error {
	folded := grid.Fold(name)
	if folded == "" { // signs alone stand for nothing
		return nil
	}
	row := aliasRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Folded: folded, Name: name, ProjectID: id}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Returning("NULL").Exec(ctx); err != nil {
		return fmt.Errorf("keep name of %d: %w", id, err)
	}
	return nil
}

func findAliases(ctx context.Context, db database.Conn, r Roadmap) (map[string]ProjectID, error) {
	var rows []aliasRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list aliases: %w", err)
	}
	out := make(map[string]ProjectID, len(rows))
	for _, a := range rows {
		out[a.Folded] = a.ProjectID
	}
	return out, nil
}

type dependencyRow struct {
	bun.BaseModel  `bun:"table:dependency"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	ProjectID      ProjectID `bun:"project_id,pk"`
	DependsOnID    ProjectID `bun:"depends_on_id,pk"`
	Note           string    `bun:"note"`
}

func insertDependencies(ctx context.Context, tx database.Conn, organisation int64, deps []Dependency) error {
	rows := make([]dependencyRow, len(deps))
	for i, d := range deps {
		rows[i] = dependencyRow{OrganisationID: organisation, ProjectID: d.ProjectID, DependsOnID: d.DependsOnID, Note: d.Note}
	}
	if err := database.Bulk(ctx, tx, rows); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("dependency.exists")
		}
		return err
	}
	return nil
}

func findDependencies(ctx context.Context, db database.Conn, r scope) ([]Dependency, error) {
	var rows []dependencyRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ?", r.OrganisationID).
		Where("(project_id IN (?) OR depends_on_id IN (?))", r.projects(db), r.projects(db)).
		OrderExpr("project_id, depends_on_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list dependencies: %w", err)
	}
	out := make([]Dependency, len(rows))
	for i, d := range rows {
		out[i] = Dependency{ProjectID: d.ProjectID, DependsOnID: d.DependsOnID, Note: d.Note}
	}
	return out, nil
}

func deleteDependency(ctx context.Context, tx database.Conn, organisation int64, d Dependency) error {
	res, err := tx.ExecContext(ctx, "DELETE FROM dependency WHERE organisation_id = ? AND project_id = ? AND depends_on_id = ?", organisation, d.ProjectID, d.DependsOnID)
	if err != nil {
		return fmt.Errorf("remove dependency: %w", err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		return fault.NotFound("dependency", int64(d.DependsOnID))
	}
	return err
}

// exitRow is a stretch during which a project was not in the portfolio.
type exitRow struct {
	bun.BaseModel  `bun:"table:project_exit"`
	ID             int64       `bun:"id,pk,autoincrement"`
	OrganisationID int64       `bun:"organisation_id"`
	ProjectID      ProjectID   `bun:"project_id"`
	Left           civil.Date  `bun:"left_on,type:date"`
	Returned       civil.Date  `bun:"returned_on,type:date"`
	Source         Source      `bun:"source"`
	Reason         string      `bun:"reason"`
	Decision       DecisionRef `bun:"decision_id,nullzero"` // that a committee took; 0: it follows from a list, or a hand recorded it
	RecordedAt     time.Time   `bun:"recorded_at"`
	WithdrawnAt    time.Time   `bun:"withdrawn_at,nullzero"`
}

func findExits(ctx context.Context, db database.Conn, r scope) ([]exitRow, error) {
	var rows []exitRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND withdrawn_at IS NULL", r.OrganisationID).
		Where("project_id IN (?)", r.projects(db)).
		OrderExpr("project_id, left_on, id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list exits: %w", err)
	}
	return rows, nil
}

func endExit(ctx context.Context, tx database.Conn, e exitRow) error {
	_, err := tx.ExecContext(ctx, "UPDATE project_exit SET returned_on = ? WHERE organisation_id = ? AND id = ?", e.Returned, e.OrganisationID, e.ID)
	if err != nil {
		return fmt.Errorf("end exit %d: %w", e.ID, err)
	}
	return nil
}
