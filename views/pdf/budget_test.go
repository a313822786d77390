package pdf

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"jalon/finance"
	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	made "jalon/internal/sample"
)

// budgeted is the sample pack with a budget.
func budgeted(locale string, projects int) *governance.Snapshot {
	s := sample(locale, projects)
	s.Finance = made.Budget(&s.Report)
	s.Methods = append(s.Methods, governance.MethodLine{Name: "budget", Version: s.Finance.Method})
	if s.Since != nil {
		s.Since.Budget = made.BudgetMoves(s.Finance)
	}
	return s
}

// budgetEdges are budgets at the limits.
func budgetEdges() map[string]*governance.Snapshot {
	out := map[string]*governance.Snapshot{"budget": budgeted("fr", 36), "budget in English": budgeted("en", 36)}

	young := budgeted("fr", 3)
	young.Finance = &finance.PackFinance{AsOf: young.Report.AsOf, AmountBasis: "HT", CostBasis: "mandated", Voted: 1_000_00, Method: "jalon-budget-actual/1"}
	out["a vote alone"] = young

	open := budgeted("fr", 12)
	open.Finance.Certificate.FourEyes, open.Finance.Certificate.To, open.Finance.Year.Low, open.Finance.Year.High = false, civil.D(2026, 9, 30), open.Finance.Year.Central, open.Finance.Year.Central
	open.Finance.Waterfall.Explains, open.Finance.Totals.EAC, open.Finance.Totals.OverFirst = "budget", nil, nil
	out["no forecast"] = open

	huge := budgeted("fr", 12)
	most := money.Amount(9_000_000_000_000_000_000)
	huge.Report.Currency, huge.Finance.Voted, huge.Finance.Totals.Budget, huge.Finance.Totals.EAC, huge.Finance.Totals.Exposure = "RWF", most, -most, &most, most
	huge.Finance.Years[0].Voted, huge.Finance.Waterfall.Current, huge.Finance.Certificate.OpenSum, huge.Finance.AtRisk[0].Open = most, most, most, most
	for i := range huge.Finance.Themes {
		huge.Finance.Themes[i].Name = strings.Repeat("Modernisation des échanges ", 11)
	}
	out["huge budget in RWF"] = huge

	odd := budgeted("fr", 12)
	odd.Finance.Certificate.SignedBy, odd.Finance.Warnings[2].Name, odd.Finance.Years[0].Code = strings.Repeat("nom ", 70), strings.Repeat("x", 300), strings.Repeat("année ", 20)
	odd.Finance.Warnings = append(odd.Finance.Warnings, finance.PackWarning{Code: "tie_out", Level: "red", Args: []finance.PackArg{{Text: strings.Repeat("2026/expenditure ", 12)}, {Amount: new(money.Amount)}}})
	out["long names of a budget"] = odd
	return out
}

func flat(t *testing.T, s *governance.Snapshot) string {
	t.Helper()
	text := strings.Join(strings.Fields(run(t, "pdftotext", "-layout", write(t, render(t, s)), "-")), " ")
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(text)
}

// TestBudgetPagesHoldTheFigures reads the pages of the budget in both languages.
func TestBudgetPagesHoldTheFigures(t *testing.T) {
	want := map[string][]string{
		"fr": {"Budget et réalisé", "48,0 M€", "Montants TTC, en EUR", "coûts mandatés", "Rapproché à 97,4 % au 31 octobre 2026, ligne la plus ancienne 12 jours", "signé par Hélène Marchand le 4 novembre 2026",
			"5b1f0e6d8c4a7732914f9c6be20d35a8f17c64b09e52d83ab6710fc4e95d2a31", "Consommation cumulée", "Décision de périmètre", "Non expliqué", "À risque au total : 1 830 000,00 €",
			"Crédits votés, non affectés", "Alertes budgétaires qui demandent une décision", "642 300,50 €", "et 1 autre alerte", "Anomalies des livres qui demandent une décision", "Engagements dormants : 3 constats, 91 740,00 €", "2024-00817/2", "et 1 autre anomalie", "4 anomalies des livres demandent une décision", "Le budget depuis le dernier dossier", "+2 340 112,08 €", "jalon-budget-actual/1", "15 250 000,00 €, soit 87,1 %"},
		"en": {"Budget against actual", "€48.0M", "97.4% reconciled at 31 October 2026, oldest line 12 days", "Cumulative spending", "Scope decision", "€642,300.50", "Anomalies of the books that need a decision", "Dormant commitments: 3 findings", "The budget since the last pack"},
	}
	for locale, texts := range want {
		text := flat(t, budgeted(locale, 36))
		for _, w := range texts {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not in the pack", locale, w)
			}
		}
	}
}

// TestCertificateIsHonest: what nobody signed, or signed without a second pair of eyes, is told so, and nothing is wholly reconciled while a cent is open.
func TestCertificateIsHonest(t *testing.T) {
	tests := []struct {
		name      string
		change    func(*finance.PackFinance)
		want, not string
	}{
		{"nobody signed", func(f *finance.PackFinance) { f.Certificate = nil }, "Aucune période n’est certifiée", "signé par"},
		{"one pair of eyes", func(f *finance.PackFinance) { f.Certificate.FourEyes = false }, "Signé sans quatre yeux", "Aucune période"},
		{"older than the figures", func(f *finance.PackFinance) { f.Certificate.To = civil.D(2026, 8, 31) }, "après le 31 août 2026 n’est pas encore certifié", "Aucune période"},
		{"a cent is open", func(f *finance.PackFinance) { *f.Certificate.Reconciled = 9_999 }, "Rapproché à 99,9 %", "100,0 %"},
		{"whole", func(f *finance.PackFinance) { *f.Certificate.Reconciled, f.Certificate.OpenLines = 10_000, 0 }, "Rapproché à 100,0 % au 31 octobre 2026, aucune ligne ouverte", "ligne la plus ancienne 12"},
		{"nothing", func(f *finance.PackFinance) { f.Certificate.Reconciled = nil }, "Rien à rapprocher au 31 octobre 2026", "Rapproché à"},
	}
	for _, tc := range tests {
		s := budgeted("fr", 3)
		tc.change(s.Finance)
		if text := flat(t, s); !strings.Contains(text, tc.want) || strings.Contains(text, tc.not) {
			t.Errorf("%s: want %q and not %q", tc.name, tc.want, tc.not)
		}
	}
}

// TestNoBudgetNoPage: a pack without a budget has none of its pages, and no word of it.
func TestNoBudgetNoPage(t *testing.T) {
	without, with := sample("fr", 12), budgeted("fr", 12)
	if text := flat(t, without); strings.Contains(text, "Budget et réalisé") || strings.Contains(text, "Alertes budgétaires") {
		t.Error("a pack without a budget tells of one")
	}
	if a, b := pages(t, write(t, render(t, without))), pages(t, write(t, render(t, with))); b < a+2 || b > a+4 {
		t.Errorf("%d pages with a budget and %d without, want two to four more", b, a)
	}
}

// TestPackFromBeforeBudgets typesets a snapshot that was stored before packs had budgets: text and pages are what they were.
func TestPackFromBeforeBudgets(t *testing.T) {
	stored, err := os.ReadFile("testdata/pack-without-budget.json")
	if err != nil {
		t.Fatal(err)
	}
	var s governance.Snapshot
	if err := json.Unmarshal(stored, &s); err != nil {
		t.Fatal(err)
	}
	if again, err := s.Canonical(); err != nil || !bytes.Equal(again, stored) {
		t.Errorf("the snapshot is written in another way now: %v", err)
	}
	const then = "0f105a19bd4f43a112312334675bd87baf612307833559ba525ce39c9180753f"
	if now := governance.Fingerprint(render(t, &s)); now != then {
		t.Errorf("its PDF has the fingerprint %s, had %s: raise Method where that is meant", now, then)
	}
}
