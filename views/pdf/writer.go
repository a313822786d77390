package pdf

import (
	"bytes"
	"fmt"
	"math"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jung-kurt/gofpdf"

	"jalon/views/chart"
)

// Measures of a page in points, A4 portrait. Every page is upright: a reader who scrolls or prints
// never has to turn.
const (
	pageWidth   = 595.28
	pageHeight  = 841.89
	marginLeft  = 44.0
	marginRight = 44.0
	bodyTop     = 62.0
	bodyBottom  = pageHeight - 54
	bodyWidth   = pageWidth - marginLeft - marginRight
)

// style is how a text is drawn.
type style struct {
	size float64
	face face
	ink  chart.Ink
}

// The styles of a pack.
var (
	bodyText   = style{9, regular, chart.Text}
	bodyBold   = style{9, bold, chart.Text}
	bodyMuted  = style{9, regular, chart.Muted}
	smallText  = style{7.5, regular, chart.Text}
	smallMuted = style{7.5, regular, chart.Muted}
	smallBold  = style{7.5, bold, chart.Text}
	tinyMuted  = style{6, regular, chart.Muted}
)

// lead is the distance of two lines of a style.
func (s style) lead() float64 { return s.size * 1.32 }

// writer draws a document from top to bottom. When dry it only measures: nothing is drawn, y and
// the page count move as if it were. Text reaches gofpdf through text alone, which cleans it.
type writer struct {
	f       *gofpdf.Fpdf
	m       *metrics
	y       float64 // top of what comes next
	page    int
	dry     bool
	entries []entry
	close   bool // rows and parts are set closer
	wider   bool // the document holds the faces for what Liberation Sans lacks

	// what the current page's content stream was last told; gofpdf repeats itself otherwise
	font       style
	fontWider  bool
	fill, draw chart.Ink
	textInk    chart.Ink
	lineWidth  float64
	dash       [2]float64
}

// entry is a line of the table of contents and a bookmark.
type entry struct {
	level int
	title string
	page  int
	link  int
}

// newWriter opens a document whose dates are those of the snapshot: with them, and with sorted
// catalogues, gofpdf gives the same bytes for the same marks.
func newWriter(made time.Time) (*writer, error) {
	m, err := loadMetrics()
	if err != nil {
		return nil, err
	}
	f := gofpdf.NewCustom(&gofpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: gofpdf.SizeType{Wd: pageWidth, Ht: pageHeight}})
	f.SetCreationDate(made)
	f.SetModificationDate(made)
	f.SetCatalogSort(true)
	f.SetCompression(true)
	f.SetMargins(marginLeft, bodyTop, marginRight)
	f.SetAutoPageBreak(false, 0)
	addFonts(f)
	return &writer{f: f, m: m}, f.Error()
}

// bytes closes the document.
func (w *writer) bytes() ([]byte, error) {
	w.f.SetPage(w.page) // gofpdf counts pages by the one it stands on
	var b bytes.Buffer
	b.Grow(256 << 10)
	if err := w.f.Output(&b); err != nil {
		return nil, fmt.Errorf("write the document: %w", err)
	}
	return b.Bytes(), nil
}

// newPage begins a page.
func (w *writer) newPage() {
	w.page++
	w.y = bodyTop
	if w.dry {
		return
	}
	w.f.AddPage()
	w.forget()
}

// turnTo goes back to a page to draw on it.
func (w *writer) turnTo(page int) {
	w.f.SetPage(page)
	w.forget()
}

// forget drops what is known of the page's graphics state.
func (w *writer) forget() {
	w.font, w.fontWider, w.fill, w.draw, w.textInk, w.lineWidth, w.dash = style{}, false, "", "", "", -1, [2]float64{-1, -1}
}

// room is the height that is left on the page.
func (w *writer) room() float64 { return bodyBottom - w.y }

// need begins a page unless the height is left on this one. What is higher than a page begins
// where it is when at least a third of the page is left.
func (w *writer) need(height float64) {
	if height > w.room()+1e-6 && w.y > bodyTop && (height <= bodyBottom-bodyTop || w.room() < (bodyBottom-bodyTop)/3) {
		w.newPage()
	}
}

// gap leaves some space, none at the top of a page.
func (w *writer) gap(height float64) {
	if w.y > bodyTop {
		if w.close {
			height *= 0.6
		}
		w.y += height
	}
}

// measure runs draw dry and gives the height it takes from the top of a page; more than a page's
// height when it runs over.
func (w *writer) measure(draw func()) float64 {
	saved := *w
	w.dry, w.y, w.page = true, bodyTop, 0
	draw()
	height := w.y - bodyTop + float64(w.page)*(bodyBottom-bodyTop)
	*w = saved
	return height
}

// together draws what should not be parted by a page break, if a page can hold it.
func (w *writer) together(draw func()) {
	w.need(w.measure(draw))
	draw()
}

// tidy draws set closer where that saves a last page that would be all but empty.
func (w *writer) tidy(draw func()) {
	const page = bodyBottom - bodyTop
	over := w.measure(draw) - w.room()
	if last := math.Mod(over, page); over > 0 && last < page*0.3 {
		w.close = true
		w.close = w.measure(draw)-w.room() <= over-last
	}
	draw()
	w.close = false
}

// width measures a text as it will be drawn.
func (w *writer) width(text string, s style) float64 {
	return w.m.width(w.m.clean(text), s.size, s.face)
}

// text draws one line at a baseline: the only way for a text into the document.
func (w *writer) text(x, y float64, text string, s style) {
	if w.dry || text == "" {
		return
	}
	text = w.m.clean(text)
	for _, r := range text {
		if w.m.class[r] != plain {
			w.mixedText(x, y, visual(text), s)
			return
		}
	}
	w.run(x, y, text, s, false)
}

// mixedText draws a line in visual order whose characters come from both families, piece by piece.
// Right-to-left marks are pieces of their own: they are drawn upon the letter before them.
func (w *writer) mixedText(x, y float64, text string, s style) {
	from, at, wider := 0, x, false // the piece begun, where it begins, its family
	letter, above := x, 0
	flush := func(to int) {
		if to > from {
			w.run(at, y, text[from:to], s, wider)
		}
	}
	for i, r := range text {
		advance := w.m.width(string(r), s.size, s.face)
		if isRightToLeft(r) && unicode.Is(unicode.Mn, r) {
			flush(i)
			from, at = i+utf8.RuneLen(r), x
			place := onLetter(r, w.m.source[r] == widerFace)
			lift := 0.0
			if !belowLetter(r) {
				lift, above = float64(above)*0.2*s.size, above+1
			}
			w.run(letter+(x-letter)*place.share-place.centre*s.size, y-lift, string(r), s, w.m.source[r] == widerFace)
			continue
		}
		if now := w.m.source[r] == widerFace; now != wider {
			flush(i)
			from, at, wider = i, x, now
		}
		if advance > 0 {
			letter, above = x, 0
		}
		x += advance
	}
	flush(len(text))
}

// run draws a text that one family holds.
func (w *writer) run(x, y float64, text string, s style, wider bool) {
	if w.font.size != s.size || w.font.face != s.face || w.fontWider != wider {
		name := family
		if wider {
			name = widerFamily
			w.addWider()
		}
		w.f.SetFont(name, faceStyles[s.face], s.size)
		w.font, w.fontWider = s, wider
	}
	// With the fill colour equal to the text's gofpdf writes no colour around the text.
	if w.paint(s.ink); w.textInk != s.ink {
		w.textInk = s.ink
		w.f.SetTextColor(chart.RGB(s.ink))
	}
	w.f.Text(x, y, text)
}

// addWider loads the faces for what Liberation Sans lacks, once and only where they are needed.
func (w *writer) addWider() {
	if w.wider {
		return
	}
	w.wider = true
	for i, style := range faceStyles {
		w.f.AddUTF8FontFromBytes(widerFamily, style, bytes.Clone(widerFiles[i]))
	}
}

// textRight ends a line at x.
func (w *writer) textRight(x, y float64, text string, s style) {
	w.text(x-w.width(text, s), y, text, s)
}

// fit cuts a text with an ellipsis to a width.
func (w *writer) fit(text string, width float64, s style) string {
	text = w.m.clean(text)
	return chart.Cut(text, width, func(t string) float64 { return w.m.width(t, s.size, s.face) })
}

// lines wraps a text to a width.
func (w *writer) lines(text string, width float64, s style) []string {
	return w.m.wrap(w.m.clean(text), width, s.size, s.face)
}

// paragraph flows a text over the full width, over as many pages as it takes. Two lines of it at
// least stay together at either side of a page break.
func (w *writer) paragraph(text string, s style) { w.block(marginLeft, bodyWidth, text, s) }

// block flows a text in a column of its own.
func (w *writer) block(x, width float64, text string, s style) {
	lines := w.lines(text, width, s)
	for i, line := range lines {
		left := len(lines) - i
		if keep := min(left, 2); i == 0 || left == 2 {
			w.need(float64(keep) * s.lead())
		} else {
			w.need(s.lead())
		}
		w.y += s.lead()
		w.text(x, w.y-s.lead()*0.27, line, s)
	}
}

// rule draws a horizontal line over the width of the body.
func (w *writer) rule(y float64, ink chart.Ink, thickness float64) {
	w.line(marginLeft, y, pageWidth-marginRight, y, chart.Style{Stroke: ink, Width: thickness})
}

// stroke and paint set the state for the next shape, where it differs.
func (w *writer) stroke(s chart.Style, em float64) {
	if w.draw != s.Stroke {
		w.f.SetDrawColor(chart.RGB(s.Stroke))
		w.draw = s.Stroke
	}
	if w.lineWidth != s.Width {
		w.f.SetLineWidth(s.Width)
		w.lineWidth = s.Width
	}
	on, off := chart.DashLengths(s.Dash, s.Width, em)
	if w.dash != [2]float64{on, off} {
		if on == 0 {
			w.f.SetDashPattern(nil, 0)
		} else {
			w.f.SetDashPattern([]float64{on, off}, 0)
		}
		w.dash = [2]float64{on, off}
	}
}

func (w *writer) paint(ink chart.Ink) {
	if w.fill != ink {
		w.f.SetFillColor(chart.RGB(ink))
		w.fill, w.textInk = ink, "" // gofpdf compares the two when it is told the text's
	}
}

// prepare sets the state for a closed shape and gives gofpdf's letters for it, "" for nothing to
// draw.
func (w *writer) prepare(s chart.Style, em float64) string {
	if w.dry {
		return ""
	}
	how := ""
	if s.Fill != "" {
		w.paint(s.Fill)
		how = "F"
	}
	if s.Stroke != "" {
		w.stroke(s, em)
		how += "D"
	}
	return how
}

func (w *writer) line(x1, y1, x2, y2 float64, s chart.Style) {
	if w.dry || s.Stroke == "" {
		return
	}
	w.stroke(s, bodyText.size)
	w.f.Line(x1, y1, x2, y2)
}

func (w *writer) box(x, y, width, height float64, s chart.Style) {
	if how := w.prepare(s, bodyText.size); how != "" {
		w.f.Rect(x, y, width, height, how)
	}
}
