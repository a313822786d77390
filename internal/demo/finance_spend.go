package demo

import (
	"fmt"

	"jalon/finance"
	"jalon/internal/civil"
	"jalon/internal/money"
)

// work is a sort of cost of a project: what is built in each nature, and what runs.
type work struct{ nature, part string }

var works = [...]work{{"investment", "build"}, {"operations", "build"}, {"operations", "run"}}

func (w work) section() string {
	if w.nature == "investment" {
		return "I"
	}
	return "F"
}

// estimateOn is what was known of a project's cost on a day; nil: nothing yet.
func (p Project) estimateOn(day civil.Date) *Estimate {
	var found *Estimate
	for i := range p.Estimates {
		if e := &p.Estimates[i]; e.HasCost && !e.On.After(day) {
			found = e
		}
	}
	return found
}

// of is the part of a cost that is one sort of work.
func (e *Estimate) of(w work) (sum money.Amount) {
	for _, l := range e.Lines {
		if l.Nature == w.nature && l.Part == w.part {
			sum += l.Amount
		}
	}
	return sum
}

// span is when the work is done: until the end of the project, and in 24 months after it.
func (e *Estimate) span(w work) (from, to civil.Date) {
	if w.part == "build" {
		return e.Start, e.End
	}
	from = e.End.AddDays(1)
	return from, from.AddMonths(24).AddDays(-1)
}

// done is what the work that was done by a day costs: it goes on evenly.
func (e *Estimate) done(w work, day civil.Date) money.Amount {
	from, to := e.span(w)
	if day.Before(from) {
		return 0
	}
	days, span := min(civil.Duration(from, day), civil.Duration(from, to)), civil.Duration(from, to)
	return e.of(w).Split([]int64{int64(days), int64(span - days)})[0]
}

// physical is the share of the build that is done.
func (e *Estimate) physical(day civil.Date) money.BasisPoints {
	if day.Before(e.Start) {
		return 0
	}
	return money.BasisPoints(min(civil.Duration(e.Start, day)*10_000/civil.Duration(e.Start, e.End), 10_000))
}

// nature is the account of a piece of work of a project. n counts its invoices: the first ones of a project are for studies.
func (p Project) account(w work, n int) string {
	pick := func(all ...string) string { return all[vary(len(all), p.Code, w.nature, w.part)] }
	switch {
	case w.nature == "investment" && n == 0 && p.Theme != "INC":
		return "2031"
	case w.nature == "investment" && (p.Theme == "INC" || p.Theme == "MOB"):
		return "21838"
	case w.nature == "investment" && p.Theme == "SEC":
		return pick("21838", "232")
	case w.nature == "investment":
		return pick("2051", "232")
	case w.part == "run":
		return pick("6156", "65811", "65818")
	case n%4 == 3:
		return "6184"
	case n%4 == 1:
		return "62268"
	}
	return "611"
}

var accounts = finance.NewAccounts(nil)

// category is that of the budget of a piece of work.
func (p Project) category(w work) finance.Category { return accounts.Of(p.account(w, 2)).Category }

// envelope is the one that pays for a piece of work.
func (p Project) envelope(w work) string {
	switch {
	case w.nature == "operations":
		return envelopeRun
	case p.Theme == "SEC" || p.Theme == "INC" || p.Theme == "MOB":
		return envelopeBase
	}
	return envelopeUse
}

// budgetLines are the lines of an estimate as a budget writes them.
func (p Project) budgetLines(e *Estimate) []FinanceLine {
	var out []FinanceLine
	at := map[FinanceLine]int{}
	for _, l := range e.Lines {
		w := work{l.Nature, l.Part}
		key := FinanceLine{Envelope: p.envelope(w), Year: l.FiscalYear, Section: w.section(), Category: p.category(w)}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, key)
		}
		out[i].Amount += l.Amount
	}
	return out
}

// payment is what was paid for the work of a project, and the commitment that it is paid on.
type payment struct {
	paid    money.Amount
	bills   int
	number  string // of the commitment; "": not opened yet
	opened  civil.Date
	initial money.Amount
	listed  money.Amount // as the last list told it
	settled bool
}

// book of payments of a project, by sort of work.
type wallet struct {
	project Project
	by      [len(works)]payment
}

// owed is what is to be paid in a month: what was done until it began and is not paid. Small sums wait for more, but not beyond the end of
// a fiscal year.
func (v *wallet) owed(i int, month civil.Month, stop civil.Date) money.Amount {
	until := month.First().AddDays(-1)
	if !until.Before(stop) {
		until = stop.AddDays(-1)
	}
	e := v.project.estimateOn(month.First())
	if e == nil {
		return 0
	}
	owed := e.done(works[i], until) - v.by[i].paid
	least := max(euros(3_500), e.of(works[i])/20)
	if month.Month == 12 {
		least = euros(1_000)
	}
	if owed < least {
		return 0
	}
	return owed
}

// commit opens and raises the commitment of a sort of work so that it covers what is paid on it.
func (v *wallet) commit(i, place int, month civil.Month) {
	c, w := &v.by[i], works[i]
	last := month.Last()
	e := v.project.estimateOn(last)
	if e == nil || c.settled {
		return
	}
	from, to := e.span(w)
	total := e.of(w)
	amount := total
	if days := civil.Duration(from, last); w.part == "build" && days*5 < civil.Duration(from, to)*4 {
		amount = total.Percent(9_200) // the last orders are not placed yet
	}
	amount = max(amount, c.paid)
	if c.number == "" {
		if from.After(last) || total == 0 {
			return
		}
		c.number = fmt.Sprintf("ENG%04d-%05d", last.Year(), 1000+place*len(works)+i)
		c.opened = workingDay(month.First().AddDays(2 + vary(9, v.project.Code, w.nature, w.part)))
		c.initial = amount
	}
	c.listed = amount
	if last.After(to.AddMonths(1)) && total-c.paid <= euros(1) {
		c.listed, c.settled = c.paid, true
	}
}

func euros(n int64) money.Amount { return money.Amount(n * 100) }
