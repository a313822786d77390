package sample

import (
	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Pack is the snapshot of a pack about a report, with the sheet of every project and, from six
// projects on, all that may have changed since the last pack. It takes the report over.
func Pack(r *portfolio.Report, locale string) *governance.Snapshot {
	for i := range r.Projects {
		declared := r.Projects[i].Declared
		r.Projects[i] = *Sheet(r, i)
		if i%6 < 2 { // no status report, or one too old
			r.Projects[i].Declared = declared
		}
	}
	s := &governance.Snapshot{
		Format: governance.SnapshotFormat, Locale: locale,
		Committee: governance.CommitteeHead{Code: "OPS", Name: "Comité opérationnel de la feuille de route", Level: governance.Operational},
		Period:    governance.PeriodHead{Code: "2026-11", First: civil.D(2026, 11, 1), Last: civil.D(2026, 11, 30), SittingOn: civil.D(2026, 11, 24), SittingAt: "09:30", FiguresOn: r.AsOf},
		Edition:   2, Errata: []string{"Coût du projet P-04 corrigé : la TVA était comptée deux fois."}, FrozenAt: "2026-11-20T05:00:00Z", FrozenBy: "planificateur", LateDays: 2,
		Methods:  []governance.MethodLine{{Name: "drift", Version: r.Method}, {Name: "cadence", Version: "jalon-cadence/1"}, {Name: "snapshot", Version: "jalon-snapshot/1"}, {Name: "typesetting", Version: "jalon-pack/1"}},
		Members:  []governance.MemberLine{{Name: "Anne Le Goff", Role: "Responsable de la feuille de route"}, {Name: "Paul Kerviel"}},
		Sittings: []governance.SittingLine{{Period: "2026-12", On: civil.D(2026, 12, 8)}, {Period: "2027-01", On: civil.D(2027, 1, 12)}},
		Report:   *r, Questions: []governance.QuestionLine{}, Decisions: []governance.DecisionLine{},
	}
	for i := range r.Projects {
		if q := r.Projects[i].Declared; q.Question != "" {
			s.Questions = append(s.Questions, governance.QuestionLine{Project: projectHead(r, i), Text: q.Question, On: q.On})
		}
	}
	if len(r.Projects) >= 6 {
		s.Decisions, s.Since = Decisions(), since(r)
	}
	return s
}

func projectHead(r *portfolio.Report, i int) portfolio.Head {
	return portfolio.Head{Code: r.Projects[i].Code, Name: r.Projects[i].Name}
}

// since makes up a change of every sort.
func since(r *portfolio.Report) *governance.SincePack {
	move := func(before, exits, real, entries money.BasisPoints) *governance.DriftMove {
		change := exits + real + entries
		return &governance.DriftMove{Before: before, After: before + change, Change: change, Exits: exits, Real: real, Entries: entries}
	}
	cost, more := money.Amount(640_000_00), money.BasisPoints(1250)
	return &governance.SincePack{Period: "2026-10", Edition: 1, From: civil.D(2026, 10, 20), To: r.AsOf,
		Cost:     governance.DriftMoves{Mean: move(1130, -63, 301, -47), Aggregate: move(881, -11, 180, -38)},
		Schedule: governance.DriftMoves{Mean: move(2522, 21, 154, -55)},
		Entered:  []governance.EntryLine{{Project: projectHead(r, 0), Cost: &cost, Reason: "Voté en commission permanente"}, {Project: projectHead(r, 1)}},
		Left:     []governance.EntryLine{{Project: portfolio.Head{Code: "P-99", Name: "Borne d’accueil"}, Cost: &cost, Reason: "Réuni avec P-04"}},
		Moved:    []governance.PhaseMove{{Project: projectHead(r, 2), From: portfolio.PhaseFraming, To: portfolio.PhaseBuild}},
		Recoloured: []governance.ColourMove{{Project: projectHead(r, 3), Axis: "schedule", From: "green", To: "amber"},
			{Project: projectHead(r, 4), Axis: "cost", From: "grey", To: "red"}},
		Slipped:  []governance.SlipMove{{Project: projectHead(r, 5), From: civil.D(2027, 3, 31), To: civil.D(2027, 9, 30), Days: 183}},
		Costlier: []governance.CostMove{{Project: projectHead(r, 2), From: 500_000_00, To: 562_500_00, BP: &more}},
		Reached:  []governance.MilestoneMove{{Project: projectHead(r, 3), Name: "Pilote ouvert", On: civil.D(2026, 11, 2), SlipDays: 12}},
	}
}
