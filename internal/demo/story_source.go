package demo

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
)

//go:embed story/*.json
var storyFiles embed.FS

// source is the story as the files hold it, in dates told from the day of the story.
type source struct {
	organisation organisationSource
	roadmaps     []roadmapSource
	committees   []committeeSource
	decisions    []decisionSource
	rebaselines  []rebaselineSource
	requests     requestsSource
	scoring      scoringSource
	scenarios    scenariosSource
	interim      map[string][]string // mood (a phase, or storm) → summaries of months in which nothing happened
}

type organisationSource struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Locale   string `json:"locale"`
	TimeZone string `json:"time_zone"`
	Currency string `json:"currency"`
}

// roadmapSource has either projects or, for a draft, candidates; both stand in files of their own.
type roadmapSource struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Status     string   `json:"status"`
	Purpose    string   `json:"purpose"`
	Start      offset   `json:"start"`
	End        offset   `json:"end"`
	Manager    string   `json:"manager"`
	Sponsor    string   `json:"sponsor"`
	Voted      int64    `json:"voted"` // major units; 0: not voted
	Themes     []Strand `json:"themes"`
	Objectives []Strand `json:"objectives"`
	projects   []projectSource
	candidates []candidateSource
}

type projectSource struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Theme      string `json:"theme"`
	Need       string `json:"need"`
	Sponsor    string `json:"sponsor"`
	Manager    string `json:"manager"`
	Department string `json:"department"`
	Inter      bool   `json:"inter_administration"`
	// Investment is the share of investment in what is built, Run the share of 24 months of
	// running in the full cost; running is operations.
	Investment   int64             `json:"investment_percent"`
	Run          int64             `json:"run_percent"`
	Estimates    []estimateSource  `json:"estimates"`
	Milestones   []milestoneSource `json:"milestones"`
	Statuses     []statusSource    `json:"statuses"`
	Dependencies []Dependency      `json:"dependencies"`
	Exit         *struct {
		On     offset `json:"on"`
		Reason string `json:"reason"`
	} `json:"exit"`
}

type estimateSource struct {
	On    offset  `json:"on"`
	Cost  *int64  `json:"cost"` // major units
	Start *offset `json:"start"`
	End   *offset `json:"end"`
	Phase string  `json:"phase"`
	Note  string  `json:"note"`
}

// milestoneSource places a milestone in the time from the start of its project to the end.
type milestoneSource struct {
	At   int    `json:"at_percent"`
	Name string `json:"name"`
}

// statusSource is a status report written near the end of a month.
type statusSource struct {
	Month     int    `json:"month"` // from the month of the story; negative
	Schedule  Side   `json:"schedule"`
	Cost      Side   `json:"cost"`
	Scope     Side   `json:"scope"`
	People    Side   `json:"people"`
	Summary   string `json:"summary"`
	NextSteps string `json:"next_steps"`
	Question  string `json:"question"`
}

// candidateSource is a request, in the columns of a project list.
type candidateSource struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Theme      string `json:"theme"`
	Need       string `json:"need"`
	Sponsor    string `json:"sponsor"`
	Department string `json:"department"`
	Cost       int64  `json:"cost"` // major units
	Start      offset `json:"start"`
	End        offset `json:"end"`
}

// committeeSource sits every so many months, the last time in the month Last from the day of the
// story: the months of its rule follow from that day, so that decisions fall on its sittings.
type committeeSource struct {
	Code     string   `json:"code"`
	Name     string   `json:"name"`
	Level    string   `json:"level"`
	Every    int      `json:"every"`
	Last     int      `json:"last"`
	Nth      int      `json:"nth"`
	Weekday  string   `json:"weekday"`
	At       string   `json:"at"`
	LeadDays int      `json:"lead_days"`
	Members  []Member `json:"members"`
}

type decisionSource struct {
	Reference string   `json:"reference"`
	Committee string   `json:"committee"`
	Month     int      `json:"month"` // of the sitting, from the month of the story; negative
	Title     string   `json:"title"`
	Question  string   `json:"question"`
	Options   []string `json:"options"`
	Outcome   string   `json:"outcome"`
	Reason    string   `json:"reason"`
	Project   string   `json:"project"`
}

type rebaselineSource struct {
	decisionSource
	Cost  int64  `json:"cost"` // major units
	Start offset `json:"start"`
	End   offset `json:"end"`
}

// loadSource reads the embedded files. It panics on a fault in them: they are part of the program,
// and the tests read them all.
func loadSource() source {
	var s source
	var closed, running, draft roadmapSource
	var second []projectSource
	for name, into := range map[string]any{
		"organisation":       &s.organisation,
		"closed-roadmap":     &closed,
		"closed-projects":    &closed.projects,
		"running-roadmap":    &running,
		"running-projects-1": &running.projects,
		"running-projects-2": &second,
		"draft-roadmap":      &draft,
		"candidates":         &draft.candidates,
		"committees":         &s.committees,
		"decisions":          &s.decisions,
		"rebaselines":        &s.rebaselines,
		"interim":            &s.interim,
		"requests":           &s.requests,
		"scoring":            &s.scoring,
		"scenarios":          &s.scenarios,
	} {
		if err := readStory("story/"+name+".json", into); err != nil {
			panic(err)
		}
	}
	running.projects = append(running.projects, second...)
	s.roadmaps = []roadmapSource{closed, running, draft}
	return s
}

func readStory(name string, into any) error {
	b, err := storyFiles.ReadFile(name)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return nil
}
