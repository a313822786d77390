package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type estimateRow struct {
	bun.BaseModel  `bun:"table:estimate"`
	ID             int64         `bun:"id,pk,autoincrement"`
	OrganisationID int64         `bun:"organisation_id"`
	ProjectID      ProjectID     `bun:"project_id"`
	AsOf           civil.Date    `bun:"as_of,type:date"`
	Cost           *money.Amount `bun:"cost"`
	Start          civil.Date    `bun:"starts_on,type:date"`
	End            civil.Date    `bun:"ends_on,type:date"`
	Phase          Phase         `bun:"phase,nullzero"`
	Source         Source        `bun:"source"`
	ListID         int64         `bun:"list_id,nullzero"`
	Note           string        `bun:"note"`
	RecordedAt     time.Time     `bun:"recorded_at"`
}

type lineRow struct {
	bun.BaseModel  `bun:"table:estimate_line"`
	OrganisationID int64        `bun:"organisation_id,pk"`
	EstimateID     int64        `bun:"estimate_id,pk"`
	FiscalYear     string       `bun:"fiscal_year,pk"`
	Nature         Nature       `bun:"nature,pk"`
	Part           CostPart     `bun:"part,pk"`
	Amount         money.Amount `bun:"amount"`
}

func (r estimateRow) estimate() Estimate {
	e := Estimate{ID: r.ID, ProjectID: r.ProjectID, AsOf: r.AsOf, Start: r.Start, End: r.End, Phase: r.Phase, Note: r.Note}
	if r.Cost != nil {
		e.HasCost, e.Cost = true, *r.Cost
	}
	return e
}

// insertEstimates books estimates with their cost lines and fills in their ids.
func insertEstimates(ctx context.Context, tx database.Conn, organisation int64, estimates []Estimate, now time.Time) error {
	rows := make([]*estimateRow, len(estimates))
	for i, e := range estimates {
		rows[i] = &estimateRow{OrganisationID: organisation, ProjectID: e.ProjectID, AsOf: e.AsOf, Start: e.Start, End: e.End, Phase: e.Phase,
			Source: e.Source, ListID: e.ListID, Note: e.Note, RecordedAt: database.Instant(now)}
		if e.HasCost {
			cost := e.Cost
			rows[i].Cost = &cost
		}
	}
	if err := database.BulkIDs(ctx, tx, rows); err != nil {
		return fmt.Errorf("save estimates: %w", err)
	}
	var lines []lineRow
	for i, e := range estimates {
		estimates[i].ID = rows[i].ID
		for _, l := range e.Lines {
			lines = append(lines, lineRow{OrganisationID: organisation, EstimateID: rows[i].ID, FiscalYear: l.FiscalYear, Nature: l.Nature, Part: l.Part, Amount: l.Amount})
		}
	}
	return database.Bulk(ctx, tx, lines)
}

// findEstimates gives the estimates of a roadmap up to a day, oldest first; a zero day means all. Who
// booked them and when stays behind: no reader of figures asks, and ten thousand projects have tens of
// thousands of estimates.
func findEstimates(ctx context.Context, db database.Conn, r scope, day civil.Date) ([]Estimate, error) {
	var rows []estimateRow
	q := db.NewSelect().Model(&rows).Column("id", "project_id", "as_of", "cost", "starts_on", "ends_on", "phase", "note").
		Where("organisation_id = ?", r.OrganisationID).Where("project_id IN (?)", r.projects(db))
	if !day.IsZero() {
		q = q.Where("as_of <= ?", day)
	}
	if err := q.OrderExpr("project_id, as_of, id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list estimates: %w", err)
	}
	return database.Convert(rows, estimateRow.estimate), nil
}

// findLines gives the cost lines of the named estimates, by estimate.
func findLines(ctx context.Context, db database.Conn, organisation int64, estimates []int64) (map[int64][]CostLine, error) {
	out := map[int64][]CostLine{}
	const chunk = 2000
	for len(estimates) > 0 {
		part := estimates[:min(chunk, len(estimates))]
		estimates = estimates[len(part):]
		var rows []lineRow
		err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND estimate_id IN (?)", organisation, database.In(part)).
			OrderExpr("estimate_id, fiscal_year, nature, part").Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("list cost lines: %w", err)
		}
		for _, l := range rows {
			out[l.EstimateID] = append(out[l.EstimateID], CostLine{FiscalYear: l.FiscalYear, Nature: l.Nature, Part: l.Part, Amount: l.Amount})
		}
	}
	return out, nil
}

type baselineRow struct {
	bun.BaseModel  `bun:"table:baseline"`
	ID             int64         `bun:"id,pk,autoincrement"`
	OrganisationID int64         `bun:"organisation_id"`
	ProjectID      ProjectID     `bun:"project_id"`
	Number         int           `bun:"number"`
	On             civil.Date    `bun:"set_on,type:date"`
	Cost           *money.Amount `bun:"cost"`
	Start          civil.Date    `bun:"starts_on,type:date"`
	End            civil.Date    `bun:"ends_on,type:date"`
	Decision       DecisionRef   `bun:"decision_ref,nullzero"`
	DecisionLabel  string        `bun:"decision_label"`
	Reason         string        `bun:"reason"`
	RecordedAt     time.Time     `bun:"recorded_at"`
}

func (r baselineRow) baseline() Baseline {
	b := Baseline{ID: r.ID, ProjectID: r.ProjectID, Number: r.Number, On: r.On, Start: r.Start, End: r.End, Decision: r.Decision, DecisionLabel: r.DecisionLabel, Reason: r.Reason}
	if r.Cost != nil {
		b.HasCost, b.Cost = true, *r.Cost
	}
	return b
}

// insertBaseline adds a baseline under its number; two at once for one number clash.
func insertBaseline(ctx context.Context, tx database.Conn, organisation int64, b Baseline, now time.Time) error {
	row := baselineRow{OrganisationID: organisation, ProjectID: b.ProjectID, Number: b.Number, On: b.On, Start: b.Start, End: b.End, Decision: b.Decision, DecisionLabel: b.DecisionLabel, Reason: b.Reason, RecordedAt: database.Instant(now)}
	if b.HasCost {
		row.Cost = &b.Cost
	}
	if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("baseline.number.taken", b.Number)
		}
		return fmt.Errorf("save baseline: %w", err)
	}
	return nil
}

func findBaselines(ctx context.Context, db database.Conn, r scope) ([]Baseline, error) {
	var rows []baselineRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ?", r.OrganisationID).
		Where("project_id IN (?)", r.projects(db)).
		OrderExpr("project_id, number").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list baselines: %w", err)
	}
	return database.Convert(rows, baselineRow.baseline), nil
}

type listRow struct {
	bun.BaseModel  `bun:"table:project_list"`
	ID             int64      `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	RoadmapID      RoadmapID  `bun:"roadmap_id"`
	AsOf           civil.Date `bun:"as_of,type:date"`
	Series         bool       `bun:"series"`
	Uncertain      bool       `bun:"uncertain"` // a rejected row may be any project: who is missing has not left
	Profile        string     `bun:"profile"`
	ProfileVersion int        `bun:"profile_version"`
	File           string     `bun:"file"`
	SHA256         string     `bun:"sha256"`
	RecordedAt     time.Time  `bun:"recorded_at"`
}

type memberRow struct {
	bun.BaseModel  `bun:"table:project_list_member"`
	OrganisationID int64     `bun:"organisation_id,pk"`
	ListID         int64     `bun:"list_id,pk"`
	ProjectID      ProjectID `bun:"project_id,pk"`
}

func findLists(ctx context.Context, db database.Conn, r Roadmap) ([]listRow, map[int64][]ProjectID, error) {
	var rows []listRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND roadmap_id = ?", r.OrganisationID, r.ID).OrderExpr("as_of, id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("list imports: %w", err)
	}
	var members []memberRow
	err := db.NewSelect().Model(&members).Where("organisation_id = ?", r.OrganisationID).
		Where("list_id IN (SELECT id FROM project_list WHERE organisation_id = ? AND roadmap_id = ?)", r.OrganisationID, r.ID).
		OrderExpr("list_id, project_id").Scan(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list members of imports: %w", err)
	}
	by := map[int64][]ProjectID{}
	for _, m := range members {
		by[m.ListID] = append(by[m.ListID], m.ProjectID)
	}
	return rows, by, nil
}
