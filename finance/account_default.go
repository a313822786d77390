package finance

import "jalon/finance/ledgerfile"

// defaultAccounts are the accounts of digital spending in the chart of accounts M57 (developed version of 2024), which gives
// prefixes, labels and sections; the category is ours. An organisation overrides them one by one.
//
// What gives hope of the FCTVA: investment (CGCT art. L1615-1), and infrastructure in the cloud, which alone stands on 65811 (arrêté
// du 17 décembre 2020). Studies (203) and advances (237, 238) count only once they are moved to an asset, by an entry of order
// (arrêté du 30 décembre 2020, art. 2), and subsidies paid (204) never do.
//
// Left out on purpose: 6512, on which M14 booked the cloud. In M57 it holds trainees.
var defaultAccounts = []Account{
	{"10222", "FCTVA (investissement)", investment, CategoryFunding, RecoveryNone},
	{"13", "Subventions d’investissement reçues", investment, CategoryFunding, RecoveryNone},
	{"2031", "Frais d’études", investment, CategoryStudies, RecoveryNone},
	{"2032", "Frais de recherche et de développement", investment, CategoryStudies, RecoveryNone},
	{"2033", "Frais d’insertion", investment, CategoryStudies, RecoveryNone},
	{"204", "Subventions d’équipement versées", investment, CategoryGrants, RecoveryNone},
	{"2051", "Concessions et droits similaires", investment, CategorySoftware, RecoveryInvestment},
	{"2183", "Matériel informatique", investment, CategoryHardware, RecoveryInvestment},
	{"2185", "Matériel de téléphonie", investment, CategoryTelecom, RecoveryInvestment},
	{"2315", "Installations, matériel et outillage techniques en cours", investment, CategoryBuild, RecoveryInvestment},
	{"2317", "Immobilisations en cours reçues à disposition", investment, CategoryBuild, RecoveryInvestment},
	{"232", "Immobilisations incorporelles en cours", investment, CategoryBuild, RecoveryInvestment},
	{"2324", "Subventions d’équipement versées en cours", investment, CategoryGrants, RecoveryNone},
	{"237", "Avances sur immobilisations incorporelles", investment, CategoryBuild, RecoveryNone},
	{"238", "Avances sur immobilisations corporelles", investment, CategoryBuild, RecoveryNone},
	{"611", "Contrats de prestations de services", operations, CategoryServices, RecoveryNone},
	{"6135", "Locations mobilières", operations, CategoryRental, RecoveryNone},
	{"6156", "Maintenance", operations, CategoryRun, RecoveryNone},
	{"617", "Études et recherches", operations, CategoryStudies, RecoveryNone},
	{"6184", "Versements à des organismes de formation", operations, CategoryTraining, RecoveryNone},
	{"62268", "Autres honoraires, conseils", operations, CategoryAdvice, RecoveryNone},
	{"6228", "Honoraires divers", operations, CategoryAdvice, RecoveryNone},
	{"6262", "Frais de télécommunications", operations, CategoryTelecom, RecoveryNone},
	{"64", "Charges de personnel", operations, CategoryStaff, RecoveryNone},
	{"65811", "Droits d’utilisation – informatique en nuage", operations, CategoryCloud, RecoveryCloud},
	{"65818", "Autres droits d’utilisation", operations, CategoryCloud, RecoveryNone},
	{"673", "Titres annulés sur exercices antérieurs", operations, CategoryCorrection, RecoveryNone},
	{"744", "FCTVA (fonctionnement)", operations, CategoryFunding, RecoveryNone},
	{"747", "Participations reçues", operations, CategoryFunding, RecoveryNone},
	{"773", "Mandats annulés sur exercices antérieurs", operations, CategoryCorrection, RecoveryNone},
}

const (
	investment = ledgerfile.SectionInvestment
	operations = ledgerfile.SectionOperations
)
