package chart

import (
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// SVG draws a chart as an inline <svg> with a title and a description for who cannot see it. id
// must be unique on the page. The drawing scales by its viewBox; width and height are in user
// units, em is the base font size in the same units.
//
// Every shape names its inks twice: as classes (fill-red, stroke-grid …), for a style sheet to
// restyle in the dark or on paper, and as presentation attributes, for when there is none. A style
// sheet always wins over a presentation attribute, and neither is an inline style, which a strict
// content security policy refuses.
func SVG(id string, width, height, em float64, title, desc string, draw func(Canvas)) template.HTML {
	s := &svgCanvas{width: width, height: height, em: em}
	b := &s.b
	// An image must not hold links; a chart that has some is a group of marks.
	drawn := &svgCanvas{width: width, height: height, em: em}
	draw(drawn)
	role := "img"
	if drawn.linked {
		role = "group"
	}
	b.WriteString(`<svg class="chart" xmlns="http://www.w3.org/2000/svg" role="` + role + `" viewBox="0 0 `)
	s.num(width)
	b.WriteByte(' ')
	s.num(height)
	eid := html.EscapeString(id)
	b.WriteString(`" aria-labelledby="` + eid + `-t ` + eid + `-d"><title id="` + eid + `-t">`)
	b.WriteString(escape(title))
	b.WriteString(`</title><desc id="` + eid + `-d">`)
	b.WriteString(escape(desc))
	b.WriteString(`</desc>`)
	b.WriteString(drawn.b.String())
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// escape makes a text safe in an element and in a double-quoted attribute, and drops what XML
// forbids.
func escape(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.Map(func(r rune) rune {
		if (r < 0x20 && r != '\n' && r != '\t') || r == 0x7f || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, text)
	return html.EscapeString(text)
}

type svgCanvas struct {
	b                 strings.Builder
	width, height, em float64
	linked            bool // some mark is a link
}

func (s *svgCanvas) Size() (float64, float64) { return s.width, s.height }
func (s *svgCanvas) Em() float64              { return s.em }

func (s *svgCanvas) TextWidth(text string, size float64, bold bool) float64 {
	return textWidth(text, size, bold) * fontTolerance
}

// fontTolerance makes room for a reader whose sans-serif face is broader than the one measured.
const fontTolerance = 1.08

// num writes a coordinate with at most two decimals; what is no number is 0, so that a bad figure
// spoils one mark and not the page.
func (s *svgCanvas) num(v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		v = 0
	}
	v = math.Round(v*100) / 100
	s.b.WriteString(strconv.FormatFloat(v+0, 'f', -1, 64)) // +0 turns −0 into 0
}

func (s *svgCanvas) attr(name string, v float64) {
	s.b.WriteString(` ` + name + `="`)
	s.num(v)
	s.b.WriteByte('"')
}

func hex(i Ink) string {
	r, g, b := RGB(i)
	const digits = "0123456789abcdef"
	return string([]byte{'#', digits[r>>4], digits[r&15], digits[g>>4], digits[g&15], digits[b>>4], digits[b&15]})
}

func (s *svgCanvas) style(st Style) {
	class := ""
	if st.Fill != "" {
		class = "fill-" + string(st.Fill)
	}
	if st.Stroke != "" {
		class = strings.TrimSpace(class + " stroke-" + string(st.Stroke))
	}
	if class != "" {
		s.b.WriteString(` class="` + class + `"`)
	}
	if st.Fill == "" {
		s.b.WriteString(` fill="none"`)
	} else {
		s.b.WriteString(` fill="` + hex(st.Fill) + `"`)
	}
	if st.Stroke == "" {
		return
	}
	s.b.WriteString(` stroke="` + hex(st.Stroke) + `"`)
	s.attr("stroke-width", st.Width)
	on, off := DashLengths(st.Dash, st.Width, s.em)
	if on > 0 {
		s.b.WriteString(` stroke-dasharray="`)
		s.num(on)
		s.b.WriteByte(' ')
		s.num(off)
		s.b.WriteByte('"')
	}
}

// DashLengths gives the drawn and the empty length of a dash, both 0 for a solid line.
func DashLengths(d Dash, width, em float64) (on, off float64) {
	switch d {
	case Dashed:
		return em * 0.5, em * 0.3
	case Dotted:
		return width, max(width*2, em*0.2)
	}
	return 0, 0
}

func (s *svgCanvas) Line(x1, y1, x2, y2 float64, st Style) {
	s.b.WriteString(`<line`)
	s.attr("x1", x1)
	s.attr("y1", y1)
	s.attr("x2", x2)
	s.attr("y2", y2)
	s.style(st)
	s.b.WriteString(`/>`)
}

func (s *svgCanvas) Rect(x, y, w, h float64, st Style) {
	s.b.WriteString(`<rect`)
	s.attr("x", x)
	s.attr("y", y)
	s.attr("width", max(w, 0))
	s.attr("height", max(h, 0))
	s.style(st)
	s.b.WriteString(`/>`)
}

func (s *svgCanvas) Circle(x, y, r float64, st Style) {
	s.b.WriteString(`<circle`)
	s.attr("cx", x)
	s.attr("cy", y)
	s.attr("r", max(r, 0))
	s.style(st)
	s.b.WriteString(`/>`)
}

func (s *svgCanvas) Polygon(points []Point, st Style) { s.points("polygon", points, st) }
func (s *svgCanvas) Polyline(points []Point, st Style) {
	st.Fill = ""
	s.points("polyline", points, st)
}

func (s *svgCanvas) points(element string, points []Point, st Style) {
	s.b.WriteString(`<` + element + ` points="`)
	for i, p := range points {
		if i > 0 {
			s.b.WriteByte(' ')
		}
		s.num(p.X)
		s.b.WriteByte(',')
		s.num(p.Y)
	}
	s.b.WriteByte('"')
	s.style(st)
	s.b.WriteString(`/>`)
}

func (s *svgCanvas) Text(x, y float64, text string, st TextStyle) {
	if text == "" || st.Ink == "" {
		return
	}
	s.b.WriteString(`<text`)
	s.attr("x", x)
	s.attr("y", y)
	s.attr("font-size", st.Size)
	switch st.Anchor {
	case Middle:
		s.b.WriteString(` text-anchor="middle"`)
	case End:
		s.b.WriteString(` text-anchor="end"`)
	}
	if st.Bold {
		s.b.WriteString(` font-weight="bold"`)
	}
	s.b.WriteString(` class="fill-` + string(st.Ink) + `" fill="` + hex(st.Ink) + `">`)
	s.b.WriteString(escape(text))
	s.b.WriteString(`</text>`)
}

// Mark wraps the drawing in a group with a tip, and in a link when href is a path of this site;
// any other address is dropped, so that no project's data can smuggle one in.
func (s *svgCanvas) Mark(tip, href string, draw func()) {
	link := strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, `/\`)
	if link {
		s.linked = true
		// The table beside the chart has the same links: a keyboard need not go through both.
		s.b.WriteString(`<a tabindex="-1" href="` + escape(href) + `">`)
	}
	s.b.WriteString(`<g>`)
	if tip != "" {
		s.b.WriteString(`<title>` + escape(tip) + `</title>`)
	}
	draw()
	s.b.WriteString(`</g>`)
	if link {
		s.b.WriteString(`</a>`)
	}
}
