package portfolio

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// ScoreDesk gives what the actor has to score in a roadmap.
func (s *Service) ScoreDesk(ctx context.Context, actor identity.Actor, id RoadmapID) (ScoreDesk, error) {
	b, _, err := s.scorebook(ctx, actor, identity.PermScore, id)
	if err != nil {
		return ScoreDesk{}, err
	}
	d := b.desk(actor.UserID)
	d.MayScore = actor.UserID != 0
	return d, nil
}

// ScoreSheet gives what the actor gave a candidate, and what others did as far as the actor may see it.
func (s *Service) ScoreSheet(ctx context.Context, actor identity.Actor, id RoadmapID, of Subject) (ScoreSheet, error) {
	b, _, err := s.scorebook(ctx, actor, identity.PermScore, id)
	if err != nil {
		return ScoreSheet{}, err
	}
	c, err := b.candidate(of)
	if err != nil {
		return ScoreSheet{}, err
	}
	return b.sheet(c, actor.UserID), nil
}

// Disagreements lists where scorers differ, the widest first. Of open ones only, those that were settled are left out.
func (s *Service) Disagreements(ctx context.Context, actor identity.Actor, id RoadmapID, open bool) ([]Disagreement, error) {
	b, _, err := s.scorebook(ctx, actor, identity.PermScore, id)
	if err != nil {
		return nil, err
	}
	return b.gaps(actor.UserID, open), nil
}

// scorebook loads the scores of a roadmap for an actor who needs a permission there.
func (s *Service) scorebook(ctx context.Context, actor identity.Actor, p identity.Permission, id RoadmapID) (scorebook, Roadmap, error) {
	r, err := seeRoadmap(ctx, s.db.Read(), actor, p, id)
	if err != nil {
		return scorebook{}, r, err
	}
	return s.book(ctx, s.db.Read(), r)
}

func (s *Service) book(ctx context.Context, db database.Conn, r Roadmap) (scorebook, Roadmap, error) {
	o, err := identity.FindOrganisation(ctx, db, r.OrganisationID)
	if err != nil {
		return scorebook{}, r, err
	}
	b, err := loadScorebook(ctx, db, r, s.Today(o))
	return b, r, err
}

// bookOf is book with one of its candidates.
func (s *Service) bookOf(ctx context.Context, tx database.Conn, r Roadmap, of Subject) (scorebook, Candidate, error) {
	b, _, err := s.book(ctx, tx, r)
	if err != nil {
		return b, Candidate{}, err
	}
	c, err := b.candidate(of)
	return b, c, err
}

// Mark is what a person gives a candidate under a criterion.
type Mark struct {
	Criterion CriterionID
	HasLevel  bool
	Level     int64
	Evidence  string
}

// ScoreInput is a sheet as its scorer leaves it. What it does not name stays as it is.
type ScoreInput struct {
	Subject Subject
	Grid    GridID
	Version int64 // of the sheet that was read
	Marks   []Mark
	Submit  bool // what is complete is submitted, else it is kept as a draft; corrections are always submitted
}

// SaveScores keeps what the actor gives a candidate. A mark that differs from one that was submitted corrects it.
func (s *Service) SaveScores(ctx context.Context, actor identity.Actor, id RoadmapID, in ScoreInput) error {
	name := "score.draft"
	if in.Submit {
		name = "score.submit"
	}
	return s.score(ctx, actor, id, act{name: name, permission: identity.PermScore}, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		if actor.UserID == 0 {
			return trace{}, fault.Forbidden("score.needs_account")
		}
		b, c, err := s.bookOf(ctx, tx, r, in.Subject)
		if err != nil {
			return trace{}, err
		}
		if b.grid.ID != in.Grid || b.sheetVersion(in.Subject, actor.UserID) != in.Version {
			return trace{}, fault.Stale("score_sheet", c.Code)
		}
		w := sheetWork{book: b, tx: tx, now: database.Instant(s.now()), scorer: actor, in: in}
		if err := w.check(); err != nil {
			return trace{}, err
		}
		if err := w.save(ctx); err != nil {
			return trace{}, err
		}
		// The trail tells which criteria, not which levels: others who still score the candidate may read it.
		return trace{c.noun(), c.id(), map[string]any{"candidate": c.Code, "grid": b.grid.Number, "drafted": w.drafted, "submitted": w.submitted, "corrected": w.corrected}}, nil
	})
}

// noun and id name the subject as the trail does.
func (s Subject) noun() string {
	if s.Request != 0 {
		return "request"
	}
	return "project"
}

func (s Subject) id() int64 { return int64(s.Request) + int64(s.Project) }

// sheetWork is one saving of a sheet.
type sheetWork struct {
	book                          scorebook
	tx                            database.Conn
	now                           time.Time
	scorer                        identity.Actor
	in                            ScoreInput
	drafted, submitted, corrected []string // criteria by code
}

// given is a mark beside what there is of it.
type given struct {
	Mark
	criterion Criterion
	mine      *Score
}

// changes lists the marks that say something new.
func (w *sheetWork) changes() ([]given, error) {
	var out []given
	met := map[CriterionID]bool{}
	for _, m := range w.in.Marks {
		c, err := w.book.grid.Criterion(m.Criterion)
		if err != nil {
			return nil, err
		}
		if met[m.Criterion] {
			return nil, fault.Invalid("score.twice")
		}
		met[m.Criterion] = true
		m.Evidence = strings.TrimSpace(m.Evidence)
		g := given{m, c, w.book.mine(slot{w.in.Subject, m.Criterion}, w.scorer.UserID)}
		blank := !m.HasLevel && fault.Blank(m.Evidence)
		same := g.mine != nil && g.mine.HasLevel == m.HasLevel && g.mine.Level == m.Level && g.mine.Evidence == m.Evidence
		switch {
		case g.mine == nil && blank:
		case same && (!g.mine.Draft() || !w.in.Submit || blank):
		default:
			out = append(out, g)
		}
	}
	return out, nil
}

// field names the input of a criterion in a form.
func (g given) field(name string) string { return ScoreField(name, g.criterion.ID) }

// submits tells whether the mark is to be submitted: when it is asked for and there is something, or when it corrects.
func (w *sheetWork) submits(g given) bool {
	return (g.mine != nil && !g.mine.Draft()) || (w.in.Submit && (g.HasLevel || !fault.Blank(g.Evidence)))
}

// check reports every rule that the marks break, before anything is written.
func (w *sheetWork) check() error {
	all, err := w.changes()
	if err != nil {
		return err
	}
	var f fault.Fields
	for _, g := range all {
		at := slot{w.in.Subject, g.criterion.ID}
		if _, settled := w.book.settled[at]; settled {
			f.Add(g.field("level"), "score.settled")
			continue
		}
		if w.book.complete(at) && (g.mine == nil || g.mine.Draft()) {
			f.Add(g.field("level"), "score.closed", Scorers)
			continue
		}
		f.Check(!g.HasLevel || (g.Level >= 0 && g.Level <= g.criterion.Top()), g.field("level"), "input.choice")
		f.Check(utf8.RuneCountInString(g.Evidence) <= maxEvidence, g.field("evidence"), "input.too_long", maxEvidence)
		f.Check(utf8.ValidString(g.Evidence) && !strings.Contains(g.Evidence, "\x00"), g.field("evidence"), "input.control_character")
		if w.submits(g) {
			f.Check(g.HasLevel, g.field("level"), "score.level_required")
			f.Check(!fault.Blank(g.Evidence), g.field("evidence"), "score.evidence_required")
		}
	}
	if len(all) == 0 && w.in.Submit {
		return fault.Conflict("score.nothing")
	}
	return f.Err()
}

func (w *sheetWork) save(ctx context.Context) error {
	all, err := w.changes()
	if err != nil {
		return err
	}
	for _, g := range all {
		if err := w.one(ctx, g); err != nil {
			return err
		}
	}
	for _, list := range []*[]string{&w.drafted, &w.submitted, &w.corrected} {
		slices.Sort(*list)
	}
	return nil
}

func (w *sheetWork) one(ctx context.Context, g given) error {
	is := Score{Criterion: g.criterion.ID, Subject: w.in.Subject, ScorerID: w.scorer.UserID, Scorer: w.scorer.Label, HasLevel: g.HasLevel, Level: g.Level, Evidence: g.Evidence}
	list := &w.drafted
	if w.submits(g) {
		is.SubmittedAt, list = w.now, &w.submitted
	}
	defer func() { *list = append(*list, g.criterion.Code) }()
	switch {
	case g.mine == nil:
		return insertScore(ctx, w.tx, w.book.grid, is)
	case g.mine.Draft():
		is.ID, is.Version = g.mine.ID, g.mine.Version
		return updateDraft(ctx, w.tx, w.book.grid, is)
	}
	list = &w.corrected
	if err := replaceScore(ctx, w.tx, w.book.grid, *g.mine, w.now); err != nil {
		return err
	}
	return insertScore(ctx, w.tx, w.book.grid, is)
}

// ScoreField names the input of a criterion in the form of a sheet.
func ScoreField(name string, id CriterionID) string {
	return name + "_" + strconv.FormatInt(int64(id), 10)
}

// SettleInput lets a level hold where scorers differ.
type SettleInput struct {
	Subject   Subject
	Criterion CriterionID
	Level     int64
	Reason    string
	Version   int64 // of the disagreement that was read
}

// Settle lets a level hold for a criterion of a candidate that all scorers submitted. It may be settled anew; earlier settlements stay in the books.
func (s *Service) Settle(ctx context.Context, actor identity.Actor, id RoadmapID, in SettleInput) error {
	return s.score(ctx, actor, id, act{name: "score.settle", permission: identity.PermEditPortfolio}, func(ctx context.Context, tx database.Conn, r Roadmap) (trace, error) {
		b, c, err := s.bookOf(ctx, tx, r, in.Subject)
		if err != nil {
			return trace{}, err
		}
		criterion, err := b.grid.Criterion(in.Criterion)
		if err != nil {
			return trace{}, err
		}
		at := slot{in.Subject, in.Criterion}
		if !b.disclosed(at, actor.UserID) {
			return trace{}, fault.Conflict("score.not_complete", Scorers)
		}
		if b.slotVersion(at) != in.Version {
			return trace{}, fault.Stale("settlement", c.Code)
		}
		var f fault.Fields
		f.Check(in.Level >= 0 && in.Level <= criterion.Top(), "level", "input.choice")
		f.Check(!fault.Blank(in.Reason), "reason", "input.required")
		checkText(&f, "reason", in.Reason)
		if err := f.Err(); err != nil {
			return trace{}, err
		}
		is := Settlement{Criterion: in.Criterion, Subject: in.Subject, Level: in.Level, Reason: in.Reason, ByID: actor.UserID, By: actor.Label, At: database.Instant(s.now())}
		details := map[string]any{"candidate": c.Code, "criterion": criterion.Code, "level": criterion.Label(in.Level), "reason": in.Reason}
		return trace{c.noun(), c.id(), details}, insertSettlement(ctx, tx, b.grid, is)
	})
}
