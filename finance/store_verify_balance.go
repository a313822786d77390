package finance

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

// balanceRules hold what is kept beside the books against the books: kept rows count against the computed ones, and what is not nothing
// then differs. i7 rests on it: what a page shows depends on the entries alone, not on the way by which they came.
var balanceRules = []ledgerRule{
	{"balance_year", "SELECT count(*) FROM actual_year WHERE organisation_id = ?0", []string{
		`SELECT 'project:' || project_id AS what FROM (
			SELECT project_id, fiscal_year_id, section, -mandated AS mandated, -engaged AS engaged, -lines AS lines FROM actual_year WHERE organisation_id = ?0
			UNION ALL SELECT a.project_id, p.fiscal_year_id, p.section, CASE WHEN p.stage = 'mandated' THEN a.amount * p.cost_sign ELSE 0 END,
				CASE WHEN p.stage = 'mandated' THEN 0 ELSE a.amount * p.cost_sign END, 1
			FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id WHERE a.organisation_id = ?0 AND a.project_id IS NOT NULL
		) AS sides GROUP BY project_id, fiscal_year_id, section HAVING sum(mandated) <> 0 OR sum(engaged) <> 0 OR sum(lines) <> 0`,
	}},
	{"balance_month", "SELECT count(*) FROM actual_month WHERE organisation_id = ?0", []string{
		`SELECT 'roadmap:' || roadmap_id AS what FROM (
			SELECT roadmap_id, fiscal_year_id, period, section, category, -mandated AS mandated, -engaged AS engaged, -lines AS lines FROM actual_month WHERE organisation_id = ?0
			UNION ALL SELECT r.roadmap_id, p.fiscal_year_id, p.period, p.section, p.category, CASE WHEN p.stage = 'mandated' THEN a.amount * p.cost_sign ELSE 0 END,
				CASE WHEN p.stage = 'mandated' THEN 0 ELSE a.amount * p.cost_sign END, 1
			FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
				JOIN project AS r ON r.organisation_id = a.organisation_id AND r.id = a.project_id WHERE a.organisation_id = ?0
		) AS sides GROUP BY roadmap_id, fiscal_year_id, period, section, category HAVING sum(mandated) <> 0 OR sum(engaged) <> 0 OR sum(lines) <> 0`,
	}},
	{"balance_scope", "SELECT count(*) FROM scope_total WHERE organisation_id = ?0", []string{
		`SELECT 'fiscal_year:' || fiscal_year_id || ':' || period AS what FROM (
			SELECT flow, fiscal_year_id, period, section, -total AS total, -allocated AS allocated, -excluded AS excluded, -lines AS lines FROM scope_total WHERE organisation_id = ?0
			UNION ALL SELECT flow, fiscal_year_id, period, section, amount, 0, 0, 1 FROM posting WHERE organisation_id = ?0
			UNION ALL SELECT p.flow, p.fiscal_year_id, p.period, p.section, 0, CASE WHEN a.project_id IS NULL THEN 0 ELSE a.amount END, CASE WHEN a.project_id IS NULL THEN a.amount ELSE 0 END, 0
			FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id WHERE a.organisation_id = ?0
		) AS sides GROUP BY flow, fiscal_year_id, period, section HAVING sum(total) <> 0 OR sum(allocated) <> 0 OR sum(excluded) <> 0 OR sum(lines) <> 0`,
	}},
	// The scope is what is allocated, what is excluded and what is left.
	{"i5", "SELECT count(*) FROM scope_total WHERE organisation_id = ?0", []string{
		`SELECT 'fiscal_year:' || fiscal_year_id || ':' || period AS what FROM (
			SELECT flow, fiscal_year_id, period, section, amount FROM posting WHERE organisation_id = ?0
			UNION ALL SELECT p.flow, p.fiscal_year_id, p.period, p.section, -a.amount FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id WHERE a.organisation_id = ?0
			UNION ALL SELECT p.flow, p.fiscal_year_id, p.period, p.section, -o.residual FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
			WHERE o.organisation_id = ?0
		) AS parts GROUP BY flow, fiscal_year_id, period, section HAVING sum(amount) <> 0`,
	}},
	{"balance_commitment", "SELECT count(*) FROM commitment WHERE organisation_id = ?0", []string{
		`SELECT 'commitment:' || id AS what FROM (
			SELECT id, -committed AS committed, -mandated AS mandated FROM commitment WHERE organisation_id = ?0
			UNION ALL SELECT commitment_id, amount, 0 FROM commitment_event WHERE organisation_id = ?0 AND live
			UNION ALL SELECT commitment_id, 0, amount * cost_sign FROM posting WHERE organisation_id = ?0 AND commitment_id IS NOT NULL AND stage = 'mandated' AND live
		) AS sides GROUP BY id HAVING sum(committed) <> 0 OR sum(mandated) <> 0`,
		`SELECT 'commitment:' || commitment_id AS what FROM commitment_event WHERE organisation_id = ?0
			GROUP BY commitment_id HAVING sum(amount) <> sum(CASE WHEN live THEN amount ELSE 0 END)`,
	}},
	{"i13", "SELECT count(*) FROM envelope_movement WHERE organisation_id = ?0 AND transfer_id IS NOT NULL", []string{
		`SELECT 'transfer:' || transfer_id AS what FROM envelope_movement WHERE organisation_id = ?0 AND transfer_id IS NOT NULL
			GROUP BY transfer_id HAVING sum(amount) <> 0 OR count(*) < 2 OR count(DISTINCT act_reference) > 1 OR count(DISTINCT act_on) > 1`,
	}},
	{"i11", "SELECT count(*) FROM budget_version WHERE organisation_id = ?0", []string{
		`SELECT 'project:' || v.project_id AS what FROM budget_version AS v WHERE v.organisation_id = ?0 AND v.number > 1 AND NOT EXISTS (SELECT 1 FROM budget_version AS f
			WHERE f.organisation_id = v.organisation_id AND f.project_id = v.project_id AND f.number = v.number - 1)`,
		`SELECT 'project:' || project_id AS what FROM budget_version WHERE organisation_id = ?0 AND number > 1 AND (reason = '' OR decision_reference = '')`,
	}},
	// The same bytes once more book nothing: neither a second time after themselves, nor a line twice.
	{"i6", "SELECT count(*) FROM import_file WHERE organisation_id = ?0 AND state = 'booked'", []string{
		`SELECT 'file:' || f.id AS what FROM (SELECT g.id, g.sha256, lag(g.sha256) OVER w AS before, g.definition, lag(g.definition) OVER w AS defined, g.covers, lag(g.covers) OVER w AS covered
			FROM (SELECT f.*, t.batch, f.coverage_kind || coalesce(CAST(f.coverage_from AS TEXT), '') || coalesce(CAST(f.coverage_to AS TEXT), '') AS covers FROM import_file AS f
				JOIN (SELECT file_id, min(id) AS batch FROM allocation_batch WHERE organisation_id = ?0 AND file_id IS NOT NULL GROUP BY file_id) AS t ON t.file_id = f.id
				WHERE f.organisation_id = ?0 AND f.state = 'booked' AND f.purpose = 'ledger') AS g WINDOW w AS (PARTITION BY g.feed_id ORDER BY g.batch)) AS f
			WHERE f.sha256 = f.before AND f.definition = f.defined AND f.covers = f.covered AND EXISTS (SELECT 1 FROM posting AS p WHERE p.organisation_id = ?0 AND p.file_id = f.id)`,
		`SELECT 'file:' || file_id || ':' || line AS what FROM posting WHERE organisation_id = ?0 AND cause IN ('NEW', 'RESTATE') GROUP BY file_id, line HAVING count(*) > 1`,
	}},
	// A file is booked as a whole: entries are of booked files alone, and within the numbers that were reserved for them.
	{"i8", countPostings, []string{
		`SELECT 'posting:' || p.id AS what FROM posting AS p JOIN import_file AS f ON f.organisation_id = p.organisation_id AND f.id = p.file_id
			WHERE p.organisation_id = ?0 AND (f.state <> 'booked' OR p.id < f.first_posting OR p.id > f.last_posting)`,
		`SELECT 'commitment:' || e.commitment_id AS what FROM commitment_event AS e JOIN import_file AS f ON f.organisation_id = e.organisation_id AND f.id = e.file_id
			WHERE e.organisation_id = ?0 AND f.state <> 'booked'`,
		`SELECT 'file:' || t.file_id AS what FROM allocation_batch AS t LEFT JOIN import_file AS f ON f.organisation_id = t.organisation_id AND f.id = t.file_id
			WHERE t.organisation_id = ?0 AND t.file_id IS NOT NULL AND (f.id IS NULL OR f.state <> 'booked')`,
		`SELECT 'posting_counter' AS what FROM posting_counter WHERE next <= (SELECT coalesce(max(id), 0) FROM posting)`,
	}},
}

// findOverMandated tells on which commitments more was mandated than committed. That is no fault of the books: it is told, and
// nothing is cut off.
func findOverMandated(ctx context.Context, db database.Conn, organisation int64) (Check, error) {
	c := Check{Code: "i16"}
	if err := db.NewRaw("SELECT count(*) FROM commitment WHERE organisation_id = ?", organisation).Scan(ctx, &c.Checked); err != nil {
		return c, fmt.Errorf("verify i16: %w", err)
	}
	var ids []int64
	if err := db.NewRaw("SELECT id FROM commitment WHERE organisation_id = ? AND mandated > committed ORDER BY id", organisation).Scan(ctx, &ids); err != nil {
		return c, fmt.Errorf("verify i16: %w", err)
	}
	for _, id := range ids {
		c.notes(fmt.Sprintf("commitment:%d", id))
	}
	return c, nil
}
