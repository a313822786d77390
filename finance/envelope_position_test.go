package finance

import (
	"context"
	"testing"

	"jalon/internal/database"
	"jalon/internal/dbtest"
	"jalon/internal/money"
)

// TestAuthorisationPosition is the worked example E2: of an authorisation of 3 M€, 2.1 M€ are engaged and 450 000 € of them mandated.
func TestAuthorisationPosition(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		d := newDesk(t, db, "a", "P1", "P2")
		y25 := d.year(2025)
		root := d.envelope("NUM", EnvelopeRoadmap, "", 0)
		ap := d.envelope("AP1", EnvelopeAP, investment, root.ID)
		annual := d.envelope("CP25", EnvelopeAnnual, investment, ap.ID)
		d.book(voted(ActCreate, authority(ap), euros(3_000_000)))
		d.allot("P1", BudgetLine{ap.ID, y25, investment, CategoryBuild, euros(300_000)}, BudgetLine{annual.ID, y25, investment, CategoryBuild, euros(300_000)})
		d.newPosting(func(p *Posting) { p.DocOn, p.Section, p.Amount = day("2025-06-01"), investment, euros(450_000) }, Allocation{ProjectID: d.projects["P1"], Amount: euros(450_000), Method: MethodManual})
		d.commits("generic-fr-commitments", "engagements.csv", []byte("exercice;budget;n°engagement;date engagement;montant engagé actuel;nature;tiers;SIRET;objet\r\n"+
			"2025;00;E1;15/01/2025;1 650 000,00;2051;Atelier;44306184100047;Logiciels\r\n2025;00;E2;15/01/2025;70 000,00;6156;Atelier;44306184100047;Maintenance\r\n2025;00;E3;15/01/2025;80 000,00;2051;Atelier;44306184100047;D’un autre projet\r\n"), nil)
		for number, project := range map[string]string{"E1": "P1", "E2": "P1", "E3": "P2"} {
			c := d.commitment(number)
			if err := d.service.ShareCommitment(ctx, operator, ShareInput{Organisation: d.org.ID, Commitment: c.ID, Version: c.Version, Parts: []SharePart{{d.projects[project], 10_000}}}); err != nil {
				t.Fatal(err)
			}
		}
		report, err := d.service.EnvelopesOf(ctx, operator, d.roadmap.ID, noDay)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range report.Envelopes {
			if l.ID != ap.ID {
				if l.Position != nil {
					t.Errorf("%s is no authorisation and has the position %+v", l.Code, l.Position)
				}
				continue
			}
			p := l.Position
			if p.CommittedNet != euros(2_100_000) || p.Mandated != euros(450_000) || *p.ToCommit != euros(900_000) || p.ToPay() != euros(1_650_000) {
				t.Errorf("%+v, %d to commit: want 2 100 000 engaged, 450 000 mandated, 900 000 to commit and 1 650 000 to pay", p, *p.ToCommit)
			}
		}
	})
}

// TestSpendingOfEnvelopes divides commitments among the envelopes of a project: to the cent, and no part is over-mandated that the whole is not.
func TestSpendingOfEnvelopes(t *testing.T) {
	budgets := newDivider([]spread{{1, 10, 2025, investment, 2}, {1, 11, 2026, investment, 1}, {1, 12, 2025, operations, 5}})
	share := func(section, state string, net, mandated, denm money.Amount) projectShare {
		return projectShare{sharedRow: sharedRow{CommitmentID: 7, ProjectID: 1, Number: "E7", Section: section, State: state}, net: net, mandated: mandated, denm: denm}
	}
	for _, tc := range []struct {
		name                string
		share               projectShare
		net, mandated, left map[EnvelopeID]money.Amount
	}{
		{"open", share(investment, StateOpen, 1000, 400, 600), map[EnvelopeID]money.Amount{10: 667, 11: 333}, map[EnvelopeID]money.Amount{10: 267, 11: 133}, map[EnvelopeID]money.Amount{10: 400, 11: 200}},
		{"closed", share(investment, StateClosed, 1000, 400, 0), map[EnvelopeID]money.Amount{10: 267, 11: 133}, map[EnvelopeID]money.Amount{10: 267, 11: 133}, map[EnvelopeID]money.Amount{}},
		{"over-mandated", share(operations, StateOpen, 100, 130, 0), map[EnvelopeID]money.Amount{12: 100}, map[EnvelopeID]money.Amount{12: 130}, map[EnvelopeID]money.Amount{}},
		{"a cent", share(investment, StateOpen, 101, 100, 1), map[EnvelopeID]money.Amount{10: 68, 11: 33}, map[EnvelopeID]money.Amount{10: 67, 11: 33}, map[EnvelopeID]money.Amount{10: 1}},
	} {
		net, mandated, left := map[EnvelopeID]money.Amount{}, map[EnvelopeID]money.Amount{}, map[EnvelopeID]money.Amount{}
		for _, b := range spendingOf(budgets, nil, []projectShare{tc.share}).bound {
			l, _ := b.Left()
			net[b.envelope], mandated[b.envelope], left[b.envelope] = b.Net, b.Mandated, l
		}
		for e := EnvelopeID(10); e <= 12; e++ {
			if net[e] != tc.net[e] || mandated[e] != tc.mandated[e] || left[e] != tc.left[e] {
				t.Errorf("%s: envelope %d has %d net, %d mandated, %d left, want %d, %d, %d", tc.name, e, net[e], mandated[e], left[e], tc.net[e], tc.mandated[e], tc.left[e])
			}
		}
	}
	engaged := spendingOf(budgets, []actualCell{{ProjectID: 1, YearID: 2025, Section: operations, Engaged: 50}, {ProjectID: 1, YearID: 2025, Section: operations, Category: CategoryRun, Linked: 30}}, nil).bound
	if len(engaged) != 1 || engaged[0].Net != 20 || engaged[0].envelope != 12 {
		t.Errorf("engaged lines: %+v, want the 20 that stand on no known commitment", engaged)
	}
}
