package finance

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// ImportLedger keeps a file and books it, in one transaction: whatever happens, either all of it is in the books or nothing. The bytes of the last file of its
// feed once more change nothing at all. With DryRun it tells what booking would do.
func (s *Service) ImportLedger(ctx context.Context, actor identity.Actor, in ImportInput) (ImportReport, error) {
	if err := refuseNobody(actor); err != nil {
		return ImportReport{}, err
	}
	if err := s.mayImport(actor, in.Organisation.ID); err != nil {
		return ImportReport{}, err
	}
	if err := in.Profile.Validate(); err != nil {
		return ImportReport{}, err
	}
	if in.Purpose != "" && in.Purpose != in.Profile.Purpose {
		return ImportReport{}, fault.Invalid("import.profile_purpose", in.Profile.Name)
	}
	if in.Source.Size() > maxFileBytes {
		return ImportReport{}, tooLargeFile()
	}
	r := &importRun{Service: s, actor: actor, src: in.Source, profile: in.Profile, declared: in.Coverage, confirm: in.ConfirmWithdrawals, dry: in.DryRun, tell: in.Progress, began: s.now()}
	r.row = fileRow{OrganisationID: in.Organisation.ID, Purpose: in.Profile.Purpose, Name: plainName(in.Source.Name()), Size: in.Source.Size(), State: FileBooking, StagedBy: actor.Name, StagedAt: database.Instant(r.began)}
	if err := r.row.setProfile(in.Profile, in.Coverage); err != nil {
		return ImportReport{}, err
	}
	var err error
	if r.row.SHA256, err = fingerprint(in.Source); err != nil {
		return ImportReport{}, err
	}
	if twin, ok, err := s.bookedLast(ctx, r.row, in.Profile); err != nil || ok {
		return r.unchanged(ctx, twin, in.Organisation, err)
	}
	if in.DryRun {
		err = r.preview(ctx, in.Organisation)
	} else {
		err = r.execute(ctx, in.Organisation, func(ctx context.Context, tx database.Conn) (identity.Organisation, error) {
			return r.keep(ctx, tx, in.Organisation)
		})
	}
	return r.report.ImportReport, err
}

// mayImport refuses who may not import. An organisation that is still to be made has nobody but the operator.
func (s *Service) mayImport(actor identity.Actor, organisation int64) error {
	if organisation == 0 {
		return identity.Can(actor, identity.PermImportLedger, identity.Scope{})
	}
	return seeOrganisation(actor, identity.PermImportLedger, organisation)
}

// keep makes the organisation where there is none, and keeps the file.
func (r *importRun) keep(ctx context.Context, tx database.Conn, o identity.Organisation) (identity.Organisation, error) {
	if o.ID == 0 {
		made, err := identity.CreateWithin(ctx, tx, r.actor, o, r.now())
		if err != nil {
			return o, err
		}
		o = made
	}
	r.row.OrganisationID, r.row.ID = o.ID, 0
	if err := insertFile(ctx, tx, &r.row); err != nil {
		return o, err
	}
	in, err := r.src.Open()
	if err != nil {
		return o, err
	}
	defer in.Close()
	came, err := keepBytes(in, func(c chunkRow) error {
		c.OrganisationID, c.FileID = o.ID, r.row.ID
		return insertChunk(ctx, tx, c)
	})
	if err != nil {
		return o, err
	}
	if came.size != r.row.Size || came.sent != r.row.SHA256 {
		return o, fault.Conflict("import.file_changed")
	}
	r.row.KeptSHA256 = came.kept
	return o, updateFile(ctx, tx, &r.row, "kept_sha256")
}

// fingerprint is the SHA-256 of the bytes of a file, in hexadecimal digits.
func fingerprint(src ledgerfile.Source) (string, error) {
	in, err := src.Open()
	if err != nil {
		return "", err
	}
	defer in.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, in); err != nil {
		return "", fmt.Errorf("read %s: %w", src.Name(), err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// bookedLast gives the last file of a feed when it has the same bytes, and was read in the same way and for the same coverage.
func (s *Service) bookedLast(ctx context.Context, row fileRow, p ledgerfile.Profile) (File, bool, error) {
	if row.OrganisationID == 0 {
		return File{}, false, nil
	}
	feed, err := findFeed(ctx, s.db.Read(), row.OrganisationID, row.Purpose, p.Name)
	if err != nil || feed.LastFileID == 0 {
		return File{}, false, err
	}
	last, err := findFileRow(ctx, s.db.Read(), feed.LastFileID)
	if err != nil || last.SHA256 != row.SHA256 || last.Size != row.Size || last.Definition != row.Definition {
		return File{}, false, err
	}
	f, err := last.file()
	if row.CoverageKind == "" {
		return f, !f.Report.Declared && (p.Pattern == "" || last.Name == row.Name), err
	}
	return f, f.Report.Coverage == ReportCoverage{row.CoverageKind, row.CoverageFrom, row.CoverageTo}, err
}

// unchanged is the report on a file whose bytes are those of the last one of its feed: all its lines are as they were. The books are told as they stand now.
func (r *importRun) unchanged(ctx context.Context, twin File, o identity.Organisation, err error) (ImportReport, error) {
	if err != nil {
		return ImportReport{}, err
	}
	rep := twin.Report.ImportReport
	rep.File, rep.Organisation, rep.Findings = r.row.Name, o.Code, []ReportFinding{}
	rep.Unchanged, rep.New, rep.Superseded, rep.Withdrawn, rep.Rejected, rep.OutOfScope, rep.Other = rep.Lines, 0, 0, 0, 0, 0, 0
	total, allocated, excluded, err := findScopeSums(ctx, r.db.Read(), o.ID)
	rep.Allocated, rep.Unallocated, rep.Excluded, rep.Seconds = allocated, total-allocated-excluded, excluded, r.seconds()
	return rep, err
}

// imaginedPostings is the first number of the entries of a preview: no entry ever has it.
const imaginedPostings PostingID = 1 << 62

// preview works out what booking the file would do, on one view of the books.
func (r *importRun) preview(ctx context.Context, o identity.Organisation) error {
	r.dry, r.reserved = true, imaginedPostings
	if err := r.prepare(ctx, r.db.Read(), o); err != nil {
		return err
	}
	keeper, err := bookkeeperOf(r.row.Purpose)
	if err != nil {
		return err
	}
	err = r.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		b := &books{Organisation: o, Settings: r.settings}
		if o.ID != 0 {
			if b, err = r.open(ctx, tx, o.ID); err != nil {
				return err
			}
		}
		k := &booking{books: b, tx: tx, dry: true, deltas: newDeltas(), roadmaps: map[portfolio.ProjectID]portfolio.RoadmapID{}}
		members, err := portfolio.Members(ctx, tx, o.ID)
		if err != nil {
			return err
		}
		for _, m := range members {
			k.roadmaps[m.ID] = m.RoadmapID
		}
		if err := keeper.book(ctx, r, k); err != nil {
			return err
		}
		r.report.Preview.FactsVersion = b.FactsVersion
		return r.sumScope(ctx, tx, k)
	})
	r.report.Seconds = r.seconds()
	return err
}

// Preview tells what booking a file would change. It is kept, and worked out again only when the books or the file's profile changed since.
func (s *Service) Preview(ctx context.Context, actor identity.Actor, id FileID) (File, error) {
	row, o, err := s.fileFor(ctx, actor, identity.PermImportLedger, id)
	if err != nil {
		return File{}, err
	}
	f, err := row.file()
	if err != nil || f.State != FileStaged && f.State != FileRefused {
		return f, err
	}
	if f.Profile.Name == "" {
		return f, errNoProfile()
	}
	settings, err := findSettings(ctx, s.db.Read(), o.ID)
	if err != nil || f.Report.Preview.FactsVersion == settings.FactsVersion {
		return f, err
	}
	r, err := s.runOf(ctx, actor, row, f)
	if err != nil {
		return f, err
	}
	defer s.progress.end(int64(id))
	failed := r.preview(ctx, o)
	if failed != nil && fault.As(failed) == nil {
		return f, failed
	}
	return s.keepPreview(ctx, r, failed)
}

// keepPreview keeps what a preview found out, with the fault that refuses the file.
func (s *Service) keepPreview(ctx context.Context, r *importRun, failed error) (File, error) {
	r.row.State = FileStaged
	if failed != nil {
		r.row.State, r.report.Refused = FileRefused, refusalOf(failed)
		r.report.Preview.FactsVersion = 0 // a fault of the books may be gone next time
	}
	if err := r.row.setReport(r.report); err != nil {
		return File{}, err
	}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := setFindings(ctx, tx, r.row.OrganisationID, r.row.ID, r.report.Findings); err != nil {
			return err
		}
		return updateFile(ctx, tx, &r.row, "state", "report")
	})
	if fault.KindOf(err) == fault.KindStale { // somebody else did the same, or something with the file, meanwhile
		row, err := findFileRow(ctx, s.db.Read(), r.row.ID)
		if err != nil {
			return File{}, err
		}
		return row.file()
	}
	if err != nil {
		return File{}, err
	}
	return r.row.file()
}

// runOf is the import of a file that is kept.
func (s *Service) runOf(ctx context.Context, actor identity.Actor, row fileRow, f File) (*importRun, error) {
	src, err := openChunks(ctx, s.db.Read(), f)
	if err != nil {
		return nil, err
	}
	return &importRun{Service: s, actor: actor, row: row, src: src, profile: f.Profile, declared: f.Coverage, began: s.now()}, nil
}

// Claim is the right to book a file, until its lease runs out.
type Claim struct {
	File    FileID
	version int64
}

// bookingLease is how long a booking may take before somebody else may take over.
const bookingLease = 20 * time.Minute

// StartBooking says that a file is being booked, so that nobody else begins. RunBooking does it. version is the file's that the person saw: a
// preview of another profile, of other days or of other books says nothing about what would be booked.
func (s *Service) StartBooking(ctx context.Context, actor identity.Actor, id FileID, version int64) (Claim, error) {
	row, _, err := s.fileFor(ctx, actor, identity.PermImportLedger, id)
	if err != nil {
		return Claim{}, err
	}
	switch {
	case row.State == FileBooked:
		return Claim{}, fault.Conflict("import.booked", row.Name)
	case row.State == FileBooking:
		return Claim{}, fault.Conflict("import.booking", row.Name)
	case row.State == FileDropped:
		return Claim{}, fault.Conflict("import.dropped", row.Name)
	case row.Definition == "":
		return Claim{}, errNoProfile()
	case row.Version != version:
		return Claim{}, fault.Stale("import_file", int64(id))
	}
	row.State, row.LeaseUntil = FileBooking, database.Instant(s.now().Add(bookingLease))
	if err := updateFile(ctx, s.db.Write(), &row, "state", "lease_until"); err != nil {
		return Claim{}, err
	}
	s.progress.set(Progress{File: int64(id), Step: stepReading})
	return Claim{id, row.Version}, nil
}

// RunBooking books a file that was claimed. When it fails the file waits again, with the fault in its report; when the lease ran out meanwhile and somebody
// else took over, nothing is booked.
func (s *Service) RunBooking(ctx context.Context, actor identity.Actor, c Claim, confirm bool) error {
	defer s.progress.end(int64(c.File))
	row, o, err := s.fileFor(ctx, actor, identity.PermImportLedger, c.File)
	if err != nil {
		return err
	}
	if row.Version != c.version || row.State != FileBooking {
		return fault.Stale("import_file", int64(c.File))
	}
	f, err := row.file()
	if err != nil {
		return err
	}
	r, err := s.runOf(ctx, actor, row, f)
	if err != nil {
		return err
	}
	r.confirm = confirm
	if seen := f.Report.Preview; seen.FactsVersion != 0 {
		r.seen = &seen.Withdrawals
	}
	if twin, ok, err := s.bookedLast(ctx, row, f.Profile); err != nil {
		return s.giveBack(ctx, row, r, err)
	} else if ok {
		return s.bookNothing(ctx, r, twin, o)
	}
	if err := r.execute(ctx, o, func(context.Context, database.Conn) (identity.Organisation, error) {
		r.row.Version = row.Version
		return o, nil
	}); err != nil {
		return s.giveBack(ctx, row, r, err)
	}
	return nil
}

// giveBack lets a file wait again after a booking that failed, and keeps the reason. Where the file itself is to blame it is refused, with all that was found out.
func (s *Service) giveBack(ctx context.Context, row fileRow, r *importRun, failed error) error {
	f, err := row.file()
	if err != nil {
		return errors.Join(failed, err)
	}
	report, findings := f.Report, []ReportFinding(nil)
	row.State, row.LeaseUntil = FileStaged, time.Time{}
	if fault.KindOf(failed) == fault.KindInvalid {
		row.State, report, findings = FileRefused, r.report, r.report.Findings
		report.Preview.FactsVersion = 0
	}
	report.Refused = refusalOf(failed)
	if err := row.setReport(report); err != nil {
		return errors.Join(failed, err)
	}
	err = s.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx database.Conn) error { // also when who asked for it is gone
		if row.State == FileRefused {
			if err := setFindings(ctx, tx, row.OrganisationID, row.ID, findings); err != nil {
				return err
			}
		}
		return updateFile(ctx, tx, &row, "state", "lease_until", "report")
	})
	if err != nil && fault.KindOf(err) != fault.KindStale {
		return errors.Join(failed, err)
	}
	return failed
}

// bookNothing closes the case of a file whose bytes are in the books already: its own are let go of, and nothing but the report on it says that it came.
func (s *Service) bookNothing(ctx context.Context, r *importRun, twin File, o identity.Organisation) error {
	rep, err := r.unchanged(ctx, twin, o, nil)
	if err != nil {
		return err
	}
	r.report = FileReport{ImportReport: rep}
	r.row.State, r.row.LeaseUntil = FileDropped, time.Time{}
	if err := r.row.setReport(r.report); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := deleteChunks(ctx, tx, o.ID, r.row.ID); err != nil {
			return err
		}
		if err := setFindings(ctx, tx, o.ID, r.row.ID, nil); err != nil {
			return err
		}
		return updateFile(ctx, tx, &r.row, "state", "report", "lease_until")
	})
}

// Progress tells how far the booking of a file has come, as far as this process does it; false when it does not.
func (s *Service) Progress(id FileID) (Progress, bool) { return s.progress.get(int64(id)) }
