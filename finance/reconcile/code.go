package reconcile

import (
	"strconv"
	"strings"
)

// A finance code is at most ten characters, because the analytic axis of the PES V2 files takes no more (CptAna, digits
// and letters; neither zeros alone nor "nc" are a code there).
const longestFinanceCode = 10

// maxAttempts is how many variants of a code are tried.
const maxAttempts = 100_000

// FinanceCode makes, of a project's own code, the one that goes into the finance system: 1 to 10 of 0–9 and A–Z, as
// readable as that allows, never zeros alone nor "NC". taken tells which ones are in use. Where the plain form is taken,
// a letter or a number follows: NUM035, NUM035B, NUM035C; PORTAIL, PORTAIL2. The same code and the same taken codes give
// the same answer; "" when a hundred thousand variants are taken.
func FinanceCode(projectCode string, taken func(string) bool) string {
	plain := shortened(alphanumeric(projectCode))
	for n := 1; n <= maxAttempts; n++ {
		code := variant(plain, n)
		if acceptable(code) && !taken(code) {
			return code
		}
	}
	return ""
}

// alphanumeric spells a text in 0–9 and A–Z, accents left out.
func alphanumeric(s string) string {
	var b strings.Builder
	for _, r := range words(s) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		}
	}
	code := b.String()
	if strings.Trim(code, "0") == "" || code == "NC" {
		return "P" + code
	}
	return code
}

// shortened keeps the beginning and the number at the end, which tells codes of one kind apart.
func shortened(code string) string {
	if len(code) <= longestFinanceCode {
		return code
	}
	number := code[len(strings.TrimRight(code, "0123456789")):]
	number = number[max(0, len(number)-longestFinanceCode/2):]
	return code[:longestFinanceCode-len(number)] + number
}

// variant gives the nth form of a code: the code itself, then with something behind it that does not read as a part of it.
func variant(plain string, n int) string {
	if n == 1 {
		return plain
	}
	for length := min(len(plain), longestFinanceCode-1); ; length-- {
		base := plain[:length]
		mark := strconv.Itoa(n)
		if length > 0 && base[length-1] <= '9' {
			mark = letters(n)
		}
		if len(base)+len(mark) <= longestFinanceCode {
			return base + mark
		}
	}
}

// letters counts A, B … Z, AA, AB …
func letters(n int) string {
	out := ""
	for ; n > 0; n = (n - 1) / 26 {
		out = string(rune('A'+(n-1)%26)) + out
	}
	return out
}

// acceptable tells whether the finance system takes the code.
func acceptable(code string) bool {
	return code != "" && len(code) <= longestFinanceCode && strings.Trim(code, "0") != "" && code != "NC"
}
