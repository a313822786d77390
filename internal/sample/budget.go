package sample

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/governance"
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// Budget is what a pack about a report shows of the budget: three years, one theme over its budget, credits at risk, alerts of each sort, and
// a certificate of the month before.
func Budget(r *portfolio.Report) *finance.PackFinance {
	eac, over, spent, exposed := money.Amount(49_870_000_00), money.BasisPoints(1084), money.BasisPoints(4407), money.BasisPoints(6815)
	landing, reconciled := money.BasisPoints(8714), money.BasisPoints(9743)
	f := &finance.PackFinance{Format: finance.PackFormat, Method: finance.MethodReport, AsOf: r.AsOf, AmountBasis: finance.BasisTTC, CostBasis: string(forecast.Mandated),
		Voted: 48_000_000_00, Authorised: 52_000_000_00,
		Totals: finance.PackStanding{First: 44_992_000_00, Budget: 46_200_000_00, Committed: 31_480_250_75, Mandated: 20_359_812_37, Exposure: 31_486_120_10, EAC: &eac, Rate: &spent, Exposed: &exposed, OverFirst: &over},
		Year: &finance.PackYear{Code: "2026", Open: 17_500_000_00, Mandated: 11_203_450_12, Low: 14_100_000_00, Central: 15_250_000_00, High: 16_020_000_00, Carried: 1_400_000_00,
			GiveBack: 850_000_00, Rate: &landing},
		Themes: []finance.PackTheme{}, AtRisk: []finance.PackCredit{}, AtRiskSum: 1_830_000_00, Warnings: []finance.PackWarning{}, Red: 4, Amber: 9,
		Years: []finance.PackYearLine{{Code: "2025", Voted: 12_000_000_00, Budget: 11_800_000_00, Mandated: 9_156_362_25}, {Code: "2026", Voted: 17_500_000_00, Budget: 16_900_000_00, Mandated: 11_203_450_12},
			{Code: "2027", Voted: 18_500_000_00, Budget: 17_500_000_00}},
		Waterfall: &finance.PackWaterfall{First: 44_992_000_00, Current: eac, Explains: "eac", Steps: []finance.PackStep{{Cause: string(forecast.CauseScope), Amount: 2_150_000_00, Moves: 3},
			{Cause: string(forecast.CausePrice), Amount: 1_420_000_00, Moves: 2}, {Cause: string(forecast.CauseDelay), Amount: 640_000_00, Moves: 1},
			{Cause: string(forecast.CauseTransfer), Amount: -310_000_00, Moves: 1}, {Cause: string(forecast.CauseUnexplained), Amount: 978_000_00}}},
		Scope: &finance.PackScope{Total: 22_146_300_90, Allocated: 20_359_812_37, Unallocated: 569_160_33, Excluded: 1_217_328_20},
		Certificate: &finance.PackCertificate{Year: "2026", Period: 10, To: civil.D(2026, 10, 31), Reconciled: &reconciled, OpenLines: 37, OpenSum: 569_160_33, OldestDays: 12, FourEyes: true,
			SignedBy: "Hélène Marchand", SignedOn: civil.D(2026, 11, 4), Seal: "5b1f0e6d8c4a7732914f9c6be20d35a8f17c64b09e52d83ab6710fc4e95d2a31"},
	}
	budgetThemes(f, r)
	budgetCurve(f)
	budgetWarnings(f, r)
	budgetAnomalies(f, r)
	return f
}

// budgetThemes deals the totals out over the themes of the report.
func budgetThemes(f *finance.PackFinance, r *portfolio.Report) {
	weights := make([]int64, len(r.Themes))
	for i := range weights {
		weights[i] = int64(len(weights) - i + 2)
	}
	if len(weights) == 0 {
		return
	}
	t := f.Totals
	budget, committed, mandated, eac := t.Budget.Split(weights), t.Committed.Split(weights), t.Mandated.Split(weights), t.EAC.Split(weights)
	for i, theme := range r.Themes {
		s := finance.PackStanding{First: budget[i], Budget: budget[i], Committed: committed[i], Mandated: mandated[i], Exposure: committed[i], EAC: &eac[i], Rate: t.Rate, Exposed: t.Exposed, OverFirst: t.OverFirst}
		if i == 0 {
			s.Exposure = budget[i] + 200_000_00
		}
		f.Themes = append(f.Themes, finance.PackTheme{Name: theme.Name, Projects: theme.Projects, PackStanding: s})
	}
}

// budgetCurve tells the months of the three years.
func budgetCurve(f *finance.PackFinance) {
	var planned, actual money.Amount
	for i := range 36 {
		on := civil.Month{Year: 2025, Month: 1}.Add(i).Last()
		planned += 1_283_000_00
		p := finance.PackPoint{On: on, Planned: planned}
		if on.After(f.AsOf) {
			actual += 2_100_000_00
		} else {
			actual += money.Amount(500_000_00 + i*43_000_00)
		}
		sum := actual
		if on.After(f.AsOf) {
			p.Forecast = &sum
		} else {
			p.Actual = &sum
		}
		f.Curve = append(f.Curve, p)
	}
}

// budgetWarnings put a line to each of the first projects, to the roadmap and to the books.
func budgetWarnings(f *finance.PackFinance, r *portfolio.Report) {
	exposure, budget, on := money.Amount(642_300_50), money.Amount(600_000_00), civil.D(2026, 8, 14)
	args := []finance.PackArg{{Amount: &exposure}, {Amount: &budget}}
	f.Warnings = append(f.Warnings, finance.PackWarning{Code: forecast.WarnQueueAge, Level: "red", Args: []finance.PackArg{{Amount: &f.Scope.Unallocated}, {On: &on}}},
		finance.PackWarning{Code: forecast.WarnOverrun, Level: "red", Name: r.Roadmap.Name, Args: args})
	rate := money.BasisPoints(3120)
	f.AtRisk = append(f.AtRisk, finance.PackCredit{Level: "red", Open: 600_000_00, AtRisk: 600_000_00, Rate: new(money.BasisPoints)})
	for i := range min(len(r.Projects), 2) {
		h := projectHead(r, i)
		f.Warnings = append(f.Warnings, finance.PackWarning{Code: forecast.WarnExposure, Level: "red", Project: h.Code, Name: h.Name, Args: args})
		f.AtRisk = append(f.AtRisk, finance.PackCredit{Code: h.Code, Name: h.Name, Level: "amber", Open: 900_000_00, Central: 280_800_00, AtRisk: 615_000_00, Rate: &rate})
	}
}

// budgetAnomalies put a dormant commitment of several projects beside one of a project, and costs of a project that left.
func budgetAnomalies(f *finance.PackFinance, r *portfolio.Report) {
	if len(r.Projects) == 0 {
		return
	}
	h, of, left, since := projectHead(r, 0), money.Amount(120_000_00), civil.D(2026, 6, 30), civil.D(2025, 3, 14)
	f.Anomalies = []finance.PackAnomalies{
		{Key: finance.AnomalyLeft, Count: 1, Sum: 8_412_60, Items: []finance.PackAnomaly{{Project: h.Code, Name: h.Name, Amount: 8_412_60, Since: &left}}},
		{Key: finance.AnomalyDormant, Count: 3, Sum: 91_740_00, Items: []finance.PackAnomaly{{Commitment: "2024-00817/2", Amount: 48_500_00, Of: &of, Since: &since},
			{Commitment: "2024-00912", Project: h.Code, Name: h.Name, Amount: 31_200_00, Of: &of, Since: &since}}}}
}

// BudgetMoves is how that budget moved since the last pack.
func BudgetMoves(f *finance.PackFinance) []governance.BudgetMove {
	voted, mandated := f.Voted-1_500_000_00, f.Totals.Mandated-2_340_112_08
	same := f.Totals.Budget
	return []governance.BudgetMove{{Figure: "voted", From: &voted, To: &f.Voted}, {Figure: "allotted", From: &same, To: &f.Totals.Budget}, {Figure: "mandated", From: &mandated, To: &f.Totals.Mandated},
		{Figure: "landing", To: f.Totals.EAC}}
}
