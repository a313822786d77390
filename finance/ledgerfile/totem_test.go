package ledgerfile

import (
	"encoding/csv"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

func totemFixture(t testing.TB, name string, pairs ...string) heldFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "totem", name))
	if err != nil {
		t.Fatal(err)
	}
	return replaced(t, heldFile{name, data}, pairs...)
}

func readBudgetLines(t testing.TB, src Source, o Options) ([]BudgetLine, BudgetSummary, error) {
	t.Helper()
	p, ok := BuiltIn("totem")
	if !ok {
		t.Fatal("no profile totem")
	}
	if o.Currency == "" {
		o.Currency = money.EUR
	}
	var lines []BudgetLine
	s, err := ReadBudget(src, p, o, func(l *BudgetLine) error {
		kept := *l
		kept.Findings = slices.Clone(l.Findings)
		lines = append(lines, kept)
		return nil
	})
	return lines, s, err
}

func TestTOTEMDocument(t *testing.T) {
	lines, s, err := readBudgetLines(t, totemFixture(t, "primary.xml"), Options{SIRET: "20000000000019"})
	if err != nil {
		t.Fatal(err)
	}
	key := BudgetKey{"20000000000027", 2026, DocumentPrimary}
	if s.BudgetKey != key || s.MainSIRET != "20000000000019" || s.Entity != "DÉPARTEMENT INVENTÉ" || s.Budget != "TRANSPORTS" || s.Decided != civil.D(2026, 2, 9) {
		t.Errorf("summary %+v", s)
	}
	if len(lines) != 9 || s.Lines != 9 || s.TotalLines != 2 {
		t.Errorf("%d lines, %d told, %d totals; want 9, 9, 2", len(lines), s.Lines, s.TotalLines)
	}
	if expenditure, revenue := s.Voted(key); expenditure != 320_000_00 || revenue != 320_000_00 {
		t.Errorf("voted %d and %d, want 32000000 on both sides", expenditure, revenue)
	}
	want := BudgetLine{No: 1, Year: 2026, Document: DocumentPrimary, SIRET: key.SIRET, Entity: s.Entity, Flow: FlowExpenditure, Section: SectionInvestment,
		Chapter: "20", Nature: "2051", NatureLabel: "LOGICIELS, ÉTUDES", Operation: "2041",
		Previous: Figure{90_000_00, true}, CarriedIn: Figure{12_000_00, true}, Proposed: Figure{150_000_00, true}, Voted: Figure{150_000_00, true}}
	if lineText(lines[0]) != lineText(want) {
		t.Errorf("first line\n%+v, want\n%+v", lines[0], want)
	}
	var sections, orders []string
	for _, l := range lines {
		sections = append(sections, l.Section)
		if l.Order {
			orders = append(orders, l.Nature)
		}
	}
	if got := strings.Join(sections, ""); got != "IIFFIIIIF" || !slices.Equal(orders, []string{"6811", "2811"}) {
		t.Errorf("sections %s, opérations d'ordre %v", got, orders)
	}
	if n := len(s.Totals); n != 6 || s.Totals[0].Section != SectionOperations || s.Totals[0].Lines != 1 || s.Totals[0].Voted != 80_000_00 {
		t.Errorf("%d totals: %+v", n, s.Totals)
	}
	if !slices.Equal(codesFound(s.Findings), []string{TOTEMTotalPassed}) {
		t.Errorf("findings %v", s.Findings)
	}
}

func TestTOTEMAmending(t *testing.T) {
	lines, s, err := readBudgetLines(t, totemFixture(t, "amending.xml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Document != DocumentAmending || s.Number != "1" || lines[0].Voted.Amount != -20_000_00 || s.FindingCounts[TOTEMUnbalanced] != 1 {
		t.Errorf("%+v, first line %+v", s, lines[0])
	}
	if args := s.Findings[0].Args; !slices.Equal(args, []any{"DM", "2026", "-15000.00", "0.00"}) {
		t.Errorf("finding %v", args)
	}
}

func TestTOTEMRefused(t *testing.T) {
	for _, tc := range []struct {
		name  string
		pairs []string
		o     Options
		key   string
	}{
		{"another organisation", nil, Options{SIRET: "20000001800019"}, "ledger.totem.entity"},
		{"a draft", []string{`<Exer V="2026"/>`, `<Exer V="2026"/><ProjetBudget V="true"/>`}, Options{}, "ledger.totem.draft"},
		{"another root", []string{"DocumentBudgetaire", "Document"}, Options{}, "ledger.totem.root"},
		{"kind of document", []string{`NatDec V="01"`, `NatDec V="77"`}, Options{}, "ledger.totem.value"},
		{"year", []string{`Exer V="2026"`, `Exer V="26"`}, Options{}, "ledger.totem.value"},
		{"flow", []string{`CodRD V="R"`, `CodRD V="X"`}, Options{}, "ledger.totem.value"},
		{"order", []string{`OpBudg V="1"`, `OpBudg V="2"`}, Options{}, "ledger.totem.value"},
		{"amount", []string{`MtPrev V="80000.00"`, `MtPrev V="80 000,00"`}, Options{}, "ledger.totem.value"},
		{"amount twice", []string{`<MtPrev V="80000.00"/>`, `<MtPrev V="80000.00"/><MtPrev V="1.00"/>`}, Options{}, "ledger.totem.twice"},
		{"overflow", []string{`MtPrev V="80000.00"`, `MtPrev V="92233720368547758.07"`}, Options{}, "ledger.overflow"},
		{"two budgets", []string{"</Budget>", "</Budget><Budget></Budget>"}, Options{}, "ledger.totem.several"},
		{"no budget", []string{"<Budget>", "<Autre>", "</Budget>", "</Autre>"}, Options{}, "ledger.totem.missing"},
		{"no head of the budget", []string{"BlocBudget>", "Bloc>"}, Options{}, "ledger.totem.missing"},
		{"cut off", []string{"</DocumentBudgetaire>", ""}, Options{}, "ledger.xml.truncated"},
		{"a document type", []string{"<DocumentBudgetaire ", "<!DOCTYPE x><DocumentBudgetaire "}, Options{}, "ledger.xml.doctype"},
		{"a currency", nil, Options{Currency: "GBP"}, "ledger.currency"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := readBudgetLines(t, totemFixture(t, "primary.xml", tc.pairs...), tc.o)
			wantFault(t, err, tc.key)
		})
	}
	p, _ := BuiltIn("pes")
	_, err := ReadBudget(totemFixture(t, "primary.xml"), p, Options{Currency: money.EUR}, nil)
	wantFault(t, err, "ledger.format")
}

// scdl is a table of open data about two budgets.
const scdl = `BGT_NATDEC;BGT_ANNEE;BGT_SIRET;BGT_NOM;BGT_CONTNAT;BGT_CONTNAT_LABEL;BGT_NATURE;BGT_NATURE_LABEL;BGT_FONCTION;BGT_OPERATION;BGT_SECTION;BGT_OPBUDG;BGT_CODRD;BGT_MTREAL;BGT_MTPREV
budget primitif;2026;20000000000019;INVENTÉ;20;Immobilisations;2051;Logiciels;;2041;investissement;réel;dépense;;1500,50
Budget Primitif;2026;20000000000019;INVENTÉ;13;Subventions;1321;État;;;;réel;recette;;1500.50

compte administratif;2025;20000000000027;INVENTÉ;011;Charges;6156;Maintenance;020;;fonctionnement;ordre;dépense;-12;0
`

func TestTOTEMTable(t *testing.T) {
	for name, text := range map[string]string{
		"as published": scdl, "with commas": strings.NewReplacer("1500,50", "1500.50", ";", ",").Replace(scdl),
		"marked": "\ufeff" + scdl, "CR LF": strings.ReplaceAll(scdl, "\n", "\r\n"),
	} {
		lines, s, err := readBudgetLines(t, heldFile{"scdl.csv", []byte(text)}, Options{SIRET: "20000000000019"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(lines) != 3 || lines[0].Voted != (Figure{1_500_50, true}) || lines[0].Realised.Known || lines[1].Section != SectionInvestment ||
			!lines[2].Order || lines[2].Realised.Amount != -12_00 || lines[2].No != 5 || lines[0].Operation != "2041" || lines[0].ChapterLabel != "Immobilisations" {
			t.Errorf("%s: %+v", name, lines)
		}
		if docs := s.Documents(); len(docs) != 2 || docs[0] != (BudgetKey{"20000000000019", 2026, DocumentPrimary}) || docs[1].Document != DocumentAccounts {
			t.Errorf("%s: documents %v", name, docs)
		}
		if len(s.Findings) != 0 {
			t.Errorf("%s: findings %v", name, s.Findings)
		}
	}
	for _, tc := range []struct {
		name  string
		pairs []string
		key   string
	}{
		{"no such document", []string{"compte administratif", "compte de gestion"}, "ledger.totem.value"},
		{"no amount", []string{"1500,50", "mille"}, "ledger.totem.value"},
		{"thousands or decimals", []string{"1500,50", "1,500"}, "ledger.totem.value"},
		{"no year", []string{";2025;", ";;"}, "ledger.totem.value"},
		{"a cell too few", []string{";-12;0", ";0"}, "ledger.totem.ragged"},
		{"a quote that never ends", []string{";-12;0", `;-12;"0`}, "ledger.totem.torn"},
		{"no column of votes", []string{"BGT_MTPREV", "VOTE"}, "ledger.no_header"},
		{"a column twice", []string{"BGT_MTREAL", "BGT_MTPREV"}, "ledger.header_doubled"},
		{"another organisation", []string{"20000000000027", "20000001800027"}, "ledger.totem.entity"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, _, err := readBudgetLines(t, replaced(t, heldFile{"scdl.csv", []byte(scdl)}, tc.pairs...), Options{SIRET: "20000000000019"})
			wantFault(t, err, tc.key)
		})
	}
	_, _, err := readBudgetLines(t, heldFile{"scdl.csv", []byte(scdl[:strings.Index(scdl, "\n")+1])}, Options{})
	wantFault(t, err, "ledger.empty")
}

// realFinance gives a public file that lies beside the repository; it is no part of it.
func realFinance(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(append([]string{"..", "..", "..", "shared", "data", "finance_fr"}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("real finance files are not beside the repository: %v", err)
	}
	return path
}

// Every document is held against the table that its publisher made of it, figure by figure, and read
// from that table again.
func TestRealBudgets(t *testing.T) {
	folders, err := fs.Glob(os.DirFS(realFinance(t, "docbudg")), "*")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no budgets: %v", err)
	}
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			dir := realFinance(t, "docbudg", folder)
			document, table := readFile(t, dir, "totem.xml"), readFile(t, dir, "expected.csv")
			rows, err := csv.NewReader(strings.NewReader(string(table.data))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			lines, s, err := readBudgetLines(t, document, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if len(lines) != len(rows)-1 {
				t.Fatalf("%d lines, want %d", len(lines), len(rows)-1)
			}
			for i, l := range lines {
				holdAgainst(t, l, rows[0], rows[i+1])
			}
			fromTable, ts, err := readBudgetLines(t, table, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for i, l := range fromTable {
				holdAgainst(t, l, rows[0], rows[i+1])
			}
			for _, of := range s.Documents() {
				e, r := s.Voted(of)
				te, tr := ts.Voted(of)
				t.Logf("%v: voted %s and %s", of, e.Decimal(s.Currency), r.Decimal(s.Currency))
				if e != te || r != tr {
					t.Errorf("%v: the table votes %d and %d, the document %d and %d", of, te, tr, e, r)
				}
			}
		})
	}
}

func readFile(t *testing.T, dir, name string) heldFile {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return heldFile{name, data}
}

// holdAgainst compares a line with a row of the published table. The table lacks the section of lines
// that are voted by operation.
func holdAgainst(t *testing.T, l BudgetLine, header, row []string) {
	t.Helper()
	cell := map[string]string{}
	for i, h := range header {
		cell[h] = row[i]
	}
	figure := func(f Figure) string {
		if !f.Known {
			return ""
		}
		return f.Amount.Decimal(money.EUR)
	}
	order := "réel"
	if l.Order {
		order = "ordre"
	}
	section := map[string]string{SectionInvestment: "investissement", SectionOperations: "fonctionnement"}[l.Section]
	if cell["BGT_SECTION"] == "" {
		section = ""
	}
	for name, got := range map[string]string{
		"BGT_SIRET": l.SIRET, "BGT_NOM": l.Entity, "BGT_CONTNAT": l.Chapter, "BGT_NATURE": l.Nature, "BGT_FONCTION": l.Function, "BGT_OPERATION": l.Operation,
		"BGT_SECTION": section, "BGT_OPBUDG": order, "BGT_CODRD": map[Flow]string{FlowExpenditure: "dépense", FlowRevenue: "recette"}[l.Flow],
		"BGT_NATDEC": map[Document]string{DocumentPrimary: "Budget primitif", DocumentAmending: "Décision modificative", DocumentAccounts: "Compte administratif"}[l.Document],
		"BGT_MTREAL": figure(l.Realised), "BGT_MTBUDGPREC": figure(l.Previous), "BGT_MTRARPREC": figure(l.CarriedIn), "BGT_MTPROPNOUV": figure(l.Proposed),
		"BGT_MTPREV": figure(l.Voted), "BGT_CREDOUV": figure(l.Open), "BGT_MTRAR3112": figure(l.CarriedOut),
	} {
		if got != cell[name] {
			t.Errorf("line %d, %s: %q, want %q", l.No, name, got, cell[name])
		}
	}
}

func TestRealTransportBudgetBalances(t *testing.T) {
	_, s, err := readBudgetLines(t, readFile(t, realFinance(t, "docbudg", "BP2022_TRANSPORT"), "totem.xml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if e, r := s.Voted(s.BudgetKey); e != 14_604_270_00 || r != 14_604_270_00 || s.FindingCounts[TOTEMUnbalanced] != 0 {
		t.Errorf("voted %s and %s, want 14604270.00 on both sides", e.Decimal(s.Currency), r.Decimal(s.Currency))
	}
}

func FuzzReadBudget(f *testing.F) {
	for _, name := range []string{"primary.xml", "amending.xml"} {
		f.Add(totemFixture(f, name).data)
	}
	f.Add([]byte(scdl))
	f.Add([]byte("<DocumentBudgetaire><Budget><LigneBudget/></Budget></DocumentBudgetaire>"))
	p, _ := BuiltIn("totem")
	f.Fuzz(func(t *testing.T, data []byte) {
		var expenditure, revenue sum
		n := 0
		s, err := ReadBudget(heldFile{"fuzz", data}, p, Options{Currency: money.EUR}, func(l *BudgetLine) error {
			n++
			if l.Flow == FlowRevenue {
				revenue.add(l.Voted.Amount)
			} else {
				expenditure.add(l.Voted.Amount)
			}
			return nil
		})
		onlyFaults(t, err)
		if err != nil {
			return
		}
		var e, r money.Amount
		for _, of := range s.Documents() {
			de, dr := s.Voted(of)
			e, r = e+de, r+dr
		}
		we, fits := expenditure.amount()
		wr, fitsToo := revenue.amount()
		if n != s.Lines || !fits || !fitsToo || e != we || r != wr || e.Abs() == math.MaxInt64 {
			t.Fatalf("%d lines of %d, votes %d and %d of %d and %d", s.Lines, n, e, r, we, wr)
		}
	})
}
