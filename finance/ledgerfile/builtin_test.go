package ledgerfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Every header that the lists of Oxford were published with.
func TestOxfordHeaders(t *testing.T) {
	for _, head := range []string{
		"Body Name,Organisational Unit,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Type,Supplier ID,Supplier Name",
		"Body Name,Organisatonal Unit,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Type,Supplier ID,Supplier Name",
		"Body Name,Organisational Unit,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Type,Supplier ID,Supplier Name ",
		"Body Name,Organisational Unit,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Capital or Revenue,Supplier ID,Supplier Name",
		"Body_Name,Organisational Unit,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Capital or Revenue,Supplier ID,Supplier Name",
		"body_name,organisational_unit,expenditure_category,expenditure_code,paid_date,trans_no,amount,type,supplier_id,supplier_name",
		"body_name,organisational_unit,expenditure_category,expenditure_code,paid_date,trans_no,amount,caporrev,supplier_id,supplier_name",
		"body_name,organisational_unit,expenditure_category,expenditure_code,paid_date,trans_no,amount,Type,supplier_id,supplier_name",
		"Organisation,Service Area,Expenditure Unit,Expenditure Code,Paid Date,Trans No,Amount,caporrev,Supplier ID,Supplier Name",
		"Client,Service Area,Expenditure Catergory,Expenditure Code,Paid Date,Trans No,Amount,Type of Expenditure,Supplier ID,Supplier Name",
		"Client,Service Area,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Type of Expenditure,Supplier ID,Supplier Name",
		"Service Area,Expenditure Catergory,Expenditure Code,Paid Date,Trans No,Amount,Type of Expenditure,Supplier ID,Supplier Name",
		"Service Area,Expenditure Category,Expenditure Code,Paid Date,Trans No,Amount,Type,Supplier ID,Supplier Name",
		"Client,Service Area,Expenditure Code,Paid Date,Trans No,Amount,Type of Expenditure,Supplier ID,Supplier Name",
	} {
		row := strings.Split(head, ",")
		for i, h := range row {
			switch strings.ToLower(strings.NewReplacer("_", " ").Replace(strings.TrimSpace(h))) {
			case "paid date":
				row[i] = "07/04/2015"
			case "amount":
				row[i] = "-1054.1"
			case "type", "caporrev", "capital or revenue", "type of expenditure":
				row[i] = "Capital"
			case "expenditure code":
				row[i] = "D3701"
			case "supplier id":
				row[i] = "20000000_46285340"
			default:
				row[i] = "x"
			}
		}
		p, _ := BuiltIn("oxford")
		var posted Line
		s, err := Read(heldFile{"expenditure-over-500-apr-jun-2015.csv", []byte(head + "\r\n" + strings.Join(row, ",") + "\r\n")}, p, Options{Currency: "GBP"}, func(l *Line) error {
			if l.Kind == KindPosting {
				posted = *l
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", head, err)
			continue
		}
		for _, c := range s.Columns {
			if c.Field == "" {
				t.Errorf("%s: column %q is not read", head, c.Header)
			}
		}
		if posted.Amount != -105410 || posted.Section != SectionInvestment || posted.Nature != "D3701" || posted.Date != civil.D(2015, 4, 7) ||
			posted.SupplierID != "20000000_46285340" || posted.Manager != "x" || posted.Status != StatusPaid || len(posted.Findings) != 0 {
			t.Errorf("%s: %+v", head, posted)
		}
		if want := (Coverage{CoverageSnapshot, civil.D(2015, 4, 1), civil.D(2015, 6, 30)}); s.Coverage != want {
			t.Errorf("%s: coverage %+v", head, s.Coverage)
		}
	}
}

// A row of blanks with a word in it is rejected; a list of times for dates keeps its money.
func TestOxfordOddities(t *testing.T) {
	p, _ := BuiltIn("oxford")
	lines, s, err := readText(t, "Expenditure Category,Expenditure Code,Paid Date,Amount,Type\nRents,K9534,00:00:00,1500,Revenue\n,,,,\nxxx,,,,\nRents,K9534,00:00:00,1500,Revenue\n",
		p, Options{Currency: "GBP"})
	if err != nil || s.SumExpenditure != 300000 || s.ByKind != [KindCount]int{KindOther: 2, KindPosting: 2, KindRejected: 1} || lines[1].Content != lines[4].Content {
		t.Errorf("%s %v, %v, Σ %d", show(lines), err, s.ByKind, s.SumExpenditure)
	}
	if s.FindingCounts[DateUnreadable] != 2 || s.FindingCounts[AmountMissing] != 1 {
		t.Errorf("findings %v", s.FindingCounts)
	}
}

func TestGenericCommitments(t *testing.T) {
	p, _ := BuiltIn("generic-fr-commitments")
	lines, s, err := readText(t, "N° engagement;Date engagement;Montant engagé initial;Montant engagé actuel;Objet;Tiers;SIRET;N° marché;Opération;Axe analytique;Nature\n"+
		"ENG2025-000012;13/01/2025;120 000,00;138 000,00;Portail;Numérique des rives;21310001900024;2024-M-0012;2041;NUM035;2051\n"+
		"ENG2025-000013;01/02/2025;;;Vide;;;;;;6156\n", p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := lines[1]
	if l.Kind != KindCommitment || l.Event != EventState || l.Stage != StageCommitted || l.Amount != 138_000_00 || l.Initial != 120_000_00 || !l.HasInitial ||
		l.Commitment != "ENG2025-000012" || l.KeyText != "ENG2025-000012" || !l.Unique || l.Contract != "2024-M-0012" || l.Operation != "2041" ||
		l.Analytic != "NUM035" || l.Section != SectionInvestment || l.Label != "Portail" {
		t.Errorf("%+v", l)
	}
	if lines[2].Kind != KindRejected || s.Sum != 138_000_00 || s.ByKind[KindCommitment] != 1 {
		t.Errorf("%s %v", show(lines), s.ByKind)
	}
}

// A mandat is named by its number, a line that is only engaged by its engagement, whose key any number
// of lines may have.
func TestGenericKeys(t *testing.T) {
	p, _ := BuiltIn("generic-fr")
	row := func(mandat, line, engagement, budget string) string {
		return fmt.Sprintf("2025;%s;%s;%s;%s;2051;02/01/2025;12,00\n", budget, engagement, mandat, line)
	}
	lines, _, err := readText(t, "exercice;budget;n°engagement;n°mandat;ligne;nature;date;montant TTC\n"+
		row("832", "1", "E1", "00 - Budget principal")+row("832", "2", "E1", "00")+row("832", "1", "E2", "00")+row("832", "1", "E1", "01")+
		row("", "", "E1", "00")+row("", "", "E1", "00")+row("", "", "", "00"), p, Options{Basis: BasisWithTax})
	if err != nil {
		t.Fatal(err)
	}
	texts := []string{"2025·00·832·1", "2025·00·832·2", "2025·00·832·1", "2025·01·832·1", "2025·00·E1", "2025·00·E1", ""}
	for i, l := range lines[1:] {
		if l.KeyText != texts[i] || l.Unique != (i < 4) || (l.Stage == StageMandated) != (i < 4) || (l.Key == l.Content) != (i == 6) {
			t.Errorf("line %d: key %q, unique %v, %s", l.No, l.KeyText, l.Unique, l.Stage)
		}
	}
	if lines[1].Key != lines[3].Key || lines[1].Content == lines[3].Content || lines[1].Key == lines[4].Key || lines[5].Content != lines[6].Content {
		t.Error("keys are the same where the texts are, contents where all is")
	}
}

// Annulments, rattachements and moves of order are told from the type of the mandat.
func TestGenericTypes(t *testing.T) {
	p, _ := BuiltIn("generic-fr")
	lines, s, err := readText(t, "exercice;n°mandat;type;nature;date;HT;TVA;TTC\n2025;1;Mandat;6156;02/01/2025;10,00;2,00;12,00\n2025;2;ANNULATION;6156;02/01/2025;5,00;1,00;6,00\n"+
		"2025;3;Rattachement;6156;31/12/2025;1,00;0,00;1,00\n2025;4;Ordre budgétaire;2315;02/01/2025;9,00;0,00;9,00\n", p, Options{})
	if err != nil || s.Sum != money.Amount(1600) {
		t.Fatalf("Σ %d, %v", s.Sum, err)
	}
	if l := lines[2]; l.Amount != -600 || l.HT != -500 || l.VAT != -100 || l.Kind != KindPosting {
		t.Errorf("annulment %+v", l)
	}
	if !lines[3].Accrual || lines[1].Accrual || !lines[4].OrderOp || lines[1].OrderOp || lines[4].Section != SectionInvestment {
		t.Errorf("accrual %v, order %v", lines[3].Accrual, lines[4].OrderOp)
	}
}

// A list of payments is none of commitments, though every column that one needs stands in it.
func TestForeignHeaders(t *testing.T) {
	payments, err := os.ReadFile(filepath.Join("testdata", "chorus", "cp_portal.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for profile, data := range map[string]string{
		"chorus-ae":              string(payments),
		"generic-fr-commitments": "exercice;n°engagement;n° Mandat;date;nature;montant TTC\n2026;E1;12;05/01/2026;2051;10,00\n",
	} {
		p, _ := BuiltIn(profile)
		_, _, err := readText(t, data, p, Options{Currency: money.EUR})
		wantFault(t, err, "ledger.header_foreign")
	}
}
