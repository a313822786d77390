package finance

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

type fundingRow struct {
	bun.BaseModel  `bun:"table:funding,alias:u"`
	ID             FundingID            `bun:"id,pk,autoincrement"`
	OrganisationID int64                `bun:"organisation_id"`
	ProjectID      portfolio.ProjectID  `bun:"project_id"`
	Funder         string               `bun:"funder"`
	Convention     string               `bun:"convention"`
	Rate           money.BasisPoints    `bun:"rate_bp"`
	Ceiling        money.Amount         `bun:"ceiling"`
	Base           forecast.FundingBase `bun:"base"`
	From           civil.Date           `bun:"eligible_from,type:date"`
	To             civil.Date           `bun:"eligible_to,type:date"`
	Notified       money.Amount         `bun:"notified"`
	Version        int64                `bun:"version"`
	CreatedAt      time.Time            `bun:"created_at"`
}

func (r fundingRow) funding() Funding {
	return Funding{ID: r.ID, OrganisationID: r.OrganisationID, ProjectID: r.ProjectID, Funder: r.Funder, Convention: r.Convention, Rate: r.Rate, Ceiling: r.Ceiling, Base: r.Base,
		From: r.From, To: r.To, Notified: r.Notified, Version: r.Version, CreatedAt: r.CreatedAt.UTC()}
}

func rowOfFunding(u Funding) fundingRow {
	return fundingRow{ID: u.ID, OrganisationID: u.OrganisationID, ProjectID: u.ProjectID, Funder: u.Funder, Convention: u.Convention, Rate: u.Rate, Ceiling: u.Ceiling, Base: u.Base,
		From: u.From, To: u.To, Notified: u.Notified, Version: u.Version, CreatedAt: u.CreatedAt}
}

func insertFunding(ctx context.Context, tx database.Conn, u *Funding) error {
	row := rowOfFunding(*u)
	if err := database.BulkIDs(ctx, tx, []*fundingRow{&row}); err != nil {
		return fundingTaken(err, *u)
	}
	u.ID = row.ID
	return nil
}

func updateFunding(ctx context.Context, tx database.Conn, u Funding) error {
	row := rowOfFunding(u)
	row.Version++
	res, err := tx.NewUpdate().Model(&row).Column("funder", "convention", "rate_bp", "ceiling", "base", "eligible_from", "eligible_to", "notified", "version").
		Where("organisation_id = ? AND id = ? AND version = ?", u.OrganisationID, u.ID, u.Version).Exec(ctx)
	if err != nil {
		return fundingTaken(err, u)
	}
	return database.Updated(res, err, "funding", int64(u.ID))
}

func fundingTaken(err error, u Funding) error {
	if database.Classify(err) == database.Unique {
		return fault.Conflict("finance.funding.taken", u.Convention)
	}
	return err
}

func findFunding(ctx context.Context, db database.Conn, id FundingID) (Funding, error) {
	var row fundingRow
	err := db.NewSelect().Model(&row).Where("id = ?", id).Scan(ctx)
	return row.funding(), database.One(err, "funding", int64(id))
}

// findFundings lists the conventions of a project, in the order in which they were booked.
func findFundings(ctx context.Context, db database.Conn, e extent) ([]Funding, error) {
	var rows []fundingRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND project_id = ?", e.organisation, e.project).OrderExpr("id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list conventions: %w", err)
	}
	return database.Convert(rows, fundingRow.funding), nil
}

type fundingEventRow struct {
	bun.BaseModel  `bun:"table:funding_event,alias:v"`
	ID             FundingEventID   `bun:"id,pk,autoincrement"`
	OrganisationID int64            `bun:"organisation_id"`
	FundingID      FundingID        `bun:"funding_id"`
	Kind           FundingEventKind `bun:"kind"`
	Amount         money.Amount     `bun:"amount"`
	On             civil.Date       `bun:"on_date,type:date"`
	Reference      string           `bun:"reference"`
	PostingID      PostingID        `bun:"posting_id,nullzero"`
	ReversesID     FundingEventID   `bun:"reverses_id,nullzero"`
	RecordedBy     string           `bun:"recorded_by"`
	RecordedAt     time.Time        `bun:"recorded_at"`
	ReversedBy     FundingEventID   `bun:"reversed_by,scanonly"`
}

func (r fundingEventRow) event() FundingEvent {
	return FundingEvent{ID: r.ID, FundingID: r.FundingID, Kind: r.Kind, Amount: r.Amount, On: r.On, Reference: r.Reference, PostingID: r.PostingID, Reverses: r.ReversesID,
		ReversedBy: r.ReversedBy, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC()}
}

func insertFundingEvent(ctx context.Context, tx database.Conn, organisation int64, v *FundingEvent) error {
	row := fundingEventRow{OrganisationID: organisation, FundingID: v.FundingID, Kind: v.Kind, Amount: v.Amount, On: v.On, Reference: v.Reference, PostingID: v.PostingID,
		ReversesID: v.Reverses, RecordedBy: v.RecordedBy, RecordedAt: v.RecordedAt}
	err := database.BulkIDs(ctx, tx, []*fundingEventRow{&row})
	if database.Classify(err) == database.Unique {
		return fault.Conflict("finance.funding.event_reversed", strconv.FormatInt(int64(v.Reverses), 10))
	}
	v.ID = row.ID
	return err
}

// sumReceived sums what events of any convention name a revenue for.
func sumReceived(ctx context.Context, db database.Conn, organisation int64, posting PostingID) (sum money.Amount, err error) {
	err = db.NewRaw("SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM funding_event WHERE organisation_id = ? AND posting_id = ?", organisation, posting).Scan(ctx, &sum)
	if err != nil {
		return 0, fmt.Errorf("sum what is received by an entry: %w", err)
	}
	return sum, nil
}

// findFundingEvents lists the events of a convention, the earliest first.
func findFundingEvents(ctx context.Context, db database.Conn, u Funding) ([]FundingEvent, error) {
	var rows []fundingEventRow
	err := withReversals(db.NewSelect().Model(&rows)).Where("v.organisation_id = ? AND v.funding_id = ?", u.OrganisationID, u.ID).OrderExpr("v.on_date, v.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list events of a convention: %w", err)
	}
	return database.Convert(rows, fundingEventRow.event), nil
}

type eligibilityRow struct {
	bun.BaseModel  `bun:"table:funding_eligibility,alias:g"`
	ID             int64     `bun:"id,pk,autoincrement"`
	OrganisationID int64     `bun:"organisation_id"`
	FundingID      FundingID `bun:"funding_id"`
	PostingID      PostingID `bun:"posting_id"`
	Eligible       bool      `bun:"eligible"`
	Reason         string    `bun:"reason"`
	RecordedBy     string    `bun:"recorded_by"`
	RecordedAt     time.Time `bun:"recorded_at"`
}

// toldRow is the last word on an entry, with what identifies the line of the finance system behind it.
type toldRow struct {
	PostingID PostingID `bun:"posting_id"`
	Eligible  bool      `bun:"eligible"`
	Reason    string    `bun:"reason"`
	FeedID    int64     `bun:"feed_id"`
	Key       []byte    `bun:"key_hash"`
	KeyUnique bool      `bun:"key_unique"`
}

// findTold lists the last word on every entry of which something was said for a convention, in the order of saying.
func findTold(ctx context.Context, db database.Conn, u Funding) ([]toldRow, error) {
	var rows []toldRow
	err := db.NewRaw(`SELECT g.posting_id, g.eligible, g.reason, p.feed_id, p.key_hash, p.key_unique
		FROM funding_eligibility AS g JOIN posting AS p ON p.organisation_id = g.organisation_id AND p.id = g.posting_id
		WHERE g.organisation_id = ?0 AND g.funding_id = ?1 AND g.id =
			(SELECT MAX(o.id) FROM funding_eligibility AS o WHERE o.organisation_id = ?0 AND o.funding_id = ?1 AND o.posting_id = g.posting_id)
		ORDER BY g.id`, u.OrganisationID, u.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list what is eligible: %w", err)
	}
	return rows, nil
}

// findCosts lists the live entries that cost a project something, by day, each with the project's share.
func findCosts(ctx context.Context, db database.Conn, e extent) ([]PostingShare, error) {
	var rows []struct {
		postingRow
		Share money.Amount `bun:"share"`
	}
	err := sharedEntries(db, e, PostingFilter{}).ColumnExpr("p.*, h.share").Where("p.stage = 'mandated' AND p.cost_sign <> 0").OrderExpr("p.cover_on, p.id").Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list costs of a project: %w", err)
	}
	out := make([]PostingShare, len(rows))
	for i, r := range rows {
		out[i] = PostingShare{Posting: r.Posting, Share: r.Share, Cost: r.Share * money.Amount(r.CostSign)}
	}
	return out, nil
}

// natureSum is what was mandated on an account in a year for a project.
type natureSum struct {
	ProjectID portfolio.ProjectID `bun:"project_id"`
	Nature    string              `bun:"nature"`
	YearID    int64               `bun:"fiscal_year_id"`
	Amount    money.Amount        `bun:"amount"`
}

// sumNatures sums what was mandated by project, account and year, up to a day where one is given.
func sumNatures(ctx context.Context, db database.Conn, e extent, until civil.Date) ([]natureSum, error) {
	var rows []natureSum
	within, args := e.of("a.project_id")
	args = append([]any{e.organisation}, args...)
	if !until.IsZero() {
		within, args = within+" AND p.cover_on <= ?", append(args, until)
	}
	err := db.NewRaw(`SELECT a.project_id, p.nature, p.fiscal_year_id, CAST(SUM(a.amount * p.cost_sign) AS BIGINT) AS amount
		FROM allocation AS a JOIN posting AS p ON p.organisation_id = a.organisation_id AND p.id = a.posting_id
		WHERE a.organisation_id = ? AND p.stage = 'mandated' AND `+within+` GROUP BY a.project_id, p.nature, p.fiscal_year_id`, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("sum costs by account: %w", err)
	}
	return rows, nil
}
