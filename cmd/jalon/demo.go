package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"jalon/identity"
	"jalon/internal/civil"
	"jalon/internal/database"
	"jalon/internal/demo"
	"jalon/internal/fault"
)

type demoCommand struct {
	Listen string `help:"${help_serve_listen}" env:"JALON_LISTEN" default:"127.0.0.1:8080" placeholder:"ADDRESS"`
	Once   bool   `help:"${help_demo_once}"`
	Date   string `help:"${help_demo_date}" placeholder:"DATE"`
	JSON   bool   `name:"json" help:"${help_json}"`
}

// demoJob is the slot of the run ledger that says whether the story was told to its end.
const demoJob = "demo"

// Run loads the demonstration authority, writes its packs and serves the site.
func (c demoCommand) Run(p *program) error {
	if err := loopback(c.Listen); err != nil && !c.Once {
		return err
	}
	day, err := parseDate("--date", c.Date)
	if err != nil {
		return err
	}
	if day.IsZero() {
		day = civil.DateOf(clock(), p.config.location())
	}
	day = day.MonthOf().First()
	story := &demo.Clock{}
	s, err := p.open(story.Now)
	if err != nil {
		return err
	}
	defer s.db.Close()
	if day, err = c.load(p, s, story, day); err != nil {
		return err
	}
	packs, err := c.writePacks(p, s, day)
	if err != nil {
		return err
	}
	exports, err := p.writeExports(day)
	if err != nil {
		return err
	}
	answer := struct {
		Packs    []packJSON `json:"packs"`
		Exports  []string   `json:"exports"` // of the finance system; those of the newest month are not imported
		Database string     `json:"database"`
	}{packs, exports, redactURL(p.config.Database)}
	if err := p.print(c.JSON, answer, func(w io.Writer) {
		for _, k := range packs {
			fmt.Fprintln(w, k.File)
		}
		fmt.Fprintln(w, p.text.T("demo.exports", strings.Join(exports, ", ")))
		fmt.Fprintln(w, p.text.T("demo.database", answer.Database))
	}); err != nil {
		return err
	}
	if c.Once {
		return nil
	}
	if _, err := s.identity.UserByEmail(p.ctx, p.actor, demo.Accounts()[0].Email); fault.KindOf(err) == fault.KindNotFound {
		return fault.Conflict("demo.without_accounts", answer.Database)
	}
	p.say("demo.day", p.text.LongDate(day))
	p.say("demo.sign_in", demo.Password)
	notices := []string{p.text.T("demo.notice", demo.Password)}
	for _, a := range demo.AllAccounts() {
		roles := make([]string, len(a.Roles))
		for i, r := range a.Roles {
			roles[i] = p.text.T("role." + string(r))
		}
		line := p.text.T("demo.account", a.Email, a.Name, strings.Join(roles, ", "))
		fmt.Fprintln(p.stderr, "  "+line)
		notices = append(notices, line)
	}
	// The site's clock starts on the day of the demonstration: its figures are of that day.
	began, from := clock(), day.At(9, 0, p.config.location())
	running := func() time.Time { return from.Add(clock().Sub(began)) }
	return p.serve(wire(s.db, running), serveCommand{Listen: c.Listen, notices: notices}, running)
}

// refuseKnownPasswords refuses a database with sign-ins of the demonstration: everybody knows their password.
func (p *program) refuseKnownPasswords(s *system) error {
	for _, a := range demo.AllAccounts() {
		u, err := s.identity.UserByEmail(p.ctx, p.actor, a.Email)
		switch {
		case fault.KindOf(err) == fault.KindNotFound:
		case err != nil:
			return err
		case u.Status == identity.StatusActive:
			return fault.Conflict("demo.reachable", u.Email)
		}
	}
	return nil
}

// load tells the story into the database unless it stands there already. It gives the day that the
// story in the database is told on.
func (c demoCommand) load(p *program, s *system, story *demo.Clock, day civil.Date) (civil.Date, error) {
	told := demo.Unroll(day)
	o, err := s.identity.Resolve(p.ctx, p.actor, told.Organisation.Code)
	if err == nil {
		held, err := database.FinishedSlot(p.ctx, s.db.Read(), o.ID, demoJob)
		if err != nil {
			return day, err
		}
		there, err := civil.Parse(held)
		switch {
		case err != nil:
			return day, fault.Conflict("demo.incomplete", redactURL(p.config.Database))
		case c.Date != "" && there != day:
			return day, fault.Conflict("demo.other_day", there, day)
		}
		story.Set(there.At(9, 0, o.Location()))
		return there, nil
	}
	if fault.KindOf(err) != fault.KindNotFound {
		return day, err
	}
	p.say("demo.loading", p.text.LongDate(day))
	services := demo.Services{Identity: s.identity, Portfolio: s.portfolio, Governance: s.governance, Finance: s.finance}
	if err := demo.Load(p.ctx, services, story, told, p.progress(told)); err != nil {
		return day, err
	}
	if o, err = s.identity.Resolve(p.ctx, p.actor, told.Organisation.Code); err != nil {
		return day, err
	}
	slot := database.Slot{OrganisationID: o.ID, Job: demoJob, Slot: day.String()}
	claim, ok, err := database.TryClaim(p.ctx, s.db.Write(), slot, "demo", story.Now(), time.Hour)
	if err != nil || !ok {
		return day, err
	}
	if err := claim.Finish(p.ctx, s.db.Write(), story.Now(), "told"); err != nil {
		return day, err
	}
	return day, s.db.Optimise(p.ctx)
}

// progress writes one line a month of the story on a terminal, and nothing when piped.
func (p *program) progress(told demo.Story) func(day civil.Date) {
	if !isTerminal(p.stderr) {
		return nil
	}
	return func(day civil.Date) {
		if day.Day() == 1 {
			fmt.Fprintf(p.stderr, "\r%s  ", p.text.LongDate(day))
		}
		if day == told.Day {
			fmt.Fprintln(p.stderr)
		}
	}
}

// writeExports writes the newest exports of the finance system into the data folder, for whoever tries an import.
func (p *program) writeExports(day civil.Date) ([]string, error) {
	out := []string{}
	for _, x := range demo.Unroll(day).NewestExports() {
		file := filepath.Join(p.config.DataDir, "finance", x.Name)
		if err := writeFile(file, x.Data); err != nil {
			return nil, err
		}
		out = append(out, file)
	}
	return out, nil
}

// writePacks writes every pack of the demonstration into the packs folder.
func (c demoCommand) writePacks(p *program, s *system, day civil.Date) ([]packJSON, error) {
	cards, err := s.governance.Committees(p.ctx, p.actor, 0, day.At(9, 0, p.config.location()))
	if err != nil {
		return nil, err
	}
	told := demo.Unroll(day)
	mine := map[string]bool{}
	for _, m := range told.Committees {
		mine[m.Code] = true
	}
	out := []packJSON{}
	for _, card := range cards {
		if !mine[card.Code] {
			continue
		}
		for i := len(card.Packs) - 1; i >= 0; i-- {
			k, pdf, err := s.governance.PackPDF(p.ctx, p.actor, int64(card.Packs[i].ID))
			if err != nil {
				return nil, err
			}
			file := filepath.Join(p.config.packsDir(), k.FileName())
			if err := writeFile(file, pdf); err != nil {
				return nil, err
			}
			out = append(out, jsonOf(k, file))
		}
	}
	return out, nil
}
