package portfolio

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"jalon/internal/civil"
	"jalon/internal/database"
)

type requestEventRow struct {
	bun.BaseModel  `bun:"table:request_event"`
	ID             int64        `bun:"id,pk,autoincrement"`
	OrganisationID int64        `bun:"organisation_id"`
	RequestID      RequestID    `bun:"request_id"`
	Number         int          `bun:"number"`
	State          RequestState `bun:"state"`
	Reason         string       `bun:"reason"`
	ReconsiderOn   civil.Date   `bun:"reconsider_on,type:date"`
	Decision       DecisionRef  `bun:"decision_id,nullzero"`
	DecisionLabel  string       `bun:"decision_label"`
	Actor          string       `bun:"actor"`
	At             time.Time    `bun:"at"`
	Content        string       `bun:"content"`
}

// insertRequestEvent books where a request got to. Its row must be held: the number follows the last one.
func insertRequestEvent(ctx context.Context, tx database.Conn, r Request, actor, content string) error {
	row := requestEventRow{OrganisationID: r.OrganisationID, RequestID: r.ID, State: r.State, Reason: r.Reason, ReconsiderOn: r.ReconsiderOn, Decision: r.Decision,
		DecisionLabel: r.DecisionLabel, Actor: actor, At: r.ChangedAt, Content: content}
	err := tx.NewRaw("SELECT COALESCE(max(number), 0) + 1 FROM request_event WHERE organisation_id = ? AND request_id = ?", r.OrganisationID, r.ID).Scan(ctx, &row.Number)
	if err != nil {
		return fmt.Errorf("number the events of request %d: %w", r.ID, err)
	}
	return database.Bulk(ctx, tx, []requestEventRow{row})
}

// findRequestEvents lists the life of a request, oldest first, without what was submitted.
func findRequestEvents(ctx context.Context, db database.Conn, r Request) ([]RequestEvent, error) {
	var rows []struct {
		requestEventRow
		Name      string `bun:"actor_name"`
		Submitted bool   `bun:"submitted"`
	}
	err := db.NewRaw(`SELECT e.id, e.number, e.state, e.reason, e.reconsider_on, e.decision_id, e.decision_label, e.actor, e.at, coalesce(u.name, e.actor) AS actor_name, e.content <> '' AS submitted
		FROM request_event AS e LEFT JOIN user_account AS u ON 'user:' || u.id = e.actor WHERE e.organisation_id = ? AND e.request_id = ? ORDER BY e.number`, r.OrganisationID, r.ID).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("list events of request %d: %w", r.ID, err)
	}
	out := make([]RequestEvent, len(rows))
	for i, e := range rows {
		out[i] = RequestEvent{ID: e.ID, Number: e.Number, State: e.State, Reason: e.Reason, ReconsiderOn: e.ReconsiderOn, Decision: e.Decision, DecisionLabel: e.DecisionLabel,
			Actor: e.Name, At: e.At, Submitted: e.Submitted}
	}
	return out, nil
}

// findSubmission gives what was submitted by an event of a request.
func findSubmission(ctx context.Context, db database.Conn, r Request, number int) (RequestEvent, error) {
	var row requestEventRow
	err := db.NewSelect().Model(&row).Where("organisation_id = ? AND request_id = ? AND number = ? AND content <> ''", r.OrganisationID, r.ID, number).Scan(ctx)
	if err := database.One(err, "submission", int64(number)); err != nil {
		return RequestEvent{}, err
	}
	return RequestEvent{ID: row.ID, Number: row.Number, State: row.State, Actor: row.Actor, At: row.At, Submitted: true, Content: row.Content}, nil
}
