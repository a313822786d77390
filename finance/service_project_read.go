package finance

import (
	"context"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/portfolio"
)

// ProjectBooks is what pages about the money of a project begin with: what its amounts are, and the years of its books.
type ProjectBooks struct {
	ReportHead
	Project ProjectName
	Years   []FiscalYear
}

// ProjectBooks names a project, the basis and the currency of its amounts, and the fiscal years there are.
func (s *Service) ProjectBooks(ctx context.Context, actor identity.Actor, id portfolio.ProjectID) (ProjectBooks, error) {
	p, err := seeProject(ctx, s.db.Read(), actor, identity.PermReadCost, id)
	if err != nil {
		return ProjectBooks{}, err
	}
	var out ProjectBooks
	err = s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		f, err := s.facts(ctx, tx, p, civil.Date{})
		if err != nil {
			return err
		}
		out = ProjectBooks{ReportHead: f.head(), Project: f.name(p), Years: f.Years}
		return nil
	})
	return out, err
}
