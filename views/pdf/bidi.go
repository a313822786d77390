package pdf

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// visual puts a clean line that holds right-to-left letters in the order in which it is drawn, from
// left to right, by the Unicode Bidirectional Algorithm (UAX #9): rules P2 and P3 on the line, W1 to
// W7, N1 and N2, I1, I2, L1 to L4. Embeddings and isolates are none, since clean drops the controls;
// N0 is left out, which only matters for brackets around a piece in the other direction at the border
// of one. golang.org/x/text/unicode/bidi knows the classes, but gives runs without their levels.
func visual(line string) string {
	if !strings.ContainsFunc(line, isRightToLeft) {
		return line
	}
	runes := []rune(line)
	base := uint8(0)
	if beginsRightToLeft(line) {
		base = 1
	}
	levels := levelsOf(runes, base)
	reorder(runes, levels)
	return string(runes)
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

// classOf gives the bidirectional class of a character; a presentation form has that of its letter.
func classOf(r rune) bidi.Class {
	p, _ := bidi.LookupRune(r)
	return p.Class()
}

// levelsOf resolves the embedding level of each character.
func levelsOf(runes []rune, base uint8) []uint8 {
	classes := make([]bidi.Class, len(runes))
	for i, r := range runes {
		classes[i] = classOf(r)
	}
	sides := bidi.L
	if base == 1 {
		sides = bidi.R
	}
	resolveWeak(classes, sides)
	resolveNeutral(classes, sides)
	levels := make([]uint8, len(runes))
	for i, c := range classes {
		levels[i] = base
		switch {
		case c == bidi.R && base == 0, c == bidi.L && base == 1:
			levels[i]++
		case (c == bidi.EN || c == bidi.AN) && base == 0:
			levels[i] += 2
		case c == bidi.EN, c == bidi.AN:
			levels[i]++
		}
	}
	for i := len(runes) - 1; i >= 0 && unicode.IsSpace(runes[i]); i-- {
		levels[i] = base // L1
	}
	return levels
}

// resolveWeak applies W1 to W7: what figures, their signs and marks are between letters.
func resolveWeak(classes []bidi.Class, sides bidi.Class) {
	strong, before := sides, sides
	for i, c := range classes {
		switch {
		case c == bidi.NSM: // W1
			c = before
		case c == bidi.EN && strong == bidi.AL: // W2
			c = bidi.AN
		case c == bidi.L, c == bidi.R, c == bidi.AL:
			strong = c
		}
		classes[i], before = c, c
	}
	for i := 1; i+1 < len(classes); i++ { // W4
		prev, next := classes[i-1], classes[i+1]
		if prev == next && (prev == bidi.EN && (classes[i] == bidi.ES || classes[i] == bidi.CS) || prev == bidi.AN && classes[i] == bidi.CS) {
			classes[i] = prev
		}
	}
	for i := 0; i < len(classes); i++ { // W5
		if classes[i] != bidi.ET {
			continue
		}
		end := i
		for end < len(classes) && classes[end] == bidi.ET {
			end++
		}
		if i > 0 && classes[i-1] == bidi.EN || end < len(classes) && classes[end] == bidi.EN {
			for k := i; k < end; k++ {
				classes[k] = bidi.EN
			}
		}
		i = end - 1
	}
	strong = sides
	for i, c := range classes {
		switch c {
		case bidi.AL: // W3
			classes[i], strong = bidi.R, bidi.R
		case bidi.L, bidi.R:
			strong = c
		case bidi.EN: // W7
			if strong == bidi.L {
				classes[i] = bidi.L
			}
		case bidi.AN:
		default: // W6: whatever is left is neutral
			classes[i] = bidi.ON
		}
	}
}

// resolveNeutral applies N1 and N2: what stands between two of a direction takes it, what stands at a
// border takes that of the line. Figures count as right to left.
func resolveNeutral(classes []bidi.Class, sides bidi.Class) {
	direction := func(i int) bidi.Class {
		switch {
		case i < 0 || i >= len(classes):
			return sides
		case classes[i] == bidi.L:
			return bidi.L
		}
		return bidi.R
	}
	for i := 0; i < len(classes); i++ {
		if classes[i] != bidi.ON {
			continue
		}
		end := i
		for end < len(classes) && classes[end] == bidi.ON {
			end++
		}
		to := sides
		if before := direction(i - 1); before == direction(end) {
			to = before
		}
		for k := i; k < end; k++ {
			classes[k] = to
		}
		i = end - 1
	}
}

// mirrors are the brackets that face the other way from right to left.
var mirrors = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '{': '}', '}': '{', '<': '>', '>': '<',
	'«': '»', '»': '«', '‹': '›', '›': '‹', '≤': '≥', '≥': '≤'}

// reorder applies L2 to L4: from the highest level down, each stretch of at least that level turns
// around; then marks stand behind their letters again, and brackets face their text.
func reorder(runes []rune, levels []uint8) {
	for i, r := range runes {
		if m, ok := mirrors[r]; ok && levels[i]%2 == 1 {
			runes[i] = m
		}
	}
	stretches := func(level uint8, turn func(from, to int)) {
		for i := 0; i < len(levels); i++ {
			from := i
			for i < len(levels) && levels[i] >= level {
				i++
			}
			if i > from {
				turn(from, i)
			}
		}
	}
	for level := slices.Max(levels); level > 0; level-- {
		stretches(level, func(from, to int) {
			slices.Reverse(runes[from:to])
			slices.Reverse(levels[from:to])
		})
	}
	for i := 0; i < len(runes); i++ { // L3
		from := i
		for i < len(runes) && levels[i]%2 == 1 && unicode.Is(unicode.Mn, runes[i]) {
			i++
		}
		if i > from && i < len(runes) && levels[i]%2 == 1 {
			slices.Reverse(runes[from : i+1])
		}
	}
}
