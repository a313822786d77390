package identity

import (
	"strings"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// The kinds of organisation: an administration, or a network of administrations above them.
const (
	KindNetwork        = "network"
	KindAdministration = "administration"
)

// How many months a disabled account may be kept, and how many it is when nobody says.
const (
	defaultRetention = 24
	maxRetention     = 120
)

// Organisation is an administration or a network. It is the border of rights: no row of one
// organisation points into another.
type Organisation struct {
	ID       int64
	Code     string
	Name     string
	Kind     string
	ParentID int64 // the organisation above; 0: none
	Currency money.Currency
	Fiscal   civil.FiscalCalendar
	Locale   string
	TimeZone string
	Version  int64
	// RetentionMonths is how long a disabled account is kept before it is erased.
	RetentionMonths int
}

// Validate reports every rule the organisation breaks.
func (o Organisation) Validate() error {
	var f fault.Fields
	f.Check(o.Code != "" && strings.TrimSpace(o.Code) == o.Code && len(o.Code) <= 64, "code", "input.code_form")
	f.Check(!fault.Blank(o.Name), "name", "input.required")
	f.Check(o.Kind == KindNetwork || o.Kind == KindAdministration, "kind", "input.unknown_value", o.Kind)
	f.Check(o.Currency.Valid(), "currency", "input.currency", string(o.Currency))
	f.Check(o.Fiscal.Valid(), "fiscal_year", "input.fiscal_year")
	f.Check(o.RetentionMonths >= 1 && o.RetentionMonths <= maxRetention, "retention_months", "organisation.retention", maxRetention)
	f.Check(o.Locale == "fr" || o.Locale == "en", "locale", "input.unknown_value", o.Locale)
	_, err := time.LoadLocation(o.TimeZone)
	f.Check(err == nil && o.TimeZone != "" && o.TimeZone != "Local", "time_zone", "input.time_zone", o.TimeZone)
	return f.Err()
}

// Location is the time zone of the organisation.
func (o Organisation) Location() *time.Location {
	loc, err := time.LoadLocation(o.TimeZone)
	if err != nil { // Validate refused it: only a damaged row gets here
		return time.UTC
	}
	return loc
}
