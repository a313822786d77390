package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"testing"
	"unicode/utf16"

	"github.com/jung-kurt/gofpdf"

	"jalon/internal/benchtest"
	"jalon/views"
	"jalon/views/chart"
)

// benchProjects make a pack of about 40 pages.
const benchProjects = 28

// BenchmarkPack typesets a pack of about 40 pages, beside plain gofpdf calls that draw the very texts,
// lines and shapes of that pack from a list: what a program would cost that knew the layout beforehand.
func BenchmarkPack(b *testing.B) {
	s := sample("fr", benchProjects)
	document := render(b, s)
	pages := marksOf(b, document)
	benchtest.Compare(b, 1, benchtest.Side{Run: func() { render(b, s) }}, benchtest.Side{Name: "marks", Run: func() { sameMarks(b, pages) }}, nil)
	b.ReportMetric(float64(len(pages)), "pages")
	b.ReportMetric(float64(len(document))/1000, "KB")
}

func sameMarks(b *testing.B, pages [][]func(*gofpdf.Fpdf)) {
	f := gofpdf.New("P", "pt", "A4", "")
	f.SetAutoPageBreak(false, 0)
	addFonts(f)
	for _, page := range pages {
		f.AddPage()
		f.SetFont(family, "", 9)
		for _, m := range page {
			m(f)
		}
	}
	if err := f.Output(io.Discard); err != nil {
		b.Fatal(err)
	}
}

var (
	streamHead = regexp.MustCompile(`/Filter /FlateDecode /Length (\d+)>>\nstream\n`)
	fontMark   = regexp.MustCompile(`^BT /F\S+ ([\d.]+) Tf ET$`)
	textMark   = regexp.MustCompile(`(?s)^BT ([\d.-]+) ([\d.-]+) Td \((.*)\) Tj ET$`)
	lineMark   = regexp.MustCompile(`^([\d.-]+) ([\d.-]+) m ([\d.-]+) ([\d.-]+) l S$`)
	rectMark   = regexp.MustCompile(`^([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) re (\w)$`)
	curveMark  = regexp.MustCompile(`^([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) ([\d.-]+) c$`)
	inkMark    = regexp.MustCompile(`^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$`)
)

// marksOf reads the marks back from the pages of a document.
func marksOf(t testing.TB, document []byte) [][]func(*gofpdf.Fpdf) {
	var pages [][]func(*gofpdf.Fpdf)
	for _, at := range streamHead.FindAllSubmatchIndex(document, -1) {
		n, _ := strconv.Atoi(string(document[at[2]:at[3]]))
		r, err := zlib.NewReader(bytes.NewReader(document[at[1] : at[1]+n]))
		if err != nil {
			t.Fatal(err)
		}
		stream, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var marks []func(*gofpdf.Fpdf)
		for op := range bytes.SplitSeq(stream, []byte("\n")) {
			if m := markOf(op); m != nil {
				marks = append(marks, m)
			}
		}
		pages = append(pages, marks)
	}
	return pages
}

func markOf(op []byte) func(*gofpdf.Fpdf) {
	num := func(b []byte) float64 { v, _ := strconv.ParseFloat(string(b), 64); return v }
	if m := textMark.FindSubmatch(op); m != nil {
		x, y, text := num(m[1]), pageHeight-num(m[2]), utf16Text(m[3])
		return func(f *gofpdf.Fpdf) { f.Text(x, y, text) }
	}
	if m := fontMark.FindSubmatch(op); m != nil {
		size := num(m[1])
		return func(f *gofpdf.Fpdf) { f.SetFont(family, "", size) }
	}
	if m := lineMark.FindSubmatch(op); m != nil {
		x1, y1, x2, y2 := num(m[1]), num(m[2]), num(m[3]), num(m[4])
		return func(f *gofpdf.Fpdf) { f.Line(x1, y1, x2, y2) }
	}
	if m := rectMark.FindSubmatch(op); m != nil {
		x, y, w, h := num(m[1]), num(m[2]), num(m[3]), num(m[4])
		return func(f *gofpdf.Fpdf) { f.Rect(x, y, w, h, "F") }
	}
	if m := curveMark.FindSubmatch(op); m != nil {
		v := [6]float64{num(m[1]), num(m[2]), num(m[3]), num(m[4]), num(m[5]), num(m[6])}
		return func(f *gofpdf.Fpdf) { f.CurveBezierCubicTo(v[0], v[1], v[2], v[3], v[4], v[5]) }
	}
	if m := inkMark.FindSubmatch(op); m != nil {
		r, g, b := int(num(m[1])*255), int(num(m[2])*255), int(num(m[3])*255)
		if m[4][0] == 'r' {
			return func(f *gofpdf.Fpdf) { f.SetFillColor(r, g, b); f.SetTextColor(r, g, b) }
		}
		return func(f *gofpdf.Fpdf) { f.SetDrawColor(r, g, b) }
	}
	return nil
}

func utf16Text(raw []byte) string {
	raw = regexp.MustCompile(`(?s)\\(.)`).ReplaceAll(raw, []byte("$1"))
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		u := uint16(raw[i])<<8 | uint16(raw[i+1])
		if u >= 0xd800 && u < 0xe000 {
			u = placeholder
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

func BenchmarkClean(b *testing.B) {
	m, err := loadMetrics()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.clean(sampleComment)
	}
}

func BenchmarkTimelineSVG(b *testing.B) {
	s := sample("fr", 36)
	p := &pack{s: s, r: &s.Report}
	for b.Loop() {
		t := chart.NewTimeline(p.r, views.For("fr"), chart.TimelineOptions{})
		if len(chart.SVG("t", 960, t.Height(12), 12, t.Title, t.Desc, t.Draw)) == 0 {
			b.Fatal(fmt.Errorf("nothing drawn"))
		}
	}
}
