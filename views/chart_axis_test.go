package views_test

import (
	"regexp"
	"slices"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/views"
	"jalon/views/chart"
)

// TestAmountsOfAnAxis reads the scale of a chart in both languages: no decimals that say nothing, and no thousands lost.
func TestAmountsOfAnAxis(t *testing.T) {
	for _, tc := range []struct {
		lang     string
		high     money.Amount
		currency money.Currency
		want     []string
	}{
		{"fr", 240_000_000, "EUR", []string{"0\u00a0€", "500\u00a0k€", "1\u00a0M€", "1,5\u00a0M€", "2\u00a0M€", "2,5\u00a0M€"}},
		{"en", 240_000_000, "EUR", []string{"€0", "€500k", "€1M", "€1.5M", "€2M", "€2.5M"}},
		{"en", 240_000_000_000, "EUR", []string{"€0", "€500M", "€1,000M", "€1,500M", "€2,000M", "€2,500M"}},
		{"fr", 240_000_000_000, "EUR", []string{"0\u00a0€", "500\u00a0M€", "1\u202f000\u00a0M€", "1\u202f500\u00a0M€", "2\u202f000\u00a0M€", "2\u202f500\u00a0M€"}},
		{"fr", 5, "RWF", []string{"0\u00a0RWF", "1\u00a0RWF", "2\u00a0RWF", "3\u00a0RWF", "4\u00a0RWF", "5\u00a0RWF"}},
		{"en", 3_000_000, "EUR", []string{"€0", "€5k", "€10k", "€15k", "€20k", "€25k", "€30k"}},
	} {
		in := chart.Curve{Currency: tc.currency, Months: []chart.CurveMonth{{Month: civil.Month{Year: 2026, Month: 10}, Planned: &tc.high}}}
		c := chart.NewSCurve(in, views.For(tc.lang))
		svg := string(chart.SVG("c", 900, c.Height(900, 13), 13, c.Title, c.Desc, c.Draw))
		var got []string
		for _, m := range scaleText.FindAllStringSubmatch(svg, -1) {
			got = append(got, m[1])
		}
		if !slices.Equal(got, tc.want) {
			t.Errorf("%s, %d %s: scale %q, want %q", tc.lang, tc.high, tc.currency, got, tc.want)
		}
	}
}

// scaleText finds the amounts of a scale: small, muted, and ended at the axis.
var scaleText = regexp.MustCompile(`<text [^>]*text-anchor="end" class="fill-muted"[^>]*>([^<]*)<`)
