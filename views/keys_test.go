package views

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// computedKeys are the beginnings of keys that are put together at run time. Each stands for all the
// texts that begin so.
var computedKeys = []string{
	"grids.kind.", "grids.state.", "grids.template.", "grids.weighting.", "scoring.kind.", "scoring.stability.", "scoring.state.",
	"request.reason.help.", "request.risk.", "request.state.", "request.step.", "request.step.text.", "requests.file.", "renunciations.file.", "staffing.letter.", "staffing.state.",
	"budget.category.", "budget.recovery.", "budget.section.", "envelope.act.", "envelope.authorisation.", "envelope.kind.", "finance.setting.allotment_check.", "finance.setting.amount_basis.", "finance.setting.cost_basis.", "fiscal.state.",
	"forecast.basis.", "forecast.cause.", "forecast.finding.", "forecast.level.", "forecast.outcome.", "forecast.regime.", "forecast.spread.", "forecast.warning.",
	"forecasting.kind.", "funding.kind.", "report.evm.", "report.order.", "report.tab.", "report.warning.code.", "report.waterfall.to.",
	"cli.help.", "finding.", "grid.too_large_", "ledger.finding.", "ledger.too_large_", "projectfile.too_large_", "verify.", "verify.pack_", "verify.trail_",
	"cadence.", "colour.", "colour.letter.", "field.", "level.", "month.", "month.short.", "period.half.", "period.quarter.", "phase.", "roadmap.status.", "weather.", "weekday.",
	"finance.part.", "files.purpose.", "file.outcome.", "file.control.", "file.effects.", "file.coverage.", "file.step.", "mapping.field.", "mapping.decimal.", "posting.stage.", "posting.status.", "posting.method.", "posting.cause.", "envelope.act.", "envelope.act.short.", "envelope.kind.", "envelope.authorisation.", "budget.category.", "budget.recovery.", "finance.setting.amount_basis.", "finance.setting.cost_basis.", "finance.setting.allotment_check.", "finance.flow.", "finance.section.", "finance.basis.", "control.", "control.dimension.", "control.file.state.", "period.state.", "first_run.", "role.", "search.kind.", "web.cadence.", "web.cadence.move.", "web.error.", "web.gap.", "web.milestone.", "web.ordinal.", "web.projects.column.",
	"allocations.method.", "allocations.to.", "batches.kind.", "bulks.what.", "commitments.anomaly.", "commitments.event.", "commitments.state.", "rules.does.", "rules.rerun.", "rules.state.", "rules.trial.", "votes.document.", "profiles.format.", "profiles.coverage.",
	"arbitration.out.", "chart.measure.", "chart.risk.", "scenarios.change.", "scenarios.choice.", "scenarios.event.", "scenarios.force.", "scenarios.gauges.", "scenarios.kind.", "scenarios.limits.", "scenarios.reason.", "scenarios.rule.", "scenarios.state.",
	"grant.place.", "organisation.kind.", "register.accounts.", "register.mail.", "register.protection.", "register.steering.", "register.trail.", "trail.action.", "trail.subject.", "user.status.",
}

var (
	templateKey = regexp.MustCompile(`\.[TN] "([^"]+)"`)
	// goKey finds every literal that looks like a key, wherever it stands: keys also travel as
	// arguments and in tables, and faults carry them from the domains.
	goKey = regexp.MustCompile(`"([a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+)"`)
	// nounKey finds the nouns of faults, whose keys end in what is wrong with them.
	nounKey = regexp.MustCompile(`\b(NotFound|Stale|One|Updated)\((?:.*, )?"([a-z_.]+)", `)
	// directKey finds those that are certainly keys.
	directKey = regexp.MustCompile(`\b[TN]\("([^"]+)"`)
)

// sources reads every Go file outside of tests, and every template, of the repository.
func sources(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "var") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, "_test.go") || (filepath.Ext(name) != ".go" && filepath.Ext(name) != ".html") {
			return nil
		}
		data, err := os.ReadFile(path)
		out[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestKeysUsedExist(t *testing.T) {
	for path, text := range sources(t) {
		re := directKey
		if filepath.Ext(path) == ".html" {
			re = templateKey
		}
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			key := m[1]
			if slices.Contains(computedKeys, key) || (strings.HasSuffix(path, "printer.go") && key == "key") {
				continue
			}
			for _, lang := range Languages {
				if !For(lang).Has(key) {
					t.Errorf("%s: %q is missing in %s", path, key, lang)
				}
			}
		}
	}
}

func TestNoKeyIsUnused(t *testing.T) {
	used := map[string]bool{}
	for path, text := range sources(t) {
		re := goKey
		if filepath.Ext(path) == ".html" {
			re = templateKey
		}
		for _, m := range re.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		for _, m := range nounKey.FindAllStringSubmatch(text, -1) {
			used[m[2]+map[string]string{"NotFound": ".not_found", "One": ".not_found", "Stale": ".stale", "Updated": ".stale"}[m[1]]] = true
		}
	}
	for key := range catalogues[Languages[0]] {
		if !used[key] && !slices.ContainsFunc(computedKeys, func(p string) bool { return strings.HasPrefix(key, p) }) {
			t.Errorf("nothing uses %q", key)
		}
	}
}

func TestLanguagesHoldTheSameKeys(t *testing.T) {
	first := keysOf(Languages[0])
	for _, lang := range Languages[1:] {
		if other := keysOf(lang); !slices.Equal(first, other) {
			t.Errorf("%s and %s differ: %v", Languages[0], lang, onlyOnce(first, other))
		}
		for key, m := range catalogues[Languages[0]] {
			o := catalogues[lang][key]
			if m.plural != o.plural {
				t.Errorf("%q has plural forms in one language only", key)
			}
			if a, b := arguments(m.other), arguments(o.other); !slices.Equal(a, b) {
				t.Errorf("%q takes %v in %s, %v in %s", key, a, Languages[0], b, lang)
			}
		}
	}
}

func keysOf(lang string) []string {
	keys := make([]string, 0, len(catalogues[lang]))
	for k := range catalogues[lang] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// onlyOnce lists what is in only one of two sorted lists.
func onlyOnce(a, b []string) []string {
	var out []string
	for _, k := range a {
		if _, ok := slices.BinarySearch(b, k); !ok {
			out = append(out, k)
		}
	}
	for _, k := range b {
		if _, ok := slices.BinarySearch(a, k); !ok {
			out = append(out, k)
		}
	}
	return out
}

// arguments lists the arguments of a text, each once, in order.
func arguments(pieces []piece) []int {
	var out []int
	for _, p := range pieces {
		if p.arg >= 0 && !slices.Contains(out, p.arg) {
			out = append(out, p.arg)
		}
	}
	sort.Ints(out)
	return out
}

// TestFrenchTypography holds the spaces and the apostrophes that French texts want.
func TestFrenchTypography(t *testing.T) {
	wrong := regexp.MustCompile("[^\u00a0\u202f][;!?»%€]([\\s.,)]|$)| :|«[^\u00a0\u202f]|'|\\.\\.\\.")
	for key, m := range catalogues["fr"] {
		for _, form := range [][]piece{m.one, m.other} {
			var text strings.Builder
			for _, p := range form {
				if p.arg >= 0 {
					text.WriteString("0\u00a0")
				} else {
					text.WriteString(p.text)
				}
			}
			if bad := wrong.FindString(text.String()); bad != "" && !strings.Contains(key, "percent") {
				t.Errorf("%s: %q in %q", key, bad, text.String())
			}
		}
	}
}
