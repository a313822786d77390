package ledgerfile

import "jalon/internal/money"

// The restitutions of Chorus, the state's finance system, come as exports of a portal (INF-BUD-53,
// with a preamble and headers that stand twice) and as extracts of the national agency (headers that
// end in "- Clé"). Both are read by one profile: their headers do not contradict each other.

// chorusCommitments reads the consumption of authorisations (AE): each line is a part of what an item
// of an engagement (EJ) was committed for. Several lines of one item are all money, so they add up,
// and none names a line.
func chorusCommitments() Profile {
	p := chorus("chorus-ae", "Chorus, autorisations d’engagement", PurposeCommitments)
	p.Columns[FieldDate] = []string{"Date de dernière modif. de l'EJ", "N° EJ - Date de réplication (Clé)", "Date de réplication"}
	p.Columns[FieldSupplierID] = []string{"Fournisseur titulaire principal (EJ) - Clé", "Fournisseur titulaire principal (EJ)#1"}
	p.Columns[FieldSupplierName] = []string{"Fournisseur titulaire principal (EJ)#2", "Fournisseur titulaire principal (EJ)"}
	p.Columns[FieldSIRET] = []string{"Fournisseur titulaire principal (EJ) - Code taxe 1 (Clé)", "Code taxe 1"}
	p.Columns[FieldAmount] = []string{"Montant engagé - Bascule des EJ non soldés", "Montant engagé (EUR)", "Montant engagé", "EUR"}
	p.Required = []Field{FieldCommitment, FieldCommitmentItem, FieldAmount}
	p.Foreign = []string{"N° DP - Clé (non composée)", "N° DP"} // payments
	p.Constants = map[Field]string{FieldEvent: EventOriginal}
	p.Coverage = CoverageSnapshot // a restitution shows all of its engagements as they stand
	p.Keys = []Key{{Fields: []Field{FieldCommitment, FieldCommitmentItem}}}
	return p
}

// chorusPayments reads the consumption of payment credits (CP): each line is a payment. The number of
// the request (DP) does not name a line: several lines of one item stand under it. Payments without an
// engagement are money too. What counts is the day of the last operation: payments of late December
// are booked in the next year.
func chorusPayments() Profile {
	p := chorus("chorus-cp", "Chorus, crédits de paiement", PurposeLedger)
	p.Columns[FieldDocNo] = []string{"N° DP - Clé (non composée)", "N° DP"}
	p.Columns[FieldLineNo] = []string{"N° poste DP"}
	p.Columns[FieldDocType] = []string{"Type de pièce - Clé", "Type de pièce"}
	p.Columns[FieldDate] = []string{"Date de dernière opération sur la DP", "Date de dernière opération"}
	p.Columns[FieldSupplierID] = []string{"Fournisseur payé (DP) - Clé", "Fournisseur payé (DP)#1"}
	p.Columns[FieldSupplierName] = []string{"Fournisseur payé (DP)#2", "Fournisseur payé (DP)"}
	p.Columns[FieldSIRET] = []string{"Fournisseur payé (DP) - Code taxe 1 (Clé)", "Code taxe 1"}
	p.Columns[FieldAmount] = []string{"Montant payé (EUR)", "Montant payé", "EUR"}
	p.Required = []Field{FieldDocNo, FieldDate, FieldAmount}
	p.Keys = []Key{{Fields: []Field{FieldDocNo}, Optional: []Field{FieldExercice, FieldLineNo, FieldCommitment, FieldCommitmentItem}}}
	p.Stage, p.Status = StageMandated, StatusPaid
	return p
}

// chorus is what both have in common. The amounts of sibling exports are written with decimal commas
// or points, and none of them parts thousands by one of these: so each number is read as it shows, and
// one that shows both ways refuses the file.
func chorus(name, title, purpose string) Profile {
	return Profile{
		Name: name, Version: 1, Title: title, Format: FormatCSV, Purpose: purpose, Currency: money.EUR, FiscalYearStart: "01-01",
		Columns: map[Field][]string{
			FieldExercice:       {"Exercice comptable - Clé (non composée)", "Exercice comptable"},
			FieldBudget:         {"Centre financier - Programme (Clé)#1", "Centre financier - Programme (Clé)", "Programme", "prog"},
			FieldChapter:        {"Compte budgétaire - Clé (non composée)", "Compte budgétaire"},
			FieldNature:         {"Compte général - Clé (non composée)", "Compte général"},
			FieldFunction:       {"Domaine fonctionnel - Clé", "Domaine fonctionnel"},
			FieldOperation:      {"Référentiel de programmation - Clé (non composée)", "Référentiel de programmation"},
			FieldEnvelope:       {"Centre financier - Clé (non composée)", "Centre financier"},
			FieldManager:        {"Centre de coûts - Clé (non composée)", "Centre de coûts"},
			FieldAnalytic:       {"Projet analytique ministériel - Clé", "Projet analytique ministériel"},
			FieldCommitment:     {"N° EJ"},
			FieldCommitmentItem: {"N° poste EJ"},
		},
		Preamble: map[Field]string{FieldExercice: "Exercice comptable"},
		Coverage: CoverageDelta, Dates: []string{"DD.MM.YYYY", "DD/MM/YYYY", "YYYY-MM-DD"},
		NullTokens: []string{"#", "Non affecté", "N/A"},
		Codes: map[Field]Code{
			FieldBudget: {Pad: 4}, FieldManager: {Strip: []string{"BG00/"}}, FieldOperation: {Strip: []string{"BG00/"}},
			FieldNature: {Strip: []string{"PCE/"}},
		},
	}
}
