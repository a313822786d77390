package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

type financeCodeRow struct {
	bun.BaseModel  `bun:"table:finance_code"`
	OrganisationID int64               `bun:"organisation_id,pk"`
	ProjectID      portfolio.ProjectID `bun:"project_id,pk"`
	Code           string              `bun:"code"`
	AssignedAt     time.Time           `bun:"assigned_at"`
}

// findProjects lists the projects of an organisation with the finance codes that they have.
func findProjects(ctx context.Context, db database.Conn, organisation int64) ([]Project, error) {
	members, err := portfolio.Members(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	var rows []financeCodeRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list finance codes: %w", err)
	}
	codes := make(map[portfolio.ProjectID]financeCodeRow, len(rows))
	for _, r := range rows {
		codes[r.ProjectID] = r
	}
	out := make([]Project, len(members))
	for i, m := range members {
		out[i] = Project{Member: m, FinanceCode: codes[m.ID].Code}
		if at := codes[m.ID].AssignedAt; !at.IsZero() {
			out[i].AssignedOn = civil.DateOf(at, time.UTC)
		}
	}
	return out, nil
}

// codedProjects is findProjects that gives a code to every project that has none yet. A code that was given once stays
// with its project, whatever becomes of the project's own code: the finance system holds on to it.
func (b *books) codedProjects(ctx context.Context, tx database.Conn, now time.Time) ([]Project, error) {
	projects, err := findProjects(ctx, tx, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	var fresh []financeCodeRow
	for _, p := range assignCodes(projects, b.today) {
		fresh = append(fresh, financeCodeRow{OrganisationID: b.Organisation.ID, ProjectID: p.ID, Code: p.FinanceCode, AssignedAt: database.Instant(now)})
	}
	return projects, database.Bulk(ctx, tx, fresh)
}

// assignCodes gives a code to every project of the list that has none, and gives those back.
func assignCodes(projects []Project, today civil.Date) (fresh []Project) {
	taken := make(map[string]bool, len(projects))
	for _, p := range projects {
		taken[p.FinanceCode] = true
	}
	for i, p := range projects {
		if p.FinanceCode != "" {
			continue
		}
		projects[i].FinanceCode, projects[i].AssignedOn = reconcile.FinanceCode(p.Code, func(c string) bool { return taken[c] }), today
		taken[projects[i].FinanceCode] = true
		fresh = append(fresh, projects[i])
	}
	return fresh
}
