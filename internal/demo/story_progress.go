package demo

import (
	"fmt"

	"jalon/internal/civil"
)

// milestones unroll the promises of a project: the first plan dates them, every later plan moves
// those not reached yet, and each is reached on its day or a few days late, until the project stops.
func (t teller) milestones(src projectSource, p Project) []Milestone {
	stop := stopOf(p, t.day)
	var plans []Estimate
	for _, e := range p.Estimates {
		if !e.Start.IsZero() {
			plans = append(plans, e)
		}
	}
	if len(plans) == 0 {
		return nil
	}
	var out []Milestone
	for i, m := range src.Milestones {
		due := dueIn(plans[0], m.At)
		ms := Milestone{Code: fmt.Sprintf("J%d", i+1), Name: m.Name, BaselineOn: due}
		late := vary(7, src.Code, m.Name)
		reached := false
		for _, plan := range append(plans[1:len(plans):len(plans)], Estimate{On: stop}) {
			if on := workingDay(due.AddDays(late)); on.Before(plan.On) && on.Before(stop) {
				ms.Forecasts = append(ms.Forecasts, Forecast{AsOf: on, DueOn: due, ReachedOn: on})
				reached = true
				break
			}
			if plan.Start.IsZero() {
				break
			}
			next := dueIn(plan, m.At)
			// A plan promises nothing for a day that is gone: what should be done is done next.
			if !next.After(plan.On) {
				next = workingDay(plan.On.AddDays(7 * (i + 1)))
			}
			if next != due {
				ms.Forecasts = append(ms.Forecasts, Forecast{AsOf: plan.On, DueOn: next})
				due = next
			}
		}
		if !reached && len(ms.Forecasts) == 0 {
			ms.Forecasts = append(ms.Forecasts, Forecast{AsOf: plans[0].On, DueOn: due})
		}
		out = append(out, ms)
	}
	return out
}

// dueIn places a milestone in a plan: the end for 100 %, else a working day on the way.
func dueIn(plan Estimate, percent int) civil.Date {
	if percent >= 100 {
		return plan.End
	}
	return workingDay(plan.Start.AddDays(plan.Start.DaysUntil(plan.End) * percent / 100))
}

// stopOf is the day from which nothing moves any more in a project: it left, was abandoned or
// suspended, or the story ends.
func stopOf(p Project, day civil.Date) civil.Date {
	if p.Exit != nil {
		return p.Exit.On
	}
	if n := len(p.Estimates); n > 0 {
		if last := p.Estimates[n-1]; last.Phase == "abandoned" || last.Phase == "suspended" {
			return last.On
		}
	}
	return day
}

// statuses unroll the reports of a project. Between two reports that are written out, most months
// have a short one that repeats the weather: nothing new happened, and nobody pretends otherwise.
func (t teller) statuses(src projectSource, p Project) []Status {
	var out []Status
	for i, s := range src.Statuses {
		if i > 0 {
			out = t.interimReports(out, src, p, s.Month)
		}
		on := t.reportDay(src.Code, s.Month)
		side := func(s Side) Side { return Side{Weather: s.Weather, Comment: t.text(s.Comment)} }
		out = append(out, Status{On: on, Period: on.MonthOf().String(), Author: p.Manager, Schedule: side(s.Schedule),
			Cost: side(s.Cost), Scope: side(s.Scope), People: side(s.People), Summary: t.text(s.Summary),
			NextSteps: t.text(s.NextSteps), Question: t.text(s.Question)})
	}
	return out
}

// interimReports adds the months between the last report of out and the month before.
func (t teller) interimReports(out []Status, src projectSource, p Project, before int) []Status {
	last := out[len(out)-1]
	used := ""
	for m := t.day.MonthOf().Until(last.On.MonthOf()) + 1; m < before; m++ {
		on := t.reportDay(src.Code, m)
		// One report in nine is forgotten, as in any authority.
		key := fmt.Sprint(m)
		if vary(9, src.Code, key, "forgotten") == 0 {
			continue
		}
		pool := t.interim[moodOf(p, last, on)]
		if len(pool) == 0 {
			continue
		}
		n := vary(len(pool), src.Code, key, "summary")
		if pool[n] == used {
			n = (n + 1) % len(pool)
		}
		used = pool[n]
		out = append(out, Status{On: on, Period: on.MonthOf().String(), Author: p.Manager, Schedule: again(last.Schedule),
			Cost: again(last.Cost), Scope: again(last.Scope), People: again(last.People), Summary: used, NextSteps: last.NextSteps})
	}
	return out
}

// moodOf names the summaries that suit a month in which nothing happened: those of a project in
// trouble, or of its phase.
func moodOf(p Project, last Status, day civil.Date) string {
	for _, side := range []Side{last.Schedule, last.Cost, last.Scope, last.People} {
		if side.Weather == "storm" {
			return "storm"
		}
	}
	return phaseOn(p, day)
}

// again repeats a weather; a cloud says that it is the same cloud.
func again(s Side) Side {
	if s.Weather == "cloud" || s.Weather == "storm" {
		return Side{Weather: s.Weather, Comment: "Inchangé depuis le dernier point"}
	}
	return Side{Weather: s.Weather}
}

// reportDay is when a project reports: after the committees of the month have sat, in its last
// working days but before its end.
func (t teller) reportDay(code string, month int) civil.Date {
	return t.event(offset{month, 22 + vary(4, code, fmt.Sprint(month))})
}

// phaseOn is the phase that was last told by the day.
func phaseOn(p Project, day civil.Date) string {
	phase := ""
	for _, e := range p.Estimates {
		if e.Phase != "" && !e.On.After(day) {
			phase = e.Phase
		}
	}
	return phase
}
