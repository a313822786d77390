package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"jalon/internal/fault"
	"jalon/portfolio"
	"jalon/views"
)

// Limits of an upload. A file comes as a stream and is held once, so that what a hostile sender costs is bounded by
// how many are read at once.
const (
	uploadLimit   = 20 << 20
	uploadTimeout = 5 * time.Minute // for a whole body on a slow line
	uploadsAtOnce = 4
	uploadsOfOne  = 2       // of these, of one person: nobody keeps all others out
	uploadFields  = 16      // before the file
	fieldLimit    = 4 << 10 // of each of them, in bytes
	formOverhead  = 64 << 10
	maxFileName   = 200 // characters
	// A refused body is read and dropped up to here, for no longer than this: a browser that is cut off while it
	// sends shows a broken connection instead of the reason.
	drained      = 2 * uploadLimit
	drainTimeout = 20 * time.Second
	// Who is not even let in is granted less.
	drainedOutside      = 1 << 20
	drainTimeoutOutside = 2 * time.Second
)

// uploadGate lets a few uploads in at a time. Its zero value is open.
type uploadGate struct {
	mu     sync.Mutex
	inside []int64 // whose they are
}

func (g *uploadGate) enter(person int64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	own := 0
	for _, p := range g.inside {
		if p == person {
			own++
		}
	}
	if len(g.inside) >= uploadsAtOnce || own >= uploadsOfOne {
		return false
	}
	g.inside = append(g.inside, person)
	return true
}

func (g *uploadGate) leave(person int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.inside, person); i >= 0 {
		g.inside = slices.Delete(g.inside, i, i+1)
	}
}

// sentFile is a form with a file as it was read from the body.
type sentFile struct {
	fields url.Values
	name   string
	data   []byte
}

var (
	errFileTooLarge = errors.New("file over the limit")
	errFileMissing  = errors.New("no file")
)

// importNew shows the page of an upload, or takes a list.
func (s *site) importNew(c *fiber.Ctx) error {
	page, id, err := s.importPage(c)
	if c.Method() != fiber.MethodPost {
		if err != nil {
			return err
		}
		return s.render(c, page)
	}
	person := session(c).User.ID // the guard lets nobody else in
	if err == nil && !s.uploads.enter(person) {
		err = fault.TooMany("imports.busy")
	}
	if err != nil {
		drain(c, drainedOutside, drainTimeoutOutside)
		return err
	}
	defer s.uploads.leave(person)
	defer drain(c, drained, drainTimeout)
	return s.importTake(c, page, id)
}

// importTake reads a list and keeps it for a preview.
func (s *site) importTake(c *fiber.Ctx, page *views.FormPage, id portfolio.RoadmapID) error {
	var sent sentFile
	err := s.receiveFile(c, uploadLimit, uploadTimeout, func(part sentPart) (err error) {
		sent, err = part.read()
		return err
	})
	c.Locals(formKey, sent.fields)
	in := s.input(c)
	switch {
	case errors.Is(err, errFileTooLarge):
		return s.refuseFile(c, page, in, fiber.StatusRequestEntityTooLarge, page.T("import.too_large", uploadLimit>>20))
	case errors.Is(err, errFileMissing):
		return s.refuseFile(c, page, in, fiber.StatusUnprocessableEntity, page.T("imports.file.missing"))
	case err != nil:
		return err
	}
	cancel := s.renew(c)
	defer cancel()
	keepOnce(c, session(c), sent.fields, sent.data)
	list := portfolio.StageInput{FileName: sent.name, Profile: in.text("profile"), AsOf: in.date("as_of"), Data: sent.data}
	staged := int64(0)
	if err = in.err(); err == nil {
		staged, err = s.deps.Portfolio.StageList(c.UserContext(), actor(c), id, list)
	}
	if err != nil {
		return s.refuse(c, page, &page.Form, in, err)
	}
	return s.see(c, views.StagedURL(staged))
}

// refuseFile shows the page of an upload again, with the reason beside the file.
func (s *site) refuseFile(c *fiber.Ctx, page *views.FormPage, in *input, status int, reason string) error {
	for i := range page.Form.Fields {
		switch f := &page.Form.Fields[i]; {
		case f.Type == "file":
			f.Error = reason
		case in.values.Has(f.Name):
			f.Value = in.text(f.Name)
		}
	}
	c.Status(status)
	return s.render(c, page)
}

// renew gives a request that waited for its body the time of any other to do its work.
func (s *site) renew(c *fiber.Ctx) context.CancelFunc {
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	c.SetUserContext(ctx)
	return cancel
}

// sentPart is the file of a form while it arrives, after the fields that stand before it.
type sentPart struct {
	fields url.Values
	name   string
	body   io.Reader // ends with errFileTooLarge over the limit
}

// receiveFile reads a form with a file from the body as it comes, and hands the file over. The token of the session stands
// before the file: nothing is read for a page of another site.
func (s *site) receiveFile(c *fiber.Ctx, limit int64, timeout time.Duration, take func(sentPart) error) error {
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return fiber.ErrUnsupportedMediaType
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return fiber.ErrBadRequest
	}
	if err := c.Context().Conn().SetReadDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	parts := multipart.NewReader(io.LimitReader(stream, limit+formOverhead), params["boundary"])
	fields := url.Values{}
	for range uploadFields {
		part, err := parts.NextRawPart()
		switch {
		case err == io.EOF: // and not one wrapped by the reader, which tells of a body that breaks off
			return missing(c, fields)
		case err != nil:
			return unreadable(err)
		case part.FormName() == "file":
			return handOver(c, fields, part, limit, take)
		}
		value, err := io.ReadAll(io.LimitReader(part, fieldLimit+1))
		if err != nil || len(value) > fieldLimit {
			return fiber.ErrBadRequest
		}
		fields.Add(part.FormName(), string(value))
	}
	return fiber.ErrBadRequest
}

// missing tells of a form without a file, to whoever may know of the form.
func missing(c *fiber.Ctx, fields url.Values) error {
	if err := checkToken(session(c), fields.Get(views.FieldCSRF)); err != nil {
		return err
	}
	c.Locals(formKey, fields)
	return errFileMissing
}

// handOver gives the file of a form to whoever takes it.
func handOver(c *fiber.Ctx, fields url.Values, part *multipart.Part, limit int64, take func(sentPart) error) error {
	if err := checkToken(session(c), fields.Get(views.FieldCSRF)); err != nil {
		return err
	}
	c.Locals(formKey, fields)
	if int64(c.Request().Header.ContentLength()) > limit+formOverhead {
		return errFileTooLarge
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get(fiber.HeaderContentDisposition))
	return take(sentPart{fields: fields, name: fileName(params["filename"]), body: &limitedFile{from: part, left: limit}})
}

// limitedFile ends with a fault of its own where a file is too large, and where its body breaks off.
type limitedFile struct {
	from io.Reader
	left int64
}

func (l *limitedFile) Read(b []byte) (int, error) {
	if int64(len(b)) > l.left+1 {
		b = b[:l.left+1]
	}
	n, err := l.from.Read(b)
	if l.left -= int64(n); l.left < 0 {
		return 0, errFileTooLarge
	}
	if err != nil && err != io.EOF {
		err = unreadable(err)
	}
	return n, err
}

// read takes a small file into memory.
func (p sentPart) read() (sentFile, error) {
	f := sentFile{fields: p.fields, name: p.name}
	var err error
	if f.data, err = io.ReadAll(p.body); err != nil {
		f.data = nil
		return f, err
	}
	if f.name == "" && len(f.data) == 0 {
		return f, errFileMissing // what a browser sends when no file was chosen
	}
	return f, nil
}

// unreadable is the answer to a body that breaks off or is no form.
func unreadable(err error) error {
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return fiber.ErrRequestTimeout
	}
	return fiber.ErrBadRequest
}

// fileName keeps of the name that a browser sends what can be shown anywhere: the last element of its path, without
// characters that control, hide or turn round.
func fileName(sent string) string {
	name := path.Base("/" + strings.ReplaceAll(strings.ToValidUTF8(sent, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return -1
		}
		return r
	}, name))
	if name == "/" || name == "." || name == ".." {
		return ""
	}
	if r := []rune(name); len(r) > maxFileName {
		return string(r[:maxFileName])
	}
	return name
}

// drain reads what is left of a body, within bounds, so that the answer arrives.
func drain(c *fiber.Ctx, limit int64, timeout time.Duration) {
	stream := c.Context().RequestBodyStream()
	if stream == nil || c.Context().Conn().SetReadDeadline(time.Now().Add(timeout)) != nil {
		return
	}
	_, _ = io.CopyN(io.Discard, stream, limit) // whatever happens, the connection ends here
}
