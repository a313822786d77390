package forecast

import (
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Thresholds are the limits of early warnings. An authority sets its own; each change is a new version, which stands
// beside the warnings given by it.
type Thresholds struct {
	Version        int64
	ExposureAmber  money.BasisPoints // exposure / revised budget, at or above
	ExposureRed    money.BasisPoints // above
	OverrunAmber   money.BasisPoints // cost at completion against the first budget, above
	OverrunRed     money.BasisPoints // above
	IndexAmber     money.BasisPoints // CPI and SPI, below
	IndexRed       money.BasisPoints // below
	IndexFrom      money.BasisPoints // indices count from this share of the work done
	LandingAmber   money.BasisPoints // central landing / credits of the year, below
	LandingRed     money.BasisPoints // below
	ForecastDays   int64             // a forecast older than this
	UnmatchedShare money.BasisPoints // not allocated / scope, above
	UnmatchedDays  int64             // the oldest line not allocated, older than this
	IdleMonths     int64             // a commitment without movement for longer
	StateAuditFrom money.Amount      // full cost from which a project of the State needs a binding opinion (avis conforme); 0: none does
}

// DefaultThresholds are those of an authority that set none, version 0. unit is one major unit of the currency in minor
// units: the limit of the State's opinion is 9 million of it.
func DefaultThresholds(unit money.Amount) Thresholds {
	return Thresholds{
		ExposureAmber: 9000, ExposureRed: 10000,
		OverrunAmber: 1000, OverrunRed: 2000,
		IndexAmber: 9500, IndexRed: 9000, IndexFrom: 1000,
		LandingAmber: 8500, LandingRed: 7000,
		ForecastDays: 35, UnmatchedShare: 100, UnmatchedDays: 30, IdleMonths: 12,
		StateAuditFrom: 9_000_000 * max(unit, 1),
	}
}

// The longest times after which a warning still means something: ten years.
const (
	mostDays   = 3650
	mostMonths = 120
)

// Validate reports every limit that makes no sense: negative, too long, or red before amber.
func (t Thresholds) Validate() error {
	var f fault.Fields
	f.Check(t.ExposureAmber >= 0, "exposure_amber", "forecast.threshold.negative")
	f.Check(t.ExposureRed >= t.ExposureAmber, "exposure_red", "forecast.threshold.order")
	f.Check(t.OverrunAmber >= 0, "overrun_amber", "forecast.threshold.negative")
	f.Check(t.OverrunRed >= t.OverrunAmber, "overrun_red", "forecast.threshold.order")
	f.Check(t.IndexRed >= 0, "index_red", "forecast.threshold.negative")
	f.Check(t.IndexAmber >= t.IndexRed, "index_amber", "forecast.threshold.order")
	f.Check(t.IndexFrom >= 0 && t.IndexFrom <= whole, "index_from", "forecast.threshold.share")
	f.Check(t.LandingRed >= 0, "landing_red", "forecast.threshold.negative")
	f.Check(t.LandingAmber >= t.LandingRed, "landing_amber", "forecast.threshold.order")
	f.Check(t.ForecastDays >= 0, "forecast_days", "forecast.threshold.negative")
	f.Check(t.ForecastDays <= mostDays, "forecast_days", "forecast.threshold.long", mostDays)
	f.Check(t.UnmatchedShare >= 0 && t.UnmatchedShare <= whole, "unmatched_share", "forecast.threshold.share")
	f.Check(t.UnmatchedDays >= 0, "unmatched_days", "forecast.threshold.negative")
	f.Check(t.UnmatchedDays <= mostDays, "unmatched_days", "forecast.threshold.long", mostDays)
	f.Check(t.IdleMonths >= 0, "idle_months", "forecast.threshold.negative")
	f.Check(t.IdleMonths <= mostMonths, "idle_months", "forecast.threshold.long", mostMonths)
	f.Check(t.StateAuditFrom >= 0, "state_audit_from", "forecast.threshold.negative")
	return f.Err()
}
