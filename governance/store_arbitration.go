package governance

import (
	"context"
	"encoding/json"
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// setEffect keeps what a decision did, once it is done. It is part of the decision's own transaction: nobody ever sees it without.
func setEffect(ctx context.Context, tx database.Conn, d Decision, effect storedEffect) error {
	text, err := json.Marshal(effect)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE decision SET effect = ? WHERE organisation_id = ? AND id = ?", string(text), d.OrganisationID, d.ID); err != nil {
		return fmt.Errorf("keep effect of decision %d: %w", d.ID, err)
	}
	return nil
}

// insertReversal books that a decision takes another one back. It can be done once.
func insertReversal(ctx context.Context, tx database.Conn, d Decision, reversed DecisionID) error {
	res, err := tx.ExecContext(ctx, "INSERT INTO decision_reversal (organisation_id, decision_id, reversed_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", d.OrganisationID, d.ID, reversed)
	if err != nil {
		return fmt.Errorf("book reversal: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.Conflict("decision.reversed", int64(reversed), d.Reference())
}

// findReversals gives the decision that one takes back, and the one that takes it back.
func findReversals(ctx context.Context, db database.Conn, organisation int64, id DecisionID) (reverses, reversedBy *DecisionMark, err error) {
	var rows []struct {
		ID       DecisionID `bun:"id"`
		Year     int        `bun:"year"`
		Number   int        `bun:"number"`
		On       civil.Date `bun:"decided_on"`
		TakesOut bool       `bun:"takes_out"`
	}
	err = db.NewRaw(`SELECT d.id, d.year, d.number, d.decided_on, v.decision_id = ?1 AS takes_out FROM decision_reversal AS v
		JOIN decision AS d ON d.organisation_id = v.organisation_id AND d.id = CASE WHEN v.decision_id = ?1 THEN v.reversed_id ELSE v.decision_id END
		WHERE v.organisation_id = ?0 AND (v.decision_id = ?1 OR v.reversed_id = ?1)`, organisation, id).Scan(ctx, &rows)
	if err != nil {
		return nil, nil, fmt.Errorf("list reversals of decision %d: %w", id, err)
	}
	for _, r := range rows {
		m := &DecisionMark{r.ID, Decision{Year: r.Year, Number: r.Number}.Reference(), r.On}
		if r.TakesOut {
			reverses = m
		} else {
			reversedBy = m
		}
	}
	return reverses, reversedBy, nil
}
