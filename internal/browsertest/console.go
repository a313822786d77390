package browsertest

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// pageErrors collects what the pages of one tab complain of.
type pageErrors struct {
	mu   sync.Mutex
	seen []string
}

func (p *pageErrors) add(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = append(p.seen, fmt.Sprintf(format, args...))
}

func (p *pageErrors) lines() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.seen...)
}

// watch listens to a tab for uncaught exceptions, refusals of the content security policy and calls of console.error.
// A response with an error status is not among them: a form that comes back with 422 is a page like any other.
func watch(tab context.Context) (*pageErrors, error) {
	errs := &pageErrors{}
	err := chromedp.Listen(tab, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			text := ev.ExceptionDetails.Text
			if ev.ExceptionDetails.Exception != nil {
				text += " " + ev.ExceptionDetails.Exception.Description
			}
			errs.add("uncaught exception: %s", strings.TrimSpace(text))
		case *runtime.EventConsoleAPICalled:
			if ev.Type != runtime.ConsoleAPICalledTypeError {
				return
			}
			var parts []string
			for _, arg := range ev.Args {
				parts = append(parts, strings.Trim(string(arg.Value), `"`)+arg.Description)
			}
			errs.add("console.error: %s", strings.Join(parts, " "))
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError && ev.Entry.Source == log.EntrySourceSecurity {
				errs.add("security: %s", ev.Entry.Text)
			}
		}
	})
	return errs, err
}
