package grid

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// plainLetter spells letters that Unicode does not decompose as one writes them without a special
// keyboard; "" for all others.
func plainLetter(r rune) string {
	switch r {
	case 'œ':
		return "oe"
	case 'æ':
		return "ae"
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	case 'ŋ':
		return "n"
	case 'ĸ':
		return "k"
	case 'ς':
		return "σ"
	}
	return ""
}

// Fold reduces a name to what two spellings of it have in common: compatibility decomposition
// (NFKD), marks dropped, lower case, ligatures spelt out, letters and digits only.
// Fold("Œuvres – Été 2") is "oeuvresete2". It is idempotent.
func Fold(name string) string { return strings.Join(FoldWords(name), "") }

// FoldWords gives the folded words of a name, in order.
func FoldWords(name string) []string {
	var words []string
	var word []byte
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(name, "")) {
		r = unicode.ToLower(r)
		switch plain := plainLetter(r); {
		case plain != "":
			word = append(word, plain...)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			word = utf8.AppendRune(word, r)
		case unicode.IsMark(r): // an accent does not end a word
		case len(word) > 0:
			words = append(words, string(word))
			word = word[:0]
		}
	}
	if len(word) > 0 {
		words = append(words, string(word))
	}
	return words
}

// WordKey is Fold for words that may be nothing but signs, such as "-".
func WordKey(s string) string {
	if f := Fold(s); f != "" {
		return f
	}
	return strings.TrimSpace(s)
}
