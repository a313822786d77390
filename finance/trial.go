package finance

import (
	"context"
	"iter"
	"slices"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// maxTried is how many entries a rule is tried on, the latest ones.
const maxTried = 200_000

// triedRule is the number of a rule that is tried before it is saved.
const triedRule = -1

// TryRule says what a rule would do with the live entries of a fiscal year, before it is saved or activated: beside all active rules, and in the place of its
// own version in force.
func (s *Service) TryRule(ctx context.Context, actor identity.Actor, in RuleInput, year int64) (RuleTrial, error) {
	out := RuleTrial{Year: year}
	err := s.read(ctx, actor, identity.PermReconcile, in.Organisation, func(ctx context.Context, tx database.Conn, b *books) error {
		if err := in.Validate(); err != nil {
			return err
		}
		if _, known := b.Year(year); !known {
			return fault.NotFound("fiscal_year", year)
		}
		projects, err := projectsByID(ctx, tx, in.Organisation)
		if err != nil {
			return err
		}
		if err := in.validateIn(b, projects); err != nil {
			return err
		}
		m, ref, err := trying(ctx, tx, in)
		if err != nil {
			return err
		}
		past := &past{db: tx, organisation: in.Organisation, year: year}
		if out.Trial, err = reconcile.Try(m, ref, past.all(ctx)); err != nil {
			return err
		}
		if past.err != nil {
			return past.err
		}
		out.Cut = past.cut
		ids := make([]PostingID, len(out.Trial.Examples))
		for i, id := range out.Trial.Examples {
			ids[i] = PostingID(id)
		}
		out.Examples, err = findPostings(ctx, tx, postingFilter{organisation: in.Organisation, ids: ids})
		return err
	})
	return out, err
}

// trying makes ready the active rules with the one that is tried in place of its version in force.
func trying(ctx context.Context, db database.Conn, in RuleInput) (*reconcile.Matcher, reconcile.RuleRef, error) {
	rule := in.content()
	rule.ID = triedRule
	rules, err := findActiveRules(ctx, db, in.Organisation)
	if err != nil {
		return nil, rule.Ref(), err
	}
	rules = slices.DeleteFunc(rules, func(r reconcile.Rule) bool { return r.ID == in.ID })
	dir, err := findDirectory(ctx, db, in.Organisation)
	if err != nil {
		return nil, rule.Ref(), err
	}
	m, err := reconcile.Compile(append(rules, rule), dir)
	return m, rule.Ref(), err
}

// past goes through the live entries of a fiscal year with where they stand.
type past struct {
	db           database.Conn
	organisation int64
	year         int64
	cut          bool // there were more entries
	err          error
}

// all gives the entries, the latest first, as far as they are looked at.
func (p *past) all(ctx context.Context) iter.Seq[reconcile.Past] {
	return func(yield func(reconcile.Past) bool) {
		seen := 0
		for before := PostingID(0); ; {
			lines, err := findLines(ctx, p.db, p.organisation, p.year, before)
			if err != nil {
				p.err = err
				return
			}
			origins, err := findOrigins(ctx, p.db, p.organisation, pointersTo(lines))
			if err != nil {
				p.err = err
				return
			}
			for _, l := range lines {
				if !yield(l.past(origins[l.ID])) {
					return
				}
			}
			seen += len(lines)
			if len(lines) < linesAtOnce {
				return
			}
			if p.cut = seen >= maxTried; p.cut {
				return
			}
			before = lines[len(lines)-1].ID
		}
	}
}

func pointersTo(lines []*ledgerLine) []*Posting {
	out := make([]*Posting, len(lines))
	for i, l := range lines {
		out[i] = &l.Posting
	}
	return out
}

// past is a line and where it stands, as the engine asks for it.
func (l *ledgerLine) past(origin []reconcile.Share) reconcile.Past {
	out := reconcile.Past{Facts: factsOf(&l.Posting), Ref: int64(l.ID), Origin: origin}
	for _, s := range l.shares {
		out.Shares = append(out.Shares, reconcile.Share{Project: targetOf(s.ProjectID), Amount: s.Amount})
	}
	if len(l.shares) == 1 && l.shares[0].ProjectID == 0 && l.left == 0 {
		out.Shares, out.Excluded = nil, true
	}
	return out
}
