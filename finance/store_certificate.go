package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

type certificateRow struct {
	bun.BaseModel  `bun:"table:certificate,alias:c"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	YearID         int64     `bun:"fiscal_year_id"`
	Period         int       `bun:"period"`
	Number         int       `bun:"number"`
	Figures        string    `bun:"figures"`
	Seal           string    `bun:"seal"`
	PreviousSeal   string    `bun:"previous_seal"`
	Batch          int64     `bun:"sealed_batch"`
	FourEyes       bool      `bun:"four_eyes"`
	SignedBy       string    `bun:"signed_by"`
	SignedLabel    string    `bun:"signed_label"`
	SignedAt       time.Time `bun:"signed_at"`
	ReopenedBy     string    `bun:"reopened_by"`
	ReopenedLabel  string    `bun:"reopened_label"`
	ReopenedAt     time.Time `bun:"reopened_at,nullzero"`
	ReopenReason   string    `bun:"reopen_reason"`
	ReopenedBatch  int64     `bun:"reopened_batch,nullzero"`
}

func (r certificateRow) certificate(c Calendar) (Certificate, error) {
	y, _ := c.Year(r.YearID)
	out := Certificate{ID: r.ID, OrganisationID: r.OrganisationID, YearID: r.YearID, Year: y.Code, Period: r.Period, Number: r.Number, Seal: r.Seal, PreviousSeal: r.PreviousSeal,
		FourEyes: r.FourEyes, SignedBy: r.SignedBy, SignedLabel: r.SignedLabel, SignedAt: r.SignedAt, ReopenedBy: r.ReopenedBy, Reopened: r.ReopenedLabel,
		ReopenedAt: r.ReopenedAt, ReopenReason: r.ReopenReason}
	if err := json.Unmarshal([]byte(r.Figures), &out.Figures); err != nil {
		return out, fmt.Errorf("read the figures of certificate %d: %w", r.ID, err)
	}
	return out, nil
}

// certificateFilter narrows a list of certificates. Zero fields ask for nothing.
type certificateFilter struct {
	organisation, id int64
	at               Slot
	holding          bool // not ended by a re-opening
}

// findCertificateRows lists certificates, the newest first.
func findCertificateRows(ctx context.Context, db database.Conn, f certificateFilter) ([]certificateRow, error) {
	var rows []certificateRow
	q := db.NewSelect().Model(&rows)
	if f.organisation != 0 {
		q = q.Where("organisation_id = ?", f.organisation)
	}
	if f.id != 0 {
		q = q.Where("id = ?", f.id)
	}
	if f.at.Year != 0 {
		q = q.Where("fiscal_year_id = ? AND period = ?", f.at.Year, f.at.Period)
	}
	if f.holding {
		q = q.Where("reopened_at IS NULL")
	}
	if err := q.OrderExpr("id DESC").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list certificates: %w", err)
	}
	return rows, nil
}

// insertCertificate books a certificate with its seal, after the ones of its period and of its organisation.
func insertCertificate(ctx context.Context, tx database.Conn, c *Certificate, batch int64) error {
	text, err := json.Marshal(c.Figures)
	if err != nil {
		return fmt.Errorf("write the figures of a certificate: %w", err)
	}
	c.SignedAt = database.Instant(c.SignedAt)
	if c.Seal, err = c.compute(string(text), batch); err != nil {
		return err
	}
	row := certificateRow{OrganisationID: c.OrganisationID, YearID: c.YearID, Period: c.Period, Number: c.Number, Figures: string(text), Seal: c.Seal, PreviousSeal: c.PreviousSeal,
		Batch: batch, FourEyes: c.FourEyes, SignedBy: c.SignedBy, SignedLabel: c.SignedLabel, SignedAt: c.SignedAt}
	err = database.BulkIDs(ctx, tx, []*certificateRow{&row})
	c.ID = row.ID
	return err
}

// endCertificate notes that the period was opened again.
func endCertificate(ctx context.Context, tx database.Conn, c Certificate, batch int64) error {
	res, err := tx.ExecContext(ctx, `UPDATE certificate SET reopened_by = ?, reopened_label = ?, reopened_at = ?, reopen_reason = ?, reopened_batch = ?
		WHERE organisation_id = ? AND id = ? AND reopened_at IS NULL`, c.ReopenedBy, c.Reopened, database.Instant(c.ReopenedAt), c.ReopenReason, batch, c.OrganisationID, c.ID)
	return database.Updated(res, err, "certificate", c.ID)
}

// lastBatch is the newest booking of an organisation; 0: there is none. Whoever holds the books knows that no other is on its way.
func lastBatch(ctx context.Context, db database.Conn, organisation int64) (id int64, err error) {
	if err := db.NewRaw("SELECT coalesce(max(id), 0) FROM allocation_batch WHERE organisation_id = ?", organisation).Scan(ctx, &id); err != nil {
		return 0, fmt.Errorf("find the last booking: %w", err)
	}
	return id, nil
}

// setPeriod closes or opens a period, and says of its year whether all of it is closed, or all but the extra period.
func (b *books) setPeriod(ctx context.Context, tx database.Conn, at Slot, state string) error {
	res, err := tx.ExecContext(ctx, "UPDATE fiscal_period SET state = ? WHERE organisation_id = ? AND fiscal_year_id = ? AND number = ? AND state <> ?",
		state, b.Organisation.ID, at.Year, at.Period, state)
	if err := database.Updated(res, err, "fiscal_year", at.Year); err != nil {
		return err
	}
	y, ok := b.Year(at.Year)
	if !ok {
		return fault.NotFound("fiscal_year", at.Year)
	}
	year := y.stateWith(at.Period, state)
	_, err = tx.ExecContext(ctx, "UPDATE fiscal_year SET state = ?, version = version + 1 WHERE organisation_id = ? AND id = ?", year, b.Organisation.ID, at.Year)
	if err != nil {
		return fmt.Errorf("set the state of a fiscal year: %w", err)
	}
	return nil
}

// openSums are the live entries about a year up to a period, and what is open of them.
type openSums struct {
	Gross     money.Amount `bun:"gross"`
	OpenGross money.Amount `bun:"open_gross"`
	Lines     int64        `bun:"lines"`
	Sum       money.Amount `bun:"sum"`
	Accepted  int64        `bun:"accepted"`
	Oldest    civil.Date   `bun:"oldest"`
}

func findOpenSums(ctx context.Context, db database.Conn, organisation int64, upTo Slot) (s openSums, err error) {
	err = db.NewRaw(`SELECT (SELECT CAST(coalesce(sum(abs(amount)), 0) AS BIGINT) FROM posting WHERE organisation_id = ?0 AND live AND fiscal_year_id = ?1 AND period <= ?2) AS gross,
			CAST(coalesce(sum(o.size), 0) AS BIGINT) AS open_gross, count(*) AS lines, CAST(coalesce(sum(o.residual), 0) AS BIGINT) AS sum,
			count(CASE WHEN o.state = 'accepted' THEN 1 END) AS accepted, min(o.since) AS oldest
		FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
		WHERE o.organisation_id = ?0 AND o.fiscal_year_id = ?1 AND p.period <= ?2`, organisation, upTo.Year, upTo.Period).Scan(ctx, &s)
	if err != nil {
		return s, fmt.Errorf("sum what is open: %w", err)
	}
	return s, nil
}

// ownWork is what somebody reconciled of the entries that a certificate would be about: by hand, by rules and shares of their own, by replacing the
// numbers that lines name their commitments by, or by leaving lines open as known.
type ownWork struct {
	Allocations int64 `bun:"allocations"`
	ByRule      int64 `bun:"by_rule"`
	Rekeyed     int64 `bun:"rekeyed"`
	Accepted    int64 `bun:"accepted"`
}

// any tells whether there is some.
func (w ownWork) any() bool { return w.Allocations+w.ByRule+w.Rekeyed+w.Accepted > 0 }

// findOwnWork counts the allocations of a period, booked in it or about it, that somebody made themselves, and those that follow from
// rules of which they wrote the version or from shares that they gave to commitments. A file that somebody booked is none: what
// it allocates follows from the rules. Besides come the lines of the period that name a number which the person replaced, over however many
// further numbers, and those that they left in the queue as known.
func findOwnWork(ctx context.Context, db database.Conn, organisation int64, at Slot, who string) (w ownWork, err error) {
	err = db.NewRaw(`SELECT coalesce(sum(CASE WHEN t.recorded_by = ?3 AND t.kind <> 'import' THEN 1 ELSE 0 END), 0) AS allocations,
			coalesce(sum(CASE WHEN v.recorded_by = ?3 OR (a.method = 'rule' AND a.rule_id IS NULL AND EXISTS (SELECT 1 FROM commitment_share AS s
				WHERE s.organisation_id = ?0 AND s.commitment_id = p.commitment_id AND s.method = 'manual' AND s.recorded_by = ?3
					AND s.recorded_at <= t.recorded_at AND (s.ended_at IS NULL OR s.ended_at > t.recorded_at))) THEN 1 ELSE 0 END), 0) AS by_rule
		FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
			LEFT JOIN allocation_batch AS t ON t.organisation_id = a.organisation_id AND t.id = a.batch_id
			LEFT JOIN match_rule_version AS v ON v.organisation_id = a.organisation_id AND v.rule_id = a.rule_id AND v.version = a.rule_version
		WHERE a.organisation_id = ?0 AND ((a.booked_year_id = ?1 AND a.booked_period = ?2) OR (p.fiscal_year_id = ?1 AND p.period = ?2))`,
		organisation, at.Year, at.Period, who).Scan(ctx, &w)
	if err != nil {
		return w, fmt.Errorf("look for own work: %w", err)
	}
	err = db.NewRaw(`WITH RECURSIVE mine (number) AS (SELECT old_number FROM commitment_alias WHERE organisation_id = ?0 AND recorded_by = ?3
				UNION SELECT a.old_number FROM commitment_alias AS a JOIN mine AS m ON m.number = a.new_number WHERE a.organisation_id = ?0)
			SELECT count(*) FROM posting AS p WHERE p.organisation_id = ?0 AND p.live AND EXISTS (SELECT 1 FROM mine) AND upper(p.commitment_no) IN (SELECT number FROM mine)
				AND ((p.booked_year_id = ?1 AND p.booked_period = ?2) OR (p.fiscal_year_id = ?1 AND p.period = ?2))`, organisation, at.Year, at.Period, who).Scan(ctx, &w.Rekeyed)
	if err != nil {
		return w, fmt.Errorf("look for own replaced numbers: %w", err)
	}
	err = db.NewRaw(`SELECT count(*) FROM open_posting AS o JOIN posting AS p ON p.organisation_id = o.organisation_id AND p.id = o.posting_id
			WHERE o.organisation_id = ?0 AND o.state = 'accepted' AND o.accepted_by = ?3
				AND ((p.booked_year_id = ?1 AND p.booked_period = ?2) OR (p.fiscal_year_id = ?1 AND p.period = ?2))`, organisation, at.Year, at.Period, who).Scan(ctx, &w.Accepted)
	if err != nil {
		return w, fmt.Errorf("look for lines that were accepted: %w", err)
	}
	return w, nil
}

// findPendingFiles lists files that wait to be booked, the oldest first.
func findPendingFiles(ctx context.Context, db database.Conn, organisation int64) ([]PendingFile, error) {
	var rows []PendingFile
	err := db.NewRaw("SELECT id, name, staged_at FROM import_file WHERE organisation_id = ? AND purpose <> 'budget' AND state IN ('staged', 'booking') ORDER BY staged_at, id", organisation).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list pending files: %w", err)
	}
	return rows, nil
}

// findBookedYears gives the fiscal years that entries are about.
func findBookedYears(ctx context.Context, db database.Conn, organisation int64) (ids []int64, err error) {
	err = db.NewRaw("SELECT DISTINCT fiscal_year_id FROM scope_total WHERE organisation_id = ? AND lines > 0 ORDER BY fiscal_year_id", organisation).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list years with entries: %w", err)
	}
	return ids, nil
}
