package governance

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"jalon/finance"
	"jalon/governance/cadence"
	"jalon/identity"
	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// FreezeInput asks for the pack of a committee and period.
type FreezeInput struct {
	OrganisationID int64       // 0: the code names one committee on the whole instance
	CommitteeID    CommitteeID // 0: the committee is named by its code
	Committee      string
	Period         string
	// FiguresOn is the day that the figures are of; zero: the planned freeze, or today when that is
	// still to come.
	FiguresOn civil.Date
	// Errata make a new edition that corrects the one before; without them a pack that exists is
	// given as it is.
	Errata []string
}

// Freeze gives the pack of a period with its bytes: the one that exists, or a new one.
func (s *Service) Freeze(ctx context.Context, actor identity.Actor, in FreezeInput) (PackCard, []byte, error) {
	c, p, err := s.committeeAndPeriod(ctx, actor, identity.PermFreezePack, in)
	if err != nil {
		return PackCard{}, nil, err
	}
	editions, err := findEditions(ctx, s.db.Read(), c.OrganisationID, c.ID, p.String())
	if err != nil {
		return PackCard{}, nil, err
	}
	if n := len(editions); n > 0 && len(in.Errata) == 0 {
		if last := editions[n-1]; !in.FiguresOn.IsZero() && in.FiguresOn != last.FiguresOn { // not what was asked for
			return PackCard{}, nil, fault.Conflict("pack.other_day", c.Code, p.String(), last.FiguresOn)
		}
		return s.packBytes(ctx, editions[n-1].ID)
	}
	if len(editions) == 0 && len(in.Errata) > 0 {
		return PackCard{}, nil, fault.Invalid("pack.nothing_to_correct", p.String())
	}
	for _, e := range in.Errata {
		if fault.Blank(e) || utf8.RuneCountInString(e) > 2000 || !utf8.ValidString(e) {
			return PackCard{}, nil, fault.Invalid("pack.erratum")
		}
	}
	day, err := s.figuresDay(ctx, c, p, in, editions)
	if err != nil {
		return PackCard{}, nil, err
	}
	errata := in.Errata
	if n := len(editions); n > 0 {
		var before []string
		if err := json.Unmarshal([]byte(editions[n-1].Errata), &before); err != nil {
			return PackCard{}, nil, err
		}
		errata = append(before, errata...)
	}
	id, err := s.freeze(ctx, actor, freezeJob{committee: c, period: p, day: day, edition: len(editions) + 1, errata: errata})
	if err != nil {
		return PackCard{}, nil, err
	}
	return s.packBytes(ctx, id)
}

// committeeAndPeriod loads what the input names, and refuses what the actor may not do there.
func (s *Service) committeeAndPeriod(ctx context.Context, actor identity.Actor, do identity.Permission, in FreezeInput) (Committee, cadence.Period, error) {
	card, err := s.committeeFor(ctx, actor, do, committeeFilter{organisation: in.OrganisationID, id: in.CommitteeID, code: in.Committee})
	c := card.Committee
	if err != nil {
		return c, cadence.Period{}, err
	}
	p, err := cadence.Parse(in.Period)
	if err != nil {
		return c, p, err
	}
	if p.Frequency() != c.Cadence.Frequency {
		example := cadence.PeriodOf(c.Cadence.Frequency, civil.DateOf(s.now(), c.Location()))
		return c, p, fault.Invalid("pack.period_frequency", in.Period, c.Code, example.String())
	}
	return c, p, nil
}

// figuresDay settles which day the figures of a pack made by hand are of. A correction keeps the
// day of the edition that it corrects.
func (s *Service) figuresDay(ctx context.Context, c Committee, p cadence.Period, in FreezeInput, editions []packRow) (civil.Date, error) {
	today := civil.DateOf(s.now(), c.Location())
	day := in.FiguresOn
	if day.IsZero() && len(editions) > 0 {
		day = editions[len(editions)-1].FiguresOn
	}
	if day.IsZero() {
		if day = c.Cadence.FreezeDate(p, c.LeadDays); day.After(today) {
			day = today
		}
	}
	if day.After(today) {
		return day, fault.Invalid("pack.figures_in_future", day, today)
	}
	if p.First().After(today) && in.FiguresOn.IsZero() {
		return day, fault.Invalid("pack.period_in_future", p.String())
	}
	empty, err := portfolio.Empty(ctx, s.db.Read(), c.RoadmapID, day)
	if err == nil && empty {
		err = fault.Invalid("pack.empty", c.Code, p.String(), day)
	}
	return day, err
}

// freezeJob is one pack to be made.
type freezeJob struct {
	committee Committee
	period    cadence.Period
	day       civil.Date
	edition   int
	errata    []string
	claim     *database.Claim // nil: made by hand
}

// freeze builds the snapshot on one view of the data, renders it outside any transaction, and books
// both in one. A claim that was lost meanwhile lets nothing through.
func (s *Service) freeze(ctx context.Context, actor identity.Actor, j freezeJob) (PackID, error) {
	// Beforehand, as it takes a while: what a committee is to choose between must not be frozen without its consequences.
	if err := portfolio.ExplainSubmitted(ctx, s.db.Read(), s.db.Write(), j.committee.RoadmapID, int64(j.committee.ID), s.now()); err != nil {
		return 0, err
	}
	snap, err := s.buildSnapshot(ctx, actor, j)
	if err != nil {
		return 0, err
	}
	text, err := snap.Canonical()
	if err != nil {
		return 0, fmt.Errorf("write snapshot: %w", err)
	}
	fingerprint := Fingerprint(text)
	pdf, err := s.renderer.Render(snap, fingerprint)
	if err != nil {
		return 0, fmt.Errorf("render pack %s %s: %w", j.committee.Code, j.period, err)
	}
	errata, err := json.Marshal(snap.Errata)
	if err != nil {
		return 0, err
	}
	frozenAt, err := time.Parse(time.RFC3339, snap.FrozenAt)
	if err != nil {
		return 0, err
	}
	row := packRow{OrganisationID: j.committee.OrganisationID, CommitteeID: j.committee.ID, Period: j.period.String(), Edition: j.edition, FiguresOn: j.day, FrozenAt: frozenAt,
		LateDays: snap.LateDays, Locale: snap.Locale, Errata: string(errata), Snapshot: string(text), SnapshotSHA256: fingerprint, PDF: pdf, PDFSHA256: Fingerprint(pdf)}
	err = s.db.Tx(ctx, func(ctx context.Context, tx database.Conn) error {
		if j.claim != nil {
			if err := j.claim.Finish(ctx, tx, s.now(), "frozen"); err != nil {
				return err
			}
		}
		if err := insertPack(ctx, tx, &row); err != nil {
			return err
		}
		return audit.Record(ctx, tx, row.OrganisationID, actor.Name, "pack.freeze", "pack", int64(row.ID),
			map[string]any{"committee": j.committee.Code, "period": row.Period, "edition": row.Edition, "snapshot_sha256": fingerprint, "pdf_sha256": row.PDFSHA256}, s.now())
	})
	return row.ID, err
}

func (s *Service) buildSnapshot(ctx context.Context, actor identity.Actor, j freezeJob) (*Snapshot, error) {
	c := j.committee
	a := assembly{committee: c, period: j.period, edition: j.edition, errata: j.errata, now: s.now(), figuresOn: j.day, typesetting: s.renderer.Method()}
	if j.claim == nil {
		a.by = strings.TrimPrefix(actor.Label, "cli:")
	}
	err := s.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) (err error) {
		fresh := portfolio.StatusFreshDays(c.Cadence.Frequency.Months())
		if a.report, err = portfolio.FullReport(ctx, tx, c.RoadmapID, j.day, fresh); err != nil {
			return err
		}
		if a.budget, err = finance.FreezePack(ctx, tx, c.RoadmapID, j.day); err != nil {
			return err
		}
		if a.options, err = portfolio.SubmittedScenarios(ctx, tx, c.RoadmapID, int64(c.ID)); err != nil {
			return err
		}
		if a.exits, err = portfolio.ExitReasons(ctx, tx, c.RoadmapID); err != nil {
			return err
		}
		last, found, err := findLastPack(ctx, tx, c.OrganisationID, c.ID, j.day)
		if err != nil {
			return err
		}
		filter := decisionFilter{reach: everywhere, organisation: c.OrganisationID, roadmap: c.RoadmapID, until: j.day}
		if found {
			a.previous = &Snapshot{}
			if err := json.Unmarshal([]byte(last.Snapshot), a.previous); err != nil {
				return fmt.Errorf("read the last pack of %s: %w", c.Code, err)
			}
			filter.after = last.FiguresOn
			if err := a.moves(ctx, tx, last.FiguresOn); err != nil {
				return err
			}
		}
		a.decisions, err = findDecisionLines(ctx, tx, filter)
		return err
	})
	if err != nil {
		return nil, err
	}
	return a.snapshot(), nil
}

// moves explains how the averages moved since a day.
func (a *assembly) moves(ctx context.Context, db database.Conn, from civil.Date) error {
	before, after, since, err := portfolio.DriftBetween(ctx, db, a.committee.RoadmapID, from, a.figuresOn)
	if err != nil {
		return err
	}
	if m := since.Cost.Mean; m.Defined {
		a.cost.Mean = &DriftMove{before.Cost.Mean.BP, after.Cost.Mean.BP, m.Change, m.Exits, m.Real, m.Entries}
	}
	if m := since.Cost.Aggregate; m.Defined {
		a.cost.Aggregate = &DriftMove{before.Cost.Aggregate.BP, after.Cost.Aggregate.BP, m.Change, m.Exits, m.Real, m.Entries}
	}
	if m := since.Schedule.Mean; m.Defined {
		a.schedule.Mean = &DriftMove{before.Schedule.Mean.BP, after.Schedule.Mean.BP, m.Change, m.Exits, m.Real, m.Entries}
	}
	if m := since.Schedule.Aggregate; m.Defined {
		a.schedule.Aggregate = &DriftMove{before.Schedule.Aggregate.BP, after.Schedule.Aggregate.BP, m.Change, m.Exits, m.Real, m.Entries}
	}
	return nil
}

// packBytes gives a pack with its stored bytes.
func (s *Service) packBytes(ctx context.Context, id PackID) (PackCard, []byte, error) {
	card, row, err := findPack(ctx, s.db.Read(), id)
	return card, row.PDF, err
}

// packFor loads a pack that the actor may read.
func (s *Service) packFor(ctx context.Context, actor identity.Actor, id PackID) (PackCard, packRow, error) {
	if _, err := visible(actor); err != nil {
		return PackCard{}, packRow{}, err
	}
	card, place, err := findPackCard(ctx, s.db.Read(), id)
	if err != nil {
		return PackCard{}, packRow{}, err
	}
	if err := identity.See(actor, identity.PermReadPack, identity.PermReadPack, place, "pack", int64(id)); err != nil {
		return PackCard{}, packRow{}, err
	}
	row, err := findPackRow(ctx, s.db.Read(), card)
	return card, row, err
}

// PackPDF gives a pack and the bytes that were rendered when it was frozen.
func (s *Service) PackPDF(ctx context.Context, actor identity.Actor, id int64) (PackCard, []byte, error) {
	card, row, err := s.packFor(ctx, actor, PackID(id))
	return card, row.PDF, err
}

// PackSnapshot gives a pack and its snapshot.
func (s *Service) PackSnapshot(ctx context.Context, actor identity.Actor, id int64) (PackCard, *Snapshot, error) {
	card, row, err := s.packFor(ctx, actor, PackID(id))
	if err != nil {
		return card, nil, err
	}
	var snap Snapshot
	if err := json.Unmarshal([]byte(row.Snapshot), &snap); err != nil {
		return card, nil, fmt.Errorf("read snapshot of pack %d: %w", id, err)
	}
	return card, &snap, nil
}

// Again renders the newest pack of a period anew from its snapshot and tells whether the stored
// bytes came out. Bytes that differ because packs are typeset in another way by now are a Conflict
// fault "pack.typeset_otherwise", which is no sign of tampering; Verify tells of that.
func (s *Service) Again(ctx context.Context, actor identity.Actor, in FreezeInput) (card PackCard, pdf []byte, same bool, err error) {
	c, p, err := s.committeeAndPeriod(ctx, actor, identity.PermReadPack, in)
	if err != nil {
		return card, nil, false, err
	}
	editions, err := findEditions(ctx, s.db.Read(), c.OrganisationID, c.ID, p.String())
	if err != nil {
		return card, nil, false, err
	}
	if len(editions) == 0 {
		return card, nil, false, fault.NotFound("pack", c.Code+" "+p.String())
	}
	card, row, err := findPack(ctx, s.db.Read(), editions[len(editions)-1].ID)
	if err != nil {
		return card, nil, false, err
	}
	var snap Snapshot
	if err := json.Unmarshal([]byte(row.Snapshot), &snap); err != nil {
		return card, nil, false, fmt.Errorf("read snapshot of pack %d: %w", row.ID, err)
	}
	if pdf, err = s.renderer.Render(&snap, row.SnapshotSHA256); err != nil {
		return card, nil, false, err
	}
	same = Fingerprint(pdf) == row.PDFSHA256 && string(pdf) == string(row.PDF)
	if then, now := snap.method(typesetting), s.renderer.Method(); !same && then != now {
		err = fault.Conflict("pack.typeset_otherwise", c.Code, p.String(), card.Edition, then, now)
	}
	return card, pdf, same, err
}
