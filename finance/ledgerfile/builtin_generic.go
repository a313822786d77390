package ledgerfile

import "slices"

// commonHeaders are the names that exports of French finance suites give to their columns. No public
// dictionary of any suite exists: the names are those of practice, and a wizard lets an authority say
// what its own mean.
var commonHeaders = map[Field][]string{
	FieldExercice:       {"exercice", "exer", "année", "année budgétaire", "exercice comptable", "exercice budgétaire", "fiscal year", "year"},
	FieldBudget:         {"budget", "codbud", "code budget", "entité financière", "budget collectivité"},
	FieldFlow:           {"sens", "dépense recette", "d/r", "codrd", "sens d/r", "flow"},
	FieldSection:        {"section", "section budgétaire", "inv/fonct", "i/f"},
	FieldChapter:        {"chapitre", "code chapitre", "chapter"},
	FieldNature:         {"nature M57", "nature", "article", "compte", "imputation", "compte par nature", "article par nature", "account"},
	FieldFunction:       {"fonction", "code fonction", "sous-fonction", "rubrique", "function"},
	FieldOperation:      {"opération", "n° opération", "n°op", "op", "code opération", "programme", "operation"},
	FieldEnvelope:       {"enveloppe", "ap", "ap/ae", "ae", "autorisation de programme", "n° ap", "code enveloppe", "envelope"},
	FieldManager:        {"gestionnaire", "service", "code service", "service gestionnaire", "code gestionnaire", "department"},
	FieldAnalytic:       {"axe analytique", "analytique", "code analytique", "antenne", "code projet", "cptana", "finance code", "analytic"},
	FieldCommitment:     {"n°engagement", "engagement", "numéro engagement", "no engagement", "n° ej", "ej", "commitment", "purchase order"},
	FieldCommitmentItem: {"ligne engagement", "poste", "n° poste", "ligne d'engagement", "poste engagement", "n° ligne engagement"},
	FieldContract:       {"n°marché", "marché", "numéro marché", "marché/lot", "bon de commande", "n° bon de commande", "contract"},
	FieldSupplierID:     {"code tiers", "n° tiers", "tiers code", "supplier id", "vendor id"},
	FieldSIRET:          {"SIRET", "n° siret", "siret tiers", "siret fournisseur", "siren", "siret du tiers"},
	FieldSupplierName:   {"tiers", "raison sociale", "nom tiers", "fournisseur", "libellé tiers", "nom du tiers", "supplier name", "supplier", "vendor"},
	FieldInventory:      {"n° inventaire", "inventaire", "id actif", "asset"},
	FieldInvoice:        {"n° facture", "facture", "numéro facture", "réf facture", "référence facture", "invoice"},
	FieldLiquidation:    {"n° liquidation", "liquidation"},
	FieldBordereau:      {"bordereau", "n° bordereau", "numéro bordereau"},
	FieldDocType:        {"type", "type mandat", "type de pièce", "type de mandat", "type pièce", "document type"},
	FieldDocNo:          {"n°mandat", "mandat", "n° mandat/titre", "numéro mandat", "n° titre", "mandat/titre", "n° pièce", "titre", "payment order"},
	FieldLineNo:         {"ligne", "n° ligne", "ligne mandat", "n° ligne mandat", "numéro ligne", "line"},
	FieldOrigin:         {"n° pièce d'origine", "pièce d'origine", "mandat d'origine", "n° mandat origine", "mandat origine"},
	FieldDate:           {"date mandat", "date", "date pièce", "date d'émission", "date émission", "date de mandat", "date du mandat", "date bordereau"},
	FieldPayDate:        {"date paiement", "date de paiement", "payé le", "payment date", "paid date"},
	FieldHT:             {"montant HT", "HT", "mt ht", "total ht", "net amount"},
	FieldVAT:            {"TVA", "montant TVA", "mt tva", "vat"},
	FieldTTC:            {"montant TTC", "TTC", "mt ttc", "total ttc", "mandaté", "montant mandaté", "montant mandat", "gross amount"},
	FieldStatus:         {"statut", "état", "état mandat", "status"},
	FieldAccrual:        {"rattachement", "rattaché"},
	FieldOrderOp:        {"opération d'ordre", "ordre", "réel/ordre", "opbudg"},
	FieldLabel:          {"libellé", "objet", "libellé mandat", "désignation", "intitulé", "description", "label"},
}

// commonNulls are the ways in which suites write that a cell says nothing.
var commonNulls = []string{"#", "Non affecté", "Non renseigné", "Non affecte", "(vide)", "NULL", "N/A", "-", "--"}

// headersOf copies the common headers of some fields.
func headersOf(fields ...Field) map[Field][]string {
	out := make(map[Field][]string, len(fields))
	for _, f := range fields {
		out[f] = slices.Clone(commonHeaders[f])
	}
	return out
}

// genericLedger reads exports of postings as French finance suites write them: mandats and titres, and
// lines that are only engaged. A mandat is named by exercice, budget, flow and number; a line that is
// only engaged by its engagement, under which any number of lines may stand.
func genericLedger() Profile {
	p := Profile{
		Name: "generic-fr", Version: 1, Title: "Export de mandats et d’engagements (M57)",
		Format: FormatCSV, Purpose: PurposeLedger,
		Columns:  headersOf(fieldsOf(commonHeaders)...),
		Required: []Field{FieldExercice, FieldNature, FieldDate},
		Keys: []Key{
			{Fields: []Field{FieldExercice, FieldDocNo}, Optional: []Field{FieldBudget, FieldFlow, FieldLineNo}, Unique: true},
			{Fields: []Field{FieldExercice, FieldCommitment}, Optional: []Field{FieldBudget, FieldFlow, FieldCommitmentItem, FieldLineNo}},
		},
		Coverage: CoverageDelta, Dates: []string{"DD/MM/YYYY", "YYYY-MM-DD"},
		NullTokens: slices.Clone(commonNulls), SectionByNature: true,
		Codes:    map[Field]Code{FieldBudget: {Before: " - "}},
		Accruals: []Condition{{Field: FieldDocType, Values: []string{"10"}, Prefixes: []string{"rattachement", "mandat de rattachement"}}},
		Orders:   []Condition{{Field: FieldDocType, Values: []string{"03", "04"}, Prefixes: []string{"ordre"}}},
		Sign:     Sign{Negative: []Condition{{Field: FieldDocType, Prefixes: []string{"annulation", "réduction", "reduction", "mandat d'annulation", "mandat d’annulation"}}}},
	}
	return p
}

// genericCommitments reads the list of engagements of a suite: each line says where one stands.
func genericCommitments() Profile {
	p := Profile{
		Name: "generic-fr-commitments", Version: 1, Title: "Liste des engagements (M57)",
		Format: FormatCSV, Purpose: PurposeCommitments,
		Columns: headersOf(FieldExercice, FieldBudget, FieldSection, FieldChapter, FieldNature, FieldFunction, FieldOperation, FieldEnvelope,
			FieldManager, FieldAnalytic, FieldCommitment, FieldCommitmentItem, FieldContract, FieldSupplierID, FieldSIRET, FieldSupplierName,
			FieldInventory, FieldLabel, FieldStatus),
		Required: []Field{FieldCommitment, FieldAmount},
		Foreign:  []string{"n°mandat", "n° mandat", "numéro mandat", "n° mandat/titre", "payment order"}, // a list of mandats
		Keys:     []Key{{Fields: []Field{FieldCommitment}, Optional: []Field{FieldExercice, FieldBudget, FieldCommitmentItem}, Unique: true}},
		Coverage: CoverageDelta, Dates: []string{"DD/MM/YYYY", "YYYY-MM-DD"},
		NullTokens: slices.Clone(commonNulls), SectionByNature: true,
		Codes:     map[Field]Code{FieldBudget: {Before: " - "}},
		Constants: map[Field]string{FieldEvent: EventState},
		Stage:     StageCommitted,
	}
	p.Columns[FieldCommitment] = append(p.Columns[FieldCommitment], "n° d'engagement", "code engagement")
	p.Columns[FieldDate] = []string{"date engagement", "date d'engagement", "date", "date de création"}
	p.Columns[FieldAmount] = []string{"montant engagé actuel", "montant actuel", "montant engagé", "engagé", "montant TTC", "montant"}
	p.Columns[FieldInitial] = []string{"montant engagé initial", "montant initial", "engagé initial"}
	return p
}

// fieldsOf lists the fields of a table of headers, in the canonical order.
func fieldsOf(headers map[Field][]string) []Field {
	return slices.DeleteFunc(Fields(), func(f Field) bool { return len(headers[f]) == 0 })
}
