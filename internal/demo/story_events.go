package demo

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
)

// EventKind tells what an Event is.
type EventKind string

// The kinds, in the order in which events of one day are booked: a project is known before its
// phase changes, a decision is taken on what is known, and a report speaks of all of it.
const (
	EventEstimate   EventKind = "estimate"
	EventPhase      EventKind = "phase" // an estimate that tells a phase and no figure
	EventMilestone  EventKind = "milestone"
	EventDecision   EventKind = "decision"
	EventRebaseline EventKind = "rebaseline"
	EventExit       EventKind = "exit"
	EventStatus     EventKind = "status"
)

var eventOrder = map[EventKind]int{EventEstimate: 0, EventPhase: 1, EventMilestone: 2, EventDecision: 3,
	EventRebaseline: 4, EventExit: 5, EventStatus: 6}

// Event is one thing that happened. Of the pointers the one for the kind is set; Roadmap and
// Project are codes, empty where a decision concerns no project.
type Event struct {
	On               civil.Date
	Kind             EventKind
	Roadmap, Project string
	Estimate         *Estimate // for EventEstimate and EventPhase
	Milestone        *Milestone
	Forecast         *Forecast // of Milestone
	Decision         *Decision
	Rebaseline       *Rebaseline
	Exit             *Exit
	Status           *Status
}

// Events gives all that happened in one list, oldest first. Events of one day stand by kind, then
// in the order of the story.
func (s Story) Events() []Event {
	var all []Event
	for _, r := range s.Roadmaps {
		for _, p := range r.Projects {
			all = append(all, p.events(r.Code)...)
		}
	}
	roadmap := s.Running().Code
	for i := range s.Decisions {
		d := &s.Decisions[i]
		all = append(all, Event{On: d.On, Kind: EventDecision, Roadmap: roadmap, Project: d.Project, Decision: d})
	}
	for i := range s.Rebaselines {
		b := &s.Rebaselines[i]
		all = append(all, Event{On: b.On, Kind: EventRebaseline, Roadmap: roadmap, Project: b.Project, Rebaseline: b})
	}
	slices.SortStableFunc(all, func(a, b Event) int {
		return cmp.Or(a.On.Compare(b.On), cmp.Compare(eventOrder[a.Kind], eventOrder[b.Kind]))
	})
	return all
}

func (p Project) events(roadmap string) []Event {
	var all []Event
	at := func(on civil.Date, kind EventKind) *Event {
		all = append(all, Event{On: on, Kind: kind, Roadmap: roadmap, Project: p.Code})
		return &all[len(all)-1]
	}
	for i := range p.Estimates {
		e := &p.Estimates[i]
		kind := EventEstimate
		if !e.HasCost && e.Start.IsZero() {
			kind = EventPhase
		}
		at(e.On, kind).Estimate = e
	}
	for i := range p.Milestones {
		for j := range p.Milestones[i].Forecasts {
			f := &p.Milestones[i].Forecasts[j]
			e := at(f.AsOf, EventMilestone)
			e.Milestone, e.Forecast = &p.Milestones[i], f
		}
	}
	if p.Exit != nil {
		at(p.Exit.On, EventExit).Exit = p.Exit
	}
	for i := range p.Statuses {
		at(p.Statuses[i].On, EventStatus).Status = &p.Statuses[i]
	}
	return all
}
