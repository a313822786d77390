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
