package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// EntryQuota is the share of its voted budget that a roadmap lets projects take that enter once it runs.
type EntryQuota struct {
	OrganisationID int64
	RoadmapID      RoadmapID
	Share          money.BasisPoints
	LateFrom       civil.Date // entries are late from this day on
	Version        int64      // 0: none is set
}

// Place is where the quota stands among the scopes of rights.
func (q EntryQuota) Place() identity.Scope {
	return identity.Scope{Organisation: q.OrganisationID, Roadmap: int64(q.RoadmapID)}
}

// Validate reports every rule the quota breaks.
func (q EntryQuota) Validate() error {
	var f fault.Fields
	f.Check(q.Share >= 0 && q.Share <= 10_000, "share", "scenario.share")
	f.Check(!q.LateFrom.IsZero(), "late_from", "input.required")
	return f.Err()
}

// late tells whether what enters with the selection enters late.
func (c *scenarioContent) late() bool {
	from := c.Start
	if c.Quota != nil {
		from = c.Quota.LateFrom
	}
	return !c.AsOf.Before(from)
}

// quota holds the late entries of the selection against the share that is theirs.
func (w *weighed) quota() QuotaReport {
	c := &w.content
	q := QuotaReport{Late: c.late(), Voted: c.Voted, Leaving: []Head{}}
	for i, s := range c.Subjects {
		switch {
		case s.kind() == KindProject && !w.selected(s.Subject):
			q.Leaving = append(q.Leaving, Head{s.Code, s.Name})
		case s.kind() == KindRequest && w.answerFound() && w.selected(s.Subject) && q.Late:
			q.Selected += w.cost(i, P50)
		}
	}
	if c.Quota == nil {
		return q
	}
	q.Set, q.ShareBP, q.Entered = true, c.Quota.Share, c.Quota.Entered
	if c.Voted == nil {
		return q
	}
	allowed := c.Voted.Percent(c.Quota.Share)
	q.Allowed = &allowed
	if over := q.Entered + q.Selected - allowed; over > 0 && q.Late && q.Selected > 0 {
		q.Over = &over
	}
	return q
}

// withinQuota holds what was frozen against the quota as it is on a day, with what has entered since: a quota that was set or lowered meanwhile holds as well.
func (w *weighed) withinQuota(ctx context.Context, db database.Conn, r Roadmap, day civil.Date) error {
	quota, err := findQuota(ctx, db, r)
	if err != nil || quota.Version == 0 {
		return err
	}
	f := &scenarioFacts{facts: &facts{roadmap: r, day: day}, quota: quota}
	if err := f.loadProjects(ctx, db); err != nil {
		return err
	}
	now := *w
	now.content.AsOf, now.content.Voted, now.content.Quota = day, nil, &contentQuota{Share: quota.Share, LateFrom: quota.LateFrom, Entered: f.entered()}
	if r.HasVoted {
		now.content.Voted = &r.Voted
	}
	return now.quota().blocks(r.Currency)
}

// blocks refuses a selection that goes beyond the quota and names nothing that leaves for it.
func (q QuotaReport) blocks(currency money.Currency) error {
	if q.Over == nil || len(q.Leaving) > 0 {
		return nil
	}
	return fault.Conflict("scenario.quota", money.Money{Amount: *q.Over, Currency: currency}, money.Money{Amount: *q.Allowed, Currency: currency})
}
