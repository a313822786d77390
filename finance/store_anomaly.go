package finance

import (
	"context"
	"fmt"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// anomalyQuery finds the anomalies of one sort: id, name, project_id, amount, of_amount, on_day and detail of each. ?0 is the organisation,
// ?1 a day that some are held against.
type anomalyQuery struct {
	key      string
	subject  SubjectKind
	decision bool
	query    string
}

// sharedBy is the one project that a commitment belongs to, none where there are several.
const sharedBy = `coalesce((SELECT min(s.project_id) FROM commitment_share AS s WHERE s.organisation_id = c.organisation_id AND s.commitment_id = c.id AND s.ended_at IS NULL
	HAVING count(DISTINCT s.project_id) = 1), 0)`

const commitmentName = `c.number || CASE WHEN c.item = '' THEN '' ELSE '/' || c.item END`

// spentAfterExit sums what projects cost after they left the portfolio, by document. Of two exits that cover a day the earlier one counts: a list and a decision may both say that a
// project is away.
const spentAfterExit = `SELECT r.id, r.code AS name, r.id AS project_id, sum(a.amount * p.cost_sign) AS amount, 0 AS of_amount, min(e.left_on) AS on_day, '' AS detail
	FROM project_exit AS e JOIN project AS r ON r.organisation_id = e.organisation_id AND r.id = e.project_id
		JOIN allocation AS a ON a.organisation_id = e.organisation_id AND a.project_id = e.project_id
		JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id AND p.live
	WHERE e.organisation_id = ?0 AND e.withdrawn_at IS NULL AND coalesce(p.doc_on, p.cover_on) >= e.left_on AND (e.returned_on IS NULL OR coalesce(p.doc_on, p.cover_on) < e.returned_on)
		AND NOT EXISTS (SELECT 1 FROM project_exit AS o WHERE o.organisation_id = e.organisation_id AND o.project_id = e.project_id AND o.withdrawn_at IS NULL
			AND (o.left_on < e.left_on OR o.left_on = e.left_on AND o.id < e.id) AND (o.returned_on IS NULL OR coalesce(p.doc_on, p.cover_on) < o.returned_on))`

const spentAfterExitBy = "r.id, r.code HAVING sum(a.amount * p.cost_sign) <> 0"

var anomalyQueries = []anomalyQuery{
	{AnomalyLeft, SubjectProject, true, spentAfterExit + " GROUP BY " + spentAfterExitBy},
	{AnomalyDormant, SubjectCommitment, true, `SELECT c.id, ` + commitmentName + ` AS name, ` + sharedBy + ` AS project_id, c.committed - c.mandated AS amount, c.committed AS of_amount,
			coalesce(c.last_on, c.opened_on) AS on_day, c.supplier_name AS detail
		FROM commitment AS c WHERE c.organisation_id = ?0 AND c.state = 'open' AND c.committed > c.mandated AND coalesce(c.last_on, c.opened_on) < ?1`},
	{AnomalyOverMandated, SubjectCommitment, false, `SELECT c.id, ` + commitmentName + ` AS name, ` + sharedBy + ` AS project_id, c.mandated - c.committed AS amount, c.committed AS of_amount,
			c.last_on AS on_day, c.supplier_name AS detail
		FROM commitment AS c WHERE c.organisation_id = ?0 AND c.mandated > c.committed`},
	// A document that another one annuls wholly is not there twice.
	{AnomalyDuplicate, SubjectPosting, false, `SELECT max(p.id) AS id, max(p.doc_no) AS name, 0 AS project_id, p.amount * (count(*) - 1) AS amount, p.amount AS of_amount, max(p.doc_on) AS on_day,
			max(p.supplier_name) || ' · ' || p.invoice AS detail
		FROM posting AS p WHERE p.organisation_id = ?0 AND p.live AND p.flow = 'DEP' AND p.stage = 'mandated' AND p.amount > 0 AND p.supplier <> '' AND p.invoice <> ''
			AND NOT EXISTS (SELECT 1 FROM posting AS c WHERE c.organisation_id = p.organisation_id AND c.origin_id = p.id AND c.live AND c.amount = -p.amount)
		GROUP BY p.supplier, p.invoice, p.amount HAVING count(DISTINCT p.fiscal_year_id || '·' || p.budget || '·' || p.doc_no) > 1`},
	// What leaves an imputation comes back under another one, in the same year and of the same amount.
	{AnomalyReimputation, SubjectCommitment, false, `SELECT min(c.id) AS id, min(` + commitmentName + `) AS name, 0 AS project_id, sum(e.amount) AS amount, 0 AS of_amount, min(e.on_date) AS on_day, y.code AS detail
		FROM commitment_event AS e JOIN commitment AS c ON c.organisation_id = e.organisation_id AND c.id = e.commitment_id
			JOIN fiscal_year AS y ON y.organisation_id = e.organisation_id AND y.id = e.fiscal_year_id
		WHERE e.organisation_id = ?0 AND e.live AND e.type IN ('REIMPUTE_OUT', 'REIMPUTE_IN')
		GROUP BY e.fiscal_year_id, y.code, abs(e.amount) HAVING sum(e.amount) <> 0`},
	{AnomalyOrigin, SubjectPosting, false, `SELECT p.id, p.doc_no AS name, 0 AS project_id, p.amount, 0 AS of_amount, p.doc_on AS on_day, p.supplier_name AS detail
		FROM posting AS p WHERE p.organisation_id = ?0 AND p.live AND p.origin_id IS NULL AND (p.origin_key IS NOT NULL OR EXISTS (SELECT 1 FROM import_finding AS f
			WHERE f.organisation_id = p.organisation_id AND f.file_id = p.file_id AND f.line = p.line AND f.code = '` + ledgerfile.PESOriginMissing + `'))`},
	{AnomalyQueueAge, SubjectPosting, false, `SELECT p.id, p.doc_no AS name, 0 AS project_id, o.residual AS amount, p.amount AS of_amount, o.since AS on_day, p.supplier_name AS detail
		FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
		WHERE o.organisation_id = ?0 AND o.state = 'open' AND o.since < ?1`},
	{AnomalyManual, SubjectPosting, false, `SELECT p.id, p.doc_no AS name, coalesce(a.project_id, 0) AS project_id, sum(a.amount) AS amount, p.amount AS of_amount, p.doc_on AS on_day, max(a.reason) AS detail
		FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id AND p.live
			JOIN fiscal_year AS y ON y.organisation_id = p.organisation_id AND y.id = p.fiscal_year_id AND y.state <> 'closed'
		WHERE a.organisation_id = ?0 AND a.method IN ('manual', 'reverse')
		GROUP BY p.id, p.doc_no, a.project_id, p.amount, p.doc_on HAVING sum(a.amount) <> 0 AND max(CASE WHEN a.method = 'manual' THEN 1 ELSE 0 END) = 1`},
	{AnomalyRuleUnused, SubjectRule, false, `SELECT m.id, v.name, 0 AS project_id, 0 AS amount, 0 AS of_amount, v.valid_from AS on_day, '' AS detail
		FROM match_rule AS m JOIN match_rule_version AS v ON v.organisation_id = m.organisation_id AND v.rule_id = m.id AND v.version = m.version
		WHERE m.organisation_id = ?0 AND m.state = 'active' AND m.id NOT IN (SELECT a.rule_id FROM allocation AS a WHERE a.organisation_id = ?0 AND a.rule_id IS NOT NULL)`},
}

// find lists the largest anomalies of a sort.
func (q anomalyQuery) find(ctx context.Context, db database.Conn, organisation int64, before civil.Date) ([]Anomaly, error) {
	var out []Anomaly
	err := db.NewRaw(`SELECT t.id, t.name, t.project_id, CAST(t.amount AS BIGINT) AS amount, CAST(t.of_amount AS BIGINT) AS of_amount, t.on_day, t.detail,
			count(*) OVER () AS row_count, CAST(sum(abs(t.amount)) OVER () AS BIGINT) AS row_sum
		FROM (`+q.query+`) AS t ORDER BY abs(t.amount) DESC, t.id LIMIT ?2`, organisation, before, maxAnomalies).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("look for %s: %w", q.key, err)
	}
	return out, nil
}

// findSpentAfterExit lists what projects of a roadmap cost after they left the portfolio, up to a day, the largest first.
func findSpentAfterExit(ctx context.Context, db database.Conn, organisation int64, roadmap portfolio.RoadmapID, until civil.Date) ([]Anomaly, error) {
	var out []Anomaly
	err := db.NewRaw(`SELECT t.id, t.name, t.project_id, CAST(t.amount AS BIGINT) AS amount, t.on_day
		FROM (`+spentAfterExit+` AND r.roadmap_id = ?1 AND coalesce(p.doc_on, p.cover_on) <= ?2 GROUP BY `+spentAfterExitBy+`) AS t ORDER BY abs(t.amount) DESC, t.id`, organisation, roadmap, until).Scan(ctx, &out)
	if err != nil {
		return nil, fmt.Errorf("look for costs of projects that left: %w", err)
	}
	return out, nil
}

// spending is what a project may spend by its last budget, and has spent.
type spending struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	Budget    money.Amount        `bun:"budget"`
	Mandated  money.Amount        `bun:"mandated"`
}

// findSpending lists the projects that have a budget.
func findSpending(ctx context.Context, db database.Conn, organisation int64) ([]spending, error) {
	var rows []spending
	err := db.NewRaw(`SELECT v.project_id, CAST(coalesce(sum(l.amount), 0) AS BIGINT) AS budget,
			CAST(coalesce((SELECT sum(t.mandated) FROM actual_year AS t WHERE t.organisation_id = ?0 AND t.project_id = v.project_id), 0) AS BIGINT) AS mandated
		FROM budget_version AS v LEFT JOIN budget_line AS l ON l.organisation_id = v.organisation_id AND l.version_id = v.id
		WHERE v.organisation_id = ?0 AND v.number = (SELECT max(n.number) FROM budget_version AS n WHERE n.organisation_id = ?0 AND n.project_id = v.project_id)
		GROUP BY v.project_id ORDER BY v.project_id`, organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("hold spending against budgets: %w", err)
	}
	return rows, nil
}

// findGross sums the live entries of an organisation without their signs.
func findGross(ctx context.Context, db database.Conn, organisation int64) (gross money.Amount, err error) {
	err = db.NewRaw("SELECT CAST(coalesce(sum(abs(amount)), 0) AS BIGINT) FROM posting WHERE organisation_id = ? AND live", organisation).Scan(ctx, &gross)
	if err != nil {
		return 0, fmt.Errorf("sum the scope: %w", err)
	}
	return gross, nil
}
