package ledgerfile

import (
	"strings"

	"jalon/internal/grid"
)

// siret reads the number of an establishment (SIRET, 14 digits) or of an enterprise (SIREN, 9). One
// that lost its leading zero to a spreadsheet rejects the line: so may have its other numbers. Any
// other one that is none is taken as it is, with a finding: foreign suppliers have no SIRET.
func (t *table) siret(text string) string {
	if !digits(text) {
		text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u202f' || r == '.' }), "")
	}
	switch {
	case !digits(text):
	case (len(text) == 14 || len(text) == 9) && sound(text):
		return text
	case (len(text) == 13 || len(text) == 8) && sound("0"+text):
		t.line.reject(CodeMangled, text)
		return text
	}
	t.line.find(SiretInvalid, grid.Clip(text))
	return text
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// sound checks the last digit of a SIREN or SIRET (formula of Luhn). The establishments of La Poste are
// so many that the sum of their digits, a multiple of five, checks them instead.
func sound(s string) bool {
	luhn, plain := 0, 0
	for i := 0; i < len(s); i++ {
		d := int(s[len(s)-1-i] - '0')
		plain += d
		if i&1 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		luhn += d
	}
	return luhn%10 == 0 || len(s) == 14 && strings.HasPrefix(s, "356000000") && plain%5 == 0
}
