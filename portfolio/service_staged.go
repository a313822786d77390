package portfolio

import (
	"context"
	"encoding/json"
	"strings"

	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio/projectfile"
)

// StageList keeps an uploaded list for a preview and a confirmation. A file that cannot be read is
// refused at once. Of many that one person leaves waiting on a roadmap the oldest are dropped.
func (s *Service) StageList(ctx context.Context, actor identity.Actor, id RoadmapID, in StageInput) (int64, error) {
	if err := refuseNobody(actor); err != nil {
		return 0, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), id)
	if err != nil {
		return 0, err
	}
	if err := identity.See(actor, identity.PermImportPortfolio, identity.PermReadPortfolio, r.Place(), "roadmap", int64(id)); err != nil {
		return 0, err
	}
	if len(in.Data) > maxStagedBytes {
		return 0, fault.Invalid("import.too_large", maxStagedBytes>>20)
	}
	if in.Profile == "" {
		in.Profile = projectfile.BuiltInNames()[0]
	}
	row := stagedRow{OrganisationID: r.OrganisationID, RoadmapID: id, Actor: actor.Name, File: plainFileName(in.FileName), Profile: in.Profile, AsOf: in.AsOf,
		Joins: "{}", StagedAt: database.Instant(s.now()), Data: in.Data}
	_, rep, err := s.tryStaged(ctx, actor, row, r, nil) // what cannot be previewed, as amounts in another currency, is not kept
	if err != nil {
		return 0, err
	}
	row.SHA256 = rep.SHA256
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := insertStaged(ctx, tx, &row); err != nil {
			return err
		}
		if err := dropWaiting(ctx, tx, row, maxWaiting); err != nil {
			return err
		}
		return audit.Record(ctx, tx, r.OrganisationID, actor.Name, "project_list.stage", "staged_list", row.ID, stagedTrace{row.File, row.SHA256, row.AsOf}, s.now())
	})
	return row.ID, err
}

// stagedTrace is what the trail keeps of an uploaded list.
type stagedTrace struct {
	File, SHA256 string
	AsOf         civil.Date
}

// StagedList gives a staged list with what booking it would do now.
func (s *Service) StagedList(ctx context.Context, actor identity.Actor, staged int64) (Staged, error) {
	row, r, err := s.staged(ctx, actor, staged)
	if err != nil {
		return Staged{}, err
	}
	out := Staged{ID: staged, Roadmap: r, FileName: row.File, Profile: row.Profile, AsOf: row.AsOf, BookedAt: row.BookedAt}
	if out.Joins, err = row.joins(); err != nil || !row.BookedAt.IsZero() {
		return out, err
	}
	plan, rep, err := s.tryStaged(ctx, actor, row, r, out.Joins)
	if err != nil {
		return Staged{}, err
	}
	out.Report, out.Suggestions = rep, plan.suggestions()
	return out, nil
}

// JoinStaged keeps what a person says of names in the file: that they are these projects, by code. An
// empty code takes a join back. Joins with which the list could not be booked are refused.
func (s *Service) JoinStaged(ctx context.Context, actor identity.Actor, staged int64, joins map[string]string) error {
	row, r, err := s.staged(ctx, actor, staged)
	if err != nil {
		return err
	}
	if !row.BookedAt.IsZero() {
		return alreadyBooked(row)
	}
	said := make(map[string]string, len(joins))
	for name, code := range joins {
		if code = strings.TrimSpace(code); code != "" {
			said[name] = code
		}
	}
	if len(said) > maxJoins {
		return fault.Invalid("import.too_many_joins", maxJoins)
	}
	if _, _, err := s.tryStaged(ctx, actor, row, r, said); err != nil {
		return err
	}
	text, err := json.Marshal(said)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if err := updateJoins(ctx, tx, row, string(text)); err != nil {
			return err
		}
		return audit.Record(ctx, tx, row.OrganisationID, actor.Name, "project_list.join", "staged_list", staged, said, s.now())
	})
}

// BookStaged books a staged list, once, and lets go of the file.
func (s *Service) BookStaged(ctx context.Context, actor identity.Actor, staged int64) (ImportReport, error) {
	row, r, err := s.staged(ctx, actor, staged)
	if err != nil {
		return ImportReport{}, err
	}
	if !row.BookedAt.IsZero() {
		return ImportReport{}, alreadyBooked(row)
	}
	in, err := s.stagedInput(ctx, row, r)
	if err != nil {
		return ImportReport{}, err
	}
	list, rep, err := readList(in)
	if err != nil {
		return ImportReport{}, err
	}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		now, err := claimStaged(ctx, tx, row, s.now())
		if err != nil {
			return err
		}
		if in.Joins, err = now.joins(); err != nil {
			return err
		}
		_, err = s.importList(ctx, tx, actor, in, list, &rep)
		return err
	})
	if err != nil {
		return ImportReport{}, err
	}
	return rep, nil
}

func alreadyBooked(row stagedRow) error { return fault.Conflict("import.already_booked", row.File) }

// staged loads a staged list for who may import into its roadmap; nobody else learns that it is there.
func (s *Service) staged(ctx context.Context, actor identity.Actor, id int64) (stagedRow, Roadmap, error) {
	if err := refuseNobody(actor); err != nil {
		return stagedRow{}, Roadmap{}, err
	}
	row, err := findStaged(ctx, s.db.Read(), id)
	if err != nil {
		return stagedRow{}, Roadmap{}, err
	}
	r, err := findRoadmap(ctx, s.db.Read(), row.RoadmapID)
	if err == nil {
		err = identity.See(actor, identity.PermImportPortfolio, identity.PermImportPortfolio, r.Place(), "staged_list", id)
	}
	if err == nil && row.BookedAt.IsZero() && len(row.Data) == 0 {
		err = fault.Conflict("import.expired", row.File)
	}
	return row, r, err
}

// stagedInput is the import that a staged list stands for.
func (s *Service) stagedInput(ctx context.Context, row stagedRow, r Roadmap) (ImportInput, error) {
	profile, ok := projectfile.BuiltIn(row.Profile)
	if !ok {
		return ImportInput{}, fault.Invalid("import.profile_unknown", row.Profile, strings.Join(projectfile.BuiltInNames(), ", "))
	}
	o, err := identity.FindOrganisation(ctx, s.db.Read(), r.OrganisationID)
	return ImportInput{Organisation: o, RoadmapCode: r.Code, roadmap: r.ID, Data: row.Data, FileName: row.File, Profile: profile, AsOf: row.AsOf}, err
}

// tryStaged works out what a staged list would do and leaves nothing of it.
func (s *Service) tryStaged(ctx context.Context, actor identity.Actor, row stagedRow, r Roadmap, joins map[string]string) (plan *listPlan, rep ImportReport, err error) {
	in, err := s.stagedInput(ctx, row, r)
	if err != nil {
		return nil, rep, err
	}
	in.Joins, in.DryRun = joins, true
	list, rep, err := readList(in)
	if err != nil {
		return nil, rep, err
	}
	err = s.tryTx(ctx, true, func(ctx context.Context, tx database.Conn) (err error) {
		plan, err = s.importList(ctx, tx, actor, in, list, &rep)
		return err
	})
	return plan, rep, err
}
