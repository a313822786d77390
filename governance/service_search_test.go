package governance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"jalon/identity"
	"jalon/internal/database"
	"jalon/internal/dbtest"
)

func TestSearchGovernance(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		c := newMonthly(t, db)
		c.newCommittee("COSTRAT", yearly, func(m *Committee) { m.Name, m.Level = "Comité stratégique de l’été", Strategic })
		foreign := newChamber(t, db, "b", c.clock.now())
		foreign.newCommittee("COSTRAT", yearly, func(m *Committee) { m.Name = "Comité stratégique des autres" })
		for i, title := range []string{"Report du portail", "Été : renfort", "Le report est annulé"} {
			if _, err := c.service.Decide(ctx, operator, c.decision(fmt.Sprintf("2026-03-%d", 10+i), func(in *DecideInput) { in.Title = title })); err != nil {
				t.Fatal(err)
			}
		}
		tests := []struct {
			name, text string
			limit      int
			want       string // codes, the best first
		}{
			{"a code", "ops", 9, "OPS"},
			{"accents and case", "COMITE STRATEGIQUE", 9, "COSTRAT"},
			{"an apostrophe", "l'ete", 9, "COSTRAT"},
			{"a word of both kinds", "été", 9, "D-2026-002 COSTRAT"}, // its name begins with it
			{"a name that begins so comes first", "report", 9, "D-2026-001 D-2026-003"},
			{"every word counts", "report annule", 9, "D-2026-003"},
			{"a reference", "d-2026-002", 9, "D-2026-002"},
			{"part of a reference", "2026-00", 9, "D-2026-003 D-2026-002 D-2026-001"}, // newest first
			{"no more than asked for", "2026-00", 2, "D-2026-003 D-2026-002"},
			{"words are not glued", "portailete", 9, ""},
			{"signs of LIKE are signs", "%", 9, ""},
			{"nothing", " ", 9, ""},
			{"as many as usual", "ops", 0, "OPS"},
			{"what others have", "autres", 9, ""},
		}
		for _, tc := range tests {
			hits, err := c.service.SearchGovernance(ctx, c.member(), tc.text, tc.limit)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range hits {
				got = append(got, h.Code)
			}
			if strings.Join(got, " ") != tc.want {
				t.Errorf("%s: %v, want %s", tc.name, got, tc.want)
			}
		}
		hits, err := c.service.SearchGovernance(ctx, c.member(), "costrat", 9)
		if err != nil || len(hits) != 1 || hits[0].Kind != HitCommittee || hits[0].ID != int64(c.card("COSTRAT").ID) || hits[0].Context != "Feuille de route · Département de a" || hits[0].RoadmapID != c.roadmap.ID {
			t.Errorf("hits = %+v, %v", hits, err)
		}
		hits, err = c.service.SearchGovernance(ctx, c.member(), "renfort", 9)
		if err != nil || len(hits) != 1 || hits[0].Kind != HitDecision || hits[0].ID == 0 || hits[0].Context != "Comité OPS" {
			t.Errorf("hits = %+v, %v", hits, err)
		}
	})
}

// TestSearchGovernanceIsNarrowed: who sits in one committee finds it and its decisions alone.
func TestSearchGovernanceIsNarrowed(t *testing.T) {
	ctx := context.Background()
	dbtest.Each(t, func(t *testing.T, db *database.DB) {
		e := newEstate(t, db)
		for _, m := range e.committees {
			var got []string
			for _, text := range []string{"C", "calendrier"} {
				hits, err := e.service.SearchGovernance(ctx, as(identity.RoleReader, m.Place()), text, 99)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range hits {
					got = append(got, fmt.Sprintf("%s %d", h.Kind, h.ID))
				}
			}
			slices.Sort(got)
			want := []string{fmt.Sprintf("committee %d", m.ID), fmt.Sprintf("decision %d", e.decisions[m.ID])}
			if got = slices.Compact(got); !slices.Equal(got, want) {
				t.Errorf("member of %s finds %v, want %v", m.Code, got, want)
			}
		}
	})
}
