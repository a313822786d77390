package forecast

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestEveryCodeHasItsText: codes travel in results and are put into words elsewhere; none must be without.
func TestEveryCodeHasItsText(t *testing.T) {
	want := map[string][]string{
		"warning": {WarnExposure, WarnOverrun, WarnCPI, WarnSPI, WarnLanding, WarnShortfall, WarnForecastAge, WarnNoForecast, WarnUnmatched, WarnQueueAge, WarnIdle, WarnOverCommit, WarnTieOut, WarnStateAudit},
		"finding": {ToGoBelowCommitments, MoveUndecided},
		"basis":   {string(Mandated), string(ServiceDone), string(Paid)},
		"level":   {string(Red), string(Amber)},
		"regime":  {string(CarryOver), string(Programmes)},
		"spread":  {string(SpreadEven), string(SpreadCalendarDays), string(SpreadWorkingDays), string(SpreadLast), string(SpreadManual)},
		"outcome": {string(Finished), string(Ongoing), string(Abandoned)},
		"cause":   {string(CauseUnexplained)},
	}
	for _, c := range Causes() {
		want["cause"] = append(want["cause"], string(c))
	}
	for _, lang := range []string{"fr", "en"} {
		data, err := os.ReadFile("../../views/locales/" + lang + "/forecast.json")
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]any{}
		if err := json.Unmarshal(data, &texts); err != nil {
			t.Fatal(err)
		}
		for family, codes := range want {
			for _, code := range codes {
				if texts["forecast."+family+"."+code] == nil {
					t.Errorf("%s: forecast.%s.%s has no text", lang, family, code)
				}
			}
			for key := range texts {
				if code, ok := strings.CutPrefix(key, "forecast."+family+"."); ok && !slices.Contains(codes, code) {
					t.Errorf("%s: nothing is called %s", lang, key)
				}
			}
		}
	}
}
