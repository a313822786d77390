package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

type proposalRow struct {
	bun.BaseModel  `bun:"table:allotment_proposal"`
	ID             ProposalID          `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id"`
	DecisionID     int64               `bun:"decision_id"`
	Year           int                 `bun:"year"`
	Section        string              `bun:"section"`
	Amount         money.Amount        `bun:"amount"`
	State          ProposalState       `bun:"state"`
	Budget         BudgetID            `bun:"budget_version_id,nullzero"`
	SettledBy      string              `bun:"settled_by"`
	SettledAt      time.Time           `bun:"settled_at,nullzero"`
	Reason         string              `bun:"reason"`
}

func insertProposals(ctx context.Context, tx database.Conn, all []Proposal) error {
	rows := make([]proposalRow, len(all))
	for i, p := range all {
		rows[i] = proposalRow{OrganisationID: p.OrganisationID, ProjectID: p.ProjectID, DecisionID: p.DecisionID, Year: p.Year, Section: p.Section, Amount: p.Amount, State: ProposalOpen}
	}
	if err := database.Bulk(ctx, tx, rows); err != nil {
		return fmt.Errorf("save proposals: %w", err)
	}
	return nil
}

// proposalFilter narrows a list of proposals; zero fields do not.
type proposalFilter struct {
	organisation int64
	roadmap      portfolio.RoadmapID
	project      portfolio.ProjectID
	decision     int64
	state        ProposalState
}

// findProposals lists proposals by project, year and section, investment first.
func findProposals(ctx context.Context, db database.Conn, f proposalFilter) ([]Proposal, error) {
	var rows []struct {
		proposalRow
		Code           string              `bun:"code"`
		Name           string              `bun:"name"`
		RoadmapID      portfolio.RoadmapID `bun:"roadmap_id"`
		DecisionYear   int                 `bun:"decision_year"`
		DecisionNumber int                 `bun:"decision_number"`
	}
	q := db.NewSelect().Model(&rows).ModelTableExpr("allotment_proposal AS a").ColumnExpr("a.*, p.code, p.name, p.roadmap_id, d.year AS decision_year, d.number AS decision_number").
		Join("JOIN project AS p ON p.organisation_id = a.organisation_id AND p.id = a.project_id").
		Join("JOIN decision AS d ON d.organisation_id = a.organisation_id AND d.id = a.decision_id").
		Where("a.organisation_id = ?", f.organisation)
	if f.roadmap != 0 {
		q = q.Where("p.roadmap_id = ?", f.roadmap)
	}
	if f.project != 0 {
		q = q.Where("a.project_id = ?", f.project)
	}
	if f.decision != 0 {
		q = q.Where("a.decision_id = ?", f.decision)
	}
	if f.state != "" {
		q = q.Where("a.state = ?", f.state)
	}
	if err := q.OrderExpr("p.code, a.project_id, a.year, a.section DESC, a.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list proposals: %w", err)
	}
	out := make([]Proposal, len(rows))
	for i, r := range rows {
		out[i] = Proposal{ID: r.ID, OrganisationID: r.OrganisationID, ProjectID: r.ProjectID, Project: portfolio.Head{Code: r.Code, Name: r.Name}, RoadmapID: r.RoadmapID, DecisionID: r.DecisionID,
			Decision: fmt.Sprintf("D-%04d-%03d", r.DecisionYear, r.DecisionNumber), Year: r.Year, Section: r.Section, Amount: r.Amount, State: r.State, Budget: r.Budget,
			SettledBy: r.SettledBy, SettledAt: r.SettledAt, Reason: r.Reason}
	}
	return out, nil
}

// settleProposals says what became of proposals that are open.
func settleProposals(ctx context.Context, tx database.Conn, all []Proposal, to Proposal) error {
	ids := make([]ProposalID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	row := proposalRow{State: to.State, Budget: to.Budget, SettledBy: to.SettledBy, SettledAt: to.SettledAt, Reason: to.Reason}
	_, err := tx.NewUpdate().Model(&row).Column("state", "budget_version_id", "settled_by", "settled_at", "reason").
		Where("organisation_id = ? AND id IN (?) AND state = ?", to.OrganisationID, database.In(ids), ProposalOpen).Exec(ctx)
	if err != nil {
		return fmt.Errorf("settle proposals: %w", err)
	}
	return nil
}
