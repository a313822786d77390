package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
)

var reportStatus = act{name: "status.report", permission: identity.PermReportStatus}

// LastStatus gives the status report of a project that was made last, for the next one to begin with;
// nil when there is none yet. Its cost side is absent for who may not read costs.
func (s *Service) LastStatus(ctx context.Context, actor identity.Actor, id ProjectID) (*StatusReport, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	rep, err := findLastStatus(ctx, s.db.Read(), p)
	if rep != nil && !actor.May(identity.PermReadCost, p.Place()) {
		rep.Cost = Side{}
	}
	return rep, err
}

// ReportStatus books what the actor declares of a project for a period.
func (s *Service) ReportStatus(ctx context.Context, actor identity.Actor, id ProjectID, rep StatusReport) error {
	rep.ProjectID, rep.Author, rep.AuthorID = id, actor.Label, actor.UserID
	if err := rep.Validate(); err != nil {
		return err
	}
	return s.changeProject(ctx, actor, id, reportStatus, func(ctx context.Context, tx database.Conn, r Roadmap, p Project) (trace, error) {
		return trace{details: rep}, insertStatuses(ctx, tx, r.OrganisationID, []StatusReport{rep}, s.now())
	})
}

// ReportStatuses books status reports of projects of one roadmap, all or none.
func (s *Service) ReportStatuses(ctx context.Context, actor identity.Actor, id RoadmapID, reports []StatusReport) error {
	for _, rep := range reports {
		if err := rep.Validate(); err != nil {
			return err
		}
	}
	return s.change(ctx, actor, id, reportStatus, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if err := belong(ctx, tx, r, reports, func(x StatusReport) ProjectID { return x.ProjectID }); err != nil {
			return trace{}, err
		}
		return trace{details: reports}, insertStatuses(ctx, tx, r.OrganisationID, reports, s.now())
	})
}
