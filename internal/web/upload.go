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
	sent, err := s.receiveFile(c)
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

// receiveFile reads a form with a file from the body as it comes. The token of the session stands before the
// file: nothing is read for a page of another site.
func (s *site) receiveFile(c *fiber.Ctx) (sent sentFile, err error) {
	sent.fields = url.Values{}
	kind, params, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return sent, fiber.ErrUnsupportedMediaType
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return sent, fiber.ErrBadRequest
	}
	if err := c.Context().Conn().SetReadDeadline(time.Now().Add(uploadTimeout)); err != nil {
		return sent, err
	}
	body := &io.LimitedReader{R: stream, N: uploadLimit + formOverhead}
	parts := multipart.NewReader(body, params["boundary"])
	for range uploadFields {
		part, err := parts.NextRawPart()
		switch {
		case err == io.EOF: // and not one wrapped by the reader, which tells of a body that breaks off
			return sent, missing(c, sent)
		case err != nil:
			return sent, unreadable(err)
		case part.FormName() == "file":
			return sent.file(c, part, body)
		}
		value, err := io.ReadAll(io.LimitReader(part, fieldLimit+1))
		if err != nil || len(value) > fieldLimit {
			return sent, fiber.ErrBadRequest
		}
		sent.fields.Add(part.FormName(), string(value))
	}
	return sent, fiber.ErrBadRequest
}

// missing tells of a form without a file, to whoever may know of the form.
func missing(c *fiber.Ctx, sent sentFile) error {
	if err := checkToken(session(c), sent.fields.Get(views.FieldCSRF)); err != nil {
		return err
	}
	return errFileMissing
}

// file reads the file of a form whose fields stand before it.
func (f sentFile) file(c *fiber.Ctx, part *multipart.Part, body *io.LimitedReader) (sentFile, error) {
	if err := checkToken(session(c), f.fields.Get(views.FieldCSRF)); err != nil {
		return f, err
	}
	if c.Request().Header.ContentLength() > uploadLimit+formOverhead {
		return f, errFileTooLarge
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get(fiber.HeaderContentDisposition))
	f.name = fileName(params["filename"])
	var err error
	f.data, err = io.ReadAll(io.LimitReader(part, uploadLimit+1))
	switch {
	case len(f.data) > uploadLimit, err != nil && body.N <= 0:
		f.data = nil
		return f, errFileTooLarge
	case err != nil:
		f.data = nil
		return f, unreadable(err)
	case f.name == "" && len(f.data) == 0:
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
