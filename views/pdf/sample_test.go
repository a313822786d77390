package pdf

import (
	"fmt"
	"strings"

	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// fingerprint stands in for a SHA-256.
const fingerprint = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

var (
	sampleThemes = []string{"Des démarches simples pour les usagers", "Des collèges connectés", "Une action sociale mieux outillée",
		"Des routes et des bâtiments suivis", "Des agents bien équipés", "Des données ouvertes et protégées"}
	sampleNames = []string{"Portail des aides en ligne", "Gestion électronique des courriers", "Prise de rendez-vous pour les maisons des solidarités",
		"Wi-Fi des collèges", "Renouvellement des postes des collèges", "Environnement numérique de travail",
		"Dossier social unique", "Télégestion de l’aide à domicile", "Suivi des assistants familiaux", "Coffre-fort numérique des jeunes majeurs",
		"Jumeau numérique du patrimoine", "Carnet d’entretien des routes", "Viabilité hivernale en temps réel", "Gestion technique des bâtiments",
		"Poste de travail mobile", "Parapheur et signature électroniques", "Refonte de l’intranet", "Annuaire et identité des agents",
		"Entrepôt de données", "Portail des données ouvertes", "Mise en conformité RGPD", "Plan de reprise d’activité", "Archivage électronique",
		"Téléphonie sur IP", "Observatoire social", "Gestion du temps et des absences", "Dématérialisation des marchés", "Cartographie des réseaux enterrés",
		"Accueil physique et files d’attente", "Paiement en ligne des cantines", "Centre de service aux utilisateurs", "Sauvegarde externalisée",
		"Supervision de la sécurité", "Modernisation du logiciel des finances, reprise des historiques et raccordement au compte financier unique", "Application mobile du département", "Inventaire des arbres d’alignement"}
)

const sampleComment = "Le prestataire a livré la version de recette avec trois semaines de retard ; les reprises de données restent à valider par la direction métier."

// sample is a pack of a fictional département: projects of every colour in six themes, the way a
// real committee would see them.
func sample(locale string, projects int) *governance.Snapshot {
	asOf := civil.D(2026, 10, 31)
	left, duration := asOf.DaysUntil(civil.D(2028, 6, 30)), 612
	voted := money.Amount(48_000_000_00)
	r := portfolio.Report{
		Method: "jalon-drift/1", AsOf: asOf, Organisation: portfolio.Head{Code: "VALOMBRE", Name: "Département de Valombre"}, Currency: "EUR",
		Roadmap: portfolio.RoadmapHead{ID: 1, Code: "NUM-2025", Name: "Feuille de route numérique 2025-2028",
			Purpose: "Rendre les services du département plus simples, plus sûrs et plus sobres pour les habitants, les collèges et les agents.",
			Start:   civil.D(2025, 1, 1), End: civil.D(2028, 6, 30), DaysLeft: &left, Manager: "Claire Vasseur", Sponsor: "Marc Tellier, directeur général des services",
			Voted: &voted, Status: portfolio.RoadmapRunning},
		Thresholds: portfolio.ThresholdLine{Version: 2, Amber: 1000, Red: 2500}, ReferenceSchedule: 2600, ReferenceCost: 2400,
	}
	for i, name := range sampleThemes {
		r.Themes = append(r.Themes, portfolio.ThemeLine{ID: int64(i + 1), Code: fmt.Sprintf("T%d", i+1), Name: name})
	}
	for i := range projects {
		r.Projects = append(r.Projects, sampleProject(i, asOf))
	}
	total(&r)
	r.Totals.MeanDurationDays = &duration
	sampleTrend(&r)
	s := &governance.Snapshot{
		Format: 1, Locale: locale,
		Committee: governance.CommitteeHead{Code: "COSTRAT", Name: "Comité stratégique du numérique", Level: governance.Strategic},
		Period: governance.PeriodHead{Code: "2026-Q4", First: civil.D(2026, 10, 1), Last: civil.D(2026, 12, 31), SittingOn: civil.D(2026, 11, 12),
			SittingAt: "14:30", FiguresOn: asOf},
		Edition: 1, Errata: []string{}, FrozenAt: "2026-11-05T06:00:00Z", FrozenBy: "planificateur",
		Methods:  []governance.MethodLine{{Name: "Écarts", Version: "jalon-drift/1"}, {Name: "Cadence", Version: "jalon-cadence/1"}},
		Members:  []governance.MemberLine{{Name: "Hélène Marchand", Role: "présidente"}, {Name: "Marc Tellier", Role: "directeur général des services"}, {Name: "Claire Vasseur", Role: "responsable de la feuille de route"}},
		Sittings: []governance.SittingLine{{Period: "2027-Q1", On: civil.D(2027, 2, 11)}, {Period: "2027-Q2", On: civil.D(2027, 5, 13)}},
		Report:   r,
	}
	sampleSince(s)
	return s
}

func sampleProject(i int, asOf civil.Date) portfolio.ProjectLine {
	name := sampleNames[i%len(sampleNames)]
	if i >= len(sampleNames) {
		name = fmt.Sprintf("%s (%d)", name, i/len(sampleNames)+1)
	}
	theme := i % len(sampleThemes)
	phases := []portfolio.Phase{portfolio.PhaseBuild, portfolio.PhaseFraming, portfolio.PhasePilot, portfolio.PhaseRollOut, portfolio.PhaseRun, portfolio.PhaseSuspended}
	p := portfolio.ProjectLine{ID: portfolio.ProjectID(i + 1), Code: fmt.Sprintf("P%02d", i+1), Name: name, ThemeID: int64(theme + 1), Theme: sampleThemes[theme],
		Phase: phases[i*7%6], Weight: int64(1 + i*13%23), Sponsor: "Direction générale", Manager: "Samir Belkacem", Department: "Direction des systèmes d’information",
		Interministerial: i%9 == 0, Baselines: 1}
	if i%11 != 10 { // most have dates
		p.FirstStart = civil.D(2025, 1, 6).AddDays(i * 17 % 500)
		p.FirstEnd = p.FirstStart.AddDays(260 + i*41%400)
		slip := []int{0, 12, 45, -20, 130, 260, 0, 75}[i%8]
		p.Start, p.End, p.SlipDays = p.FirstStart, p.FirstEnd.AddDays(slip), slip
		first, now := civil.Duration(p.FirstStart, p.FirstEnd), civil.Duration(p.Start, p.End)
		p.Schedule = deviationOf(int64(first), int64(now), asOf.AddDays(-i%60))
	} else {
		p.Schedule = portfolio.Deviation{Colour: "grey"}
	}
	if i%13 != 12 {
		first := money.Amount(180_000_00 + i*7919%60*45_000_00)
		now := first + first*money.Amount([]int{0, 8, 15, -6, 31, 64, 3}[i%7])/100
		p.FirstCost, p.Cost = &first, &now
		p.CostDeviation = deviationOf(int64(first), int64(now), asOf.AddDays(-i*11%500))
	} else {
		p.CostDeviation = portfolio.Deviation{Colour: "grey"}
	}
	colours := []string{"green", "amber", "green", "red", "grey"}
	p.Declared = portfolio.Declared{On: asOf.AddDays(-9 - i%20), Period: "2026-10", Schedule: colours[i%5], Cost: colours[(i+2)%5], Scope: colours[(i+1)%3], People: colours[i%2]}
	if i%5 == 4 {
		p.Declared = portfolio.Declared{On: asOf.AddDays(-200), Period: "2026-03", Stale: true, Schedule: "grey", Cost: "grey", Scope: "grey", People: "grey"}
	}
	if i%6 == 3 {
		p.Declared.Question = "Faut-il reporter la généralisation à l’automne 2027, ou réduire le périmètre aux douze sites pilotes pour tenir la date ?"
	}
	p.Sheet = sampleSheet(i, &p)
	return p
}

func deviationOf(first, now int64, on civil.Date) portfolio.Deviation {
	bp := money.BasisPoints((now - first) * 10000 / first)
	d := portfolio.Deviation{BP: &bp, SinceLastBP: &bp, AsOf: on, AgeDays: on.DaysUntil(civil.D(2026, 10, 31)), ReEstimated: bp != 0, Colour: "green"}
	switch {
	case bp > 2500:
		d.Colour = "red"
	case bp > 1000:
		d.Colour = "amber"
	}
	return d
}

func sampleSheet(i int, p *portfolio.ProjectLine) *portfolio.ProjectSheet {
	s := &portfolio.ProjectSheet{
		Need: "Aujourd’hui, les dossiers arrivent par quatre canaux et sont ressaisis trois fois. Le projet réunit les demandes en un seul endroit, de sorte qu’un usager suive la sienne sans appeler et qu’un agent la traite sans la recopier.",
		Status: &portfolio.StatusLine{Period: p.Declared.Period, On: p.Declared.On, Author: p.Manager, Stale: p.Declared.Stale,
			Schedule: portfolio.Side{Weather: portfolio.WeatherCloud, Comment: sampleComment}, Cost: portfolio.Side{Weather: portfolio.WeatherSun, Comment: "Dans l’enveloppe."},
			People:  portfolio.Side{Weather: portfolio.WeatherSun, Comment: "Un développeur quitte l’équipe en décembre."},
			Summary: "La recette est engagée sur deux directions. Les anomalies bloquantes sont levées ; la formation des référents commence le mois prochain.", NextSteps: "Valider la reprise de données.\nFormer les quarante référents.\nOuvrir le pilote à Saint-Avre."},
	}
	names := []string{"Cadrage validé", "Marché notifié", "Pilote ouvert", "Généralisation"}
	for k, name := range names[:1+i%4] {
		due := p.FirstStart.AddDays(60 + 120*k)
		if due.IsZero() {
			break
		}
		m := portfolio.MilestoneLine{Name: name, BaselineOn: due, DueOn: due.AddDays(p.SlipDays / 2), SlipDays: p.SlipDays / 2, State: "due"}
		if m.DueOn.Before(civil.D(2026, 9, 1)) {
			m.ReachedOn, m.State = m.DueOn, "reached"
		} else if m.DueOn.Before(civil.D(2026, 10, 31)) {
			m.State = "late"
		}
		s.Milestones = append(s.Milestones, m)
	}
	if p.Cost != nil {
		for k, part := range p.Cost.Split([]int64{3, 5, 2}) {
			invest := part * 7 / 10
			s.Years = append(s.Years, portfolio.YearCost{FiscalYear: fmt.Sprint(2025 + k), Investment: invest, Operations: part - invest})
		}
	}
	if i%4 == 1 {
		s.DependsOn = []portfolio.DependencyLine{{ID: 18, Code: "P18", Name: sampleNames[17], Note: "compte unique des agents", Late: i%8 == 1}}
	}
	if i%7 == 2 {
		s.Baselines = []portfolio.BaselineLine{{Number: 1, On: civil.D(2025, 1, 6), Cost: p.FirstCost, Start: p.FirstStart, End: p.FirstEnd},
			{Number: 2, On: civil.D(2026, 3, 12), Cost: p.Cost, Start: p.Start, End: p.End, Decision: "COSTRAT-2026-03", Reason: "Extension aux communes, votée en mars."}}
	}
	return s
}

// total counts what a report would have counted.
func total(r *portfolio.Report) {
	t := &r.Totals
	count := func(c *portfolio.ColourCount, colour string) {
		switch colour {
		case "green":
			c.Green++
		case "amber":
			c.Amber++
		case "red":
			c.Red++
		default:
			c.Grey++
		}
	}
	for i := range r.Projects {
		p := &r.Projects[i]
		t.Projects++
		t.Weight += p.Weight
		if p.Interministerial {
			t.Interministerial++
		}
		if p.Cost != nil {
			t.SumCost += *p.Cost
			t.SumFirstCost += *p.FirstCost
			t.WithCost++
		} else {
			t.Quality.NoCost++
		}
		if p.Schedule.BP == nil {
			t.Quality.NoDates++
		}
		if p.Declared.Stale {
			t.Quality.StaleStatus++
		}
		if p.Declared.Question != "" {
			t.NeedDecision++
		}
		for k := range r.Themes {
			if th := &r.Themes[k]; th.ID == p.ThemeID {
				th.Projects++
				th.Weight += p.Weight
				if p.Cost != nil {
					th.SumCost += *p.Cost
				}
				bp := money.BasisPoints(400 * (k + 1))
				th.CostBP, th.ScheduleBP = &bp, &bp
			}
		}
		count(&t.ComputedSchedule, p.Schedule.Colour)
		count(&t.ComputedCost, p.CostDeviation.Colour)
		count(&t.DeclaredSchedule, p.Declared.Schedule)
		count(&t.DeclaredCost, p.Declared.Cost)
		count(&t.DeclaredScope, p.Declared.Scope)
		count(&t.DeclaredPeople, p.Declared.People)
	}
	bps := func(n int64) *money.BasisPoints { b := money.BasisPoints(n); return &b }
	if len(r.Projects) > 0 {
		t.Cost = portfolio.Averages{N: t.WithCost, ReEstimated: 20, Undefined: t.Projects - t.WithCost, Mean: bps(1702), Aggregate: bps(1533), Median: bps(800), Weighted: bps(1655)}
		t.Schedule = portfolio.Averages{N: t.Projects - t.Quality.NoDates, ReEstimated: 24, Undefined: t.Quality.NoDates, Mean: bps(1420), Aggregate: bps(1391), Median: bps(310), Weighted: bps(2610)}
	}
	five, nine, twenty, hundred := money.Amount(5_000_000_00), money.Amount(9_000_000_00), money.Amount(20_000_000_00), money.Amount(100_000_000_00)
	t.BySize = []portfolio.SizeBand{{From: 0, To: &five, N: t.WithCost, Mean: bps(1702), Aggregate: bps(1533), ScheduleN: 28, ScheduleMean: bps(1420), ScheduleAggregate: bps(1391)},
		{From: five, To: &nine}, {From: nine, To: &twenty}, {From: twenty, To: &hundred}, {From: hundred}}
}

func sampleTrend(r *portfolio.Report) {
	for i := range 18 {
		cost, schedule := money.BasisPoints(90*i+i*i%7*60), money.BasisPoints(40*i+i*i%5*90)
		point := portfolio.TrendPoint{On: civil.Month{Year: 2025, Month: 5}.Add(i).Last(), Projects: 20 + i, CostMean: &cost, ScheduleMean: &schedule}
		if i == 6 {
			point.CostMean = nil
		}
		r.Trend = append(r.Trend, point)
	}
}

func sampleSince(s *governance.Snapshot) {
	if len(s.Report.Projects) < 10 {
		return
	}
	head := func(i int) portfolio.Head {
		return portfolio.Head{Code: s.Report.Projects[i].Code, Name: s.Report.Projects[i].Name}
	}
	for i := range s.Report.Projects {
		if q := s.Report.Projects[i].Declared.Question; q != "" {
			s.Questions = append(s.Questions, governance.QuestionLine{Project: head(i), Text: q, On: s.Report.Projects[i].Declared.On})
		}
	}
	cost, bp := money.Amount(640_000_00), money.BasisPoints(1250)
	move := func(b, e, r, n int) *governance.DriftMove {
		return &governance.DriftMove{Before: money.BasisPoints(b), Exits: money.BasisPoints(e), Real: money.BasisPoints(r), Entries: money.BasisPoints(n),
			Change: money.BasisPoints(e + r + n), After: money.BasisPoints(b + e + r + n)}
	}
	s.Since = &governance.SincePack{Period: "2026-Q3", Edition: 1, From: civil.D(2026, 7, 31), To: s.Report.AsOf,
		Cost:       governance.DriftMoves{Mean: move(1511, -63, 301, -47), Aggregate: move(1402, -11, 180, -38)},
		Schedule:   governance.DriftMoves{Mean: move(1300, 21, 154, -55), Aggregate: move(1388, 0, 3, 0)},
		Entered:    []governance.EntryLine{{Project: head(3), Cost: &cost, Reason: "Voté en commission permanente"}, {Project: head(5), Cost: nil}},
		Moved:      []governance.PhaseMove{{Project: head(1), From: portfolio.PhaseFraming, To: portfolio.PhaseBuild}},
		Recoloured: []governance.ColourMove{{Project: head(2), Axis: "schedule", From: "green", To: "amber"}, {Project: head(6), Axis: "cost", From: "grey", To: "red"}},
		Slipped:    []governance.SlipMove{{Project: head(4), From: civil.D(2027, 3, 31), To: civil.D(2027, 9, 30), Days: 183}},
		Costlier:   []governance.CostMove{{Project: head(2), From: 500_000_00, To: 562_500_00, BP: &bp}},
		Reached:    []governance.MilestoneMove{{Project: head(7), Name: "Pilote ouvert", On: civil.D(2026, 9, 14), SlipDays: 12}},
	}
	s.Decisions = []governance.DecisionLine{{Reference: "COSTRAT-2026-07", On: civil.D(2026, 9, 10), Committee: "Comité stratégique du numérique", Title: "Nouvelle référence pour le dossier social unique",
		Question: "Faut-il prendre acte du nouveau calendrier ?", Outcome: "Oui, la fin est portée au 30 septembre 2027.", Reason: "La reprise des données du logiciel historique a été sous-estimée.", Project: "P07"}}
}

// hostile is a text with all that a PDF writer may trip over.
var hostile = "“(a) b\\) c\\\\ \x00\x1b\xff\xfe 😀👩‍💻🇫🇷 עברית (שלום) מרחבא مرحبا بالعالم 中文 e\u0301 \u202eoverride\u202c <script> %PDF endstream endobj " + strings.Repeat("long", 40)

// edges are packs at the limits.
func edges() map[string]*governance.Snapshot {
	out := map[string]*governance.Snapshot{}
	out["empty roadmap"] = sample("fr", 0)
	out["one project"] = sample("en", 1)
	bare := sample("fr", 0)
	bare.Report = portfolio.Report{Currency: "EUR", Thresholds: bare.Report.Thresholds}
	bare.Committee, bare.Period, bare.Members, bare.Sittings, bare.Methods = governance.CommitteeHead{Level: governance.Tactical}, governance.PeriodHead{Code: "2026"}, nil, nil, nil
	out["nothing known"] = bare

	long := sample("fr", 12)
	for i := range long.Report.Projects {
		p := &long.Report.Projects[i]
		p.Name, p.Sponsor = strings.Repeat("Modernisation des échanges ", 11)+"fin"+fmt.Sprint(i), strings.Repeat("Direction ", 30)
		p.Code = strings.Repeat("C", 60) + fmt.Sprint(i)
	}
	long.Report.Roadmap.Name, long.Report.Organisation.Name = strings.Repeat("x", 300), strings.Repeat("Nom ", 75)
	out["names of 300 characters"] = long

	nasty := sample("fr", 12)
	for i := range nasty.Report.Projects {
		p := &nasty.Report.Projects[i]
		p.Name, p.Code, p.Manager = hostile+fmt.Sprint(i), "C\\("+fmt.Sprint(i), hostile
		p.Sheet.Need, p.Sheet.Status.Schedule.Comment, p.Declared.Question = hostile, hostile, hostile
	}
	nasty.Report.Roadmap.Name, nasty.Committee.Name, nasty.Errata, nasty.Edition, nasty.LateDays = hostile, hostile, []string{hostile, hostile}, 3, 4
	out["hostile texts"] = nasty

	endless := sample("fr", 3)
	endless.Report.Projects[0].Sheet.Status.Cost.Comment = strings.Repeat("ligne de commentaire\n", 10_000)
	endless.Report.Projects[1].Sheet.Need = strings.Repeat("\n\n  \n", 10_000) + strings.Repeat("mot ", 5000)
	out["10,000 lines"] = endless

	grey := sample("en", 24)
	for i := range grey.Report.Projects {
		p := &grey.Report.Projects[i]
		*p = portfolio.ProjectLine{ID: p.ID, Code: p.Code, Name: p.Name, Schedule: portfolio.Deviation{Colour: "grey"}, CostDeviation: portfolio.Deviation{Colour: "grey"}}
	}
	grey.Report.Trend, grey.Report.Totals, grey.Since = nil, portfolio.Totals{}, nil
	total(&grey.Report)
	out["all grey"] = grey

	huge := sample("fr", 12)
	huge.Report.Currency = "RWF"
	for i := range huge.Report.Projects {
		p := &huge.Report.Projects[i]
		first, now, bp, down := money.Amount(1), money.Amount(9_000_000_000_000_000_000), money.BasisPoints(9_000_000_000_000_000_000), money.BasisPoints(-9999)
		p.FirstCost, p.Cost, p.CostDeviation.BP, p.CostDeviation.SinceLastBP = &first, &now, &bp, &down
		p.Schedule.BP, p.SlipDays, p.End, p.Weight = &down, -99999, civil.D(9999, 12, 31), 100
		if i%2 == 0 {
			p.CostDeviation.BP = &down
		}
	}
	huge.Report.Totals.SumCost, huge.Report.Roadmap.Voted = 9_000_000_000_000_000_000, huge.Report.Projects[0].Cost
	out["huge amounts in RWF"] = huge
	return out
}
