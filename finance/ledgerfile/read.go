package ledgerfile

import (
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Read goes through a file once and calls each for every line, in the order of the file. The line is
// good until each returns; an error of each ends the reading and comes back as it is.
//
// The Summary is complete also where a control refuses the file; the error is then a *fault.Error of
// KindInvalid that says which figure does not tie, and where. Nothing of a refused file may be
// booked, whatever each was told before.
func Read(src Source, p Profile, o Options, each func(*Line) error) (Summary, error) {
	if err := p.Validate(); err != nil {
		return Summary{}, err
	}
	if err := o.validate(); err != nil {
		return Summary{}, err
	}
	if _, err := p.currency(o); err != nil {
		return Summary{}, err
	}
	switch p.Format {
	case FormatCSV:
		return readTable(src, p, o, each)
	case FormatPES:
		return readPES(src, p, o, each)
	}
	return Summary{}, fault.Invalid("ledger.format", p.Format)
}

// validate refuses options that mean nothing.
func (o Options) validate() error {
	switch {
	case !o.Currency.Valid():
		return fault.Invalid("ledger.currency_unknown", string(o.Currency))
	case o.Basis != "" && o.Basis != BasisWithTax && o.Basis != BasisWithoutTax:
		return fault.Invalid("ledger.basis", o.Basis)
	case o.Coverage != nil && o.Coverage.Kind != CoverageSnapshot && o.Coverage.Kind != CoverageDelta,
		o.Coverage != nil && (o.Coverage.From.IsZero() || o.Coverage.To.Before(o.Coverage.From)):
		return fault.Invalid("ledger.coverage")
	}
	return nil
}

// currency gives the currency of the amounts. A file in another currency than the organisation's is
// refused: its amounts would be added to others as if they were the same.
func (p Profile) currency(o Options) (money.Currency, error) {
	if p.Currency != "" && p.Currency != o.Currency {
		return "", fault.Invalid("ledger.currency", p.Name, string(p.Currency), string(o.Currency))
	}
	return o.Currency, nil
}
