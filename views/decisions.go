package views

import (
	"net/url"
	"strconv"

	"jalon/governance"
	"jalon/identity"
	"jalon/portfolio"
)

// DecisionURL is the page of a decision.
func DecisionURL(id governance.DecisionID) string {
	return DecisionsURL + "/" + strconv.FormatInt(int64(id), 10)
}

// DecisionQuery narrows the list of decisions, and says which page of it is shown.
type DecisionQuery struct {
	Roadmap portfolio.RoadmapID // 0: all
	Year    int                 // 0: all
	Text    string
	Page    int // from 1
}

// URL is the address of the list narrowed so.
func (q DecisionQuery) URL() string {
	v := url.Values{}
	if q.Roadmap != 0 {
		v.Set("roadmap", strconv.FormatInt(int64(q.Roadmap), 10))
	}
	if q.Year != 0 {
		v.Set("year", strconv.Itoa(q.Year))
	}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return withQuery(DecisionsURL, v)
}

// Narrowed tells that not all decisions are asked for.
func (q DecisionQuery) Narrowed() bool { return q.Roadmap != 0 || q.Year != 0 || q.Text != "" }

// DecisionsPage lists decisions, newest first.
type DecisionsPage struct {
	Base
	Decisions []governance.DecisionLine // of this page
	Query     DecisionQuery
	Total     int // that match
	Pages     int
	Years     []int                   // in which something was decided, newest first
	Roadmaps  []portfolio.RoadmapCard // that the reader may read
	Errors    []FieldError
	// NewURL is where a decision is booked when the reader can do that in one committee alone; "" otherwise.
	NewURL string
}

func (DecisionsPage) template() string { return "decisions" }

// DecisionEntry is a decision with the printer that writes it.
type DecisionEntry struct {
	Printer
	governance.DecisionLine
	URL string // of the project that it concerns; "" for none
}

// OwnURL is the page of the decision; "" in a pack, whose decisions are known by their reference.
func (e DecisionEntry) OwnURL() string {
	if e.ID == 0 {
		return ""
	}
	return DecisionURL(e.ID)
}

// Entries lists the decisions.
func (p DecisionsPage) Entries() []DecisionEntry {
	entries := make([]DecisionEntry, len(p.Decisions))
	for i, d := range p.Decisions {
		entries[i] = DecisionEntry{Printer: p.Printer, DecisionLine: d}
	}
	return entries
}

// RoadmapOptions are the choices of the filter by roadmap.
func (p DecisionsPage) RoadmapOptions() []Choice {
	out := []Choice{{Text: p.T("decisions.any.roadmap"), Selected: p.Query.Roadmap == 0}}
	for _, r := range p.Roadmaps {
		out = append(out, Choice{Value: strconv.FormatInt(int64(r.ID), 10), Text: r.Code + " " + r.Name, Selected: r.ID == p.Query.Roadmap})
	}
	return out
}

// YearOptions are the choices of the filter by year.
func (p DecisionsPage) YearOptions() []Choice {
	out := []Choice{{Text: p.T("decisions.any.year"), Selected: p.Query.Year == 0}}
	for _, y := range p.Years {
		out = append(out, Choice{Value: strconv.Itoa(y), Text: strconv.Itoa(y), Selected: y == p.Query.Year})
	}
	return out
}

// Newer is the page before this one; "" on the first.
func (p DecisionsPage) Newer() string { return p.turn(p.Query.Page - 1) }

// Older is the page after this one; "" on the last.
func (p DecisionsPage) Older() string { return p.turn(p.Query.Page + 1) }

func (p DecisionsPage) turn(to int) string {
	if to < 1 || to > p.Pages {
		return ""
	}
	q := p.Query
	q.Page = to
	return q.URL()
}

// DecisionPage is one decision with everything that was written down.
type DecisionPage struct {
	Base
	Decision governance.DecisionCard
}

func (DecisionPage) template() string { return "decision" }

// NamedFact is a named value, which may lead somewhere.
type NamedFact struct{ Name, Text, URL string }

// Facts are who decided, about what, and who wrote it down.
func (p DecisionPage) Facts() []NamedFact {
	d := p.Decision
	place := identity.Scope{Organisation: d.OrganisationID, Roadmap: int64(d.RoadmapID)}
	roadmap := NamedFact{Name: p.T("decision.roadmap"), Text: d.Roadmap.Name}
	if p.May(identity.PermReadPortfolio, place) {
		roadmap.URL = RoadmapURL(d.RoadmapID, Day{})
	}
	facts := []NamedFact{{p.T("web.committee.committee"), d.Committee, CommitteeURL(d.CommitteeCode)}, roadmap}
	if d.ProjectID != 0 {
		project := NamedFact{Name: p.T("web.project.project"), Text: ProjectTitle(d.Project, d.ProjectName)}
		place.Project = int64(d.ProjectID)
		if p.May(identity.PermReadPortfolio, place) {
			project.URL = ProjectURL(d.ProjectID, Day{})
		}
		facts = append(facts, project)
	}
	return append(facts, NamedFact{Name: p.T("decision.author"), Text: d.Author})
}

// Reference lists what the decision set as the new reference of the project; none when it set nothing.
func (p DecisionPage) Reference() []NamedFact {
	b := p.Decision.Rebaseline
	if b == nil {
		return nil
	}
	var facts []NamedFact
	if b.HasCost {
		facts = append(facts, NamedFact{Name: p.T("web.project.cost"), Text: p.Money(b.Cost, p.Decision.Currency)})
	}
	if !b.Start.IsZero() || !b.End.IsZero() {
		facts = append(facts, NamedFact{Name: p.T("web.project.start"), Text: p.Date(b.Start)}, NamedFact{Name: p.T("web.project.end"), Text: p.Date(b.End)})
	}
	return facts
}
