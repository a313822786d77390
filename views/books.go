package views

import (
	"html/template"
	"strings"
)

// Section is a part of a page that is put together from the usual pieces. Absent ones are left out; they stand in this order.
type Section struct {
	ID       string
	Title    string
	Alert    string // what must be seen first
	Text     []string
	Facts    []Fact
	Pictures []Picture
	Tables   []Table
	Note     string // below them: methods, what is left out
	Links    []Tool
	Acts     []Form // of one button
	Form     *Form
}

// Picture is a drawing with its title. What it shows stands in a table as well.
type Picture struct {
	Title string
	SVG   template.HTML
}

// SectionsPage is a page of sections, as most pages of the books are.
type SectionsPage struct {
	Base
	Lead     []string
	Tools    []Tool // the ways on from here, of a page whose list is long
	Filter   *FilterForm
	Sections []Section
}

func (SectionsPage) template() string { return "sections" }

// FilterForm narrows what a page shows. It is sent with GET, to the page itself.
type FilterForm struct {
	Action string
	Label  string
	Fields []Field
	Submit string
	Reset  string // address of the page without any filter; "": none is set
}

// Who names somebody as the books do: people by their names, whoever runs the program itself by what they are.
func (p Printer) Who(name string) string {
	kind, rest, _ := strings.Cut(name, ":")
	switch kind {
	case "cli":
		return p.T("finance.who.cli", rest)
	case "user": // nobody is known by this number any more
		return p.T("finance.who.user", rest)
	case "job":
		return p.T("finance.who.job")
	}
	return name
}
