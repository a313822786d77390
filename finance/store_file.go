package finance

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/finance/ledgerfile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

type fileRow struct {
	bun.BaseModel  `bun:"table:import_file,alias:f"`
	ID             FileID     `bun:"id,pk,autoincrement"`
	OrganisationID int64      `bun:"organisation_id"`
	Purpose        string     `bun:"purpose"`
	FeedID         int64      `bun:"feed_id,nullzero"`
	Name           string     `bun:"name"`
	SHA256         string     `bun:"sha256"`
	KeptSHA256     string     `bun:"kept_sha256"`
	Size           int64      `bun:"size"`
	Profile        string     `bun:"profile"`
	ProfileVersion int        `bun:"profile_version"`
	Definition     string     `bun:"definition"`
	CoverageKind   string     `bun:"coverage_kind"`
	CoverageFrom   civil.Date `bun:"coverage_from"`
	CoverageTo     civil.Date `bun:"coverage_to"`
	State          string     `bun:"state"`
	Report         string     `bun:"report"`
	FirstPosting   PostingID  `bun:"first_posting"`
	LastPosting    PostingID  `bun:"last_posting"`
	StagedBy       string     `bun:"staged_by"`
	StagedAt       time.Time  `bun:"staged_at"`
	BookedBy       string     `bun:"booked_by"`
	BookedAt       time.Time  `bun:"booked_at,nullzero"`
	LeaseUntil     time.Time  `bun:"lease_until,nullzero"`
	Version        int64      `bun:"version"`
	StagedByName   string     `bun:"staged_by_name,scanonly"`
	BookedByName   string     `bun:"booked_by_name,scanonly"`
}

// lapse takes a file back from a booking whose lease ran out: the program ended while it booked, and nothing of it is in the books.
func (r *fileRow) lapse(now time.Time) {
	if r.State == FileBooking && !r.LeaseUntil.After(now) {
		r.State, r.LeaseUntil = FileStaged, time.Time{}
	}
}

// file gives the file of a row. A coverage in the row is one that somebody declared, or the one it was booked with.
func (r fileRow) file() (File, error) {
	f := File{ID: r.ID, OrganisationID: r.OrganisationID, Purpose: r.Purpose, Name: r.Name, SHA256: r.SHA256, KeptSHA256: r.KeptSHA256, Size: r.Size, State: r.State, StagedBy: r.StagedBy,
		StagedByName: r.StagedByName, StagedAt: r.StagedAt, BookedBy: r.BookedBy, BookedByName: r.BookedByName, BookedAt: r.BookedAt, LeaseUntil: r.LeaseUntil, Version: r.Version}
	if r.CoverageKind != "" {
		f.Coverage = &ledgerfile.Coverage{Kind: r.CoverageKind, From: r.CoverageFrom, To: r.CoverageTo}
	}
	if r.Definition != "" {
		if err := json.Unmarshal([]byte(r.Definition), &f.Profile); err != nil {
			return f, fmt.Errorf("profile of file %d: %w", r.ID, err)
		}
	}
	if r.Report != "" {
		if err := json.Unmarshal([]byte(r.Report), &f.Report); err != nil {
			return f, fmt.Errorf("report on file %d: %w", r.ID, err)
		}
	}
	return f, nil
}

// setProfile notes the profile as it is now: what an authority's own says later does not change how a file was read.
func (r *fileRow) setProfile(p ledgerfile.Profile, c *ledgerfile.Coverage) error {
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	r.Profile, r.ProfileVersion, r.Definition = p.Name, p.Version, string(text)
	r.CoverageKind, r.CoverageFrom, r.CoverageTo = "", civil.Date{}, civil.Date{}
	if c != nil {
		r.CoverageKind, r.CoverageFrom, r.CoverageTo = c.Kind, c.From, c.To
	}
	return nil
}

func (r *fileRow) setReport(report FileReport) error {
	text, err := json.Marshal(report)
	r.Report = string(text)
	return err
}

func insertFile(ctx context.Context, tx database.Conn, r *fileRow) error {
	r.Version = 1
	return database.BulkIDs(ctx, tx, []*fileRow{r})
}

// updateFile writes columns of a file unless somebody changed it since it was read, and raises its version.
func updateFile(ctx context.Context, tx database.Conn, r *fileRow, columns ...string) error {
	was := r.Version
	r.Version++
	res, err := tx.NewUpdate().Model(r).Column(append(columns, "version")...).Where("organisation_id = ? AND id = ? AND version = ?", r.OrganisationID, r.ID, was).Exec(ctx)
	return database.Updated(res, err, "import_file", int64(r.ID))
}

// findFileRow loads one file. Organisation 0 asks for none: numbers of files are those of all organisations.
func findFileRow(ctx context.Context, db database.Conn, id FileID) (fileRow, error) {
	var row fileRow
	err := named(db.NewSelect().Model(&row)).Where("f.id = ?", id).Scan(ctx)
	return row, database.One(err, "import_file", int64(id))
}

// named adds who staged and booked files, as people are called.
func named(q *bun.SelectQuery) *bun.SelectQuery {
	return q.ColumnExpr("f.*").
		ColumnExpr("coalesce((SELECT u.name FROM user_account AS u WHERE 'user:' || u.id = f.staged_by), f.staged_by) AS staged_by_name").
		ColumnExpr("coalesce((SELECT u.name FROM user_account AS u WHERE 'user:' || u.id = f.booked_by), f.booked_by) AS booked_by_name")
}

// findFiles lists files, the newest first, one more than a page holds where there are more.
func findFiles(ctx context.Context, db database.Conn, organisation int64, filter FileFilter) ([]fileRow, error) {
	var rows []fileRow
	q := named(db.NewSelect().Model(&rows)).Where("f.organisation_id = ? AND f.sha256 <> ''", organisation)
	if filter.Purpose != "" {
		q = q.Where("f.purpose = ?", filter.Purpose)
	}
	if filter.State != "" {
		q = q.Where("f.state = ?", filter.State)
	}
	if filter.Before != 0 {
		q = q.Where("f.id < ?", filter.Before)
	}
	if err := q.OrderExpr("f.id DESC").Limit(int64(filter.limit()) + 1).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list files: %w", err)
	}
	return rows, nil
}

// dropStale deletes what interrupted uploads left: parts of files that never came to their end.
func dropStale(ctx context.Context, tx database.Conn, organisation int64, now time.Time) error {
	var ids []FileID
	err := tx.NewSelect().Model((*fileRow)(nil)).Column("id").Where("f.organisation_id = ? AND f.sha256 = '' AND f.lease_until < ?", organisation, database.Instant(now)).Scan(ctx, &ids)
	if err != nil {
		return fmt.Errorf("look for interrupted uploads: %w", err)
	}
	for _, id := range ids {
		if err := deleteFile(ctx, tx, organisation, id); err != nil {
			return err
		}
	}
	return nil
}

// findForgotten lists the files of all organisations that came before an instant and are neither booked, being booked, nor dropped, and uploads that were
// interrupted, the oldest first.
func findForgotten(ctx context.Context, db database.Conn, before, now time.Time) ([]fileRow, error) {
	var rows []fileRow
	err := db.NewSelect().Model(&rows).Where("f.sha256 = '' AND f.lease_until < ?", database.Instant(now)).
		WhereOr("f.sha256 <> '' AND f.staged_at < ? AND (f.state IN (?, ?) OR (f.state = ? AND f.lease_until < ?))", database.Instant(before), FileStaged, FileRefused, FileBooking, database.Instant(now)).
		OrderExpr("f.id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("look for forgotten files: %w", err)
	}
	return rows, nil
}

// deleteFile takes away a file that never was in any list.
func deleteFile(ctx context.Context, tx database.Conn, organisation int64, id FileID) error {
	if err := deleteChunks(ctx, tx, organisation, id); err != nil {
		return err
	}
	_, err := tx.NewDelete().Model((*fileRow)(nil)).Where("organisation_id = ? AND id = ? AND sha256 = ''", organisation, id).Exec(ctx)
	if err != nil {
		return fmt.Errorf("delete file %d: %w", id, err)
	}
	return nil
}

type findingRow struct {
	bun.BaseModel  `bun:"table:import_finding"`
	OrganisationID int64  `bun:"organisation_id,pk"`
	FileID         FileID `bun:"file_id,pk"`
	Number         int    `bun:"number,pk"`
	Line           int    `bun:"line"`
	Code           string `bun:"code"`
	Args           string `bun:"args"`
}

// setFindings puts the findings on a file in the place of those that were there.
func setFindings(ctx context.Context, tx database.Conn, organisation int64, id FileID, all []ReportFinding) error {
	if _, err := tx.NewDelete().Model((*findingRow)(nil)).Where("organisation_id = ? AND file_id = ?", organisation, id).Exec(ctx); err != nil {
		return fmt.Errorf("replace findings on file %d: %w", id, err)
	}
	rows := make([]findingRow, len(all))
	for i, f := range all {
		args, err := json.Marshal(f.Args)
		if err != nil {
			return err
		}
		rows[i] = findingRow{OrganisationID: organisation, FileID: id, Number: i + 1, Line: f.Line, Code: f.Code, Args: string(args)}
	}
	return database.Bulk(ctx, tx, rows)
}

func findFindings(ctx context.Context, db database.Conn, organisation int64, id FileID) ([]FindingLine, error) {
	var rows []findingRow
	if err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND file_id = ?", organisation, id).OrderExpr("number").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list findings on file %d: %w", id, err)
	}
	out := make([]FindingLine, len(rows))
	for i, r := range rows {
		out[i] = FindingLine{Line: r.Line, Code: r.Code}
		var args []any
		if err := json.Unmarshal([]byte(r.Args), &args); err != nil {
			return nil, fmt.Errorf("finding %d on file %d: %w", r.Number, id, err)
		}
		out[i].Args = wholeNumbers(args)
	}
	return out, nil
}

// wholeNumbers gives back the numbers among arguments that JSON made fractions of.
func wholeNumbers(args []any) []any {
	for i, a := range args {
		if n, ok := a.(float64); ok && n == float64(int64(n)) {
			args[i] = int64(n)
		}
	}
	return args
}

type outcomeRow struct {
	bun.BaseModel  `bun:"table:import_outcome"`
	OrganisationID int64  `bun:"organisation_id,pk"`
	FileID         FileID `bun:"file_id,pk"`
	FirstLine      int    `bun:"first_line,pk"`
	Outcomes       []byte `bun:"outcomes"`
}

// outcomeBlock is how many lines one row of outcomes tells of.
const outcomeBlock = 1 << 16

// insertOutcomes keeps the outcome of every line, in the order of the file: a byte each, the value of the reconcile.Outcome. The first line
// read is number 1, whatever its number in the file is: a record may take several lines.
func insertOutcomes(ctx context.Context, tx database.Conn, organisation int64, id FileID, outcomes []byte) error {
	for first := 0; first < len(outcomes); first += outcomeBlock {
		row := outcomeRow{OrganisationID: organisation, FileID: id, FirstLine: first + 1, Outcomes: outcomes[first:min(first+outcomeBlock, len(outcomes))]}
		if _, err := tx.NewInsert().Model(&row).Returning("NULL").Exec(ctx); err != nil {
			return fmt.Errorf("keep outcomes of file %d: %w", id, err)
		}
	}
	return nil
}

type feedRow struct {
	bun.BaseModel  `bun:"table:ledger_feed"`
	ID             int64  `bun:"id,pk,autoincrement"`
	OrganisationID int64  `bun:"organisation_id"`
	Purpose        string `bun:"purpose"`
	Code           string `bun:"code"`
	LastFileID     FileID `bun:"last_file_id,nullzero"`
}

// findFeed gives the feed of a profile; without files so far it has no id.
func findFeed(ctx context.Context, db database.Conn, organisation int64, purpose, code string) (feedRow, error) {
	var rows []feedRow
	err := db.NewSelect().Model(&rows).Where("organisation_id = ? AND purpose = ? AND code = ?", organisation, purpose, code).Limit(1).Scan(ctx)
	if err != nil {
		return feedRow{}, fmt.Errorf("load feed: %w", err)
	}
	if len(rows) == 0 {
		return feedRow{OrganisationID: organisation, Purpose: purpose, Code: code}, nil
	}
	return rows[0], nil
}

// putFeed notes the last file of a feed, which is made with its first one.
func putFeed(ctx context.Context, tx database.Conn, f *feedRow) error {
	if f.ID == 0 {
		return database.BulkIDs(ctx, tx, []*feedRow{f})
	}
	_, err := tx.NewUpdate().Model(f).Column("last_file_id").Where("organisation_id = ? AND id = ?", f.OrganisationID, f.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save feed %d: %w", f.ID, err)
	}
	return nil
}

// errNoProfile refuses what needs to know how a file is written.
func errNoProfile() error { return fault.Conflict("import.no_profile") }
