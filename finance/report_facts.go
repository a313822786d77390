package finance

import (
	"context"
	"maps"
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// reportFacts is everything that a report is made from, as loaded in a fixed number of queries.
type reportFacts struct {
	*books
	extent
	day       civil.Date
	roadmap   portfolio.Roadmap
	members   []portfolio.Member // the projects of the extent, by code
	limits    forecast.Thresholds
	envelopes envelopeTree
	votes     Votes
	budgets   []budgetCell
	actuals   []actualCell // by project, year and section
	periods   []actualCell // by year, period, section and category
	linked    []actualCell // by project, year, section and category; Linked alone
	shares    []projectShare
	forecasts map[portfolio.ProjectID]*Forecast
	scope     []ScopeLine
	queue     queueState
	tieOuts   []forecast.TieOut
	signed    *Certificate
}

// queueState is what waits to be reconciled in the organisation.
type queueState struct {
	size  money.Amount // without signs
	since civil.Date
}

// loadReport reads the facts of a roadmap on a day.
func loadReport(ctx context.Context, db database.Conn, b *books, r portfolio.Roadmap, day civil.Date) (*reportFacts, error) {
	f := &reportFacts{books: b, extent: extent{organisation: r.OrganisationID, roadmap: r.ID}, roadmap: r, day: day}
	return f, f.load(ctx, db)
}

// load reads all facts of the extent. A day before today asks the entries themselves instead of the balances, which are those of now.
func (f *reportFacts) load(ctx context.Context, db database.Conn) (err error) {
	if f.limits, err = f.Limits(f.Currency); err != nil {
		return err
	}
	for _, load := range []func(context.Context, database.Conn) error{f.loadMembers, f.loadVotes, f.loadActuals, f.loadCommitments, f.loadForecasts, f.loadBooks} {
		if err := load(ctx, db); err != nil {
			return err
		}
	}
	return nil
}

func (f *reportFacts) past() bool { return f.day.Before(f.today) }

func (f *reportFacts) loadMembers(ctx context.Context, db database.Conn) error {
	all, err := portfolio.Members(ctx, db, f.organisation)
	f.members = slices.DeleteFunc(all, func(m portfolio.Member) bool {
		return m.RoadmapID != f.roadmap.ID || (f.project != 0 && m.ID != f.project)
	})
	return err
}

func (f *reportFacts) loadVotes(ctx context.Context, db database.Conn) (err error) {
	if f.envelopes, err = findEnvelopes(ctx, db, f.organisation); err != nil {
		return err
	}
	if f.project == 0 { // nothing is voted for a project: its credits are its budget
		if f.votes, err = findVotes(ctx, db, f.organisation, f.day); err != nil {
			return err
		}
		maps.DeleteFunc(f.votes, func(c Cell, _ map[Act]money.Amount) bool { return f.envelopes[c.Envelope].RoadmapID != f.roadmap.ID })
	}
	f.budgets, err = findBudgetCells(ctx, db, f.extent, f.day)
	return err
}

func (f *reportFacts) loadActuals(ctx context.Context, db database.Conn) (err error) {
	if f.past() {
		if f.actuals, err = sumEntries(ctx, db, f.extent, byProjectYear, f.day); err != nil {
			return err
		}
		f.periods, err = sumEntries(ctx, db, f.extent, byPeriod, f.day)
		return err
	}
	if f.actuals, err = findActualYears(ctx, db, f.extent); err != nil {
		return err
	}
	if f.linked, err = findLinked(ctx, db, f.extent); err != nil {
		return err
	}
	if f.project != 0 {
		f.periods, err = sumEntries(ctx, db, f.extent, byPeriod, civil.Date{})
		return err
	}
	f.periods, err = findActualMonths(ctx, db, f.extent)
	return err
}

func (f *reportFacts) loadCommitments(ctx context.Context, db database.Conn) error {
	rows, err := findCommitted(ctx, db, f.extent)
	if err != nil || len(rows) == 0 {
		return err
	}
	for i := range rows {
		rows[i].Ended = rows[i].State == StateClosed
	}
	if f.past() {
		committed, mandated, err := findCommittedBy(ctx, db, f.organisation, f.day)
		if err != nil {
			return err
		}
		for i := range rows {
			rows[i].Committed, rows[i].Mandated = committed[rows[i].CommitmentID], mandated[rows[i].CommitmentID]
			rows[i].State = StateOpen // whether it was closed by then the events tell by their amounts alone
		}
	}
	in := make(map[portfolio.ProjectID]bool, len(f.members))
	for _, m := range f.members {
		in[m.ID] = true
	}
	f.shares = slices.DeleteFunc(dealt(rows), func(p projectShare) bool { return !in[p.ProjectID] })
	return nil
}

func (f *reportFacts) loadForecasts(ctx context.Context, db database.Conn) error {
	all, err := findForecasts(ctx, db, forecastFilter{extent: f.extent, until: f.day, last: true})
	f.forecasts = make(map[portfolio.ProjectID]*Forecast, len(all))
	for i := range all {
		f.forecasts[all[i].ProjectID] = &all[i]
	}
	return err
}

// loadBooks reads how far the organisation's books are reconciled, which is no matter of a single project.
func (f *reportFacts) loadBooks(ctx context.Context, db database.Conn) (err error) {
	if f.project != 0 {
		return nil
	}
	if f.scope, err = findScope(ctx, db, f.organisation, 0); err != nil {
		return err
	}
	if f.queue.size, f.queue.since, err = findQueueAge(ctx, db, f.organisation); err != nil {
		return err
	}
	assertions, err := findAssertions(ctx, db, f.books)
	if err != nil {
		return err
	}
	for _, a := range assertions {
		if !a.Withdrawn() {
			f.tieOuts = append(f.tieOuts, forecast.TieOut{Name: a.name(), Delta: a.Delta()})
		}
	}
	signed, ok, err := LatestCertificate(ctx, db, f.organisation, f.day)
	if err != nil {
		return err
	}
	if ok {
		f.signed = &signed
	}
	return nil
}

// name is how a balance is called in a warning: its year and what it is about.
func (a Assertion) name() string {
	name := a.Year + "/" + string(a.Flow)
	if a.Value != "" {
		name += " " + a.Value
	}
	return name
}

// projectShare is a commitment as far as it belongs to a project.
type projectShare struct {
	sharedRow
	net, mandated, denm money.Amount // the project's share
	over                bool         // more is mandated on the whole commitment than committed
}

// dealt deals every commitment out among the projects that share it by largest remainder. What a commitment still calls for is
// dealt out by itself: it is not what the shares of the other two leave.
func dealt(rows []sharedRow) []projectShare {
	out := make([]projectShare, 0, len(rows))
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[n].CommitmentID == rows[0].CommitmentID {
			n++
		}
		c := forecast.Commitment{Net: rows[0].Committed, Mandated: rows[0].Mandated}
		weights, rest := make([]int64, 0, n+1), int64(10_000)
		for _, r := range rows[:n] {
			weights, rest = append(weights, r.ShareBP), rest-r.ShareBP
		}
		weights = append(weights, max(rest, 0)) // belongs to no project
		left, _ := c.Left()                     // the books hold no amounts near the limit
		if rows[0].State == StateClosed {
			left = 0 // the finance system says that nothing more is to come
		}
		net, mandated, denm := c.Net.Split(weights), c.Mandated.Split(weights), left.Split(weights)
		for i, r := range rows[:n] {
			out = append(out, projectShare{r, net[i], mandated[i], denm[i], c.Mandated.Abs() > c.Net})
		}
		rows = rows[n:]
	}
	return out
}
