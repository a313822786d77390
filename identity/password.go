package identity

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"jalon/internal/fault"
)

// Lengths of a password, in characters. There are no rules of composition: length is what counts.
const (
	minPassword = 12
	maxPassword = 256
	minVariety  = 5 // different characters
)

//go:embed passwords.txt
var commonText string

// common holds words that many passwords are made of, folded.
var common = func() map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if word := strings.TrimSpace(line); word != "" && !strings.HasPrefix(word, "#") {
			out[word] = true
		}
	}
	return out
}()

// checkPassword reports under the field every rule that a new password of the person breaks.
func checkPassword(f *fault.Fields, field, password, email, name string) {
	password = norm.NFC.String(password)
	n := utf8.RuneCountInString(password)
	f.Check(n >= minPassword, field, "password.too_short", minPassword)
	f.Check(n <= maxPassword, field, "input.too_long", maxPassword)
	f.Check(utf8.ValidString(password) && !strings.ContainsFunc(password, unicode.IsControl), field, "input.control_character")
	if n < minPassword || n > maxPassword {
		return
	}
	f.Check(!guessable(password), field, "password.common")
	f.Check(!personal(password, email, name), field, "password.personal")
}

// guessable tells whether a password is among the first that anybody tries: a common word, alone or with figures and
// signs around it, or the same few characters again and again.
func guessable(password string) bool {
	folded := strings.ToLower(password)
	distinct := map[rune]bool{}
	for _, r := range folded {
		distinct[r] = true
	}
	return len(distinct) < minVariety || common[folded] || common[letters(folded)] || common[half(folded)]
}

// personal tells whether a password is what everybody knows of the person.
func personal(password, email, name string) bool {
	local, _, _ := strings.Cut(email, "@")
	folded := strings.ToLower(password)
	for _, known := range []string{email, local, name} {
		known = strings.ToLower(known)
		if squeezed := squeeze(known); squeezed != "" && (folded == known || squeeze(folded) == squeezed || squeeze(letters(folded)) == squeezed) {
			return true
		}
	}
	return false
}

// letters strips figures and signs from both ends.
func letters(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// half gives the half of a text that is the same thing twice, and else the text.
func half(s string) string {
	if n := len(s) / 2; len(s)%2 == 0 && s[:n] == s[n:] {
		return s[:n]
	}
	return s
}

// squeeze leaves letters and figures alone.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
