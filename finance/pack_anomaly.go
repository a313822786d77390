package finance

import (
	"cmp"
	"slices"

	"jalon/finance/forecast"
	"jalon/internal/money"
	"jalon/portfolio"
)

// decisions are the anomalies of the roadmap that need a decision, in display order, as the books tell them of the report's day; left is
// what projects cost after they left.
func (f *reportFacts) decisions(r *RoadmapFinance, left []Anomaly) []PackAnomalies {
	names := make(map[portfolio.ProjectID]portfolio.Member, len(f.members))
	for _, m := range f.members {
		names[m.ID] = m
	}
	spent := make([]PackAnomaly, len(left))
	for i, a := range left {
		m := names[a.Project]
		spent[i] = PackAnomaly{Project: m.Code, Name: m.Name, Amount: a.Amount, Since: &a.On}
	}
	var out []PackAnomalies
	for _, g := range []PackAnomalies{{Key: AnomalyOverBudget, Items: f.overspent(r)}, {Key: AnomalyLeft, Items: spent}, {Key: AnomalyDormant, Items: f.dormant(names)}} {
		if g.Count = len(g.Items); g.Count == 0 {
			continue
		}
		slices.SortStableFunc(g.Items, func(a, b PackAnomaly) int { return cmp.Compare(b.Amount.Abs(), a.Amount.Abs()) })
		for _, a := range g.Items {
			g.Sum += a.Amount.Abs()
		}
		g.Items = g.Items[:min(g.Count, packLines)]
		out = append(out, g)
	}
	return out
}

// overspent are the projects over their budgets that no alert names: the organisation's thresholds may let them pass.
func (f *reportFacts) overspent(r *RoadmapFinance) (out []PackAnomaly) {
	alerted := map[portfolio.ProjectID]bool{}
	for _, w := range r.Warnings {
		if w.Warning.Code == forecast.WarnExposure && w.Level == forecast.Red {
			alerted[w.ID] = true
		}
	}
	for i := range r.Projects {
		p := &r.Projects[i]
		budgeted := slices.ContainsFunc(f.budgets, func(c budgetCell) bool { return c.ProjectID == p.ID })
		if over := p.Exposure() - p.Budget; budgeted && over > 0 && !alerted[p.ID] {
			out = append(out, PackAnomaly{Project: p.Code, Name: p.Name, Amount: over, Of: &p.Budget})
		}
	}
	return out
}

// dormant are the open commitments that still call for money of the roadmap and have not moved for long.
func (f *reportFacts) dormant(names map[portfolio.ProjectID]portfolio.Member) (out []PackAnomaly) {
	of := map[int64][]projectShare{}
	var all []forecast.Commitment
	for _, x := range f.shares {
		if x.Ended {
			continue
		}
		of[x.CommitmentID] = append(of[x.CommitmentID], x)
		if len(of[x.CommitmentID]) == 1 {
			all = append(all, forecast.Commitment{ID: x.CommitmentID, Ref: x.Number, Net: x.Committed, Mandated: x.Mandated, Last: x.Last})
		}
	}
	for _, c := range forecast.Idle(all, f.limits.IdleMonths, f.day) {
		var left, net money.Amount
		for _, x := range of[c.ID] {
			left, net = left+x.denm, net+x.net
		}
		first := of[c.ID][0]
		a := PackAnomaly{Commitment: first.Number, Amount: left, Of: &net, Since: &c.Last}
		if first.Item != "" {
			a.Commitment += "/" + first.Item
		}
		if !slices.ContainsFunc(of[c.ID], func(x projectShare) bool { return x.ProjectID != first.ProjectID }) {
			a.Project, a.Name = names[first.ProjectID].Code, names[first.ProjectID].Name
		}
		out = append(out, a)
	}
	return out
}
