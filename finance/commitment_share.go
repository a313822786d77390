package finance

import (
	"context"
	"slices"
	"time"

	"jalon/finance/ledgerfile"
	"jalon/finance/reconcile"
	"jalon/internal/database"
)

// commitmentMatcher makes ready what says to which projects commitments belong: the active rules and the finance codes. The shares of other commitments say nothing here.
func commitmentMatcher(ctx context.Context, db database.Conn, organisation int64) (*reconcile.Matcher, error) {
	rules, err := findActiveRules(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	dir, err := findDirectory(ctx, db, organisation)
	if err != nil {
		return nil, err
	}
	return reconcile.Compile(rules, reconcile.Directory{Codes: dir.Codes, Operations: dir.Operations, Inventory: dir.Inventory, Aliases: dir.Aliases})
}

// facts is what a commitment says that rules may ask for.
func (c *Commitment) facts(year int64) *reconcile.Facts {
	return &reconcile.Facts{Commitment: c.Number, CommitmentItem: c.Item, Analytic: c.Analytic, Operation: c.Operation, Contract: c.Contract, SupplierID: c.Supplier,
		SupplierName: c.SupplierName, Nature: c.Nature, Budget: c.Budget, Section: c.Section, Label: c.Label, Amount: c.Committed, Date: c.OpenedOn, FiscalYear: year,
		Flow: string(ledgerfile.FlowExpenditure)}
}

// sharesByRule gives the shares that the rules say, none where they do not book by themselves, name amounts instead of shares, or give nothing to a project.
func sharesByRule(m *reconcile.Matcher, c *Commitment, year int64) []CommitmentShare {
	v := m.Match(c.facts(year), nil)
	if v.Kind != reconcile.Books || v.Exclude {
		return nil
	}
	var out []CommitmentShare
	for _, p := range v.Parts {
		bp := p.ShareBP
		if bp == 0 && len(v.Parts) == 1 {
			bp = reconcile.Whole
		}
		if p.HasFixed || p.Project <= 0 || bp == 0 {
			return nil
		}
		s := CommitmentShare{OrganisationID: c.OrganisationID, CommitmentID: c.ID, ProjectID: projectOf(p.Project), ShareBP: bp, Method: MethodRule}
		if v.Rule.ID != 0 {
			s.RuleID, s.RuleVersion = v.Rule.ID, int64(v.Rule.Version)
		}
		out = append(out, s)
	}
	return out
}

// shareByRules shares the commitments that were never shared, and again those that are named, as the rules say; what a person said of a commitment stays. It gives
// how many commitments it shared otherwise than before.
func shareByRules(ctx context.Context, tx database.Conn, b *books, again []int64, by string, now time.Time) (int, error) {
	org := b.Organisation.ID
	ids, err := findNeverShared(ctx, tx, org)
	if err != nil {
		return 0, err
	}
	ids = slices.Compact(slices.Sorted(slices.Values(append(ids, again...))))
	if len(ids) == 0 {
		return 0, nil
	}
	m, err := commitmentMatcher(ctx, tx, org)
	if err != nil {
		return 0, err
	}
	held, err := findCommitmentShares(ctx, tx, org, ids)
	if err != nil {
		return 0, err
	}
	all, err := findCommitmentsBy(ctx, tx, org, "id", ids)
	if err != nil {
		return 0, err
	}
	var ended []int64
	var booked []CommitmentShare
	changed := 0
	for i := range all {
		end, book, ok := reshare(m, b, &all[i], held[all[i].ID])
		if !ok {
			continue
		}
		changed++
		ended, booked = append(ended, end...), append(booked, book...)
	}
	for i := range booked {
		booked[i].RecordedBy, booked[i].RecordedAt = by, database.Instant(now)
	}
	if err := endShares(ctx, tx, org, ended, by, now); err != nil {
		return 0, err
	}
	return changed, insertShares(ctx, tx, booked)
}

// reshare says which shares of a commitment end and which begin; false when all stays as it is.
func reshare(m *reconcile.Matcher, b *books, c *Commitment, held []CommitmentShare) (ended []int64, booked []CommitmentShare, changed bool) {
	if slices.ContainsFunc(held, func(s CommitmentShare) bool { return s.Method == MethodManual }) {
		return nil, nil, false
	}
	held = slices.DeleteFunc(slices.Clone(held), func(s CommitmentShare) bool { return !s.Holds() })
	year := int64(0)
	if y, ok := b.Of(c.OpenedOn); ok {
		year = y.ID
	}
	booked = sharesByRule(m, c, year)
	same := func(a, o CommitmentShare) bool { return a.ProjectID == o.ProjectID && a.ShareBP == o.ShareBP }
	if len(held) == len(booked) && !slices.ContainsFunc(booked, func(s CommitmentShare) bool {
		return !slices.ContainsFunc(held, func(h CommitmentShare) bool { return same(s, h) })
	}) {
		return nil, nil, false
	}
	for _, s := range held {
		ended = append(ended, s.ID)
	}
	return ended, booked, true
}
