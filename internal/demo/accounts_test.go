package demo

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"jalon/governance"
	"jalon/identity"
	"jalon/internal/fault"
	"jalon/portfolio"
)

// checkOrganisations: the authority belongs to a network, and a command that names none works for the authority.
func checkOrganisations(t *testing.T, s Services, story Story) {
	t.Helper()
	ctx := context.Background()
	o, err := s.Identity.Resolve(ctx, reader, "")
	if err != nil || o.Code != story.Organisation.Code {
		t.Fatalf("the organisation of commands is %q, %v, want %s", o.Code, err, story.Organisation.Code)
	}
	above, err := s.Identity.Organisation(ctx, reader, o.ParentID)
	if err != nil || above.Kind != identity.KindNetwork {
		t.Errorf("above the authority stands %+v, %v, want a network", above, err)
	}
}

// sight is what an account of the demonstration sees.
type sight struct {
	roadmaps, projects, committees int
	costs                          bool
	network                        int // released roadmaps; -1: not for this account
}

// checkPeople signs every account in and holds what it sees against what its role is for.
func checkPeople(t *testing.T, s Services, story Story) {
	t.Helper()
	roadmaps, committees := len(story.Roadmaps), len(story.Committees)
	want := map[string]sight{
		"maud.lescure":       {roadmaps: roadmaps, committees: committees, costs: true, network: -1},
		"laurent.pradeilles": {roadmaps: roadmaps, committees: committees, costs: true, network: -1},
		"lea.chambon":        {projects: 1, network: -1},
		"nathalie.quemener":  {committees: 1, network: -1},
		"agent":              {roadmaps: roadmaps, committees: committees, network: -1},
		"animation":          {network: 1},
	}
	for _, a := range AllAccounts() {
		name, _, _ := strings.Cut(a.Email, "@")
		if got := see(t, s, story, a); got != want[name] {
			t.Errorf("%s sees %+v, want %+v", a.Email, got, want[name])
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s has no account", name)
	}
}

// see signs in as an account and looks around.
func see(t *testing.T, s Services, story Story, a Account) (out sight) {
	t.Helper()
	ctx := context.Background()
	in, err := s.Identity.SignIn(ctx, identity.SignInInput{Email: a.Email, Password: Password, Agent: "test", Address: "127.0.0.1"})
	if err != nil {
		t.Fatalf("%s: %v", a.Email, err)
	}
	session, err := s.Identity.Session(ctx, in.Token)
	if err != nil {
		t.Fatalf("%s: %v", a.Email, err)
	}
	who := session.Actor
	cards, err := s.Portfolio.Roadmaps(ctx, who)
	if err != nil {
		t.Fatalf("%s: %v", a.Email, err)
	}
	out.roadmaps = len(cards)
	for _, c := range cards {
		rep, err := s.Portfolio.Report(ctx, who, c.ID, story.Day)
		if err != nil {
			t.Fatalf("%s, roadmap %s: %v", a.Email, c.Code, err)
		}
		out.costs = out.costs || rep.Totals.SumCost != 0 || !rep.CostHidden
	}
	alone, err := s.Portfolio.GrantedProjects(ctx, who)
	if err != nil {
		t.Fatalf("%s: %v", a.Email, err)
	}
	out.projects = len(alone)
	seats, err := s.Governance.Committees(ctx, who, 0, story.Day.At(hourOfPeople, 0, time.UTC))
	if err != nil {
		t.Fatalf("%s: %v", a.Email, err)
	}
	out.committees = len(seats)
	out.network = released(t, s, who, story)
	checkNarrow(t, s, a, who, seats, alone)
	return out
}

// released counts the roadmaps on the network's page; -1 for who has none.
func released(t *testing.T, s Services, who identity.Actor, story Story) int {
	t.Helper()
	above, err := s.Identity.Resolve(context.Background(), reader, network.Code)
	if err != nil {
		t.Fatal(err)
	}
	rep, err := s.Portfolio.Network(context.Background(), who, above.ID, story.Day, story.Day.AddDays(-365))
	switch {
	case fault.KindOf(err) == fault.KindNotFound && err != nil:
		return -1
	case err != nil:
		t.Fatal(err)
	case rep.All.Projects < 30 || rep.All.Cost.Mean == nil:
		t.Errorf("the network sees %d projects with a mean of %v", rep.All.Projects, rep.All.Cost.Mean)
	}
	return len(rep.Roadmaps)
}

// checkNarrow: a narrow grant is on what the account is said to be about.
func checkNarrow(t *testing.T, s Services, a Account, who identity.Actor, seats []governance.CommitteeCard, alone []portfolio.ProjectCard) {
	t.Helper()
	if a.Project != "" && !slices.ContainsFunc(alone, func(p portfolio.ProjectCard) bool { return p.Code == a.Project }) {
		t.Errorf("%s does not see project %s", a.Email, a.Project)
	}
	if a.Committee == "" {
		return
	}
	if len(seats) != 1 || seats[0].Code != a.Committee || len(seats[0].Packs) == 0 {
		t.Errorf("%s sees %+v, want committee %s with its packs", a.Email, seats, a.Committee)
		return
	}
	if _, _, err := s.Governance.PackPDF(context.Background(), who, int64(seats[0].Packs[0].ID)); err != nil {
		t.Errorf("%s, pack of the committee: %v", a.Email, err)
	}
}
