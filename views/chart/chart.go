// Package chart draws the figures of pages and packs. A chart is drawn once, on a small Canvas: the
// SVG canvas is here, the PDF canvas in views/pdf, so that both show the same marks.
//
// A chart is a plain struct that holds texts in the reader's language beside the numbers that place
// them; the functions of build.go make one from a portfolio report. Everything measures itself in
// the canvas's base font size, the em, so that one drawing serves a screen and a sheet of paper.
//
// Colour never stands alone: each mark that means something by its colour also carries a letter,
// and the colours differ in lightness and hatching, so that a greyscale print can be read.
package chart

// Point is a place on a canvas.
type Point struct{ X, Y float64 }

// Ink is the role of a colour. What it looks like is the canvas's business: a page may restyle it
// for the dark or for print.
type Ink string

// The inks. The empty Ink draws nothing.
const (
	Ground Ink = "ground" // the paper, and text on dark marks
	Text   Ink = "text"   // main text and axes
	Muted  Ink = "muted"  // second-rank text, outlines of the first baseline
	Grid   Ink = "grid"   // rules behind the marks
	Accent Ink = "accent" // main series, today
	Second Ink = "second" // second series, deadline
	Green  Ink = "green"
	Amber  Ink = "amber"
	Red    Ink = "red"
	Grey   Ink = "grey" // not measured
)

// Weather gives the ink of a computed or declared colour: "green", "amber", "red"; everything else
// is grey.
func Weather(colour string) Ink {
	switch Ink(colour) {
	case Green, Amber, Red:
		return Ink(colour)
	}
	return Grey
}

// On gives the ink of a text that stands on a mark of ink i.
func On(i Ink) Ink {
	switch i {
	case Red, Text, Accent, Second, Muted:
		return Ground
	}
	return Text
}

// Dash is the pattern of a line.
type Dash int

// The patterns.
const (
	Solid Dash = iota
	Dashed
	Dotted
)

// Style is how a shape is drawn. A zero Style draws nothing.
type Style struct {
	Fill   Ink
	Stroke Ink
	Width  float64 // of the stroke
	Dash   Dash
}

// Anchor says which end of a text stands at its x.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// TextStyle is how a text is drawn.
type TextStyle struct {
	Size   float64
	Bold   bool
	Ink    Ink
	Anchor Anchor
}

// Canvas is what a chart is drawn on. Coordinates grow to the right and down; the y of a text is
// its baseline.
type Canvas interface {
	// Size is the width and height to draw in, with the origin at the top left.
	Size() (width, height float64)
	// Em is the base font size, which every measure of a chart hangs on.
	Em() float64
	// TextWidth is the width of a text of that size.
	TextWidth(text string, size float64, bold bool) float64
	Line(x1, y1, x2, y2 float64, s Style)
	Rect(x, y, width, height float64, s Style)
	Circle(x, y, radius float64, s Style)
	Polygon(points []Point, s Style)
	Polyline(points []Point, s Style)
	Text(x, y float64, text string, s TextStyle)
	// Mark groups what draw draws as one mark with a tip and, if href is not empty, a link to a page
	// of this site. A canvas that has neither just draws.
	Mark(tip, href string, draw func())
}

// sayEmpty says that there is nothing to draw.
func sayEmpty(c Canvas, text string) {
	em := c.Em()
	c.Text(0, em*1.4, text, TextStyle{Size: em, Ink: Muted})
}

// RGB is an ink on white paper, each channel 0 to 255. The three weather colours and grey are at
// least 12 points of CIE lightness apart: 95 grey, 81 green, 68 amber, 38 red.
func RGB(i Ink) (r, g, b int) {
	switch i {
	case Ground:
		return 0xff, 0xff, 0xff
	case Muted:
		return 0x5a, 0x6b, 0x70
	case Grid:
		return 0xd8, 0xdf, 0xe1
	case Accent:
		return 0x12, 0x5e, 0x66
	case Second:
		return 0x8a, 0x4b, 0x14
	case Green:
		return 0xa3, 0xd5, 0xb4
	case Amber:
		return 0xe0, 0x96, 0x2a
	case Red:
		return 0xa9, 0x22, 0x1d
	case Grey:
		return 0xf0, 0xf1, 0xf2
	}
	return 0x16, 0x32, 0x38
}
