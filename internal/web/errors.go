package web

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"jalon/identity"
	"jalon/internal/fault"
	"jalon/views"
)

// statuses maps what sort of refusal a fault is to what HTTP calls it.
var statuses = map[fault.Kind]int{
	fault.KindNotFound:        fiber.StatusNotFound,
	fault.KindInvalid:         fiber.StatusUnprocessableEntity,
	fault.KindForbidden:       fiber.StatusForbidden,
	fault.KindUnauthenticated: fiber.StatusUnauthorized,
	fault.KindConflict:        fiber.StatusConflict,
	fault.KindStale:           fiber.StatusConflict,
	fault.KindUnavailable:     fiber.StatusServiceUnavailable,
	fault.KindTooMany:         fiber.StatusTooManyRequests,
}

// statusOf gives the status of an error; what is neither a fault nor fiber's own is internal.
func statusOf(err error) int {
	if f := fault.As(err); f != nil {
		if status, ok := statuses[f.Kind]; ok {
			return status
		}
		return fiber.StatusInternalServerError
	}
	var e *fiber.Error
	switch {
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, context.DeadlineExceeded):
		return fiber.StatusServiceUnavailable
	}
	return fiber.StatusInternalServerError
}

// fail answers with the page of an error. It is also fiber's own error handler, which is called
// outside of all middleware when a request cannot even be read.
func (s *site) fail(c *fiber.Ctx, err error) error {
	status := statusOf(err)
	p := s.printer(c)
	if key := "web.error." + strconv.Itoa(status); !p.Has(key) {
		if status < 400 || status >= 500 {
			status = fiber.StatusInternalServerError
		} else {
			status = fiber.StatusBadRequest
		}
	}
	s.setHeaders(c)
	c.Status(status)
	switch status {
	case fiber.StatusForbidden:
		s.noteRefusal(c)
	case fiber.StatusTooManyRequests:
		c.Set(fiber.HeaderRetryAfter, retryAfter)
	}
	if _, known := c.Locals(sessionKey).(*identity.Session); !known {
		ctx, cancel := context.WithTimeout(context.Background(), refusalTimeout)
		defer cancel()
		c.SetUserContext(ctx)
		if _, failed := s.identify(c); failed != nil { // the page goes without the reader's name
			s.deps.Log.Warn("session of an error page", "error", failed.Error())
		}
	}
	page := views.ErrorPage{Status: status, Message: p.T("web.error." + strconv.Itoa(status) + ".text")}
	page.Base = s.base(c, p, p.T("web.error."+strconv.Itoa(status)), "")
	if status >= 500 {
		page.RequestID = s.logFailure(c, err)
	} else if f := fault.As(err); f != nil && p.Has(f.Key) {
		page.Details = []string{p.Fault(err)}
	}
	return s.render(c, page)
}

// logFailure writes what went wrong, which the reader never sees, and gives the id that finds it.
func (s *site) logFailure(c *fiber.Ctx, err error) string {
	id, ok := c.Locals(requestIDKey).(string)
	if !ok {
		id = newRequestID()
	}
	args := []any{"id", id, "method", c.Method(), "path", c.Path(), "error", err.Error()}
	var p panicked
	if errors.As(err, &p) {
		args = append(args, "stack", string(p.stack))
	}
	s.deps.Log.Error("request failed", args...)
	return id
}
