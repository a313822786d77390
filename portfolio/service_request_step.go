package portfolio

import (
	"context"
	"slices"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// StepInput is a step of a request as a form gives it.
type StepInput struct {
	Step         RequestStep
	Reason       string
	ReconsiderOn civil.Date // zero: none
	Today        civil.Date // by which a day to come is told from one that is over
}

// StepRequest takes a request a step on: the requester submits, withdraws and resumes it; whoever examines it sends it back, examines it, makes it a
// candidate, defers or refuses it.
func (s *Service) StepRequest(ctx context.Context, actor identity.Actor, id RequestID, version int64, in StepInput) (Request, error) {
	t, ok := TransitionOf(in.Step)
	if !ok {
		return Request{}, fault.NotFound("request_step", string(in.Step))
	}
	return s.changeRequest(ctx, actor, id, version, "request."+string(in.Step), func(ctx context.Context, tx database.Conn, r Roadmap, q *Request) (requestMark, error) {
		mark := requestMark{event: true}
		if err := mayStep(actor, *q, t); err != nil {
			return mark, err
		}
		if err := t.weigh(*q, in); err != nil {
			return mark, err
		}
		if t.leadsOn() {
			if err := r.refuseClosed("request.roadmap_closed"); err != nil {
				return mark, err
			}
		}
		if t.Step == StepSubmit {
			if err := q.Complete(); err != nil {
				return mark, err
			}
			q.Submissions++
			var err error
			if mark.content, err = submitted(ctx, tx, r, *q); err != nil {
				return mark, err
			}
		}
		q.take(t, in)
		return mark, nil
	})
}

// mayStep refuses who may not take the step, and a step that does not lead on from where the request is.
func mayStep(actor identity.Actor, q Request, t Transition) error {
	hands := requestHands(actor, q)
	if !slices.ContainsFunc(hands, func(h RequestHand) bool { return slices.Contains(t.By, h) }) {
		return fault.Forbidden("permission.denied", string(t.permission()))
	}
	if !t.Open(q.State, hands...) {
		return fault.Conflict("request.no_step", q.Code())
	}
	return nil
}

// leadsOn tells whether the step brings a request nearer to being chosen. In a closed roadmap it can only be answered or given up.
func (t Transition) leadsOn() bool {
	switch t.Step {
	case StepSubmit, StepExamine, StepNominate, StepReconsider:
		return true
	}
	return false
}

// permission is what the step asks for of somebody who signed in.
func (t Transition) permission() identity.Permission {
	if slices.Contains(t.By, HandRequester) {
		return identity.PermRequest
	}
	return identity.PermExamineRequest
}

// weigh reports what the step lacks. Nobody asks why a draft that nobody else saw is given up.
func (t Transition) weigh(q Request, in StepInput) error {
	var f fault.Fields
	f.Check(!t.Reason || q.Submissions == 0 || !fault.Blank(in.Reason), "reason", "input.required")
	checkText(&f, "reason", in.Reason)
	f.Check(t.Later || in.ReconsiderOn.IsZero(), "reconsider_on", "request.no_later")
	f.Check(in.ReconsiderOn.IsZero() || in.Today.IsZero() || in.ReconsiderOn.After(in.Today), "reconsider_on", "request.reconsider_past", in.ReconsiderOn)
	return f.Err()
}

// take sets what the step makes of the request. What a decision said is kept in the events.
func (q *Request) take(t Transition, in StepInput) {
	q.State, q.Reason, q.ReconsiderOn, q.Decision, q.DecisionLabel = t.To, in.Reason, in.ReconsiderOn, 0, ""
}
