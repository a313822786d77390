package governance

import (
	"strings"
	"time"

	"jalon/governance/cadence"
	"jalon/internal/civil"
	"jalon/portfolio"
)

// CommitteeID is the key of a committee.
type CommitteeID int64

// Level is the level of a committee.
type Level string

// Operations monthly, tactics quarterly, strategy half-yearly or yearly.
const (
	Operational Level = "operational"
	Tactical    Level = "tactical"
	Strategic   Level = "strategic"
)

// Committee is a governance body of one roadmap.
type Committee struct {
	ID             CommitteeID
	OrganisationID int64
	RoadmapID      portfolio.RoadmapID
	Code           string
	Name           string
	Level          Level
	Cadence        cadence.Rule
	TimeZone       string     // IANA name
	Locale         string     // language of its packs: fr or en
	LeadDays       int        // its pack is frozen that many days before the sitting
	From           civil.Date // first day on which it may sit
	Until          civil.Date // last one; zero: no end
	Version        int64
	CreatedAt      time.Time // its slots count from here on
	Members        []Member
}

// Member is a person of a committee.
type Member struct {
	Name  string
	Role  string
	Email string
}

// NewCommittee starts a committee from a cadence rule and members as people type them: "Name" or
// "Name, role".
func NewCommittee(rule string, members []string) (Committee, error) {
	r, err := cadence.ParseRule(rule)
	if err != nil {
		return Committee{}, err
	}
	c := Committee{Cadence: r}
	for _, m := range members {
		name, role, _ := strings.Cut(m, ",")
		c.Members = append(c.Members, Member{Name: strings.TrimSpace(name), Role: strings.TrimSpace(role)})
	}
	return c, nil
}
