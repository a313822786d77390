package projectfile

import (
	"bufio"
	"io"
	"slices"
	"strconv"

	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// the languages of the export; the first is the default
var exportLanguages = []string{"fr", "en"}

type byLanguage map[string]string

type exportColumn struct {
	field  Field
	header byLanguage
}

// the columns of the export, in order
var exportColumns = []exportColumn{
	{FieldCode, byLanguage{"fr": "Code", "en": "Code"}},
	{FieldName, byLanguage{"fr": "Nom", "en": "Name"}},
	{FieldNeed, byLanguage{"fr": "Besoin", "en": "Need"}},
	{FieldSponsor, byLanguage{"fr": "Commanditaire", "en": "Sponsor"}},
	{FieldManager, byLanguage{"fr": "Chef de projet", "en": "Project manager"}},
	{FieldDepartment, byLanguage{"fr": "Direction demandeuse", "en": "Requesting department"}},
	{FieldTheme, byLanguage{"fr": "Thème", "en": "Theme"}},
	{FieldPhase, byLanguage{"fr": "Phase", "en": "Phase"}},
	{FieldInterAdministration, byLanguage{"fr": "Inter-administrations", "en": "Inter-administration"}},
	{FieldWeight, byLanguage{"fr": "Poids", "en": "Weight"}},
	{FieldCost, byLanguage{"fr": "Coût complet", "en": "Full cost"}},
	{FieldCurrency, byLanguage{"fr": "Devise", "en": "Currency"}},
	{FieldStart, byLanguage{"fr": "Début", "en": "Start"}},
	{FieldEnd, byLanguage{"fr": "Fin", "en": "End"}},
}

var exportPhases = []struct {
	code  string
	label byLanguage
}{
	{PhaseFraming, byLanguage{"fr": "Cadrage", "en": "Framing"}},
	{PhaseBuild, byLanguage{"fr": "Conception / réalisation", "en": "Design / build"}},
	{PhasePilot, byLanguage{"fr": "Expérimentation", "en": "Pilot"}},
	{PhaseRollout, byLanguage{"fr": "Déploiement", "en": "Roll-out"}},
	{PhaseRun, byLanguage{"fr": "Exploitation", "en": "Run"}},
	{PhaseClosed, byLanguage{"fr": "Terminé", "en": "Closed"}},
	{PhaseAbandoned, byLanguage{"fr": "Abandonné", "en": "Abandoned"}},
	{PhaseSuspended, byLanguage{"fr": "Suspendu", "en": "Suspended"}},
}

var (
	exportYes = byLanguage{"fr": "Oui", "en": "Yes"}
	exportNo  = byLanguage{"fr": "Non", "en": "No"}
)

// Write writes a list as the CSV that the profile "jalon" reads back to the letter: UTF-8 with a
// byte order mark, ';' between cells, lines ended by CR LF, ISO dates, amounts with a decimal
// point. Headers and phases are in lang, "fr" or "en". Texts that a spreadsheet could run as a
// formula get an apostrophe; every text is quoted. The fields of a series (AsOf, Before, totals)
// and lines are not part of a list and are left out, and so are the columns of the fields in without.
func Write(w io.Writer, rows []Row, currency money.Currency, lang string, without ...Field) error {
	if _, ok := exportYes[lang]; !ok {
		return fault.Invalid("projectfile.language", lang)
	}
	out := bufio.NewWriter(w)
	_, _ = out.WriteString("\ufeff")
	columns := slices.Clone(exportColumns)
	columns = slices.DeleteFunc(columns, func(c exportColumn) bool { return slices.Contains(without, c.field) })
	cells := make([]string, 0, len(columns))
	for _, c := range columns {
		cells = append(cells, grid.Quote(c.header[lang]))
	}
	grid.WriteLine(out, cells)
	for _, r := range rows {
		cells = cells[:0]
		for _, c := range columns {
			cells = append(cells, exportCell(r, c.field, currency, lang))
		}
		grid.WriteLine(out, cells)
	}
	return out.Flush() // a bufio.Writer keeps its first error
}

func exportCell(r Row, f Field, currency money.Currency, lang string) string {
	switch f {
	case FieldPhase:
		for _, p := range exportPhases {
			if p.code == r.Phase {
				return grid.Quote(p.label[lang])
			}
		}
		return grid.Quote(r.Phase)
	case FieldInterAdministration:
		switch {
		case r.InterAdministration == nil:
			return ""
		case *r.InterAdministration:
			return grid.Quote(exportYes[lang])
		}
		return grid.Quote(exportNo[lang])
	case FieldWeight:
		if r.Weight == 0 {
			return ""
		}
		return strconv.FormatInt(r.Weight, 10)
	case FieldCost:
		if !r.HasCost {
			return ""
		}
		return r.Cost.Decimal(currency)
	case FieldCurrency:
		if !r.HasCost {
			return ""
		}
		return string(currency)
	case FieldStart:
		return r.Start.String()
	case FieldEnd:
		return r.End.String()
	}
	return grid.Quote(exportText(r, f))
}

func exportText(r Row, f Field) string {
	switch f {
	case FieldCode:
		return r.Code
	case FieldName:
		return r.Name
	case FieldNeed:
		return r.Need
	case FieldSponsor:
		return r.Sponsor
	case FieldManager:
		return r.Manager
	case FieldDepartment:
		return r.Department
	}
	return r.Theme
}
