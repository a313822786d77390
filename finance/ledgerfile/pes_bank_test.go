package ledgerfile

import (
	"bytes"
	"strings"
	"testing"
)

// Nothing of a bank account, a social security number or an address leaves the reader, by whatever way.
func TestPESDropsPersonalData(t *testing.T) {
	secrets := []string{"FR8030099000010000001234567", "FR80 3009", "INVEFRPP", "199017500100145", "ÉCLUSE", "RUM-INVENTEE", "CAMILLE"}
	for _, name := range []string{"fixture.xml", "revenue.xml", "return_rejected.xml"} {
		lines, s := mustRead(t, pesFixture(t, name), Options{})
		for _, l := range lines {
			for _, secret := range secrets {
				if strings.Contains(lineText(l), secret) || bytes.Contains(l.Raw, []byte(secret)) {
					t.Errorf("%s, line %d holds %q: %s", name, l.No, secret, l.Raw)
				}
			}
		}
		for _, secret := range secrets {
			if strings.Contains(lineText(s), secret) {
				t.Errorf("%s: the summary holds %q", name, secret)
			}
		}
	}
	for _, broken := range []string{"FR8030099000010000001234567&", "FR8030099000010000001234567\x01", "FR8030099000010000001234567<"} {
		_, _, err := readAll(t, edited(t, "fixture.xml", "FR8030099000010000001234567", broken), Options{})
		if err == nil || strings.Contains(err.Error(), "FR80") {
			t.Errorf("refused with %v", err)
		}
	}
}

func TestWithoutIBAN(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "FR80": "FR80", "FR8030099000010000001234567": "[IBAN]", "fr80 3009 9000 0100 0000 1234 567": "[IBAN]",
		"sur FR80 3009 9000 0100 0000 1234 567, merci": "sur [IBAN], merci",
		"FR8130099000010000001234567":                  "FR8130099000010000001234567", // its check digits do not tie
		"XFR8030099000010000001234567":                 "XFR8030099000010000001234567",
		"FR80300990000100000012345678":                 "FR80300990000100000012345678", // longer than any
		"DE89370400440532013000 BE68539007547034":      "[IBAN] [IBAN]",
		"2024-15018D-00":                               "2024-15018D-00",
	} {
		if got := withoutIBAN(in); got != want {
			t.Errorf("withoutIBAN(%q) = %q, want %q", in, got, want)
		}
	}
}
