package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/pdf"
)

func (s *site) requestShow(c *fiber.Ctx) error {
	rep, err := s.requestAt(c)
	if err != nil {
		return err
	}
	page := views.RequestPage{Base: s.requestFrame(c, views.ProjectTitle(rep.Request.Code(), rep.Request.Title), rep), Report: rep, Zone: s.config.Location}
	page.Trail = page.Trail[:len(page.Trail)-1] // it is the page itself
	if rep.Editable && rep.Request.State != portfolio.RequestCandidate {
		if page.Similar, err = s.deps.Portfolio.SimilarTo(c.UserContext(), actor(c), rep.Request.ID); err != nil {
			return err
		}
	}
	if page.DecisionURL, err = s.decisionBehind(c, rep.Request.Decision); err != nil {
		return err
	}
	return s.render(c, page.Page())
}

// decisionBehind is the page of a decision; "" when there is none, or none that the reader may open.
func (s *site) decisionBehind(c *fiber.Ctx, ref portfolio.DecisionRef) (string, error) {
	if ref == 0 {
		return "", nil
	}
	_, err := s.deps.Governance.Decision(c.UserContext(), actor(c), governance.DecisionID(ref))
	if f := fault.As(err); f != nil && (f.Kind == fault.KindNotFound || f.Kind == fault.KindForbidden) {
		return "", nil
	}
	return views.SubjectURL("decision", int64(ref)), err
}

func (s *site) requestPDF(c *fiber.Ctx) error {
	rep, err := s.requestAt(c)
	if err != nil {
		return err
	}
	body, err := pdf.Request(rep, s.printer(c).Lang, s.config.Location)
	if err != nil {
		return err
	}
	return sendPDF(c, rep.Request.Code()+".pdf", body)
}

// requestStep is the page of a step of a request, with the form that takes it.
func requestStep(step portfolio.RequestStep) func(*site, *fiber.Ctx) error {
	t, _ := portfolio.TransitionOf(step)
	need := identity.PermExamineRequest
	if slices.Contains(t.By, portfolio.HandRequester) {
		need = identity.PermRequest
	}
	return func(s *site, c *fiber.Ctx) error {
		rep, err := s.requestAt(c)
		if err != nil {
			return err
		}
		open := slices.ContainsFunc(rep.Steps, func(x portfolio.Transition) bool { return x.Step == step })
		if !open && c.Method() != fiber.MethodPost {
			return refuseStep(rep, need)
		}
		q, p := rep.Request, s.printer(c)
		page := views.FormPage{Base: s.requestFrame(c, p.T("request.step."+string(step)), rep), Heading: p.T("request.step.of", p.T("request.step."+string(step)), views.ProjectTitle(q.Code(), q.Title)),
			Intro: []string{p.T("request.step.text." + string(step))}}
		page.Form = page.NewForm(views.RequestURL(q.ID, string(step)), p.T("request.step."+string(step)), views.RequestURL(q.ID), q.Version, p.StepFields(t, q)...)
		page.Form.Danger = step == portfolio.StepWithdraw || step == portfolio.StepRefuse
		return s.edit(c, edit{page: page, done: "flash.request_step", save: func(in *input) (string, error) {
			taken := portfolio.StepInput{Step: step, Today: s.today()}
			if t.Reason {
				taken.Reason = in.lines("reason")
			}
			if t.Later {
				taken.ReconsiderOn = in.date("reconsider_on")
			}
			if err := in.err(); err != nil {
				return "", err
			}
			_, err := s.deps.Portfolio.StepRequest(c.UserContext(), actor(c), q.ID, in.version(), taken)
			return views.RequestURL(q.ID), err
		}})
	}
}

// refuseStep says why a step is not offered: it is not the reader's to take, or the request is not where it leads on from.
func refuseStep(rep portfolio.RequestReport, need identity.Permission) error {
	mine := rep.Examines
	if need == identity.PermRequest {
		mine = rep.Writes
	}
	if !mine {
		return fault.Forbidden("permission.denied", string(need))
	}
	return fault.Conflict("request.no_step", rep.Request.Code())
}

// requestSkills is the plan of the days that a request needs.
func (s *site) requestSkills(c *fiber.Ctx) error {
	rep, err := s.requestTo(c, func(r portfolio.RequestReport) bool { return r.Editable }, identity.PermExamineRequest)
	if err != nil {
		return err
	}
	q, p := rep.Request, s.printer(c)
	page := &views.DaysPage{Base: s.requestFrame(c, p.T("request.skills.edit"), rep), Intro: []string{p.T("request.skills.text")}}
	page.SetDays(rep.Skills, rep.Quarters, s.today())
	page.Form = page.NewForm(views.RequestURL(q.ID, "skills"), p.T("register.save"), views.RequestURL(q.ID), q.Version, p.DaysFields(rep.Skills, rep.Quarters, q.Skills)...)
	return s.saveDays(c, page, views.RequestURL(q.ID), func(in *input) error {
		needs := in.days(rep.Skills, rep.Quarters, false)
		if err := in.err(); err != nil {
			return err
		}
		_, err := s.deps.Portfolio.PlanRequestSkills(c.UserContext(), actor(c), q.ID, in.version(), needs)
		return err
	})
}

// requestSubmissions holds two submissions of a request side by side.
func (s *site) requestSubmissions(c *fiber.Ctx) error {
	rep, err := s.requestAt(c)
	if err != nil {
		return err
	}
	number := func(name string) int {
		n, err := strconv.Atoi(query(c).Get(name))
		if err != nil || n < 1 {
			return 0
		}
		return n
	}
	compared, err := s.deps.Portfolio.CompareSubmissions(c.UserContext(), actor(c), rep.Request.ID, number("before"), number("after"))
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.SubmissionsPage{Base: s.requestFrame(c, p.T("request.compare"), rep), ID: rep.Request.ID, Comparison: compared, Zone: s.config.Location}
	return s.render(c, page.Page())
}

// requestSimilar lists what may be about the same as what was typed so far. It is a page of its own; the form of a request shows its table below itself.
func (s *site) requestSimilar(c *fiber.Ctx) error {
	r, err := s.roadmapFor(c, identity.PermRequest)
	if err != nil {
		return err
	}
	except, _ := strconv.ParseInt(query(c).Get("except"), 10, 64) // anything else leaves nothing out
	asked := portfolio.SimilarQuery{Title: shorten(text(query(c).Get("title"))), Need: shorten(text(query(c).Get("need"))), Except: portfolio.RequestID(except)}
	hits, err := s.deps.Portfolio.Similar(c.UserContext(), actor(c), r.ID, asked)
	if err != nil {
		return err
	}
	p := s.printer(c)
	b := s.roadmapFrame(c, p, p.T("request.similar"), r)
	return s.render(c, views.SectionsPage{Base: b, Lead: []string{p.T("request.similar.text")}, Sections: []views.Section{b.SimilarSection(hits)}})
}

// mostTyped is how much of a text is compared.
const mostTyped = 2000

func shorten(s string) string {
	if runes := []rune(s); len(runes) > mostTyped {
		return string(runes[:mostTyped])
	}
	return s
}
