package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"jalon/internal/database"
)

// ActionErase is the action of the entry that names the erased ones. It is never erased itself, so its details name nobody.
const ActionErase = "personal.erase"

// Erasure is what an entry with ActionErase has as details; it may have more beside.
type Erasure struct {
	Entries []int64 `json:"entries"`
}

// Match says which entries hold values about a person: those about one subject, and those whose values contain one of the
// texts, in capitals or not. Blank texts are in no value.
type Match struct {
	Subject   string
	SubjectID int64
	Texts     []string
}

// page is how many entries are read at a time where a whole trail is gone through.
const page = 500

// Erase empties the values of all entries of an organisation that match and gives their ids. The seals hold what they held. The
// caller writes the entry that names the ids (ActionErase, Erasure) in the same transaction: what is erased without one counts as tampered with.
func Erase(ctx context.Context, tx database.Conn, organisation int64, match Match, now time.Time) ([]int64, error) {
	if err := lock(ctx, tx, organisation); err != nil {
		return nil, fmt.Errorf("erase in the trail: %w", err)
	}
	texts := make([]string, 0, len(match.Texts))
	for _, text := range match.Texts {
		if text = folded(strings.TrimSpace(text)); text != "" {
			texts = append(texts, text)
		}
	}
	var erased []int64
	for after := int64(0); ; {
		var rows []*entry
		err := tx.NewSelect().Model(&rows).Where("organisation_id = ?", organisation).Where("id > ?", after).
			Where("erased_at IS NULL").Where("action <> ?", ActionErase).OrderExpr("id").Limit(page).Scan(ctx)
		if err != nil {
			return nil, fmt.Errorf("erase in the trail: %w", err)
		}
		if len(rows) == 0 {
			return erased, nil
		}
		after = rows[len(rows)-1].ID
		ids, err := eraseRows(ctx, tx, organisation, rows, func(e *entry) bool {
			about := match.Subject != "" && e.Subject == match.Subject && e.SubjectID == match.SubjectID
			return about || len(texts) > 0 && holds(e.Details, texts)
		}, now)
		if err != nil {
			return nil, fmt.Errorf("erase in the trail: %w", err)
		}
		erased = append(erased, ids...)
	}
}

// eraseRows erases those of the rows that match and gives their ids.
func eraseRows(ctx context.Context, tx database.Conn, organisation int64, rows []*entry, match func(*entry) bool, now time.Time) ([]int64, error) {
	var found []*entry
	var ids []int64
	for _, e := range rows {
		if match(e) {
			found, ids = append(found, e), append(ids, e.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	// The hash must be there before the values go: the seal will hold it.
	if err := saltUnsalted(ctx, tx, organisation, found); err != nil {
		return nil, err
	}
	_, err := tx.ExecContext(ctx, "UPDATE audit_entry SET details = '', salt = '', erased_at = ? WHERE organisation_id = ? AND id IN (?)",
		database.Instant(now), organisation, database.In(ids))
	return ids, err
}

// folded is a text in which capitals and the ways of writing an accent make no difference.
func folded(text string) string { return strings.ToLower(norm.NFC.String(text)) }

// holds tells whether some value or name in the details, which are JSON, contains one of the folded texts.
func holds(details string, texts []string) bool {
	dec := json.NewDecoder(strings.NewReader(details))
	dec.UseNumber()
	for {
		token, err := dec.Token()
		if err != nil {
			return false
		}
		var value string
		switch token := token.(type) {
		case string:
			value = folded(token)
		case json.Number:
			value = token.String()
		}
		for _, text := range texts {
			if strings.Contains(value, text) {
				return true
			}
		}
	}
}
