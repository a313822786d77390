package finance

import (
	"context"
	"testing"

	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// wholly is the action that gives all to one project.
func wholly(p portfolio.ProjectID) reconcile.Action {
	return reconcile.Action{Parts: []reconcile.Part{{Project: int64(p), ShareBP: reconcile.Whole}}}
}

func is(field reconcile.Field, value string) reconcile.Condition {
	return reconcile.Condition{Field: field, Op: reconcile.OpEquals, Value: value}
}

func has(field reconcile.Field, value string) reconcile.Condition {
	return reconcile.Condition{Field: field, Op: reconcile.OpContains, Value: value}
}

// rule saves and activates a rule.
func (d *desk) rule(rank reconcile.Rank, then reconcile.Action, when ...reconcile.Condition) int64 {
	d.Helper()
	ctx := context.Background()
	id, err := d.service.SaveRule(ctx, operator, RuleInput{Organisation: d.org.ID, Name: "rule", Rank: rank, When: when, Then: then})
	if err == nil {
		err = d.service.ActivateRule(ctx, operator, d.org.ID, id, 1)
	}
	if err != nil {
		d.Fatal(err)
	}
	return id
}

func (d *desk) ruleDetail(id int64) RuleDetail {
	d.Helper()
	r, err := d.service.Rule(context.Background(), operator, d.org.ID, id)
	if err != nil {
		d.Fatal(err)
	}
	return r
}

func TestRuleVersions(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1", "P2"), newDesk(t, db, "marne", "X1")
		anne, paul := d.as(identity.RoleFinance, "anne"), d.as(identity.RoleFinance, "paul")
		in := RuleInput{Organisation: d.org.ID, Name: "Maintenance", Rank: reconcile.RankLabel, When: []reconcile.Condition{has(reconcile.FieldLabel, "maintenance")}, Then: wholly(d.projects["P1"])}
		id, err := d.service.SaveRule(ctx, anne, in)
		if err != nil {
			t.Fatal(err)
		}
		if r := d.ruleDetail(id); r.State != RuleDraft || r.Version != 1 || r.Author != anne.Name || r.Pending != nil {
			t.Errorf("a new rule: %+v", r)
		}
		in.ID, in.Version, in.Name = id, 1, "Maintenance du parc"
		if _, err := d.service.SaveRule(ctx, paul, in); err != nil {
			t.Fatal(err)
		}
		_, err = d.service.SaveRule(ctx, anne, in)
		d.expectFault(err, fault.KindStale, "rule.stale")
		d.expectFault(d.service.ActivateRule(ctx, anne, d.org.ID, id, 1), fault.KindStale, "rule.stale")
		if err := d.service.ActivateRule(ctx, anne, d.org.ID, id, 2); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.ActivateRule(ctx, anne, d.org.ID, id, 2), fault.KindConflict, "rule.active")
		// A further version waits beside the one in force.
		in.Version, in.Then = 2, wholly(d.projects["P2"])
		if _, err := d.service.SaveRule(ctx, anne, in); err != nil {
			t.Fatal(err)
		}
		r := d.ruleDetail(id)
		if r.State != RuleActive || r.Version != 2 || r.Author != paul.Name || r.Pending == nil || r.Pending.Version != 3 || r.Pending.Author != anne.Name || len(r.Versions) != 3 {
			t.Errorf("a rule with a version that waits: %+v", r)
		}
		if p := d.newPosting(nil); d.suggested(p.ID) != "P1=12000.00 agreed label" {
			t.Errorf("suggested %q", d.suggested(p.ID))
		}
		d.expectFault(d.service.RetireRule(ctx, anne, d.org.ID, id, 3, ""), fault.KindInvalid, "input.invalid")
		if err := d.service.RetireRule(ctx, anne, d.org.ID, id, 3, "contrat échu"); err != nil {
			t.Fatal(err)
		}
		d.expectFault(d.service.RetireRule(ctx, anne, d.org.ID, id, 3, "again"), fault.KindConflict, "rule.retired")
		if p := d.newPosting(nil); d.suggested(p.ID) != "" {
			t.Errorf("a retired rule suggests %q", d.suggested(p.ID))
		}

		for name, change := range map[string]func(*RuleInput){
			"without a name":             func(in *RuleInput) { in.Name = "" },
			"without a condition":        func(in *RuleInput) { in.When = nil },
			"surer than it can be":       func(in *RuleInput) { in.Rank = reconcile.RankCommitment },
			"for another organisation's": func(in *RuleInput) { in.Then = wholly(other.projects["X1"]) },
			"for no fiscal year": func(in *RuleInput) {
				in.Then.Parts = []reconcile.Part{{Project: int64(d.projects["P1"]), ShareBP: 1, FiscalYear: 999_999}}
			},
			"of a pattern that is none": func(in *RuleInput) {
				in.When = []reconcile.Condition{{Field: reconcile.FieldLabel, Op: reconcile.OpPattern, Value: "("}}
			},
		} {
			bad := RuleInput{Organisation: d.org.ID, Name: "bad", Rank: in.Rank, When: in.When, Then: in.Then}
			change(&bad)
			if _, err := d.service.SaveRule(ctx, anne, bad); fault.KindOf(err) != fault.KindInvalid {
				t.Errorf("a rule %s: %v", name, err)
			}
		}
		in.Organisation = other.org.ID
		_, err = d.service.SaveRule(ctx, operator, in)
		d.expectFault(err, fault.KindInvalid, "input.invalid") // the projects are not theirs
		in.Then = wholly(other.projects["X1"])
		_, err = d.service.SaveRule(ctx, operator, in)
		d.expectFault(err, fault.KindNotFound, "rule.not_found")
	})
}

// suggested is the best suggestion for a line, in words.
func (d *desk) suggested(p PostingID) string {
	d.Helper()
	line, err := d.service.QueueLine(context.Background(), operator, d.org.ID, p, QueueFilter{})
	if err != nil {
		d.Fatal(err)
	}
	if len(line.Suggestions) == 0 {
		return ""
	}
	return told(line.Suggestions[0])
}

// take takes the best suggestion for a line.
func (d *desk) take(p PostingID) error {
	d.Helper()
	line, err := d.service.QueueLine(context.Background(), operator, d.org.ID, p, QueueFilter{})
	if err != nil {
		return err
	}
	return d.service.TakeSuggestion(context.Background(), operator, TakeInput{Organisation: d.org.ID, Posting: p, Residual: line.Residual, Suggestion: line.Suggestions[0].Key})
}

func TestWeakRuleIsConfirmed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		id := d.rule(reconcile.RankLabel, wholly(d.projects["P1"]), has(reconcile.FieldLabel, "maintenance"))
		books := func() reconcile.VerdictKind {
			var kind reconcile.VerdictKind
			p := d.newPosting(nil)
			err := d.db.ReadTx(ctx, func(ctx context.Context, tx database.Conn) error {
				b, err := d.service.open(ctx, tx, d.org.ID)
				if err != nil {
					return err
				}
				m, err := matcherFor(ctx, tx, b)
				if err == nil {
					kind = m.Match(factsOf(&p), nil).Kind
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return kind
		}
		for n := range reconcile.ConfirmationsToBook {
			if got := books(); got != reconcile.Suggests {
				t.Errorf("confirmed %d times it %s", n, got)
			}
			if err := d.take(d.newPosting(nil).ID); err != nil {
				t.Fatal(err)
			}
		}
		if got := books(); got != reconcile.Books {
			t.Errorf("confirmed often enough it %s", got)
		}
		r := d.ruleDetail(id)
		if r.Confirmed != 3 || r.Used != (Usage{3, euros(36_000)}) {
			t.Errorf("confirmed %d times, used %+v", r.Confirmed, r.Used)
		}
		// Another name changes nothing of it; another condition begins anew.
		in := RuleInput{Organisation: d.org.ID, ID: id, Version: 1, Name: "autre", Rank: r.Rank, When: r.When, Then: r.Then}
		if _, err := d.service.SaveRule(ctx, operator, in); err != nil {
			t.Fatal(err)
		}
		if err := d.service.ActivateRule(ctx, operator, d.org.ID, id, 2); err != nil {
			t.Fatal(err)
		}
		if got := d.ruleDetail(id).Confirmed; got != 3 {
			t.Errorf("under another name it is confirmed %d times", got)
		}
		in.Version, in.When = 2, append(in.When, is(reconcile.FieldNature, "6156"))
		if _, err := d.service.SaveRule(ctx, operator, in); err != nil {
			t.Fatal(err)
		}
		if err := d.service.ActivateRule(ctx, operator, d.org.ID, id, 3); err != nil {
			t.Fatal(err)
		}
		if got := d.ruleDetail(id).Confirmed; got != 0 {
			t.Errorf("a rule that asks for more is confirmed %d times", got)
		}
		d.sound()
	})
}

func TestTryRule(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d, other := newDesk(t, db, "aube", "P1", "P2"), newDesk(t, db, "marne", "P1")
		p1, p2 := d.projects["P1"], d.projects["P2"]
		amount := func(n int64) func(*Posting) { return func(p *Posting) { p.Amount = euros(n) } }
		first := d.newPosting(amount(1), Allocation{ProjectID: p1, Amount: euros(1), Method: MethodRule})
		against := d.newPosting(amount(2), Allocation{ProjectID: p2, Amount: euros(2), Method: MethodManual})
		d.newPosting(amount(4))
		d.newPosting(func(p *Posting) { p.Amount, p.Label = euros(8), "Formation" })
		d.newPosting(amount(16), Allocation{Amount: euros(16), Method: MethodRule, Reason: "x"})
		d.withdraw(d.newPosting(amount(32)))
		other.newPosting(amount(64))
		in := RuleInput{Organisation: d.org.ID, Name: "r", Rank: reconcile.RankLabel, When: []reconcile.Condition{has(reconcile.FieldLabel, "maintenance")}, Then: wholly(p1)}
		got, err := d.service.TryRule(ctx, operator, in, first.YearID)
		if err != nil {
			t.Fatal(err)
		}
		volume := func(lines int, sum int64) reconcile.Volume { return reconcile.Volume{Lines: lines, Sum: euros(sum)} }
		if g := got.Trial; g.Lines != 5 || g.Taken != volume(4, 23) || g.Agrees != volume(1, 1) || g.Contradicts != volume(2, 18) || g.Covers != volume(1, 4) {
			t.Errorf("the rule would %+v", g)
		}
		if len(got.Examples) != 2 || got.Examples[0].ID != against.ID {
			t.Errorf("it would move %+v", got.Examples)
		}
		// A rule that is in force is tried in its own place.
		in.ID, in.Version = d.rule(in.Rank, wholly(p2), in.When...), 1
		if got, err = d.service.TryRule(ctx, operator, in, first.YearID); err != nil || got.Trial.Taken.Lines != 4 || got.Trial.Unsettled.Lines != 0 {
			t.Errorf("in its own place it would %+v, %v", got.Trial, err)
		}
		in.ID, in.Version = 0, 0
		if got, err = d.service.TryRule(ctx, operator, in, first.YearID); err != nil || got.Trial.Taken.Lines != 0 || got.Trial.Unsettled.Lines != 4 {
			t.Errorf("beside one that contradicts it it would %+v, %v", got.Trial, err)
		}
		_, err = d.service.TryRule(ctx, operator, in, 999_999)
		d.expectFault(err, fault.KindNotFound, "fiscal_year.not_found")
	})
}

func TestProposeRules(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1", "P2")
		p := d.newPosting(func(p *Posting) { p.Contract = "2024-15018" })
		if got, err := d.service.ProposeRules(ctx, operator, d.org.ID, p.ID); err != nil || got != nil {
			t.Errorf("of an untouched line: %v, %v", got, err)
		}
		if err := d.allocate(p.ID, p.Amount, PartInput{Project: d.projects["P1"], ShareBP: 6000}, PartInput{Project: d.projects["P2"], ShareBP: 4000}); err != nil {
			t.Fatal(err)
		}
		got, err := d.service.ProposeRules(ctx, operator, d.org.ID, p.ID)
		if err != nil || len(got) < 2 || got[0].Rank != reconcile.RankContract || got[0].Then.Parts[0].ShareBP != 6000 {
			t.Fatalf("proposed %+v, %v", got, err)
		}
		got[0].Name = "Marché 2024-15018"
		id, err := d.service.SaveRule(ctx, operator, got[0])
		if err == nil {
			err = d.service.ActivateRule(ctx, operator, d.org.ID, id, 1)
		}
		if err != nil {
			t.Fatal(err)
		}
		if next := d.newPosting(func(p *Posting) { p.Contract, p.Amount = "2024-15018", euros(10) }); d.suggested(next.ID) != "P1=6.00 P2=4.00 agreed contract" {
			t.Errorf("of the next line it makes %q", d.suggested(next.ID))
		}
		out := d.newPosting(nil)
		if err := d.service.Exclude(ctx, operator, ExcludeInput{Organisation: d.org.ID, Posting: out.ID, Residual: out.Amount, Reason: "Fluides"}); err != nil {
			t.Fatal(err)
		}
		if got, err = d.service.ProposeRules(ctx, operator, d.org.ID, out.ID); err != nil || len(got) == 0 || !got[0].Then.Exclude || got[0].Then.Reason != "Fluides" {
			t.Errorf("of an exclusion: %+v, %v", got, err)
		}
	})
}

func TestRulesNeverFired(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		d.rule(reconcile.RankLabel, wholly(d.projects["P1"]), has(reconcile.FieldLabel, "maintenance"))
		idle := d.rule(reconcile.RankLabel, wholly(d.projects["P1"]), has(reconcile.FieldLabel, "never seen"))
		if _, err := d.service.SaveRule(ctx, operator, RuleInput{Organisation: d.org.ID, Name: "draft", Rank: 8, When: []reconcile.Condition{has(reconcile.FieldLabel, "draft")}, Then: wholly(d.projects["P1"])}); err != nil {
			t.Fatal(err)
		}
		if err := d.take(d.newPosting(nil).ID); err != nil {
			t.Fatal(err)
		}
		got, err := d.service.RulesNeverFired(ctx, operator, d.org.ID)
		if err != nil || len(got) != 1 || got[0].ID != idle {
			t.Errorf("never fired: %+v, %v", got, err)
		}
		all, err := d.service.Rules(ctx, operator, d.org.ID)
		if err != nil || len(all) != 3 || all[0].Used.Lines != 1 {
			t.Errorf("rules: %+v, %v", all, err)
		}
	})
}
