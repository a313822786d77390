package sample

import (
	"context"
	"slices"
	"time"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// Service answers as the services of the register and of governance do, from a
type Service struct {
	Full   *portfolio.Report
	Cards  []portfolio.RoadmapCard
	Boards []governance.CommitteeCard
	Taken  []governance.DecisionLine
	Err    error      // answers everything when set
	Boom   bool       // panics instead
	Day    civil.Date // that was asked for last
}

// NewService answers with a full roadmap of n projects.
func NewService(n int) *Service {
	r := Report(n)
	return &Service{Full: r, Cards: Roadmaps(r), Boards: Committees(), Taken: Decisions()}
}

// Roadmaps lists the roadmaps.
func (f *Service) Roadmaps(context.Context, identity.Actor) ([]portfolio.RoadmapCard, error) {
	if f.Boom {
		panic("a secret text")
	}
	return f.Cards, f.Err
}

// Report gives the report, of whatever day.
func (f *Service) Report(_ context.Context, _ identity.Actor, id portfolio.RoadmapID, day civil.Date) (*portfolio.Report, error) {
	f.Day = day
	switch {
	case f.Err != nil:
		return nil, f.Err
	case id != f.Full.Roadmap.ID:
		return nil, fault.NotFound("roadmap", int64(id))
	}
	return f.Full, nil
}

// Needs gives a need for every project.
func (f *Service) Needs(context.Context, identity.Actor, portfolio.RoadmapID) (map[portfolio.ProjectID]string, error) {
	out := map[portfolio.ProjectID]string{}
	for i := range f.Full.Projects {
		p := &f.Full.Projects[i]
		out[p.ID] = "Besoin de " + p.Name
	}
	return out, f.Err
}

// SavedViews gives none.
func (f *Service) SavedViews(context.Context, identity.Actor, portfolio.RoadmapID) ([]portfolio.SavedView, error) {
	return nil, f.Err
}

// DueRequests counts none.
func (f *Service) DueRequests(context.Context, identity.Actor, portfolio.RoadmapID, civil.Date) (int, error) {
	return 0, f.Err
}

// ProjectReport gives a project with its sheet.
func (f *Service) ProjectReport(_ context.Context, _ identity.Actor, id portfolio.ProjectID, day civil.Date) (*portfolio.Report, *portfolio.ProjectLine, error) {
	f.Day = day
	switch {
	case f.Err != nil:
		return nil, nil, f.Err
	case int(id) > len(f.Full.Projects):
		return nil, nil, fault.NotFound("project", int64(id))
	}
	return f.Full, Sheet(f.Full, int(id)-1), nil
}

// Committees lists the committees.
func (f *Service) Committees(context.Context, identity.Actor, portfolio.RoadmapID, time.Time) ([]governance.CommitteeCard, error) {
	return f.Boards, f.Err
}

// Committee finds a committee by its code.
func (f *Service) Committee(_ context.Context, _ identity.Actor, code string, _ time.Time) (governance.CommitteeCard, error) {
	for _, c := range f.Boards {
		if c.Code == code {
			return c, f.Err
		}
	}
	return governance.CommitteeCard{}, fault.NotFound("committee", code)
}

// CommitteeOf finds a committee by its code, whatever the organisation.
func (f *Service) CommitteeOf(ctx context.Context, actor identity.Actor, _, code string, now time.Time) (governance.CommitteeCard, error) {
	return f.Committee(ctx, actor, code, now)
}

// Decisions lists the decisions.
func (f *Service) Decisions(context.Context, identity.Actor, portfolio.RoadmapID) ([]governance.DecisionLine, error) {
	return f.Taken, f.Err
}

// PackPDF gives a pack with bytes that look like a PDF.
func (f *Service) PackPDF(_ context.Context, _ identity.Actor, id int64) (governance.PackCard, []byte, error) {
	card, err := f.pack(id)
	return card, []byte("%PDF-1.4 sample"), err
}

// PackSnapshot gives the snapshot of a pack about the full roadmap.
func (f *Service) PackSnapshot(_ context.Context, _ identity.Actor, id int64) (governance.PackCard, *governance.Snapshot, error) {
	card, err := f.pack(id)
	if err != nil {
		return card, nil, err
	}
	r := *f.Full
	r.Projects = slices.Clone(r.Projects)
	return card, Pack(&r, card.Locale), nil
}

func (f *Service) pack(id int64) (governance.PackCard, error) {
	for _, c := range f.Boards {
		for _, p := range c.Packs {
			if int64(p.ID) == id {
				return p, f.Err
			}
		}
	}
	return governance.PackCard{}, fault.NotFound("pack", id)
}
