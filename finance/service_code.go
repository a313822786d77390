package finance

import (
	"context"
	"io"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// CodeLine is a project as the finance system is to know it.
type CodeLine struct {
	Project
	Closed civil.Date // the day on which it left the portfolio; zero: it is open
}

// UncodedCommitment is an open commitment that names no project: its analytic axis and its operation hold no finance code.
type UncodedCommitment struct {
	ID           int64
	Number, Item string
	Label        string
	SupplierName string
	Contract     string
	Committed    money.Amount
	Suggested    string // the code of the project that it is shared to most; "": of none
}

// FinanceCodes lists the projects of an organisation with the codes that they have, by roadmap and code.
func (s *Service) FinanceCodes(ctx context.Context, actor identity.Actor, organisation int64) ([]CodeLine, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	projects, err := findProjects(ctx, s.db.Read(), organisation)
	if err != nil {
		return nil, err
	}
	return codeLines(ctx, s.db.Read(), organisation, projects)
}

// AssignFinanceCodes gives a code to every project that has none, and lists them all. A code stays with its project for ever.
func (s *Service) AssignFinanceCodes(ctx context.Context, actor identity.Actor, organisation int64) ([]CodeLine, error) {
	var out []CodeLine
	doing := act{name: "finance_code.assign", permission: identity.PermReconcile}
	err := s.change(ctx, actor, organisation, doing, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		before, err := findProjects(ctx, tx, organisation)
		if err != nil {
			return trace{}, err
		}
		projects, err := b.codedProjects(ctx, tx, s.now())
		if err != nil {
			return trace{}, err
		}
		fresh := map[string]string{} // code of the project → code of the finance system
		for i, p := range projects {
			if before[i].FinanceCode == "" {
				fresh[p.Roadmap.Code+"/"+p.Code] = p.FinanceCode
			}
		}
		if out, err = codeLines(ctx, tx, organisation, projects); err != nil || len(fresh) == 0 {
			return trace{}, err
		}
		return trace{details: fresh}, nil
	})
	return out, err
}

func codeLines(ctx context.Context, db database.Conn, organisation int64, projects []Project) ([]CodeLine, error) {
	exits, err := findExits(ctx, db, organisation)
	out := make([]CodeLine, len(projects))
	for i, p := range projects {
		out[i] = CodeLine{Project: p, Closed: exits[p.ID]}
	}
	return out, err
}

// WriteFinanceCodes writes the codes as the CSV that finance systems refresh their analytic axis from: finance_code;project;status;opened;closed,
// with ISO days and the status open or closed. Projects without a code are left out. No cell can run as a formula.
func WriteFinanceCodes(w io.Writer, lines []CodeLine) error {
	rows := [][]string{{"finance_code", "project", "status", "opened", "closed"}}
	for _, l := range lines {
		if l.FinanceCode == "" {
			continue
		}
		status := StateOpen
		if l.Left {
			status = StateClosed
		}
		rows = append(rows, []string{l.FinanceCode, l.Code + " " + l.Name, status, l.AssignedOn.String(), l.Closed.String()})
	}
	return grid.WriteTable(w, rows)
}

// UncodedCommitments lists the open commitments that carry no finance code, those that call for most first: what managers are asked to complete.
func (s *Service) UncodedCommitments(ctx context.Context, actor identity.Actor, organisation int64) ([]UncodedCommitment, error) {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return nil, err
	}
	return findUncoded(ctx, s.db.Read(), organisation)
}
