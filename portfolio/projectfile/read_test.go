package projectfile

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"jalon/internal/fault"
	"jalon/internal/grid"
	"jalon/internal/money"
)

// small is a profile with a bit of everything, for tables of cells.
func small(change ...func(*Profile)) Profile {
	p := Profile{
		Name: "small", Version: 3, Currency: "EUR", Decimal: DecimalComma, DateOrder: DayFirst,
		Fields: map[Field][]string{
			FieldCode: {"Code"}, FieldName: {"Projet", "Nom du projet"}, FieldNeed: {"Besoin"}, FieldPhase: {"Phase"}, FieldCost: {"Coût"},
			FieldStart: {"Début"}, FieldEnd: {"Fin"}, FieldDurationYears: {"Durée (années)"}, FieldInterAdministration: {"Inter"}, FieldWeight: {"Poids"},
		},
		Required: []Field{FieldName},
		Yes:      []string{"Oui"}, No: []string{"Non"},
		Phases: map[string]string{"Cadrage": PhaseFraming, "Déploiement": PhaseRollout, "Divers": ""},
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

func mustRead(t *testing.T, text string, p Profile) List {
	t.Helper()
	l, err := Read([]byte(text), "list.csv", p, money.EUR)
	if err != nil {
		t.Fatalf("Read(%q): %v", text, err)
	}
	return l
}

// show writes findings as "line column code args", one a line.
func show(l List) string {
	var b strings.Builder
	for _, f := range l.Findings {
		fmt.Fprintf(&b, "%d %s %s %v\n", f.Line, f.Column, f.Code, f.Args)
	}
	return b.String()
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Key != key || f.Kind != fault.KindInvalid {
		t.Errorf("error %v, want an invalid fault %s", err, key)
	}
}

func TestReadCells(t *testing.T) {
	eur := func(cents money.Amount) func(Row) string {
		return func(r Row) string {
			if !r.HasCost || r.Cost != cents {
				return fmt.Sprintf("cost %v %d, want %d", r.HasCost, r.Cost, cents)
			}
			return ""
		}
	}
	noCost := func(r Row) string {
		if r.HasCost {
			return fmt.Sprintf("cost %d, want none", r.Cost)
		}
		return ""
	}
	dates := func(want string) func(Row) string {
		return func(r Row) string {
			if got := r.Start.String() + ".." + r.End.String(); got != want {
				return fmt.Sprintf("dates %s, want %s", got, want)
			}
			return ""
		}
	}
	millions := func(p *Profile) { p.CostUnit = 1_000_000 }
	point := func(p *Profile) { p.Decimal = DecimalPoint }
	either := func(p *Profile) { p.Decimal = DecimalEither }
	undeclared := func(p *Profile) { p.DateOrder = "" }
	same := func(*Profile) {}
	for _, tc := range []struct {
		header, cell string
		change       func(*Profile)
		code         string // of the only finding
		check        func(Row) string
	}{
		{"Coût", "1 234,56", same, "", eur(123456)},
		{"Coût", "1\u00a0234,56", same, "", eur(123456)},
		{"Coût", "1\u202f234\u202f567,5 €", same, "", eur(123456750)},
		{"Coût", "1.234,56", same, "", eur(123456)},
		{"Coût", "1.234", same, NumberAmbiguous, noCost},
		{"Coût", "1,234", point, NumberAmbiguous, noCost},
		{"Coût", "1,234,567", point, "", eur(123456700)},
		{"Coût", "1,234.56", point, "", eur(123456)},
		{"Coût", "$1,234.50", func(p *Profile) { p.Decimal, p.Currency = DecimalPoint, "USD" }, "", eur(123450)},
		{"Coût", "-$5.00", func(p *Profile) { p.Decimal, p.Currency = DecimalPoint, "USD" }, CostNegative, noCost},
		{"Coût", "£5", same, CurrencyOther, noCost},
		{"Coût", "5 USD", same, CurrencyOther, noCost},
		{"Coût", "5 EUR", same, "", eur(500)},
		{"Coût", "1,234", either, NumberAmbiguous, noCost},
		{"Coût", "1234.5", either, "", eur(123450)},
		{"Coût", "1234,5", either, "", eur(123450)},
		{"Coût", "39,54", millions, "", eur(3954000000)},
		{"Coût", "39,54 M€", millions, "", eur(3954000000)},
		{"Coût", "39,54 millions d'euros", same, "", eur(3954000000)},
		{"Coût", "250 k€", millions, "", eur(25000000)},
		{"Coût", "1,2 Md€", same, "", eur(120000000000)},
		{"Coût", "39 €", millions, CostUnitUnclear, noCost},
		{"Coût", "0,333333", millions, "", eur(33333300)},
		{"Coût", "12,345", same, CostRounded, eur(1235)},
		{"Coût", "-12", same, CostNegative, noCost},
		{"Coût", "\u221212", same, CostNegative, noCost},
		{"Coût", "(12)", same, NumberUnreadable, noCost},
		{"Coût", "1e9", same, NumberUnreadable, noCost},
		{"Coût", "١٢", same, NumberUnreadable, noCost},
		{"Coût", "12 %", same, NumberUnreadable, noCost},
		{"Coût", "12 34", same, NumberUnreadable, noCost},
		{"Coût", "1,2,3", same, NumberUnreadable, noCost},
		{"Coût", "99999999999999999999", same, CostOverflow, noCost},
		{"Coût", strings.Repeat("9", 61), same, NumberUnreadable, noCost},
		{"Coût", "#REF!", same, CellError, noCost},
		{"Coût", "-", same, FigureNone, noCost},
		{"Coût", "n.d.", same, FigureNone, noCost},
		{"Coût", "trajectoire en cours de révision", same, NumberUnreadable, noCost},
		{"Coût", "Trajectoire en cours de révision", func(p *Profile) { p.NoFigure = []string{"trajectoire en cours de REVISION"} }, FigureNone, noCost},
		{"Coût", "0", same, "", eur(0)},
		{"Début", "31/12/2025", same, "", dates("2025-12-31..")},
		{"Début", "31/02/2026", same, DateImpossible, dates("..")},
		{"Début", "29/02/2024", same, "", dates("2024-02-29..")},
		{"Début", "29/02/2023", same, DateImpossible, dates("..")},
		{"Début", "12/31/2025", same, DateImpossible, dates("..")},
		{"Début", "12/31/2025", func(p *Profile) { p.DateOrder = MonthFirst }, "", dates("2025-12-31..")},
		{"Début", "01/05/2014 12:00:00 AM", func(p *Profile) { p.DateOrder = MonthFirst }, "", dates("2014-01-05..")},
		{"Début", "01/02/2026", undeclared, DateAmbiguous, dates("..")},
		{"Début", "01/02/26", undeclared, DateAmbiguous, dates("..")},
		{"Début", "25/12/2026", undeclared, "", dates("2026-12-25..")},
		{"Début", "05/05/2026", undeclared, "", dates("2026-05-05..")},
		{"Début", "31/02/2026", undeclared, DateImpossible, dates("..")},
		{"Début", "2026-02-28", same, "", dates("2026-02-28..")},
		{"Début", "2026-02-28T10:30:00Z", same, "", dates("2026-02-28..")},
		{"Début", "2026-02-28 00:00:00", same, "", dates("2026-02-28..")},
		{"Début", "janvier 20", same, "", dates("2020-01-01..")},
		{"Début", "janv. 2020", same, "", dates("2020-01-01..")},
		{"Début", "Juillet 2011", same, "", dates("2011-07-01..")},
		{"Début", "1er févr. 2020", same, "", dates("2020-02-01..")},
		{"Début", "15 August 1998", same, "", dates("1998-08-15..")},
		{"Début", "DÉCEMBRE-99", same, "", dates("1999-12-01..")},
		{"Fin", "décembre 2024", same, "", dates("..2024-12-31")},
		{"Fin", "02/2024", same, "", dates("..2024-02-29")},
		{"Début", "brumaire 2020", same, DateUnreadable, dates("..")},
		{"Début", "2020", same, DateUnreadable, dates("..")},
		{"Début", "43159", same, DateUnreadable, dates("..")},
		{"Début", "43159", func(p *Profile) { p.Serials = "1900" }, "", dates("2018-02-28..")},
		{"Début", "43159", func(p *Profile) { p.Serials = "1904" }, "", dates("2022-03-01..")},
		{"Début", "60", func(p *Profile) { p.Serials = "1900" }, DateImpossible, dates("..")},
		{"Début", "59", func(p *Profile) { p.Serials = "1900" }, "", dates("1900-02-28..")},
		{"Début", "01/01/0001", same, DateImplausible, dates("..")},
		{"Début", "31/12/9999", same, DateImplausible, dates("..")},
		{"Début;Durée (années)", "01/01/2020;1", same, "", dates("2020-01-01..2020-12-30")}, // 365.25 → 365 days, both ends counted
		{"Début;Durée (années)", "01/01/2020;2", same, "", dates("2020-01-01..2021-12-31")}, // 730.5 → 731
		{"Début;Durée (années)", "01/01/2020;6,4", same, "", dates("2020-01-01..2026-05-26")},
		{"Début;Durée (années)", "01/01/2020;0", same, DurationInvalid, dates("2020-01-01..")},
		{"Début;Durée (années)", "01/01/2020;-1", same, DurationInvalid, dates("2020-01-01..")},
		{"Début;Durée (années)", "01/01/2020;1000000", same, DurationInvalid, dates("2020-01-01..")},
		{"Début;Durée (années)", ";3", same, DurationNoStart, dates("..")},
		{"Début;Fin", "01/02/2020;31/01/2020", same, EndBeforeStart, dates("..")},
		{"Début;Fin", "01/02/2020;01/02/2020", same, "", dates("2020-02-01..2020-02-01")},
		{"Phase", "Les éléments chiffrés ne sont pas publiés", same, PhaseUnknown, func(r Row) string { return r.Phase }},
		{"Phase", " deploiement ", same, "", func(r Row) string { return strings.TrimPrefix(r.Phase, "rollout") }},
		{"Phase", "divers", same, "", func(r Row) string { return r.Phase }},
		{"Inter", "oui", same, "", func(r Row) string { return strings.TrimPrefix(fmt.Sprint(*r.InterAdministration), "true") }},
		{"Inter", "NON", same, "", func(r Row) string { return strings.TrimPrefix(fmt.Sprint(*r.InterAdministration), "false") }},
		{"Inter", "peut-être", same, FlagUnknown, func(r Row) string { return strings.TrimPrefix(fmt.Sprint(r.InterAdministration), "<nil>") }},
		{"Poids", "12", same, "", func(r Row) string { return strings.TrimPrefix(fmt.Sprint(r.Weight), "12") }},
		{"Poids", "101", same, WeightInvalid, func(r Row) string { return strings.TrimPrefix(fmt.Sprint(r.Weight), "0") }},
		{"Poids", "1,5", same, WeightInvalid, func(r Row) string { return strings.TrimPrefix(fmt.Sprint(r.Weight), "0") }},
		{"Besoin", "a\x00b\x07c", same, TextControl, func(r Row) string { return strings.TrimPrefix(r.Need, "abc") }},
		{"Besoin", strings.Repeat("é", maxLongText+1), same, TextCut, func(r Row) string { return strings.TrimPrefix(r.Need, strings.Repeat("é", maxLongText)) }},
		{"Code", "1,23E+13", same, CodeMangled, nil},
		{"Code", strings.Repeat("x", 101), same, CodeLong, nil},
	} {
		t.Run(tc.header+" "+grid.Clip(tc.cell), func(t *testing.T) {
			l := mustRead(t, "Projet;"+tc.header+"\nA;"+tc.cell+"\n", small(tc.change))
			got := strings.TrimSpace(show(l))
			if tc.code == "" && got != "" || tc.code != "" && (len(l.Findings) != 1 || l.Findings[0].Code != tc.code || l.Findings[0].Line != 2) {
				t.Errorf("findings %q, want %q on line 2", got, tc.code)
			}
			if tc.check == nil {
				if len(l.Rows) != 0 || l.Rejected != 1 {
					t.Errorf("row %+v, want it rejected", l.Rows)
				}
			} else if len(l.Rows) != 1 {
				t.Fatalf("%d rows, want 1", len(l.Rows))
			} else if problem := tc.check(l.Rows[0]); problem != "" {
				t.Error(problem)
			}
		})
	}
}

func TestReadShapes(t *testing.T) {
	html := func(p *Profile) { p.HTML = true }
	same := func(*Profile) {}
	for _, tc := range []struct {
		name, text string
		change     func(*Profile)
		rows       string // "line name/need" joined by |
		findings   string
	}{
		{"preamble, blank rows, reordered and extra headers", "Liste des projets\n\n;éditée le 1er mai\nPhase;Autre;Nom du projet\nCadrage;x;A\n\nCadrage;;B\n", same, "5 A/|7 B/", ""},
		{"CR-only line ends", "Projet;Besoin\rA;x\rB;y\r", same, "2 A/x|3 B/y", ""},
		{"comma", "Projet,Besoin\nA,\"x,y\"\n", same, "2 A/x,y", ""},
		{"tab", "Projet\tBesoin\nA\tx;y\n", same, "2 A/x;y", ""},
		{"bar", "Projet|Besoin\nA|x\n", same, "2 A/x", ""},
		{"sep line", "sep=|\nProjet|Besoin\nA|x;y\n", same, "3 A/x;y", ""},
		{"cells of several lines", "Projet;Besoin\r\nA;\"x\r\n\r\n\r\ny\"\r\nB;z\r\n", same, "2 A/x\n\ny|6 B/z", ""},
		{"duplicate header", "Projet;Besoin;besoin\nA;x;y\n", same, "2 A/x", "1 besoin header.duplicate [besoin 3]\n"},
		{"preferred synonym", "Nom du projet;Projet\nlong;A\n", same, "2 A/", ""},
		{"ragged", "Projet;Besoin;Coût\nA;x\nB;y;1;z\nC;y;1;\nD;x;2\n", same, "2 A/x|4 C/y|5 D/x", "2  row.short [2 3]\n3  row.long [4 3]\n"},
		{"unclosed quote", "Projet;Besoin\nA;\"x\nB;y\n", same, "2 A/\"x|3 B/y", "2  quote.unclosed []\n"},
		{"stray quote", "Projet;Besoin\nA;\"x \"y\" z\"\n", same, "2 A/x \"y\" z", "2  quote.stray []\n"},
		{"unnamed", "Projet;Code;Besoin\n;;x\nA;;y\n", same, "3 A/y", "2  row.unnamed []\n"},
		{"duplicates by name", "Projet;Code;Besoin\nÉcole;;x\necole;;y\nECOLE;P1;z\n", same, "2 École/x", "3  row.duplicate [2]\n4  row.duplicate [2]\n"},
		{"duplicates by code", "Projet;Code;Besoin\nA;P1;x\nB;P1;y\nA;P2;z\n", same, "2 A/x|4 A/z", "3  row.duplicate [2]\n"},
		{"html", "Projet;Besoin\n\"<b>A&amp;B</b>\";\"un (<a href=\"\"x\"\">lien</a>)<br>deux < 5<script>x</script>\"\n", html, "2 A&B/un (lien)\ndeux < 5", ""},
		{"blanks", "  PROJET  ;Besoin\n  A \t b\u00a0c ; x \n", same, "2 A b\u00a0c/x", ""},
		{"error value as name", "Projet;Besoin\n#N/A;x\n", same, "", "2 Projet cell.error [#N/A]\n2  row.unnamed []\n"},
		{"byte order mark", "\ufeffProjet;Besoin\nA;x\n", same, "2 A/x", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := mustRead(t, tc.text, small(tc.change))
			var rows []string
			for _, r := range l.Rows {
				rows = append(rows, fmt.Sprintf("%d %s/%s", r.Line, r.Name, r.Need))
			}
			if got := strings.Join(rows, "|"); got != tc.rows {
				t.Errorf("rows %q, want %q", got, tc.rows)
			}
			if got := show(l); got != tc.findings {
				t.Errorf("findings %q, want %q", got, tc.findings)
			}
			if l.Read != l.Matched+l.Rejected || l.Profile != "small" || l.ProfileVersion != 3 {
				t.Errorf("list %+v does not add up", l)
			}
		})
	}
}

func TestReadColumns(t *testing.T) {
	l := mustRead(t, "x;Projet;Coût;y\n1;A;2;3\n", small())
	if got := fmt.Sprint(l.Columns, l.Unused); got != "[{2 Projet name} {3 Coût cost}] [x y]" {
		t.Errorf("columns and unused headers: %s", got)
	}
}

func TestReadEncodings(t *testing.T) {
	const text = "Projet;Besoin\nÉté œuvre €;à\n"
	cp1252, _ := charmap.Windows1252.NewEncoder().String(text)
	latin9, _ := charmap.ISO8859_15.NewEncoder().String(text)
	le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	be, _ := unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String(text)
	bare, _ := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	bareBE, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(text)
	declared := func(e string) func(*Profile) { return func(p *Profile) { p.Encoding = e } }
	for _, tc := range []struct {
		name, text string
		change     func(*Profile)
		want, code string
	}{
		{"UTF-8", text, declared("auto"), "Été œuvre €", ""},
		{"UTF-16LE", le, declared(""), "Été œuvre €", ""},
		{"UTF-16BE", be, declared(""), "Été œuvre €", ""},
		{"UTF-16LE without a mark", bare, declared(""), "Été œuvre €", ""},
		{"UTF-16BE without a mark", bareBE, declared(""), "Été œuvre €", ""},
		{"Windows-1252", cp1252, declared(""), "Été œuvre €", EncodingAssumed},
		{"Windows-1252 declared", cp1252, declared("windows-1252"), "Été œuvre €", ""},
		{"ISO-8859-15 declared", latin9, declared("iso-8859-15"), "Été œuvre €", ""},
		{"UTF-8 with a broken byte", strings.Replace(text, "œ", "\xff", 1), declared(""), "Été \uFFFDuvre €", EncodingInvalid},
		{"UTF-16 with half a pair", strings.Replace(le, "\x53\x01", "\x00\xd8", 1), declared(""), "Été \uFFFDuvre €", EncodingInvalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := mustRead(t, tc.text, small(tc.change))
			if len(l.Rows) != 1 || l.Rows[0].Name != tc.want {
				t.Errorf("rows %+v, want one named %q", l.Rows, tc.want)
			}
			if tc.code == "" && len(l.Findings) > 0 || tc.code != "" && (len(l.Findings) != 1 || l.Findings[0].Code != tc.code) {
				t.Errorf("findings %q, want %q", show(l), tc.code)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	csvOnly := func(p *Profile) { p.Files = []string{KindXLSX} }
	same := func(*Profile) {}
	for _, tc := range []struct {
		name, text, key string
		change          func(*Profile)
	}{
		{"nothing", "", "projectfile.empty", same},
		{"one byte", "\n", "projectfile.empty", same},
		{"a mark alone", "\ufeff", "projectfile.empty", same},
		{"separators alone", ";;;\n;;\n", "projectfile.empty", same},
		{"header alone", "Projet;Coût\n", "projectfile.no_rows", same},
		{"another list", "a;b\n1;2\n", "projectfile.no_header", same},
		{"5,000 columns", "Projet" + strings.Repeat(";x", 4999) + "\nA\n", "projectfile.too_large_columns", same},
		{"a wide row", "Projet;Coût\nA" + strings.Repeat(";", 1000) + "\n", "projectfile.too_large_columns", same},
		{"a huge cell", "Projet;Coût\nA;" + strings.Repeat("x", MaxCellBytes+1), "projectfile.too_large_cell", same},
		{"a huge quoted cell", "Projet;Coût\nA;\"" + strings.Repeat("x", MaxCellBytes+1) + "\"\n", "projectfile.too_large_cell", same},
		{"too many rows", "Projet;Coût\n" + strings.Repeat("A;1\n", MaxRows), "projectfile.too_large_rows", same},
		{"a huge file", strings.Repeat("x", MaxFileBytes+1), "projectfile.too_large_file", same},
		{"a huge file once decoded", "Projet;\xe9\n" + strings.Repeat("\x80", MaxFileBytes/2), "projectfile.too_large_file", same},
		{"quotes never closed", "Projet;Besoin\n" + strings.Repeat("A;\"x\n", 50), "projectfile.broken_quotes", same},
		{"a program", "MZ\x90\x00\x03\x00\x00\x00", "grid.kind_unsupported", same},
		{"a picture", "\x89PNG\r\n\x1a\n", "grid.kind_unsupported", same},
		{"a PDF", "%PDF-1.7\n", "grid.kind_unsupported", same},
		{"a page", "\n <!DOCTYPE HTML><html>", "grid.kind_unsupported", same},
		{"old Excel, or a password", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "grid.ole", same},
		{"bytes", strings.Repeat("\x01\x02\x03", 100), "projectfile.not_text", same},
		{"broken zip", "PK\x03\x04rest", "grid.xlsx_damaged", same},
		{"CSV where XLSX is meant", "Projet\nA\n", "projectfile.kind_refused", csvOnly},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l, err := Read([]byte(tc.text), "list.csv", small(tc.change), money.EUR)
			wantKey(t, err, tc.key)
			if len(l.Rows) > 0 {
				t.Errorf("%d rows beside an error", len(l.Rows))
			}
		})
	}
	_, err := Read([]byte("Projet\nA\n"), "list.csv", small(func(p *Profile) { p.Currency = "" }), "XXX")
	wantKey(t, err, "projectfile.no_currency")
	_, err = Read([]byte("Projet\nA\n"), "list.csv", Profile{}, money.EUR)
	wantKey(t, err, "input.invalid")
}

// A wrong separator may break a limit on the way to the right one.
func TestReadSniffsPastLimits(t *testing.T) {
	l := mustRead(t, "Projet|Besoin\nA|"+strings.Repeat("x,", 1500)+"\n", small())
	if len(l.Rows) != 1 || len(l.Rows[0].Need) != 3000 {
		t.Errorf("rows %d, want the one with a long list", len(l.Rows))
	}
}

func TestFindingsAreCapped(t *testing.T) {
	l := mustRead(t, "Projet;Coût\n"+strings.Repeat("A;-\n", MaxFindings), small())
	last := l.Findings[len(l.Findings)-1]
	if len(l.Findings) != MaxFindings+1 || last.Code != FindingsMore || last.Args[0] != MaxFindings-1 {
		t.Errorf("%d findings, the last %+v", len(l.Findings), last)
	}
	if l.Read != MaxFindings || l.Matched != 1 || l.Rejected != MaxFindings-1 {
		t.Errorf("read %d, matched %d, rejected %d", l.Read, l.Matched, l.Rejected)
	}
}

func TestUnattributed(t *testing.T) {
	for text, want := range map[string]bool{
		"Projet;Code\nA;1\nA;1\n":     false, // a duplicate is the same project
		"Projet;Code\nA;1\nB;2;x\n":   true,
		"Projet;Code\nA;1\n;;\n":      false,
		"Projet;Phase\nA;\n;x\n":      true,
		"Projet;Code\nA;1E+13\nB;2\n": true,
	} {
		if got := mustRead(t, text, small()).Unattributed; got != want {
			t.Errorf("Unattributed of %q = %v, want %v", text, got, want)
		}
	}
}
