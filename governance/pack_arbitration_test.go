package governance

import (
	"context"
	"encoding/json"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/portfolio"
)

// TestPackExplainsFirst: a pack that is frozen before anybody worked out what the options cost does so itself, and keeps it for others.
func TestPackExplainsFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		c := newCourt(t, db)
		c.clock.set(paris("2026-03-06 09:00"))
		before, err := c.service.OpenScenarios(ctx, operator, c.committee.ID)
		if err != nil || before[0].Forced != nil || before[0].Frontier != nil || before[0].Next != nil {
			t.Fatalf("what nobody worked out reads as known: %+v, %v", before, err)
		}
		if text, err := json.Marshal(before[0]); err != nil || !json.Valid(text) || before[0].Better != 0 {
			t.Fatal(string(text), err)
		}
		card, _ := c.freeze(FreezeInput{Committee: "OPS", Period: "2026-03"})
		for _, o := range c.snapshot(card).Arbitration.Options {
			if o.Forced == nil || o.Frontier == nil || o.Next == nil {
				t.Errorf("%s is frozen without its consequences: %+v", o.Name, o)
			}
		}
		if first := c.snapshot(card).Arbitration.Options[0]; len(first.Forced) != 3 {
			t.Errorf("forced: %+v", first.Forced)
		}
		after, err := c.service.OpenScenarios(ctx, operator, c.committee.ID)
		if err != nil || len(after[0].Forced) != 3 {
			t.Errorf("what was worked out is not kept: %+v, %v", after, err)
		}
		if err := portfolio.ExplainSubmitted(ctx, db.Read(), db.Write(), c.roadmap.ID, int64(c.committee.ID), c.clock.now()); err != nil {
			t.Error("once more:", err)
		}
	})
}
