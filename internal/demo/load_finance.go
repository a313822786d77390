package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// bookkeeper books the story of the finances.
type bookkeeper struct {
	*loader
	steps     []step
	officer   identity.Actor // reconciles
	manager   identity.Actor // signs
	years     map[string]finance.FiscalYear
	envelopes map[string]finance.EnvelopeID
	versions  map[string]int                // of budgets, by project
	forecasts map[string]finance.ForecastID // the last of each project
}

// step is something that is booked on a day.
type step struct {
	on civil.Date
	do func(ctx context.Context) error
}

// keep gives who books the finances of the story.
func (l *loader) keep() *bookkeeper {
	k := &bookkeeper{loader: l, years: map[string]finance.FiscalYear{}, envelopes: map[string]finance.EnvelopeID{}, versions: map[string]int{}, forecasts: map[string]finance.ForecastID{}}
	f := &l.story.Finance
	k.add(f.Start, func(ctx context.Context) error { return k.begin(ctx) })
	each(k, f.Acts, func(a FinanceAct) civil.Date { return a.On }, k.act)
	each(k, f.Transfers, func(a FinanceTransfer) civil.Date { return a.On }, k.transfer)
	each(k, f.Budgets, func(a FinanceBudget) civil.Date { return a.On }, k.budget)
	each(k, f.Rules, func(a FinanceRule) civil.Date { return a.On }, k.rule)
	each(k, f.Exports, func(a Export) civil.Date { return a.On }, k.load)
	each(k, f.Works, func(a Work) civil.Date { return a.On }, k.work)
	each(k, f.Moves, func(a FinanceMove) civil.Date { return a.On }, k.move)
	each(k, f.Forecasts, func(a FinanceForecast) civil.Date { return a.On }, k.forecast)
	each(k, f.Assertions, func(a FinanceAssertion) civil.Date { return a.On }, k.assert)
	each(k, f.Closes, func(a Close) civil.Date { return a.On }, k.sign)
	for _, c := range f.Conventions {
		k.convention(c)
	}
	slices.SortStableFunc(k.steps, func(a, b step) int { return a.on.Compare(b.on) })
	return k
}

func (k *bookkeeper) add(on civil.Date, do func(ctx context.Context) error) {
	k.steps = append(k.steps, step{on, do})
}

func each[T any](k *bookkeeper, all []T, on func(T) civil.Date, do func(context.Context, T) error) {
	for _, x := range all {
		k.add(on(x), func(ctx context.Context) error { return do(ctx, x) })
	}
}

// until books what happened by a day.
func (k *bookkeeper) until(ctx context.Context, day civil.Date) error {
	for len(k.steps) > 0 && !k.steps[0].on.After(day) {
		if err := k.steps[0].do(ctx); err != nil {
			return fmt.Errorf("finance: %w", err)
		}
		k.steps = k.steps[1:]
	}
	return nil
}

// begin opens the books: accounts of who keeps them, fiscal years, envelopes, finance codes. The authority has one finance officer, so its
// roadmap manager signs.
func (k *bookkeeper) begin(ctx context.Context) error {
	var err error
	if err = k.people(ctx); err != nil {
		return err
	}
	k.officer, k.manager = k.accounts[identity.RoleFinance], k.accounts[identity.RoleRoadmapManager]
	settings, err := k.Finance.Settings(ctx, k.actor, k.org.ID)
	if err != nil {
		return err
	}
	settings.SIRET = siretOf(41)
	if settings, err = k.Finance.SaveSettings(ctx, k.officer, settings); err != nil {
		return err
	}
	if err := k.Finance.SetLoneOfficer(ctx, k.actor, k.org.ID, settings.Version, true); err != nil {
		return err
	}
	for _, y := range k.story.Finance.Years {
		if k.years[y.Label], err = k.Finance.AddFiscalYear(ctx, k.officer, k.org.ID, finance.FiscalYear{Code: y.Label, Start: y.Start, End: y.End}); err != nil {
			return err
		}
	}
	for _, e := range k.story.Finance.Envelopes {
		made, err := k.Finance.CreateEnvelope(ctx, k.officer, finance.Envelope{OrganisationID: k.org.ID, RoadmapID: k.roadmaps[k.story.Running().Code], ParentID: k.envelopes[e.Parent], Code: e.Code, Name: e.Name,
			Kind: e.Kind, Section: e.Section})
		if err != nil {
			return err
		}
		k.envelopes[e.Code] = made.ID
	}
	_, err = k.Finance.AssignFinanceCodes(ctx, k.officer, k.org.ID)
	return err
}

func (k *bookkeeper) project(code string) portfolio.ProjectID {
	return k.projects[k.story.Running().Code][code]
}

func (k *bookkeeper) act(ctx context.Context, a FinanceAct) error {
	in := finance.ActInput{Act: a.Act, Reference: a.Reference, On: a.On, Reason: a.Reason}
	for _, l := range a.Lines {
		in.Lines = append(in.Lines, finance.ActLine{Cell: finance.Cell{Envelope: k.envelopes[l.Envelope], YearID: k.years[l.Year].ID, Section: l.Section, Authorisation: l.Authorisation}, Amount: l.Amount})
	}
	_, err := k.Finance.BookAct(ctx, k.officer, in)
	return err
}

func (k *bookkeeper) transfer(ctx context.Context, t FinanceTransfer) error {
	_, err := k.Finance.BookTransfer(ctx, k.officer, finance.TransferInput{From: k.envelopes[t.From], To: k.envelopes[t.To], YearID: k.years[t.Year].ID, Section: t.Section, Authorisation: finance.AuthorisationCP,
		Amount: t.Amount, Reference: t.Reference, On: t.On, Reason: t.Reason})
	return err
}

func (k *bookkeeper) budget(ctx context.Context, b FinanceBudget) error {
	in := finance.BudgetInput{After: k.versions[b.Project], DecidedOn: b.On, DecisionReference: b.Reference, Reason: b.Reason}
	for _, l := range b.Lines {
		in.Lines = append(in.Lines, finance.BudgetLine{Envelope: k.envelopes[l.Envelope], YearID: k.years[l.Year].ID, Section: l.Section, Category: l.Category, Amount: l.Amount})
	}
	_, err := k.Finance.BookBudget(ctx, k.officer, k.project(b.Project), in)
	k.versions[b.Project]++
	return err
}

// content is a file in memory.
type content struct{ Export }

func (c content) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(c.Data)), nil }
func (c content) Name() string                 { return c.Export.Name }
func (c content) Size() int64                  { return int64(len(c.Data)) }

// load books an export. That of entries speaks for its whole month, so what a corrected one does not tell any more is taken out of the books.
func (k *bookkeeper) load(ctx context.Context, x Export) error {
	profile, ok := ledgerfile.BuiltIn(x.Profile)
	if !ok {
		return fmt.Errorf("demo: there is no profile %s", x.Profile)
	}
	in := finance.ImportInput{Organisation: k.org, Source: content{x}, Profile: profile, ConfirmWithdrawals: x.Corrected}
	book := k.Finance.ImportCommitments
	if !x.Commitment {
		in.Coverage = &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: x.From, To: x.To}
		book = k.Finance.ImportLedger
	}
	rep, err := book(ctx, k.officer, in)
	if err == nil && (rep.Rejected > 0 || rep.OutOfScope > 0) {
		err = fmt.Errorf("demo: %s: %d lines rejected: %+v", x.Name, rep.Rejected, rep.Findings)
	}
	return err
}

func (k *bookkeeper) parts(parts []Part) []finance.PartInput {
	out := make([]finance.PartInput, len(parts))
	for i, p := range parts {
		out[i] = finance.PartInput{Project: k.project(p.Project), ShareBP: p.ShareBP}
	}
	return out
}

func (k *bookkeeper) rule(ctx context.Context, r FinanceRule) error {
	in := finance.RuleInput{Organisation: k.org.ID, Name: r.Name, Rank: r.Rank, When: r.When, Then: reconcile.Action{Exclude: r.Exclude != "", Reason: r.Exclude}}
	for _, p := range r.Parts {
		in.Then.Parts = append(in.Then.Parts, reconcile.Part{Project: int64(k.project(p.Project)), ShareBP: p.ShareBP})
	}
	id, err := k.Finance.SaveRule(ctx, k.officer, in)
	if err != nil {
		return err
	}
	return k.Finance.ActivateRule(ctx, k.officer, k.org.ID, id, 1)
}

// work goes through the queue.
func (k *bookkeeper) work(ctx context.Context, w Work) error {
	page, err := k.Finance.Queue(ctx, k.officer, k.org.ID, finance.QueueFilter{State: finance.StateOpen, Limit: 200})
	if err != nil {
		return err
	}
	for _, t := range w.Treatments {
		i := slices.IndexFunc(page.Lines, func(l finance.QueueLine) bool {
			return l.Posting.DocNo == t.Document && k.years[fmt.Sprint(t.Year)].ID == l.Posting.YearID && l.Posting.Flow == ledgerfile.FlowExpenditure
		})
		if i < 0 {
			return fmt.Errorf("demo: mandat %d/%s does not wait in the queue", t.Year, t.Document)
		}
		if err := k.treat(ctx, t, page.Lines[i]); err != nil {
			return fmt.Errorf("mandat %d/%s: %w", t.Year, t.Document, err)
		}
	}
	return nil
}

func (k *bookkeeper) treat(ctx context.Context, t Treatment, l finance.QueueLine) error {
	switch {
	case t.Exclude != "":
		return k.Finance.Exclude(ctx, k.officer, finance.ExcludeInput{Organisation: k.org.ID, Posting: l.Posting.ID, Residual: l.Residual, Reason: t.Exclude})
	case t.Accept != "":
		return k.Finance.Accept(ctx, k.officer, finance.AcceptInput{Organisation: k.org.ID, Posting: l.Posting.ID, Residual: l.Residual, Reason: t.Accept})
	}
	return k.Finance.Allocate(ctx, k.officer, finance.AllocateInput{Organisation: k.org.ID, Posting: l.Posting.ID, Residual: l.Residual, Parts: k.parts(t.Parts), Reason: t.Reason})
}
