package sample

import (
	"fmt"

	"jalon/governance"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Arbitration is a choice among so many scenarios of n projects and candidates.
func Arbitration(options, n int) *governance.PackArbitration {
	a := &governance.PackArbitration{Method: governance.MethodArbitration, Question: "Quels projets la métropole engage-t-elle en 2027 et 2028, et à quoi renonce-t-elle ?"}
	for i := range options {
		r := Workbench(n)
		told := Insight(r)
		o := portfolio.ScenarioOption{ScenarioHead: r.Scenario, FrozenOn: Day, Result: r.Result, Cost: money.Amount(4_000_000_00 - i*300_000_00), CostP80: money.Amount(4_960_000_00 - i*380_000_00), P50: r.Basis.P50, P80: r.Basis.P80, Credits: n > 0,
			Ends: r.Guard.Ends, Themes: r.Themes, Forced: told.Forced, Frontier: told.Frontier, Next: told.Next}
		o.ID, o.Code, o.Name, o.State, o.Recommended = portfolio.ScenarioID(i+1), fmt.Sprintf("S-%02d", i+1), []string{"Usagers d’abord", "Sans le portail", "Crédits réduits de dix pour cent", "Sécurité d’abord", "Tout à P80"}[i%5], portfolio.ScenarioSubmitted, i == 0
		o.Question, o.SHA256 = a.Question, fmt.Sprintf("%064x", 0xabcdef+i)
		o.Result.Value -= int64(i) * 420
		if i == 0 {
			o.Result.Status, o.Result.Bound, o.Result.GapBP = "optimal", o.Result.Value, 0
		}
		for _, g := range r.Gauges {
			if g.Kind == portfolio.GaugeSkill {
				o.Skills = append(o.Skills, g)
				continue
			}
			y := portfolio.GuardYear{Year: g.Year, Section: g.Section, P50: money.Amount(g.UsedP50), P80: money.Amount(g.UsedP80), State50: g.State, State80: g.StateP80}
			if g.Limit != nil {
				limit := money.Amount(*g.Limit)
				y.Limit = &limit
			}
			o.Years = append(o.Years, y)
		}
		for j, s := range r.Subjects {
			l := portfolio.OptionLine{Subject: s.Subject, Code: s.Code, Name: s.Name, Department: s.Department, Theme: s.Theme, Points: s.Points, Cost: s.CostP80, Shift: s.ShiftYears, Force: s.Force, ReasonCode: s.ReasonCode, Words: s.Reason}
			running := s.Kind == portfolio.KindProject
			switch {
			case s.Selected && running:
				o.Stay = append(o.Stay, l)
			case s.Selected:
				o.Enter = append(o.Enter, l)
			case running:
				l.ReasonCode = portfolio.ReasonDrift
				o.Stop = append(o.Stop, l)
			default:
				l.Why, l.WhyNames = []string{portfolio.OutNoRoom, portfolio.OutLess, portfolio.OutGate, portfolio.OutForced, portfolio.OutMissing}[j%5], []string{"2027/I"}
				o.Out = append(o.Out, l)
			}
		}
		a.Options = append(a.Options, o)
	}
	return a
}
