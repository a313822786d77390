package pdf

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"jalon/internal/civil"
	"jalon/internal/money"
	made "jalon/internal/sample"
	"jalon/portfolio"
)

var stepAt = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// askedReport is a request with the text in every field, and n of whatever it has several of.
func askedReport(n int, text string) portfolio.RequestReport {
	rep := portfolio.RequestReport{Organisation: portfolio.Head{Name: text}, Roadmap: portfolio.Head{Name: text}, Currency: money.EUR, Skills: []portfolio.Skill{{ID: 1, Name: text}}}
	rep.Request = portfolio.Request{Year: 2026, Number: 14, State: portfolio.RequestDeferred, Reason: text, ReconsiderOn: civil.D(2027, 6, 1), ChangedAt: stepAt,
		RequestContent: portfolio.RequestContent{Title: text, Need: strings.Repeat(text+" ", n), Beneficiaries: text, Sponsor: text}}
	for i := range n {
		rep.Costs = append(rep.Costs, portfolio.YearAmount{Year: 2027 + i, Section: portfolio.SectionInvestment, Amount: 100_00})
		rep.Request.Skills = append(rep.Request.Skills, portfolio.SkillNeed{Skill: 1, Quarter: civil.Quarter{Year: 2027, Number: 1}.Add(i), Tenths: 125})
		rep.Requires = append(rep.Requires, portfolio.LinkedSubject{Head: portfolio.Head{Code: "P1", Name: text}})
		rep.Events = append(rep.Events, portfolio.RequestEvent{State: portfolio.RequestSubmitted, Actor: text, Reason: text, At: stepAt})
	}
	return rep
}

func TestRequestSheet(t *testing.T) {
	for name, rep := range map[string]portfolio.RequestReport{"empty": askedReport(0, ""), "usual": askedReport(3, "Rendez-vous en ligne"), "huge": askedReport(60, "Rendez-vous en ligne"), "hostile": askedReport(4, made.Canary)} {
		for _, lang := range []string{"fr", "en"} {
			first, err := Request(rep, lang, time.UTC)
			if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) {
				t.Fatalf("%s in %s: %v", name, lang, err)
			}
			second, err := Request(rep, lang, time.UTC)
			if err != nil || !bytes.Equal(first, second) {
				t.Errorf("%s in %s: the same request gives other bytes (%v)", name, lang, err)
			}
		}
	}
}

func TestRenunciationsSheet(t *testing.T) {
	for name, tc := range map[string]struct {
		lines int
		text  string
	}{"empty": {0, ""}, "usual": {5, "Assistant de l’accueil"}, "huge": {300, "Assistant de l’accueil"}, "hostile": {5, made.Canary}} {
		r := Register{Organisation: tc.text, On: civil.D(2026, 11, 2), From: civil.D(2026, 1, 1), List: portfolio.RequestList{Roadmap: portfolio.Head{Name: tc.text}, Currency: money.EUR}}
		for range tc.lines {
			r.List.Lines = append(r.List.Lines, portfolio.RequestLine{Code: "R-2026-014", Title: tc.text, State: portfolio.RequestRefused, Sponsor: tc.text, Reason: strings.Repeat(tc.text+" ", 5), DecisionLabel: "D-2026-003", ReconsiderOn: civil.D(2026, 10, 1), ChangedAt: stepAt})
		}
		first, err := Renunciations(r, "fr", time.UTC)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second, err := Renunciations(r, "fr", time.UTC)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s: the same register gives other bytes (%v)", name, err)
		}
	}
}
