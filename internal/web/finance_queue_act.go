package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/reconcile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/views"
)

// anchorLine is where the page of a line begins: the next line opens there, with the focus on its name.
const anchorLine = "#line"

// left reads what the person saw of a line.
func (in *input) left() money.Amount {
	n, err := strconv.ParseInt(in.text("left"), 10, 64)
	if err != nil {
		return 0 // nothing was seen: whatever is left is something else
	}
	return money.Amount(n)
}

// queueAct does something with a line and goes on with the next one. form is the form of the page that was sent, if it is one.
func (s *site) queueAct(c *fiber.Ctx, done string, form func(*views.QueueLinePage) *views.Form, work func(page *views.QueueLinePage, in *input) error) error {
	page, err := s.queueDetail(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	in := s.input(c)
	if n := in.text("rows"); n != "" && page.Waits() {
		page.SetForms(rowsOf(n))
	}
	sent := &views.Form{}
	if form != nil {
		sent = form(&page)
	}
	in.bound(sent.Fields)
	err = work(&page, in)
	if err == nil || s.wasDone(c, err) {
		return s.queueGoOn(c, page, done)
	}
	if fault.KindOf(err) == fault.KindStale || fault.KindOf(err) == fault.KindConflict {
		return s.queueOvertaken(c, in, err)
	}
	page.Message = refusal(&page, sent, err)
	return s.refuse(c, &page, sent, in, err)
}

// refusal is what is said of a form of one button, which cannot say so itself.
func refusal(page *views.QueueLinePage, form *views.Form, err error) string {
	if f := fault.As(err); len(form.Fields) > 0 || f == nil || !page.Has(f.Key) {
		return ""
	}
	return page.Fault(err)
}

// queueGoOn leads to the line behind the one that was done with, or back to it while something of it waits.
func (s *site) queueGoOn(c *fiber.Ctx, page views.QueueLinePage, done string) error {
	o, id := page.Organisation.ID, page.Detail.Posting.ID
	now, err := s.deps.Finance.QueueLine(c.UserContext(), actor(c), o, id, page.Filter)
	if err != nil {
		return err
	}
	next := page.Detail.Next
	switch {
	case now.Residual != 0 && now.State == finance.StateOpen:
		next = id
	case next == 0:
		next = page.Detail.Previous
	}
	s.flash(c, done)
	if next == 0 {
		return s.see(c, views.QueueURL(o, page.Filter))
	}
	if err := s.see(c, views.QueueLineURL(o, next, page.Filter)); err != nil {
		return err
	}
	c.Set(fiber.HeaderLocation, c.GetRespHeader(fiber.HeaderLocation)+anchorLine)
	return nil
}

// queueOvertaken shows a line as it stands now to somebody who was too late, with what happened to it and what they had typed.
func (s *site) queueOvertaken(c *fiber.Ctx, in *input, err error) error {
	page, failed := s.queueDetail(c, identity.PermReconcile)
	if failed != nil {
		return failed
	}
	page.Message = page.Fault(err)
	if fault.KindOf(err) == fault.KindStale {
		page.Message += " " + page.WhatHappened()
	}
	if n := in.text("rows"); n != "" {
		page.SetForms(rowsOf(n))
		for i := range page.Split.Fields {
			if f := &page.Split.Fields[i]; f.Type != "hidden" {
				f.Value = in.shown(f.Name)
			}
		}
	}
	c.Status(statusOf(err))
	return s.render(c, &page)
}

func (s *site) queueTake(c *fiber.Ctx) error {
	return s.queueAct(c, "flash.allocated", nil, func(page *views.QueueLinePage, in *input) error {
		return s.deps.Finance.TakeSuggestion(c.UserContext(), actor(c), finance.TakeInput{Organisation: page.Organisation.ID, Posting: page.Detail.Posting.ID, Residual: in.left(), Suggestion: in.text("suggestion")})
	})
}

// queueSplit gives a line to projects, by amounts and by shares.
func (s *site) queueSplit(c *fiber.Ctx) error {
	form := func(page *views.QueueLinePage) *views.Form { return &page.Split }
	if in := s.input(c); in.has(views.FieldPreview) {
		return s.queueRest(c, in)
	}
	return s.queueAct(c, "flash.allocated", form, func(page *views.QueueLinePage, in *input) error {
		parts := in.parts(page.Picker, page.Rows, page.Organisation.Currency)
		if err := in.err(); err != nil {
			return err
		}
		return s.deps.Finance.Allocate(c.UserContext(), actor(c), finance.AllocateInput{Organisation: page.Organisation.ID, Posting: page.Detail.Posting.ID, Residual: in.left(), Parts: parts, Reason: in.text("reason")})
	})
}

// some reads an amount of which nothing typed means all there is: zero is refused, or who typed it would move all of it.
func (in *input) some(name string, c money.Currency) money.Amount {
	a, given := in.amount(name, c)
	if given && a == 0 {
		in.wrong.Add(name, "input.amount_zero")
	}
	return a
}

// partRow is a part with the row in which it was typed.
type partRow struct {
	finance.PartInput
	row int
}

// partRows reads the rows that share something out. An empty row is none; a project alone takes all of it.
func (in *input) partRows(picker views.Picker, rows int, c money.Currency, amounts bool) []partRow {
	var out []partRow
	for n := 1; n <= rows; n++ {
		row := "_" + strconv.Itoa(n)
		project, share := in.text("project"+row), in.text("share"+row)
		var amount money.Amount
		if amounts {
			amount = in.some("amount"+row, c)
		}
		if project == "" && share == "" && in.text("amount"+row) == "" {
			continue
		}
		p := partRow{finance.PartInput{Amount: amount}, n}
		if share != "" {
			p.ShareBP = int64(in.percent("share" + row))
			if p.ShareBP == 0 && !in.refused("share"+row) {
				in.wrong.Add("share"+row, "allocation.part_share")
			}
		}
		var known bool
		if p.Project, known = picker.Find(project); !known {
			in.wrong.Add("project"+row, "queue.unknown_project", project)
		}
		out = append(out, p)
	}
	if len(out) == 1 && out[0].Amount == 0 && out[0].ShareBP == 0 {
		out[0].ShareBP = reconcile.Whole
	}
	return out
}

// parts is partRows without the rows.
func (in *input) parts(picker views.Picker, rows int, c money.Currency) []finance.PartInput {
	var out []finance.PartInput
	for _, p := range in.partRows(picker, rows, c, true) {
		out = append(out, p.PartInput)
	}
	return out
}

// queueRest says what the typed parts leave of a line, for who works without scripts.
func (s *site) queueRest(c *fiber.Ctx, in *input) error {
	page, err := s.queueDetail(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	page.SetForms(rowsOf(in.text("rows")))
	in.bound(page.Split.Fields)
	parts := in.parts(page.Picker, page.Rows, page.Organisation.Currency)
	if err := in.err(); err != nil {
		return s.refuse(c, &page, &page.Split, in, err)
	}
	for i := range page.Split.Fields {
		page.Split.Fields[i].Value = in.shown(page.Split.Fields[i].Name)
	}
	base, shares := page.Detail.Residual, int64(0)
	for _, p := range parts {
		base -= p.Amount
		shares += p.ShareBP
	}
	rest := base
	if shares > 0 && shares <= reconcile.Whole {
		rest = base.Split([]int64{shares, reconcile.Whole - shares})[1]
	}
	page.Rest = page.RestOf(rest)
	return s.render(c, &page)
}

// queueExclude takes a line, or a part of it, out of the scope.
func (s *site) queueExclude(c *fiber.Ctx) error {
	form := func(page *views.QueueLinePage) *views.Form { return &page.Exclude }
	return s.queueAct(c, "flash.excluded", form, func(page *views.QueueLinePage, in *input) error {
		amount := in.some("amount", page.Organisation.Currency)
		if err := in.err(); err != nil {
			return err
		}
		return s.deps.Finance.Exclude(c.UserContext(), actor(c), finance.ExcludeInput{Organisation: page.Organisation.ID, Posting: page.Detail.Posting.ID, Residual: in.left(), Amount: amount, Reason: in.text("reason")})
	})
}

// queueAccept leaves a line in the queue as known.
func (s *site) queueAccept(c *fiber.Ctx) error {
	form := func(page *views.QueueLinePage) *views.Form { return &page.Known }
	return s.queueAct(c, "flash.known", form, func(page *views.QueueLinePage, in *input) error {
		if err := in.err(); err != nil {
			return err
		}
		return s.deps.Finance.Accept(c.UserContext(), actor(c), finance.AcceptInput{Organisation: page.Organisation.ID, Posting: page.Detail.Posting.ID, Residual: in.left(), Reason: in.text("reason")})
	})
}

// queueReopen lets a known line wait again.
func (s *site) queueReopen(c *fiber.Ctx) error {
	return s.queueAct(c, "flash.saved", nil, func(page *views.QueueLinePage, in *input) error {
		return s.deps.Finance.Reopen(c.UserContext(), actor(c), finance.AcceptInput{Organisation: page.Organisation.ID, Posting: page.Detail.Posting.ID, Residual: in.left()})
	})
}
