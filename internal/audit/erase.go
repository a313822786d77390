package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jalon/internal/database"
)

// ActionErase is the action of the entry that names the erased ones. It is never erased itself, so its details name nobody.
const ActionErase = "personal.erase"

// Erasure is what an entry with ActionErase has as details; it may have more beside.
type Erasure struct {
	Entries []int64 `json:"entries"`
}

// Match says which entries hold values about a person: those about one subject, those of which a value contains one of the
// texts between other words, and those of which a value is one of the names and nothing else, in capitals or not. A name is not
// looked for within a value, because people choose theirs: one of common words would empty a trail. Blank ones are in no value.
type Match struct {
	Subject   string
	SubjectID int64
	Texts     []string
	Names     []string
}

// page is how many entries are read at a time where a whole trail is gone through.
const page = 500

// Erase empties the values of all entries of an organisation that match and gives their ids. The seals hold what they held. The
// caller writes the entry that names the ids (ActionErase, Erasure) in the same transaction: what is erased without one counts as tampered with.
func Erase(ctx context.Context, tx database.Conn, organisation int64, match Match, now time.Time) ([]int64, error) {
	if err := lock(ctx, tx, organisation); err != nil {
		return nil, fmt.Errorf("erase in the trail: %w", err)
	}
	texts, names := foldedAll(match.Texts), foldedAll(match.Names)
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
			return about || holds(e.Details, func(value string) bool {
				return slices.Contains(names, strings.TrimSpace(value)) || slices.ContainsFunc(texts, func(text string) bool { return apart(value, text) })
			})
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

func foldedAll(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		if text = folded(strings.TrimSpace(text)); text != "" {
			out = append(out, text)
		}
	}
	return out
}

// holds tells whether some value or key in the details, which are JSON, matches once it is folded.
func holds(details string, match func(value string) bool) bool {
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
		if match(value) {
			return true
		}
	}
}

// apart tells whether a value contains a text that is not part of a longer word or address.
func apart(value, text string) bool {
	for from := 0; ; {
		at := strings.Index(value[from:], text)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(value[:at])
		rest := strings.TrimLeft(value[at+len(text):], ".") // a full stop ends a sentence, or goes on with a name of a host
		after, _ := utf8.DecodeRuneInString(rest)
		if !(at > 0 && inWord(before)) && !(rest != "" && inWord(after)) {
			return true
		}
		from = at + len(text)
	}
}

func inWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-+", r)
}
