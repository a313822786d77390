package pdf

import (
	"unicode"
	"unicode/utf8"

	"jalon/views"
	"jalon/views/chart"
)

// lowerFirst writes a title as it stands within a sentence; one that begins with an acronym stays.
func lowerFirst(title string) string {
	first, n := utf8.DecodeRuneInString(title)
	if second, _ := utf8.DecodeRuneInString(title[n:]); n == 0 || unicode.IsUpper(second) {
		return title
	}
	return string(unicode.ToLower(first)) + title[n:]
}

// exact writes an amount in full.
func (p *pack) exact(amount any) string { return p.x.Money(amount, p.r.Currency) }

// money writes an amount in short.
func (p *pack) money(amount any) string { return p.x.MoneyShort(amount, p.r.Currency) }

// colour is a cell with a weather chip.
func (p *pack) colour(colour, text string) cell {
	return cell{text: text, chip: string(chart.Weather(colour)), letter: chart.Letter(p.x, colour)}
}

// project is a cell that names a project and leads to its sheet, where a very long name stands in
// full.
func (p *pack) project(code, name string) cell {
	return cell{text: views.ProjectTitle(code, name), link: p.codeLinks[code], most: 4}
}

// number is a cell that shows a figure.
func number(text string) cell { return cell{text: text} }

// fact is a label with its text.
func fact(name, text string) views.Fact { return views.Fact{Name: name, Text: text} }
