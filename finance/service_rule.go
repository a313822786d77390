package finance

import (
	"context"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/fault"
)

// Rules lists the rules of an organisation, oldest first, with what they booked.
func (s *Service) Rules(ctx context.Context, actor identity.Actor, organisation int64) ([]Rule, error) {
	var out []Rule
	err := s.readRules(ctx, actor, organisation, func(ctx context.Context, tx database.Conn) error {
		rules, err := findRules(ctx, tx, organisation, 0)
		if err != nil {
			return err
		}
		used, err := findUsage(ctx, tx, organisation, 0)
		if err != nil {
			return err
		}
		for _, r := range rules {
			r.Used = used[r.ID]
			out = append(out, r.Rule)
		}
		return nil
	})
	return out, err
}

// Rule gives a rule with all its versions.
func (s *Service) Rule(ctx context.Context, actor identity.Actor, organisation, id int64) (RuleDetail, error) {
	var out RuleDetail
	err := s.readRules(ctx, actor, organisation, func(ctx context.Context, tx database.Conn) error {
		var err error
		if out, err = findRule(ctx, tx, organisation, id); err != nil {
			return err
		}
		used, err := findUsage(ctx, tx, organisation, id)
		out.Used = used[id]
		return err
	})
	return out, err
}

// RulesNeverFired lists the active rules that never booked anything: they are written wrongly, or for something that does not happen.
func (s *Service) RulesNeverFired(ctx context.Context, actor identity.Actor, organisation int64) ([]Rule, error) {
	var out []Rule
	err := s.readRules(ctx, actor, organisation, func(ctx context.Context, tx database.Conn) error {
		unused, err := findUnused(ctx, tx, organisation)
		if err != nil || len(unused) == 0 {
			return err
		}
		rules, err := findRules(ctx, tx, organisation, 0)
		if err != nil {
			return err
		}
		for _, r := range rules {
			if unused[r.ID] {
				out = append(out, r.Rule)
			}
		}
		return nil
	})
	return out, err
}

func (s *Service) readRules(ctx context.Context, actor identity.Actor, organisation int64, read func(ctx context.Context, tx database.Conn) error) error {
	if err := seeOrganisation(actor, identity.PermReadLedger, organisation); err != nil {
		return err
	}
	return s.db.ReadTx(ctx, read)
}

// SaveRule writes a version of a rule, which holds only once it is activated: the versions before stay as they are. It gives the number of the rule.
func (s *Service) SaveRule(ctx context.Context, actor identity.Actor, in RuleInput) (int64, error) {
	id := in.ID
	err := s.changeRule(ctx, actor, in.Organisation, act{name: "rule.save"}, in.Validate(), func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		projects, err := projectsByID(ctx, tx, in.Organisation)
		if err != nil {
			return trace{}, err
		}
		if err := in.validateIn(b, projects); err != nil {
			return trace{}, err
		}
		rule := in.content()
		if in.ID == 0 {
			if rule.ID, err = insertRule(ctx, tx, in.Organisation); err != nil {
				return trace{}, err
			}
			rule.Version = 1
		} else if rule.Version, err = s.nextVersion(ctx, tx, in); err != nil {
			return trace{}, err
		}
		id = rule.ID
		return trace{subject: "rule", id: id, details: ruleTrail(rule)}, insertRuleVersion(ctx, tx, in.Organisation, rule, actor.Name, s.now())
	})
	return id, err
}

// nextVersion gives the number of a further version, when nobody wrote another one since the author looked. That of a draft takes the draft's place.
func (s *Service) nextVersion(ctx context.Context, tx database.Conn, in RuleInput) (int, error) {
	before, err := findRule(ctx, tx, in.Organisation, in.ID)
	if err != nil {
		return 0, err
	}
	newest := before.Versions[0].Version
	if newest != in.Version {
		return 0, fault.Stale("rule", in.ID)
	}
	if before.State == RuleDraft {
		err = updateRule(ctx, tx, in.Organisation, in.ID, RuleDraft, newest+1, 0)
	}
	return newest + 1, err
}

func (s *Service) changeRule(ctx context.Context, actor identity.Actor, organisation int64, a act, valid error, work func(ctx context.Context, tx database.Conn, b *books) (trace, error)) error {
	if err := seeOrganisation(actor, identity.PermReconcile, organisation); err != nil {
		return err
	}
	if valid != nil {
		return valid
	}
	a.permission = identity.PermReconcile
	return s.change(ctx, actor, organisation, a, work)
}

// ActivateRule puts the newest version of a rule in force. What it was confirmed for counts on only while it says the same.
func (s *Service) ActivateRule(ctx context.Context, actor identity.Actor, organisation, id int64, version int) error {
	return s.changeRule(ctx, actor, organisation, act{name: "rule.activate", noun: "rule", id: id}, nil, func(ctx context.Context, tx database.Conn, b *books) (trace, error) {
		r, err := findRule(ctx, tx, organisation, id)
		if err != nil {
			return trace{}, err
		}
		newest := r.Versions[0]
		if newest.Version != version {
			return trace{}, fault.Stale("rule", id)
		}
		if r.State == RuleActive && r.Version == version {
			return trace{}, fault.Conflict("rule.active", r.Name)
		}
		confirmed := 0
		if said(newest.Rule, r.RuleVersion.Rule) {
			confirmed = r.Confirmed
		}
		if err := updateRule(ctx, tx, organisation, id, RuleActive, version, confirmed); err != nil {
			return trace{}, err
		}
		if _, err := matcherFor(ctx, tx, b); err != nil { // with all others, as imports will ask for it
			return trace{}, err
		}
		return trace{details: ruleTrail(newest.Rule)}, nil
	})
}

// RetireRule takes a rule out of force. What it booked stays until the rules are run again.
func (s *Service) RetireRule(ctx context.Context, actor identity.Actor, organisation, id int64, version int, reason string) error {
	var f fault.Fields
	checkReason(&f, "reason", reason, true)
	return s.changeRule(ctx, actor, organisation, act{name: "rule.retire", noun: "rule", id: id}, f.Err(), func(ctx context.Context, tx database.Conn, _ *books) (trace, error) {
		r, err := findRule(ctx, tx, organisation, id)
		if err != nil {
			return trace{}, err
		}
		if r.Versions[0].Version != version {
			return trace{}, fault.Stale("rule", id)
		}
		if r.State == RuleRetired {
			return trace{}, fault.Conflict("rule.retired", r.Name)
		}
		t := ruleTrail(r.RuleVersion.Rule)
		t.Reason = reason
		return trace{details: t}, updateRule(ctx, tx, organisation, id, RuleRetired, r.Version, r.Confirmed)
	})
}

// ruleTrace is what the trail keeps of a version: the version itself stays in the books.
type ruleTrace struct {
	Version int    `json:"version"`
	Name    string `json:"name"`
	Rank    int    `json:"rank"`
	Reason  string `json:"reason,omitempty"`
}

func ruleTrail(r reconcile.Rule) ruleTrace {
	return ruleTrace{Version: r.Version, Name: r.Name, Rank: int(r.Rank)}
}

// ProposeRules gives the rules that would have done with an entry what a person did with it, the narrowest first and without names. There are none for
// an entry of which nothing is allocated.
func (s *Service) ProposeRules(ctx context.Context, actor identity.Actor, organisation int64, posting PostingID) ([]RuleInput, error) {
	var out []RuleInput
	err := s.read(ctx, actor, identity.PermReconcile, organisation, func(ctx context.Context, tx database.Conn, _ *books) error {
		p, err := findPosting(ctx, tx, organisation, posting)
		if err != nil {
			return err
		}
		held, err := findAllocations(ctx, tx, organisation, []PostingID{posting})
		if err != nil {
			return err
		}
		target, ok := newLine(p, held[posting]).target()
		if !ok {
			return nil
		}
		for _, r := range reconcile.Propose(factsOf(&p), target) {
			out = append(out, RuleInput{Organisation: organisation, Rank: r.Rank, Priority: r.Priority, From: r.From, To: r.To, When: r.When, Then: r.Then})
		}
		return nil
	})
	return out, err
}

// target is what was done with a line, as a rule would do it; false when nothing was, or when it is excluded in part only, which no rule does.
func (l *ledgerLine) target() (reconcile.Action, bool) {
	if len(l.shares) == 0 {
		return reconcile.Action{}, false
	}
	if l.shares[0].ProjectID == 0 {
		a := reconcile.Action{Exclude: true}
		for _, held := range l.held {
			if held.ProjectID == 0 && held.Reason != "" {
				a.Reason = held.Reason
			}
		}
		return a, len(l.shares) == 1 && a.Reason != ""
	}
	var a reconcile.Action
	for _, s := range l.shares {
		a.Parts = append(a.Parts, reconcile.Part{Project: int64(s.ProjectID), Fixed: s.Amount, HasFixed: true})
	}
	return a, true
}
