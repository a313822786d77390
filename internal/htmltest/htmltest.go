// Package htmltest helps tests to look into pages: it parses HTML and finds elements by simple
// selectors.
package htmltest

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Page is a parsed page.
type Page struct {
	t    testing.TB
	root *html.Node
}

// Parse reads a whole page. A page that opens what it does not close, or closes what it did not
// open, fails the test: the parser would silently mend it.
func Parse(t testing.TB, body string) *Page {
	t.Helper()
	if err := balanced(body); err != nil {
		t.Errorf("HTML: %v", err)
	}
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("HTML: %v", err)
	}
	return &Page{t, root}
}

// void elements have no end tag.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true, "meta": true, "source": true, "track": true, "wbr": true}

// balanced tells whether every start tag has its end tag, in order.
func balanced(body string) error {
	z := html.NewTokenizer(strings.NewReader(body))
	var open []string
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return z.Err()
			}
			if len(open) > 0 {
				return fmt.Errorf("<%s> is not closed", open[len(open)-1])
			}
			return nil
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				return fmt.Errorf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// Node is one element.
type Node struct{ *html.Node }

// All finds the elements of a selector: parts apart by a space go down, each being name, .class,
// #id, [attribute] or [attribute=value] joined together ("main table.list th[scope=row]").
func (p *Page) All(selector string) []Node {
	found := []*html.Node{p.root}
	for _, part := range strings.Fields(selector) {
		m := parsePart(p.t, part)
		seen := map[*html.Node]bool{}
		var next []*html.Node
		for _, n := range found {
			for d := range n.Descendants() {
				if !seen[d] && m.matches(d) {
					seen[d] = true
					next = append(next, d)
				}
			}
		}
		found = next
	}
	out := make([]Node, len(found))
	for i, n := range found {
		out[i] = Node{n}
	}
	return out
}

// One finds the only element of a selector; none or several fail the test.
func (p *Page) One(selector string) Node {
	p.t.Helper()
	all := p.All(selector)
	if len(all) != 1 {
		p.t.Fatalf("%d elements match %q, want 1", len(all), selector)
	}
	return all[0]
}

// Attr gives an attribute, "" when it is absent.
func (n Node) Attr(name string) string {
	v, _ := n.Lookup(name)
	return v
}

// Lookup gives an attribute and whether it is there.
func (n Node) Lookup(name string) (string, bool) {
	for _, a := range n.Node.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// Text gives the text inside, white space run together.
func (n Node) Text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

type matcher struct {
	name, class, id, attr, value string
	hasValue                     bool
}

func parsePart(t testing.TB, part string) matcher {
	t.Helper()
	var m matcher
	if rest, attr, ok := strings.Cut(part, "["); ok {
		attr = strings.TrimSuffix(attr, "]")
		m.attr, m.value, m.hasValue = strings.Cut(attr, "=")
		part = rest
	}
	part, m.id, _ = strings.Cut(part, "#")
	m.name, m.class, _ = strings.Cut(part, ".")
	if m == (matcher{}) {
		t.Fatalf("empty selector")
	}
	return m
}

func (m matcher) matches(n *html.Node) bool {
	if n.Type != html.ElementNode || (m.name != "" && n.Data != m.name) {
		return false
	}
	e := Node{n}
	if m.id != "" && e.Attr("id") != m.id {
		return false
	}
	if m.class != "" {
		ok := false
		for _, c := range strings.Fields(e.Attr("class")) {
			ok = ok || c == m.class
		}
		if !ok {
			return false
		}
	}
	if m.attr == "" {
		return true
	}
	v, there := e.Lookup(m.attr)
	return there && (!m.hasValue || v == m.value)
}
