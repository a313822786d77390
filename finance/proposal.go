package finance

import (
	"slices"
	"strconv"
	"time"

	"jalon/internal/fault"
	"jalon/internal/money"
	"jalon/portfolio"
)

// ProposalID is the key of a proposed allotment.
type ProposalID int64

// ProposalState is what became of a proposal.
type ProposalState string

// A proposal is made by a decision, and booked as a budget or dismissed by the finance department.
const (
	ProposalOpen      ProposalState = "proposed"
	ProposalBooked    ProposalState = "booked"
	ProposalDismissed ProposalState = "dismissed"
)

// Proposal is a credit of a year and a section that a committee's selection holds for a project.
type Proposal struct {
	ID             ProposalID
	OrganisationID int64
	ProjectID      portfolio.ProjectID
	Project        portfolio.Head
	RoadmapID      portfolio.RoadmapID
	DecisionID     int64
	Decision       string // as people name it
	Year           int    // civil year by which the fiscal year is known
	Section        string
	Amount         money.Amount
	State          ProposalState
	Budget         BudgetID // that it became; 0: none
	SettledBy      string
	SettledAt      time.Time
	Reason         string // of a dismissal
}

// ProposalBooking books the open proposals of a project as the next version of its budget.
type ProposalBooking struct {
	Project  portfolio.ProjectID
	After    int                   // number of the version that it follows; 0: it is the first one
	Envelope map[string]EnvelopeID // by section, from which the credits come; 0 or none: from none
	Category map[string]Category   // by section; "": work in progress of investment, services of operations
}

// UsualCategory is what a project spends on in a section as long as nobody tells more.
func UsualCategory(section string) Category {
	if section == investment {
		return CategoryBuild
	}
	return CategoryServices
}

// lines are those of the budget: what it holds already, and the proposals on top.
func (in ProposalBooking) lines(b *books, held []BudgetLine, open []Proposal) ([]BudgetLine, error) {
	out := slices.Clone(held)
	for _, p := range open {
		y, ok := b.Labelled(p.Year)
		if !ok {
			return nil, fault.Conflict("proposal.no_year", strconv.Itoa(p.Year))
		}
		line := BudgetLine{Envelope: in.Envelope[p.Section], YearID: y.ID, Section: p.Section, Category: in.Category[p.Section], Amount: p.Amount}
		if line.Category == "" {
			line.Category = UsualCategory(p.Section)
		}
		i := slices.IndexFunc(out, func(o BudgetLine) bool {
			return o.allotment() == line.allotment() && o.Category == line.Category
		})
		if i < 0 {
			out = append(out, line)
			continue
		}
		sum, ok := out[i].Amount.Add(line.Amount)
		if !ok {
			return nil, errBudgetOverflow()
		}
		out[i].Amount = sum
	}
	return out, nil
}
