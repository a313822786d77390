package finance

import (
	"context"
	"fmt"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/money"
)

// closeRules are those of closed periods.
var closeRules = []ledgerRule{
	{"i9", "SELECT (" + countPostings + ") + (" + countAllocations + ")", []string{
		// Nothing is booked in a period while a certificate closes it.
		`SELECT 'posting:' || p.id AS what FROM certificate AS c JOIN posting AS p ON p.organisation_id = c.organisation_id AND p.booked_year_id = c.fiscal_year_id AND p.booked_period = c.period
			JOIN (SELECT file_id, min(id) AS batch FROM allocation_batch WHERE organisation_id = ?0 AND file_id IS NOT NULL GROUP BY file_id) AS t ON t.file_id = p.file_id
			WHERE c.organisation_id = ?0 AND t.batch > c.sealed_batch AND (c.reopened_batch IS NULL OR t.batch <= c.reopened_batch)`,
		`SELECT 'posting:' || a.posting_id AS what FROM certificate AS c JOIN allocation AS a ON a.organisation_id = c.organisation_id AND a.booked_year_id = c.fiscal_year_id AND a.booked_period = c.period
			WHERE c.organisation_id = ?0 AND a.batch_id > c.sealed_batch AND (c.reopened_batch IS NULL OR a.batch_id <= c.reopened_batch)`,
		// Nothing is booked before the period that it is about.
		`SELECT 'posting:' || p.id AS what FROM posting AS p JOIN fiscal_year AS y ON y.organisation_id = p.organisation_id AND y.id = p.fiscal_year_id
			JOIN fiscal_year AS k ON k.organisation_id = p.organisation_id AND k.id = p.booked_year_id
			WHERE p.organisation_id = ?0 AND (k.start_on < y.start_on OR (k.id = y.id AND p.booked_period < p.period))`,
		// A period is closed by a certificate, and by one only.
		`SELECT 'fiscal_year:' || q.fiscal_year_id || ':' || q.number AS what FROM fiscal_period AS q
			LEFT JOIN (SELECT fiscal_year_id, period, count(*) AS held FROM certificate WHERE organisation_id = ?0 AND reopened_at IS NULL GROUP BY fiscal_year_id, period) AS c
				ON c.fiscal_year_id = q.fiscal_year_id AND c.period = q.number
			WHERE q.organisation_id = ?0 AND coalesce(c.held, 0) <> CASE WHEN q.state = 'closed' THEN 1 ELSE 0 END`,
	}},
	{"i18", "SELECT count(*) FROM certificate WHERE organisation_id = ?0", []string{
		// Nobody signs what they reconciled.
		`WITH signer AS (SELECT DISTINCT signed_by FROM certificate WHERE organisation_id = ?0 AND signed_by LIKE 'user:%'),
			work AS (SELECT t.recorded_by AS who, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period, min(a.batch_id) AS batch
					FROM allocation AS a JOIN allocation_batch AS t ON t.organisation_id = a.organisation_id AND t.id = a.batch_id AND t.kind <> 'import'
					JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
					WHERE a.organisation_id = ?0 AND t.recorded_by IN (SELECT signed_by FROM signer)
					GROUP BY t.recorded_by, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period
				UNION ALL SELECT v.recorded_by, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period, min(a.batch_id)
					FROM allocation AS a JOIN match_rule_version AS v ON v.organisation_id = a.organisation_id AND v.rule_id = a.rule_id AND v.version = a.rule_version
					JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
					WHERE a.organisation_id = ?0 AND v.recorded_by IN (SELECT signed_by FROM signer)
					GROUP BY v.recorded_by, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period
				UNION ALL SELECT h.recorded_by, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period, min(a.batch_id)
					FROM commitment_share AS h JOIN posting AS p ON p.organisation_id = h.organisation_id AND p.commitment_id = h.commitment_id
					JOIN allocation AS a ON a.organisation_id = p.organisation_id AND a.posting_id = p.id AND a.method = 'rule' AND a.rule_id IS NULL
					JOIN allocation_batch AS t ON t.organisation_id = a.organisation_id AND t.id = a.batch_id
						AND h.recorded_at <= t.recorded_at AND (h.ended_at IS NULL OR h.ended_at > t.recorded_at)
					WHERE h.organisation_id = ?0 AND h.method = 'manual' AND h.recorded_by IN (SELECT signed_by FROM signer)
					GROUP BY h.recorded_by, a.booked_year_id, a.booked_period, p.fiscal_year_id, p.period)
			SELECT DISTINCT 'certificate:' || c.id AS what FROM certificate AS c JOIN work AS w ON w.who = c.signed_by AND w.batch <= c.sealed_batch
				AND ((w.booked_year_id = c.fiscal_year_id AND w.booked_period = c.period) OR (w.fiscal_year_id = c.fiscal_year_id AND w.period = c.period))
			WHERE c.organisation_id = ?0`,
		// Nor lines whose commitments they gave another number. What came after the signature is no part of it.
		`WITH RECURSIVE mine (who, number, since) AS (SELECT recorded_by, old_number, recorded_at FROM commitment_alias
					WHERE organisation_id = ?0 AND recorded_by IN (SELECT signed_by FROM certificate WHERE organisation_id = ?0 AND signed_by LIKE 'user:%')
				UNION SELECT m.who, a.old_number, CASE WHEN a.recorded_at > m.since THEN a.recorded_at ELSE m.since END
					FROM commitment_alias AS a JOIN mine AS m ON m.number = a.new_number WHERE a.organisation_id = ?0)
			SELECT DISTINCT 'certificate:' || c.id AS what FROM certificate AS c JOIN mine AS m ON m.who = c.signed_by AND m.since <= c.signed_at
				JOIN posting AS p ON p.organisation_id = c.organisation_id AND p.live AND upper(p.commitment_no) = m.number
					AND ((p.booked_year_id = c.fiscal_year_id AND p.booked_period = c.period) OR (p.fiscal_year_id = c.fiscal_year_id AND p.period = c.period))
				JOIN (SELECT file_id, min(id) AS batch FROM allocation_batch WHERE organisation_id = ?0 AND file_id IS NOT NULL GROUP BY file_id) AS t ON t.file_id = p.file_id AND t.batch <= c.sealed_batch
			WHERE c.organisation_id = ?0`,
		// Nor lines that they left open as known.
		`SELECT DISTINCT 'certificate:' || c.id AS what FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
				JOIN certificate AS c ON c.organisation_id = o.organisation_id AND c.signed_by = o.accepted_by AND o.accepted_at <= c.signed_at
					AND ((p.booked_year_id = c.fiscal_year_id AND p.booked_period = c.period) OR (p.fiscal_year_id = c.fiscal_year_id AND p.period = c.period))
			WHERE o.organisation_id = ?0 AND o.state = 'accepted' AND c.signed_by LIKE 'user:%'`,
	}},
}

// bookedSum is what one batch booked about one period.
type bookedSum struct {
	YearID    int64           `bun:"fiscal_year_id"`
	Period    int             `bun:"period"`
	Flow      ledgerfile.Flow `bun:"flow"`
	Batch     int64           `bun:"batch"`
	Total     money.Amount    `bun:"total"`
	Allocated money.Amount    `bun:"allocated"`
	Excluded  money.Amount    `bun:"excluded"`
	Lines     int64           `bun:"lines"`
}

// findBookedSums sums the books by what they are about and the batch that booked it, of the years that certificates are about: what the books
// said at any moment is the sum of the batches up to then.
func findBookedSums(ctx context.Context, db database.Conn, organisation int64) ([]bookedSum, error) {
	var rows []bookedSum
	err := db.NewRaw(`SELECT fiscal_year_id, period, flow, batch, CAST(sum(total) AS BIGINT) AS total, CAST(sum(allocated) AS BIGINT) AS allocated, CAST(sum(excluded) AS BIGINT) AS excluded,
			CAST(sum(entries) AS BIGINT) AS lines FROM (
			SELECT p.fiscal_year_id, p.period, p.flow, coalesce(t.batch, 0) AS batch, p.amount AS total, 0 AS allocated, 0 AS excluded, 1 AS entries FROM posting AS p
				LEFT JOIN (SELECT file_id, min(id) AS batch FROM allocation_batch WHERE organisation_id = ?0 AND file_id IS NOT NULL GROUP BY file_id) AS t ON t.file_id = p.file_id
				WHERE p.organisation_id = ?0 AND p.fiscal_year_id IN (SELECT fiscal_year_id FROM certificate WHERE organisation_id = ?0)
			UNION ALL SELECT p.fiscal_year_id, p.period, p.flow, a.batch_id, 0, CASE WHEN a.project_id IS NULL THEN 0 ELSE a.amount END, CASE WHEN a.project_id IS NULL THEN a.amount ELSE 0 END, 0
				FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
				WHERE a.organisation_id = ?0 AND p.fiscal_year_id IN (SELECT fiscal_year_id FROM certificate WHERE organisation_id = ?0)
		) AS parts GROUP BY fiscal_year_id, period, flow, batch`, organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum the books by booking: %w", err)
	}
	return rows, nil
}
