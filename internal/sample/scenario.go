package sample

import (
	"fmt"
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// subjects are n running projects and candidates, in every standing there is.
func subjects(n int) []portfolio.SubjectLine {
	out := make([]portfolio.SubjectLine, n)
	for i := range out {
		s := portfolio.SubjectLine{Subject: portfolio.Subject{Request: portfolio.RequestID(i + 1)}, Kind: portfolio.KindRequest, Code: fmt.Sprintf("R-2026-%03d", i+1), Name: names[i%len(names)],
			Department: "Direction des solidarités", Sponsor: "Anne Le Goff", Theme: portfolio.Head{Code: themes[i%len(themes)].code, Name: themes[i%len(themes)].name},
			Start: civil.D(2027, 1, 1).AddMonths(i % 12), End: civil.D(2027, 9, 30).AddMonths(i % 18), Risk: append([]portfolio.Risk{""}, portfolio.Risks...)[i%4], Scored: i%7 != 6, Points: int64(250 + (i*137)%700),
			CostP50: money.Amount(40_000_00 + (i*53)%400*1_000_00), MayShift: i%5 == 0, Selected: i%3 != 1, LateEntry: true}
		s.CostP80 = s.CostP50 * 124 / 100
		s.Uses = []portfolio.UseLine{{Key: "2027/I", Amount: int64(s.CostP50) / 2}, {Key: "2027/F", Amount: int64(s.CostP50) / 2}, {Key: "dev/2027-Q1", Amount: int64(50 + i)}}
		switch {
		case i%4 == 3:
			s.Subject, s.Kind, s.Code = portfolio.Subject{Project: portfolio.ProjectID(i + 1)}, portfolio.KindProject, fmt.Sprintf("P-%02d", i+1)
			s.Force, s.ReasonCode, s.LateEntry, s.MayShift = portfolio.ForceIn, "running", false, false
		case i%9 == 4:
			s.Gates, s.Force, s.ReasonCode, s.Selected = []string{"Compétences disponibles"}, portfolio.ForceOut, "gate", false
		case i%9 == 2:
			s.Force, s.ForceIsOwn, s.ReasonCode = portfolio.ForceIn, true, portfolio.ReasonRegulatory
		case i%9 == 7:
			s.Force, s.ForceIsOwn, s.ReasonCode, s.Reason, s.Selected = portfolio.ForceOut, true, portfolio.ReasonOther, "Le besoin est repris par la région", false
		default:
			s.Force = portfolio.ForceFree
		}
		if s.Selected && s.MayShift {
			s.ShiftYears = 1
		}
		if i%6 == 1 {
			s.Requires, s.Excludes = []string{"R-2026-001"}, []string{"R-2026-003"}
		}
		if i%11 == 10 {
			s.CostUnknown, s.Missing = true, []string{"P-77"}
		}
		out[i] = s
	}
	return out
}

func number(n int64) *int64 { return &n }

// gauges are those of two years and two skills: within, full, over, and without a limit.
func gauges() []portfolio.Gauge {
	share := basis
	return []portfolio.Gauge{
		{Key: "2027/I", Kind: portfolio.GaugeCredit, Year: 2027, Section: "I", Used: 1_450_000_00, Running: 600_000_00, UsedP50: 1_450_000_00, UsedP80: 1_798_000_00, Limit: number(2_000_000_00), Share: share(7250), State: portfolio.GaugeWithin, StateP80: portfolio.GaugeWithin},
		{Key: "2027/F", Kind: portfolio.GaugeCredit, Year: 2027, Section: "F", Used: 590_000_00, Running: 200_000_00, UsedP50: 590_000_00, UsedP80: 731_600_00, Limit: number(600_000_00), Overridden: true, Share: share(9833), State: portfolio.GaugeFull, StateP80: portfolio.GaugeOver},
		{Key: "2028/I", Kind: portfolio.GaugeCredit, Year: 2028, Section: "I", Used: 900_000_00, Running: 100_000_00, UsedP50: 900_000_00, UsedP80: 1_116_000_00, State: portfolio.GaugeNeutral, StateP80: portfolio.GaugeNeutral},
		{Key: "2028/F", Kind: portfolio.GaugeCredit, Year: 2028, Section: "F", Used: 340_000_00, Running: 340_000_00, UsedP50: 340_000_00, UsedP80: 421_600_00, Limit: number(300_000_00), Share: share(11333), State: portfolio.GaugeOver, StateP80: portfolio.GaugeOver},
		{Key: "dev/2027-Q1", Kind: portfolio.GaugeSkill, Year: 2027, Skill: portfolio.Head{Code: "dev", Name: "Développement"}, Quarter: "2027-Q1", Used: 1255, Running: 400, Limit: number(1500), Share: share(8367), State: portfolio.GaugeWithin},
		{Key: "sec/2027-Q1", Kind: portfolio.GaugeSkill, Year: 2027, Skill: portfolio.Head{Code: "sec", Name: "Sécurité"}, Quarter: "2027-Q1", Used: 310, Running: 100, State: portfolio.GaugeNeutral},
	}
}

// Workbench is a scenario with n running projects and candidates.
func Workbench(n int) portfolio.WorkbenchReport {
	r := portfolio.WorkbenchReport{Scenario: portfolio.ScenarioHead{ID: 3, OrganisationID: 1, RoadmapID: 1, Code: "S-03", Name: "Sans le portail", Note: "Crédits 2027 réduits.", State: portfolio.ScenarioDraft, Percentile: 80, Version: 4},
		Roadmap: portfolio.Head{Code: "FDR-2025", Name: "Feuille de route numérique 2025-2027"}, Currency: money.EUR, AsOf: Day,
		Basis:    portfolio.CostBasis{Percentile: 80, Credits: n > 0, P50: portfolio.Uplift{BP: 600, N: 24, Least: 10}, P80: portfolio.Uplift{BP: 2400, N: 4, Least: 20, Assumed: true}},
		Subjects: subjects(n), Result: portfolio.SelectionResult{Status: "infeasible"}, Editable: true}
	if n == 0 {
		r.Conflict = []portfolio.ConflictLine{{Rule: "limit", Subject: "2027/I"}, {Rule: "forced", Subject: "P-04", Name: "Carte des routes"}, {Rule: "theme", Subject: "SEC", Name: "Sécurité informatique"}, {Rule: "requires", Subject: "R-2026-002", Name: "Portail"}, {Rule: "excludes", Subject: "R-2026-003", Name: "Autre portail"}}
		return r
	}
	r.Result = portfolio.SelectionResult{Status: "feasible", Value: 12_480, Bound: 12_530, GapBP: 40, Pending: true, Hash: "a1"}
	r.Gauges = gauges()
	for i, g := range r.Gauges {
		l := portfolio.LimitLine{Key: g.Key, Kind: g.Kind, Default: g.Limit}
		if i%3 == 1 {
			l.Own, l.Amount = true, g.Limit
		}
		r.Limits = append(r.Limits, l)
	}
	for i, t := range themes {
		r.Themes = append(r.Themes, portfolio.ThemeRule{ID: int64(i + 1), Code: t.code, Name: t.name, MinProjects: int64(i % 3), MinValueBP: money.BasisPoints(i * 300), MaxShareBP: basis(money.BasisPoints(3000 + i*100)), Projects: i, Value: int64(i * 700), ValueBP: basis(money.BasisPoints(i * 900)), Cost: money.Amount(i) * 120_000_00})
	}
	for i, s := range r.Subjects {
		if s.Selected {
			r.Result.Selected++
		}
		if s.Selected && i < 8 {
			r.Guard.Ends = append(r.Guard.Ends, portfolio.GuardEnd{Subject: s.Subject, Code: s.Code, Name: s.Name, Planned: s.End, P80: s.End.AddDays(120), InTen: 9 - i, DaysLate: 60 - i*10})
		}
	}
	r.Guard.End, r.Guard.Margin, r.Guard.Total = civil.D(2027, 12, 31), -121_600_00, &portfolio.GuardTotal{}
	r.Quota = quota(r.Subjects)
	r.Changes = changes(r.Currency)
	for i, what := range []string{"submitted", "frozen", "themed", "limited", "forced", "settings", "created"} {
		r.Events = append(r.Events, portfolio.ScenarioEvent{Number: 7 - i, What: what, Detail: "R-2026-003", Actor: "Anne Le Goff", At: time.Date(2026, 11, 20, 9, 30, 0, 0, time.UTC)})
	}
	return r
}

func quota(all []portfolio.SubjectLine) portfolio.QuotaReport {
	voted, allowed, over := money.Amount(24_000_000_00), money.Amount(2_400_000_00), money.Amount(150_000_00)
	q := portfolio.QuotaReport{Set: true, ShareBP: 1000, Voted: &voted, Allowed: &allowed, Entered: 1_900_000_00, Selected: 650_000_00, Over: &over, Late: true}
	if len(all) > 3 {
		q.Leaving = []portfolio.Head{{Code: all[3].Code, Name: all[3].Name}}
	}
	return q
}

// Insight is what is told beside the selection of a workbench.
func Insight(r portfolio.WorkbenchReport) portfolio.ScenarioInsight {
	i := portfolio.ScenarioInsight{Hash: r.Result.Hash, Result: r.Result}
	head := func(n int) portfolio.Head {
		s := r.Subjects[n%len(r.Subjects)]
		return portfolio.Head{Code: s.Code, Name: s.Name}
	}
	if len(r.Subjects) == 0 {
		return i
	}
	var in []portfolio.Head
	for n := range 8 {
		in = append(in, head(n))
		p := portfolio.FrontierPoint{Total: money.Amount(n+1) * 400_000_00, Value: int64(1500 * (n + 1)), Bound: int64(1500 * (n + 1)), Proven: n%3 != 2, Selected: append([]portfolio.Head(nil), in...)}
		if !p.Proven {
			p.Bound += 120
		}
		i.Frontier = append(i.Frontier, p)
	}
	for n, s := range r.Subjects {
		switch {
		case s.ForceIsOwn && s.Force == portfolio.ForceIn:
			i.Forced = append(i.Forced, portfolio.ForcedPrice{Subject: s.Subject, Head: head(n), ReasonCode: s.ReasonCode, Reason: s.Reason, Value: 310, ValueLow: 300, ValueHigh: 340, PushedOut: []portfolio.Head{head(n + 1), head(n + 3)}, BroughtIn: []portfolio.Head{head(n + 2)}})
		case !s.Selected && s.Kind == portfolio.KindRequest:
			l := portfolio.RefusedLine{Subject: s.Subject, Head: head(n), Force: s.Force, Binding: []string{"2027/I", "dev/2027-Q1"}, Swap: []portfolio.Head{head(n + 1)}, SwapValue: r.Result.Value - 85, SwapProven: true, Extra: []portfolio.ExtraCredit{{Key: "2027/I", Amount: 35_000_00}, {Key: "dev/2027-Q1", Amount: 125}}, ExtraProven: n%2 == 0}
			if n%5 == 0 {
				l.Rules = []portfolio.ConflictLine{{Rule: "requires", Subject: s.Code, Name: s.Name}, {Rule: "theme", Subject: "SEC", Name: "Sécurité"}}
				l.Swap, l.With = nil, []portfolio.Head{head(n + 2)}
			}
			i.Refused = append(i.Refused, l)
		}
	}
	i.Next = &portfolio.NextCredit{Amount: 100_000_00, Value: 210, ValueLow: 200, ValueHigh: 240, Enter: []portfolio.Head{head(1)}, Leave: []portfolio.Head{head(2)}}
	i.Alternatives = []portfolio.AlternativeLine{{Value: r.Result.Value - 12, Less: 12, Enter: []portfolio.Head{head(4)}, Leave: []portfolio.Head{head(5)}}, {Value: r.Result.Value, Enter: []portfolio.Head{head(6)}}}
	return i
}

// Scenarios are cards of scenarios in every state.
func Scenarios() []portfolio.ScenarioCard {
	var out []portfolio.ScenarioCard
	for i, state := range portfolio.ScenarioStates {
		c := portfolio.ScenarioCard{ID: portfolio.ScenarioID(i + 1), Code: fmt.Sprintf("S-%02d", i+1), Name: names[i], State: state, Percentile: 50 + 30*(i%2), Selected: i*7 - 1, Value: int64(i) * 2500, Bound: int64(i) * 2510, GapBP: 40, Proven: i%2 == 1, CreatedBy: "Anne Le Goff", Version: 2}
		if state == portfolio.ScenarioSubmitted || state == portfolio.ScenarioDecided {
			c.Committee, c.CommitteeID, c.Recommended = portfolio.Head{Code: "COSTRAT", Name: "Comité stratégique"}, 3, i%2 == 0
		}
		out = append(out, c)
	}
	return out
}

// Comparison sets so many scenarios side by side.
func Comparison(columns, n int) portfolio.ScenarioComparison {
	r := Workbench(n)
	c := portfolio.ScenarioComparison{Roadmap: r.Roadmap, RoadmapID: 1, Currency: r.Currency}
	if n > 0 {
		c.Years, c.Skills = []int{2027, 2028}, []portfolio.Head{{Code: "dev", Name: "Développement"}, {Code: "sec", Name: "Sécurité"}}
		for _, t := range r.Themes {
			c.Themes = append(c.Themes, portfolio.Head{Code: t.Code, Name: t.Name})
		}
	}
	for i := range columns {
		s := portfolio.ComparedScenario{Head: r.Scenario, Result: r.Result, Cost: 4_000_000_00, CostP80: 4_960_000_00, Over80: i, Excess: money.Amount(i) * 80_000_00, EndLate: i}
		s.Head.ID, s.Head.Code, s.Head.Recommended = portfolio.ScenarioID(i+1), fmt.Sprintf("S-%02d", i+1), i == 1
		if n > 0 {
			most, more := money.Amount(2_000_000_00), money.Amount(600_000_00)
			s.ByYear = []portfolio.ComparedYear{{Investment: 1_450_000_00, Operations: 640_000_00, LimitInvestment: &most, LimitOperations: &more}, {Investment: 900_000_00, Operations: 340_000_00}}
			for range c.Themes {
				s.ByTheme = append(s.ByTheme, portfolio.ComparedTheme{Projects: 3, Value: 1200, Cost: 400_000_00})
			}
			s.BySkill = []portfolio.ComparedSkill{{Used: 1255, Limit: number(1500), Peak: basis(8367)}, {Used: 310, Over: i}}
		}
		c.Scenarios = append(c.Scenarios, s)
	}
	for i, s := range r.Subjects {
		x := portfolio.ComparedSubject{Subject: s.Subject, Kind: s.Kind, Head: portfolio.Head{Code: s.Code, Name: s.Name}, Theme: s.Theme, Points: s.Points, Differs: i%3 == 0}
		for j := range columns {
			in := !x.Differs || j%2 == 0
			x.In, x.Shift = append(x.In, in), append(x.Shift, int64(j%2))
			if in {
				x.Count++
			}
		}
		c.Subjects = append(c.Subjects, x)
	}
	return c
}

// changes are one of every kind.
func changes(c money.Currency) portfolio.ScenarioChanges {
	out := portfolio.ScenarioChanges{Currency: c, Since: Day}
	from, to := int64(220_000_00), int64(5_000_000_00)
	for i, kind := range []portfolio.ChangeKind{portfolio.ChangeGone, portfolio.ChangeNew, portfolio.ChangeCost, portfolio.ChangeYears, portfolio.ChangePlan, portfolio.ChangePoints, portfolio.ChangeGates, portfolio.ChangeLimit, portfolio.ChangeLimit,
		portfolio.ChangeUplift} {
		line := portfolio.ScenarioChange{Kind: kind, Head: portfolio.Head{Code: fmt.Sprintf("R-2026-%03d", i+1), Name: "Portail des aides"}, From: &from, To: &to}
		if i == 8 {
			line.Skill, line.Key, line.To = portfolio.Head{Code: "dev", Name: "Développement"}, "dev/2027-Q1", nil
		} else if kind == portfolio.ChangeLimit {
			line.Key = "2027/I"
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}
