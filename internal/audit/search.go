package audit

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/internal/database"
)

// Entry is one line of the trail as people read it.
type Entry struct {
	ID             int64
	OrganisationID int64
	At             time.Time
	Actor          string
	Action         string
	Subject        string
	SubjectID      int64
	Details        string // JSON; empty when erased
	Erased         bool
	Seal           int64 // 0: not sealed yet
}

// Filter narrows a search within an organisation; what is zero does not narrow. Before is the id of the last entry of the page
// before. A Limit of 0 is 50; more than 500 are not given at once.
type Filter struct {
	Organisation           int64
	Actor, Action, Subject string
	SubjectID              int64
	From, To               time.Time // To is not part of it any more
	Text                   string    // in some value of the details, in capitals or not
	Before                 int64
	Limit                  int
}

// Search gives the entries of an organisation that the filter lets through, newest first.
func Search(ctx context.Context, db database.Conn, f Filter) ([]Entry, error) {
	for _, value := range []string{f.Actor, f.Action, f.Subject} {
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return nil, nil // no database holds such a text, nor takes it in a query
		}
	}
	limit := 50
	if f.Limit > 0 {
		limit = min(f.Limit, page)
	}
	text := folded(strings.TrimSpace(f.Text))
	if text == "" {
		rows, err := f.page(ctx, db, limit)
		return published(rows), err
	}
	// Values are searched here: they are JSON, and the databases do not agree on capitals.
	var found []Entry
	for len(found) < limit {
		rows, err := f.page(ctx, db, page)
		if err != nil {
			return nil, err
		}
		for _, e := range rows {
			if len(found) < limit && holds(e.Details, func(value string) bool { return strings.Contains(value, text) }) {
				found = append(found, published([]entry{e})...)
			}
		}
		if len(rows) < page {
			break
		}
		f.Before = rows[len(rows)-1].ID
	}
	return found, nil
}

// page loads the next entries that everything but the text lets through.
func (f Filter) page(ctx context.Context, db database.Conn, limit int) ([]entry, error) {
	var rows []entry
	q := db.NewSelect().Model(&rows).Where("organisation_id = ?", f.Organisation).OrderExpr("id DESC").Limit(int64(limit))
	for column, value := range map[string]string{"actor = ?": f.Actor, "action = ?": f.Action, "subject = ?": f.Subject} {
		if value != "" {
			q = q.Where(column, value)
		}
	}
	for column, value := range map[string]int64{"subject_id = ?": f.SubjectID, "id < ?": f.Before} {
		if value != 0 {
			q = q.Where(column, value)
		}
	}
	for column, value := range map[string]time.Time{"at >= ?": f.From, "at < ?": f.To} {
		if !value.IsZero() {
			q = q.Where(column, database.Instant(value))
		}
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("search the trail: %w", err)
	}
	return rows, nil
}

func published(rows []entry) []Entry {
	out := make([]Entry, len(rows))
	for i, e := range rows {
		out[i] = Entry{ID: e.ID, OrganisationID: e.OrganisationID, At: e.At.UTC(), Actor: e.Actor, Action: e.Action, Subject: e.Subject,
			SubjectID: e.SubjectID, Details: e.Details, Erased: !e.ErasedAt.IsZero(), Seal: e.Seal}
	}
	return out
}
