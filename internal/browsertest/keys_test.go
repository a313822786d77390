package browsertest

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostStops is more than the places on any page at which the tab key stops.
const mostStops = 200

// keys presses keys that lead to no other page.
func (v *visitor) keys(keys string) {
	v.t.Helper()
	v.do(pressed(keys))
}

// keysTo presses keys that lead to another page, which must be there.
func (v *visitor) keysTo(keys string) {
	v.t.Helper()
	v.expect(200, pressed(keys))
}

// pressed presses keys one after the other. As on a real keyboard a letter is typed only if the page does not take the
// key for something else, so both are one event.
func pressed(keys string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := *events[0], *events[len(events)-1]
			down.Type = input.DispatchKeyEventTypeKeyDown
			if len(events) == 3 {
				down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
			}
			for _, event := range []input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// tabTo presses the tab key until the element has the focus, and looks at each stop on the way.
func (v *visitor) tabTo(selector string) {
	v.t.Helper()
	for range mostStops {
		v.keys(kb.Tab)
		if wrong := evaluate[string](v, focusScript); wrong != "" {
			v.t.Errorf("%s: %s", v.where(), wrong)
		}
		if v.focused(selector) {
			return
		}
	}
	v.t.Fatalf("%s: the tab key never comes to %s", v.where(), selector)
}

// focused tells whether the element, or one in it, has the focus.
func (v *visitor) focused(selector string) bool {
	v.t.Helper()
	return evaluate[bool](v, `document.activeElement !== null && document.activeElement.closest(`+quoted(selector)+`) !== null`)
}

// keyIn goes to a field of the page's form by the tab key and types into it, over what it holds.
func (v *visitor) keyIn(name, text string) {
	v.t.Helper()
	v.tabTo(fmt.Sprintf(mainForm+"[name=%q]", name))
	v.do(chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl)), pressed(text))
}

// focusScript says what is wrong with the place that has the focus: it must be marked by a line of two pixels at
// least, stand in the window, and have nothing in front of it. The button with the calendar inside of a date field is the
// browser's own, and so is its mark.
const focusScript = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "nothing has the focus";
	const name = e.outerHTML.slice(0, 120);
	const style = getComputedStyle(e);
	const inside = e.type === "date" && !e.matches(":focus-visible");
	if (!inside && (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2)) return "the focus cannot be seen: " + name;
	const box = e.getClientRects()[0];
	const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
	if (right - left < 1 || bottom - top < 1) return "the focus is outside of the window: " + name;
	const front = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
	if (front !== e && !e.contains(front)) return "the focus is behind something: " + name + " behind " + (front ? front.outerHTML.slice(0, 120) : "nothing");
	return "";
})()`
