package projectfile

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func TestWrite(t *testing.T) {
	yes, no := true, false
	rows := []Row{
		{Code: "P1", Name: "=cmd|' /C calc'!A0", Need: "deux\nlignes; \"ici\"", Phase: PhaseBuild, InterAdministration: &yes, Weight: 7,
			HasCost: true, Cost: 123456, Start: civil.D(2026, 1, 2), End: civil.D(2027, 12, 31)},
		{Code: "P2", Name: "é", InterAdministration: &no},
	}
	var b bytes.Buffer
	if err := Write(&b, rows, money.EUR, "fr"); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeff\"Code\";\"Nom\";\"Besoin\";\"Commanditaire\";\"Chef de projet\";\"Direction demandeuse\";\"Thème\";\"Phase\";\"Inter-administrations\";\"Poids\";\"Coût complet\";\"Devise\";\"Début\";\"Fin\"\r\n" +
		"\"P1\";\"'=cmd|' /C calc'!A0\";\"deux\nlignes; \"\"ici\"\"\";;;;;\"Conception / réalisation\";\"Oui\";7;1234.56;EUR;2026-01-02;2027-12-31\r\n" +
		"\"P2\";\"é\";;;;;;;\"Non\";;;;;\r\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	wantKey(t, Write(&b, nil, money.EUR, "de"), "projectfile.language")
	if err := Write(failing{}, rows, money.EUR, "en"); !errors.Is(err, errFull) {
		t.Errorf("error %v, want the writer's own", err)
	}
}

var errFull = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }

// anyText draws texts of what hurts CSV files: quotes, separators, line ends, formula signs.
func anyText(allowEmpty bool) *rapid.Generator[string] {
	g := rapid.OneOf(
		rapid.StringOfN(rapid.SampledFrom([]rune("=+-@＝'\";,\t\r\n |\u200b\u00a0\ufeffaé1€🚀")), 1, 20, -1),
		rapid.StringN(1, 30, -1),
	).Filter(func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") })
	if allowEmpty {
		return rapid.OneOf(rapid.Just(""), g)
	}
	return g
}

func anyRow(t *rapid.T) Row {
	r := Row{
		Need: anyText(true).Draw(t, "need"), Sponsor: anyText(true).Draw(t, "sponsor"),
		Manager: anyText(true).Draw(t, "manager"), Department: anyText(true).Draw(t, "department"), Theme: anyText(true).Draw(t, "theme"),
		Name:  anyText(false).Filter(func(s string) bool { return strings.TrimSpace(s) != "" }).Draw(t, "name"),
		Phase: rapid.SampledFrom([]string{"", PhaseFraming, PhaseBuild, PhasePilot, PhaseRollout, PhaseRun, PhaseClosed, PhaseAbandoned, PhaseSuspended}).Draw(t, "phase"),
	}
	if rapid.Bool().Draw(t, "flagged") {
		v := rapid.Bool().Draw(t, "inter")
		r.InterAdministration = &v
	}
	r.Weight = rapid.Int64Range(0, 100).Draw(t, "weight")
	if r.HasCost = rapid.Bool().Draw(t, "costed"); r.HasCost {
		r.Cost = money.Amount(rapid.Int64Min(0).Draw(t, "cost"))
	}
	if rapid.Bool().Draw(t, "dated") {
		r.Start = civil.D(1900, 1, 1).AddDays(rapid.IntRange(0, 100_000).Draw(t, "start"))
		r.End = r.Start.AddDays(rapid.IntRange(0, 9_000).Draw(t, "days"))
	}
	return r
}

// Import of an export gives the same rows, to the letter, in either language and any currency.
func TestWriteThenRead(t *testing.T) {
	profile, _ := BuiltIn("jalon")
	rapid.Check(t, func(t *rapid.T) {
		codes := rapid.SliceOfNDistinct(rapid.StringMatching(`[=+@A-Z-][A-Z0-9-]{0,8}[A-Z]`), 1, 8, rapid.ID).Draw(t, "codes")
		rows := make([]Row, len(codes))
		for i, c := range codes {
			rows[i] = anyRow(t)
			rows[i].Code = c
		}
		currency := rapid.SampledFrom([]money.Currency{"EUR", "USD", "RWF", "TND"}).Draw(t, "currency")
		var b bytes.Buffer
		if err := Write(&b, rows, currency, rapid.SampledFrom(exportLanguages).Draw(t, "lang")); err != nil {
			t.Fatal(err)
		}
		l, err := Read(b.Bytes(), "export.csv", profile, currency)
		if err != nil {
			t.Fatalf("%v reading\n%s", err, b.String())
		}
		for i := range l.Rows {
			l.Rows[i].Line = 0
		}
		if !reflect.DeepEqual(l.Rows, rows) || len(l.Findings) > 0 {
			t.Fatalf("got %+v\nwant %+v\nfindings %s\nfile\n%s", l.Rows, rows, show(l), b.String())
		}
	})
}

// What a spreadsheet makes of the export is still read: comma decimals, its own dates, no quotes.
func TestReadExportAfterSpreadsheet(t *testing.T) {
	profile, _ := BuiltIn("jalon")
	l, err := Read([]byte("Code;Nom;Phase;Poids;Coût complet;Devise;Début;Fin\r\nP1;'=a;Cadrage;3;1234,5;EUR;02/01/2026;31/12/2027\r\nP2;B;build;;1,234;EUR;;\r\nP3;C;;;12;USD;;\r\n"), "", profile, money.EUR)
	if err != nil {
		t.Fatal(err)
	}
	r := l.Rows[0]
	if r.Name != "=a" || r.Phase != PhaseFraming || r.Cost != 123450 || r.Start != civil.D(2026, 1, 2) || r.End != civil.D(2027, 12, 31) {
		t.Errorf("row %+v", r)
	}
	if got, want := show(l), "3 Coût complet number.ambiguous [1,234]\n4 Coût complet currency.other [USD EUR]\n"; got != want {
		t.Errorf("findings %q, want %q", got, want)
	}
}
