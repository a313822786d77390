package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

var financeRuleRoutes = []route{
	page("/organisations/:id/finance/rules", identity.PermReadLedger, (*site).rules),
	form("/organisations/:id/finance/rules/new", identity.PermReconcile, (*site).ruleNew),
	page("/organisations/:id/finance/rules/rerun", identity.PermReconcile, (*site).rulesRerun),
	act("/organisations/:id/finance/rules/rerun/apply", identity.PermReconcile, (*site).rulesRerun),
	page("/organisations/:id/finance/rules/:rule", identity.PermReadLedger, (*site).ruleShow),
	form("/organisations/:id/finance/rules/:rule/edit", identity.PermReconcile, (*site).ruleEdit),
	page("/organisations/:id/finance/rules/:rule/try", identity.PermReconcile, (*site).ruleTry),
	act("/organisations/:id/finance/rules/:rule/activate", identity.PermReconcile, (*site).ruleActivate),
	form("/organisations/:id/finance/rules/:rule/retire", identity.PermReconcile, (*site).ruleRetire),
}

// ruleFrame is what every page about rules is made of.
type ruleFrame struct {
	organisation identity.Organisation
	picker       views.Picker
	years        finance.Calendar
}

func (s *site) ruleFrame(c *fiber.Ctx, perm identity.Permission) (f ruleFrame, err error) {
	if f.organisation, err = s.books(c, perm); err != nil {
		return f, err
	}
	if f.picker, err = s.picker(c, f.organisation); err != nil {
		return f, err
	}
	f.years, err = s.deps.Finance.FiscalYears(c.UserContext(), actor(c), f.organisation.ID)
	return f, err
}

// rules lists the rules of an organisation.
func (s *site) rules(c *fiber.Ctx) error {
	f, err := s.ruleFrame(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	page := views.RulesPage{Organisation: f.organisation, Calendar: f.years, Picker: f.picker}
	if page.Rules, err = s.deps.Finance.Rules(c.UserContext(), actor(c), f.organisation.ID); err != nil {
		return err
	}
	if page.NeverFired, err = s.deps.Finance.RulesNeverFired(c.UserContext(), actor(c), f.organisation.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, f.organisation, views.PartRules, p.T("rules.title"))
	return s.render(c, page.Page())
}

// rule loads the rule of the address.
func (s *site) rule(c *fiber.Ctx, perm identity.Permission) (page views.RulePage, err error) {
	f, err := s.ruleFrame(c, perm)
	if err != nil {
		return page, err
	}
	page.Organisation, page.Picker, page.Calendar = f.organisation, f.picker, f.years
	id, err := number(c, "rule")
	if err != nil {
		return page, err
	}
	if page.Rule, err = s.deps.Finance.Rule(c.UserContext(), actor(c), f.organisation.ID, id); err != nil {
		return page, err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, f.organisation, views.PartRules, p.RuleName(page.Rule.RuleVersion))
	page.Trail = append(page.Trail, views.Link{Text: p.T("rules.title"), URL: views.BooksPartURL(f.organisation.ID, views.PartRules)})
	return page, nil
}

func (s *site) ruleShow(c *fiber.Ctx) error {
	page, err := s.rule(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// inputOf is a version of a rule as its author would write it again.
func inputOf(organisation int64, v finance.RuleVersion) finance.RuleInput {
	return finance.RuleInput{Organisation: organisation, ID: v.ID, Version: v.Version, Name: v.Name, Rank: v.Rank, Priority: v.Priority, From: v.From, To: v.To, When: v.When, Then: v.Then}
}

// latestYear is the fiscal year of a query, else the one of today, else the last one; 0 when there is none.
func (s *site) latestYear(years finance.Calendar, raw string) int64 {
	id, _ := strconv.ParseInt(raw, 10, 64)
	if y, known := years.Year(id); known {
		return y.ID
	}
	if y, known := years.Of(s.today()); known {
		return y.ID
	}
	if n := len(years.Years); n > 0 {
		return years.Years[n-1].ID
	}
	return 0
}

// ruleTry says what the newest version of a rule would do with the past.
func (s *site) ruleTry(c *fiber.Ctx) error {
	rule, err := s.rule(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	o := rule.Organisation
	page := views.TrialPage{Base: rule.Base, Organisation: o, Calendar: rule.Calendar, Rule: rule.Rule, Year: s.latestYear(rule.Calendar, query(c).Get("year"))}
	page.Title = page.T("rules.try.title", rule.Title)
	page.Trail = append(page.Trail, views.Link{Text: rule.Title, URL: views.RuleURL(o.ID, rule.Rule.ID)})
	if page.Year != 0 {
		if page.Trial, err = s.deps.Finance.TryRule(c.UserContext(), actor(c), inputOf(o.ID, rule.Rule.Versions[0]), page.Year); err != nil {
			return err
		}
	}
	return s.render(c, page.Page())
}

func (s *site) ruleActivate(c *fiber.Ctx) error {
	page, err := s.rule(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	return s.act(c, "flash.rule_active", func(in *input) (string, error) {
		err := s.deps.Finance.ActivateRule(c.UserContext(), actor(c), page.Organisation.ID, page.Rule.ID, int(in.version()))
		return views.RuleURL(page.Organisation.ID, page.Rule.ID), s.once(c, err)
	})
}

// ruleRetire takes a rule out of force.
func (s *site) ruleRetire(c *fiber.Ctx) error {
	rule, err := s.rule(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	here := views.RuleURL(rule.Organisation.ID, rule.Rule.ID)
	page := views.FormPage{Base: rule.Base, Intro: []string{rule.T("rules.retire.text")}}
	page.Title = rule.T("rules.retire.title", rule.Title)
	page.Trail = append(page.Trail, views.Link{Text: rule.Title, URL: here})
	page.Form = page.NewForm(here+"/retire", rule.T("rules.retire"), here, int64(rule.Rule.Versions[0].Version), views.Field{Name: "reason", Label: rule.T("movement.reason"), Required: true, MaxSize: 500})
	page.Form.Danger = true
	return s.edit(c, edit{page: page, done: "flash.rule_retired", save: func(in *input) (string, error) {
		err := s.deps.Finance.RetireRule(c.UserContext(), actor(c), rule.Organisation.ID, rule.Rule.ID, int(in.version()), in.text("reason"))
		return here, s.once(c, err)
	}})
}

// rulesRerun shows what running the rules again on the open periods of a year would change, and runs them.
func (s *site) rulesRerun(c *fiber.Ctx) error {
	f, err := s.ruleFrame(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	o, p := f.organisation, s.printer(c)
	page := views.RerunPage{Base: s.booksBase(c, p, o, views.PartRules, p.T("rules.rerun")), Organisation: o, Calendar: f.years, Year: s.latestYear(f.years, query(c).Get("year"))}
	page.Trail = append(page.Trail, views.Link{Text: p.T("rules.title"), URL: views.BooksPartURL(o.ID, views.PartRules)})
	if c.Method() == fiber.MethodPost {
		page.Path = views.BooksPartURL(o.ID, views.PartRules, "rerun")
		in := s.input(c)
		var batch int64
		var err error = fault.Invalid("rules.rerun_nothing")
		if in.text("year") != "" && in.text("token") != "" {
			page.Year, _ = strconv.ParseInt(in.text("year"), 10, 64)
			batch, err = s.deps.Finance.RerunRules(c.UserContext(), actor(c), o.ID, page.Year, in.text("token"))
		}
		switch {
		case err == nil:
			s.flash(c, "flash.rerun")
			return s.see(c, views.BatchURL(o.ID, batch))
		case s.wasDone(c, err):
			return s.batchAgain(c, o.ID)
		}
		switch fault.KindOf(err) {
		case fault.KindInvalid, fault.KindStale, fault.KindConflict:
		default:
			return err
		}
		c.Status(statusOf(err))
		page.Message = page.Fault(err)
	}
	if page.Year != 0 {
		if page.Preview, err = s.deps.Finance.RerunPreview(c.UserContext(), actor(c), o.ID, page.Year); err != nil {
			return err
		}
	}
	return s.render(c, page.Page())
}

// proposal is a rule that was proposed for an entry, by its place among them; the empty rule when there is none.
func (s *site) proposal(c *fiber.Ctx, o identity.Organisation) (finance.RuleInput, error) {
	none := finance.RuleInput{Organisation: o.ID}
	posting, err := strconv.ParseInt(query(c).Get("posting"), 10, 64)
	if err != nil {
		return none, nil
	}
	proposed, err := s.deps.Finance.ProposeRules(c.UserContext(), actor(c), o.ID, finance.PostingID(posting))
	n, _ := strconv.Atoi(query(c).Get("proposal"))
	if err != nil || n < 1 || n > len(proposed) {
		return none, err
	}
	return proposed[n-1], nil
}

// readRule reads a rule as it was typed.
func (in *input) readRule(f ruleFrame, r finance.RuleInput) finance.RuleInput {
	r.Organisation, r.Name, r.Priority, r.From, r.To = f.organisation.ID, in.text("name"), int(min(max(in.integer("priority"), -1000), 1000)), in.date("from"), in.date("to")
	r.When = in.conditions(f)
	if raw := in.text("rank"); raw == "" {
		r.Rank = reconcile.Surest(r.When)
	} else {
		r.Rank = reconcile.Rank(min(in.key("rank"), 100))
	}
	r.Then = reconcile.Action{Reason: in.text("reason")}
	switch in.text("then") {
	case views.TargetExcluded:
		r.Then.Exclude = true
		for n := range views.MostRuleParts {
			if row := "project_" + strconv.Itoa(n+1); in.has(row) && in.text(row) != "" {
				in.wrong.Add(row, "reconcile.rule.exclude_parts")
			}
		}
		return r
	case views.TargetProject:
		r.Then.Reason = ""
	default:
		in.wrong.Add("then", "input.choice")
	}
	rows := min(max(int(in.integer("rows")), 1), views.MostRuleParts)
	for _, p := range in.partRows(f.picker, rows, f.organisation.Currency, true) {
		part := reconcile.Part{Project: int64(p.Project), ShareBP: p.ShareBP, Fixed: p.Amount, HasFixed: p.Amount != 0, FiscalYear: in.key("year_" + strconv.Itoa(p.row))}
		r.Then.Parts = append(r.Then.Parts, part)
	}
	return r
}
