package governance

import (
	"context"
	"fmt"

	"jalon/internal/database"
	"jalon/portfolio"
)

// findHolding reads what the decisions of the whole instance did, and what stands of it.
func findHolding(ctx context.Context, db database.Conn) (holding, error) {
	h := holding{reversed: map[DecisionID]DecisionID{}, selected: map[portfolio.RequestID]selectedRow{}}
	var effects []effectRow
	var reversals []struct {
		Decision DecisionID `bun:"decision_id"`
		Reversed DecisionID `bun:"reversed_id"`
	}
	var selected []selectedRow
	for _, q := range []struct {
		rows any
		text string
	}{
		{&effects, "SELECT id, effect FROM decision WHERE effect IS NOT NULL AND effect <> '' ORDER BY id"},
		{&reversals, "SELECT decision_id, reversed_id FROM decision_reversal"},
		{&h.decided, "SELECT id, decision_id, frozen_sha256 FROM scenario WHERE state = 'decided' ORDER BY id"},
		{&selected, "SELECT id, COALESCE(decision_id, 0) AS decision_id, COALESCE(project_id, 0) AS project_id FROM request WHERE state = 'selected'"},
		{&h.proposals, "SELECT decision_id, project_id, year, section, amount FROM allotment_proposal"},
	} {
		if err := db.NewRaw(q.text).Scan(ctx, q.rows); err != nil {
			return h, fmt.Errorf("read what decisions did: %w", err)
		}
	}
	for _, e := range effects {
		var card DecisionCard
		if err := card.readEffect(e.Text); err != nil {
			return h, fmt.Errorf("read effect of decision %d: %w", e.Decision, err)
		}
		if e.effect = card.Arbitration; e.effect != nil {
			h.effects = append(h.effects, e)
		}
	}
	for _, r := range reversals {
		h.reversed[r.Reversed] = r.Decision
	}
	for _, r := range selected {
		h.selected[r.ID] = r
	}
	return h, nil
}
