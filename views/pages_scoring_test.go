package views

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"jalon/identity"
	"jalon/internal/money"
	"jalon/internal/sample"
	"jalon/portfolio"
	"jalon/portfolio/scoring"
	"jalon/views/chart"
)

// sampleGrid is a grid with criteria of value and one of capability.
func sampleGrid(values int) portfolio.Grid {
	g := portfolio.Grid{ID: 3, OrganisationID: 1, RoadmapID: 1, Number: 2, Name: "Valeur publique", State: portfolio.GridActive, Weighting: portfolio.WeightingDirect, Version: 4,
		ActivatedAt: time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)}
	levels := []portfolio.GridLevel{{Label: "D", Statement: "rien"}, {Label: "C", Statement: "un peu"}, {Label: "B", Statement: "beaucoup"}, {Label: "A", Statement: "tout"}}
	for i, w := range scoring.Normalise(make([]int64, values)) {
		g.Criteria = append(g.Criteria, portfolio.Criterion{ID: portfolio.CriterionID(i + 1), Code: fmt.Sprintf("V%d", i), Name: "Bénéfices pour les usagers", Kind: scoring.KindValue, Weight: w, Position: i, Levels: levels})
	}
	g.Criteria = append(g.Criteria, portfolio.Criterion{ID: 99, Code: "APT", Name: "Compétences", Kind: scoring.KindCapability, Gate: 1, Levels: levels})
	return g
}

func sampleScores(c portfolio.Criterion, of portfolio.Subject) []portfolio.Score {
	at := time.Date(2026, 2, 5, 9, 0, 0, 0, time.UTC)
	return []portfolio.Score{{ID: 1, Criterion: c.ID, Subject: of, ScorerID: 4, Scorer: "Anne", HasLevel: true, Level: 3, Evidence: "étude de mars", SubmittedAt: at},
		{ID: 2, Criterion: c.ID, Subject: of, ScorerID: 5, Scorer: "Paul", HasLevel: true, Level: 0, Evidence: "devis", SubmittedAt: at, Carried: true}}
}

func sampleRanking(g portfolio.Grid, n int) portfolio.Ranking {
	r := portfolio.Ranking{Grid: g, Ranked: n / 2, Ready: n / 3, Keep: n / 4, Variation: scoring.Usual()}
	for i := range n {
		l := portfolio.RankingLine{Candidate: portfolio.Candidate{Subject: portfolio.Subject{Project: portfolio.ProjectID(i + 1)}, Code: fmt.Sprintf("DEM-%02d", i), Name: "Portail", Theme: "Proximité"}, Known: i % 4}
		for j := range g.Criteria {
			l.Levels = append(l.Levels, []scoring.Level{{}, scoring.Settled(2), scoring.Mean(2, 3)}[(i+j)%3])
		}
		if i < r.Ranked {
			kept := money.BasisPoints(i * 10_000 / n)
			l.Rank, l.Points, l.Tie, l.TieBy, l.Kept = i+1, int64(900-i), []scoring.Tie{scoring.TieNone, scoring.TieValue, scoring.TieCriterion, scoring.TieEarlier, scoring.TieCode}[i%5], "Rentabilité", &kept
			l.Stability = scoring.StabilityOf(kept)
			if i%3 == 1 {
				l.Kept, l.Gates = nil, []portfolio.GateLine{{Criterion: g.Criteria[len(g.Criteria)-1], State: scoring.GateBelow}}
			} else if i%3 == 2 {
				l.Gates = []portfolio.GateLine{{Criterion: g.Criteria[0], State: scoring.GateUnknown}}
			}
		}
		r.Lines = append(r.Lines, l)
	}
	return r
}

// scoringPages are the pages about the scoring of a roadmap.
func scoringPages(variant string, base func(title, section, path string) Base) []Page {
	n := map[string]int{"full": 9, "empty": 0, "huge": 150, "hostile": 7}[variant]
	b := seenBy(base("Notation", SectionRoadmaps, "/roadmaps/1/ranking"), identity.Operator("test"), "Camille")
	roadmap := portfolio.Roadmap{ID: 1, OrganisationID: 1, Code: "FDR", Name: "Feuille de route", Currency: money.EUR}
	b.Tabs = b.ScoringTabs(1, roadmap.Place(), PartRanking)
	org := identity.Organisation{ID: 1, TimeZone: "Europe/Paris"}
	g := sampleGrid(5)
	ranking := sampleRanking(g, n)
	desk := portfolio.ScoreDesk{Grid: g, Left: n, Gaps: n / 2, MayScore: n > 0}
	var gaps []portfolio.Disagreement
	one := portfolio.CandidateScores{Grid: g}
	sheet := portfolio.ScoreSheet{Grid: g, Version: 3}
	if n == 0 {
		ranking.Grid, desk.Grid, one.Grid, g = portfolio.Grid{}, portfolio.Grid{}, portfolio.Grid{}, portfolio.Grid{ID: 3, Name: "Vide", State: portfolio.GridDraft, Weighting: portfolio.WeightingDirect, Number: 1, Version: 1}
		one.Line.Subject = portfolio.Subject{Request: 7}
	} else {
		one.Line, one.Ranking = ranking.Lines[1], ranking
		ranking.Cut, ranking.Uncosted, one.Ranking.Uncosted = portfolio.CutCredits, n%2*3, 3
	}
	for i, l := range ranking.Lines {
		c := g.Criteria[i%len(g.Criteria)]
		settled := &portfolio.Settlement{Level: 2, Reason: "vu ensemble", By: "Inès"}
		desk.Lines = append(desk.Lines, portfolio.DeskLine{Candidate: l.Candidate, Open: i % 3, Drafts: i % 2, Submitted: i, Closed: 1, Alone: i % 2})
		d := portfolio.Disagreement{Candidate: l.Candidate, Criterion: c, Gap: scoring.Gap{Levels: 3, Points: 200, AcrossGate: c.Gate > 0}, Scores: sampleScores(c, l.Subject), Replaced: sampleScores(c, l.Subject)[:1], Version: 2}
		if i%2 == 1 {
			d.Settled = settled
		}
		gaps = append(gaps, d)
		if i < len(g.Criteria) {
			c := g.Criteria[i]
			line := portfolio.ScoreLine{Criterion: c, Level: l.Levels[i], Given: i % 3}
			mine := portfolio.SheetLine{Criterion: c, State: []portfolio.MarkState{portfolio.MarkOpen, portfolio.MarkDraft, portfolio.MarkSubmitted, portfolio.MarkClosed, portfolio.MarkSettled}[i%5]}
			if i%2 == 0 {
				line.Scores, line.Settled = sampleScores(c, l.Subject), settled
				mine.Others, mine.Settled, mine.Replaced = sampleScores(c, l.Subject)[1:], settled, sampleScores(c, l.Subject)[:1]
				mine.Mine = &mine.Replaced[0]
			}
			one.Lines, sheet.Lines = append(one.Lines, line), append(sheet.Lines, mine)
		}
	}
	if variant == "hostile" {
		for _, v := range []any{&ranking, &desk, &gaps, &one, &sheet, &g} {
			sample.Poison(v)
		}
	}
	draft := g
	draft.State, draft.Weighting = portfolio.GridDraft, portfolio.WeightingPairwise
	retired := g
	retired.State, retired.RetiredAt = portfolio.GridRetired, g.ActivatedAt
	pages := []Page{
		RankingPage{b, roadmap, ranking}.Page(), RankedPage{b, roadmap, one}.Page(), ScoreDeskPage{b, roadmap, desk}.Page(), GapsPage{b, roadmap, gaps, false, true}.Page(), GapsPage{b, roadmap, gaps, true, false}.Page(),
		GridsPage{b, org, roadmap, []portfolio.Grid{draft, g, retired}[:min(n, 3)]}.Page(), GridPage{b, org, roadmap, g}.Page(), GridPage{b, org, roadmap, draft}.Page(), GridPage{b, org, roadmap, retired}.Page(),
	}
	form := func(fields []Field) Page {
		return FormPage{Base: b, Intro: []string{"x"}, Form: b.NewForm("/x", "Enregistrer", "/", 3, fields...)}
	}
	pages = append(pages, form(b.SheetFields(sheet)), form(b.GridFields()), form(b.WeightFields(g)), form(b.JudgmentFields(g)), form(b.CriterionFields(portfolio.Criterion{})))
	if n > 0 {
		pages = append(pages, form(b.CriterionFields(g.Criteria[5])), form(b.SettleFields(gaps[1])), FormPage{Base: b, Intro: b.SettleIntro(gaps[0])})
	}
	return pages
}

// TestRankingAddsNothing: what is not ranked shows no points, what is not kept no share, and the file has a cell a column.
func TestRankingAddsNothing(t *testing.T) {
	p := RankingPage{Base: Base{Printer: For("fr")}, Roadmap: portfolio.Roadmap{ID: 1}, Ranking: sampleRanking(sampleGrid(3), 8)}
	head := p.Head()
	for i, row := range p.Rows() {
		if len(row) != len(head) {
			t.Errorf("row %d has %d cells, the head %d", i, len(row), len(head))
		}
		if l := p.Ranking.Lines[i]; (row[3] == nil) != (l.Rank == 0) || (row[4] == nil) != (l.Rank == 0) || (row[8] == nil) != (l.Kept == nil) {
			t.Errorf("row %d: %v of %+v", i, row, l)
		}
	}
	table := p.table()
	if len(table.Groups) != 2 || len(table.Groups[0].Rows) != 4 || table.Groups[1].Rows[0][2].Text != Dash {
		t.Errorf("groups: %+v", table.Groups)
	}
}

func TestLevelText(t *testing.T) {
	p, c := For("fr"), sampleGrid(1).Criteria[0]
	for want, l := range map[string]scoring.Level{Dash: {}, "B": scoring.Mean(2, 2), "C à B": scoring.Mean(1, 2), "D à C": scoring.Mean(1, 0), "A": scoring.Settled(3), "C": scoring.Mean(0, 2)} {
		if got := p.LevelText(c, l); got != want {
			t.Errorf("%+v: %q, want %q", l, got, want)
		}
	}
}

// TestRadar: an unknown level breaks the line, the marks are within the picture, and greys tell the series apart by their dashes.
func TestRadar(t *testing.T) {
	g := sampleGrid(5)
	of := portfolio.Subject{Project: 1}
	p := RankedPage{Base: Base{Printer: For("fr")}, Scores: portfolio.CandidateScores{Grid: g}}
	for i, c := range g.Criteria {
		line := portfolio.ScoreLine{Criterion: c, Level: scoring.Mean(3, 0), Scores: sampleScores(c, of)}
		if i == 1 {
			line.Level, line.Scores = scoring.Level{}, nil
		}
		p.Scores.Lines = append(p.Scores.Lines, line)
	}
	r := p.Radar()
	if len(r.Axes) != 5 || len(r.Series) != 3 || r.Series[2].Values[1] != nil || *r.Series[2].Values[0] != 5000 || r.Series[0].Dash == r.Series[1].Dash {
		t.Fatalf("radar: %+v", r)
	}
	svg := string(chart.SVG("r", chartWidth, r.Height(chartWidth, chartEm), chartEm, r.Title, r.Desc, r.Draw))
	if n := strings.Count(svg, "<circle"); n != 4*3+3 { // four known values of each, and the legend
		t.Errorf("%d circles", n)
	}
	empty := chart.Radar{Empty: "rien"}
	if svg := string(chart.SVG("e", chartWidth, empty.Height(chartWidth, chartEm), chartEm, "t", "d", empty.Draw)); !strings.Contains(svg, "rien") {
		t.Error("an empty radar says nothing")
	}
}
