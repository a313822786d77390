package forecast

import (
	"cmp"
	"slices"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// Point is one point of an S-curve: amounts cumulated up to a day, that day included.
type Point struct {
	On       civil.Date
	Planned  money.Amount
	Actual   *money.Amount // nil after the last period with an actual cost
	Forecast *money.Amount // nil before it: the forecast goes on from the last actual point
}

// Curve cumulates what was planned, what was spent and what is forecast over periods, one point at the end of each.
// Planned has an amount for every period; actual for the first ones, up to the period of today; forecast for those
// after. It refuses amounts that do not fit the periods, and sums beyond 64 bits.
func Curve(periods []Period, planned, actual, forecast []money.Amount) ([]Point, error) {
	if len(planned) != len(periods) || len(actual)+len(forecast) != len(periods) {
		return nil, fault.Invalid("forecast.curve", len(planned), len(actual), len(forecast), len(periods))
	}
	course := slices.Concat(actual, forecast)
	curve := make([]Point, len(periods))
	var plan, run money.Amount
	for i, p := range periods {
		var errs [2]error
		plan, errs[0] = sum(plan, planned[i])
		run, errs[1] = sum(run, course[i])
		if err := cmp.Or(errs[:]...); err != nil {
			return nil, err
		}
		reached := run
		curve[i] = Point{On: p.End, Planned: plan}
		if i < len(actual) {
			curve[i].Actual = &reached
		}
		if i >= len(actual)-1 {
			curve[i].Forecast = &reached
		}
	}
	return curve, nil
}
