package ledgerfile

import (
	"math/rand/v2"
	"strings"
	"testing"

	"jalon/internal/money"
)

func TestAmount(t *testing.T) {
	const nbsp, thin = "\u00a0", "\u202f"
	comma := Profile{Decimal: DecimalComma}
	point := Profile{Decimal: DecimalPoint}
	for _, tc := range []struct {
		profile  Profile
		currency money.Currency
		in       string
		want     money.Amount
		problem  problem
	}{
		// the notations of sibling exports of one system
		{Profile{}, "EUR", "138 936 678,56", 13893667856, fine},
		{Profile{}, "EUR", "200,0", 20000, fine},
		{Profile{}, "EUR", "0", 0, fine},
		{Profile{}, "EUR", "28,26", 2826, fine},
		{Profile{}, "EUR", "-2225.07", -222507, fine},
		{Profile{}, "EUR", "12615940.52", 1261594052, fine},
		{comma, "EUR", "12,345", 0, tooFine},
		{comma, "EUR", "138 936 678,56", 13893667856, fine},
		// thousands or decimals?
		{Profile{}, "EUR", "1,234", 0, ambiguous},
		{Profile{}, "EUR", "1.234", 0, ambiguous},
		{Profile{}, "EUR", "-12.345", 0, ambiguous},
		{Profile{}, "RWF", "1,234", 0, ambiguous},
		{Profile{}, "TND", "1.234", 0, ambiguous},
		{Profile{}, "EUR", "0,123", 0, tooFine},
		{Profile{}, "EUR", "1234,567", 0, tooFine},
		{Profile{}, "EUR", "1 234,567", 0, tooFine},
		{comma, "EUR", "1.234", 0, contradictory},
		{comma, "EUR", "1234.56", 0, contradictory},
		{comma, "EUR", "1,234,567", 0, contradictory},
		{comma, "EUR", "1,234.56", 0, contradictory},
		{point, "EUR", "1234,56", 0, contradictory},
		{Profile{Decimal: DecimalComma, Groups: []string{"."}}, "EUR", "1.234", 123400, fine},
		{Profile{Decimal: DecimalComma, Groups: []string{"."}}, "EUR", "1.234.567,8", 123456780, fine},
		{Profile{Decimal: DecimalComma, Groups: []string{"."}}, "EUR", "12.34", 0, unreadable},
		{Profile{Decimal: DecimalPoint, Groups: []string{","}}, "EUR", "1,234.50", 123450, fine},
		{Profile{}, "EUR", "1,234.56", 123456, fine},
		{Profile{}, "EUR", "1.234,56", 123456, fine},
		{Profile{}, "EUR", "1,234,567", 123456700, fine},
		{Profile{}, "EUR", "12,34,567", 0, unreadable},
		{Profile{}, "EUR", "1.234,56,7", 0, unreadable},
		{comma, "TND", "1,234", 1234, fine},
		// blanks and apostrophes between thousands
		{comma, "EUR", "1" + nbsp + "234,56", 123456, fine},
		{comma, "EUR", "1" + thin + "234" + thin + "567,5", 123456750, fine},
		{Profile{}, "CHF", "1'234.50", 123450, fine},
		{Profile{}, "EUR", "1 234", 123400, fine},
		{Profile{}, "EUR", "12 34", 0, unreadable},
		{Profile{}, "EUR", "1234 567", 0, unreadable},
		{Profile{}, "EUR", "1 23,45", 0, unreadable},
		// signs
		{comma, "EUR", "-12,50", -1250, fine},
		{comma, "EUR", "\u221212,50", -1250, fine},
		{comma, "EUR", "- 12,50", -1250, fine},
		{comma, "EUR", "+12,50", 1250, fine},
		{comma, "EUR", "12,50-", 0, unreadable},
		{comma, "EUR", "(12,50)", 0, unreadable},
		{Profile{Sign: Sign{Trailing: true}}, "EUR", "12,50-", -1250, fine},
		{Profile{Sign: Sign{Trailing: true}}, "EUR", "-12,50-", 0, unreadable},
		{Profile{Sign: Sign{Parentheses: true}}, "EUR", "(1 012,50)", -101250, fine},
		{Profile{Sign: Sign{Parentheses: true}}, "EUR", "-(12,50)", 0, unreadable},
		{Profile{}, "EUR", "--12", 0, unreadable},
		// decimals
		{comma, "EUR", ",5", 50, fine},
		{comma, "EUR", "12,", 0, unreadable},
		{point, "EUR", "12.5000", 1250, fine},
		{point, "EUR", "12.500", 0, tooFine},
		{point, "EUR", "12.505", 0, tooFine},
		{point, "RWF", "1200.00", 1200, fine},
		{point, "RWF", "1200.50", 0, tooFine},
		{point, "RWF", "1200", 1200, fine},
		// the file's own currency, and others
		{comma, "EUR", "12,50 €", 1250, fine},
		{comma, "EUR", "€12,50", 1250, fine},
		{comma, "EUR", "-12,50 EUR", -1250, fine},
		{point, "GBP", "-£12.50", -1250, fine},
		{comma, "EUR", "12,50 £", 0, unreadable},
		{comma, "EUR", "12,50 USD", 0, unreadable},
		// what is no amount
		{comma, "EUR", "€", 0, unreadable}, {comma, "EUR", "-", 0, unreadable}, {comma, "EUR", ".", 0, unreadable}, {comma, "EUR", "'", 0, unreadable},
		{comma, "EUR", "1e9", 0, unreadable}, {comma, "EUR", "1,5E+03", 0, unreadable}, {comma, "EUR", "١٢", 0, unreadable}, {comma, "EUR", "１２", 0, unreadable},
		{comma, "EUR", "12 %", 0, unreadable}, {comma, "EUR", "abc", 0, unreadable}, {comma, "EUR", "0x10", 0, unreadable}, {comma, "EUR", "1_000", 0, unreadable},
		// sizes
		{comma, "EUR", "999 999 999 999,99", 99999999999999, fine},
		{comma, "EUR", "92233720368547758,00", 9223372036854775800, fine},
		{comma, "EUR", "92233720368547759", 0, tooBig},
		{comma, "EUR", strings.Repeat("9", 59), 0, tooBig},
		{comma, "EUR", strings.Repeat("9", 61), 0, unreadable},
	} {
		n := newNotation(tc.profile, tc.currency)
		if got, p := n.amount(tc.in); got != tc.want || p != tc.problem {
			t.Errorf("%q in %s under %q %q: %d, problem %d, want %d, %d", tc.in, tc.currency, tc.profile.Decimal, tc.profile.Groups, got, p, tc.want, tc.problem)
		}
	}
}

// The quick way reads nothing otherwise than the careful one.
func TestQuickAmountAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const alphabet = "0123456789,.- "
	for _, n := range []notation{newNotation(Profile{}, "EUR"), newNotation(Profile{Decimal: DecimalComma}, "EUR"), newNotation(Profile{Decimal: DecimalPoint}, "RWF"), newNotation(Profile{}, "TND")} {
		for range 50_000 {
			b := make([]byte, 1+r.IntN(8))
			for i := range b {
				b[i] = alphabet[r.IntN(len(alphabet))]
			}
			s := string(b)
			quick, ok := n.quick(s)
			if !ok {
				continue
			}
			negative, body, _ := n.sign(s)
			body, spaced, _ := joinBlanks(body)
			whole, fraction, p := n.cut(body, spaced)
			careful := money.Amount(0)
			if p == fine {
				careful, p = n.minor(whole, fraction, negative)
			}
			if p != fine || careful != quick {
				t.Fatalf("%q under %+v: quick %d, careful %d, problem %d", s, n, quick, careful, p)
			}
		}
	}
}

// What is written in any of the notations is read back.
func TestAmountReadsWhatIsWritten(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	n := newNotation(Profile{Decimal: DecimalComma}, "EUR")
	for range 20_000 {
		a := money.Amount(r.Int64N(1 << (1 + r.IntN(60))))
		if r.IntN(2) == 0 {
			a = -a
		}
		plain := strings.Replace(a.Decimal("EUR"), ".", ",", 1)
		grouped := plain
		for i := strings.IndexByte(plain, ',') - 3; i > 0 && plain[i-1] != '-'; i -= 3 {
			grouped = grouped[:i] + "\u202f" + grouped[i:]
		}
		for _, s := range []string{plain, grouped} {
			if got, p := n.amount(s); got != a || p != fine {
				t.Fatalf("%q is read as %d, problem %d, want %d", s, got, p, a)
			}
		}
	}
}

func TestMachineAmount(t *testing.T) {
	n := newNotation(Profile{}, "EUR")
	for _, tc := range []struct {
		in      string
		want    money.Amount
		problem problem
	}{
		{"1234.5", 123450, fine}, {"39.539999999999999", 3954, fine}, {"-0.1", -10, fine}, {"1E3", 100000, fine}, {"12.345", 0, tooFine},
		{"1e99", 0, tooBig}, {"x", 0, unreadable},
	} {
		if got, p := n.machine(tc.in); got != tc.want || p != tc.problem {
			t.Errorf("%q: %d, problem %d, want %d, %d", tc.in, got, p, tc.want, tc.problem)
		}
	}
}

func TestMangled(t *testing.T) {
	for in, want := range map[string]bool{
		"1,23E+13": true, "1.23456789012E+13": true, "2E+13": true, "1.5e10": true, "12E3": false, "21310001900024": false, "2024-M-0012": false,
		"E12": false, "1,23": false, "1,23E": false, "1,23E+": false, "": false, "ENG2025E+01": false,
	} {
		if got := mangled(in); got != want {
			t.Errorf("mangled(%q) = %v", in, got)
		}
	}
}
