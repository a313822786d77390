package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
	"jalon/views"
	"jalon/views/chart"
)

func orDash(text string) string {
	if strings.TrimSpace(text) == "" {
		return views.Dash
	}
	return text
}

// lowerFirst writes a title as it stands within a sentence; one that begins with an acronym stays.
func lowerFirst(title string) string {
	first, n := utf8.DecodeRuneInString(title)
	if second, _ := utf8.DecodeRuneInString(title[n:]); n == 0 || unicode.IsUpper(second) {
		return title
	}
	return string(unicode.ToLower(first)) + title[n:]
}

// exact writes an amount in full; whole ones, as plans hold them, without empty decimals.
func (p *pack) exact(amount any) string {
	text := p.x.Money(amount, p.r.Currency)
	for _, zeros := range []string{",00", ".00"} {
		if at := strings.LastIndex(text, zeros); at >= 0 && !strings.ContainsAny(text[at+len(zeros):], "0123456789") {
			return text[:at] + text[at+len(zeros):]
		}
	}
	return text
}

// hundredths writes basis points with both decimals, "+1,32 %": the parts of a decomposition add up
// on paper only when none of them is rounded.
func (p *pack) hundredths(bp money.BasisPoints) string {
	n, sign := int64(bp), "+"
	switch {
	case n == 0:
		sign = ""
	case n < 0:
		n, sign = -n, "−"
		if p.x.Lang == "en" {
			sign = "-"
		}
	}
	decimals := string([]byte{byte('0' + n%100/10), byte('0' + n%10)})
	if p.x.Lang == "en" {
		return sign + p.x.Int(n/100) + "." + decimals
	}
	return sign + p.x.Int(n/100) + "," + decimals
}

// dates writes two days, or a dash for none.
func (p *pack) dates(from, to civil.Date) string {
	if from.IsZero() && to.IsZero() {
		return views.Dash
	}
	if from.IsZero() {
		return p.x.T("pdf.until", to)
	}
	if to.IsZero() {
		return p.x.T("pdf.from", from)
	}
	return p.x.T("pdf.range", from, to)
}

// weightOf writes the weight of a project, a dash while it has none.
func (p *pack) weightOf(l *portfolio.ProjectLine) string {
	if l.Weight <= 0 {
		return views.Dash
	}
	return p.x.Int(l.Weight)
}

// money writes an amount in short.
func (p *pack) money(amount any) string { return p.x.MoneyShort(amount, p.r.Currency) }

// phase names a phase.
func (p *pack) phase(phase portfolio.Phase) string {
	if !phase.Valid() {
		return p.x.T("phase.unknown")
	}
	return p.x.T("phase." + string(phase))
}

// colour is a cell with a weather chip.
func (p *pack) colour(colour, text string) cell {
	return cell{text: text, chip: string(chart.Weather(colour)), letter: chart.Letter(p.x, colour)}
}

// project is a cell that names a project and leads to its sheet, where a very long name stands in
// full.
func (p *pack) project(code, name string) cell {
	return cell{text: titleOf(code, name), link: p.codeLinks[code], most: 4}
}

// titleOf names a project by its code and name, once where they are the same.
func titleOf(code, name string) string {
	if code == "" || code == name {
		return name
	}
	return code + "\u00a0· " + name
}

// number is a cell that shows a figure.
func number(text string) cell { return cell{text: text} }
