package governance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

type decisionRow struct {
	bun.BaseModel  `bun:"table:decision"`
	ID             DecisionID          `bun:"id,pk,autoincrement"`
	OrganisationID int64               `bun:"organisation_id"`
	CommitteeID    CommitteeID         `bun:"committee_id"`
	RoadmapID      portfolio.RoadmapID `bun:"roadmap_id"`
	ProjectID      portfolio.ProjectID `bun:"project_id,nullzero"`
	Year           int                 `bun:"year"`
	Number         int                 `bun:"number"`
	Title          string              `bun:"title"`
	Question       string              `bun:"question"`
	Options        string              `bun:"options"`
	Outcome        string              `bun:"outcome"`
	Reason         string              `bun:"reason"`
	Effect         string              `bun:"effect"`
	On             civil.Date          `bun:"decided_on,type:date"`
	Author         string              `bun:"author"`
	AuthorID       int64               `bun:"author_id,nullzero"`
	RecordedAt     time.Time           `bun:"recorded_at"`
}

// insertDecision numbers the decision within its year and organisation. Two at once for the same
// number clash on the unique key; the caller's transaction fails as a whole and can be repeated.
func insertDecision(ctx context.Context, tx database.Conn, d *Decision, effect any, now time.Time) error {
	if err := tx.NewRaw("SELECT COALESCE(MAX(number), 0) + 1 FROM decision WHERE organisation_id = ? AND year = ?", d.OrganisationID, d.Year).Scan(ctx, &d.Number); err != nil {
		return fmt.Errorf("number decision: %w", err)
	}
	options, err := json.Marshal(d.Options)
	if err != nil {
		return err
	}
	text, err := json.Marshal(effect)
	if err != nil {
		return err
	}
	row := decisionRow{OrganisationID: d.OrganisationID, CommitteeID: d.CommitteeID, RoadmapID: d.RoadmapID, ProjectID: d.ProjectID, Year: d.Year, Number: d.Number, Title: d.Title,
		Question: d.Question, Options: string(options), Outcome: d.Outcome, Reason: d.Reason, Effect: string(text), On: d.On, Author: d.Author, AuthorID: d.AuthorID, RecordedAt: database.Instant(now)}
	if _, err := tx.NewInsert().Model(&row).Returning("id").Exec(ctx); err != nil {
		if database.Classify(err) == database.Unique {
			return fault.Conflict("decision.number.taken", d.Reference())
		}
		return fmt.Errorf("save decision: %w", err)
	}
	d.ID, d.RecordedAt = row.ID, row.RecordedAt
	return nil
}

// decisionFilter narrows a list of decisions to a reach, and further; the zero reach holds no decision, other zero fields do
// not narrow. After is excluded, until included.
type decisionFilter struct {
	reach        identity.Reach
	organisation int64
	roadmap      portfolio.RoadmapID
	after, until civil.Date
}

// decisionLimit is how many decisions a list holds, the newest.
const decisionLimit = 1000

func findDecisionLines(ctx context.Context, db database.Conn, f decisionFilter) ([]DecisionLine, error) {
	var rows []struct {
		decisionRow
		CommitteeName string `bun:"committee_name"`
		ProjectCode   string `bun:"project_code"`
	}
	narrowed, args := f.reach.Within(columns("d", "committee_id"))
	q := db.NewSelect().Model(&rows).ModelTableExpr("decision AS d").
		ColumnExpr("d.id, d.committee_id, d.year, d.number, d.decided_on, d.title, d.question, d.outcome, d.reason").
		ColumnExpr("c.name AS committee_name, COALESCE(p.code, '') AS project_code").
		Join("JOIN committee AS c ON c.organisation_id = d.organisation_id AND c.id = d.committee_id").
		Join("LEFT JOIN project AS p ON p.organisation_id = d.organisation_id AND p.id = d.project_id").
		Where(narrowed, args...)
	if f.organisation != 0 {
		q = q.Where("d.organisation_id = ?", f.organisation)
	}
	if f.roadmap != 0 {
		q = q.Where("d.roadmap_id = ?", f.roadmap)
	}
	if !f.after.IsZero() {
		q = q.Where("d.decided_on > ?", f.after)
	}
	if !f.until.IsZero() {
		q = q.Where("d.decided_on <= ?", f.until)
	}
	if err := q.OrderExpr("d.decided_on DESC, d.id DESC").Limit(decisionLimit).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list decisions: %w", err)
	}
	out := make([]DecisionLine, len(rows))
	for i, r := range rows {
		out[i] = r.line(r.CommitteeName, r.ProjectCode)
	}
	return out, nil
}

// line is the decision as lists show it.
func (r decisionRow) line(committee, project string) DecisionLine {
	reference := Decision{Year: r.Year, Number: r.Number}.Reference()
	return DecisionLine{ID: r.ID, CommitteeID: r.CommitteeID, Reference: reference, On: r.On, Committee: committee, Title: r.Title, Question: r.Question, Outcome: r.Outcome, Reason: r.Reason, Project: project}
}

// findDecision loads a decision with everything that was written down.
func findDecision(ctx context.Context, db database.Conn, id DecisionID) (DecisionCard, error) {
	var row struct {
		decisionRow
		CommitteeCode string         `bun:"committee_code"`
		CommitteeName string         `bun:"committee_name"`
		RoadmapCode   string         `bun:"roadmap_code"`
		RoadmapName   string         `bun:"roadmap_name"`
		Currency      money.Currency `bun:"currency"`
		ProjectCode   string         `bun:"project_code"`
		ProjectName   string         `bun:"project_name"`
	}
	err := db.NewSelect().Model(&row).ModelTableExpr("decision AS d").ColumnExpr("d.*").
		ColumnExpr("c.code AS committee_code, c.name AS committee_name, r.code AS roadmap_code, r.name AS roadmap_name, r.currency").
		ColumnExpr("COALESCE(p.code, '') AS project_code, COALESCE(p.name, '') AS project_name").
		Join("JOIN committee AS c ON c.organisation_id = d.organisation_id AND c.id = d.committee_id").
		Join("JOIN roadmap AS r ON r.organisation_id = d.organisation_id AND r.id = d.roadmap_id").
		Join("LEFT JOIN project AS p ON p.organisation_id = d.organisation_id AND p.id = d.project_id").
		Where("d.id = ?", id).Scan(ctx)
	if err := database.One(err, "decision", int64(id)); err != nil {
		return DecisionCard{}, err
	}
	card := DecisionCard{DecisionLine: row.line(row.CommitteeName, row.ProjectCode), OrganisationID: row.OrganisationID, CommitteeCode: row.CommitteeCode,
		RoadmapID: row.RoadmapID, Roadmap: portfolio.Head{Code: row.RoadmapCode, Name: row.RoadmapName}, ProjectID: row.ProjectID, ProjectName: row.ProjectName,
		Author: row.Author, RecordedAt: row.RecordedAt.UTC(), Currency: row.Currency}
	if err := json.Unmarshal([]byte(row.Options), &card.Options); err != nil {
		return card, fmt.Errorf("options of decision %d: %w", id, err)
	}
	if err := card.readEffect(row.Effect); err != nil {
		return card, fmt.Errorf("effect of decision %d: %w", id, err)
	}
	card.Reverses, card.ReversedBy, err = findReversals(ctx, db, card.OrganisationID, id)
	return card, err
}
