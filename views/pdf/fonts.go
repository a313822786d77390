package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/jung-kurt/gofpdf"
)

// face is one of the two cuts of Liberation Sans that a document uses: a third would cost each pack some
// 10 kB and a tenth of its time.
type face int

const (
	regular face = iota
	bold
)

// family is the name under which the faces are known to gofpdf. What Liberation Sans lacks (Arabic,
// Armenian, Georgian, most symbols) is drawn with DejaVu Sans, widerFamily, which only documents with
// such a character load.
const (
	family      = "sans"
	widerFamily = "wide"
)

var (
	faceStyles = [2]string{"", "B"}
	faceFiles  = [2][]byte{liberationsansregular.TTF, liberationsansbold.TTF}
	widerFiles = [2][]byte{dejavusans.TTF, dejavusansbold.TTF}
)

// addFonts loads the faces into a document. gofpdf writes into the bytes that it is given (it
// clears a checksum), so each document gets its own copy: documents are made at the same time.
func addFonts(f *gofpdf.Fpdf) {
	for i, style := range faceStyles {
		f.AddUTF8FontFromBytes(family, style, bytes.Clone(faceFiles[i]))
	}
}

// metrics holds what measuring needs: the advance widths in thousandths of an em of every
// character that both faces of a family have, which family draws it, and how it is to be treated. It
// is made once and only read after that.
type metrics struct {
	advance [2][1 << 16]uint16
	class   [1 << 16]uint8
	source  [1 << 16]uint8
}

// Classes of characters.
const (
	special uint8 = iota // must go through the long way of clean
	plain                // drawn as it is, with Liberation Sans
	careful              // drawn as it is, but its line must be put in order or needs another font
)

// Sources of glyphs.
const (
	noFace uint8 = iota
	usualFace
	widerFace
)

var loadMetrics = sync.OnceValues(func() (*metrics, error) {
	m := new(metrics)
	for _, set := range []struct {
		name   string
		files  [2][]byte
		source uint8
	}{{family, faceFiles, usualFace}, {widerFamily, widerFiles, widerFace}} {
		if err := m.add(set.files, set.source); err != nil {
			return nil, fmt.Errorf("font %s: %w", set.name, err)
		}
	}
	return m, nil
})

// add takes in the characters of a family that no family before it has.
func (m *metrics) add(files [2][]byte, source uint8) error {
	var glyphs [2]map[rune]uint16
	var advance [2][1 << 16]uint16
	for i, ttf := range files {
		var err error
		if glyphs[i], err = readFace(ttf, &advance[i]); err != nil {
			return err
		}
	}
	for r := range glyphs[regular] {
		if _, both := glyphs[bold][r]; !both || m.source[r] != noFace {
			continue
		}
		m.source[r] = source
		for i := range advance {
			m.advance[i][r] = advance[i][r]
		}
		switch {
		case needsCare(r):
		case isRightToLeft(r), source != usualFace:
			m.class[r] = careful
		default:
			m.class[r] = plain
		}
	}
	return nil
}

// readFace reads the character map and the advance widths of a TrueType file.
// https://learn.microsoft.com/typography/opentype/spec/otff
func readFace(ttf []byte, advance *[1 << 16]uint16) (map[rune]uint16, error) {
	tables, err := tableDirectory(ttf)
	if err != nil {
		return nil, err
	}
	head, hhea, hmtx, cmap := tables["head"], tables["hhea"], tables["hmtx"], tables["cmap"]
	if len(head) < 54 || len(hhea) < 36 || len(cmap) < 4 {
		return nil, fmt.Errorf("a table is missing")
	}
	perEm := int(binary.BigEndian.Uint16(head[18:]))
	widths := int(binary.BigEndian.Uint16(hhea[34:]))
	if perEm == 0 || widths == 0 || len(hmtx) < 4*widths {
		return nil, fmt.Errorf("the widths are cut short")
	}
	glyphs, err := characterMap(cmap)
	if err != nil {
		return nil, err
	}
	for r, g := range glyphs {
		i := min(int(g), widths-1) // the last width holds for all glyphs after it
		w := int(binary.BigEndian.Uint16(hmtx[4*i:]))
		advance[r] = uint16((w*1000 + perEm/2) / perEm)
	}
	return glyphs, nil
}

func tableDirectory(ttf []byte) (map[string][]byte, error) {
	if len(ttf) < 12 {
		return nil, fmt.Errorf("not a font")
	}
	n := int(binary.BigEndian.Uint16(ttf[4:]))
	if len(ttf) < 12+16*n {
		return nil, fmt.Errorf("the table directory is cut short")
	}
	tables := make(map[string][]byte, n)
	for i := range n {
		rec := ttf[12+16*i:]
		from, length := binary.BigEndian.Uint32(rec[8:]), binary.BigEndian.Uint32(rec[12:])
		if uint64(from)+uint64(length) > uint64(len(ttf)) {
			return nil, fmt.Errorf("table %s is cut short", rec[:4])
		}
		tables[string(rec[:4])] = ttf[from : from+length]
	}
	return tables, nil
}

// characterMap reads the format 4 subtable for the Basic Multilingual Plane.
func characterMap(cmap []byte) (map[rune]uint16, error) {
	u16 := func(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
	for i := range u16(cmap, 2) {
		platform, encoding := u16(cmap, 4+8*i), u16(cmap, 6+8*i)
		sub := cmap[binary.BigEndian.Uint32(cmap[8+8*i:]):]
		if platform != 3 || encoding != 1 || u16(sub, 0) != 4 {
			continue
		}
		segments := u16(sub, 6) / 2
		ends, starts := sub[14:], sub[16+2*segments:]
		deltas, offsets := sub[16+4*segments:], sub[16+6*segments:]
		glyphs := make(map[rune]uint16, 4096)
		for s := range segments {
			start, end, delta, offset := u16(starts, 2*s), u16(ends, 2*s), u16(deltas, 2*s), u16(offsets, 2*s)
			for c := start; c <= end && c != 0xffff; c++ {
				g := c
				if offset != 0 {
					if g = u16(offsets, 2*s+offset+2*(c-start)); g == 0 {
						continue
					}
				}
				if g = (g + delta) & 0xffff; g != 0 {
					glyphs[rune(c)] = uint16(g)
				}
			}
		}
		return glyphs, nil
	}
	return nil, fmt.Errorf("no character map for Unicode")
}

// width measures a clean text in points.
func (m *metrics) width(text string, size float64, f face) float64 {
	advance := &m.advance[f]
	total := 0
	for _, r := range text {
		if r < 1<<16 {
			total += int(advance[r])
		}
	}
	return float64(total) * size / 1000
}
