package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// placeholder stands for a character that no face can draw and no name would help with: a letter of a
// script that they lack, a byte that is no text. It is seen, so that nobody takes the text for
// whole.
const placeholder = '□'

// clean makes any text safe to draw: one rune above U+FFFF or one invalid byte would lose the
// whole document in gofpdf. Letters are composed (NFC), Arabic ones take the form that their
// neighbours ask for, invisible controls and direction overrides are dropped, line ends become \n,
// and what has no glyph becomes a symbol that means the same, or the placeholder. A clean text comes
// back as it is.
func (m *metrics) clean(text string) string {
	for _, r := range text {
		if r >= 1<<16 || m.class[r] == special {
			return m.cleanSlowly(shapeArabic(composed(text)))
		}
	}
	return text
}

// safe is clean for texts that a reader's program draws, such as bookmarks: it shapes Arabic itself.
func (m *metrics) safe(text string) string { return m.cleanSlowly(composed(text)) }

// composed is valid UTF-8 in NFC.
func composed(text string) string {
	return norm.NFC.String(strings.ReplaceAll(strings.ToValidUTF8(text, string(placeholder)), "\r\n", "\n"))
}

func (m *metrics) cleanSlowly(text string) string {
	text = norm.NFC.String(m.replace(text)) // what was dropped may have stood between a letter and its mark
	var b strings.Builder
	b.Grow(len(text))
	afterPlaceholder := false
	for _, r := range text {
		if mark := unicode.Is(unicode.Mn, r); mark && afterPlaceholder {
			continue
		}
		if r != '\n' && !m.drawable(r) {
			r = placeholder
		}
		afterPlaceholder = r == placeholder
		b.WriteRune(r)
	}
	return b.String()
}

// drawable tells whether a face has a glyph.
func (m *metrics) drawable(r rune) bool { return r < 1<<16 && m.source[r] != noFace }

// needsCare tells whether a character may not be drawn as it stands.
func needsCare(r rune) bool {
	text := string(r)
	return substitute(r) != r || r == '\n' || unicode.Is(unicode.Mn, r) || unicode.IsControl(r) || arabicLetters[r].isolated != 0 ||
		!norm.NFC.IsNormalString(text) || !norm.NFC.PropertiesString(text).BoundaryBefore()
}

// substitute gives what is drawn instead of a character, −1 for nothing.
func substitute(r rune) rune {
	switch {
	case r == '\n', r == '\u2028', r == '\u2029', r == '\r', r == '\v', r == '\f', r == '\u0085':
		return '\n'
	case r == '\t':
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return -1
	case r == '\u00ad', r == '\u061c', r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return -1 // soft hyphen, joiners, direction marks and overrides
	case r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe01ef, unicode.Is(unicode.Me, r):
		return -1 // variation selectors, tags, keycaps
	case r >= 0x2000 && r <= 0x200a, r == 0x205f, r == 0x3000:
		return ' '
	case r == '\u2010', r == '\u2011':
		return '-'
	case r == utf8.RuneError: // what others, or the range over a text, made of a byte that is none
		return placeholder
	}
	return r
}

func isRightToLeft(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc
}

// wrap breaks a clean text into lines that fit the width: at spaces and after hyphens and slashes,
// inside a word only where the word alone is too wide. Empty lines at the ends are dropped, and of
// several in a row one is kept. It takes time in proportion to the text.
func (m *metrics) wrap(text string, width, size float64, f face) []string {
	var lines []string
	for paragraph := range strings.SplitSeq(text, "\n") {
		paragraph = strings.Trim(paragraph, " ")
		if paragraph == "" {
			if len(lines) > 0 && lines[len(lines)-1] != "" {
				lines = append(lines, "")
			}
			continue
		}
		lines = m.wrapParagraph(lines, paragraph, width*1000/size, &m.advance[f])
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// clings tells whether a text begins with a mark that French sets apart by a space but never at the
// beginning of a line; people type an ordinary space there.
func clings(text string) bool {
	r, n := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("?!:;»%€", r) && n > 0 && (len(text) == n || text[n] == ' ')
}

// wrapParagraph works in thousandths of an em.
func (m *metrics) wrapParagraph(lines []string, text string, limit float64, advance *[1 << 16]uint16) []string {
	start, used := 0, 0.0         // of the line
	breakAt, breakUsed := -1, 0.0 // last place where it may break, and the width up to there
	var previous rune
	for i, r := range text {
		w := 0.0
		if r < 1<<16 {
			w = float64(advance[r])
		}
		for used+w > limit && r != ' ' && i > start {
			end := i
			if breakAt > start {
				end = breakAt
				used -= breakUsed
			} else {
				used = 0
			}
			lines = append(lines, strings.TrimRight(text[start:end], " "))
			for end < i && text[end] == ' ' {
				used -= float64(advance[' '])
				end++
			}
			start, breakAt = end, -1
		}
		used += w
		after := i + utf8.RuneLen(r)
		if r == '-' || r == '/' || r == placeholder || r == ' ' && previous != '«' && !clings(text[after:]) {
			breakAt, breakUsed = after, used
		}
		previous = r
	}
	return append(lines, strings.TrimRight(text[start:], " "))
}
