package sample

import (
	"reflect"
	"time"

	"jalon/governance"
	"jalon/governance/cadence"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Sheet gives the project of a report with everything that its own page shows.
func Sheet(r *portfolio.Report, at int) *portfolio.ProjectLine {
	l := r.Projects[at]
	l.Declared.On, l.Declared.Period, l.Declared.Stale = Day.AddDays(-10), "2026-11", false
	l.Declared.Schedule, l.Declared.Cost, l.Declared.Scope, l.Declared.People = "amber", "green", "red", "grey"
	amount := func(n int64) *money.Amount { a := money.Amount(n); return &a }
	l.Sheet = &portfolio.ProjectSheet{
		Need: "Un seul dossier par enfant, partagé entre les services, à la place de quatre applications qui ne se parlent pas.",
		Status: &portfolio.StatusLine{Period: "2026-11", On: Day.AddDays(-10), Author: "Éric Müller",
			Schedule: portfolio.Side{Weather: portfolio.WeatherCloud, Comment: "La reprise des données prend trois semaines de plus."}, Cost: portfolio.Side{Weather: portfolio.WeatherSun},
			Scope: portfolio.Side{Weather: portfolio.WeatherStorm, Comment: "Deux modules sont contestés par les territoires."}, People: portfolio.Side{},
			Summary: "Recette en cours.\nLes deux premiers territoires ont validé.", NextSteps: "Choisir le troisième territoire.", NeedsDecision: l.Declared.Question},
		Milestones: []portfolio.MilestoneLine{
			{Name: "Marché notifié", BaselineOn: civil.D(2025, 5, 2), DueOn: civil.D(2025, 6, 12), ReachedOn: civil.D(2025, 6, 12), SlipDays: 41, State: "reached"},
			{Name: "Pilote ouvert", BaselineOn: civil.D(2026, 9, 1), DueOn: civil.D(2026, 11, 2), SlipDays: 62, State: "late"},
			{Name: "Généralisation", BaselineOn: civil.D(2027, 3, 1), DueOn: civil.D(2027, 5, 31), SlipDays: 91, State: "due"}},
		DependsOn: []portfolio.DependencyLine{{ID: 2, Code: "P-02", Name: "Portail des subventions", Note: "compte unique", Late: true}},
		NeededBy:  []portfolio.DependencyLine{{ID: 3, Code: "P-03", Name: "Œuvres numérisées des archives"}},
		Years:     []portfolio.YearCost{{FiscalYear: "2025", Investment: 310_000_00, Operations: 12_000_00}, {FiscalYear: "2026", Investment: 420_000_00, Operations: 85_500_50}},
		Baselines: []portfolio.BaselineLine{{Number: 0, On: civil.D(2025, 1, 6), Cost: amount(700_000_00), Start: civil.D(2025, 1, 6), End: civil.D(2026, 1, 5)},
			{Number: 1, On: civil.D(2025, 3, 1), Cost: l.FirstCost, Start: l.FirstStart, End: l.FirstEnd, Reason: "Vote du conseil départemental"},
			{Number: 2, On: civil.D(2026, 2, 1), Cost: l.Cost, Start: l.Start, End: l.End, Decision: "D-2026-004", Reason: "Périmètre étendu aux territoires"}},
	}
	for i := range 6 {
		e := portfolio.EstimateLine{AsOf: civil.D(2025, 2, 1).AddMonths(3 * i), Start: l.FirstStart, Phase: portfolio.PhaseBuild}
		if !l.FirstEnd.IsZero() {
			e.End = l.FirstEnd.AddDays(l.SlipDays * i / 5)
		}
		if l.FirstCost != nil && i != 2 {
			e.Cost = amount(int64(*l.FirstCost + (*l.Cost-*l.FirstCost)*money.Amount(i)/5))
		}
		if i == 3 {
			e.Note = "Après l’atelier avec les territoires"
		}
		l.Sheet.Estimates = append(l.Sheet.Estimates, e)
	}
	return &l
}

// BareSheet gives the project with a sheet that holds nothing.
func BareSheet(r *portfolio.Report, at int) *portfolio.ProjectLine {
	l := r.Projects[at]
	l.Sheet = &portfolio.ProjectSheet{}
	return &l
}

// Roadmaps lists the roadmap of the report, a draft and one of another organisation.
func Roadmaps(r *portfolio.Report) []portfolio.RoadmapCard {
	h := r.Roadmap
	own := portfolio.RoadmapCard{ID: h.ID, Organisation: r.Organisation, Code: h.Code, Name: h.Name, Purpose: h.Purpose, Start: h.Start, End: h.End, Status: h.Status, Projects: len(r.Projects), Voted: h.Voted, Currency: r.Currency}
	draft, other := own, own
	draft.ID, draft.Code, draft.Name, draft.Status, draft.Voted, draft.End, draft.Purpose = 2, "CAND", "Projets candidats 2028", portfolio.RoadmapDraft, nil, civil.Date{}, ""
	other.ID, other.Code, other.Name, other.Status, other.Organisation = 3, "FDR-2021", "Feuille de route numérique 2021-2024", portfolio.RoadmapClosed, portfolio.Head{Code: "CC12", Name: "Communauté de communes du Haut-Pays"}
	return []portfolio.RoadmapCard{own, draft, other}
}

// Committees lists a committee of each level.
func Committees() []governance.CommitteeCard {
	rules := []string{"monthly 2nd tuesday 09:30", "quarterly month 2 day 15 14:00 following", "yearly month 11 last thursday 10:00 preceding"}
	heads := []struct {
		code, name string
		level      governance.Level
		periods    []string
	}{
		{"OPS", "Comité opérationnel de la feuille de route", governance.Operational, []string{"2026-12", "2027-01", "2027-02"}},
		{"COPIL", "Comité de pilotage", governance.Tactical, []string{"2026-Q4", "2027-Q1"}},
		{"CODIR/DG", "Comité stratégique de la direction générale", governance.Strategic, []string{"2027"}},
	}
	var out []governance.CommitteeCard
	for i, h := range heads {
		rule, err := cadence.ParseRule(rules[i])
		if err != nil {
			panic(err)
		}
		c := governance.CommitteeCard{Committee: governance.Committee{ID: governance.CommitteeID(i + 1), RoadmapID: 1, Code: h.code, Name: h.name, Level: h.level, Cadence: rule, TimeZone: "Europe/Paris", Locale: "fr", LeadDays: 5,
			Members: []governance.Member{{Name: "Anne Le Goff", Role: "Responsable de la feuille de route", Email: "anne@example.org"}, {Name: "Paul Kerviel", Role: "Directeur général adjoint"}}},
			Roadmap: portfolio.Head{Code: "FDR-2025", Name: "Feuille de route numérique 2025-2027"}}
		for _, code := range h.periods {
			if p, err := cadence.Parse(code); err == nil {
				c.NextSittings = append(c.NextSittings, governance.SittingLine{Period: code, On: rule.Sitting(p)})
			}
		}
		if p, err := cadence.Parse(h.periods[0]); err == nil {
			c.NextFreeze = rule.FreezeDate(p, c.LeadDays)
		}
		c.Packs = packs(c, i)
		out = append(out, c)
	}
	return out
}

func packs(c governance.CommitteeCard, i int) []governance.PackCard {
	pack := func(id int64, period string, edition int) governance.PackCard {
		return governance.PackCard{ID: governance.PackID(10*i) + governance.PackID(id), Committee: c.Code, CommitteeName: c.Name, Period: period, Edition: edition, FiguresOn: civil.D(2026, 10, 31),
			FrozenAt: time.Date(2026, 11, 5, 5, 0, 0, 0, time.UTC), Locale: "fr", Size: 412_345,
			PDFSHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", SnapshotSHA256: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"}
	}
	switch i {
	case 0:
		second := pack(3, "2026-11", 2)
		second.Errata = []string{"Coût du projet P-04 corrigé : la TVA était comptée deux fois."}
		late := pack(1, "2026-10", 1)
		late.LateDays = 2
		return []governance.PackCard{second, pack(2, "2026-11", 1), late}
	case 1:
		return []governance.PackCard{pack(1, "2026-Q3", 1)}
	}
	return nil
}

// Decisions lists two decisions.
func Decisions() []governance.DecisionLine {
	return []governance.DecisionLine{
		{Reference: "D-2026-004", On: civil.D(2026, 2, 1), Committee: "Comité de pilotage", Title: "Nouvelle référence du dossier unique", Question: "Faut-il étendre le projet aux territoires ?", Outcome: "Oui, dans la limite de 180 000 € de plus.", Reason: "Les territoires portent la moitié des dossiers.", Project: "P-01"},
		{Reference: "D-2025-011", On: civil.D(2025, 11, 27), Committee: "Comité stratégique de la direction générale", Title: "Bilan annuel", Question: "Le conseil prend-il acte du bilan ?", Outcome: "Il en prend acte."},
	}
}

// Canary is a text that shows when it was not escaped, in HTML or in a template.
const Canary = `"><svg onload=1>{{7*7}}'</title>`

// Poison puts the canary into every text of a value, the given pointer's target, and leaves codes of
// known kinds (phases, levels, statuses) alone.
func Poison(v any) { poison(reflect.ValueOf(v)) }

func poison(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				poison(v.Field(i))
			}
		}
	case reflect.String:
		if v.CanSet() && v.Type() == reflect.TypeFor[string]() {
			v.SetString(Canary)
		}
	}
}
