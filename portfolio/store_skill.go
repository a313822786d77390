package portfolio

import (
	"context"
	"fmt"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type skillRow struct {
	bun.BaseModel  `bun:"table:skill"`
	ID             SkillID `bun:"id,pk,autoincrement"`
	OrganisationID int64   `bun:"organisation_id"`
	Code           string  `bun:"code"`
	Name           string  `bun:"name"`
	Description    string  `bun:"description"`
	Position       int     `bun:"position"`
	Version        int64   `bun:"version"`
}

func (r skillRow) skill() Skill {
	return Skill{ID: r.ID, OrganisationID: r.OrganisationID, Code: r.Code, Name: r.Name, Description: r.Description, Position: r.Position, Version: r.Version}
}

// findSkills lists the skills of an organisation in their order.
func findSkills(ctx context.Context, db database.Conn, organisation int64) ([]Skill, error) {
	var rows []skillRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).OrderExpr("position, code, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list skills: %w", err)
	}
	return database.Convert(rows, skillRow.skill), nil
}

func insertSkill(ctx context.Context, tx database.Conn, s *Skill) error {
	row := skillRow{OrganisationID: s.OrganisationID, Code: s.Code, Name: s.Name, Description: s.Description, Position: s.Position, Version: 1}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("skill.code.taken", s.Code)
		}
		return fmt.Errorf("save skill: %w", err)
	}
	s.ID, s.Version = row.ID, 1
	return nil
}

// updateSkill saves a skill under the optimistic lock.
func updateSkill(ctx context.Context, tx database.Conn, s Skill) error {
	res, err := tx.ExecContext(ctx, `UPDATE skill SET code = ?, name = ?, description = ?, position = ?, version = version + 1 WHERE organisation_id = ? AND id = ? AND version = ?`,
		s.Code, s.Name, s.Description, s.Position, s.OrganisationID, s.ID, s.Version)
	if database.Classify(err) == database.Unique {
		return fault.Conflict("skill.code.taken", s.Code)
	}
	return database.Updated(res, err, "skill", s.Code)
}

type capacityRow struct {
	bun.BaseModel  `bun:"table:roadmap_capacity"`
	OrganisationID int64         `bun:"organisation_id,pk"`
	RoadmapID      RoadmapID     `bun:"roadmap_id,pk"`
	SkillID        SkillID       `bun:"skill_id,pk"`
	Quarter        civil.Quarter `bun:"quarter,pk"`
	Tenths         int64         `bun:"tenths"`
}

// findCapacities gives the days that are there for a roadmap. What has no row is not limited.
func findCapacities(ctx context.Context, db database.Conn, r Roadmap) ([]SkillNeed, error) {
	var rows []capacityRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("quarter, skill_id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list capacities: %w", err)
	}
	out := make([]SkillNeed, len(rows))
	for i, row := range rows {
		out[i] = SkillNeed{row.SkillID, row.Quarter, row.Tenths}
	}
	return out, nil
}

func replaceCapacities(ctx context.Context, tx database.Conn, r Roadmap, all []SkillNeed) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM roadmap_capacity WHERE organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID); err != nil {
		return fmt.Errorf("clear capacities: %w", err)
	}
	rows := make([]capacityRow, len(all))
	for i, n := range all {
		rows[i] = capacityRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, SkillID: n.Skill, Quarter: n.Quarter, Tenths: n.Tenths}
	}
	return database.Bulk(ctx, tx, rows)
}

type projectSkillRow struct {
	bun.BaseModel  `bun:"table:project_skill"`
	OrganisationID int64         `bun:"organisation_id,pk"`
	ProjectID      ProjectID     `bun:"project_id,pk"`
	SkillID        SkillID       `bun:"skill_id,pk"`
	Quarter        civil.Quarter `bun:"quarter,pk"`
	Tenths         int64         `bun:"tenths"`
}

// findProjectSkills gives the days that projects need, by project.
func findProjectSkills(ctx context.Context, db database.Conn, r scope) (map[ProjectID][]SkillNeed, error) {
	var rows []projectSkillRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND project_id IN (?)", r.OrganisationID, r.projects(db)).OrderExpr("project_id, quarter, skill_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list skills of projects: %w", err)
	}
	out := map[ProjectID][]SkillNeed{}
	for _, row := range rows {
		out[row.ProjectID] = append(out[row.ProjectID], SkillNeed{row.SkillID, row.Quarter, row.Tenths})
	}
	return out, nil
}

func replaceProjectSkills(ctx context.Context, tx database.Conn, p Project, all []SkillNeed) error {
	if _, err := tx.ExecContext(ctx, "DELETE FROM project_skill WHERE organisation_id = ? AND project_id = ?", p.OrganisationID, p.ID); err != nil {
		return fmt.Errorf("clear skills of project %d: %w", p.ID, err)
	}
	rows := make([]projectSkillRow, len(all))
	for i, n := range all {
		rows[i] = projectSkillRow{OrganisationID: p.OrganisationID, ProjectID: p.ID, SkillID: n.Skill, Quarter: n.Quarter, Tenths: n.Tenths}
	}
	return database.Bulk(ctx, tx, rows)
}
