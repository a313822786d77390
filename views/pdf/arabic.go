package pdf

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Arabic letters change with their neighbours. gofpdf knows no shaping, so the letters are replaced
// by the presentation forms that Unicode keeps for such writers (Arabic Presentation Forms-B, and
// Forms-A for Persian and Urdu). Joining types are those of ArabicShaping.txt, the rules R1 to R7
// those of The Unicode Standard 15.0, chapter 9.2; the forms are those whose compatibility
// decomposition is the letter (UnicodeData.txt). A letter that has no forms is drawn alone.

// joining is how a character connects to its neighbours.
type joining uint8

const (
	joinsNothing     joining = iota
	joinsRight               // to the letter before it, like alef
	joinsBoth                // like beh
	joinsCausing             // kashida and ZWJ: both neighbours join, it has one form
	joinsTransparent         // a mark: seen through
)

// arabicForms are the shapes of a letter; initial and medial are 0 where it only joins the one
// before it.
type arabicForms struct{ isolated, final, initial, medial rune }

// Letters with the first of their forms: isolated, final and, for those that join both ways, initial
// and medial stand in a row.
var (
	rightJoining = map[rune]rune{
		'آ': 0xfe81, 'أ': 0xfe83, 'ؤ': 0xfe85, 'إ': 0xfe87, 'ا': 0xfe8d, 'ة': 0xfe93, 'د': 0xfea9, 'ذ': 0xfeab,
		'ر': 0xfead, 'ز': 0xfeaf, 'و': 0xfeed, 'ڈ': 0xfb88, 'ڑ': 0xfb8c, 'ژ': 0xfb8a,
	}
	bothJoining = map[rune]rune{
		'ئ': 0xfe89, 'ب': 0xfe8f, 'ت': 0xfe95, 'ث': 0xfe99, 'ج': 0xfe9d, 'ح': 0xfea1, 'خ': 0xfea5, 'س': 0xfeb1,
		'ش': 0xfeb5, 'ص': 0xfeb9, 'ض': 0xfebd, 'ط': 0xfec1, 'ظ': 0xfec5, 'ع': 0xfec9, 'غ': 0xfecd, 'ف': 0xfed1,
		'ق': 0xfed5, 'ك': 0xfed9, 'ل': 0xfedd, 'م': 0xfee1, 'ن': 0xfee5, 'ه': 0xfee9, 'ي': 0xfef1,
		'پ': 0xfb56, 'ٹ': 0xfb66, 'چ': 0xfb7a, 'ک': 0xfb8e, 'گ': 0xfb92, 'ھ': 0xfbaa, 'ی': 0xfbfc,
	}
	// lamAlef are the isolated forms of the obligatory ligatures of lam with what follows it; the final
	// form is the next character.
	lamAlef = map[rune]rune{'آ': 0xfef5, 'أ': 0xfef7, 'إ': 0xfef9, 'ا': 0xfefb}

	arabicLetters = func() map[rune]arabicForms {
		all := map[rune]arabicForms{
			'ء': {isolated: 0xfe80, final: 0xfe80},
			'ى': {0xfeef, 0xfef0, 0xfbe8, 0xfbe9}, // its four forms stand in two blocks
		}
		for r, f := range rightJoining {
			all[r] = arabicForms{isolated: f, final: f + 1}
		}
		for r, f := range bothJoining {
			all[r] = arabicForms{f, f + 1, f + 2, f + 3}
		}
		return all
	}()
)

const (
	lam     = 'ل'
	hamza   = 'ء'
	kashida = 'ـ'
	zwj     = '\u200d'
)

// joiningOf gives the joining type of a character.
func joiningOf(r rune) joining {
	switch {
	case r == kashida, r == zwj:
		return joinsCausing
	case r == hamza:
		return joinsNothing
	case unicode.In(r, unicode.Mn, unicode.Me):
		return joinsTransparent
	}
	f, known := arabicLetters[r]
	switch {
	case !known:
		return joinsNothing
	case f.medial != 0:
		return joinsBoth
	}
	return joinsRight
}

// shapeArabic replaces Arabic letters by their presentation forms, in the order in which the text
// is read. What is no Arabic letter stays; the result has no letter left to shape.
func shapeArabic(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return arabicLetters[r].isolated != 0 }) {
		return text
	}
	runes := []rune(text)
	var b strings.Builder
	b.Grow(len(text) + utf8.UTFMax)
	joins := false // the last letter joins the one after it
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		kind := joiningOf(r)
		if kind == joinsTransparent {
			b.WriteRune(r)
			continue
		}
		next := nextLetter(runes, i+1)
		if form, ligature := lamAlef[letterAt(runes, next)]; ligature && r == lam {
			if joins {
				form++
			}
			b.WriteRune(form)
			b.WriteString(string(runes[i+1 : next])) // the marks between them
			i, joins = next, false
			continue
		}
		b.WriteRune(formOf(r, joins, joinsBackwards(letterAt(runes, next))))
		joins = kind == joinsBoth || kind == joinsCausing
	}
	return b.String()
}

// nextLetter skips marks.
func nextLetter(runes []rune, from int) int {
	for from < len(runes) && joiningOf(runes[from]) == joinsTransparent {
		from++
	}
	return from
}

// letterAt is the character at a place, 0 at the end.
func letterAt(runes []rune, at int) rune {
	if at < len(runes) {
		return runes[at]
	}
	return 0
}

// joinsBackwards tells whether a character connects to the one before it.
func joinsBackwards(r rune) bool {
	kind := joiningOf(r)
	return kind == joinsRight || kind == joinsBoth || kind == joinsCausing
}

// formOf picks the form of a letter whose neighbours before and after it join it or not.
func formOf(r rune, before, after bool) rune {
	f, known := arabicLetters[r]
	switch {
	case !known:
		return r
	case before && after && f.medial != 0:
		return f.medial
	case before:
		return f.final
	case after && f.initial != 0:
		return f.initial
	}
	return f.isolated
}

// markPlace is where a mark goes: its centre, in ems from its origin, upon a share of the width of its
// letter.
type markPlace struct{ centre, share float64 }

// onLetter places a right-to-left mark without the fonts' positioning tables, which gofpdf drops: in
// the middle of its letter, the dots of shin and sin on their arms, holam at the left. Liberation Sans
// draws its Hebrew marks around their origin, DejaVu Sans its Arabic ones around 0.25 em after it.
func onLetter(r rune, wider bool) markPlace {
	p := markPlace{share: 0.5}
	switch r {
	case '\u05c1':
		p.share = 0.92
	case '\u05c2':
		p.share = 0.08
	case '\u05b9':
		p.share = 0.02
	}
	if wider {
		p.centre = 0.25
	}
	return p
}

// belowLetter tells the Arabic and Hebrew marks that hang below their letter, or stand in it.
func belowLetter(r rune) bool {
	switch {
	case r == '\u064d', r == '\u0650', r == '\u0655', r == '\u0656', r >= '\u0591' && r <= '\u05bd' && r != '\u05b9':
		return true
	}
	return false
}
