package finance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// FileDays is how many days a file waits to be booked. Its preview is of the books of its day, it holds up the closing of every period, and its
// bytes name suppliers: a week is enough to ask back over a weekend, and what was forgotten is uploaded again in a minute.
const FileDays = 7

// ExpireFiles drops the files of all organisations that waited longer than FileDays, and what interrupted uploads left. It gives how many files it dropped;
// one that cannot be dropped does not keep the others.
func (s *Service) ExpireFiles(ctx context.Context, actor identity.Actor, now time.Time) (int, error) {
	if err := identity.Can(actor, identity.PermImportLedger, identity.Within(0)); err != nil {
		return 0, err
	}
	forgotten, err := findForgotten(ctx, s.db.Read(), now.AddDate(0, 0, -FileDays), now)
	if err != nil {
		return 0, err
	}
	dropped, failed := 0, []error(nil)
	for _, row := range forgotten {
		switch err := s.expire(ctx, actor, row, now); {
		case err == nil && row.SHA256 != "":
			dropped++
		case err != nil && fault.KindOf(err) != fault.KindStale: // somebody just came back to it
			failed = append(failed, fmt.Errorf("drop file %d: %w", row.ID, err))
		}
	}
	return dropped, errors.Join(failed...)
}

// expire drops a file, with the reason; the parts of one that never came to its end are deleted.
func (s *Service) expire(ctx context.Context, actor identity.Actor, row fileRow, now time.Time) error {
	if row.SHA256 == "" {
		return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error { return dropStale(ctx, tx, row.OrganisationID, now) })
	}
	f, err := row.file()
	if err != nil {
		return err
	}
	if f.Report.Refused == nil { // else the file itself is to blame
		f.Report.Refused = refusalOf(fault.Conflict("import.waited", FileDays))
		if err := row.setReport(f.Report); err != nil {
			return err
		}
	}
	return s.dropFile(ctx, actor, row, "import_file.expire")
}
