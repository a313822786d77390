package pdf

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// placeholder stands for a character that the faces cannot draw: an emoji, a script they lack, a
// byte that is no text. It is seen, so that nobody takes the text for whole.
const placeholder = '□'

// clean makes any text safe to draw: one rune above U+FFFF or one invalid byte would lose the
// whole document in gofpdf. Letters are composed (NFC), invisible controls and direction
// overrides are dropped, line ends become \n, and what has no glyph becomes the placeholder. A
// clean text comes back as it is.
func (m *metrics) clean(text string) string {
	for _, r := range text {
		if r >= 1<<16 || m.class[r] == special {
			return m.cleanSlowly(text)
		}
	}
	return text
}

func (m *metrics) cleanSlowly(text string) string {
	text = strings.ToValidUTF8(text, string(placeholder))
	text = norm.NFC.String(strings.ReplaceAll(text, "\r\n", "\n"))
	var b strings.Builder
	b.Grow(len(text))
	afterPlaceholder := false
	for _, r := range text {
		r = substitute(r)
		if r < 0 {
			continue
		}
		if r != '\n' && (r >= 1<<16 || !m.drawable(r)) {
			if isModifier(r) && afterPlaceholder {
				continue // of an emoji that is already one placeholder
			}
			r = placeholder
		}
		afterPlaceholder = r == placeholder
		b.WriteRune(r)
	}
	return b.String()
}

// drawable tells whether the faces have a glyph.
func (m *metrics) drawable(r rune) bool {
	return m.class[r] != special || (m.advance[regular][r] > 0 && m.advance[bold][r] > 0) || (unicode.Is(unicode.Mn, r) && m.class[r] == rightToLeft)
}

// needsCare tells whether a character may not be drawn as it stands.
func needsCare(r rune) bool {
	return substitute(r) != r || r == '\n' || unicode.Is(unicode.Mn, r) || unicode.IsControl(r)
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
	case r == '\u00ad', r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return -1 // soft hyphen, joiners, direction marks and overrides
	case r == 0xfeff, r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0000 && r <= 0xe01ef:
		return -1 // variation selectors and tags
	case r >= 0x2000 && r <= 0x200a, r == 0x205f, r == 0x3000:
		return ' '
	case r == '\u2010', r == '\u2011':
		return '-'
	case r == '✓', r == '✔':
		return '√'
	}
	return r
}

// isModifier tells marks that only change the emoji before them.
func isModifier(r rune) bool {
	return r >= 0x1f3fb && r <= 0x1f3ff || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
}

func isRightToLeft(r rune) bool {
	return r >= 0x0590 && r <= 0x08ff || r >= 0xfb1d && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc
}

// visual puts a clean line that holds right-to-left letters in the order in which it is drawn,
// from left to right. Letters are not joined: the faces hold Hebrew, which needs no shaping.
//
// bidi finds the runs but gives them in logical order and without levels, so the reordering is ours
// (Unicode Bidirectional Algorithm, rule L2): in a line that begins right to left all runs turn
// around; in any other, each stretch of right-to-left runs with nothing but figures between them.
func visual(line string) string {
	if !strings.ContainsFunc(line, isRightToLeft) {
		return line
	}
	var p bidi.Paragraph
	if _, err := p.SetString(line); err != nil {
		return line
	}
	order, err := p.Order()
	if err != nil {
		return line
	}
	runs := make([]string, order.NumRuns())
	backwards := make([]bool, len(runs))
	for i := range runs {
		run := order.Run(i)
		runs[i], backwards[i] = run.String(), run.Direction() == bidi.RightToLeft
		if backwards[i] {
			runs[i] = reverse(runs[i])
		}
	}
	if beginsRightToLeft(line) {
		slices.Reverse(runs)
	} else {
		reverseStretches(runs, backwards)
	}
	if out := strings.Join(runs, ""); len(out) == len(line) {
		return out
	}
	return line // never lose a letter to the reordering
}

// beginsRightToLeft tells the direction of the first letter, which is that of the line.
func beginsRightToLeft(line string) bool {
	for _, r := range line {
		if isRightToLeft(r) {
			return true
		}
		if unicode.IsLetter(r) {
			return false
		}
	}
	return false
}

// reverseStretches turns each maximal stretch of right-to-left runs around, figures included.
func reverseStretches(runs []string, backwards []bool) {
	for i := 0; i < len(runs); i++ {
		if !backwards[i] {
			continue
		}
		last := i
		for k := i + 1; k < len(runs) && (backwards[k] || !strings.ContainsFunc(runs[k], unicode.IsLetter)); k++ {
			if backwards[k] {
				last = k
			}
		}
		slices.Reverse(runs[i : last+1])
		i = last
	}
}

// mirrors are the brackets that face the other way in a right-to-left run.
var mirrors = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<', '«': '»', '»': '«'}

// reverse turns a run around, keeping each letter before its marks and mirroring brackets; paired
// brackets have the same length in UTF-8, so the length stays.
func reverse(run string) string {
	var clusters []string
	for len(run) > 0 {
		r, n := utf8.DecodeRuneInString(run)
		head := string(r)
		if m, ok := mirrors[r]; ok {
			head = string(m)
		}
		for n < len(run) {
			next, size := utf8.DecodeRuneInString(run[n:])
			if !unicode.Is(unicode.Mn, next) {
				break
			}
			head += run[n : n+size]
			n += size
		}
		clusters = append(clusters, head)
		run = run[n:]
	}
	slices.Reverse(clusters)
	return strings.Join(clusters, "")
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
