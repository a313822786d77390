package grid

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

var bareNumber = regexp.MustCompile(`^[+-]?\d+([.,]\d+)?$`)

// runnable tells that a spreadsheet may take the text for a formula: it begins with = + - @ or
// one of their full-width and small forms, perhaps behind blanks, control or invisible characters,
// or with a tab or line end itself. A plain number is none, so that it stays one.
func runnable(s string) bool {
	if s == "" || bareNumber.MatchString(s) {
		return false
	}
	if strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Z, r) || unicode.IsMark(r)
	})
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@＝＋－＠﹦﹢﹣﹫−", r)
}

// Inert makes a text one that no spreadsheet runs: it puts an apostrophe before what is runnable, or
// already begins with one. So Unguard knows which apostrophes are its own.
func Inert(s string) string {
	if strings.HasPrefix(s, "'") || runnable(s) {
		return "'" + s
	}
	return s
}

// Unguard undoes Inert exactly, and leaves an apostrophe alone that Inert did not write.
func Unguard(s string) string {
	rest, marked := strings.CutPrefix(s, "'")
	if marked && (strings.HasPrefix(rest, "'") || runnable(rest)) {
		return rest
	}
	return s
}
