package views

import (
	"jalon/portfolio"
)

// HomePage lists the roadmaps that the reader may see.
type HomePage struct {
	Base
	Roadmaps []portfolio.RoadmapCard
}

func (HomePage) template() string { return "home" }

// Commands of the empty home page. They are typed as they stand, so they are not translated.
const (
	importCommand = "jalon import projects FILE --roadmap CODE --profile NAME [--as-of DATE]"
	importExample = "jalon import projects panorama-2017-06.csv --roadmap panorama --profile panorama --as-of 2017-06-30"
)

// Command is what fills an empty installation.
func (HomePage) Command() string { return importCommand }

// Example is that command with real arguments.
func (HomePage) Example() string { return importExample }

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
			Voted: p.MoneyShort(r.Voted, r.Currency), Projects: p.Int(int64(r.Projects)),
			Term: p.term(r.Start, r.End),
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
