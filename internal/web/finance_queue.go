package web

import (
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/identity"
	"jalon/views"
)

var financeQueueRoutes = slices.Concat([]route{
	page("/organisations/:id/finance/queue", identity.PermReadLedger, (*site).queue),
	page("/organisations/:id/finance/queue/bulk", identity.PermReconcile, (*site).queueBulk),
	act("/organisations/:id/finance/queue/bulk/apply", identity.PermReconcile, (*site).queueBulk),
	page("/organisations/:id/finance/queue/:posting", identity.PermReadLedger, (*site).queueLine),
	act("/organisations/:id/finance/queue/:posting/take", identity.PermReconcile, (*site).queueTake),
	act("/organisations/:id/finance/queue/:posting/split", identity.PermReconcile, (*site).queueSplit),
	act("/organisations/:id/finance/queue/:posting/exclude", identity.PermReconcile, (*site).queueExclude),
	act("/organisations/:id/finance/queue/:posting/accept", identity.PermReconcile, (*site).queueAccept),
	act("/organisations/:id/finance/queue/:posting/reopen", identity.PermReconcile, (*site).queueReopen),
	page("/organisations/:id/finance/queue/:posting/rules", identity.PermReconcile, (*site).queueRules),
	page("/organisations/:id/finance/batches/:batch", identity.PermReadLedger, (*site).batchShow),
	act("/organisations/:id/finance/batches/:batch/undo", identity.PermReconcile, (*site).batchUndo),
	page("/organisations/:id/finance/postings/:posting/allocations", identity.PermReadLedger, (*site).allocations),
	form("/organisations/:id/finance/postings/:posting/allocations/:target", identity.PermReconcile, (*site).allocationMove),
}, financeRuleRoutes, financeCommitmentRoutes)

// queueFilter reads how the queue is narrowed. What cannot be is left out: the page shows what it is about.
func queueFilter(c *fiber.Ctx) finance.QueueFilter {
	q := query(c)
	get := func(name string) string { return (&input{values: q}).text(name) }
	f := finance.QueueFilter{Text: get("q")}
	if utf8.RuneCountInString(f.Text) > maxSearch || (finance.QueueFilter{Text: f.Text}).Validate() != nil {
		f.Text = ""
	}
	if state := get("state"); state == finance.StateAccepted || state == finance.StateAll {
		f.State = state
	}
	if get("order") == string(finance.OrderByAge) {
		f.Order = finance.OrderByAge
	}
	f.Year, _ = strconv.ParseInt(get("year"), 10, 64)
	f.Age, _ = strconv.Atoi(get("age"))
	f.Year, f.Age = max(f.Year, 0), min(max(f.Age, 0), maxAge)
	f.After = get("after")
	if f.Validate() != nil {
		f.After = ""
	}
	return f
}

// maxAge is more days than any line waits.
const maxAge = 100_000

// queue lists what is not allocated.
func (s *site) queue(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	ctx, who := c.UserContext(), actor(c)
	page := views.QueuePage{Organisation: o}
	if page.Queue, err = s.deps.Finance.Queue(ctx, who, o.ID, queueFilter(c)); err != nil {
		return err
	}
	if page.Calendar, err = s.deps.Finance.FiscalYears(ctx, who, o.ID); err != nil {
		return err
	}
	settings, err := s.deps.Finance.Settings(ctx, who, o.ID)
	if err != nil {
		return err
	}
	page.Basis = settings.AmountBasis
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartQueue, p.T("finance.part.queue"))
	return s.render(c, page)
}

// picker makes the projects of an organisation ready to be named.
func (s *site) picker(c *fiber.Ctx, o identity.Organisation) (views.Picker, error) {
	lines, err := s.deps.Finance.FinanceCodes(c.UserContext(), actor(c), o.ID)
	projects := make([]finance.Project, len(lines))
	for i, l := range lines {
		projects[i] = l.Project
	}
	return views.NewPicker(projects), err
}

// queueDetail loads a line of the queue with its page.
func (s *site) queueDetail(c *fiber.Ctx, perm identity.Permission) (page views.QueueLinePage, err error) {
	if page.Organisation, err = s.books(c, perm); err != nil {
		return page, err
	}
	id, err := number(c, "posting")
	if err != nil {
		return page, err
	}
	o, ctx, who := page.Organisation, c.UserContext(), actor(c)
	page.Filter = queueFilter(c)
	if page.Detail, err = s.deps.Finance.QueueLine(ctx, who, o.ID, finance.PostingID(id), page.Filter); err != nil {
		return page, err
	}
	if page.Calendar, err = s.deps.Finance.FiscalYears(ctx, who, o.ID); err != nil {
		return page, err
	}
	settings, err := s.deps.Finance.Settings(ctx, who, o.ID)
	if err != nil {
		return page, err
	}
	page.Basis = settings.AmountBasis
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartQueue, p.PostingTitle(&page.Detail.Posting))
	page.Trail = append(page.Trail, views.Link{Text: p.T("finance.part.queue"), URL: views.QueueURL(o.ID, page.Filter)})
	page.Path = views.QueueLineURL(o.ID, finance.PostingID(id), finance.QueueFilter{})
	if page.Waits() {
		if page.Picker, err = s.picker(c, o); err != nil {
			return page, err
		}
	}
	page.SetForms(rowsOf(query(c).Get("rows")))
	return page, nil
}

// rowsOf is how many rows a form offers.
func rowsOf(raw string) int {
	n, err := strconv.Atoi(raw)
	if err != nil || n < views.SplitRows {
		return views.SplitRows
	}
	return min(n, views.MostSplitRows)
}

func (s *site) queueLine(c *fiber.Ctx) error {
	page, err := s.queueDetail(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	return s.render(c, &page)
}

// queueRules offers the rules that would have done what was done with a line.
func (s *site) queueRules(c *fiber.Ctx) error {
	page, err := s.queueDetail(c, identity.PermReconcile)
	if err != nil {
		return err
	}
	o, e := page.Organisation, &page.Detail.Posting
	proposed, err := s.deps.Finance.ProposeRules(c.UserContext(), actor(c), o.ID, e.ID)
	if err != nil {
		return err
	}
	picker, err := s.picker(c, o)
	if err != nil {
		return err
	}
	p := s.printer(c)
	proposals := views.ProposalsPage{Base: page.Base, Organisation: o, Posting: e.ID, Calendar: page.Calendar, Picker: picker, Rules: proposed}
	proposals.Title = p.T("rules.proposed", page.Title)
	proposals.Path = cleanPath(c)
	proposals.Trail = append(proposals.Trail, views.Link{Text: page.Title, URL: page.URL()})
	return s.render(c, proposals.Page())
}
