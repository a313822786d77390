package finance

import (
	"context"
	"fmt"
	"strings"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// extent says whose figures are wanted: those of one project, of some, or of all projects of a roadmap.
type extent struct {
	organisation int64
	roadmap      portfolio.RoadmapID
	project      portfolio.ProjectID
	projects     []portfolio.ProjectID
}

// of is the condition that leaves what belongs to the extent, by the column that names the project.
func (e extent) of(column string) (string, []any) {
	if e.project != 0 {
		return column + " = ?", []any{e.project}
	}
	if e.projects != nil {
		return column + " IN (?)", []any{database.In(e.projects)}
	}
	return column + " IN (SELECT id FROM project WHERE organisation_id = ? AND roadmap_id = ?)", []any{e.organisation, e.roadmap}
}

// budgetCell is what budgets of a project come to in a year, a section and a category.
type budgetCell struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	Number    int                 `bun:"number"` // of the version: 1 is the first one
	Last      int                 `bun:"last"`   // number of the version that holds
	YearID    int64               `bun:"fiscal_year_id"`
	Section   string              `bun:"section"`
	Category  Category            `bun:"category"`
	Amount    money.Amount        `bun:"amount"`
}

// findBudgetCells sums the first budgets and those that hold on a day; of a project that has one version only it is both.
func findBudgetCells(ctx context.Context, db database.Conn, e extent, day civil.Date) ([]budgetCell, error) {
	var rows []budgetCell
	within, args := e.of("w.project_id")
	err := db.NewRaw(`SELECT v.project_id, v.number, h.last, l.fiscal_year_id, l.section, l.category, CAST(SUM(l.amount) AS BIGINT) AS amount
		FROM (SELECT w.project_id, MAX(w.number) AS last FROM budget_version AS w WHERE w.organisation_id = ? AND w.decided_on <= ? AND `+within+` GROUP BY w.project_id) AS h
			JOIN budget_version AS v ON v.organisation_id = ? AND v.project_id = h.project_id AND (v.number = 1 OR v.number = h.last)
			JOIN budget_line AS l ON l.organisation_id = v.organisation_id AND l.version_id = v.id
		GROUP BY v.project_id, v.number, h.last, l.fiscal_year_id, l.section, l.category`,
		append(append([]any{e.organisation, day}, args...), e.organisation)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum budgets: %w", err)
	}
	return rows, nil
}

// actualCell is what was spent in a cell. Which of its dimensions are filled depends on the question.
type actualCell struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	YearID    int64               `bun:"fiscal_year_id"`
	Period    int                 `bun:"period"`
	Section   string              `bun:"section"`
	Category  Category            `bun:"category"`
	Mandated  money.Amount        `bun:"mandated"`
	Engaged   money.Amount        `bun:"engaged"`
	Linked    money.Amount        `bun:"linked"` // of Engaged: what stands on a known commitment, which counts it already
	Paid      money.Amount        `bun:"paid"`
	PaidLines int64               `bun:"paid_lines"`
}

// findActualYears gives the kept balances of the projects by year and section.
func findActualYears(ctx context.Context, db database.Conn, e extent) ([]actualCell, error) {
	var rows []actualCell
	within, args := e.of("t.project_id")
	err := db.NewRaw(`SELECT t.project_id, t.fiscal_year_id, t.section, t.mandated, t.engaged FROM actual_year AS t WHERE t.organisation_id = ? AND `+within,
		append([]any{e.organisation}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list actual costs of years: %w", err)
	}
	return rows, nil
}

// findActualMonths gives the kept balances of a roadmap by period, section and category.
func findActualMonths(ctx context.Context, db database.Conn, e extent) ([]actualCell, error) {
	var rows []actualCell
	err := db.NewRaw(`SELECT t.fiscal_year_id, t.period, t.section, t.category, t.mandated, t.engaged FROM actual_month AS t WHERE t.organisation_id = ? AND t.roadmap_id = ?`,
		e.organisation, e.roadmap).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list actual costs of periods: %w", err)
	}
	return rows, nil
}

// findLinked sums the engaged lines that stand on known commitments.
func findLinked(ctx context.Context, db database.Conn, e extent) ([]actualCell, error) {
	var rows []actualCell
	within, args := e.of("a.project_id")
	err := db.NewRaw(`SELECT a.project_id, p.fiscal_year_id, p.section, p.category, CAST(SUM(a.amount * p.cost_sign) AS BIGINT) AS linked
		FROM posting AS p JOIN allocation AS a ON a.organisation_id = p.organisation_id AND a.posting_id = p.id
		WHERE p.organisation_id = ? AND p.stage = 'committed' AND p.commitment_id IS NOT NULL AND `+within+`
		GROUP BY a.project_id, p.fiscal_year_id, p.section, p.category`, append([]any{e.organisation}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum engaged lines of commitments: %w", err)
	}
	return rows, nil
}

// The dimensions by which entries are summed.
const (
	byProjectYear = "a.project_id, p.fiscal_year_id, p.section"
	byPeriod      = "p.fiscal_year_id, p.period, p.section, p.category"
)

// sumEntries sums the entries themselves, up to a day where one is given: what the balances of a past day would be. What a
// later entry took back is no part of it only from the day that entry is of.
func sumEntries(ctx context.Context, db database.Conn, e extent, by string, until civil.Date) ([]actualCell, error) {
	var rows []actualCell
	within, more := e.of("a.project_id")
	where, args := []string{"a.organisation_id = ?", within}, append([]any{e.organisation}, more...)
	if !until.IsZero() {
		where, args = append(where, "p.cover_on <= ?"), append(args, until)
	}
	const cost = "a.amount * p.cost_sign"
	err := db.NewRaw(`SELECT `+by+`,
			CAST(SUM(CASE WHEN p.stage = 'mandated' THEN `+cost+` ELSE 0 END) AS BIGINT) AS mandated,
			CAST(SUM(CASE WHEN p.stage = 'committed' THEN `+cost+` ELSE 0 END) AS BIGINT) AS engaged,
			CAST(SUM(CASE WHEN p.stage = 'committed' AND p.commitment_id IS NOT NULL THEN `+cost+` ELSE 0 END) AS BIGINT) AS linked,
			CAST(SUM(CASE WHEN p.live AND p.stage = 'mandated' AND (p.status = 'paid' OR p.paid_on IS NOT NULL) THEN `+cost+` ELSE 0 END) AS BIGINT) AS paid,
			CAST(SUM(CASE WHEN p.live AND (p.status = 'paid' OR p.paid_on IS NOT NULL) THEN 1 ELSE 0 END) AS BIGINT) AS paid_lines
		FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
		WHERE `+strings.Join(where, " AND ")+` GROUP BY `+by, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum entries of projects: %w", err)
	}
	return rows, nil
}

// sharedRow is a share that a project has of a commitment.
type sharedRow struct {
	CommitmentID int64               `bun:"commitment_id"`
	ProjectID    portfolio.ProjectID `bun:"project_id"`
	ShareBP      int64               `bun:"share_bp"`
	Number       string              `bun:"number"`
	Item         string              `bun:"item"`
	Label        string              `bun:"label"`
	SupplierName string              `bun:"supplier_name"`
	Nature       string              `bun:"nature"`
	Section      string              `bun:"section"`
	State        string              `bun:"state"`
	Committed    money.Amount        `bun:"committed"`
	Mandated     money.Amount        `bun:"mandated"`
	Last         civil.Date          `bun:"last_on"`
	Ended        bool                `bun:"-"` // closed as the books stand now, whatever State says of a past day
}

// findCommitted lists, commitment by commitment, the shares of all commitments in which the extent has one, those of other
// projects included: the cents are dealt out among all.
func findCommitted(ctx context.Context, db database.Conn, e extent) ([]sharedRow, error) {
	var rows []sharedRow
	within, args := e.of("o.project_id")
	err := db.NewRaw(`SELECT s.commitment_id, s.project_id, s.share_bp, c.number, c.item, c.label, c.supplier_name, c.nature, c.section, c.state, c.committed, c.mandated, c.last_on
		FROM commitment_share AS s JOIN commitment AS c ON c.organisation_id = s.organisation_id AND c.id = s.commitment_id
		WHERE s.organisation_id = ? AND s.ended_at IS NULL AND s.commitment_id IN
			(SELECT o.commitment_id FROM commitment_share AS o WHERE o.organisation_id = ? AND o.ended_at IS NULL AND `+within+`)
		ORDER BY s.commitment_id, s.project_id, s.id`, append([]any{e.organisation, e.organisation}, args...)...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list shares of commitments: %w", err)
	}
	return rows, nil
}

// sumRow is a sum by commitment.
type sumRow struct {
	CommitmentID int64        `bun:"commitment_id"`
	Amount       money.Amount `bun:"amount"`
}

// findCommittedBy gives what commitments amounted to on a past day: the sum of the events, and what was mandated on them. An event without
// a date counts from the start.
func findCommittedBy(ctx context.Context, db database.Conn, organisation int64, day civil.Date) (committed, mandated map[int64]money.Amount, err error) {
	for _, q := range []struct {
		into *map[int64]money.Amount
		sql  string
	}{
		{&committed, `SELECT commitment_id, CAST(SUM(amount) AS BIGINT) AS amount FROM commitment_event
			WHERE organisation_id = ? AND (on_date IS NULL OR on_date <= ?) GROUP BY commitment_id`},
		{&mandated, `SELECT commitment_id, CAST(SUM(amount * cost_sign) AS BIGINT) AS amount FROM posting
			WHERE organisation_id = ? AND commitment_id IS NOT NULL AND stage = 'mandated' AND cover_on <= ? GROUP BY commitment_id`},
	} {
		var rows []sumRow
		if err := db.NewRaw(q.sql, organisation, day).Scan(ctx, &rows); err != nil {
			return nil, nil, fmt.Errorf("sum commitments by a day: %w", err)
		}
		*q.into = make(map[int64]money.Amount, len(rows))
		for _, r := range rows {
			(*q.into)[r.CommitmentID] = r.Amount
		}
	}
	return committed, mandated, nil
}

// findQueueAge sums what is open of an organisation's queue, without signs, and gives the oldest day.
func findQueueAge(ctx context.Context, db database.Conn, organisation int64) (size money.Amount, since civil.Date, err error) {
	var row struct {
		Size  money.Amount `bun:"size"`
		Since civil.Date   `bun:"since"`
	}
	err = db.NewRaw("SELECT CAST(COALESCE(SUM(size), 0) AS BIGINT) AS size, MIN(since) AS since FROM open_posting WHERE organisation_id = ? AND state = ?",
		organisation, StateOpen).Scan(ctx, &row)
	if err != nil {
		return 0, civil.Date{}, fmt.Errorf("sum the queue: %w", err)
	}
	return row.Size, row.Since, nil
}
