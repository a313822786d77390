package demo

import (
	"context"

	"jalon/finance"
	"jalon/finance/forecast"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/civil"
)

// forecast is booked by the project manager where they have an account, else by whoever runs the program.
func (k *bookkeeper) forecast(ctx context.Context, f FinanceForecast) error {
	actor := k.actor
	if led, ok := k.accounts[identity.RoleProjectManager]; ok && k.story.manages(f.Project) {
		actor = led
	}
	in := finance.ForecastInput{AsOf: f.On, Comment: f.Comment, Physical: &f.Physical, After: k.forecasts[f.Project]}
	for _, l := range f.Lines {
		in.Lines = append(in.Lines, k.expected(l, f.On)...)
	}
	done, err := k.Finance.BookForecast(ctx, actor, k.project(f.Project), in)
	k.forecasts[f.Project] = done.Forecast.ID
	return err
}

// expected writes out what is expected in a year. In the running one a part of it is delivered already, and a part as likely as not: of that, twice as
// much may come.
func (k *bookkeeper) expected(l FinanceLine, on civil.Date) []finance.ForecastLine {
	y := k.years[l.Year]
	line := finance.ForecastLine{YearID: y.ID, Section: l.Section, Category: l.Category, Kind: finance.ForecastToGo, Amount: l.Amount, Probability: 10_000}
	if on.Before(y.Start) || l.Amount < euros(1_000) {
		return []finance.ForecastLine{line}
	}
	parts := l.Amount.Split([]int64{75, 15, 10})
	done, probable := line, line
	line.Amount = parts[0]
	done.Kind, done.Amount = finance.ForecastDone, parts[1]
	probable.Kind, probable.Amount, probable.Probability = finance.ForecastProbable, 2*parts[2], 5_000
	return []finance.ForecastLine{line, done, probable}
}

// manages tells whether one of the accounts is that of the manager of a project.
func (s Story) manages(project string) bool {
	for _, a := range Accounts() {
		if a.Project == project {
			return true
		}
	}
	return false
}

func (k *bookkeeper) move(ctx context.Context, m FinanceMove) error {
	_, err := k.Finance.BookMove(ctx, k.manager, k.project(m.Project), finance.MoveInput{On: m.On, Cause: m.Cause, Amount: m.Amount, Decision: m.Decision, Reason: m.Reason})
	return err
}

func (k *bookkeeper) assert(ctx context.Context, a FinanceAssertion) error {
	_, err := k.Finance.Assert(ctx, k.officer, finance.AssertInput{Organisation: k.org.ID, Year: k.years[a.Year].ID, Until: a.Until, Flow: ledgerfile.FlowExpenditure, Dimension: a.Dimension, Value: a.Value,
		Expected: a.Expected, Source: a.Source})
	return err
}

// sign closes a period as the roadmap manager, who reconciled none of it.
func (k *bookkeeper) sign(ctx context.Context, c Close) error {
	year := k.years[c.Year].ID
	p, err := k.Finance.PreviewCertificate(ctx, k.manager, k.org.ID, year, c.Period)
	if err != nil {
		return err
	}
	_, err = k.Finance.SignPeriod(ctx, k.manager, finance.SignInput{Organisation: k.org.ID, Year: year, Period: c.Period, Seen: p.Seen})
	return err
}

// convention plans the life of a co-financing.
func (k *bookkeeper) convention(c Convention) {
	var id finance.FundingID
	k.add(c.On, func(ctx context.Context) error {
		made, err := k.Finance.AddFunding(ctx, k.officer, k.project(c.Project), finance.Funding{Funder: c.Funder, Convention: c.Reference, Rate: c.Rate, Ceiling: c.Ceiling, Base: forecast.BaseHT,
			From: c.From, To: c.To, Notified: c.Notified})
		id = made.ID
		return err
	})
	k.add(c.EligibleOn, func(ctx context.Context) error {
		rep, err := k.Finance.FundingReport(ctx, k.officer, id, civil.Date{})
		if err != nil {
			return err
		}
		in := finance.EligibilityInput{Eligible: true, Reason: c.Reason}
		for _, l := range rep.Lines {
			in.Postings = append(in.Postings, l.Posting.ID)
		}
		return k.Finance.SetEligibility(ctx, k.officer, id, in)
	})
	for _, e := range c.Events {
		k.add(e.On, func(ctx context.Context) error {
			_, err := k.Finance.BookFundingEvent(ctx, k.officer, id, finance.FundingEventInput{Kind: e.Kind, Amount: e.Amount, On: e.On, Reference: e.Reference})
			return err
		})
	}
}
