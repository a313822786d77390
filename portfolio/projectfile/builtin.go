package projectfile

import "jalon/internal/money"

// BuiltInNames lists the profiles that need no file, in alphabetical order.
func BuiltInNames() []string { return []string{"jalon", "nyc-capital", "panorama"} }

// BuiltIn gives a built-in profile, a fresh copy each time.
func BuiltIn(name string) (Profile, bool) {
	switch name {
	case "jalon":
		return jalonProfile(), true
	case "nyc-capital":
		return nycProfile(), true
	case "panorama":
		return panoramaProfile(), true
	}
	return Profile{}, false
}

// jalonProfile reads what Write writes, in either language, also after a spreadsheet saved it with
// decimal commas.
func jalonProfile() Profile {
	p := Profile{
		Name: "jalon", Version: 1, Title: "Jalon",
		Decimal: DecimalEither, DateOrder: DayFirst,
		Fields:    map[Field][]string{},
		Required:  []Field{FieldCode, FieldName},
		Phases:    map[string]string{},
		ExactText: true, OwnExport: true,
	}
	for _, lang := range exportLanguages {
		for _, c := range exportColumns {
			p.Fields[c.field] = append(p.Fields[c.field], c.header[lang])
		}
		for _, ph := range exportPhases {
			p.Phases[ph.label[lang]] = ph.code
			p.Phases[ph.code] = ph.code
		}
		p.Yes = append(p.Yes, exportYes[lang])
		p.No = append(p.No, exportNo[lang])
	}
	return p
}

// panoramaProfile reads the French state's "Panorama des grands projets numériques" in the three
// shapes that it was published in: the table of the site, the raw CSV, the workbook.
func panoramaProfile() Profile {
	return Profile{
		Name: "panorama", Version: 1, Title: "Panorama des grands projets numériques de l'État",
		Currency: money.EUR, CostUnit: 1_000_000, Decimal: DecimalEither, DateOrder: DayFirst,
		Fields: map[Field][]string{
			FieldName:                {"Projet", "Nom du projet"},
			FieldNeed:                {"Description et objectifs", "Description et objectifs du projet"},
			FieldDepartment:          {"Ministère nom complet", "Ministère porteur"},
			FieldInterAdministration: {"Projet inter-ministériel"},
			FieldStart:               {"Début"},
			FieldDurationYears:       {"Durée du projet en années", "Durée prévisionnelle en année"},
			FieldPhase:               {"Phase du projet en cours"},
			FieldCost:                {"Coût complet estimé", "Coût estimé"},
			FieldTheme:               {"Zone fonctionnelle principale", "Zone fonctionnelle"},
		},
		Required: []Field{FieldName, FieldPhase},
		Yes:      []string{"Oui"}, No: []string{"Non"},
		Phases: map[string]string{
			"Cadrage": PhaseFraming, "Conception / Réalisation": PhaseBuild, "Expérimentation": PhasePilot,
			"Déploiement": PhaseRollout, "Terminé": PhaseClosed, "Abandonné": PhaseAbandoned, "Suspendu": PhaseSuspended, "NA": "",
		},
		NoFigure: []string{"En cadrage", "Trajectoire en cours de révision", "En cours de révision", "Appel d'offres en cours"},
		HTML:     true,
	}
}

// nycProfile reads New York City's "Capital Projects" series: one row a project and report date,
// each with its forecast and the change since the row before.
func nycProfile() Profile {
	return Profile{
		Name: "nyc-capital", Version: 1, Title: "New York City capital projects",
		Currency: "USD", FiscalYearStart: "07-01", CostUnit: 1, Decimal: DecimalPoint, DateOrder: MonthFirst,
		Fields: map[Field][]string{
			FieldAsOf:            {"Date Reported As Of"},
			FieldCode:            {"PID"},
			FieldName:            {"Project Name"},
			FieldNeed:            {"Description"},
			FieldTheme:           {"Category"},
			FieldManager:         {"Managing Agency"},
			FieldDepartment:      {"Client Agency"},
			FieldPhase:           {"Current Phase"},
			FieldStart:           {"Design Start"},
			FieldCost:            {"Budget Forecast"},
			FieldCostChange:      {"Latest Budget Changes"},
			FieldTotalCostChange: {"Total Budget Changes"},
			FieldEnd:             {"Forecast Completion"},
			FieldDaysChange:      {"Latest Schedule Changes"},
			FieldTotalDaysChange: {"Total Schedule Changes"},
		},
		Required: []Field{FieldAsOf, FieldCode, FieldName},
		Phases: map[string]string{
			"Scoping/Planning": PhaseFraming, "Design": PhaseBuild, "Construction Procurement": PhaseBuild,
			"Construction": PhaseBuild, "Close-Out": PhaseClosed, "IT": "", // IT is a kind of project
		},
		Series: &Series{CostTolerance: 2},
	}
}
