package ledgerfile

import "strings"

// ibanLengths are the lengths of account numbers by country (SWIFT, IBAN registry): the countries of
// SEPA, where suppliers of a French authority have their accounts.
var ibanLengths = map[string]int{
	"AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27,
	"GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
	"MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "VA": 22,
}

// withoutIBAN puts "[IBAN]" in place of every account number in a text. The elements that are meant
// for bank data are not kept at all; but people also write account numbers into labels and remarks.
func withoutIBAN(s string) string {
	for from := 0; len(s)-from >= 15; {
		n := ibanAt(s[from:])
		if n == 0 || from > 0 && alphanumeric(s[from-1]) {
			from++
			continue
		}
		s = s[:from] + "[IBAN]" + s[from+n:]
		from += len("[IBAN]")
	}
	return s
}

// ibanAt gives the length of the account number with which s begins, single blanks included; 0 for
// none.
func ibanAt(s string) int {
	s = s[:min(len(s), 50)]
	want, known := ibanLengths[strings.ToUpper(s[:2])]
	if !known {
		return 0
	}
	compact := make([]byte, 0, 34)
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case alphanumeric(c):
			compact = append(compact, c)
		case c != ' ' || s[i-1] == ' ':
			return 0
		}
		if len(compact) == want {
			if (i+1 == len(s) || !alphanumeric(s[i+1])) && ibanTies(compact) {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// ibanTies checks the two check digits (ISO 7064, modulo 97).
func ibanTies(compact []byte) bool {
	rest := 0
	for i := range compact {
		c := compact[(i+4)%len(compact)]
		switch {
		case c >= 'a':
			rest = (rest*100 + int(c-'a') + 10) % 97
		case c >= 'A':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			rest = (rest*10 + int(c-'0')) % 97
		}
	}
	return rest == 1
}
