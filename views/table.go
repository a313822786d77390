package views

import (
	"html/template"
	"strconv"
	"strings"
)

// Table is a table of texts. A pack has hundreds of them, so they are written by HTML instead of a
// template, which takes ten times as long.
type Table struct {
	Caption string
	Shown   bool   // the caption; else it is only said
	Class   string // of the style sheet
	Columns []Heading
	Groups  []Group
	None    string // said in the place of a table without rows
}

// Heading is a column of a table. The first one names its rows.
type Heading struct{ Title, Class string }

// Classes of columns.
const (
	numeric = "num"
	written = "prewrap" // long texts, which keep their lines
)

// Numeric tells that a column holds figures.
func (h Heading) Numeric() bool { return h.Class == numeric }

// Group is a part of a table; its title stands over its rows.
type Group struct {
	Title string
	Rows  [][]Cell
}

// Cell is one cell: a text, which may lead somewhere and follow a badge.
type Cell struct {
	Text, URL string
	Badge     Badge // none when its colour is ""
	Strong    bool
	Note      string // below the text
}

// cells makes a row of plain texts.
func cells(texts ...string) []Cell {
	row := make([]Cell, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

// newTable makes a table of one group.
func newTable(caption string, columns []Heading, rows [][]Cell) Table {
	return Table{Caption: caption, Columns: columns, Groups: []Group{{Rows: rows}}}
}

// Empty tells that the table has no row.
func (t Table) Empty() bool {
	for _, g := range t.Groups {
		if len(g.Rows) > 0 {
			return false
		}
	}
	return true
}

// Scroll writes the table in a region of its own that scrolls sideways where the page is too narrow.
func (t Table) Scroll() template.HTML {
	var b strings.Builder
	b.WriteString(`<div class="scroll" role="region" tabindex="0"`)
	attribute(&b, "aria-label", t.Caption)
	b.WriteByte('>')
	t.write(&b)
	b.WriteString(`</div>`)
	return template.HTML(b.String())
}

// HTML writes the table alone.
func (t Table) HTML() template.HTML {
	var b strings.Builder
	t.write(&b)
	return template.HTML(b.String())
}

func (t Table) write(b *strings.Builder) {
	b.WriteString(`<table`)
	attribute(b, "class", t.Class)
	b.WriteString(`><caption`)
	if !t.Shown {
		b.WriteString(` class="vh"`)
	}
	element(b, t.Caption, "caption")
	b.WriteString(`<thead><tr>`)
	for _, c := range t.Columns {
		b.WriteString(`<th scope="col"`)
		attribute(b, "class", c.Class)
		element(b, c.Title, "th")
	}
	b.WriteString(`</tr></thead>`)
	for _, g := range t.Groups {
		b.WriteString(`<tbody>`)
		if g.Title != "" {
			b.WriteString(`<tr><th class="group" scope="rowgroup" colspan="` + strconv.Itoa(len(t.Columns)) + `"`)
			element(b, g.Title, "th")
			b.WriteString(`</tr>`)
		}
		for _, row := range g.Rows {
			t.writeRow(b, row)
		}
		b.WriteString(`</tbody>`)
	}
	b.WriteString("</table>\n")
}

func (t Table) writeRow(b *strings.Builder, row []Cell) {
	b.WriteString(`<tr>`)
	for i, c := range row {
		tag := "td"
		if i == 0 {
			tag = "th"
			b.WriteString(`<th scope="row"`)
		} else {
			b.WriteString(`<td`)
		}
		attribute(b, "class", t.Columns[i].Class)
		b.WriteByte('>')
		c.write(b)
		b.WriteString(`</` + tag + `>`)
	}
	b.WriteString(`</tr>`)
}

func (c Cell) write(b *strings.Builder) {
	if c.Badge.Colour != "" {
		b.WriteString(`<span class="badge c-` + c.Badge.Colour + `"><span aria-hidden="true"`)
		element(b, c.Badge.Letter, "span")
		b.WriteString(`<span class="vh"`)
		element(b, c.Badge.Word, "span")
		b.WriteString(`</span> `)
	}
	if c.URL != "" {
		b.WriteString(`<a`)
		attribute(b, "href", c.URL)
		element(b, c.Text, "a")
	} else if c.Strong {
		b.WriteString(`<strong`)
		element(b, c.Text, "strong")
	} else {
		b.WriteString(template.HTMLEscapeString(c.Text))
	}
	if c.Note != "" {
		b.WriteString(`<br><span class="muted small"`)
		element(b, c.Note, "span")
	}
}

// attribute writes an attribute of an open tag, none for "".
func attribute(b *strings.Builder, name, value string) {
	if value != "" {
		b.WriteString(` ` + name + `="` + template.HTMLEscapeString(value) + `"`)
	}
}

// element ends an open tag and writes its text and its end.
func element(b *strings.Builder, text, tag string) {
	b.WriteByte('>')
	b.WriteString(template.HTMLEscapeString(text))
	b.WriteString(`</` + tag + `>`)
}
