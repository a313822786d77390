package views

import (
	"slices"
	"strconv"

	"jalon/identity"
	"jalon/portfolio"
)

// HomePage lists the roadmaps that the reader may see, and projects that they were given one by one.
type HomePage struct {
	Base
	Roadmaps []portfolio.RoadmapCard
	Projects []portfolio.ProjectCard
	FirstRun *FirstRun // nil: not for this reader, or over
}

func (HomePage) template() string { return "home" }

// FirstRun is how far a new organisation has come.
type FirstRun struct {
	Organisation identity.Organisation
	Roadmap      *portfolio.RoadmapCard // the first; nil: none yet
	Committees   int
	Users        int // 0: the reader does not look after accounts
	TwoFactor    bool
}

// Step is one of the first steps.
type Step struct {
	Done      bool
	Text, Why string
	URL       string
	State     string
}

// Steps lists the first steps that the reader can take, in their order.
func (p HomePage) Steps() []Step {
	r := p.FirstRun
	if r == nil {
		return nil
	}
	here := identity.Within(r.Organisation.ID)
	var steps []Step
	add := func(allowed bool, done bool, key, url string) {
		if allowed {
			s := Step{Done: done, Text: p.T("first_run." + key), Why: p.T("first_run." + key + ".why"), URL: url, State: p.T("first_run.open")}
			if done {
				s.State = p.T("first_run.done")
			}
			steps = append(steps, s)
		}
	}
	organisation := OrganisationsURL + "/" + strconv.FormatInt(r.Organisation.ID, 10)
	edits := p.May(identity.PermEditPortfolio, here)
	add(p.May(identity.PermEditOrganisation, here), r.Organisation.Version > 1, "organisation", organisation+"/edit")
	add(edits, r.Roadmap != nil, "roadmap", NewRoadmapURL)
	if r.Roadmap != nil {
		add(edits, r.Roadmap.Projects > 0, "projects", RoadmapURL(r.Roadmap.ID, Day{})+"/import")
		add(edits, r.Committees > 0, "committee", RoadmapURL(r.Roadmap.ID, Day{})+"/committees/new")
	}
	add(p.May(identity.PermEditUsers, here), r.Users > 1, "people", organisation+"/users")
	add(true, r.TwoFactor, "two_factor", AccountURL+"/two-factor")
	return steps
}

// Unfinished tells that a step is still open: then the list stands on the page.
func (p HomePage) Unfinished() bool {
	return slices.ContainsFunc(p.Steps(), func(s Step) bool { return !s.Done })
}

// ProjectTile is a single project on the first page.
type ProjectTile struct{ URL, Code, Name, Where string }

// Mine writes out the projects that the reader was given one by one.
func (p HomePage) Mine() []ProjectTile {
	out := make([]ProjectTile, len(p.Projects))
	for i, q := range p.Projects {
		out[i] = ProjectTile{ProjectURL(q.ID, Day{}), q.Code, q.Name, q.Roadmap.Name + " · " + q.Organisation.Name}
	}
	return out
}

// MayCreate tells whether the reader can start a roadmap somewhere.
func (p HomePage) MayCreate() bool {
	return p.Viewer != nil && len(p.Viewer.Actor.Reach(identity.PermEditPortfolio).Organisations) > 0
}

// RoadmapTile is a roadmap as the first page shows it.
type RoadmapTile struct {
	URL, ProjectsURL                    string
	Code, Name, Organisation, Purpose   string
	Status, StatusCode, Voted, Projects string
	Term                                string
}

// Cards writes out the roadmaps. The organisation is named when there are several.
func (p HomePage) Cards() []RoadmapTile {
	cards := make([]RoadmapTile, len(p.Roadmaps))
	for i, r := range p.Roadmaps {
		c := RoadmapTile{
			URL: RoadmapURL(r.ID, Day{}), ProjectsURL: ProjectsURL(r.ID, ProjectQuery{}, Day{}),
			Code: r.Code, Name: r.Name, Purpose: r.Purpose,
			Status: p.T("roadmap.status." + string(r.Status)), StatusCode: string(r.Status),
			Projects: p.Int(int64(r.Projects)), Term: p.term(r.Start, r.End),
		}
		if r.Voted != nil { // nothing was voted, or the reader may not read costs
			c.Voted = p.MoneyShort(r.Voted, r.Currency)
		}
		if p.several() {
			c.Organisation = r.Organisation.Name
		}
		cards[i] = c
	}
	return cards
}

// several tells whether the roadmaps belong to more than one organisation.
func (p HomePage) several() bool {
	for _, r := range p.Roadmaps {
		if r.Organisation.Code != p.Roadmaps[0].Organisation.Code {
			return true
		}
	}
	return false
}
