package finance

import (
	"context"
	"fmt"

	"jalon/internal/database"
)

// ledgerRule is a rule of the books that sets of rows show. Each query of breaks names what breaks it, ?0 is the organisation;
// of counts what the rule is about.
type ledgerRule struct {
	code   string
	of     string
	breaks []string
}

const (
	countPostings    = "SELECT count(*) FROM posting WHERE organisation_id = ?0"
	countAllocations = "SELECT count(*) FROM allocation WHERE organisation_id = ?0"
)

// entryRules are those of entries and of what is allocated of them.
var entryRules = []ledgerRule{
	{"i1", countPostings, []string{
		// The entries of a key sum to the live ones.
		`SELECT 'posting:' || min(id) AS what FROM posting WHERE organisation_id = ?0 GROUP BY feed_id, key_hash
			HAVING sum(amount) <> sum(CASE WHEN live THEN amount ELSE 0 END)`,
		// A reversal repeats its entry with the signs turned.
		`SELECT 'posting:' || r.id AS what FROM posting AS r LEFT JOIN posting AS p ON p.organisation_id = r.organisation_id AND p.id = r.reverses_id
			WHERE r.organisation_id = ?0 AND r.reverses_id IS NOT NULL AND (p.id IS NULL OR p.reverses_id IS NOT NULL OR p.amount <> -r.amount
				OR coalesce(p.amount_ht, 0) <> -coalesce(r.amount_ht, 0) OR coalesce(p.amount_vat, 0) <> -coalesce(r.amount_vat, 0)
				OR p.feed_id <> r.feed_id OR p.key_hash <> r.key_hash OR p.content_hash <> r.content_hash OR p.flow <> r.flow OR p.stage <> r.stage OR p.cost_sign <> r.cost_sign
				OR p.fiscal_year_id <> r.fiscal_year_id OR p.period <> r.period OR p.section <> r.section OR p.category <> r.category OR p.chapter <> r.chapter
				OR p.nature <> r.nature OR p.operation <> r.operation OR p.budget <> r.budget)`,
	}},
	{"live", countPostings, []string{
		// Live is what came in and was not taken back; nothing is taken back twice, and no reversal at all.
		`SELECT 'posting:' || p.id AS what FROM posting AS p
			LEFT JOIN (SELECT reverses_id, count(*) AS times FROM posting WHERE organisation_id = ?0 AND reverses_id IS NOT NULL GROUP BY reverses_id) AS r ON r.reverses_id = p.id
			WHERE p.organisation_id = ?0 AND ((p.reverses_id IS NOT NULL AND (p.live OR r.times IS NOT NULL))
				OR (p.reverses_id IS NULL AND (p.live = (r.times IS NOT NULL) OR r.times > 1)))`,
		`SELECT 'posting:' || id AS what FROM posting WHERE organisation_id = ?0 AND (reverses_id IS NULL) <> (cause IN ('NEW', 'RESTATE'))`,
	}},
	{"i4", countPostings, []string{
		// What is allocated of a live entry lies between nothing and the entry, and the queue holds the rest.
		`SELECT 'posting:' || p.id AS what FROM posting AS p
			LEFT JOIN (SELECT posting_id, sum(amount) AS held FROM allocation WHERE organisation_id = ?0 GROUP BY posting_id) AS a ON a.posting_id = p.id
			LEFT JOIN open_posting AS o ON o.organisation_id = p.organisation_id AND o.posting_id = p.id
			WHERE p.organisation_id = ?0 AND p.live AND (p.amount - coalesce(a.held, 0) <> coalesce(o.residual, 0)
				OR coalesce(a.held, 0) < CASE WHEN p.amount < 0 THEN p.amount ELSE 0 END OR coalesce(a.held, 0) > CASE WHEN p.amount > 0 THEN p.amount ELSE 0 END)`,
		// With an entry that is taken back goes what was allocated of it.
		`SELECT 'posting:' || coalesce(p.reverses_id, p.id) AS what FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
			WHERE a.organisation_id = ?0 AND NOT p.live GROUP BY coalesce(p.reverses_id, p.id), a.project_id HAVING sum(a.amount) <> 0`,
	}},
	{"i15", "SELECT count(*) FROM open_posting WHERE organisation_id = ?0", []string{
		// The queue holds the live entries of which something is left, as the entries have it; amounts are those of i4.
		`SELECT 'posting:' || o.posting_id AS what FROM open_posting AS o LEFT JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
			WHERE o.organisation_id = ?0 AND (p.id IS NULL OR NOT p.live OR o.fiscal_year_id <> p.fiscal_year_id OR o.size <> abs(o.residual) OR (o.state = 'accepted' AND o.reason = ''))`,
	}},
	{"i17", countPostings, []string{
		// Amounts are whole: a database that lets a fraction into a column of integers would keep it.
		`SELECT 'posting:' || id AS what FROM posting WHERE organisation_id = ?0 AND (CAST(amount AS BIGINT) <> amount OR CAST(amount_ht AS BIGINT) <> amount_ht OR CAST(amount_vat AS BIGINT) <> amount_vat)`,
		`SELECT 'posting:' || posting_id AS what FROM allocation WHERE organisation_id = ?0 AND CAST(amount AS BIGINT) <> amount`,
		`SELECT 'commitment:' || commitment_id AS what FROM commitment_event WHERE organisation_id = ?0 AND CAST(amount AS BIGINT) <> amount`,
		`SELECT 'envelope:' || envelope_id AS what FROM envelope_movement WHERE organisation_id = ?0 AND CAST(amount AS BIGINT) <> amount`,
		`SELECT 'budget_version:' || version_id AS what FROM budget_line WHERE organisation_id = ?0 AND CAST(amount AS BIGINT) <> amount`,
	}},
	{"references", "SELECT (" + countPostings + ") + (" + countAllocations + ")", []string{
		// What the mass tables point to, which no constraint holds.
		`SELECT 'posting:' || p.id AS what FROM posting AS p
			LEFT JOIN import_file AS f ON f.organisation_id = p.organisation_id AND f.id = p.file_id LEFT JOIN ledger_feed AS d ON d.organisation_id = p.organisation_id AND d.id = p.feed_id
			LEFT JOIN fiscal_period AS q ON q.organisation_id = p.organisation_id AND q.fiscal_year_id = p.fiscal_year_id AND q.number = p.period
			LEFT JOIN fiscal_period AS k ON k.organisation_id = p.organisation_id AND k.fiscal_year_id = p.booked_year_id AND k.number = p.booked_period
			LEFT JOIN commitment AS c ON c.organisation_id = p.organisation_id AND c.id = p.commitment_id LEFT JOIN posting AS o ON o.organisation_id = p.organisation_id AND o.id = p.origin_id
			WHERE p.organisation_id = ?0 AND (f.id IS NULL OR d.id IS NULL OR q.number IS NULL OR k.number IS NULL OR (p.commitment_id IS NOT NULL AND c.id IS NULL) OR (p.origin_id IS NOT NULL AND o.id IS NULL) OR (p.live AND o.key_hash <> p.origin_key))`,
		`SELECT 'posting:' || a.posting_id AS what FROM allocation AS a LEFT JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
			LEFT JOIN project AS r ON r.organisation_id = a.organisation_id AND r.id = a.project_id LEFT JOIN allocation_batch AS t ON t.organisation_id = a.organisation_id AND t.id = a.batch_id
			LEFT JOIN fiscal_period AS k ON k.organisation_id = a.organisation_id AND k.fiscal_year_id = a.booked_year_id AND k.number = a.booked_period
			LEFT JOIN match_rule_version AS v ON v.organisation_id = a.organisation_id AND v.rule_id = a.rule_id AND v.version = a.rule_version
			WHERE a.organisation_id = ?0 AND (p.id IS NULL OR t.id IS NULL OR k.number IS NULL OR (a.project_id IS NOT NULL AND r.id IS NULL) OR (a.rule_id IS NOT NULL AND v.rule_id IS NULL))`,
		`SELECT 'funding:' || e.funding_id AS what FROM funding_eligibility AS e LEFT JOIN posting AS p ON p.organisation_id = e.organisation_id AND p.id = e.posting_id
			WHERE e.organisation_id = ?0 AND p.id IS NULL`,
		`SELECT 'funding:' || e.funding_id AS what FROM funding_event AS e LEFT JOIN posting AS p ON p.organisation_id = e.organisation_id AND p.id = e.posting_id
			WHERE e.organisation_id = ?0 AND e.posting_id IS NOT NULL AND p.id IS NULL`,
	}},
}

// foundFault is what breaks a rule, and how many do.
type foundFault struct {
	What  string `bun:"what"`
	Times int64  `bun:"times"`
}

// hold holds a rule against the books of an organisation.
func (r ledgerRule) hold(ctx context.Context, db database.Conn, organisation int64) (Check, error) {
	c := Check{Code: r.code}
	if err := db.NewRaw(r.of, organisation).Scan(ctx, &c.Checked); err != nil {
		return c, fmt.Errorf("verify %s: %w", r.code, err)
	}
	for _, query := range r.breaks {
		var found []foundFault
		if err := db.NewRaw("SELECT what, count(*) OVER () AS times FROM ("+query+") AS broken ORDER BY what LIMIT ?1", organisation, maxBroken).Scan(ctx, &found); err != nil {
			return c, fmt.Errorf("verify %s: %w", r.code, err)
		}
		for i, f := range found {
			if i == 0 {
				c.Faults += f.Times
			}
			if len(c.Broken) < maxBroken {
				c.Broken = append(c.Broken, f.What)
			}
		}
	}
	return c, nil
}

// findBookKeepers lists the organisations that keep books.
func findBookKeepers(ctx context.Context, db database.Conn) (ids []int64, err error) {
	// One row of each table is looked up by organisation. As EXISTS joined by OR, PostgreSQL would read all postings of all organisations first.
	err = db.NewRaw(`SELECT o.id FROM organisation AS o WHERE (SELECT 1 FROM finance_setting AS s WHERE s.organisation_id = o.id LIMIT 1) IS NOT NULL
		OR (SELECT 1 FROM posting AS p WHERE p.organisation_id = o.id LIMIT 1) IS NOT NULL OR (SELECT 1 FROM allocation AS a WHERE a.organisation_id = o.id LIMIT 1) IS NOT NULL ORDER BY o.id`).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list who keeps books: %w", err)
	}
	return ids, nil
}

// homeless are the rows of the mass tables that belong to no organisation.
var homeless = ledgerRule{"homeless", "SELECT count(*) FROM organisation WHERE ?0 = 0", []string{
	`SELECT 'posting:' || min(p.id) AS what FROM posting AS p WHERE ?0 = 0 AND NOT EXISTS (SELECT 1 FROM organisation AS o WHERE o.id = p.organisation_id) GROUP BY p.organisation_id`,
	`SELECT 'posting:' || min(a.posting_id) AS what FROM allocation AS a WHERE ?0 = 0 AND NOT EXISTS (SELECT 1 FROM organisation AS o WHERE o.id = a.organisation_id) GROUP BY a.organisation_id`,
	`SELECT 'posting:' || min(q.posting_id) AS what FROM open_posting AS q WHERE ?0 = 0 AND NOT EXISTS (SELECT 1 FROM organisation AS o WHERE o.id = q.organisation_id) GROUP BY q.organisation_id`,
}}
