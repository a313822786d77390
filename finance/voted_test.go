package finance

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"jalon/finance/ledgerfile"
	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/fault"
)

// votes takes a voted budget, as the operator.
func (d *desk) votes(name string) ImportReport {
	d.Helper()
	data, err := os.ReadFile(filepath.Join("ledgerfile", "testdata", "totem", name))
	if err != nil {
		d.Fatal(err)
	}
	p, ok := ledgerfile.BuiltIn("totem")
	if !ok {
		d.Fatal("no profile totem")
	}
	rep, err := d.service.ImportBudget(context.Background(), operator, ImportInput{Organisation: d.org, Source: bytesSource{name, data}, Profile: p})
	if err != nil {
		d.Fatal(err)
	}
	return rep
}

// voted makes an envelope of the organisation and votes credits of 2026 in it.
func (d *desk) voted(code, operation string, section string, acts ...ActInput) {
	d.Helper()
	ctx := context.Background()
	e, err := d.service.CreateEnvelope(ctx, operator, Envelope{OrganisationID: d.org.ID, RoadmapID: d.roadmap.ID, Code: code, Name: code, Kind: EnvelopeAnnual, Section: section, Operation: operation})
	if err != nil {
		d.Fatal(err)
	}
	b, err := d.service.open(ctx, d.db.Read(), d.org.ID)
	if err != nil {
		d.Fatal(err)
	}
	y, _ := b.Labelled(2026)
	for _, a := range acts {
		for i := range a.Lines {
			a.Lines[i].Cell = Cell{Envelope: e.ID, YearID: y.ID, Section: section, Authorisation: AuthorisationCP}
		}
		if _, err := d.service.BookAct(ctx, operator, a); err != nil {
			d.Fatal(err)
		}
	}
}

func TestTieOutOfVotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		ctx := context.Background()
		d := newDesk(t, db, "aube", "P1")
		if years, err := d.service.VotedYears(ctx, operator, d.org.ID); err != nil || len(years) != 0 {
			t.Errorf("without a budget there are the years %+v, %v", years, err)
		}
		rep := d.votes("primary.xml")
		if rep.Lines == 0 || rep.New != rep.Lines || rep.Coverage.From != day("2026-01-01") {
			t.Errorf("the budget is %+v", rep)
		}
		bp := func(amount int64) ActInput {
			return ActInput{Act: ActBP, Reference: "2026-01", On: day("2026-02-09"), Lines: []ActLine{{Amount: euros(amount)}}}
		}
		d.voted("LOGICIELS", "2041", "I", bp(140_000), ActInput{Act: ActReport, Reference: "2026-02", On: day("2026-02-10"), Lines: []ActLine{{Amount: euros(12_000)}}})
		d.voted("AUTRE", "", "F", bp(70_000))
		tie, err := d.service.TieOutVotes(ctx, operator, d.org.ID, 2026)
		if err != nil {
			t.Fatal(err)
		}
		if len(tie.Documents) != 1 || tie.Documents[0].Document != ledgerfile.DocumentPrimary || tie.Documents[0].FileName != "primary.xml" {
			t.Errorf("documents are %+v", tie.Documents)
		}
		if len(tie.Lines) != 1 || tie.Lines[0].Operation != "2041" || tie.Lines[0].Books != euros(152_000) || tie.Lines[0].Budget != euros(162_000) || tie.Lines[0].Delta() != euros(-10_000) {
			t.Fatalf("operations are %+v", tie.Lines)
		}
		if got := fmt.Sprint(tie.Lines[0].Acts[0].Delta(), tie.Lines[0].Acts[1].Delta()); got != "-1000000 0" {
			t.Errorf("the acts differ by %s", got)
		}
		if s := tie.Sections; len(s) != 2 || s[0].Named != euros(152_000) || s[1].Unnamed != euros(70_000) {
			t.Errorf("sections are %+v", s)
		}
		if years, err := d.service.VotedYears(ctx, operator, d.org.ID); err != nil || len(years) != 1 || years[0].ID != tie.Year.ID {
			t.Errorf("budgets are of the years %+v, %v", years, err)
		}
		before := fmt.Sprint(tie.Documents[0].Lines, tie.Lines[0].Budget)
		if rep := d.votes("primary.xml"); rep.Unchanged != rep.Lines {
			t.Errorf("the same file again is %+v", rep)
		}
		d.votes("amending.xml")
		d.votes("primary.xml") // once more, after another one: the last file of a document counts
		if tie, err = d.service.TieOutVotes(ctx, operator, d.org.ID, 2026); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, doc := range tie.Documents {
			if doc.Document == ledgerfile.DocumentPrimary {
				found = true
				if fmt.Sprint(doc.Lines, euros(162_000)) != before {
					t.Errorf("the primary budget counts twice: %+v", doc)
				}
			}
		}
		if !found || len(tie.Documents) != 2 {
			t.Errorf("documents are %+v", tie.Documents)
		}
		d.verified()
		_, err = d.service.TieOutVotes(ctx, operator, d.org.ID, 1999)
		d.expectFault(err, fault.KindNotFound, "")
	})
}
