package finance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"jalon/finance/forecast"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// thresholdText is forecast.Thresholds as settings keep it: shares in basis points, the amount in minor units. A limit that is left
// out is the usual one.
type thresholdText struct {
	Version        int64             `json:"version"`
	ExposureAmber  money.BasisPoints `json:"exposure_amber"`
	ExposureRed    money.BasisPoints `json:"exposure_red"`
	OverrunAmber   money.BasisPoints `json:"overrun_amber"`
	OverrunRed     money.BasisPoints `json:"overrun_red"`
	IndexAmber     money.BasisPoints `json:"index_amber"`
	IndexRed       money.BasisPoints `json:"index_red"`
	IndexFrom      money.BasisPoints `json:"index_from"`
	LandingAmber   money.BasisPoints `json:"landing_amber"`
	LandingRed     money.BasisPoints `json:"landing_red"`
	ForecastDays   int64             `json:"forecast_days"`
	UnmatchedShare money.BasisPoints `json:"unmatched_share"`
	UnmatchedDays  int64             `json:"unmatched_days"`
	IdleMonths     int64             `json:"idle_months"`
	StateAuditFrom money.Amount      `json:"state_audit_from"`
}

// maxThresholds is the largest text of thresholds that is read, in bytes.
const maxThresholds = 4096

// Limits gives the thresholds of early warnings that the settings hold, in the organisation's currency.
func (s Settings) Limits(c money.Currency) (forecast.Thresholds, error) {
	var f fault.Fields
	text := thresholdText(forecast.DefaultThresholds(c.Unit()))
	if len(s.Thresholds) > maxThresholds {
		f.Add("thresholds", "input.too_long", maxThresholds)
		return forecast.Thresholds(text), f.Err()
	}
	read := json.NewDecoder(bytes.NewReader([]byte(s.Thresholds)))
	read.DisallowUnknownFields()
	if err := read.Decode(&text); err != nil {
		f.Add("thresholds", "finance.setting.thresholds")
	} else if _, err := read.Token(); err != io.EOF {
		f.Add("thresholds", "finance.setting.thresholds")
	}
	if err := f.Err(); err != nil {
		return forecast.Thresholds{}, err
	}
	limits := forecast.Thresholds(text)
	return limits, limits.Validate()
}

// ThresholdsText writes thresholds as settings keep them.
func ThresholdsText(t forecast.Thresholds) (string, error) {
	text, err := json.Marshal(thresholdText(t))
	if err != nil {
		return "", fmt.Errorf("write thresholds: %w", err)
	}
	return string(text), nil
}
