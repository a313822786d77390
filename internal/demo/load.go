package demo

import (
	"context"
	"fmt"
	"time"

	"jalon/finance"
	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Clock is the time of day of the story. Services are made with its Now, and the loader moves it on
// as the story goes, so that what is booked carries the story's dates and not today's.
type Clock struct{ at time.Time }

// Now gives the present instant of the story.
func (c *Clock) Now() time.Time { return c.at }

// Set moves the clock.
func (c *Clock) Set(t time.Time) { c.at = t }

// Services are the use cases that the story goes through.
type Services struct {
	Identity   *identity.Service
	Portfolio  *portfolio.Service
	Governance *governance.Service
	Finance    *finance.Service
}

// Hours of a day of the story, in the authority's own time: packs are frozen at six, people work from
// nine on.
const (
	hourOfJobs   = 6
	hourOfPeople = 9
)

// loader books a story day by day.
type loader struct {
	Services
	clock    *Clock
	actor    identity.Actor
	story    Story
	org      identity.Organisation
	network  identity.Organisation // above it
	roadmaps map[string]portfolio.RoadmapID
	projects map[string]map[string]portfolio.ProjectID // by roadmap and code
	accounts map[identity.Role]identity.Actor          // of the people of the authority, once they have accounts
	report   func(day civil.Date)
}

// Load books the story through the use cases, in the order in which it happened, and freezes the
// packs of its committees on their days. The clock must be the one that the services were made
// with. report, which may be nil, is told every day that is done.
func Load(ctx context.Context, s Services, clock *Clock, story Story, report func(day civil.Date)) error {
	l := &loader{Services: s, clock: clock, actor: identity.Operator("demo"), story: story,
		roadmaps: map[string]portfolio.RoadmapID{}, projects: map[string]map[string]portfolio.ProjectID{}, accounts: map[identity.Role]identity.Actor{}, report: report}
	books, requests := l.keep(), l.intake()
	scores, weighing := requests.jury(), requests.weigh()
	events := story.Events()
	start := story.Day
	for _, r := range story.Roadmaps {
		if r.Start.Before(start) {
			start = r.Start
		}
	}
	if len(events) > 0 && events[0].On.Before(start) {
		start = events[0].On
	}
	if err := l.found(ctx, start); err != nil {
		return err
	}
	waiting := story.Committees
	for day := start; !day.After(story.Day); day = day.AddDays(1) {
		l.at(day, hourOfJobs)
		if err := l.freeze(ctx); err != nil {
			return err
		}
		l.at(day, hourOfPeople)
		for len(waiting) > 0 && !waiting[0].From.After(day) {
			if err := l.committee(ctx, waiting[0]); err != nil {
				return err
			}
			waiting = waiting[1:]
		}
		n := 0
		for n < len(events) && !events[n].On.After(day) {
			n++
		}
		if err := l.book(ctx, events[:n]); err != nil {
			return fmt.Errorf("demonstration, %s: %w", day, err)
		}
		events = events[n:]
		if err := books.until(ctx, day); err != nil {
			return fmt.Errorf("demonstration, %s: %w", day, err)
		}
		if err := requests.until(ctx, day); err != nil {
			return fmt.Errorf("demonstration, %s: %w", day, err)
		}
		if err := scores.until(ctx, day); err != nil {
			return fmt.Errorf("demonstration, %s: %w", day, err)
		}
		if err := weighing.until(ctx, day); err != nil {
			return fmt.Errorf("demonstration, %s: %w", day, err)
		}
		if l.report != nil {
			l.report(day)
		}
	}
	return l.release(ctx)
}

func (l *loader) at(day civil.Date, hour int) { l.clock.Set(day.At(hour, 0, l.zone())) }

func (l *loader) zone() *time.Location {
	if l.org.ID == 0 {
		return time.UTC
	}
	return l.org.Location()
}

// freeze lets the scheduler's use case do what is due.
func (l *loader) freeze(ctx context.Context) error {
	done, err := l.Governance.FreezeDue(ctx, l.actor, "demo", l.clock.Now())
	if err != nil {
		return err
	}
	for _, d := range done {
		if d.Err != nil {
			return fmt.Errorf("freeze %s %s: %w", d.Committee, d.Period, d.Err)
		}
	}
	return nil
}

// found books what stands from the first day: the authority, its roadmaps, the names of projects.
// A project belongs to a portfolio from its first estimate on, not from here.
func (l *loader) found(ctx context.Context, start civil.Date) error {
	o := l.story.Organisation
	l.at(start, hourOfPeople)
	var err error
	if l.network, err = l.Identity.Create(ctx, l.actor, network); err != nil {
		return err
	}
	org, err := l.Identity.Create(ctx, l.actor, identity.Organisation{ParentID: l.network.ID, Code: o.Code, Name: o.Name, Kind: o.Kind, Currency: o.Currency, Fiscal: o.Fiscal, Locale: o.Locale, TimeZone: o.TimeZone})
	if err != nil {
		return err
	}
	l.org = org
	l.at(start, hourOfPeople)
	for _, r := range l.story.Roadmaps {
		if err := l.roadmap(ctx, r); err != nil {
			return fmt.Errorf("demonstration, roadmap %s: %w", r.Code, err)
		}
	}
	return nil
}

func (l *loader) roadmap(ctx context.Context, r Roadmap) error {
	in := portfolio.RoadmapInput{Roadmap: portfolio.Roadmap{OrganisationID: l.org.ID, Code: r.Code, Name: r.Name, Purpose: r.Purpose, Start: r.Start, End: r.End, Manager: r.Manager,
		Sponsor: r.Sponsor, HasVoted: r.HasVoted, Voted: r.Voted, Currency: l.org.Currency, Status: portfolio.RoadmapStatus(r.Status)}}
	for i, t := range r.Themes {
		in.Themes = append(in.Themes, portfolio.Theme{Code: t.Code, Name: t.Name, Description: t.Description, Position: i + 1})
	}
	for i, o := range r.Objectives {
		in.Objectives = append(in.Objectives, portfolio.Objective{Code: o.Code, Name: o.Name, Description: o.Description, Position: i + 1})
	}
	booked, err := l.Portfolio.CreateRoadmap(ctx, l.actor, in)
	if err != nil {
		return err
	}
	l.roadmaps[r.Code] = booked.ID
	return l.projectsOf(ctx, r)
}

func (l *loader) projectsOf(ctx context.Context, r Roadmap) error {
	id := l.roadmaps[r.Code]
	inputs := make([]portfolio.ProjectInput, len(r.Projects))
	for i, p := range r.Projects {
		inputs[i] = portfolio.ProjectInput{ThemeCode: p.Theme, Project: portfolio.Project{Code: p.Code, Name: p.Name, Need: p.Need, Sponsor: p.Sponsor, Manager: p.Manager,
			Department: p.Department, Interministerial: p.InterAdministration}}
	}
	projects, err := l.Portfolio.AddProjects(ctx, l.actor, id, inputs)
	if err != nil {
		return err
	}
	ids := map[string]portfolio.ProjectID{}
	for _, p := range projects {
		ids[p.Code] = p.ID
	}
	l.projects[r.Code] = ids
	var deps []portfolio.Dependency
	for _, p := range r.Projects {
		for _, d := range p.Dependencies {
			deps = append(deps, portfolio.Dependency{ProjectID: ids[p.Code], DependsOnID: ids[d.On], Note: d.Note})
		}
		if len(p.Milestones) == 0 {
			continue
		}
		var milestones []portfolio.Milestone
		for i, m := range p.Milestones {
			milestones = append(milestones, portfolio.Milestone{Code: m.Code, Name: m.Name, BaselineOn: m.BaselineOn, Position: i + 1})
		}
		if err := l.Portfolio.AddMilestones(ctx, l.actor, ids[p.Code], p.Estimates[0].On, milestones); err != nil {
			return err
		}
	}
	if len(deps) == 0 {
		return nil
	}
	return l.Portfolio.AddDependencies(ctx, l.actor, id, deps)
}

func (l *loader) committee(ctx context.Context, c Committee) error {
	rule, err := cadence.ParseRule(c.Cadence)
	if err != nil {
		return err
	}
	in := governance.Committee{OrganisationID: l.org.ID, RoadmapID: l.roadmaps[c.Roadmap], Code: c.Code, Name: c.Name, Level: governance.Level(c.Level), Cadence: rule,
		TimeZone: c.TimeZone, Locale: c.Locale, LeadDays: c.LeadDays, From: c.From, Until: c.Until}
	for _, m := range c.Members {
		in.Members = append(in.Members, governance.Member{Name: m.Name, Role: m.Role})
	}
	_, err = l.Governance.CreateCommittee(ctx, l.actor, in)
	return err
}

// book books the events of one day: those of one kind and roadmap together, as a person would who
// fills in one page after the other.
func (l *loader) book(ctx context.Context, events []Event) error {
	for len(events) > 0 {
		n := 1
		for n < len(events) && events[n].Kind == events[0].Kind && events[n].Roadmap == events[0].Roadmap {
			n++
		}
		if err := l.bookAlike(ctx, events[:n]); err != nil {
			return err
		}
		events = events[n:]
	}
	return nil
}

func (l *loader) bookAlike(ctx context.Context, events []Event) error {
	roadmap := l.roadmaps[events[0].Roadmap]
	var estimates []portfolio.Estimate
	var statuses []portfolio.StatusReport
	for _, e := range events {
		project := l.projects[e.Roadmap][e.Project]
		var err error
		switch e.Kind {
		case EventEstimate, EventPhase:
			estimates = append(estimates, estimate(project, e.Estimate))
		case EventStatus:
			statuses = append(statuses, status(project, e.Status))
		case EventMilestone:
			err = l.Portfolio.ForecastMilestones(ctx, l.actor, project, []portfolio.ForecastInput{{Code: e.Milestone.Code, AsOf: e.Forecast.AsOf, DueOn: e.Forecast.DueOn, ReachedOn: e.Forecast.ReachedOn}})
		case EventExit:
			err = l.Portfolio.RecordExit(ctx, l.actor, project, e.Exit.On, e.Exit.Reason)
		case EventDecision:
			err = l.decide(ctx, *e.Decision, nil)
		case EventRebaseline:
			b := e.Rebaseline
			err = l.decide(ctx, b.Decision, &governance.RebaselineInput{HasCost: true, Cost: b.Cost, Start: b.Start, End: b.End})
		}
		if err != nil {
			return err
		}
	}
	if len(estimates) > 0 {
		return l.Portfolio.BookEstimates(ctx, l.actor, roadmap, estimates)
	}
	if len(statuses) > 0 {
		return l.Portfolio.ReportStatuses(ctx, l.actor, roadmap, statuses)
	}
	return nil
}

func estimate(project portfolio.ProjectID, e *Estimate) portfolio.Estimate {
	out := portfolio.Estimate{ProjectID: project, AsOf: e.On, HasCost: e.HasCost, Cost: e.Cost, Start: e.Start, End: e.End, Phase: portfolio.Phase(e.Phase), Note: e.Note}
	sums := map[[3]string]money.Amount{}
	var order [][3]string
	for _, l := range e.Lines { // one line a year, nature and part in the books
		k := [3]string{l.FiscalYear, l.Nature, l.Part}
		if _, ok := sums[k]; !ok {
			order = append(order, k)
		}
		sums[k] += l.Amount
	}
	for _, k := range order {
		out.Lines = append(out.Lines, portfolio.CostLine{FiscalYear: k[0], Nature: portfolio.Nature(k[1]), Part: portfolio.CostPart(k[2]), Amount: sums[k]})
	}
	return out
}

func status(project portfolio.ProjectID, s *Status) portfolio.StatusReport {
	side := func(x Side) portfolio.Side {
		return portfolio.Side{Weather: portfolio.Weather(x.Weather), Comment: x.Comment}
	}
	return portfolio.StatusReport{ProjectID: project, Period: s.Period, On: s.On, Author: s.Author, Schedule: side(s.Schedule), Cost: side(s.Cost), Scope: side(s.Scope), People: side(s.People),
		Summary: s.Summary, NextSteps: s.NextSteps, NeedsDecision: s.Question}
}

func (l *loader) decide(ctx context.Context, d Decision, b *governance.RebaselineInput) error {
	_, err := l.Governance.Decide(ctx, l.actor, governance.DecideInput{OrganisationID: l.org.ID, CommitteeCode: d.Committee, ProjectCode: d.Project, Title: d.Title, Question: d.Question,
		Options: d.Options, Outcome: d.Outcome, Reason: d.Reason, On: d.On, Rebaseline: b})
	return err
}
