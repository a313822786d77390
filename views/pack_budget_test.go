package views

import (
	"slices"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/governance"
	"jalon/internal/htmltest"
	"jalon/internal/money"
	"jalon/internal/sample"
)

// budgetPack is the sample pack with a budget.
func budgetPack(lang string) *governance.Snapshot {
	s := sample.Pack(sample.Report(36), lang)
	s.Finance = sample.Budget(&s.Report)
	s.Since.Budget = sample.BudgetMoves(s.Finance)
	return s
}

// TestPackBudgetIsTheSnapshots holds the tables of the budget against the snapshot.
func TestPackBudgetIsTheSnapshots(t *testing.T) {
	for _, lang := range Languages {
		s, x := budgetPack(lang), For(lang)
		f, body := s.Finance, packBody(t, s)
		p := htmltest.Parse(t, body)
		years := tableOf(t, p, x.T("pdf.budget.by_year"))
		for i, y := range f.Years {
			if want := []string{y.Code, plain(x.Exact(y.Voted, "EUR")), plain(x.Exact(y.Budget, "EUR")), plain(x.Exact(y.Mandated, "EUR"))}; !slices.Equal(years[i][:4], want) {
				t.Errorf("%s: year %q, want %q", lang, years[i], want)
			}
		}
		if got := len(tableOf(t, p, x.T("pdf.budget.by_theme"))); got != len(f.Themes) {
			t.Errorf("%s: %d themes, want %d", lang, got, len(f.Themes))
		}
		if got := len(tableOf(t, p, x.T("pdf.budget.alerts"))); got != len(f.Warnings) {
			t.Errorf("%s: %d alerts, want %d", lang, got, len(f.Warnings))
		}
		anomalies := tableOf(t, p, x.T("pdf.budget.anomalies"))
		if len(anomalies) != 5 || anomalies[3][0] != x.T("pdf.budget.several") || anomalies[3][1] != "2024-00817/2" || anomalies[4][3] != plain(x.Exact(money.Amount(31_200_00), "EUR")) {
			t.Errorf("%s: anomalies %q", lang, anomalies)
		}
		if got := plain(body); !strings.Contains(got, plain(x.N("pdf.budget.more_anomalies", 1))) || !strings.Contains(got, plain(x.N("pdf.budget.see_anomalies", 4))) {
			t.Errorf("%s: the anomalies beyond the list are not counted", lang)
		}
		risk := tableOf(t, p, x.T("pdf.budget.at_risk"))
		if len(risk) != len(f.AtRisk) || !strings.HasSuffix(risk[0][4], plain(x.Exact(f.AtRisk[0].AtRisk, "EUR"))) {
			t.Errorf("%s: credits at risk %q", lang, risk)
		}
		moves := tableOf(t, p, x.T("pdf.budget.since"))
		if len(moves) != 4 || moves[3][1] != Dash || moves[3][3] != Dash || moves[1][3] != plain(x.Exact(money.Amount(0), "EUR")) {
			t.Errorf("%s: since the last pack %q", lang, moves)
		}
		for _, id := range []string{"pack-budget", "pack-curve", "pack-waterfall"} {
			if !strings.Contains(body, id) {
				t.Errorf("%s: no picture %s", lang, id)
			}
		}
		if strings.Contains(body, "[pdf.") || strings.Contains(body, "[forecast.") || !strings.Contains(plain(body), plain(x.T("pdf.budget.certificate_seal", "2026", 10, f.Certificate.Seal))) {
			t.Errorf("%s: a text is missing", lang)
		}
		h := sample.Report(36).Projects[0]
		if links := p.All("section a[href=" + "#" + sheetID(&h) + "]"); len(links) < 2 {
			t.Errorf("%s: alerts and credits of a project do not lead to its sheet", lang)
		}
	}
}

// TestPackNumbersItsSections: the section of the budget stands between drift and milestones, and only where there is one.
func TestPackNumbersItsSections(t *testing.T) {
	with, without := packBody(t, budgetPack("fr")), packBody(t, sample.Pack(sample.Report(6), "fr"))
	if !strings.Contains(with, ">6. Budget et réalisé<") || !strings.Contains(with, ">7. Jalons<") || !strings.Contains(without, ">6. Jalons<") || strings.Contains(without, "Budget et réalisé") {
		t.Error("sections are numbered otherwise than in the PDF")
	}
}

// TestPackOfAVoteAlone: what is not known is left out.
func TestPackOfAVoteAlone(t *testing.T) {
	s := sample.Pack(sample.Report(3), "fr")
	s.Finance = &finance.PackFinance{AsOf: s.Report.AsOf, AmountBasis: finance.BasisHT, CostBasis: "mandated", Voted: 1_000_00}
	body := packBody(t, s)
	for _, absent := range []string{"Consommation cumulée", "Du premier budget", "Alertes budgétaires", "Par exercice"} {
		if strings.Contains(body, absent) {
			t.Errorf("%q of what is not known", absent)
		}
	}
	if !strings.Contains(body, "Aucune période n’est certifiée") || !strings.Contains(plain(body), "Montants HT, en EUR") {
		t.Error("the basis or the lack of a certificate is not told")
	}
}
