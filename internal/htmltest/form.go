package htmltest

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Form reads the form that is sent to an address as a browser would send it untouched: with the values that
// it holds, the choices that are made, and nothing of what is disabled. Of two, one that asks and one that does something, it is the latter.
func (p *Page) Form(action string) url.Values {
	p.t.Helper()
	for _, f := range slices.Concat(p.All("form[method=post]"), p.All("form")) {
		if got, _, _ := strings.Cut(f.Attr("action"), "?"); got == action || f.Attr("action") == action {
			out := url.Values{}
			readFields(f.Node, out)
			return out
		}
	}
	p.t.Fatalf("no form for %s", action)
	return nil
}

func readFields(n *html.Node, out url.Values) {
	at := Node{n}
	name := at.Attr("name")
	_, disabled := at.Lookup("disabled")
	if n.Type == html.ElementNode && name != "" && !disabled {
		switch n.Data {
		case "input":
			readInput(at, name, out)
		case "textarea":
			out.Add(name, strings.TrimPrefix(rawText(n), "\n"))
		case "select":
			out.Add(name, chosen(n))
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		readFields(c, out)
	}
}

func readInput(at Node, name string, out url.Values) {
	switch at.Attr("type") {
	case "checkbox", "radio":
		if _, checked := at.Lookup("checked"); !checked {
			return
		}
	case "file", "submit", "button":
		return
	}
	out.Add(name, at.Attr("value"))
}

// chosen gives the value of the selected option, else of the first.
func chosen(n *html.Node) string {
	first, selected, found := "", "", false
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode && n.Data == "option" {
			value := Node{n}.Attr("value")
			if first == "" && !found {
				first = value
			}
			if _, ok := (Node{n}).Lookup("selected"); ok {
				selected, found = value, true
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	if found {
		return selected
	}
	return first
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(c.Data)
	}
	return b.String()
}
