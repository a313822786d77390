package finance

import (
	"jalon/internal/fault"
	"jalon/internal/money"
)

// The bases of amounts: with taxes, or without for budgets that are subject to value added tax.
const (
	BasisTTC = "TTC"
	BasisHT  = "HT"
)

// What an allotment does that goes beyond the votes.
const (
	AllotmentWarns  = "warn"
	AllotmentBlocks = "block"
)

// Settings are what an organisation chose for its books.
type Settings struct {
	OrganisationID int64
	SIRET          string // of the organisation, 14 digits; "": files are not held against it
	AmountBasis    string // TTC or HT; it stands on every page and export
	CostBasis      string // what counts as actual cost in earned value: mandated, service_done or paid
	AllotmentCheck string // warn or block
	// LoneOfficer lets a roadmap manager sign certificates where finance has a single officer; the certificate says so.
	LoneOfficer bool
	// A snapshot that withdraws more than this share of the amount, or this many lines, waits for a confirmation.
	WithdrawalShare money.BasisPoints
	WithdrawalLines int64
	Thresholds      string // JSON of the early warnings' thresholds; "{}": the usual ones
	FactsVersion    int64  // raised by every booking: what was computed from the books holds as long as it stands
	Version         int64
}

// defaultSettings hold until somebody chooses others.
func defaultSettings(organisation int64) Settings {
	return Settings{OrganisationID: organisation, AmountBasis: BasisTTC, CostBasis: "mandated", AllotmentCheck: AllotmentWarns,
		WithdrawalShare: 100, WithdrawalLines: 50, Thresholds: "{}", FactsVersion: 1, Version: 1}
}

// Validate reports every rule the settings break.
func (s Settings) Validate() error {
	var f fault.Fields
	f.Check(s.SIRET == "" || validSIRET(s.SIRET), "siret", "input.siret", s.SIRET)
	f.Check(s.AmountBasis == BasisTTC || s.AmountBasis == BasisHT, "amount_basis", "input.unknown_value", s.AmountBasis)
	f.Check(s.CostBasis == "mandated" || s.CostBasis == "service_done" || s.CostBasis == "paid", "cost_basis", "input.unknown_value", s.CostBasis)
	f.Check(s.AllotmentCheck == AllotmentWarns || s.AllotmentCheck == AllotmentBlocks, "allotment_check", "input.unknown_value", s.AllotmentCheck)
	f.Check(s.WithdrawalShare >= 0 && s.WithdrawalShare <= 10000, "withdrawal_share", "input.share")
	f.Check(s.WithdrawalLines >= 0, "withdrawal_lines", "input.negative")
	return f.Err()
}

// validSIRET tells whether the text is a SIRET: 14 digits whose Luhn sum is a multiple of ten. The post office's own,
// whose digits sum to a multiple of five instead, are those of a company, never of an authority.
func validSIRET(s string) bool {
	if len(s) != 14 {
		return false
	}
	sum := 0
	for i, r := range s {
		if r < '0' || r > '9' {
			return false
		}
		d := int(r - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
