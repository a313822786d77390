package finance

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
)

// tieRow is a sum over entries of equal dimensions. Those that were not asked for are empty.
type tieRow struct {
	Flow        ledgerfile.Flow `bun:"flow"`
	YearID      int64           `bun:"fiscal_year_id"`
	Period      int             `bun:"period"`
	Section     string          `bun:"section"`
	Nature      string          `bun:"nature"`
	Operation   string          `bun:"operation"`
	Chapter     string          `bun:"chapter"`
	Budget      string          `bun:"budget"`
	Total       money.Amount    `bun:"total"`
	Allocated   money.Amount    `bun:"allocated"`
	Unallocated money.Amount    `bun:"unallocated"`
	Excluded    money.Amount    `bun:"excluded"`
	Lines       int64           `bun:"lines"`
	Rows        int             `bun:"row_count"`
}

func (r tieRow) tie() Tie { return Tie{r.Total, r.Allocated, r.Unallocated, r.Excluded, r.Lines} }

// dimensionColumns are the columns of the dimensions, in the order of ControlDimensions, and what stands for one that was not asked for.
var dimensionColumns = []struct {
	dimension     Dimension
	column, empty string
}{{DimensionYear, "fiscal_year_id", "0"}, {DimensionPeriod, "period", "0"}, {DimensionSection, "section", "''"}, {DimensionNature, "nature", "''"},
	{DimensionOperation, "operation", "''"}, {DimensionChapter, "chapter", "''"}, {DimensionBudget, "budget", "''"}}

// tieFilter narrows sums over the books.
type tieFilter struct {
	organisation int64
	year         int64
	until        int
	by           []Dimension
	limit        int // 0: none
}

// where is the condition on the entries, with its arguments.
func (f tieFilter) where() (string, []any) {
	condition, args := "p.organisation_id = ?", []any{f.organisation}
	if f.year != 0 {
		condition, args = condition+" AND p.fiscal_year_id = ?", append(args, f.year)
	}
	if f.until != 0 {
		condition, args = condition+" AND p.period <= ?", append(args, f.until)
	}
	return condition, args
}

// findTies sums the books: entries, what is allocated or excluded of them, and the queue, each from its own table.
func findTies(ctx context.Context, db database.Conn, f tieFilter) ([]tieRow, error) {
	columns, group := []string{"p.flow AS flow"}, []string{"flow"}
	for _, c := range dimensionColumns {
		from := c.empty
		if slices.Contains(f.by, c.dimension) {
			from = "p." + c.column
		}
		columns, group = append(columns, from+" AS "+c.column), append(group, c.column)
	}
	dimensions, keys := strings.Join(columns, ", "), strings.Join(group, ", ")
	condition, one := f.where()
	args := slices.Concat(one, one, one, []any{f.organisation})
	query := `SELECT t.*, count(*) OVER () AS row_count FROM (
		SELECT ` + keys + `, CAST(sum(total) AS BIGINT) AS total, CAST(sum(allocated) AS BIGINT) AS allocated, CAST(sum(unallocated) AS BIGINT) AS unallocated,
			CAST(sum(excluded) AS BIGINT) AS excluded, CAST(sum(entries) AS BIGINT) AS lines FROM (
			SELECT ` + dimensions + `, p.amount AS total, 0 AS allocated, 0 AS unallocated, 0 AS excluded, 1 AS entries FROM posting AS p WHERE ` + condition + `
			UNION ALL SELECT ` + dimensions + `, 0, CASE WHEN a.project_id IS NULL THEN 0 ELSE a.amount END, 0, CASE WHEN a.project_id IS NULL THEN a.amount ELSE 0 END, 0
				FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id WHERE ` + condition + `
			UNION ALL SELECT ` + dimensions + `, 0, 0, o.residual, 0, 0
				FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id WHERE ` + condition + `
		) AS parts GROUP BY ` + keys + `) AS t
		LEFT JOIN fiscal_year AS y ON y.organisation_id = ? AND y.id = t.fiscal_year_id
		ORDER BY y.start_on, t.period, t.flow, t.section, t.nature, t.operation, t.chapter, t.budget`
	if f.limit > 0 {
		query, args = query+" LIMIT ?", append(args, f.limit)
	}
	var rows []tieRow
	if err := db.NewRaw(query, args...).Scan(ctx, &rows); err != nil {
		return nil, fmt.Errorf("sum the books: %w", err)
	}
	return rows, nil
}

// findKept gives the kept balances of the scope.
func findKept(ctx context.Context, db database.Conn, f tieFilter) ([]scopeTotalRow, error) {
	var rows []scopeTotalRow
	q := db.NewSelect().Model(&rows).Where("organisation_id = ?", f.organisation)
	if f.year != 0 {
		q = q.Where("fiscal_year_id = ?", f.year)
	}
	if f.until != 0 {
		q = q.Where("period <= ?", f.until)
	}
	if err := q.OrderExpr("fiscal_year_id, period, flow, section").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list balances of the scope: %w", err)
	}
	return rows, nil
}

// waitingRow is the part of the queue that waits since one day.
type waitingRow struct {
	Since    civil.Date   `bun:"since"`
	Lines    int64        `bun:"lines"`
	Accepted int64        `bun:"accepted"`
	Sum      money.Amount `bun:"sum"`
	Size     money.Amount `bun:"size"`
}

// findWaiting sums the queue by the day since which its lines wait, the oldest first.
func findWaiting(ctx context.Context, db database.Conn, f tieFilter) ([]waitingRow, error) {
	condition, args := f.where()
	var rows []waitingRow
	err := db.NewRaw(`SELECT o.since, count(*) AS lines, count(CASE WHEN o.state = 'accepted' THEN 1 END) AS accepted,
			CAST(sum(o.residual) AS BIGINT) AS sum, CAST(sum(o.size) AS BIGINT) AS size
		FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id WHERE `+condition+` GROUP BY o.since ORDER BY o.since`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum the queue: %w", err)
	}
	return rows, nil
}

// controlFiles is how many files the controls list.
const controlFiles = 200

// findControlFiles lists files, the newest first; of a year, those that booked entries about it and those that are not booked.
func findControlFiles(ctx context.Context, db database.Conn, f tieFilter) ([]fileRow, error) {
	var rows []fileRow
	q := named(db.NewSelect().Model(&rows)).Where("f.organisation_id = ? AND f.sha256 <> '' AND f.state <> ?", f.organisation, FileDropped)
	if f.year != 0 {
		q = q.Where("f.state <> ? OR f.id IN (SELECT p.file_id FROM posting AS p WHERE p.organisation_id = ? AND p.fiscal_year_id = ?)", FileBooked, f.organisation, f.year)
	}
	if err := q.OrderExpr("f.id DESC").Limit(controlFiles).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return rows, nil
}

// findFeedCodes names the feeds of an organisation.
func findFeedCodes(ctx context.Context, db database.Conn, organisation int64) (map[int64]string, error) {
	var rows []feedRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list feeds: %w", err)
	}
	out := make(map[int64]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Code
	}
	return out, nil
}

// fileSumRow is what a file booked of one flow in one year.
type fileSumRow struct {
	FileID FileID          `bun:"file_id"`
	Flow   ledgerfile.Flow `bun:"flow"`
	YearID int64           `bun:"fiscal_year_id"`
	Lines  int64           `bun:"lines"`
	Sum    money.Amount    `bun:"sum"`
	First  civil.Date      `bun:"first_on"`
	Last   civil.Date      `bun:"last_on"`
}

// findFileSums sums what files booked, by flow and year.
func findFileSums(ctx context.Context, db database.Conn, organisation int64, files []FileID) ([]fileSumRow, error) {
	var rows []fileSumRow
	err := db.NewRaw(`SELECT file_id, flow, fiscal_year_id, count(*) AS lines, CAST(sum(amount) AS BIGINT) AS sum, min(doc_on) AS first_on, max(doc_on) AS last_on
		FROM posting WHERE organisation_id = ? AND file_id IN (?) GROUP BY file_id, flow, fiscal_year_id ORDER BY file_id, flow, fiscal_year_id`, organisation, database.In(files)).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum what files booked: %w", err)
	}
	return rows, nil
}
