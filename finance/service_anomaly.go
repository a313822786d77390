package finance

import (
	"cmp"
	"context"
	"slices"

	"jalon/finance/forecast"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Anomalies gives what in the books of an organisation somebody should look at, by sort.
func (s *Service) Anomalies(ctx context.Context, actor identity.Actor, organisation int64) ([]AnomalyGroup, error) {
	var out []AnomalyGroup
	err := s.read(ctx, actor, identity.PermReadLedger, organisation, func(ctx context.Context, tx database.Conn, b *books) (err error) {
		out, err = anomaliesOf(ctx, tx, b)
		return err
	})
	return out, err
}

// anomaliesOf looks for anomalies, for whoever may know of them.
func anomaliesOf(ctx context.Context, db database.Conn, b *books) ([]AnomalyGroup, error) {
	limits, err := b.Limits(b.Currency)
	if err != nil {
		return nil, err
	}
	members, err := portfolio.Members(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	codes := make(map[portfolio.ProjectID]string, len(members))
	for _, m := range members {
		codes[m.ID] = m.Code
	}
	out, err := overBudget(ctx, db, b, members)
	if err != nil {
		return nil, err
	}
	share, err := queueShare(ctx, db, b, limits)
	if err != nil {
		return nil, err
	}
	for _, q := range anomalyQueries {
		if q.key == AnomalyQueueAge {
			out = append(out, share...)
		}
		items, err := q.find(ctx, db, b.Organisation.ID, before(q.key, b.today, limits))
		if err != nil {
			return nil, err
		}
		out = append(out, group(q.key, q.subject, q.decision, items)...)
	}
	for _, g := range out {
		for i := range g.Items {
			g.Items[i].Code = codes[g.Items[i].Project]
		}
	}
	return out, nil
}

// before is the day before which something is old.
func before(key string, today civil.Date, limits forecast.Thresholds) civil.Date {
	if key == AnomalyDormant {
		return today.AddMonths(-int(limits.IdleMonths))
	}
	return today.AddDays(-int(limits.UnmatchedDays))
}

// overBudget lists the projects of which more is mandated and still called for by commitments than their last budget gives. Projects without
// any budget are none: nobody said yet what they may cost.
func overBudget(ctx context.Context, db database.Conn, b *books, members []portfolio.Member) ([]AnomalyGroup, error) {
	rows, err := findSpending(ctx, db, b.Organisation.ID)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	of := make(map[portfolio.ProjectID]portfolio.RoadmapID, len(members))
	var roadmaps []portfolio.RoadmapID
	for _, m := range members {
		of[m.ID] = m.RoadmapID
		if !slices.Contains(roadmaps, m.RoadmapID) {
			roadmaps = append(roadmaps, m.RoadmapID)
		}
	}
	called := map[portfolio.ProjectID]money.Amount{}
	for _, id := range roadmaps {
		shares, err := findCommitted(ctx, db, extent{organisation: b.Organisation.ID, roadmap: id})
		if err != nil {
			return nil, err
		}
		for _, p := range dealt(shares) {
			if of[p.ProjectID] == id { // a commitment that two roadmaps share comes with both
				called[p.ProjectID] += p.denm
			}
		}
	}
	var items []Anomaly
	for _, r := range rows {
		if over := r.Mandated + called[r.ProjectID] - r.Budget; over > 0 {
			items = append(items, Anomaly{ID: int64(r.ProjectID), Project: r.ProjectID, Amount: over, Of: r.Budget})
		}
	}
	slices.SortFunc(items, func(a, b Anomaly) int { return cmp.Or(-cmp.Compare(a.Amount, b.Amount), cmp.Compare(a.ID, b.ID)) })
	var sum money.Amount
	for _, a := range items {
		sum += a.Amount
	}
	found := group(AnomalyOverBudget, SubjectProject, true, items[:min(len(items), maxAnomalies)])
	for i := range found {
		found[i].Count, found[i].Sum = len(items), sum
		for k := range found[i].Items {
			m := slices.IndexFunc(members, func(m portfolio.Member) bool { return m.ID == found[i].Items[k].Project })
			found[i].Items[k].Name = members[m].Code
		}
	}
	return found, nil
}

// queueShare tells when too much of the scope is in the queue and not explained. Amounts count without their signs.
func queueShare(ctx context.Context, db database.Conn, b *books, limits forecast.Thresholds) ([]AnomalyGroup, error) {
	open, since, err := findQueueAge(ctx, db, b.Organisation.ID)
	if err != nil {
		return nil, err
	}
	gross, err := findGross(ctx, db, b.Organisation.ID)
	if err != nil || open <= gross.Percent(limits.UnmatchedShare) {
		return nil, err
	}
	return group(AnomalyQueueShare, SubjectQueue, false, []Anomaly{{Amount: open, Of: gross, On: since, Count: 1, Sum: open}}), nil
}
