package finance

import (
	"context"
	"slices"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// progressLines is after how many lines who waits is told.
const progressLines = 5000

// maxAttempts is how often an import begins again because somebody else booked a file of its feed meanwhile.
const maxAttempts = 3

// errOvertaken begins an import again: the books are no longer those that it was prepared for.
var errOvertaken = fault.Conflict("import.overtaken")

// importRun is one file on its way into the books, or the preview of it.
type importRun struct {
	*Service
	actor    identity.Actor
	row      fileRow // of a file that is booked at once it has no id before its transaction
	src      ledgerfile.Source
	profile  ledgerfile.Profile
	declared *ledgerfile.Coverage
	confirm  bool
	seen     *Withdrawn // what a preview said would be withdrawn, which is all that was confirmed; nil: nobody saw one
	dry      bool
	tell     func(Progress)
	began    time.Time

	feed     feedRow // as it was when the file was read
	settings Settings
	known    map[string]ledgerfile.Known // bordereaux that the books hold
	read     *reading
	reserved PostingID // the first of the numbers that were reserved
	numbers  int       // how many they are
	report   FileReport
}

// steps of an import, as progress names them.
const (
	stepReading   = "reading"
	stepComparing = "comparing"
	stepBooking   = "booking"
	stepChecking  = "checking"
)

func (r *importRun) step(name string, done, total int) {
	p := Progress{File: int64(r.row.ID), Step: name, Done: int64(done), Total: int64(total)}
	if r.row.ID != 0 {
		r.progress.set(p)
	}
	if r.tell != nil {
		r.tell(p)
	}
}

// withdraws notes what a file takes out of the books, and refuses it when that waits for somebody to confirm it.
func (r *importRun) withdraws(w reconcile.Withdrawals, limit reconcile.Threshold, currency money.Currency) error {
	w.Unread = r.read.unread()
	r.report.Preview.Withdrawals = Withdrawn{Lines: w.Lines, Gross: w.Gross, Of: w.Of, Confirm: limit.Exceeded(w)}
	if !limit.Exceeded(w) || r.confirmed(w) || r.dry {
		return nil
	}
	if w.Unread > 0 {
		return fault.Conflict("import.withdrawals_unread", w.Lines, w.Gross.Decimal(currency), string(currency), w.Unread)
	}
	return fault.Conflict("import.withdrawals", w.Lines, w.Gross.Decimal(currency), w.Of.Decimal(currency), string(currency))
}

// confirmed tells whether somebody agreed that so much is withdrawn: who saw a preview agreed to what it said, and to no more.
func (r *importRun) confirmed(w reconcile.Withdrawals) bool {
	return r.confirm && (r.seen == nil || w.Lines <= r.seen.Lines && w.Gross <= r.seen.Gross)
}

// prepare reads the file as the settings of its organisation ask for. The organisation need not exist yet.
func (r *importRun) prepare(ctx context.Context, db database.Conn, o identity.Organisation) (err error) {
	r.known = nil
	r.settings = defaultSettings(o.ID)
	if o.ID != 0 {
		if r.settings, err = findSettings(ctx, db, o.ID); err != nil {
			return err
		}
		if r.feed, err = findFeed(ctx, db, o.ID, r.row.Purpose, r.profile.Name); err != nil {
			return err
		}
		if r.known, err = findSeries(ctx, db, r.feed); err != nil {
			return err
		}
	}
	options := ledgerfile.Options{Currency: o.Currency, Basis: r.settings.AmountBasis, SIRET: r.settings.SIRET, Coverage: r.declared, Known: r.known}
	r.step(stepReading, 0, 0)
	reader := readFile
	if r.row.Purpose == ledgerfile.PurposeBudget {
		reader = readBudgetFile
	}
	r.read, err = reader(r.src, r.profile, options, func(lines int) { r.step(stepReading, lines, 0) })
	r.report = FileReport{Declared: r.declared != nil}
	r.report.ImportReport = ImportReport{File: r.row.Name, SHA256: r.row.SHA256, Organisation: o.Code, Currency: o.Currency, Profile: r.profile.Name, ProfileVersion: r.profile.Version}
	r.read.report(&r.report.ImportReport)
	r.read.count(&r.report.ImportReport)
	r.read.describe(&r.report.Preview)
	if err != nil {
		return err
	}
	r.report.Series = r.read.seriesAfter(r.known)
	if len(r.read.prints) == 0 && r.read.news == 0 && r.read.summary.ByKind[ledgerfile.KindRejected] == 0 && r.read.summary.ByKind[ledgerfile.KindOutOfScope] == 0 && r.read.summary.Coverage.Kind != ledgerfile.CoverageSnapshot {
		return fault.Invalid("import.no_lines")
	}
	return nil
}

// current refuses to go on with books that changed in a way that the reading depends on.
func (r *importRun) current(ctx context.Context, db database.Conn, b *books) error {
	feed, err := findFeed(ctx, db, b.Organisation.ID, r.row.Purpose, r.profile.Name)
	if err != nil {
		return err
	}
	if feed.LastFileID != r.feed.LastFileID || b.AmountBasis != r.settings.AmountBasis || b.SIRET != r.settings.SIRET {
		return errOvertaken
	}
	r.feed = feed
	return nil
}

// bookkeeper does what differs between files of postings, of commitments and of budgets.
type bookkeeper interface {
	// numbers is how many numbers of postings the file may need, at most.
	numbers(ctx context.Context, db database.Conn, r *importRun) (int, error)
	// book compares the file with the books and books it. With k.dry nothing is written.
	book(ctx context.Context, r *importRun, k *booking) error
}

// bookkeeperOf gives who books files of a purpose.
func bookkeeperOf(purpose string) (bookkeeper, error) {
	switch purpose {
	case ledgerfile.PurposeLedger:
		return ledgerKeeper{}, nil
	case ledgerfile.PurposeCommitments:
		return commitmentKeeper{}, nil
	case ledgerfile.PurposeBudget:
		return budgetKeeper{}, nil
	}
	return nil, fault.Invalid("import.purpose", purpose)
}

// execute books the file in a transaction that begins with what stage does: it makes the organisation, or keeps the file.
func (r *importRun) execute(ctx context.Context, o identity.Organisation, stage func(ctx context.Context, tx database.Conn) (identity.Organisation, error)) error {
	keeper, err := bookkeeperOf(r.row.Purpose)
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		if err := r.prepare(ctx, r.db.Read(), o); err != nil {
			return err
		}
		if r.numbers, err = keeper.numbers(ctx, r.db.Read(), r); err != nil {
			return err
		}
		if r.reserved, err = r.reserve(ctx, max(r.numbers, 1)); err != nil {
			return err
		}
		err = r.db.LoadTx(ctx, func(ctx context.Context, tx database.Conn, load *database.Loader) error {
			return r.transaction(ctx, tx, load, keeper, stage)
		})
		switch {
		case err == nil:
			return r.refresh(ctx)
		case err != errOvertaken || attempt == maxAttempts:
			return err
		}
	}
}

// muchBooked is from how many entries on the database looks at its tables anew.
const muchBooked = 10_000

// refresh tells the database that its tables grew. The booking stands, whatever becomes of that.
func (r *importRun) refresh(ctx context.Context) error {
	if r.report.New+r.report.Superseded+r.report.Withdrawn < muchBooked {
		return nil
	}
	_ = r.db.Refresh(ctx, "posting", "allocation", "open_posting")
	return nil
}

// transaction is all that an import writes.
func (r *importRun) transaction(ctx context.Context, tx database.Conn, load *database.Loader, keeper bookkeeper, stage func(ctx context.Context, tx database.Conn) (identity.Organisation, error)) error {
	o, err := stage(ctx, tx)
	if err != nil {
		return err
	}
	r.row.OrganisationID = o.ID
	b, err := r.hold(ctx, tx, o.ID)
	if err != nil {
		return err
	}
	if err := r.current(ctx, tx, b); err != nil {
		return err
	}
	r.feed.LastFileID = r.row.ID
	if err := putFeed(ctx, tx, &r.feed); err != nil {
		return err
	}
	k, err := newBooking(ctx, tx, load, b)
	if err != nil {
		return err
	}
	if err := k.open(ctx, batchRow{Kind: BatchImport, FileID: int64(r.row.ID)}, r.actor, r.now()); err != nil {
		return err
	}
	if err := keeper.book(ctx, r, k); err != nil {
		return err
	}
	r.step(stepChecking, len(r.read.outcomes), len(r.read.outcomes))
	if err := k.close(ctx); err != nil {
		return err
	}
	return r.conclude(ctx, tx, k)
}

// conclude writes what is to be known of the booking: outcomes, findings, the report, the trail.
func (r *importRun) conclude(ctx context.Context, tx database.Conn, k *booking) error {
	org := k.Organisation.ID
	broken, err := r.recheck(ctx, tx, k.books)
	if err != nil {
		return err
	}
	for _, a := range broken {
		r.found(0, findingAssertion, a.Dimension, a.Value)
	}
	if err := r.sumScope(ctx, tx, k); err != nil {
		return err
	}
	if err := insertOutcomes(ctx, tx, org, r.row.ID, r.read.outcomes); err != nil {
		return err
	}
	if err := setFindings(ctx, tx, org, r.row.ID, r.report.Findings); err != nil {
		return err
	}
	if err := bumpFacts(ctx, tx, org); err != nil {
		return err
	}
	r.row.FeedID, r.row.State, r.row.BookedBy, r.row.BookedAt, r.row.LeaseUntil = r.feed.ID, FileBooked, r.actor.Name, database.Instant(r.now()), time.Time{}
	c := r.read.summary.Coverage
	r.row.CoverageKind, r.row.CoverageFrom, r.row.CoverageTo = c.Kind, c.From, c.To
	r.report.Seconds = r.seconds()
	if err := r.row.setReport(r.report); err != nil {
		return err
	}
	if err := updateFile(ctx, tx, &r.row, "feed_id", "state", "report", "first_posting", "last_posting", "booked_by", "booked_at", "lease_until", "coverage_kind", "coverage_from", "coverage_to"); err != nil {
		return err
	}
	return audit.Record(ctx, tx, org, r.actor.Name, r.row.Purpose+".import", "import_file", int64(r.row.ID), importTraceOf(r.report.ImportReport), r.now())
}

func (r *importRun) seconds() float64 {
	return float64(r.now().Sub(r.began).Milliseconds()) / 1000
}

// sumScope fills in how the books stand.
func (r *importRun) sumScope(ctx context.Context, db database.Conn, k *booking) error {
	total, allocated, excluded, err := findScopeSums(ctx, db, k.Organisation.ID)
	if err != nil {
		return err
	}
	if k.dry {
		for _, s := range k.deltas.scope {
			total, allocated, excluded = total+s.total, allocated+s.allocated, excluded+s.excluded
		}
	}
	r.report.Allocated, r.report.Excluded, r.report.Unallocated = allocated, excluded, total-allocated-excluded
	return nil
}

// The findings of an import itself, beside those of the reader.
const (
	findingYear       = "fiscal_year.created" // [code] a line is of a fiscal year that the books did not have
	findingYearToCome = "fiscal_year.to_come" // [code, first day] that year has not begun
	findingOtherYear  = "date.other_year"     // [date, code] the document is dated far outside of the fiscal year that it names
	findingAfterYear  = "date.after_year"     // [date, code, last day] the document is dated after the extra period of the fiscal year that it names
	findingToCome     = "date.to_come"        // [date, today] the document is dated more than daysAhead after the import
	findingRepeated   = "key.repeated"        // the profile says that the key names one line, and the file has several
	findingOrigin     = "origin.unknown"      // [key] what the line corrects is not in the books
	findingAssertion  = "assertion.broken"    // [dimension, value] a balance of the finance system does not hold any more
)

// found notes a finding, as long as there are not too many.
func (r *importRun) found(line int, code string, args ...any) {
	if r.report.Preview.Findings == nil {
		r.report.Preview.Findings = map[string]int{}
	}
	r.report.Preview.Findings[code]++
	if len(r.report.Findings) < ledgerfile.MaxFindings {
		r.report.Findings = append(r.report.Findings, ReportFinding{Line: line, Code: code, Args: args})
	}
}

// importTrace is what the trail keeps of an import.
type importTrace struct {
	File       string         `json:"file"`
	SHA256     string         `json:"sha256"`
	Profile    string         `json:"profile"`
	Version    int            `json:"profile_version"`
	Coverage   ReportCoverage `json:"coverage"`
	Lines      int            `json:"lines"`
	New        int            `json:"new"`
	Superseded int            `json:"superseded"`
	Withdrawn  int            `json:"withdrawn"`
	Sum        int64          `json:"sum"`
}

func importTraceOf(r ImportReport) importTrace {
	return importTrace{r.File, r.SHA256, r.Profile, r.ProfileVersion, r.Coverage, r.Lines, r.New, r.Superseded, r.Withdrawn, int64(r.Sum)}
}

// repeated notes the lines whose key the file holds more than once.
func (r *importRun) repeated(plan reconcile.Plan) {
	for _, line := range plan.Repeated {
		r.found(int(line), findingRepeated)
	}
	slices.SortStableFunc(r.report.Findings, func(a, b ReportFinding) int { return a.Line - b.Line })
}
