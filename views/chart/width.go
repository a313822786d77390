package chart

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Advance widths of printable ASCII in thousandths of an em, from the metrics of Liberation Sans,
// which are those of Arial and Helvetica: what a browser draws with the page's sans-serif stack is
// close enough to place labels.
var (
	regularWidths = [95]uint16{278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
		1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
		333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584}
	boldWidths = [95]uint16{278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
		556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
		975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
		333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584}
)

// textWidth estimates the width of a text in a common sans-serif face.
func textWidth(text string, size float64, bold bool) float64 {
	widths := &regularWidths
	if bold {
		widths = &boldWidths
	}
	total := 0
	for _, r := range norm.NFD.String(text) {
		switch {
		case r >= 0x20 && r < 0x7f:
			total += int(widths[r-0x20])
		case unicode.Is(unicode.Mn, r):
		case r == '\u202f':
			total += 200
		case r == '\u00a0' || r == '’':
			total += 278
		case r == '…' || r == '—' || r == 'œ' || r == 'Œ' || r >= 0x2e80:
			total += 1000
		default:
			total += 600
		}
	}
	return float64(total) * size / 1000
}

// Cut shortens a text with an ellipsis until it fits the width, at a letter where it must. A width
// that holds nothing gives "".
func Cut(text string, width float64, measure func(string) float64) string {
	if measure(text) <= width {
		return text
	}
	runes := []rune(text)
	// The longest head that fits, by bisection: measuring is what costs.
	low, high := 0, len(runes)
	for low < high {
		mid := (low + high + 1) / 2
		if measure(headOf(runes, mid)) <= width {
			low = mid
		} else {
			high = mid - 1
		}
	}
	if low == 0 {
		return ""
	}
	return headOf(runes, low)
}

func headOf(runes []rune, n int) string {
	for n > 0 && unicode.Is(unicode.Mn, runes[min(n, len(runes)-1)]) {
		n-- // never part a letter from its accent
	}
	return strings.TrimRight(string(runes[:n]), " \u00a0\u202f,;:.") + "…"
}

// fit cuts a text for a canvas.
func fit(c Canvas, text string, width, size float64, bold bool) string {
	return Cut(text, width, func(s string) float64 { return c.TextWidth(s, size, bold) })
}

// wrap breaks a text at its spaces into at most so many lines of the width; what is left over is cut from the last. It
// measures by estimate, so that the height of a chart is known before there is a canvas.
func wrap(text string, width, size float64, bold bool, lines int) []string {
	measure := func(s string) float64 { return textWidth(s, size, bold) * fontTolerance }
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' }) // no-break spaces hold
	var out []string
	line := ""
	for i, word := range words {
		longer := strings.TrimSpace(line + " " + word)
		if line == "" || measure(longer) <= width {
			line = longer
			continue
		}
		if len(out) == lines-1 {
			line += " " + strings.Join(words[i:], " ")
			break
		}
		out, line = append(out, Cut(line, width, measure)), word
	}
	return append(out, Cut(line, width, measure))
}
