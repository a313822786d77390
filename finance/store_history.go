package finance

import (
	"context"
	"fmt"
	"slices"

	"jalon/internal/database"
	"jalon/internal/fault"
)

// maxHistory is how many entries of a key are followed each way.
const maxHistory = 200

// findHistory gives the entries of the key of one, the oldest first. They are followed from one to the next: the reversal of an entry names it, and the entry
// that restates it has the number after the reversal's. A key that came back after it was withdrawn begins again.
func findHistory(ctx context.Context, db database.Conn, organisation int64, p *Posting) ([]Posting, error) {
	first, err := findFirstVersion(ctx, db, organisation, *p)
	if err != nil {
		return nil, err
	}
	out := []Posting{first}
	for len(out) < maxHistory {
		var back postingRow
		err := db.NewSelect().Model(&back).Where("organisation_id = ? AND reverses_id = ?", organisation, out[len(out)-1].ID).Limit(1).Scan(ctx)
		if fault.KindOf(database.One(err, "posting", 0)) == fault.KindNotFound {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("follow posting %d: %w", p.ID, err)
		}
		out = append(out, back.Posting)
		next, err := findPosting(ctx, db, organisation, back.ID+1)
		if fault.KindOf(err) == fault.KindNotFound || err == nil && !restates(next, back.Posting) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, next)
	}
	return out, nil
}

// findFirstVersion goes back from an entry to the one that its line first came in by.
func findFirstVersion(ctx context.Context, db database.Conn, organisation int64, p Posting) (Posting, error) {
	for range maxHistory {
		before := p.Reverses
		if p.Cause == CauseRestate {
			back, err := findPosting(ctx, db, organisation, p.ID-1)
			if err != nil || !restates(p, back) {
				return p, ignoreAbsence(err)
			}
			before = back.Reverses
		}
		if before == 0 {
			return p, nil
		}
		earlier, err := findPosting(ctx, db, organisation, before)
		if err != nil {
			return p, ignoreAbsence(err)
		}
		p = earlier
	}
	return p, nil
}

// restates tells whether an entry takes the place of the one that a reversal takes back.
func restates(p, back Posting) bool {
	return p.Cause == CauseRestate && back.Cause == CauseReverse && p.ID == back.ID+1 && p.FeedID == back.FeedID && slices.Equal(p.Key, back.Key)
}

func ignoreAbsence(err error) error {
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// findFileOf gives the file of an entry; the zero file for one that no file brought.
func findFileOf(ctx context.Context, db database.Conn, p *Posting) (File, error) {
	row, err := findFileRow(ctx, db, FileID(p.FileID))
	if err != nil || row.OrganisationID != p.OrganisationID {
		return File{}, ignoreAbsence(err)
	}
	return row.file()
}
