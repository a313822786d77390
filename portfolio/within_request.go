package portfolio

import (
	"context"
	"time"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// RequestOutcome is what a committee decided about a request.
type RequestOutcome struct {
	Request      RequestID
	Step         RequestStep // StepSelect, StepDefer, StepRefuse or StepReturn
	Reason       string
	ReconsiderOn civil.Date // of what is deferred or refused; zero: never
	Decision     DecisionRef
	Label        string    // the decision as people name it
	Project      ProjectID // that a selected request became
}

// ApplyRequestOutcome takes a request the step that a committee decided, inside the caller's transaction. The caller has checked the permission, holds
// the roadmap and writes the audit entry; actor stands in the events of the request. A request that is not where the step leads on from is a
// conflict: the decision was prepared on something else.
func ApplyRequestOutcome(ctx context.Context, tx database.Conn, actor string, in RequestOutcome, now time.Time) (Request, error) {
	q, err := findRequest(ctx, tx, in.Request)
	if err != nil {
		return q, err
	}
	t, ok := TransitionOf(in.Step)
	if !ok || !t.Open(q.State, HandCommittee) {
		return q, fault.Conflict("request.no_step", q.Code())
	}
	step := StepInput{Step: in.Step, Reason: in.Reason, ReconsiderOn: in.ReconsiderOn}
	if err := t.weigh(q, step); err != nil {
		return q, err
	}
	if in.Decision == 0 {
		return q, fault.Invalid("baseline.needs_decision")
	}
	q.take(t, step)
	q.Decision, q.DecisionLabel, q.ProjectID, q.ChangedAt = in.Decision, in.Label, in.Project, database.Instant(now)
	if err := updateRequest(ctx, tx, &q); err != nil {
		return q, err
	}
	return q, insertRequestEvent(ctx, tx, q, actor, "")
}

// RequestsAt lists the requests of a roadmap that are in one of the states, with what they ask for.
func RequestsAt(ctx context.Context, db database.Conn, r Roadmap, states ...RequestState) ([]Request, error) {
	return findRequests(ctx, db, r, requestFilter{states: states, owner: requestOwner{all: true}})
}
