package ledgerfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// heldFile is a file in memory.
type heldFile struct {
	name string
	data []byte
}

func (h heldFile) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(h.data)), nil }
func (h heldFile) Size() int64                  { return int64(len(h.data)) }
func (h heldFile) Name() string                 { return h.name }

func pesFixture(t testing.TB, name string) heldFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "pes", name))
	if err != nil {
		t.Fatal(err)
	}
	return heldFile{name, data}
}

// edited is a fixture with some texts replaced.
func edited(t testing.TB, name string, pairs ...string) heldFile {
	t.Helper()
	return replaced(t, pesFixture(t, name), pairs...)
}

// replaced replaces texts of a file, each of which must stand in it.
func replaced(t testing.TB, f heldFile, pairs ...string) heldFile {
	t.Helper()
	text := string(f.data)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%s does not hold %q", f.name, pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	f.data = []byte(text)
	return f
}

// readAll reads a PES file and keeps its lines.
func readAll(t testing.TB, src Source, o Options) ([]Line, Summary, error) {
	t.Helper()
	p, ok := BuiltIn("pes")
	if !ok {
		t.Fatal("no profile pes")
	}
	if o.Currency == "" {
		o.Currency = money.EUR
	}
	var lines []Line
	s, err := Read(src, p, o, func(l *Line) error {
		kept := *l
		kept.Raw, kept.Findings = bytes.Clone(l.Raw), slices.Clone(l.Findings)
		lines = append(lines, kept)
		return nil
	})
	return lines, s, err
}

func mustRead(t testing.TB, src Source, o Options) ([]Line, Summary) {
	t.Helper()
	lines, s, err := readAll(t, src, o)
	if err != nil {
		t.Fatalf("%s: %v", src.Name(), err)
	}
	return lines, s
}

// codesFound lists the codes of findings.
func codesFound(findings []Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return out
}

func TestPESFixture(t *testing.T) {
	lines, s := mustRead(t, pesFixture(t, "fixture.xml"), Options{SIRET: "200 000 000 00019"})
	if len(lines) != 3 || s.Lines != 3 || s.ByKind[KindPosting] != 3 {
		t.Fatalf("%d lines, summary %d, postings %d, want 3", len(lines), s.Lines, s.ByKind[KindPosting])
	}
	if s.Sum != 47_000_00 || s.SumExpenditure != 47_000_00 || s.SumRevenue != 0 {
		t.Errorf("sums %d, %d, %d, want 4700000 of expenditure", s.Sum, s.SumExpenditure, s.SumRevenue)
	}
	first := lines[0]
	want := Line{
		No: 1, Offset: -1, Kind: KindPosting, Unique: true, KeyText: "DEP·2025·00·01·832·1", Flow: FlowExpenditure, Stage: StageMandated,
		Exercice: 2025, Date: civil.D(2025, 3, 10), DocType: "01·09·02", DocNo: "832", LineNo: "1", Bordereau: "41", Budget: "00",
		Manager: "DSI", Section: SectionInvestment, Nature: "2051", Function: "020", Operation: "2041", Analytic: "NUM035",
		Contract: "2024-15018D-00", Invoice: "F-2025-117", SupplierID: "99900001100018", SupplierName: "NUMÉRIQUE DES RIVES",
		Label: "LOGICIEL DE GESTION DES DEMANDES · Licences du portail, 1re année", Amount: 39_724_75, HasAmount: true,
		TTC: 39_724_75, HasTTC: true, Status: StatusEmitted,
	}
	want.Key, want.Content, want.Raw = first.Key, first.Content, first.Raw
	if !equalLines(first, want) {
		t.Errorf("first line\n%+v, want\n%+v", first, want)
	}
	if l := lines[1]; l.Amount != 12_000_00 || l.Section != SectionOperations || l.Analytic != "" || l.Operation != "" {
		t.Errorf("second line: %+v", l)
	}
	reduction := lines[2]
	if reduction.Amount != -4_724_75 || reduction.Origin != first.Key || reduction.OriginText != first.KeyText || reduction.Section != SectionInvestment {
		t.Errorf("reduction: amount %d, origin %s, section %s; want −472475 of %s", reduction.Amount, reduction.OriginText, reduction.Section, first.KeyText)
	}
	if len(s.Findings) != 0 {
		t.Errorf("findings %v", s.Findings)
	}
	if s.First != civil.D(2025, 3, 10) || s.Last != civil.D(2025, 3, 12) || !slices.Equal(s.Exercices, []int{2025}) || s.Encoding != "ISO-8859-1" {
		t.Errorf("%v to %v, %v, %s", s.First, s.Last, s.Exercices, s.Encoding)
	}
	if s.Coverage != (Coverage{CoverageDelta, civil.D(2025, 3, 10), civil.D(2025, 3, 12)}) {
		t.Errorf("coverage %+v", s.Coverage)
	}
	series := s.Series["20000000000019·00·DEP·2025·01"]
	if series.First != 41 || series.Last != 41 || series.Cumulative != 1_000_000_00 || !series.HasCumul || len(s.Series) != 2 {
		t.Errorf("series %+v of %d", series, len(s.Series))
	}
	if len(s.Declared) != 6 || slices.ContainsFunc(s.Declared, func(c Control) bool { return !c.Ties() }) {
		t.Errorf("controls %+v, want three of each bordereau, all of which tie", s.Declared)
	}
}

func equalLines(a, b Line) bool {
	a.Raw, b.Raw, a.Findings, b.Findings = nil, nil, nil, nil
	return a.Key == b.Key && a.KeyText == b.KeyText && lineText(a) == lineText(b)
}

// lineText writes everything that a line or a summary says, but its raw text.
func lineText(v any) string {
	if l, ok := v.(Line); ok {
		l.Raw = nil
		v = l
	}
	return fmt.Sprintf("%+v", v)
}

func TestPESVariants(t *testing.T) {
	base, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})

	t.Run("a: the same bytes give the same lines", func(t *testing.T) {
		again, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
		for i := range base {
			if base[i].Key != again[i].Key || base[i].Content != again[i].Content {
				t.Errorf("line %d differs from itself", i+1)
			}
		}
	})
	t.Run("b: a piece that comes back has the same key and another content", func(t *testing.T) {
		lines, s := mustRead(t, pesFixture(t, "reemitted.xml"), Options{})
		if len(lines) != 1 || lines[0].Key != base[1].Key || lines[0].Content == base[1].Content || s.Sum != 10_200_00 || lines[0].Bordereau != "42" {
			t.Errorf("re-emitted %+v", lines)
		}
		same, _ := mustRead(t, edited(t, "reemitted.xml", "1010200.00", "1012000.00", "10200.00", "12000.00"), Options{})
		if same[0].Content != base[1].Content {
			t.Error("sent again without a change, the piece says something else")
		}
	})
	t.Run("c: an unknown origin is told, the money counts", func(t *testing.T) {
		lines, s := mustRead(t, pesFixture(t, "origin_unknown.xml"), Options{})
		if l := lines[2]; l.Kind != KindPosting || l.Amount != -4_724_75 || l.OriginText != "DEP·2025·00·01·9999·1" || l.Origin == base[0].Key || l.Origin == (Hash{}) || s.Sum != 47_000_00 {
			t.Errorf("reduction of an unknown piece: %+v", l)
		}
	})
	t.Run("d: a wrong number of pieces refuses the file", func(t *testing.T) {
		_, s, err := readAll(t, pesFixture(t, "pieces_wrong.xml"), Options{})
		wantFault(t, err, "ledger.pes.pieces", "DEP·2025·00·01·41", "3", "2")
		if s.Lines != 3 || s.Sum != 47_000_00 {
			t.Errorf("summary of the refused file: %d lines, %d", s.Lines, s.Sum)
		}
	})
	t.Run("e: opérations d'ordre are marked", func(t *testing.T) {
		lines, _ := mustRead(t, pesFixture(t, "order.xml"), Options{})
		if !lines[0].OrderOp || lines[1].OrderOp || lines[2].OrderOp {
			t.Errorf("marked %v %v %v, want the first alone", lines[0].OrderOp, lines[1].OrderOp, lines[2].OrderOp)
		}
	})
	t.Run("g: a document type refuses the file", func(t *testing.T) {
		lines, _, err := readAll(t, pesFixture(t, "doctype.xml"), Options{})
		wantFault(t, err, "ledger.xml.doctype", 2)
		if len(lines) != 0 {
			t.Errorf("%d lines before it", len(lines))
		}
	})
	t.Run("h: the fiscal year is the label, not the date", func(t *testing.T) {
		lines, s := mustRead(t, pesFixture(t, "next_year.xml"), Options{})
		if lines[0].Exercice != 2026 || lines[0].Date != civil.D(2025, 12, 30) || !slices.Equal(s.Exercices, []int{2026}) {
			t.Errorf("year %d of %v", lines[0].Exercice, lines[0].Date)
		}
	})
}

// wantFault holds that an error is the fault of a file, with these arguments.
func wantFault(t testing.TB, err error, key string, args ...any) {
	t.Helper()
	f := fault.As(err)
	if f == nil || f.Key != key || f.Kind != fault.KindInvalid {
		t.Fatalf("error %v, want %s", err, key)
	}
	if len(args) > 0 && !slices.Equal(f.Args, args) {
		t.Errorf("%s says %q, want %q", key, f.Args, args)
	}
}

// onlyFaults holds that a refusal is one of the file.
func onlyFaults(t testing.TB, err error) {
	t.Helper()
	if f := fault.As(err); err != nil && (f == nil || f.Kind != fault.KindInvalid) {
		t.Fatalf("%v is no fault of the file", err)
	}
}

func TestPESAccrual(t *testing.T) {
	before, s := mustRead(t, pesFixture(t, "accrual.xml"), Options{})
	if !before[0].Accrual || before[0].Exercice != 2024 || s.Sum != 100_000_00 {
		t.Errorf("rattachement %+v", before[0])
	}
	after, s := mustRead(t, pesFixture(t, "accrual_annulled.xml"), Options{})
	if !after[0].Accrual || after[0].Amount != -100_000_00 || after[0].Origin != before[0].Key || after[1].Accrual || s.Sum != -2_500_00 {
		t.Errorf("annulment %+v, sum %d, want −250000", after[0], s.Sum)
	}
}

func TestPESRevenue(t *testing.T) {
	base, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
	lines, s := mustRead(t, pesFixture(t, "revenue.xml"), Options{})
	for i, want := range []struct {
		amount     money.Amount
		correction bool
		section    string
		origin     Hash
	}{
		{1_500_00, true, SectionOperations, base[0].Key},
		{60_000_00, false, SectionOperations, Hash{}},
		{6_516_45, false, SectionInvestment, Hash{}},
		{-1_000_00, false, SectionOperations, lines[1].Key},
	} {
		l := lines[i]
		if l.Flow != FlowRevenue || l.Amount != want.amount || l.Correction != want.correction || l.Section != want.section || l.Origin != want.origin || l.Kind != KindPosting {
			t.Errorf("line %d: %s %d, correction %v, section %s, origin %s", i+1, l.Flow, l.Amount, l.Correction, l.Section, l.OriginText)
		}
	}
	if s.SumRevenue != 67_016_45 || s.SumExpenditure != 0 || lines[2].Operation != "AB2041" || lines[0].Label != "REVERSEMENT SUR MANDAT 832 DE 2025 · Trop versé" {
		t.Errorf("revenue %d, operation %q, label %q", s.SumRevenue, lines[2].Operation, lines[0].Label)
	}
	if lines[1].SupplierID != "U-9" {
		t.Errorf("third party %q, want the authority's own reference", lines[1].SupplierID)
	}
}

func TestPESTax(t *testing.T) {
	lines, s := mustRead(t, pesFixture(t, "vat.xml"), Options{Basis: BasisWithTax})
	l := lines[0]
	if l.Amount != 1_000_00 || !l.HasHT || l.HT != 1_000_00 || l.VAT != 200_00 || l.TTC != 1_200_00 || s.Sum != 1_050_00 {
		t.Errorf("with tax filled in the amount is the one without: %+v, sum %d", l, s.Sum)
	}
	if lines[1].HasHT || !lines[1].HasTTC || lines[1].Budget != "06" {
		t.Errorf("without: %+v", lines[1])
	}
	_, _, err := readAll(t, edited(t, "vat.xml", `<MtBordTVA V="200.00"/>`, ""), Options{})
	wantFault(t, err, "ledger.pes.vat", "DEP·2025·06·01·5", "0.00", "200.00")
}

func TestPESReturn(t *testing.T) {
	base, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
	lines, s := mustRead(t, pesFixture(t, "return_rejected.xml"), Options{})
	l := lines[0]
	if l.Kind != KindStatus || l.Key != base[1].Key || l.Status != StatusRejected || !l.Reemit || l.Date != civil.D(2025, 3, 18) ||
		l.Reason != "02 · Facture absente, compte [IBAN] illisible" || s.Sum != 0 {
		t.Errorf("rejected at the visa: %+v, sum %d", l, s.Sum)
	}
	lines, s = mustRead(t, pesFixture(t, "return_states.xml"), Options{})
	for i, want := range []struct {
		kind   Kind
		status string
		reemit bool
		paid   string
	}{
		{KindStatus, StatusPaid, false, "2025-03-30"},
		{KindStatus, StatusRejected, false, ""},
		{KindStatus, StatusSuspended, false, ""},
		{KindStatus, StatusCharged, false, ""},
		{KindStatus, StatusPaid, false, "2025-04-03"},
		{KindOther, "", false, ""},
	} {
		if l := lines[i]; l.Kind != want.kind || l.Status != want.status || l.Reemit != want.reemit || l.PayDate.String() != want.paid {
			t.Errorf("line %d: kind %d, %q, may come back %v, paid %v; want %+v", i+1, l.Kind, l.Status, l.Reemit, l.PayDate, want)
		}
	}
	if s.ByKind[KindStatus] != 5 || s.Sum != 0 || s.FindingCounts[PESRegularisation] != 1 {
		t.Errorf("summary %+v", s)
	}
}

func TestPESSeries(t *testing.T) {
	const series = "20000000000019·00·DEP·2025·01"
	read := func(name string, known Known) (Summary, error) {
		_, s, err := readAll(t, pesFixture(t, name), Options{Known: map[string]Known{series: known}})
		return s, err
	}
	for _, tc := range []struct {
		name, file string
		known      Known
		missing    []int64
		codes      []string
		refused    []any
	}{
		{"follows", "fixture.xml", Known{Last: 40, Cumulative: 948_275_25, HasCumul: true}, nil, nil, nil},
		{"does not add up", "fixture.xml", Known{Last: 40, Cumulative: 948_275_24, HasCumul: true}, nil, nil, []any{series + "·41", "1000000.00", "999999.99"}},
		{"running total unknown", "fixture.xml", Known{Last: 40}, nil, nil, nil},
		{"sent again", "fixture.xml", Known{Last: 41, Cumulative: 1, HasCumul: true}, nil, nil, nil},
		{"older than the books", "fixture.xml", Known{Last: 60, Cumulative: 1, HasCumul: true}, nil, nil, nil},
		{"two missing, worth something", "gap.xml", Known{Last: 41, Cumulative: 1_000_000_00, HasCumul: true}, []int64{42, 43}, []string{PESMissingAmount}, nil},
		{"two missing, worth unknown", "gap.xml", Known{Last: 41}, []int64{42, 43}, []string{PESBordereauMissing}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := read(tc.file, tc.known)
			if tc.refused != nil {
				wantFault(t, err, "ledger.pes.cumulative", tc.refused...)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Series[series].Missing; !slices.Equal(got, tc.missing) || !slices.Equal(codesFound(s.Findings), tc.codes) {
				t.Errorf("missing %v, findings %v; want %v, %v", got, s.Findings, tc.missing, tc.codes)
			}
		})
	}
	s, _ := read("gap.xml", Known{Last: 41, Cumulative: 1_000_000_00, HasCumul: true})
	if !slices.Equal(s.Findings[0].Args, []any{series, "42", "43", "11500.00"}) {
		t.Errorf("finding %v", s.Findings[0])
	}
}

// E22: the running total before bordereau 2372 must be 45 064 046.57 for its 55.22 to lead to
// 45 064 101.79.
func TestPESRunningTotal(t *testing.T) {
	src := edited(t, "reemitted.xml", `IdBord V="42"`, `IdBord V="2372"`, "1010200.00", "45064101.79", "10200.00", "55.22")
	for before, ties := range map[money.Amount]bool{45_064_046_57: true, 45_064_046_56: false, 45_064_101_79: false} {
		_, _, err := readAll(t, src, Options{Known: map[string]Known{"20000000000019·00·DEP·2025·01": {Last: 2371, Cumulative: before, HasCumul: true}}})
		if ties != (err == nil) {
			t.Errorf("%s before: %v", before.Decimal(money.EUR), err)
		}
	}
}

func TestPESRefused(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		o     Options
		key   string
		args  []any
	}{
		{"sum of the bordereau", []string{`MtBordHT V="51724.75"`, `MtBordHT V="51724.76"`}, Options{}, "ledger.pes.ht", []any{"DEP·2025·00·01·41", "51724.76", "51724.75"}},
		{"tax that no line has", []string{`<MtBordHT V="51724.75"/>`, `<MtBordHT V="51724.75"/><MtBordTVA V="1.00"/>`}, Options{}, "ledger.pes.vat", []any{"DEP·2025·00·01·41", "1.00", "0.00"}},
		{"another organisation", nil, Options{SIRET: "20000001800019"}, "ledger.pes.entity", []any{"20000000000019", "20000001800019"}},
		{"negative amount", []string{`MtHT V="12000.00"`, `MtHT V="-12000.00"`}, Options{}, "ledger.pes.value", []any{"MtHT", "-12000.00", "DEP·2025·00·01·41 / 833 / 1", 127}},
		{"thirds of a cent", []string{`MtHT V="12000.00"`, `MtHT V="12000.001"`}, Options{}, "ledger.pes.value", nil},
		{"fifteen digits", []string{`MtHT V="12000.00"`, `MtHT V="1234567890123.00"`}, Options{}, "ledger.pes.value", nil},
		{"decimal comma", []string{`MtHT V="12000.00"`, `MtHT V="12000,00"`}, Options{}, "ledger.pes.value", nil},
		{"no amount", []string{`<MtHT V="12000.00"/>`, ""}, Options{}, "ledger.pes.missing", []any{"MtHT", "DEP·2025·00·01·41 / 833 / 1", 127}},
		{"two amounts", []string{`<MtHT V="12000.00"/>`, `<MtHT V="12000.00"/><MtHT V="1.00"/>`}, Options{}, "ledger.pes.twice", nil},
		{"no number", []string{`<IdPce V="833"/>`, ""}, Options{}, "ledger.pes.missing", []any{"IdPce", "DEP·2025·00·01·41", 93}},
		{"type of bordereau", []string{`TypBord V="02"`, `TypBord V="04"`}, Options{}, "ledger.pes.value", []any{"TypBord", "04", "—", 138}},
		{"annulled in an ordinary bordereau", []string{`NatPce V="01"`, `NatPce V="06"`}, Options{}, "ledger.pes.sign", []any{"01", "06", "DEP·2025·00·01·41 / 833", 93}},
		{"a line twice", []string{`IdPce V="833"`, `IdPce V="832"`}, Options{}, "ledger.pes.line_twice", []any{"DEP·2025·00·01·41 / 832 / 1", 127}},
		{"a bordereau twice", []string{`IdBord V="7"`, `IdBord V="41"`, `TypBord V="02"`, `TypBord V="01"`, `NatPce V="06"`, `NatPce V="01"`}, Options{}, "ledger.pes.bordereau_twice", nil},
		{"no head", []string{`<EnTetePES>`, `<X>`, `</EnTetePES>`, `</X>`}, Options{}, "ledger.pes.missing", nil},
		{"no orders", []string{`PES_DepenseAller>`, `PES_Marche>`}, Options{}, "ledger.pes.empty", nil},
		{"another root", []string{`n:PES_Aller`, `n:PES_Autre`}, Options{}, "ledger.pes.root", []any{"PES_Autre"}},
		{"another namespace", []string{`cp/helios`, `cp/autre`}, Options{}, "ledger.pes.root", nil},
		{"cut off", []string{"\n</n:PES_Aller>", ""}, Options{}, "ledger.xml.truncated", nil},
		{"elements that cross", []string{"</BlocPiece>", "</BlocPiece2>"}, Options{}, "ledger.xml.malformed", nil},
		{"an instruction", []string{"<Enveloppe>", "<?php ?><Enveloppe>"}, Options{}, "ledger.xml.instruction", nil},
		{"an entity", []string{`MtHT V="12000.00"`, `MtHT V="&montant;"`}, Options{}, "ledger.xml.malformed", nil},
		{"an attribute twice", []string{`MtHT V="12000.00"`, `MtHT V="12000.00" V="1.00"`}, Options{}, "ledger.xml.malformed", nil},
		{"a second root", []string{"</n:PES_Aller>", "</n:PES_Aller><n:PES_Aller/>"}, Options{}, "ledger.xml.malformed", nil},
		{"a declared encoding of another kind", []string{"ISO-8859-1", "EBCDIC-FR"}, Options{}, "ledger.xml.encoding", []any{"EBCDIC-FR"}},
		{"bytes that are not UTF-8", []string{"ISO-8859-1", "UTF-8"}, Options{}, "ledger.xml.malformed", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := readAll(t, edited(t, "fixture.xml", tc.pairs...), tc.o)
			wantFault(t, err, tc.key, tc.args...)
		})
	}
	_, _, err := readAll(t, pesFixture(t, "fixture.xml"), Options{Currency: "RWF"})
	wantFault(t, err, "ledger.currency")
}

func TestPESFindings(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		kind  Kind
		code  string
		args  []any
	}{
		{"no origin", []string{"RattachPiece>", "Autre>"}, KindPosting, PESOriginMissing, nil},
		{"no line of the origin", []string{`<IdLigneOrig V="1"/>`, ""}, KindPosting, PESOriginPartly, []any{"832"}},
		{"unusual correction", []string{`NatPce V="06"`, `NatPce V="07"`}, KindPosting, PESTriplet, []any{"02", "02", "07"}},
		{"payment order", []string{`TypBord V="02"`, `TypBord V="03"`}, KindOutOfScope, PESPaymentOrder, []any{"12"}},
		{"no date", []string{`DteBordEm V="2025-03-12"`, `DteBordEm V="12/03/2025"`}, KindPosting, DateUnreadable, []any{"12/03/2025"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, s := mustRead(t, edited(t, "fixture.xml", tc.pairs...), Options{})
			l := lines[2]
			if l.Kind != tc.kind || len(l.Findings) != 1 || l.Findings[0].Code != tc.code || !slices.Equal(l.Findings[0].Args, tc.args) || l.Findings[0].Line != 3 {
				t.Errorf("kind %d, findings %+v; want %s %v", l.Kind, l.Findings, tc.code, tc.args)
			}
			if s.Lines != 3 || s.FindingCounts[tc.code] != 1 {
				t.Errorf("summary %+v", s)
			}
		})
	}
}

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

func TestPESRaw(t *testing.T) {
	lines, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
	raw := string(lines[2].Raw)
	for _, part := range []string{`<IdBord V="7"/>`, `<TypBord V="02"/>`, `<IdPce V="12"/>`, `<IdPceOrig V="832"/>`, `<MtHT V="4724.75"/>`, `<Nom V="NUMÉRIQUE DES RIVES"/>`} {
		if !strings.Contains(raw, part) {
			t.Errorf("raw text lacks %s: %s", part, raw)
		}
	}
	if strings.Contains(raw, "833") || strings.Contains(raw, "CpteBancaire") {
		t.Errorf("raw text holds more than its line: %s", raw)
	}
}

// An authority's own profile may want the lines of one department alone; the others are counted and
// summed.
func TestPESScope(t *testing.T) {
	p, _ := BuiltIn("pes")
	p.Name, p.Scope = "pes-dsi", []Condition{{Field: FieldManager, Values: []string{"dsi"}}, {Field: FieldNature, Prefixes: []string{"61", "20"}}}
	p.Orders = []Condition{{Field: FieldFunction, Values: []string{"020"}}}
	src := edited(t, "fixture.xml", `Nature V="6156"`, `Nature V="60632"`)
	var kinds []Kind
	s, err := Read(src, p, Options{Currency: money.EUR}, func(l *Line) error {
		kinds = append(kinds, l.Kind)
		if !l.OrderOp {
			t.Errorf("line %d is not taken for an opération d'ordre", l.No)
		}
		return nil
	})
	if err != nil || !slices.Equal(kinds, []Kind{KindPosting, KindOutOfScope, KindPosting}) || s.Sum != 35_000_00 || s.SumOutOfScope != 12_000_00 {
		t.Errorf("%v, %v, sum %d, out of scope %d", err, kinds, s.Sum, s.SumOutOfScope)
	}
}

// A reader's error ends the reading and comes back as it is.
func TestPESStops(t *testing.T) {
	p, _ := BuiltIn("pes")
	stop := errors.New("enough")
	n := 0
	_, err := Read(pesFixture(t, "fixture.xml"), p, Options{Currency: money.EUR}, func(*Line) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("%v after %d lines", err, n)
	}
}

func TestPESEncodings(t *testing.T) {
	base, _ := mustRead(t, pesFixture(t, "fixture.xml"), Options{})
	utf8Text := strings.Replace(decodeLatin1(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "utf-8", 1)
	for name, data := range map[string]string{
		"UTF-8":                    utf8Text,
		"UTF-8 with a mark":        "\ufeff" + utf8Text,
		"UTF-8 without being told": strings.Replace(utf8Text, ` encoding="utf-8"`, "", 1),
		"no declaration":           utf8Text[strings.Index(utf8Text, "\n")+1:],
		"Windows-1252":             strings.Replace(string(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "windows-1252", 1),
		"ISO-8859-15":              strings.Replace(string(pesFixture(t, "fixture.xml").data), "ISO-8859-1", "iso-8859-15", 1),
	} {
		lines, _, err := readAll(t, heldFile{name, []byte(data)}, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for i := range base {
			if lines[i].Content != base[i].Content || !bytes.Equal(lines[i].Raw, base[i].Raw) {
				t.Errorf("%s: line %d says %s, want %s", name, i+1, lines[i].Raw, base[i].Raw)
			}
		}
	}
	euro := strings.Replace(string(pesFixture(t, "fixture.xml").data), "Contrat M-12", "Contrat \x80 12", 1)
	if lines, _ := mustRead(t, heldFile{"euro", []byte(euro)}, Options{}); !strings.HasSuffix(lines[1].Label, "Contrat € 12") {
		t.Errorf("label %q", lines[1].Label)
	}
	_, _, err := readAll(t, heldFile{"UTF-16", []byte("\xff\xfe<\x00?\x00")}, Options{})
	wantFault(t, err, "ledger.xml.encoding")
	for _, text := range []string{"", " ", "exercice;mandat\n", "\xef\xbb\xbf"} {
		_, _, err := readAll(t, heldFile{"no XML", []byte(text)}, Options{})
		wantFault(t, err, "ledger.xml.not_xml")
	}
}

func decodeLatin1(data []byte) string {
	var b strings.Builder
	for _, c := range data {
		b.WriteRune(rune(c))
	}
	return b.String()
}
