package portfolio

import (
	"context"
	"time"

	"jalon/internal/database"
	"jalon/portfolio/selection"
)

// What is spent at most on what a pack says of all scenarios that are put before its committee: some seconds of work, in the engine's units, and an end to them on a machine that is busy.
const (
	submittedWork = 1_500_000
	submittedTime = 20 * time.Second
)

// ExplainSubmitted works out what is to be told of the scenarios that were submitted to a committee and that nobody has worked out yet: what is forced, the frontier, the next credit. A pack
// keeps for good what was known when it was frozen. The recommended scenario comes first; what the work does not suffice for stays unknown, and the pack says so. What is found is kept for everybody.
func ExplainSubmitted(ctx context.Context, read, write database.Conn, roadmap RoadmapID, committee int64, now time.Time) error {
	r, err := findRoadmap(ctx, read, roadmap)
	if err != nil {
		return err
	}
	all, err := findSubmitted(ctx, read, r, committee)
	if err != nil {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, submittedTime)
	defer cancel()
	over := func() bool { return limited.Err() != nil }
	work := int64(submittedWork)
	for n, x := range all {
		if over() {
			return ctx.Err()
		}
		spent, err := explainFrozen(ctx, read, write, r, x, work/int64(len(all)-n), over, now)
		if err != nil {
			return err
		}
		work = max(work-spent, int64(len(all)))
	}
	return nil
}

// explainFrozen works out what is told beside a frozen scenario, unless it is known, and says how much work that was.
func explainFrozen(ctx context.Context, read, write database.Conn, r Roadmap, x Scenario, work int64, over func() bool, now time.Time) (int64, error) {
	q, err := frozenQuestion(ctx, read, x)
	if err != nil {
		return 0, err
	}
	kept, found, err := findAnswer(ctx, read, r, q.hash)
	if err != nil || kept.toldAll() {
		return 0, err
	}
	if !found {
		kept.answer = *q.frozen
	}
	is, err := goOn(q, kept, work, over, nil)
	if err != nil {
		return 0, nil // it cannot be posed, and nobody learns more of it
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	return is.answer.Work, saveAnswer(ctx, write, r, q.hash, is, now)
}

// toldAll tells whether a pack finds all that it shows beside a selection.
func (a keptAnswer) toldAll() bool {
	return a.answer.Status == selection.Infeasible || (a.answer.Forced != nil && a.answer.Frontier != nil && a.answer.Next != nil)
}
