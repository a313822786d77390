package portfolio

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// PreviewBulk says what a change of several projects of a roadmap would do.
func (s *Service) PreviewBulk(ctx context.Context, actor identity.Actor, id RoadmapID, ids []ProjectID, c BulkChange) (BulkPreview, error) {
	var out BulkPreview
	if err := refuseNobody(actor); err != nil {
		return out, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := findRoadmap(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := identity.See(actor, identity.PermEditPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id)); err != nil {
			return err
		}
		items, _, err := s.planBulk(ctx, tx, r, ids, c)
		for _, i := range items {
			out.Lines = append(out.Lines, i.line())
		}
		out.Unchanged = len(ids) - len(items)
		return err
	})
	return out, err
}

// planBulk works out what a change does to the named projects of a roadmap.
func (s *Service) planBulk(ctx context.Context, db database.Conn, r Roadmap, ids []ProjectID, c BulkChange) ([]bulkItem, bulkFacts, error) {
	var f bulkFacts
	if err := c.Validate(); err != nil {
		return nil, f, err
	}
	if len(ids) == 0 {
		return nil, f, fault.Invalid("bulk.no_project")
	}
	if len(ids) > maxBulk {
		return nil, f, fault.Invalid("bulk.too_many", maxBulk)
	}
	var theme int64
	themes, err := findStrands(ctx, db, themeTable, r)
	if err != nil {
		return nil, f, err
	}
	f.themes = make(map[int64]string, len(themes))
	for _, t := range themes {
		f.themes[t.ID] = t.Name
		if c.ThemeCode != nil && t.Code == *c.ThemeCode {
			theme = t.ID
		}
	}
	if c.ThemeCode != nil && *c.ThemeCode != "" && theme == 0 {
		return nil, f, fault.NotFound("theme", *c.ThemeCode)
	}
	if f.projects, err = findThese(ctx, db, r, ids); err != nil {
		return nil, f, err
	}
	if c.Phase != nil {
		today, err := s.todayIn(ctx, db, r)
		if err != nil {
			return nil, f, err
		}
		if f.phases, err = findPhases(ctx, db, r, ids, today); err != nil {
			return nil, f, err
		}
	}
	return f.plan(c, theme), f, nil
}

// todayIn is the day where the roadmap's organisation is.
func (s *Service) todayIn(ctx context.Context, db database.Conn, r Roadmap) (civil.Date, error) {
	o, err := identity.FindOrganisation(ctx, db, r.OrganisationID)
	return s.Today(o), err
}

// ApplyBulk changes several projects of a roadmap at once, all or none. Each is named with the version
// that the actor read; one that was changed since refuses the whole.
func (s *Service) ApplyBulk(ctx context.Context, actor identity.Actor, id RoadmapID, versions map[ProjectID]int64, c BulkChange) (BulkResult, error) {
	var out BulkResult
	if err := refuseNobody(actor); err != nil {
		return out, err
	}
	a := act{name: "bulk.apply", permission: identity.PermEditPortfolio, noun: "roadmap", id: int64(id)}
	err := s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		r, err := roadmapFor(ctx, tx, actor, id, a)
		if err != nil {
			return err
		}
		items, f, err := s.planBulk(ctx, tx, r, slices.Sorted(maps.Keys(versions)), c)
		if err != nil {
			return err
		}
		for _, p := range f.projects {
			if versions[p.ID] != p.Version {
				return fault.Stale("project", p.Code)
			}
		}
		if len(items) == 0 {
			return nil
		}
		if out, err = s.applyBulk(ctx, tx, actor, r, items, c); err != nil {
			return err
		}
		return bumpFacts(ctx, tx, r)
	})
	if err != nil {
		return BulkResult{}, err
	}
	return out, nil
}

// applyBulk writes a planned change, with an audit entry for every project.
func (s *Service) applyBulk(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, items []bulkItem, c BulkChange) (BulkResult, error) {
	if err := updateThese(ctx, tx, r, items, c); err != nil {
		return BulkResult{}, err
	}
	if err := s.bookPhases(ctx, tx, r, items); err != nil {
		return BulkResult{}, err
	}
	row := bulkRow{OrganisationID: r.OrganisationID, RoadmapID: r.ID, Actor: actor.Name, RecordedAt: database.Instant(s.now())}
	if err := insertBulk(ctx, tx, &row, c, items); err != nil {
		return BulkResult{}, err
	}
	// The first entry of a form is where a second submission of it leads: to the change as a whole.
	out := BulkResult{ID: row.ID, Changed: len(items)}
	if err := audit.Record(ctx, tx, r.OrganisationID, actor.Name, "bulk.apply", "bulk", row.ID, out, s.now()); err != nil {
		return BulkResult{}, err
	}
	for _, i := range items {
		if err := audit.Record(ctx, tx, r.OrganisationID, actor.Name, "project.bulk", "project", int64(i.ID), edit{i.Before, i.After}, s.now()); err != nil {
			return BulkResult{}, err
		}
	}
	return out, nil
}

// bookPhases books the estimates of the day that carry the new phases, and notes them with the items.
func (s *Service) bookPhases(ctx context.Context, tx database.Conn, r Roadmap, items []bulkItem) error {
	today, err := s.todayIn(ctx, tx, r)
	if err != nil {
		return err
	}
	var estimates []Estimate
	for i := range items {
		items[i].Version++
		if phase := items[i].After.Phase; phase != nil {
			items[i].On = today
			estimates = append(estimates, Estimate{ProjectID: items[i].ID, AsOf: today, Phase: *phase, Source: SourcePerson})
		}
	}
	if err := insertEstimates(ctx, tx, r.OrganisationID, estimates, s.now()); err != nil {
		return err
	}
	ids := make(map[ProjectID]int64, len(estimates))
	for _, e := range estimates {
		ids[e.ProjectID] = e.ID
	}
	for i := range items {
		items[i].Estimate = ids[items[i].ID]
	}
	return nil
}

// Bulk gives a change of several projects as it stands in the books.
func (s *Service) Bulk(ctx context.Context, actor identity.Actor, id int64) (BulkState, error) {
	if err := refuseNobody(actor); err != nil {
		return BulkState{}, err
	}
	var out BulkState
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
		row, items, r, err := s.bulkFor(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		out = BulkState{ID: id, RoadmapID: r.ID, Roadmap: Head{r.Code, r.Name}, Actor: row.Actor, ActorName: row.ActorName, RecordedAt: row.RecordedAt, Undone: row.UndoneAt}
		for _, i := range items {
			out.Lines = append(out.Lines, i.line())
		}
		_, err = undoable(ctx, tx, r, row, items)
		out.Undoable = err == nil
		if fault.KindOf(err) == fault.KindConflict {
			return nil
		}
		return err
	})
	if err != nil {
		return BulkState{}, err
	}
	return out, nil
}

// bulkFor loads a change for who may undo it.
func (s *Service) bulkFor(ctx context.Context, db database.Conn, actor identity.Actor, id int64) (bulkRow, []bulkItem, Roadmap, error) {
	row, items, err := findBulk(ctx, db, id)
	if err != nil {
		return row, nil, Roadmap{}, err
	}
	r, err := findRoadmap(ctx, db, row.RoadmapID)
	if err == nil {
		err = identity.See(actor, identity.PermEditPortfolio, identity.PermReadPortfolio, r.Place(), "bulk", id)
	}
	return row, items, r, err
}

// undoable gives the projects of a change that can be undone. It refuses one that was undone, one of
// which a project was changed since, and one that gave a phase to a project without any: no estimate can take it back.
func undoable(ctx context.Context, db database.Conn, r Roadmap, row bulkRow, items []bulkItem) (map[ProjectID]Project, error) {
	if !row.UndoneAt.IsZero() {
		return nil, fault.Conflict("bulk.already_undone", strconv.FormatInt(int64(row.ID), 10))
	}
	ids := make([]ProjectID, len(items))
	for i := range items {
		ids[i] = items[i].ID
	}
	projects, err := findThese(ctx, db, r, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[ProjectID]Project, len(projects))
	for _, p := range projects {
		byID[p.ID] = p
	}
	last, err := findLastPhases(ctx, db, r, ids)
	if err != nil {
		return nil, err
	}
	themes, err := findStrands(ctx, db, themeTable, r)
	if err != nil {
		return nil, err
	}
	known := map[int64]bool{0: true}
	for _, t := range themes {
		known[t.ID] = true
	}
	for _, i := range items {
		if byID[i.ID].Version != i.Version || (i.Estimate != 0 && last[i.ID] != i.Estimate) || (i.Before.Theme != nil && !known[i.Before.Theme.ID]) {
			return nil, fault.Conflict("bulk.changed_since", i.Code)
		}
		if i.Before.Phase != nil && *i.Before.Phase == "" {
			return nil, fault.Conflict("bulk.no_former_phase", i.Code)
		}
	}
	return byID, nil
}

// UndoBulk gives every project of a change back what it had before, as long as none was changed since.
// A phase is undone by booking the former one again on the same day.
func (s *Service) UndoBulk(ctx context.Context, actor identity.Actor, id int64) error {
	if err := refuseNobody(actor); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		_, _, r, err := s.bulkFor(ctx, tx, actor, id)
		if err != nil {
			return err
		}
		if r, err = hold(ctx, tx, r); err != nil {
			return err
		}
		row, items, err := findBulk(ctx, tx, id) // as it stands under the lock
		if err != nil {
			return err
		}
		projects, err := undoable(ctx, tx, r, row, items)
		if err != nil {
			return err
		}
		if err := s.undoBulk(ctx, tx, actor, r, projects, items); err != nil {
			return err
		}
		if err := markUndone(ctx, tx, row, s.now()); err != nil {
			return err
		}
		a := act{name: "bulk.undo", noun: "roadmap", id: int64(r.ID)}
		return s.conclude(ctx, tx, actor, r, a, trace{details: BulkResult{ID: id, Changed: len(items)}})
	})
}

func (s *Service) undoBulk(ctx context.Context, tx database.Conn, actor identity.Actor, r Roadmap, projects map[ProjectID]Project, items []bulkItem) error {
	var estimates []Estimate
	for _, i := range items {
		p := projects[i.ID]
		i.Before.apply(&p)
		if err := updateProject(ctx, tx, p); err != nil {
			return err
		}
		if i.Before.Phase != nil {
			estimates = append(estimates, Estimate{ProjectID: i.ID, AsOf: i.On, Phase: *i.Before.Phase, Source: SourcePerson})
		}
		if err := audit.Record(ctx, tx, r.OrganisationID, actor.Name, "project.bulk_undo", "project", int64(i.ID), edit{i.After, i.Before}, s.now()); err != nil {
			return err
		}
	}
	return insertEstimates(ctx, tx, r.OrganisationID, estimates, s.now())
}
