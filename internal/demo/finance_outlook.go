package demo

import (
	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// forecasts are what project managers expect on a day of a month, before the invoices of that month: the cost that they know of, less what was
// paid.
func (t *financeTeller) forecasts(m int) {
	on := t.event(offset{m, dayOfForecast})
	for i := range t.wallets {
		v := &t.wallets[i]
		e := v.project.estimateOn(on)
		if e == nil || !on.Before(t.stopsOn(v.project)) {
			continue
		}
		f := FinanceForecast{On: on, Project: v.project.Code, Physical: e.physical(on), Lines: t.toGo(v, e, on)}
		if len(v.project.Estimates) > 0 && e.Cost > v.firstCost() {
			f.Comment = e.Note
		}
		t.out.Forecasts = append(t.out.Forecasts, f)
	}
}

// firstCost is the cost that the project was begun with.
func (v *wallet) firstCost() money.Amount {
	for _, e := range v.project.Estimates {
		if e.HasCost {
			return e.Cost
		}
	}
	return 0
}

// toGo phases what is not paid of each sort of work as the estimate does, over what is left of this year and the years after.
func (t *financeTeller) toGo(v *wallet, e *Estimate, on civil.Date) []FinanceLine {
	var out []FinanceLine
	for j, w := range works {
		left := e.of(w) - v.by[j].paid
		if left <= 0 {
			continue
		}
		from, to := e.span(w)
		if from.Before(on) {
			from = on
		}
		if to.Before(on) {
			to = on
		}
		years, days := t.teller.years(from, to)
		for i, part := range left.Split(days) {
			out = merge(out, FinanceLine{Year: years[i], Section: w.section(), Category: v.project.category(w), Amount: part})
		}
	}
	return out
}

// merge adds a line to one of the same year, section and category.
func merge(lines []FinanceLine, l FinanceLine) []FinanceLine {
	for i, o := range lines {
		if o.Year == l.Year && o.Section == l.Section && o.Category == l.Category && o.Envelope == l.Envelope {
			lines[i].Amount += l.Amount
			return lines
		}
	}
	return append(lines, l)
}

// closes are the signatures: of each month two months later, of what lies before the first month with it, and of the extra period with the
// January after it.
func (t *financeTeller) closes() {
	for m := firstMonth; m <= lastSigned; m++ {
		month, on := t.calendar.month(m), t.event(offset{m + 2, daySignature})
		y := t.fiscal.YearOf(month.First())
		period := y.Start.MonthOf().Until(month) + 1
		first := period
		if m == firstMonth {
			first = 1
		}
		for n := first; n <= period; n++ {
			t.out.Closes = append(t.out.Closes, Close{on, y.Label, n})
		}
		if period == 1 && m > firstMonth {
			t.out.Closes = append(t.out.Closes, Close{on, t.label(y.Start.AddDays(-1)), finance.ExtraPeriod})
		}
	}
}

// assertions are balances that the finance officer reads in the finance system before two of the signatures.
func (t *financeTeller) assertions() {
	for _, m := range []int{-10, lastSigned} {
		month := t.calendar.month(m)
		y := t.fiscal.YearOf(month.First())
		var total, network money.Amount
		for _, e := range t.entries {
			if e.revenue || t.fiscal.YearOf(e.on).Label != y.Label || e.exercice != month.Year || e.on.After(month.Last()) {
				continue
			}
			amount := e.amount
			if e.origin != nil || e.kind == "annulation du rattachement" {
				amount = -amount
			}
			total += amount
			if e.operation == t.codes["SEC-04"] {
				network += amount
			}
		}
		a := FinanceAssertion{On: t.event(offset{m + 2, daySignature - 2}), Year: y.Label, Until: int(month.Month), Dimension: finance.DimensionTotal, Expected: total, Source: "Balance du budget principal"}
		t.out.Assertions = append(t.out.Assertions, a)
		a.Dimension, a.Value, a.Expected, a.Source = finance.DimensionOperation, t.codes["SEC-04"], network, "Fiche de l’opération"
		t.out.Assertions = append(t.out.Assertions, a)
	}
}

// moves explain why two projects became costlier; a part of it nobody explained yet.
func (t *financeTeller) moves() {
	add := func(at offset, project string, cause forecast.Cause, amount int64, decision, reason string) {
		t.out.Moves = append(t.out.Moves, FinanceMove{On: t.event(at), Project: project, Cause: cause, Amount: euros(amount), Decision: decision, Reason: reason})
	}
	add(offset{-14, 16}, "SEC-05", forecast.CauseEstimate, 74_000, "", "Interfaces oubliées dans la première estimation")
	add(offset{-10, 16}, "SEC-04", forecast.CausePrice, 210_000, "", "Hausse du prix des équipements dans toutes les offres")
	add(offset{-10, 20}, "SEC-05", forecast.CauseDelay, 144_000, "", "Maintien de l’ancien système pendant le retard")
	add(offset{-8, 19}, "SEC-04", forecast.CauseScope, 70_000, "Comité tactique, nouvelle référence", "28 sites de plus dans la même tranche")
	add(offset{-7, 20}, "SEC-05", forecast.CauseScope, 138_000, "Comité tactique, reprise des données", "Reprise de dix ans d’écritures demandée par les services")
	add(offset{-4, 20}, "SEC-05", forecast.CauseDelay, 114_000, "", "Sept mois de plus pour l’équipe de projet")
	add(offset{-3, 18}, "SEC-04", forecast.CausePrice, 50_000, "", "Révision de prix du marché")
	add(offset{-2, 17}, "SEC-05", forecast.CausePrice, 90_000, "", "Révision de prix et avenant de maintenance")
}

// feder is what each instalment of the convention brings.
const feder = money.Amount(45_000_00)

// conventions are who pays a share of a project.
func (t *financeTeller) conventions() {
	at := func(m, d int) civil.Date { return t.event(offset{m, d}) }
	t.out.Conventions = []Convention{{On: at(-15, 12), Project: "INC-01", Funder: "FEDER – Région Massif central", Reference: "HS-0417", Rate: 4_000, Ceiling: euros(150_000), Notified: euros(150_000),
		From: t.plan(offset{-18, 1}), To: t.plan(offset{9, 28}), EligibleOn: at(-7, 16), Reason: "Dépenses des relais visées à l’annexe 2 de la convention", Events: []ConventionEvent{
			{at(-13, 16), finance.FundingAdvance, euros(30_000), "Avance de 20 %"},
			{at(-6, 15), finance.FundingClaim, feder, "Appel de fonds n° 1"},
			{at(-4, 22), finance.FundingInstalment, feder, "Acompte n° 1"},
		}}}
}
