package finance

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

type budgetVersionRow struct {
	bun.BaseModel     `bun:"table:budget_version,alias:v"`
	ID                BudgetID            `bun:"id,pk,autoincrement"`
	OrganisationID    int64               `bun:"organisation_id"`
	ProjectID         portfolio.ProjectID `bun:"project_id"`
	Number            int                 `bun:"number"`
	DecidedOn         civil.Date          `bun:"decided_on,type:date"`
	DecisionReference string              `bun:"decision_reference"`
	Reason            string              `bun:"reason"`
	RecordedBy        string              `bun:"recorded_by"`
	RecordedAt        time.Time           `bun:"recorded_at"`
}

func (r budgetVersionRow) version() BudgetVersion {
	return BudgetVersion{ID: r.ID, OrganisationID: r.OrganisationID, ProjectID: r.ProjectID, Number: r.Number, DecidedOn: r.DecidedOn, DecisionReference: r.DecisionReference,
		Reason: r.Reason, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
}

type budgetLineRow struct {
	bun.BaseModel  `bun:"table:budget_line,alias:l"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	VersionID      BudgetID     `bun:"version_id,pk"`
	Number         int          `bun:"number,pk"`
	EnvelopeID     EnvelopeID   `bun:"envelope_id,nullzero"`
	YearID         int64        `bun:"fiscal_year_id"`
	Section        string       `bun:"section"`
	Category       Category     `bun:"category"`
	Amount         money.Amount `bun:"amount"`
}

// insertBudget books a version with its lines.
func insertBudget(ctx context.Context, tx database.Conn, v *BudgetVersion) error {
	row := budgetVersionRow{OrganisationID: v.OrganisationID, ProjectID: v.ProjectID, Number: v.Number, DecidedOn: v.DecidedOn, DecisionReference: v.DecisionReference,
		Reason: v.Reason, RecordedBy: v.RecordedBy, RecordedAt: v.RecordedAt}
	if err := database.BulkIDs(ctx, tx, []*budgetVersionRow{&row}); err != nil {
		return err
	}
	v.ID = row.ID
	lines := make([]budgetLineRow, len(v.Lines))
	for i, l := range v.Lines {
		lines[i] = budgetLineRow{OrganisationID: v.OrganisationID, VersionID: v.ID, Number: i + 1, EnvelopeID: l.Envelope, YearID: l.YearID, Section: l.Section, Category: l.Category, Amount: l.Amount}
	}
	return database.Bulk(ctx, tx, lines)
}

// budgetFilter says whose budgets are wanted: those of a project, or of all projects of a roadmap, or of all.
type budgetFilter struct {
	organisation int64
	roadmap      portfolio.RoadmapID
	project      portfolio.ProjectID
}

func (f budgetFilter) narrow(q *bun.SelectQuery) *bun.SelectQuery {
	q = q.Where("v.organisation_id = ?", f.organisation)
	if f.project != 0 {
		q = q.Where("v.project_id = ?", f.project)
	}
	if f.roadmap != 0 {
		q = q.Where("v.project_id IN (SELECT id FROM project WHERE organisation_id = ? AND roadmap_id = ?)", f.organisation, f.roadmap)
	}
	return q
}

// findBudgets lists versions of budgets with their lines, by project and number.
func findBudgets(ctx context.Context, db database.Conn, f budgetFilter) ([]BudgetVersion, error) {
	var versions []budgetVersionRow
	if err := f.narrow(db.NewSelect().Model(&versions)).OrderExpr("v.project_id, v.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list budgets: %w", err)
	}
	var lines []budgetLineRow
	q := db.NewSelect().Model(&lines).Join("JOIN budget_version AS v ON v.organisation_id = l.organisation_id AND v.id = l.version_id")
	if err := f.narrow(q).OrderExpr("l.version_id, l.number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list lines of budgets: %w", err)
	}
	of := make(map[BudgetID][]BudgetLine, len(versions))
	for _, l := range lines {
		of[l.VersionID] = append(of[l.VersionID], BudgetLine{Envelope: l.EnvelopeID, YearID: l.YearID, Section: l.Section, Category: l.Category, Amount: l.Amount})
	}
	out := make([]BudgetVersion, len(versions))
	for i, v := range versions {
		out[i] = v.version()
		out[i].Lines = of[v.ID]
	}
	return out, nil
}

// currentBudget is the condition that leaves of budget_version v what holds on a day; no day: what holds now.
func currentBudget(asOf civil.Date) (string, []any) {
	if asOf.IsZero() {
		return "v.number = (SELECT MAX(w.number) FROM budget_version AS w WHERE w.organisation_id = v.organisation_id AND w.project_id = v.project_id)", nil
	}
	return "v.number = (SELECT MAX(w.number) FROM budget_version AS w WHERE w.organisation_id = v.organisation_id AND w.project_id = v.project_id AND w.decided_on <= ?)", []any{asOf}
}

// findAllotments sums what the budgets that hold on a day allot, line by line of the votes. Lines that name no envelope stand under envelope 0.
func findAllotments(ctx context.Context, db database.Conn, organisation int64, asOf civil.Date) (allotments, error) {
	var rows []struct {
		EnvelopeID EnvelopeID   `bun:"envelope_id"`
		YearID     int64        `bun:"fiscal_year_id"`
		Section    string       `bun:"section"`
		Amount     money.Amount `bun:"amount"`
	}
	current, args := currentBudget(asOf)
	err := db.NewSelect().Model(&rows).ModelTableExpr("budget_line AS l").
		ColumnExpr("COALESCE(l.envelope_id, 0) AS envelope_id, l.fiscal_year_id, l.section, CAST(SUM(l.amount) AS BIGINT) AS amount").
		Join("JOIN budget_version AS v ON v.organisation_id = l.organisation_id AND v.id = l.version_id").
		Where("l.organisation_id = ?", organisation).Where(current, args...).
		GroupExpr("l.envelope_id, l.fiscal_year_id, l.section").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("sum allotments: %w", err)
	}
	out := make(allotments, len(rows))
	for _, r := range rows {
		out[Allotment{r.EnvelopeID, r.YearID, r.Section}] = r.Amount
	}
	return out, nil
}

// spread is what a project has of an envelope, by which what it spent is told from which envelope it came.
type spread struct {
	ProjectID  portfolio.ProjectID `bun:"project_id"`
	EnvelopeID EnvelopeID          `bun:"envelope_id"`
	YearID     int64               `bun:"fiscal_year_id"`
	Section    string              `bun:"section"`
	Amount     money.Amount        `bun:"amount"`
}

// findSpreads sums the budgets that hold now of all projects that have a line of one of the envelopes: all lines of these projects that
// name an envelope.
func findSpreads(ctx context.Context, db database.Conn, organisation int64, envelopes []EnvelopeID) ([]spread, error) {
	var rows []spread
	current, args := currentBudget(civil.Date{})
	err := db.NewSelect().Model(&rows).ModelTableExpr("budget_line AS l").
		ColumnExpr("v.project_id, l.envelope_id, l.fiscal_year_id, l.section, CAST(SUM(l.amount) AS BIGINT) AS amount").
		Join("JOIN budget_version AS v ON v.organisation_id = l.organisation_id AND v.id = l.version_id").
		Where("l.organisation_id = ? AND l.envelope_id IS NOT NULL", organisation).Where(current, args...).
		Where("v.project_id IN (SELECT w.project_id FROM budget_version AS w JOIN budget_line AS k ON k.organisation_id = w.organisation_id AND k.version_id = w.id WHERE w.organisation_id = ? AND k.envelope_id IN (?))",
			organisation, database.In(envelopes)).
		GroupExpr("v.project_id, l.envelope_id, l.fiscal_year_id, l.section").OrderExpr("v.project_id, l.fiscal_year_id, l.section, l.envelope_id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("sum budgets by envelope: %w", err)
	}
	return rows, nil
}
