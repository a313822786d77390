package finance

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// findingUnnamed: the line names no commitment. Its money is kept under no number.
const findingUnnamed = "commitment.unnamed"

// commitmentKeeper books files of commitments.
type commitmentKeeper struct{}

// numbers: commitments need none.
func (commitmentKeeper) numbers(context.Context, database.Conn, *importRun) (int, error) {
	return 0, nil
}

func (commitmentKeeper) book(ctx context.Context, r *importRun, k *booking) error {
	c := &commitmentRun{importRun: r, k: k, effects: newEffects(), lines: map[int32]*eventLine{}}
	if err := c.compare(ctx); err != nil {
		return err
	}
	if r.report.New+r.report.Superseded+r.report.Withdrawn > 0 {
		if err := c.changes(ctx); err != nil {
			return err
		}
	}
	return c.tellEffects(ctx)
}

// changes works out what the file changes and, unless it is only previewed, books it.
func (c *commitmentRun) changes(ctx context.Context) error {
	if err := c.collect(); err != nil {
		return err
	}
	if err := c.place(ctx); err != nil {
		return err
	}
	c.change()
	if c.dry {
		return nil
	}
	return c.write(ctx)
}

// commitmentRun is the booking of a file of commitments. Of the lines that change nothing it holds only prints; a file of commitments is small beside one of postings.
type commitmentRun struct {
	*importRun
	k       *booking
	years   *yearBook
	merged  mergedPrints
	pairs   []reconcile.Pair // one for each merged print
	gone    []int64
	live    chains
	effects *effects
	lines   map[int32]*eventLine // what is new or changed, by the print

	commitments map[commitmentKey]*Commitment
	fresh       []*Commitment // to be booked
	revised     map[*Commitment]bool
	spoken      map[*Commitment]*eventLine // the line that speaks for the commitment
	reversals   []CommitmentEvent
	events      []commitmentEvents
}

// commitmentKey names a commitment as the books do.
type commitmentKey struct{ number, item, budget string }

func (c *Commitment) key() commitmentKey { return commitmentKey{c.Number, c.Item, c.Budget} }

// commitmentEvents are events of a commitment that may have no id yet.
type commitmentEvents struct {
	commitment *Commitment
	events     []CommitmentEvent
}

// compare holds the file against the live events of its feed, and refuses to take away too much of them without being told to.
func (c *commitmentRun) compare(ctx context.Context) (err error) {
	c.step(stepComparing, 0, len(c.read.outcomes))
	if c.years, err = c.importRun.years(ctx, c.k); err != nil {
		return err
	}
	var live []CommitmentEvent
	if c.feed.ID != 0 {
		if live, err = findEvents(ctx, c.k.tx, eventFilter{organisation: c.k.Organisation.ID, feed: c.feed.ID, years: c.labelled(), liveOnly: true}); err != nil {
			return err
		}
	}
	c.live, c.merged = newChains(live, c.years.coverage), mergePrints(c.read.prints)
	plan := reconcile.Diff(c.merged.prints, c.live.prints, reconcile.CoverageKind(c.years.coverage.Kind))
	c.pairs, c.gone = plan.Pairs, plan.Withdrawn
	limit := reconcile.Threshold{Share: c.settings.WithdrawalShare, Lines: int(c.settings.WithdrawalLines)}
	if err := c.withdraws(plan.Withdrawals(c.live.prints), limit, c.k.Currency); err != nil {
		return err
	}
	for _, line := range c.merged.repeat {
		c.found(int(line), findingRepeated)
	}
	each := make([]reconcile.Pair, len(c.merged.of))
	for i, j := range c.merged.of {
		each[i] = c.pairs[j]
		c.effects.outcome(each[i].Outcome, c.read.prints[i].Amount)
	}
	c.effects.others(c.read.summary)
	c.read.settle(each)
	c.read.count(&c.report.ImportReport)
	c.report.Withdrawn = len(c.gone)
	return nil
}

// labelled gives the fiscal years whose events the file speaks of. Where every line names its year, those of other years stay what they are, even when they are of the
// same commitment: what was engaged on it in each of its years adds up. nil: all years.
func (c *commitmentRun) labelled() []int64 {
	if c.read.undated || len(c.read.days) > 0 || len(c.years.labelled) == 0 {
		return nil
	}
	var ids []int64
	for _, y := range c.years.labelled {
		ids = append(ids, y.ID)
	}
	slices.Sort(ids)
	return ids
}

// collect goes through the file once more for the lines that change something.
func (c *commitmentRun) collect() error {
	digest := newLineDigest()
	at, next := 0, 0
	_, err := ledgerfile.Read(c.src, c.profile, c.options(), func(l *ledgerfile.Line) error {
		digest.add(l)
		if at++; at%progressLines == 0 {
			c.step(stepBooking, at, len(c.read.outcomes))
		}
		if !bookable(l.Kind) {
			return nil
		}
		if next == len(c.merged.of) {
			return c.read.same(nil)
		}
		j := c.merged.of[next]
		next++
		if c.pairs[j].Outcome == reconcile.Unchanged {
			return nil
		}
		return c.take(j, l)
	})
	if err != nil {
		return err
	}
	return c.read.same(digest.hash.Sum(nil))
}

// take keeps a line that changes something.
func (c *commitmentRun) take(j int32, l *ledgerfile.Line) error {
	year := c.years.labelled[l.Exercice]
	if year == nil {
		year = c.years.dated[eitherDay(l.Date, c.years.coverage.To)]
	}
	if year == nil {
		return fault.Conflict("import.file_changed")
	}
	if l.Commitment == "" {
		c.found(l.No, findingUnnamed)
	}
	e := &eventLine{year: year.ID, on: l.Date, event: l.Event, amount: l.Amount, initial: l.Initial, starts: l.HasInitial, line: l.No, key: l.Key, content: l.Content,
		settled: l.Status == ledgerfile.StatusPaid, unique: l.Unique, live: c.pairs[j].Live,
		facts: Commitment{OrganisationID: c.k.Organisation.ID, FeedID: c.feed.ID, Number: l.Commitment, Item: l.CommitmentItem, Budget: l.Budget, Label: l.Label, Supplier: l.SupplierID,
			SupplierName: l.SupplierName, Contract: l.Contract, Operation: l.Operation, Analytic: l.Analytic, Nature: l.Nature, Section: l.Section, OpenedOn: l.Date, State: StateOpen}}
	before := c.lines[j]
	if before == nil {
		c.lines[j] = e
		return nil
	}
	before.join(e, c.merged.prints[j].Content)
	return nil
}

// place finds the commitments of the lines, and those that are new.
func (c *commitmentRun) place(ctx context.Context) error {
	numbers := map[string]bool{}
	for _, l := range c.lines {
		numbers[l.facts.Number] = true
	}
	known, err := findCommitmentsBy(ctx, c.k.tx, c.k.Organisation.ID, "number", slices.Sorted(maps.Keys(numbers)))
	if err != nil {
		return err
	}
	c.commitments = make(map[commitmentKey]*Commitment, len(known))
	for i := range known {
		c.commitments[known[i].key()] = &known[i]
	}
	c.revised, c.spoken = map[*Commitment]bool{}, map[*Commitment]*eventLine{}
	for _, j := range slices.Sorted(maps.Keys(c.lines)) {
		l := c.lines[j]
		of := c.commitments[l.facts.key()]
		if of == nil {
			facts := l.facts
			of = &facts
			c.commitments[of.key()], c.fresh = of, append(c.fresh, of)
		}
		if other := c.spoken[of]; other == nil || speaksFor(l, other) {
			c.spoken[of] = l
		}
	}
	for of, l := range c.spoken {
		c.describe(of, l)
	}
	return nil
}

// speaksFor tells whether a line says more recently than another one what a commitment is. Which comes first in the file does not matter.
func speaksFor(l, other *eventLine) bool {
	return cmp.Or(l.on.Compare(other.on), bytes.Compare(l.content[:], other.content[:])) > 0
}

// describe takes over what a line says of its commitment. An event of an earlier day than the last one that is known says nothing new.
func (c *commitmentRun) describe(of *Commitment, l *eventLine) {
	if of.ID != 0 && !l.state() && l.on.Before(of.LastOn) {
		return
	}
	now := *of
	f := &l.facts
	now.Label, now.Supplier, now.SupplierName, now.Contract = f.Label, f.Supplier, f.SupplierName, f.Contract
	now.Operation, now.Analytic, now.Nature, now.Section = f.Operation, f.Analytic, f.Nature, f.Section
	if !f.OpenedOn.IsZero() && (l.state() || of.OpenedOn.IsZero() || f.OpenedOn.Before(of.OpenedOn)) {
		now.OpenedOn = f.OpenedOn
	}
	c.revised[of] = of.ID != 0 && now != *of
	*of = now
}

// change makes the events of the lines, and the reversals of what they supersede and of what is withdrawn.
func (c *commitmentRun) change() {
	day := c.toldOn()
	for _, j := range slices.Sorted(maps.Keys(c.lines)) {
		l := c.lines[j]
		of := c.commitments[l.facts.key()]
		chain := c.live.events[l.live]
		switch {
		case len(chain) == 0:
			c.events = append(c.events, commitmentEvents{of, l.first(CauseNew)})
		case l.state() && chain[0].Unique && chain[0].CommitmentID == of.ID:
			c.events = append(c.events, commitmentEvents{of, []CommitmentEvent{l.changed(sumLive(chain), day)}})
		default:
			c.reverse(chain, CauseReverse, l.line)
			c.events = append(c.events, commitmentEvents{of, l.first(CauseRestate)})
		}
	}
	for _, last := range c.gone {
		c.reverse(c.live.events[last], CauseWithdraw, 0)
	}
}

// toldOn is the day of a change of which only the file speaks: the last day of the coverage that somebody declared, as long as that is not to come.
func (c *commitmentRun) toldOn() civil.Date {
	if c.declared != nil && c.declared.To.Before(c.k.today) {
		return c.declared.To
	}
	return c.k.today
}

func (c *commitmentRun) reverse(chain []CommitmentEvent, cause Cause, line int) {
	for i := range chain {
		c.reversals = append(c.reversals, chain[i].reversal(cause, c.row.ID, line))
	}
}
