package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// postingIDs reads keys of entries, each once. What is none is left out: nobody types them.
func postingIDs(raw []string) []finance.PostingID {
	var out []finance.PostingID
	for _, text := range raw {
		for part := range strings.SplitSeq(text, ",") {
			if n, err := strconv.ParseInt(part, 10, 64); err == nil && n > 0 {
				out = append(out, finance.PostingID(n))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bulkPage reads what is to be done with many lines. A refusal of what was typed stands on the page, and gives its status.
func (s *site) bulkPage(c *fiber.Ctx, values url.Values) (page views.BulkQueuePage, err error) {
	if page.Organisation, err = s.books(c, identity.PermReconcile); err != nil {
		return page, err
	}
	o, ctx, who := page.Organisation, c.UserContext(), actor(c)
	if page.Picker, err = s.picker(c, o); err != nil {
		return page, err
	}
	if page.Rules, err = s.deps.Finance.Rules(ctx, who, o.ID); err != nil {
		return page, err
	}
	settings, err := s.deps.Finance.Settings(ctx, who, o.ID)
	if err != nil {
		return page, err
	}
	p := s.printer(c)
	in := &input{values: values, lang: p.Lang}
	page.Basis, page.What, page.Project = settings.AmountBasis, in.text("what"), in.text("project")
	number := func(name string) int64 { // what cannot be is left out
		n, _ := strconv.ParseInt(in.text(name), 10, 64)
		return max(n, 0)
	}
	page.Input = finance.BulkInput{Organisation: o.ID, Postings: postingIDs(slices.Concat(values["posting"], values["postings"])), Year: number("year"), Rule: number("rule"), MinScore: int(min(number("score"), 100)), Reason: in.text("reason")}
	page.Base = s.booksBase(c, p, o, views.PartQueue, p.T("bulks.title"))
	page.Path = views.BooksPartURL(o.ID, views.PartQueue, "bulk")
	page.Trail = append(page.Trail, views.Link{Text: p.T("finance.part.queue"), URL: views.BooksPartURL(o.ID, views.PartQueue)})
	switch page.What {
	case views.BulkExclude:
		page.Input.Exclude = true
	case views.BulkProject:
		var known bool
		if page.Input.Project, known = page.Picker.Find(page.Project); !known {
			return page, fault.Invalid("queue.unknown_project", page.Project)
		}
	default:
		page.What = views.BulkSuggested
	}
	return page, nil
}

// queueBulk shows what an act on many lines would do, and does it. When anything of it is not so any more, it is shown anew.
func (s *site) queueBulk(c *fiber.Ctx) error {
	sent := c.Method() == fiber.MethodPost
	values := query(c)
	if sent {
		values = s.input(c).values
	}
	page, err := s.bulkPage(c, values)
	if err == nil && sent {
		batch, failed := s.deps.Finance.BulkApply(c.UserContext(), actor(c), page.Input, s.input(c).text("token"))
		if failed == nil {
			s.flash(c, "flash.allocated")
			return s.see(c, views.BatchURL(page.Organisation.ID, batch))
		}
		if s.wasDone(c, failed) {
			return s.batchAgain(c, page.Organisation.ID)
		}
		err = failed
	}
	if err != nil {
		switch fault.KindOf(err) {
		case fault.KindInvalid, fault.KindConflict, fault.KindStale:
		default:
			return err
		}
		c.Status(statusOf(err))
		page.Message = page.Fault(err)
	}
	if fault.KindOf(err) != fault.KindInvalid {
		var failed error
		page.Preview, failed = s.deps.Finance.BulkPreview(c.UserContext(), actor(c), page.Input)
		if failed != nil && fault.KindOf(failed) != fault.KindInvalid {
			return failed
		}
		if failed != nil {
			c.Status(statusOf(failed))
			page.Message = refusedFields(page.Printer, failed)
		}
	}
	return s.render(c, page.Page())
}

// refusedFields writes the reasons of a fault on a page without a form of its own.
func refusedFields(p views.Printer, err error) string {
	f := fault.As(err)
	if f == nil || len(f.Fields) == 0 {
		return p.Fault(err)
	}
	texts := make([]string, len(f.Fields))
	for i, w := range f.Fields {
		texts[i] = p.Field(w.Name) + p.T("list.colon") + p.T(w.Key, w.Args...)
	}
	return strings.Join(texts, p.T("list.semicolon"))
}

// batchAgain leads to what the first submission of a form on many lines did.
func (s *site) batchAgain(c *fiber.Ctx, organisation int64) error {
	receipt, found, err := s.receipt(c)
	if err != nil {
		return err
	}
	s.flash(c, "flash.repeated")
	if found && receipt.Subject == "batch" {
		return s.see(c, views.BatchURL(organisation, receipt.SubjectID))
	}
	return s.see(c, views.BooksPartURL(organisation, views.PartQueue))
}

// batchShow shows what one act allocated.
func (s *site) batchShow(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	id, err := number(c, "batch")
	if err != nil {
		return err
	}
	page := views.BatchPage{Organisation: o}
	if page.Batch, err = s.deps.Finance.Batch(c.UserContext(), actor(c), o.ID, id); err != nil {
		return err
	}
	if page.Picker, err = s.picker(c, o); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartQueue, p.T("batches.title", id))
	page.Trail = append(page.Trail, views.Link{Text: p.T("finance.part.queue"), URL: views.BooksPartURL(o.ID, views.PartQueue)})
	return s.render(c, page.Page())
}

// batchUndo takes back what one act allocated.
func (s *site) batchUndo(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	id, err := number(c, "batch")
	if err != nil {
		return err
	}
	return s.act(c, "flash.undone", func(*input) (string, error) {
		_, err := s.deps.Finance.Undo(c.UserContext(), actor(c), o.ID, id)
		return views.BatchURL(o.ID, id), s.once(c, err)
	})
}
