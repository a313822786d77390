// Package sample makes up report values for the tests of pages: a full roadmap, an empty one, a huge
// one, and one whose every text tries to break out of the page. Nothing of it is in the program.
package sample

import (
	"fmt"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/portfolio/drift"
)

// Day is the day of every sample.
var Day = civil.D(2026, 11, 20)

var themes = []struct{ code, name, description string }{
	{"DEM", "Démarches en ligne", "Demander, suivre et recevoir sans se déplacer"},
	{"COL", "Travail collaboratif", "Les agents travaillent ensemble, où qu’ils soient"},
	{"MOB", "Services mobiles", "Les services du département dans la poche"},
	{"SEC", "Sécurité informatique", "Des données et des services qui tiennent"},
	{"DAT", "Données et territoire", "Des données ouvertes, une carte commune"},
	{"EDU", "Collèges numériques", "Les outils des collégiens et de leurs enseignants"},
}

var names = []string{"Aide sociale à l’enfance : dossier unique", "Portail des subventions", "Œuvres numérisées des archives", "Carte des routes départementales", "Téléphonie des collèges",
	"Signature électronique", "Messagerie et agenda partagés", "Gestion des courriers", "Application « Bus & Cars »", "Détection des incidents", "Sauvegarde hors site", "Entrepôt de données sociales",
	"Prise de rendez-vous dans les maisons du département", "Dématérialisation des marchés publics"}

// Report is a roadmap with n projects in every state there is.
func Report(n int) *portfolio.Report {
	r := &portfolio.Report{Method: drift.Method, AsOf: Day, Organisation: portfolio.Head{Code: "CD99", Name: "Département de la Vallée"}, Currency: money.EUR,
		Thresholds: portfolio.ThresholdLine{Version: 1, Amber: 1000, Red: 2500}, ReferenceSchedule: drift.ReferenceSchedule, ReferenceCost: drift.ReferenceCost,
		Roadmap: portfolio.RoadmapHead{ID: 1, Code: "FDR-2025", Name: "Feuille de route numérique 2025-2027", Purpose: "Rendre les services du département plus simples pour les habitants et pour les agents, et tenir le budget voté.",
			Start: civil.D(2025, 1, 1), End: civil.D(2027, 12, 31), Manager: "Anne Le Goff", Sponsor: "Directrice générale des services", Status: portfolio.RoadmapRunning,
			Objectives: []portfolio.Head{{Code: "O1", Name: "Simplifier les démarches"}, {Code: "O2", Name: "Protéger les données"}}}}
	voted := money.Amount(24_000_000_00)
	left := Day.DaysUntil(r.Roadmap.End)
	r.Roadmap.Voted, r.Roadmap.DaysLeft = &voted, &left
	for i := range n {
		r.Projects = append(r.Projects, line(i))
	}
	total(r)
	return r
}

// Empty is a draft without a project, an end or a budget.
func Empty() *portfolio.Report {
	r := Report(0)
	r.Roadmap.Voted, r.Roadmap.DaysLeft, r.Roadmap.End = nil, nil, civil.Date{}
	r.Roadmap.Purpose, r.Roadmap.Manager, r.Roadmap.Objectives, r.Roadmap.Status = "", "", nil, portfolio.RoadmapDraft
	r.Themes, r.Trend = nil, nil
	return r
}

func line(i int) portfolio.ProjectLine {
	k := i % len(themes)
	l := portfolio.ProjectLine{ID: portfolio.ProjectID(i + 1), Code: fmt.Sprintf("P-%02d", i+1), Name: names[i%len(names)], ThemeID: int64(k + 1), Theme: themes[k].name,
		Phase: portfolio.Phases[i%len(portfolio.Phases)], Weight: int64(1 + (i*7)%23), Sponsor: "Direction des solidarités", Manager: "Éric Müller", Department: "Maison de l’autonomie",
		Interministerial: i%5 == 0, Baselines: 1 + i%3}
	if i >= len(names) {
		l.Name += fmt.Sprintf(" (lot %d)", i/len(names)+1)
	}
	if i%9 == 8 {
		l.ThemeID, l.Theme = 0, ""
	}
	first := money.Amount((i*i%37 + 2) * 95_000_00)
	cost := first + first*money.Amount((i*13)%60-12)/100
	if i%11 != 10 {
		l.FirstCost, l.Cost = &first, &cost
		l.CostDeviation = deviation(int64(cost-first), int64(first), i)
	} else {
		l.CostDeviation.Colour = "grey"
	}
	l.Schedule.Colour = "grey"
	if i%7 != 6 {
		l.FirstStart = civil.D(2025, 1, 6).AddDays(i % 40 * 14)
		l.FirstEnd = l.FirstStart.AddDays(240 + i%12*45)
		l.SlipDays = (i*31)%200 - 30
		l.Start, l.End = l.FirstStart, l.FirstEnd.AddDays(l.SlipDays)
		l.Schedule = deviation(int64(l.SlipDays), int64(civil.Duration(l.FirstStart, l.FirstEnd)), i)
	}
	l.Declared = declared(i)
	return l
}

func deviation(num, den int64, i int) portfolio.Deviation {
	rate := drift.Rate{Defined: true, Num: num, Den: den}
	bp, _ := rate.BP()
	since := bp / 2
	return portfolio.Deviation{BP: &bp, SinceLastBP: &since, Colour: string(drift.DefaultThresholds().Colour(rate)), AsOf: Day.AddDays(-i % 90), AgeDays: i % 90, ReEstimated: i%4 != 0}
}

func declared(i int) portfolio.Declared {
	d := portfolio.Declared{Schedule: "grey", Cost: "grey", Scope: "grey", People: "grey"}
	switch i % 6 {
	case 0: // no report
		return d
	case 1:
		d.On, d.Period, d.Stale = Day.AddDays(-120), "2026-07", true
		return d
	}
	c := []string{"green", "amber", "red", "grey"}
	d.On, d.Period = Day.AddDays(-10), "2026-11"
	d.Schedule, d.Cost, d.Scope, d.People = c[i%3], c[(i+1)%3], c[i%2], c[(i/2)%4]
	if i%8 == 3 {
		d.Question = "Faut-il reporter la généralisation d’un trimestre pour absorber la reprise des données, ou réduire le périmètre de la première version ?"
	}
	return d
}

// total fills in what a report counts over its projects, roughly: pages only show it.
func total(r *portfolio.Report) {
	t := &r.Totals
	phases := map[portfolio.Phase]int{}
	r.Themes = nil
	for i, x := range append(themes[:len(themes):len(themes)], struct{ code, name, description string }{}) {
		id := int64(i + 1)
		if x.code == "" {
			id = 0
		}
		r.Themes = append(r.Themes, portfolio.ThemeLine{ID: id, Code: x.code, Name: x.name, Description: x.description, CostBP: basis(money.BasisPoints(i*700 - 500)), ScheduleBP: basis(money.BasisPoints(i * 480))})
	}
	for i := range r.Projects {
		l := &r.Projects[i]
		t.Projects++
		t.Weight += l.Weight
		phases[l.Phase]++
		count(&t.ComputedSchedule, l.Schedule.Colour)
		count(&t.ComputedCost, l.CostDeviation.Colour)
		count(&t.DeclaredSchedule, l.Declared.Schedule)
		count(&t.DeclaredCost, l.Declared.Cost)
		count(&t.DeclaredScope, l.Declared.Scope)
		count(&t.DeclaredPeople, l.Declared.People)
		for j := range r.Themes {
			if th := &r.Themes[j]; th.ID == l.ThemeID {
				th.Projects++
				th.Weight += l.Weight
				if l.Cost != nil {
					th.SumCost += *l.Cost
				}
			}
		}
		totalOne(t, l)
	}
	for _, p := range portfolio.Phases {
		if phases[p] > 0 {
			t.Phases = append(t.Phases, portfolio.PhaseCount{Phase: p, N: phases[p]})
		}
	}
	bySize(t)
	if t.Projects == 0 {
		return
	}
	days := 612
	t.MeanDurationDays = &days
	t.Cost = portfolio.Averages{N: t.WithCost, ReEstimated: t.WithCost * 3 / 4, Undefined: t.Projects - t.WithCost, Mean: basis(1321), Aggregate: basis(1012), Median: basis(850), Weighted: basis(1187)}
	t.Schedule = portfolio.Averages{N: t.WithDates, ReEstimated: t.WithDates * 3 / 4, Undefined: t.Projects - t.WithDates, Mean: basis(2642), Aggregate: basis(2210), Median: basis(1904), Weighted: basis(2377)}
	for m := range 12 {
		on := civil.Month{Year: 2025, Month: 12}.Add(m).Last()
		if m == 11 {
			on = Day
		}
		r.Trend = append(r.Trend, portfolio.TrendPoint{On: on, Projects: t.Projects - 11 + m, SumCost: t.SumCost - money.Amount(11-m)*300_000_00,
			Cost: basis(money.BasisPoints(90 * m)), CostMean: basis(money.BasisPoints(120 * m)), Schedule: basis(money.BasisPoints(200 * m)), ScheduleMean: basis(money.BasisPoints(240 * m))})
	}
}

func basis(n money.BasisPoints) *money.BasisPoints { return &n }

func bySize(t *portfolio.Totals) {
	edges := []money.Amount{0, 5, 9, 20, 100}
	for i, e := range edges {
		b := portfolio.SizeBand{From: e * 1_000_000_00, N: 12 - 3*i, Mean: basis(money.BasisPoints(400 + 700*i)), Aggregate: basis(money.BasisPoints(300 + 650*i)), ScheduleN: 11 - 2*i, ScheduleMean: basis(900), ScheduleAggregate: basis(1100)}
		if i+1 < len(edges) {
			to := edges[i+1] * 1_000_000_00
			b.To = &to
		}
		if t.Projects == 0 || i > 2 {
			b.N, b.Mean, b.Aggregate, b.ScheduleN, b.ScheduleMean, b.ScheduleAggregate = 0, nil, nil, 0, nil, nil
		}
		t.BySize = append(t.BySize, b)
	}
}

func totalOne(t *portfolio.Totals, l *portfolio.ProjectLine) {
	over := l.Phase == portfolio.PhaseClosed || l.Phase == portfolio.PhaseAbandoned
	if l.Interministerial {
		t.Interministerial++
	}
	if l.Cost != nil {
		t.WithCost++
		t.SumCost += *l.Cost
	} else {
		t.Quality.NoCost++
	}
	if l.Schedule.BP != nil {
		t.WithDates++
	} else {
		t.Quality.NoDates++
	}
	if l.Declared.Question != "" {
		t.NeedDecision++
	}
	if l.ThemeID == 0 {
		t.Quality.NoTheme++
	}
	if !over && l.Declared.On.IsZero() {
		t.Quality.NoStatus++
	}
	if !over && l.Declared.Stale {
		t.Quality.StaleStatus++
	}
}

func count(c *portfolio.ColourCount, colour string) {
	switch drift.Colour(colour) {
	case drift.Green:
		c.Green++
	case drift.Amber:
		c.Amber++
	case drift.Red:
		c.Red++
	default:
		c.Grey++
	}
}
