package ledgerfile

import "jalon/internal/money"

// pes reads PES V2 in both directions. Its columns are fixed by the schemas; a profile of an
// authority's own of this format may add a scope.
func pes() Profile {
	return Profile{
		Name: "pes", Version: 1, Title: "PES V2 (Hélios)", Format: FormatPES, Purpose: PurposeLedger, Currency: money.EUR,
		Coverage: CoverageDelta,
	}
}

// totem reads voted budgets, as TOTEM documents or as the open data that follow from them (SCDL).
func totem() Profile {
	return Profile{
		Name: "totem", Version: 1, Title: "TOTEM, SCDL", Format: FormatTOTEM, Purpose: PurposeBudget, Currency: money.EUR,
	}
}
