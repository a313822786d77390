package finance

import (
	"context"
	"maps"
	"slices"
)

// write books what the file changes: commitments, events, to whom they belong, and what was mandated on them.
func (c *commitmentRun) write(ctx context.Context) error {
	tx, org := c.k.tx, c.k.Organisation.ID
	if err := insertCommitments(ctx, tx, c.fresh); err != nil {
		return err
	}
	var revised []*Commitment
	for of, changed := range c.revised {
		if changed {
			revised = append(revised, of)
		}
	}
	if err := updateCommitments(ctx, tx, revised); err != nil {
		return err
	}
	touched := map[int64]bool{}
	reversed := make([]int64, len(c.reversals))
	for i, e := range c.reversals {
		reversed[i], touched[e.CommitmentID] = e.Reverses, true
	}
	if err := unliveEvents(ctx, tx, org, reversed); err != nil {
		return err
	}
	events := c.reversals
	for _, of := range c.events {
		touched[of.commitment.ID] = true
		for _, e := range of.events {
			e.OrganisationID, e.CommitmentID, e.FileID = org, of.commitment.ID, c.row.ID
			events = append(events, e)
		}
	}
	if err := insertEvents(ctx, tx, events); err != nil {
		return err
	}
	if err := c.settle(ctx, touched); err != nil {
		return err
	}
	if _, err := c.k.codedProjects(ctx, tx, c.now()); err != nil {
		return err
	}
	return c.share(ctx, revised)
}

// settle brings the sums and states of commitments in step with their events, and links the entries that name them.
func (c *commitmentRun) settle(ctx context.Context, touched map[int64]bool) error {
	tx, org := c.k.tx, c.k.Organisation.ID
	if len(c.fresh) > 0 {
		linked, err := relink(ctx, tx, org)
		if err != nil {
			return err
		}
		for _, id := range linked {
			touched[id] = true
		}
	}
	ids := slices.Sorted(maps.Keys(touched))
	if err := restateCommitments(ctx, tx, org, ids); err != nil {
		return err
	}
	states := map[string][]int64{}
	for part := range slices.Chunk(ids, 1000) {
		all, err := findEvents(ctx, tx, eventFilter{organisation: org, commitments: part, liveOnly: true})
		if err != nil {
			return err
		}
		of := make(map[int64][]CommitmentEvent, len(part))
		for _, e := range all {
			of[e.CommitmentID] = append(of[e.CommitmentID], e)
		}
		for _, id := range part {
			state := stateOf(of[id])
			states[state] = append(states[state], id)
		}
	}
	for state, of := range states {
		if err := setStates(ctx, tx, org, state, of); err != nil {
			return err
		}
	}
	return nil
}

// share gives commitments that nobody shared by hand to the projects that the rules name: those that were never shared, and those of which something else is told now.
func (c *commitmentRun) share(ctx context.Context, revised []*Commitment) error {
	ids := make([]int64, len(revised))
	for i, of := range revised {
		ids[i] = of.ID
	}
	_, err := shareByRules(ctx, c.k.tx, c.k.books, ids, c.actor.Name, c.now())
	return err
}

// tellEffects tells what the file changes, by the projects that the commitments belong to now.
func (c *commitmentRun) tellEffects(ctx context.Context) error {
	var known []int64
	for _, of := range c.commitments {
		if of.ID != 0 {
			known = append(known, of.ID)
		}
	}
	for _, e := range c.reversals {
		known = append(known, e.CommitmentID)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	shares, err := findHeldShares(ctx, c.k.tx, c.k.Organisation.ID, known)
	if err != nil {
		return err
	}
	commitments, err := findCommitmentsBy(ctx, c.k.tx, c.k.Organisation.ID, "id", known)
	if err != nil {
		return err
	}
	by := make(map[int64]*Commitment, len(commitments))
	for i := range commitments {
		by[commitments[i].ID] = &commitments[i]
	}
	for _, e := range c.reversals {
		c.count(by[e.CommitmentID], e, shares[e.CommitmentID])
	}
	for _, of := range c.events {
		for _, e := range of.events {
			c.count(of.commitment, e, shares[of.commitment.ID])
		}
	}
	projects, err := findProjects(ctx, c.k.tx, c.k.Organisation.ID)
	if err != nil {
		return err
	}
	c.effects.fill(&c.report.Preview, c.k.Years, projects)
	return nil
}

// count adds an event to the preview, as an entry would be.
func (c *commitmentRun) count(of *Commitment, e CommitmentEvent, shares []CommitmentShare) {
	p := Posting{YearID: e.YearID, Period: 1, Amount: e.Amount}
	if y, ok := c.k.Year(e.YearID); ok && !e.On.IsZero() {
		p.Period = y.PeriodOf(e.On)
	}
	if of != nil {
		p.Nature = of.Nature
	}
	var parts []Allocation
	for i, amount := range e.Amount.Split(weightsOf(shares)) {
		if i < len(shares) && amount != 0 {
			parts = append(parts, Allocation{ProjectID: shares[i].ProjectID, Amount: amount})
		}
	}
	c.effects.entry(&p, parts)
}

// weightsOf gives the shares as weights, the last one of which is what belongs to no project.
func weightsOf(shares []CommitmentShare) []int64 {
	out, rest := make([]int64, 0, len(shares)+1), int64(10_000)
	for _, s := range shares {
		out, rest = append(out, s.ShareBP), rest-s.ShareBP
	}
	return append(out, max(rest, 0))
}
