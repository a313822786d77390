package finance

import (
	"context"
	"errors"
	"io"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// uploadLease is how long an upload may take before its parts count as left behind.
const uploadLease = 6 * time.Hour

// StageFile keeps a file for a preview and a confirmation. The body is kept as it comes, in parts, so that a slow one makes nobody wait; of one that breaks off
// nothing is left.
func (s *Service) StageFile(ctx context.Context, actor identity.Actor, organisation int64, in StageInput) (FileID, error) {
	if err := seeOrganisation(actor, identity.PermImportLedger, organisation); err != nil {
		return 0, err
	}
	if !validPurpose(in.Purpose) {
		return 0, fault.Invalid("import.purpose", in.Purpose)
	}
	now := s.now()
	row := fileRow{OrganisationID: organisation, Purpose: in.Purpose, Name: plainName(in.Name), State: FileDropped, Report: "{}", StagedBy: actor.Name, StagedAt: database.Instant(now),
		LeaseUntil: database.Instant(now.Add(uploadLease))}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := dropStale(ctx, tx, organisation, now); err != nil {
			return err
		}
		return insertFile(ctx, tx, &row)
	})
	if err != nil {
		return 0, err
	}
	if err := s.receive(ctx, &row, in.Body, actor); err != nil {
		undo := s.db.Tx(context.WithoutCancel(ctx), func(ctx context.Context, tx database.Conn) error { return deleteFile(ctx, tx, organisation, row.ID) })
		return 0, errors.Join(err, undo)
	}
	return row.ID, nil
}

// receive keeps a body part by part, and makes it a file once it is whole.
func (s *Service) receive(ctx context.Context, row *fileRow, body io.Reader, actor identity.Actor) error {
	came, err := keepBytes(body, func(c chunkRow) error {
		c.OrganisationID, c.FileID = row.OrganisationID, row.ID
		return insertChunk(ctx, s.db.Write(), c)
	})
	if err != nil {
		return err
	}
	if row.Size, row.SHA256, row.KeptSHA256 = came.size, came.sent, came.kept; row.Size == 0 {
		return fault.Invalid("ledger.empty")
	}
	row.State, row.LeaseUntil = FileStaged, time.Time{}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateFile(ctx, tx, row, "size", "sha256", "kept_sha256", "state", "lease_until"); err != nil {
			return err
		}
		return audit.Record(ctx, tx, row.OrganisationID, actor.Name, "import_file.stage", "import_file", int64(row.ID), stageTrace{row.Name, row.SHA256, row.Size}, s.now())
	})
}

// stageTrace is what the trail keeps of a file that came.
type stageTrace struct {
	File   string `json:"file"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// fileFor loads a file for who has a permission in its organisation; who may not read the ledger there learns nothing of it.
func (s *Service) fileFor(ctx context.Context, actor identity.Actor, p identity.Permission, id FileID) (fileRow, identity.Organisation, error) {
	if err := refuseNobody(actor); err != nil {
		return fileRow{}, identity.Organisation{}, err
	}
	row, err := findFileRow(ctx, s.db.Read(), id)
	if err == nil && row.SHA256 == "" { // still on its way
		err = fault.NotFound("import_file", int64(id))
	}
	if err == nil {
		err = identity.See(actor, p, identity.PermReadLedger, identity.Within(row.OrganisationID), "import_file", int64(id))
	}
	if err != nil {
		return fileRow{}, identity.Organisation{}, err
	}
	row.lapse(s.now())
	o, err := identity.FindOrganisation(ctx, s.db.Read(), row.OrganisationID)
	return row, o, err
}

// Files lists the files of an organisation, the newest first.
func (s *Service) Files(ctx context.Context, actor identity.Actor, organisation int64, f FileFilter) (FilePage, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return FilePage{}, err
	}
	if err := f.Validate(); err != nil {
		return FilePage{}, err
	}
	rows, err := findFiles(ctx, s.db.Read(), organisation, f)
	if err != nil {
		return FilePage{}, err
	}
	var page FilePage
	for i, row := range rows {
		if i == f.limit() {
			page.Next = rows[i-1].ID
			break
		}
		row.lapse(s.now())
		file, err := row.file()
		if err != nil {
			return page, err
		}
		file.Report.Preview = Preview{}
		page.Files = append(page.Files, file)
	}
	return page, nil
}

// File gives one file with the report on it.
func (s *Service) File(ctx context.Context, actor identity.Actor, id FileID) (File, error) {
	row, _, err := s.fileFor(ctx, actor, identity.PermReadLedger, id)
	if err != nil {
		return File{}, err
	}
	return row.file()
}

// Findings lists what is wrong with a file, as far as a preview or its booking found out.
func (s *Service) Findings(ctx context.Context, actor identity.Actor, id FileID) ([]FindingLine, error) {
	row, _, err := s.fileFor(ctx, actor, identity.PermReadLedger, id)
	if err != nil {
		return nil, err
	}
	return findFindings(ctx, s.db.Read(), row.OrganisationID, id)
}

// waitingFile loads a file that is not booked, for who may import.
func (s *Service) waitingFile(ctx context.Context, actor identity.Actor, id FileID) (fileRow, identity.Organisation, error) {
	row, o, err := s.fileFor(ctx, actor, identity.PermImportLedger, id)
	if err != nil {
		return row, o, err
	}
	switch {
	case row.State == FileBooked:
		err = fault.Conflict("import.booked", row.Name)
	case row.State == FileDropped:
		err = fault.Conflict("import.dropped", row.Name)
	case row.State == FileBooking:
		err = fault.Conflict("import.booking", row.Name)
	}
	return row, o, err
}

// SetProfile says how a file is written and for which days it speaks; nil leaves that to the profile. version is the file's that the person saw.
func (s *Service) SetProfile(ctx context.Context, actor identity.Actor, id FileID, version int64, p ledgerfile.Profile, coverage *ledgerfile.Coverage) error {
	row, err := s.fileToRead(ctx, actor, id, version, p, coverage)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return s.readBy(ctx, tx, actor, row, p, coverage) })
}

// SetOwnProfile is SetProfile by a profile of the organisation's own, which is kept besides as SaveProfile does: both are done, or neither.
func (s *Service) SetOwnProfile(ctx context.Context, actor identity.Actor, id FileID, version int64, p ledgerfile.Profile, coverage *ledgerfile.Coverage) error {
	if err := ownProfile(&p); err != nil {
		return err
	}
	row, err := s.fileToRead(ctx, actor, id, version, p, coverage)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, row.OrganisationID, savingProfile, func(ctx context.Context, tx database.Conn, _ *books) (trace, error) {
		t, err := s.keepProfile(ctx, tx, actor, row.OrganisationID, &p)
		if err != nil {
			return t, err
		}
		return t, s.readBy(ctx, tx, actor, row, p, coverage)
	})
}

// fileToRead loads a file that is not booked for who says how it is written, and refuses what cannot be said of it.
func (s *Service) fileToRead(ctx context.Context, actor identity.Actor, id FileID, version int64, p ledgerfile.Profile, coverage *ledgerfile.Coverage) (fileRow, error) {
	row, _, err := s.waitingFile(ctx, actor, id)
	if err != nil {
		return row, err
	}
	if err := p.Validate(); err != nil {
		return row, err
	}
	if p.Purpose != row.Purpose {
		return row, fault.Invalid("import.profile_purpose", p.Name)
	}
	if coverage != nil && (coverage.Kind != ledgerfile.CoverageSnapshot && coverage.Kind != ledgerfile.CoverageDelta || coverage.From.IsZero() || coverage.To.Before(coverage.From)) {
		return row, fault.Invalid("ledger.coverage")
	}
	if row.Version != version {
		return row, fault.Stale("import_file", int64(id))
	}
	return row, nil
}

// readBy keeps by which profile, and for which days, a file is read.
func (s *Service) readBy(ctx context.Context, tx database.Conn, actor identity.Actor, row fileRow, p ledgerfile.Profile, coverage *ledgerfile.Coverage) error {
	if err := row.setProfile(p, coverage); err != nil {
		return err
	}
	row.State, row.Report = FileStaged, "{}"
	if err := updateFile(ctx, tx, &row, "profile", "profile_version", "definition", "coverage_kind", "coverage_from", "coverage_to", "state", "report"); err != nil {
		return err
	}
	details := map[string]any{"profile": p.Name, "profile_version": p.Version, "coverage": coverage}
	return audit.Record(ctx, tx, row.OrganisationID, actor.Name, "import_file.profile", "import_file", int64(row.ID), details, s.now())
}

// SniffFile guesses how a file is written, for who maps its columns.
func (s *Service) SniffFile(ctx context.Context, actor identity.Actor, id FileID) (ledgerfile.Sniffed, error) {
	row, _, err := s.waitingFile(ctx, actor, id)
	if err != nil {
		return ledgerfile.Sniffed{}, err
	}
	f, err := row.file()
	if err != nil {
		return ledgerfile.Sniffed{}, err
	}
	src, err := openChunks(ctx, s.db.Read(), f)
	if err != nil {
		return ledgerfile.Sniffed{}, err
	}
	hint := f.Profile
	if hint.Name == "" {
		return ledgerfile.Sniff(src, nil)
	}
	return ledgerfile.Sniff(src, &hint)
}

// DropFile lets go of a file that is not booked.
func (s *Service) DropFile(ctx context.Context, actor identity.Actor, id FileID, version int64) error {
	row, _, err := s.waitingFile(ctx, actor, id)
	if err != nil {
		return err
	}
	if row.Version != version {
		return fault.Stale("import_file", int64(id))
	}
	return s.dropFile(ctx, actor, row, "import_file.drop")
}

// dropFile takes the bytes of a file away and keeps that it was there, unless somebody did something with it meanwhile.
func (s *Service) dropFile(ctx context.Context, actor identity.Actor, row fileRow, action string) error {
	row.State, row.LeaseUntil = FileDropped, time.Time{}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateFile(ctx, tx, &row, "state", "lease_until", "report"); err != nil {
			return err
		}
		if err := deleteChunks(ctx, tx, row.OrganisationID, row.ID); err != nil {
			return err
		}
		return audit.Record(ctx, tx, row.OrganisationID, actor.Name, action, "import_file", int64(row.ID), stageTrace{row.Name, row.SHA256, row.Size}, s.now())
	})
}
