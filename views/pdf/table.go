package pdf

import (
	"strings"

	"jalon/views/chart"
)

// align places the text of a column.
type align int

const (
	left align = iota
	right
	centre
)

// column of a table. Width is in points; columns of width 0 share what is left.
type column struct {
	title string
	width float64
	align align
}

// cell is one text, or a weather chip with or without a text beside it.
type cell struct {
	text   string
	chip   string // "" for none, else a colour
	letter string
	bold   bool
	ink    chart.Ink // "" for the usual one
	link   int       // target within the document; 0: none
	most   int       // lines at most; 0: as many as it takes
}

// row is a line of cells, or a heading over all columns (band).
type row struct {
	cells []cell
	band  string
}

const (
	cellPadX = 4.5
	cellPadY = 2.6
	closePad = 1.2
)

// padY is the space above and below the text of a row.
func (w *writer) padY() float64 {
	if w.close {
		return closePad
	}
	return cellPadY
}

// laid is a cell broken into lines.
type laid struct {
	cell
	lines []string
	st    style
}

// table draws a table over the full width. Its header stands again on each page, a band never
// stands without a row below it, and a row is only parted where it is higher than a page.
func (w *writer) table(columns []column, rows []row) {
	t := tableWriter{w: w, columns: shareWidth(columns), st: smallText}
	t.headLines, t.headStyles = make([][]string, len(columns)), make([]style, len(columns))
	most := 1
	for i, c := range t.columns {
		t.headStyles[i] = w.wordsFit(c.title, c.width-2*cellPadX, smallBold)
		t.headLines[i] = w.lines(c.title, c.width-2*cellPadX, t.headStyles[i])
		most = max(most, len(t.headLines[i]))
	}
	t.headHeight = float64(most)*smallBold.lead() + 2*w.padY()
	first := 0.0
	for _, r := range rows[:min(len(rows), 2)] {
		first += t.height(t.lay(r))
		if r.band == "" {
			break
		}
	}
	w.need(t.headHeight + first)
	t.head()
	for i, r := range rows {
		cells := t.lay(r)
		h := t.height(cells)
		keep := h
		if r.band != "" && i+1 < len(rows) {
			keep += t.height(t.lay(rows[i+1]))
		}
		if keep > w.room()+1e-6 && keep <= bodyBottom-bodyTop-t.headHeight {
			t.breakPage()
		}
		if r.band != "" {
			t.band(cells[0])
			continue
		}
		t.row(cells, h)
	}
	w.y += 2
}

// wordsFit sets a style smaller until each word fits the width: a title is never broken in a word.
func (w *writer) wordsFit(title string, width float64, s style) style {
	widest := 0.0
	for word := range strings.FieldsSeq(title) {
		widest = max(widest, w.width(word, s))
	}
	if widest > width {
		s.size *= width / widest * 0.999
	}
	return s
}

func shareWidth(columns []column) []column {
	out := append([]column(nil), columns...)
	rest, open := bodyWidth, 0
	for _, c := range out {
		rest -= c.width
		if c.width == 0 {
			open++
		}
	}
	for i := range out {
		if out[i].width == 0 {
			out[i].width = rest / float64(open)
		}
	}
	return out
}

type tableWriter struct {
	w          *writer
	columns    []column
	headLines  [][]string
	headStyles []style
	headHeight float64
	st         style
}

func (t *tableWriter) lay(r row) []laid {
	if r.band != "" {
		st := style{smallText.size, bold, chart.Accent}
		return []laid{{cell: cell{text: r.band}, lines: t.w.lines(r.band, bodyWidth-2*cellPadX, st), st: st}}
	}
	out := make([]laid, len(t.columns))
	for i, c := range t.columns {
		if i >= len(r.cells) {
			continue
		}
		x := r.cells[i]
		l := laid{cell: x, st: t.st}
		if x.bold {
			l.st.face = bold
		}
		if x.ink != "" {
			l.st.ink = x.ink
		}
		width := c.width - 2*cellPadX
		if x.chip != "" {
			width -= chipSize + 3
		}
		switch {
		case x.text == "":
		case c.align == left:
			l.lines = t.w.lines(x.text, width, l.st)
			if n := x.most; n > 0 && len(l.lines) > n {
				l.lines = append(l.lines[:n-1:n-1], t.w.fit(l.lines[n-1]+" …", width, l.st))
			}
		default: // figures do not wrap: a very long one is set smaller
			if got := t.w.width(x.text, l.st); got > width {
				l.st.size = max(l.st.size*width/got, 3.5)
			}
			l.lines = []string{t.w.fit(x.text, width+0.5, l.st)}
		}
		out[i] = l
	}
	return out
}

func (t *tableWriter) height(cells []laid) float64 {
	most := 1
	for _, c := range cells {
		most = max(most, len(c.lines))
	}
	return float64(most)*t.st.lead() + 2*t.w.padY()
}

func (t *tableWriter) head() {
	w := t.w
	w.box(marginLeft, w.y, bodyWidth, t.headHeight, chart.Style{Fill: chart.Grey})
	x := marginLeft
	for i, c := range t.columns {
		y := w.y + t.headHeight - t.w.padY() - float64(len(t.headLines[i]))*smallBold.lead()
		for _, line := range t.headLines[i] {
			y += smallBold.lead()
			t.place(line, x, y-smallBold.lead()*0.27, c, t.headStyles[i], 0)
		}
		x += c.width
	}
	w.y += t.headHeight
	w.rule(w.y, chart.Accent, 0.8)
}

// place draws one line of a cell.
func (t *tableWriter) place(line string, x, y float64, c column, st style, indent float64) {
	switch c.align {
	case right:
		t.w.textRight(x+c.width-cellPadX, y, line, st)
	case centre:
		t.w.text(x+indent+(c.width-indent-t.w.width(line, st))/2, y, line, st)
	default:
		t.w.text(x+cellPadX+indent, y, line, st)
	}
}

func (t *tableWriter) breakPage() {
	t.w.newPage()
	t.head()
}

func (t *tableWriter) band(c laid) {
	w := t.w
	w.y += t.w.padY() + 1
	for _, line := range c.lines {
		w.y += t.st.lead()
		w.text(marginLeft+cellPadX, w.y-t.st.lead()*0.27, line, c.st)
	}
	w.y += t.w.padY() - 1
	w.rule(w.y, chart.Grid, 0.5)
}

// row draws cells; one that is higher than the page is drawn in slices.
func (t *tableWriter) row(cells []laid, height float64) {
	w := t.w
	for from := 0; ; {
		room := w.room()
		if from == 0 {
			room = min(room, height)
		}
		// The sliver is for what rounding took from a height that was a whole number of lines.
		count := max(int((room-2*t.w.padY())/t.st.lead()+1e-6), 1)
		last := t.slice(cells, from, count)
		from += count
		if last {
			break
		}
		t.breakPage()
	}
	w.rule(w.y, chart.Grid, 0.5)
}

// slice draws count lines of each cell, and tells whether these were the last.
func (t *tableWriter) slice(cells []laid, from, count int) bool {
	w := t.w
	most, last := 1, true
	x := marginLeft
	for i, c := range cells {
		col := t.columns[i]
		lines := c.lines[min(from, len(c.lines)):]
		if len(lines) > count {
			lines, last = lines[:count], false
		}
		most = max(most, len(lines))
		indent := 0.0
		y := w.y + t.w.padY()
		if c.chip != "" {
			indent = chipSize + 3
			if from == 0 {
				at := x + cellPadX
				if col.align == centre && c.text == "" {
					at = x + (col.width-chipSize)/2
				}
				w.chip(at, y+t.st.lead()/2-chipSize/2, c.chip, c.letter)
			}
		}
		for _, line := range lines {
			y += t.st.lead()
			t.place(line, x, y-t.st.lead()*0.27, col, c.st, indent)
		}
		if c.link > 0 && from == 0 && !w.dry {
			w.f.Link(x, w.y, col.width, float64(len(lines))*t.st.lead()+2*t.w.padY(), c.link)
		}
		x += col.width
	}
	w.y += float64(most)*t.st.lead() + 2*t.w.padY()
	return last
}

const chipSize = 9.0

// chip draws a weather colour as a small square with its letter.
func (w *writer) chip(x, y float64, colour, letter string) {
	ink := chart.Weather(colour)
	s := chart.Style{Fill: ink}
	if ink != chart.Red {
		s.Stroke, s.Width = chart.Muted, 0.4
	}
	w.box(x, y, chipSize, chipSize, s)
	st := style{7, bold, chart.On(ink)}
	w.text(x+(chipSize-w.width(letter, st))/2, y+chipSize/2+2.5, letter, st)
}
