package web

import (
	"bytes"
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"jalon/finance"
	"jalon/finance/ledgerfile"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/views"
)

var financeFileRoutes = []route{
	page("/organisations/:id/finance/files", identity.PermReadLedger, (*site).files),
	upload("/organisations/:id/finance/files/new", identity.PermImportLedger, (*site).fileNew),
	page("/organisations/:id/finance/files/:file", identity.PermReadLedger, (*site).fileShow),
	form("/organisations/:id/finance/files/:file/mapping", identity.PermImportLedger, (*site).fileMapping),
	act("/organisations/:id/finance/files/:file/book", identity.PermImportLedger, (*site).fileBook),
	act("/organisations/:id/finance/files/:file/drop", identity.PermImportLedger, (*site).fileDrop),
	page("/organisations/:id/finance/files/:file/findings.csv", identity.PermReadLedger, (*site).fileFindings),
	page("/organisations/:id/finance/files/:file/lines/:line", identity.PermReadLedger, (*site).fileLine),
	page("/organisations/:id/finance/postings/:posting", identity.PermReadLedger, (*site).postingShow),
	page("/organisations/:id/finance/profiles", identity.PermReadLedger, (*site).importProfiles),
	page("/organisations/:id/finance/profiles/:profile.json", identity.PermReadLedger, (*site).importProfileFile),
	page("/organisations/:id/finance/profiles/:profile", identity.PermReadLedger, (*site).importProfile),
	form("/organisations/:id/finance/new-profile", identity.PermImportLedger, (*site).importProfileNew),
}

// Limits of an upload of the finance system's files, which are kept as they come.
const (
	ledgerLimit   = 1 << 30
	ledgerTimeout = 30 * time.Minute
)

func (s *site) files(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	q := query(c)
	f := finance.FileFilter{Purpose: q.Get("purpose"), State: q.Get("state")}
	if before, err := strconv.ParseInt(q.Get("before"), 10, 64); err == nil && before > 0 {
		f.Before = finance.FileID(before)
	}
	if f.Validate() != nil {
		f = finance.FileFilter{}
	}
	page := views.FilesPage{Organisation: o, Filter: f}
	if page.Files, err = s.deps.Finance.Files(c.UserContext(), actor(c), o.ID, f); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartFiles, p.T("files.title"))
	return s.render(c, page.Page())
}

// fileNew shows the page of an upload, or takes a file.
func (s *site) fileNew(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermImportLedger)
	if c.Method() == fiber.MethodPost && err == nil && !s.uploads.enter(session(c).User.ID) {
		err = fault.TooMany("imports.busy")
	}
	if err != nil {
		if c.Method() == fiber.MethodPost {
			drain(c, drainedOutside, drainTimeoutOutside)
		}
		return err
	}
	p := s.printer(c)
	page := views.FormPage{Base: s.booksBase(c, p, o, views.PartFiles, p.T("files.new")), Intro: []string{p.T("files.new.text"), p.T("files.new.safe")}}
	back := views.BooksPartURL(o.ID, views.PartFiles)
	page.Form = page.NewForm(views.BooksPartURL(o.ID, views.PartFiles, "new"), p.T("files.submit"), back, 0, p.FileFields(query(c).Get("purpose"))...)
	page.Form.Upload = true
	if c.Method() != fiber.MethodPost {
		return s.render(c, page)
	}
	defer s.uploads.leave(session(c).User.ID)
	defer drain(c, drained, drainTimeout)
	return s.fileTake(c, o, &page)
}

// fileTake keeps a file as it comes, and leads to what it would book.
func (s *site) fileTake(c *fiber.Ctx, o identity.Organisation, page *views.FormPage) error {
	var staged finance.FileID
	err := s.receiveFile(c, ledgerLimit, ledgerTimeout, func(part sentPart) (err error) {
		if part.name == "" {
			return errFileMissing
		}
		ctx, cancel := context.WithTimeout(context.Background(), ledgerTimeout)
		defer cancel()
		c.SetUserContext(ctx)
		keepOnce(c, session(c), part.fields, []byte(part.name))
		in := &input{values: part.fields, lang: page.Lang}
		staged, err = s.deps.Finance.StageFile(c.UserContext(), actor(c), o.ID, finance.StageInput{Name: part.name, Purpose: in.text("purpose"), Body: part.body})
		return err
	})
	in := s.input(c)
	switch {
	case errors.Is(err, errFileTooLarge):
		return s.refuseFile(c, page, in, fiber.StatusRequestEntityTooLarge, page.T("import.too_large", ledgerLimit>>20))
	case errors.Is(err, errFileMissing):
		return s.refuseFile(c, page, in, fiber.StatusUnprocessableEntity, page.T("imports.file.missing"))
	}
	cancel := s.renew(c)
	defer cancel()
	if err != nil {
		return s.refuse(c, page, &page.Form, in, err)
	}
	return s.see(c, views.FileURL(o.ID, staged))
}

// file finds the file of the address.
func (s *site) file(c *fiber.Ctx, perm identity.Permission) (identity.Organisation, finance.File, error) {
	o, err := s.books(c, perm)
	if err != nil {
		return o, finance.File{}, err
	}
	id, err := number(c, "file")
	if err != nil {
		return o, finance.File{}, fault.NotFound("import_file", text(c.Params("file")))
	}
	f, err := s.deps.Finance.File(c.UserContext(), actor(c), finance.FileID(id))
	if err == nil && f.OrganisationID != o.ID {
		err = fault.NotFound("import_file", id)
	}
	return o, f, err
}

// quickFile is up to which size a preview is worked out while the reader waits.
const quickFile = 4 << 20

// fileShow shows what booking a file would do, how far it has come, or what it did.
func (s *site) fileShow(c *fiber.Ctx) error { return s.showFile(c, "") }

// showFile shows a file, with the reason why what was asked for was not done; "": nothing was refused.
func (s *site) showFile(c *fiber.Ctx, refused string) error {
	o, f, err := s.file(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	waits := f.State == finance.FileStaged || f.State == finance.FileRefused
	may := actor(c).May(identity.PermImportLedger, identity.Within(o.ID))
	if waits && may && f.Profile.Name == "" {
		return s.see(c, views.FileURL(o.ID, f.ID)+"/mapping")
	}
	page := views.FilePage{Organisation: o, File: f, Message: refused}
	if waits && may {
		if page.File, page.Working, err = s.previewed(c, f); err != nil {
			return err
		}
	}
	if f.State == finance.FileBooking {
		page.Working = true
	}
	if page.Working {
		page.Progress, _ = s.deps.Finance.Progress(f.ID)
	}
	if page.Findings, err = s.deps.Finance.Findings(c.UserContext(), actor(c), f.ID); err != nil {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartFiles, f.Name)
	page.Trail = append(page.Trail, views.Link{Text: p.T("files.title"), URL: views.BooksPartURL(o.ID, views.PartFiles)})
	return s.render(c, page.Page())
}

// previewed gives a file with its preview: at once where it is small or known already, else it is worked out behind the page.
func (s *site) previewed(c *fiber.Ctx, f finance.File) (finance.File, bool, error) {
	who := actor(c)
	if f.Size <= quickFile {
		done, err := s.deps.Finance.Preview(c.UserContext(), who, f.ID)
		return done, false, err
	}
	finished := make(chan error, 1)
	var done finance.File
	started := s.background.start("preview:"+strconv.FormatInt(int64(f.ID), 10), func(ctx context.Context) {
		var err error
		if done, err = s.deps.Finance.Preview(ctx, who, f.ID); err != nil {
			s.deps.Log.Warn("preview of a file", "file", f.ID, "error", err)
		}
		finished <- err
	})
	if !started {
		return f, true, nil
	}
	select {
	case err := <-finished:
		return done, false, err
	case <-time.After(2 * time.Second):
		return f, true, nil
	}
}

// fileFindings gives all findings on a file as a file: its line numbers are those of what was sent.
func (s *site) fileFindings(c *fiber.Ctx) error {
	o, f, err := s.file(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	findings, err := s.deps.Finance.Findings(c.UserContext(), actor(c), f.ID)
	if err != nil {
		return err
	}
	p := s.printer(c)
	rows := [][]string{{p.T("imports.line_number"), p.T("imports.code"), p.T("imports.finding")}}
	for _, x := range findings {
		line := ""
		if x.Line > 0 {
			line = strconv.Itoa(x.Line)
		}
		rows = append(rows, []string{line, x.Code, p.LedgerFinding(x)})
	}
	var b bytes.Buffer
	if err := grid.WriteTable(&b, rows); err != nil {
		return err
	}
	if err := s.deps.Identity.Note(c.UserContext(), actor(c), o.ID, "finance.export", "import_file", int64(f.ID), map[string]any{"findings": len(findings)}); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, disposition("attachment", strings.TrimSuffix(f.Name, ".csv")+"-"+p.T("imports.findings.name")+".csv"))
	return c.Send(b.Bytes())
}

// fileLine shows a line of a file as it came.
func (s *site) fileLine(c *fiber.Ctx) error {
	o, f, err := s.file(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	n, err := number(c, "line")
	if err != nil {
		return err
	}
	raw, err := s.deps.Finance.RawLine(c.UserContext(), actor(c), f.ID, int(n))
	if err != nil {
		return err
	}
	p := s.printer(c)
	page := views.LinePage{Base: s.booksBase(c, p, o, views.PartFiles, p.T("line.of", n, f.Name)), Line: raw}
	page.Trail = append(page.Trail, views.Link{Text: f.Name, URL: views.FileURL(o.ID, f.ID)})
	return s.render(c, page)
}

// postingShow shows an entry of the books with all that stands behind it, down to the line of the file.
func (s *site) postingShow(c *fiber.Ctx) error {
	o, err := s.books(c, identity.PermReadLedger)
	if err != nil {
		return err
	}
	id, err := number(c, "posting")
	if err != nil {
		return err
	}
	page := views.PostingPage{Organisation: o}
	if page.Detail, err = s.deps.Finance.Posting(c.UserContext(), actor(c), o.ID, finance.PostingID(id)); err != nil {
		return err
	}
	page.Raw, err = s.deps.Finance.PostingLine(c.UserContext(), actor(c), o.ID, finance.PostingID(id))
	if err != nil && fault.KindOf(err) != fault.KindNotFound {
		return err
	}
	p := s.printer(c)
	page.Base = s.booksBase(c, p, o, views.PartFiles, p.T("posting.of", page.Detail.Posting.KeyText))
	return s.render(c, page)
}

// fileMapping says how a file is written: by a profile that is known, or column by column.
func (s *site) fileMapping(c *fiber.Ctx) error {
	o, f, err := s.file(c, identity.PermImportLedger)
	if err != nil {
		return err
	}
	page := views.MappingPage{Organisation: o, File: f}
	if page.Profiles, err = s.deps.Finance.Profiles(c.UserContext(), actor(c), o.ID, f.Purpose); err != nil {
		return err
	}
	page.Sniffed, err = s.deps.Finance.SniffFile(c.UserContext(), actor(c), f.ID)
	p := s.printer(c)
	if k := fault.As(err); k != nil && k.Kind == fault.KindInvalid { // XML, or nothing that looks like a table: a profile has to be named
		page.Trouble, err = p.Fault(err), nil
	}
	if err != nil {
		return err
	}
	page.Base = s.booksBase(c, p, o, views.PartFiles, p.T("mapping.title", f.Name))
	page.Trail = append(page.Trail, views.Link{Text: p.T("files.title"), URL: views.BooksPartURL(o.ID, views.PartFiles)})
	page.Form = page.NewForm(views.FileURL(o.ID, f.ID)+"/mapping", p.T("mapping.submit"), views.BooksPartURL(o.ID, views.PartFiles), f.Version, page.Fields()...)
	if c.Method() != fiber.MethodPost {
		return s.render(c, &page)
	}
	in := s.input(c)
	err = s.mapFile(c, &page, in)
	if err == nil || s.wasDone(c, err) {
		return s.see(c, views.FileURL(o.ID, f.ID))
	}
	return s.refuse(c, &page, &page.Form, in, page.Named(err))
}

// mapFile keeps what was said of a file: a profile by its name, or one that is made of what was said of the columns.
func (s *site) mapFile(c *fiber.Ctx, page *views.MappingPage, in *input) error {
	ctx, who, f := c.UserContext(), actor(c), page.File
	var coverage *ledgerfile.Coverage
	if from, to := in.date("from"), in.date("to"); !from.IsZero() || !to.IsZero() {
		coverage = &ledgerfile.Coverage{Kind: ledgerfile.CoverageSnapshot, From: from, To: to}
	}
	name := in.text("profile")
	own := in.text("name")
	if name == "" && own == "" {
		in.wrong.Add("profile", "mapping.profile_or_name")
	}
	if name != "" && own != "" { // what was said of the columns would be for nothing
		in.wrong.Add("name", "mapping.profile_and_name")
	}
	if err := in.err(); err != nil {
		return err
	}
	if name != "" {
		p, err := s.deps.Finance.Profile(ctx, who, f.OrganisationID, name)
		if err != nil {
			return err
		}
		return s.deps.Finance.SetProfile(ctx, who, f.ID, in.version(), p, coverage)
	}
	p := page.Sniffed.Profile(own, f.Purpose, meaning(in, page.Sniffed))
	if d := in.text("decimal"); d != "" {
		p.Decimal = d
	}
	if d := in.text("dates"); d != "" {
		p.Dates = []string{d}
	}
	return s.deps.Finance.SetOwnProfile(ctx, who, f.ID, in.version(), p, coverage)
}

// meaning reads what each column was said to mean.
func meaning(in *input, sniffed ledgerfile.Sniffed) map[int]ledgerfile.Field {
	out := map[int]ledgerfile.Field{}
	for _, column := range sniffed.Columns {
		out[column.Number] = ledgerfile.Field(in.text("column_" + strconv.Itoa(column.Number)))
	}
	return out
}
