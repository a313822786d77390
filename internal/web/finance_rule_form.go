package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/views"
)

// conditions reads the rows of conditions. A row without a field is none.
func (in *input) conditions(f ruleFrame) []reconcile.Condition {
	var out []reconcile.Condition
	rows := min(max(int(in.integer("conditions")), 1), views.MostConditions)
	for n := 1; n <= rows; n++ {
		row := "_" + strconv.Itoa(n)
		c := reconcile.Condition{Field: reconcile.Field(in.text("field" + row)), Op: reconcile.Op(in.text("op" + row))}
		if c.Field == "" {
			continue
		}
		if !slices.Contains(reconcile.Fields(), c.Field) || c.Op.Key() == "" {
			in.wrong.Add("field"+row, "input.choice")
			continue
		}
		c.Value = in.conditionValue("value"+row, c.Field, f)
		if c.Op == reconcile.OpBetween {
			c.To = in.conditionValue("until"+row, c.Field, f)
		}
		out = append(out, c)
	}
	return out
}

// conditionValue reads a value as a rule holds it: amounts in the smallest unit, days as ISO has them, fiscal years by their number.
func (in *input) conditionValue(name string, field reconcile.Field, f ruleFrame) string {
	raw := in.text(name)
	if raw == "" {
		return ""
	}
	switch field {
	case reconcile.FieldAmount:
		a, _ := in.amount(name, f.organisation.Currency)
		return strconv.FormatInt(int64(a), 10)
	case reconcile.FieldDate:
		return in.date(name).String()
	case reconcile.FieldFiscalYear:
		i := slices.IndexFunc(f.years.Years, func(y finance.FiscalYear) bool { return y.Code == raw })
		if i < 0 {
			in.wrong.Add(name, "rules.unknown_year", raw)
			return ""
		}
		return strconv.FormatInt(f.years.Years[i].ID, 10)
	}
	return raw
}

func (s *site) ruleNew(c *fiber.Ctx) error {
	f, err := s.ruleFrame(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	r, err := s.proposal(c, f.organisation)
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, f.organisation, views.PartRules, p.T("rules.new")), Intro: []string{p.T("rules.new.text")}}
	page.Trail = append(page.Trail, views.Link{Text: p.T("rules.title"), URL: views.BooksPartURL(f.organisation.ID, views.PartRules)})
	return s.ruleForm(c, page, f, r, views.BooksPartURL(f.organisation.ID, views.PartRules, "new"), views.BooksPartURL(f.organisation.ID, views.PartRules))
}

// ruleEdit writes a further version of a rule.
func (s *site) ruleEdit(c *fiber.Ctx) error {
	rule, err := s.rule(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	f := ruleFrame{rule.Organisation, rule.Picker, rule.Calendar}
	here := views.RuleURL(f.organisation.ID, rule.Rule.ID)
	page := views.FormPage{Base: rule.Base, Intro: []string{rule.T("rules.edit.text")}}
	page.Title = rule.T("rules.edit.title", rule.Title)
	page.Trail = append(page.Trail, views.Link{Text: rule.Title, URL: here})
	return s.ruleForm(c, page, f, inputOf(f.organisation.ID, rule.Rule.Versions[0]), here+"/edit", here)
}

// ruleForm shows the form of a rule, tries what was typed on the past, or saves it.
func (s *site) ruleForm(c *fiber.Ctx, page views.FormPage, f ruleFrame, r finance.RuleInput, action, back string) error {
	form := views.RuleForm{Rule: r, Picker: f.picker, Years: f.years, Currency: f.organisation.Currency}
	in := s.input(c)
	if c.Method() == fiber.MethodPost { // the rows that were sent
		form.Conditions, _ = strconv.Atoi(in.text("conditions"))
		form.Parts, _ = strconv.Atoi(in.text("rows"))
		form.Conditions, form.Parts = max(form.Conditions, 1), max(form.Parts, 1)
	}
	page.Form = page.NewForm(action, page.T("rules.save"), back, int64(r.Version), page.RuleFields(form)...)
	page.Form.Preview = page.T("rules.try")
	if c.Method() == fiber.MethodPost && in.has(views.FieldPreview) {
		return s.ruleTyped(c, page, f, r, in)
	}
	return s.edit(c, edit{page: page, done: "flash.rule_saved", save: func(in *input) (string, error) {
		typed := in.readRule(f, r)
		if r.ID != 0 {
			typed.Version = int(in.version())
		}
		if err := in.err(); err != nil {
			return back, err
		}
		id, err := s.deps.Finance.SaveRule(c.UserContext(), actor(c), typed)
		if id != 0 {
			back = views.RuleURL(f.organisation.ID, id)
		}
		return back, s.once(c, err)
	}})
}

// ruleTyped shows the form as it was typed, with what the rule would do with the entries of the latest year.
func (s *site) ruleTyped(c *fiber.Ctx, page views.FormPage, f ruleFrame, r finance.RuleInput, in *input) error {
	in.bound(page.Form.Fields)
	typed := in.readRule(f, r)
	err := in.err()
	year := s.latestYear(f.years, "")
	if err == nil && year != 0 {
		var trial finance.RuleTrial
		if trial, err = s.deps.Finance.TryRule(c.UserContext(), actor(c), typed, year); err == nil {
			y, _ := f.years.Year(year)
			page.Outro = page.TrialTexts(f.organisation, y.Code, trial)
		}
	}
	if err != nil {
		return s.refuse(c, &page, &page.Form, in, err)
	}
	for i := range page.Form.Fields {
		if field := &page.Form.Fields[i]; field.Type != "heading" {
			field.Value = in.shown(field.Name)
		}
	}
	if page.Form.Version != 0 {
		page.Form.Version = in.version()
	}
	return s.render(c, page)
}
