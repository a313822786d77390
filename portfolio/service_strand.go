package portfolio

import (
	"context"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// strandKind gives the table of a kind of strand.
func strandKind(kind string) (strandTable, error) {
	switch kind {
	case KindTheme:
		return themeTable, nil
	case KindObjective:
		return objectiveTable, nil
	}
	return strandTable{}, fault.NotFound("strand", kind)
}

// Strands lists the themes or the objectives of a roadmap in their order.
func (s *Service) Strands(ctx context.Context, actor identity.Actor, id RoadmapID, kind string) ([]Strand, error) {
	table, err := strandKind(kind)
	if err != nil {
		return nil, err
	}
	r, err := seeRoadmap(ctx, s.db.Read(), actor, identity.PermReadPortfolio, id)
	if err != nil {
		return nil, err
	}
	strands, err := findStrands(ctx, s.db.Read(), table, r)
	if err != nil || kind != KindTheme {
		return strands, err
	}
	projects, err := countByTheme(ctx, s.db.Read(), r)
	for i := range strands {
		strands[i].Projects = projects[strands[i].ID]
	}
	return strands, err
}

// SaveStrand books a new theme or objective when its id is 0, else it changes the one with the id. A
// new one without a position comes last.
func (s *Service) SaveStrand(ctx context.Context, actor identity.Actor, id RoadmapID, kind string, in Strand) (Strand, error) {
	table, err := strandKind(kind)
	if err != nil {
		return in, err
	}
	if err := in.Validate(); err != nil {
		return in, err
	}
	in.Projects = 0
	if in.ID == 0 {
		return s.addStrand(ctx, actor, id, table, in)
	}
	a := act{name: kind + ".update", permission: identity.PermEditPortfolio}
	err = s.change(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		was, err := findStrand(ctx, tx, table, r, in.ID)
		if err != nil {
			return trace{}, err
		}
		if err := updateStrand(ctx, tx, table, r, in); err != nil {
			return trace{}, err
		}
		in.Version++
		return trace{kind, in.ID, edit{was, in}}, nil
	})
	return in, err
}

func (s *Service) addStrand(ctx context.Context, actor identity.Actor, id RoadmapID, table strandTable, in Strand) (Strand, error) {
	a := act{name: table.name + ".create", permission: identity.PermEditPortfolio}
	err := s.change(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if in.Position == 0 {
			last, err := lastStrand(ctx, tx, table, r)
			if err != nil {
				return trace{}, err
			}
			in.Position = last + 1
		}
		one := []Strand{in}
		if err := insertStrands(ctx, tx, table, r, one); err != nil {
			return trace{}, err
		}
		in = one[0]
		return trace{table.name, in.ID, in}, nil
	})
	return in, err
}

// RemoveStrand removes a theme or an objective that nothing stands under.
func (s *Service) RemoveStrand(ctx context.Context, actor identity.Actor, id RoadmapID, kind string, strand, version int64) error {
	table, err := strandKind(kind)
	if err != nil {
		return err
	}
	a := act{name: kind + ".remove", permission: identity.PermEditPortfolio}
	return s.change(ctx, actor, id, a, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		was, err := findStrand(ctx, tx, table, r, strand)
		if err != nil {
			return trace{}, err
		}
		if kind == KindTheme {
			projects, err := countByTheme(ctx, tx, r)
			if err != nil {
				return trace{}, err
			}
			if n := projects[strand]; n > 0 {
				return trace{}, fault.Conflict("theme.in_use", was.Name, n)
			}
		}
		gone := was
		gone.Version = version
		return trace{kind, strand, edit{Before: was}}, deleteStrand(ctx, tx, table, r, gone)
	})
}
