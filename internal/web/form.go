package web

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/audit"
	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/views"
)

// input is what was typed into a form, read field by field. What cannot be read is collected: a person
// mends all of it at once.
type input struct {
	values url.Values
	lang   string
	wrong  fault.Fields
}

// err gives the fields that could not be read.
func (in *input) err() error { return in.wrong.Err() }

// has tells whether the form holds the field, as for a checkbox.
func (in *input) has(name string) bool { return in.values.Get(name) != "" }

// text reads one line: without surrounding space and control characters. One of which nothing could be seen is none.
func (in *input) text(name string) string {
	return seen(text(strings.Map(lineToSpace, in.values.Get(name))))
}

// seen is a text without surrounding space, "" when nothing of it could be seen.
func seen(s string) string {
	if fault.Blank(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

func lineToSpace(r rune) rune {
	if r == '\n' || r == '\r' || r == '\t' {
		return ' '
	}
	return r
}

// lines reads a text of several lines.
func (in *input) lines(name string) string { return seen(in.shown(name)) }

// shown is what was typed as it may stand in the field again.
func (in *input) shown(name string) string {
	raw := strings.ReplaceAll(strings.ToValidUTF8(in.values.Get(name), "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		if (unicode.IsControl(r) && r != '\n' && r != '\t') || views.TurnsText(r) {
			return -1
		}
		return r
	}, raw)
}

// secret reads a password as it was typed.
func (in *input) secret(name string) string { return in.values.Get(name) }

// date reads an ISO date, as date fields send it, or one typed as people of the language write it; zero when nothing was typed.
func (in *input) date(name string) civil.Date {
	raw := in.text(name)
	if raw == "" {
		return civil.Date{}
	}
	if d, err := civil.Parse(raw); err == nil {
		return in.plausible(name, d, raw)
	}
	if parts := strings.FieldsFunc(raw, func(r rune) bool { return r == '/' || r == '.' }); len(parts) == 3 && len(parts[2]) == 4 && in.lang == "fr" {
		if d, err := civil.Parse(parts[2] + "-" + twoDigits(parts[1]) + "-" + twoDigits(parts[0])); err == nil {
			return in.plausible(name, d, raw)
		}
	}
	in.wrong.Add(name, "input.date", raw)
	return civil.Date{}
}

// Years that a date may have. One outside is a slip of the pen: date fields make 0026 of a year of two digits, and an
// estimate of that year would pass for the first of all.
const firstYear, lastYear = 1900, 2199

func (in *input) plausible(name string, d civil.Date, raw string) civil.Date {
	if d.Year() < firstYear || d.Year() > lastYear {
		in.wrong.Add(name, "input.year", raw, strconv.Itoa(firstYear), strconv.Itoa(lastYear))
		return civil.Date{}
	}
	return d
}

// past is date for what happened, or was known: a day to come, which a wrong year makes, would be kept and seen by
// nobody until then, and could not be taken back.
func (in *input) past(name string, today civil.Date) civil.Date {
	d := in.date(name)
	if d.After(today) {
		in.wrong.Add(name, "input.future", d, today)
	}
	return d
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// amount reads an amount of money; false when nothing was typed. Spaces between digits and the sign of the
// euro are dropped, and the minus that pages write is taken; a sign that may be a decimal point or stand between
// thousands is refused. In a currency of thousandths the decimal sign of the language is one.
func (in *input) amount(name string, c money.Currency) (money.Amount, bool) {
	raw := in.text(name)
	if raw == "" {
		return 0, false
	}
	digits := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r) || r == '€': // the spaces that do not break are spaces as well
			return -1
		case r == '−': // U+2212
			return '-'
		}
		return r
	}, raw)
	digits = strings.TrimSuffix(strings.TrimPrefix(digits, string(c)), string(c))
	point := strings.LastIndexAny(digits, ".,")
	thousandths := c.Exponent() == 3 && point >= 0 && (digits[point] == ',') == (in.lang == "fr")
	if strings.Count(digits, ".")+strings.Count(digits, ",") > 1 || (point >= 0 && len(digits)-point-1 == 3 && !thousandths) {
		in.wrong.Add(name, "input.amount_ambiguous", raw)
		return 0, false
	}
	a, err := money.Parse(strings.Replace(digits, ",", ".", 1), c)
	if err != nil {
		in.wrong.Add(name, "input.amount", raw)
		return 0, false
	}
	if a > maxAmount || a < -maxAmount {
		in.wrong.Add(name, "input.amount_huge", raw)
		return 0, false
	}
	return a, true
}

// maxAmount, in the smallest unit, is more than anybody spends on a project, and so little that the sum of thousands can be
// written: a slip of the pen must not make the total of a roadmap impossible to tell.
const maxAmount money.Amount = 1e15

// integer reads a whole number; zero when nothing was typed.
func (in *input) integer(name string) int64 {
	raw := in.text(name)
	if raw == "" {
		return 0
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil {
		in.wrong.Add(name, "input.integer", raw)
	}
	return n
}

// key reads the key of a row from a choice; zero when nothing was chosen.
func (in *input) key(name string) int64 {
	raw := in.text(name)
	if raw == "" {
		return 0
	}
	n, err := strconv.ParseInt(raw, 10, 64)
	if err != nil || n < 1 {
		in.wrong.Add(name, "input.choice")
		return 0
	}
	return n
}

// bound refuses what is longer than its field takes: browsers hold that, others need not.
func (in *input) bound(fields []views.Field) {
	for _, f := range fields {
		if f.MaxSize > 0 && f.Type != "password" && utf8.RuneCountInString(in.shown(f.Name)) > f.MaxSize {
			in.wrong.Add(f.Name, "input.too_long", f.MaxSize)
		}
	}
}

// version is that of what the form was filled with.
func (in *input) version() int64 {
	n, err := strconv.ParseInt(in.values.Get(views.FieldVersion), 10, 64)
	if err != nil || n < 1 {
		return -1 // no version: whatever is stored is another one
	}
	return n
}

// input reads the form of the request.
func (s *site) input(c *fiber.Ctx) *input { return &input{values: typed(c), lang: s.printer(c).Lang} }

// edit is a page with one form, and what it does.
type edit struct {
	page views.FormPage // filled with what is stored
	// save does the work and gives the page to go on with. Reading errors of the input come first.
	save func(in *input) (to string, err error)
	done string // key of the message on that page
}

// edit shows a form, or takes it: done, it leads on; refused, it comes back with what was typed, why, and, when
// somebody else was faster, with both versions.
func (s *site) edit(c *fiber.Ctx, e edit) error {
	if c.Method() != fiber.MethodPost {
		return s.render(c, e.page)
	}
	in := s.input(c)
	in.bound(e.page.Form.Fields)
	to, err := e.save(in)
	if err == nil {
		s.flash(c, e.done)
		return s.see(c, to)
	}
	if s.wasDone(c, err) {
		return s.leadOn(c, to)
	}
	return s.refuse(c, &e.page, &e.page.Form, in, err)
}

// refuse shows a form again that could not be taken. form is the one of the page that was sent.
func (s *site) refuse(c *fiber.Ctx, page views.Page, form *views.Form, in *input, err error) error {
	if s.wasDone(c, err) {
		return s.alreadyDone(c)
	}
	switch fault.KindOf(err) {
	case fault.KindInvalid, fault.KindConflict, fault.KindStale, fault.KindTooMany:
	default:
		return err
	}
	c.Status(statusOf(err))
	if fault.KindOf(err) == fault.KindTooMany {
		c.Set(fiber.HeaderRetryAfter, retryAfter)
	}
	stale := fault.KindOf(err) == fault.KindStale
	for i := range form.Fields {
		f := &form.Fields[i]
		stored := f.Text(form.Printer)
		switch f.Type {
		case "password", "file", "heading":
			continue
		case "checkbox":
			f.Checked = in.has(f.Name)
		default:
			if !in.values.Has(f.Name) && f.ReadOnly {
				continue
			}
			f.Value = in.shown(f.Name)
		}
		if now := f.Text(form.Printer); stale && f.Type != "hidden" && strings.TrimSpace(now) != strings.TrimSpace(stored) {
			form.Conflicts = append(form.Conflicts, views.Difference{Label: f.Label, Stored: stored, Typed: now})
		}
	}
	form.Stale = stale
	if !stale {
		form.Refuse(err)
	}
	return s.render(c, page)
}

// act takes a form of one button.
func (s *site) act(c *fiber.Ctx, done string, work func(in *input) (to string, err error)) error {
	in := s.input(c)
	to, err := work(in)
	if err == nil {
		err = in.err()
	}
	if s.wasDone(c, err) {
		return s.leadOn(c, to)
	}
	if err != nil {
		return err
	}
	s.flash(c, done)
	return s.see(c, to)
}

// retryAfter is how long, in seconds, who was refused for asking too often should wait.
const retryAfter = "60"

// repeated tells that the work of a form was done before.
func repeated(err error) bool {
	f := fault.As(err)
	return f != nil && f.Key == "request.repeated"
}

// wasDone tells that a form did its work before. The use case says so, or it refuses what clashes with the work
// itself, a code that is taken or a version that is gone, and there is a receipt of that work.
func (s *site) wasDone(c *fiber.Ctx, err error) bool {
	switch fault.KindOf(err) {
	case fault.KindConflict, fault.KindStale, fault.KindInvalid, fault.KindNotFound:
	default:
		return false
	}
	if repeated(err) {
		return true
	}
	_, found, failed := s.receipt(c)
	return failed == nil && found
}

// receipt finds what the form of the request did when it was sent before.
func (s *site) receipt(c *fiber.Ctx) (audit.Receipt, bool, error) {
	key, ok := c.Locals(onceKey).(string)
	if !ok {
		return audit.Receipt{}, false, nil
	}
	return s.deps.Receipt(c.UserContext(), key)
}

// once takes a refusal back when the same form did its work before: who sends it twice goes on as after the first time.
func (s *site) once(c *fiber.Ctx, err error) error {
	if err != nil && s.wasDone(c, err) {
		return nil
	}
	return err
}

// alreadyDone leads to what the first submission of a form did.
func (s *site) alreadyDone(c *fiber.Ctx) error { return s.leadOn(c, views.HomeURL) }

// leadOn is alreadyDone with the page for what has none of its own.
func (s *site) leadOn(c *fiber.Ctx, to string) error {
	receipt, ok, err := s.receipt(c)
	if err != nil {
		return err
	}
	if booked := views.SubjectURL(receipt.Subject, receipt.SubjectID); ok && booked != "" {
		to = booked
	}
	s.flash(c, "flash.repeated")
	return s.see(c, to)
}

const flashCookie = "jalon_flash"

// flash has the next page say what was done. The cookie holds the key of a text, never a text.
func (s *site) flash(c *fiber.Ctx, key string) {
	if key != "" {
		c.Cookie(&fiber.Cookie{Name: flashCookie, Value: key, Path: "/", MaxAge: 60, HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure()})
	}
}

// flashed takes the message of the page before.
func (s *site) flashed(c *fiber.Ctx, p views.Printer) string {
	key := c.Cookies(flashCookie)
	if key == "" {
		return ""
	}
	c.Cookie(&fiber.Cookie{Name: flashCookie, Path: "/", MaxAge: -1, HTTPOnly: true, SameSite: fiber.CookieSameSiteStrictMode, Secure: s.secure()})
	if !strings.HasPrefix(key, "flash.") || !p.Has(key) {
		return ""
	}
	return p.T(key)
}
