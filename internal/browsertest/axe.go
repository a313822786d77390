package browsertest

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// assets holds what .ci/setup copies from npm's folder: axe.min.js, which version control does not keep.
//
//go:embed all:assets
var assets embed.FS

// axeScript runs axe-core on the page and returns the violations alone.
const axeScript = `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({
	id: v.id, impact: v.impact || "", help: v.help, nodes: v.nodes.map(n => n.target.join(" "))})))`

// A violation is a rule of axe-core with the elements that break it, as CSS selectors.
type violation struct {
	ID     string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Nodes  []string `json:"nodes"`
}

func (v violation) String() string {
	return fmt.Sprintf("%s (%s): %s: %s", v.ID, v.Impact, v.Help, strings.Join(v.Nodes, ", "))
}

// Axe examines the page in the tab with axe-core and returns one line for each rule of accessibility that it breaks,
// with the elements at fault; none means that axe-core found nothing, which is less than that all is well. It works
// under a strict content security policy. It skips the test when axe-core is not there, or fails it under
// JALON_TEST_REQUIRE=1.
func Axe(t testing.TB, tab context.Context) []string {
	t.Helper()
	script, err := fs.ReadFile(assets, "assets/axe.min.js")
	if err != nil {
		missing(t, "no axe-core: run make setup")
	}
	if err := chromedp.Do(tab, chromedp.Evaluate[chromedp.Void](string(script))); err != nil {
		t.Fatalf("load axe-core into the page: %v", err)
	}
	raw, err := chromedp.Run(tab, chromedp.Evaluate[[]byte](axeScript, chromedp.EvalAwaitPromise, chromedp.EvalAsValue))
	if err != nil {
		t.Fatalf("run axe-core: %v", err)
	}
	var found []violation
	if err := json.Unmarshal(raw, &found); err != nil {
		t.Fatalf("read the answer of axe-core: %v", err)
	}
	lines := make([]string, 0, len(found))
	for _, v := range found {
		lines = append(lines, v.String())
	}
	return lines
}
