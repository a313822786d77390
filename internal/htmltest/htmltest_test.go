package htmltest

import (
	"strings"
	"testing"
)

func TestSelectors(t *testing.T) {
	p := Parse(t, `<!doctype html><html lang="fr"><body><main><table class="list wide"><tr><th scope="row" id="a">Un <b>deux</b></th><td>x</td></tr></table><input name="q"></main></body></html>`)
	for selector, want := range map[string]int{"th": 1, "main table.wide td": 1, "#a": 1, "th[scope=row]": 1, "th[scope=col]": 0, "input[name]": 1, "table.narrow": 0, "html": 1} {
		if got := len(p.All(selector)); got != want {
			t.Errorf("All(%q) found %d, want %d", selector, got, want)
		}
	}
	if got := p.One("#a").Text(); got != "Un deux" {
		t.Errorf("Text = %q", got)
	}
	if got := p.One("html").Attr("lang"); got != "fr" {
		t.Errorf("lang = %q", got)
	}
}

func TestBalanced(t *testing.T) {
	for body, want := range map[string]string{
		"<p><b>x</b></p>":    "",
		"<p><br><input></p>": "",
		"<ul><li>x</ul>":     "closes",
		"<div><p>x</p>":      "not closed",
		"<svg><rect/></svg>": "",
	} {
		err := balanced(body)
		if (want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), want)) {
			t.Errorf("balanced(%q) = %v, want %q", body, err, want)
		}
	}
}
