package finance

import (
	"slices"
	"time"

	"jalon/internal/civil"
	"jalon/internal/fault"
	"jalon/internal/money"
)

// MovementID is the key of a movement of an envelope.
type MovementID int64

// Act is what a movement was voted or decided by.
type Act string

// The acts: the budget of a year and what follows it (crédits ouverts = BP + REPORT + BS + DM ± VIREMENT), the life of
// an authorisation, and credits that are open while a budget is not voted yet.
const (
	ActBP          Act = "BP"       // budget primitif
	ActBS          Act = "BS"       // budget supplémentaire
	ActDM          Act = "DM"       // décision modificative
	ActReport      Act = "REPORT"   // credits carried over from the year before
	ActTransfer    Act = "VIREMENT" // credits moved between envelopes
	ActCreate      Act = "AP_CREATE"
	ActRevise      Act = "AP_REVISE"
	ActCancel      Act = "CANCEL"
	ActProvisional Act = "PROVISIONAL" // twelfths of the year before, until the budget is voted
)

// Acts lists every act in display order.
var Acts = []Act{ActBP, ActReport, ActBS, ActDM, ActTransfer, ActCreate, ActRevise, ActCancel, ActProvisional}

// What a movement authorises: to engage for years (AP in investment, AE in operations), or to order payments within a
// year (CP) (CGCT art. L2311-3).
const (
	AuthorisationAP = "AP"
	AuthorisationAE = "AE"
	AuthorisationCP = "CP"
)

// amountLimit is the largest amount that a person enters, of either sign.
const amountLimit = money.Amount(1_000_000_000_000_000)

const (
	maxActLines  = 200
	maxReference = 200
)

// Cell is where a movement counts.
type Cell struct {
	Envelope      EnvelopeID
	YearID        int64 // fiscal year of payment credits; 0 for AP and AE
	Section       string
	Authorisation string
}

// Movement is a change of what is voted in a cell. It is never changed: a wrong one is reversed by a movement of the same act
// and day, so that it counts on no day at all.
type Movement struct {
	ID             MovementID
	OrganisationID int64
	Cell
	Act        Act
	Reference  string // of the deliberation or decision
	On         civil.Date
	Amount     money.Amount
	TransferID int64      // of the two movements of a transfer, which sum to 0; 0: none
	Reverses   MovementID // 0: none
	ReversedBy MovementID // 0: it stands
	Reason     string
	RecordedBy string // the actor, as the trail names them
	RecordedAt time.Time
}

// ActLine is what an act does to one cell.
type ActLine struct {
	Cell
	Amount money.Amount
}

// ActInput is an act with all it does.
type ActInput struct {
	Act       Act
	Reference string
	On        civil.Date
	Reason    string
	Lines     []ActLine
}

// TransferInput moves payment credits, or an authorisation, from one envelope to another.
type TransferInput struct {
	From, To      EnvelopeID
	YearID        int64
	Section       string
	Authorisation string
	Amount        money.Amount // above 0
	Reference     string
	On            civil.Date
	Reason        string
}

// act is the transfer as an act of two lines. What is moved stays in its year, its section and its authorisation: for all else
// an assembly must vote (DM).
func (t TransferInput) act() ActInput {
	cell := Cell{Envelope: t.From, YearID: t.YearID, Section: t.Section, Authorisation: t.Authorisation}
	to := cell
	to.Envelope = t.To
	return ActInput{Act: ActTransfer, Reference: t.Reference, On: t.On, Reason: t.Reason, Lines: []ActLine{{cell, -t.Amount}, {to, t.Amount}}}
}

// Validate reports every rule the transfer breaks by itself.
func (t TransferInput) Validate() error {
	var f fault.Fields
	f.Check(t.From != 0, "from_envelope", "input.required")
	f.Check(t.To != 0, "to_envelope", "input.required")
	f.Check(t.From != t.To || t.To == 0, "to_envelope", "envelope.same")
	f.Check(t.Amount > 0 && t.Amount <= amountLimit, "amount", "envelope.amount")
	f.Check(slices.Contains(Sections, t.Section), "section", "input.unknown_value", t.Section)
	f.Check((t.Authorisation == AuthorisationCP) == (t.YearID != 0), "fiscal_year", "envelope.year_of_credits")
	checkAct(&f, t.act())
	return f.Err()
}

// Validate reports every rule the act breaks by itself.
func (a ActInput) Validate() error {
	var f fault.Fields
	f.Check(slices.Contains(Acts, a.Act) && a.Act != ActTransfer, "act", "input.unknown_value", string(a.Act))
	checkAct(&f, a)
	f.Check(len(a.Lines) > 0, "lines", "input.required")
	f.Check(len(a.Lines) <= maxActLines, "lines", "budget.too_many_lines", maxActLines)
	seen := map[Cell]bool{}
	for i, l := range a.Lines {
		n := i + 1
		f.Check(l.Envelope != 0, "lines", "envelope.line.envelope", n)
		f.Check(slices.Contains(Sections, l.Section), "lines", "envelope.line.section", n)
		f.Check(a.Act.authorises(l.Authorisation), "lines", "envelope.line.authorisation", n, string(a.Act), l.Authorisation)
		f.Check((l.Authorisation == AuthorisationCP) == (l.YearID != 0), "lines", "envelope.line.year", n)
		f.Check(a.Act.gives(l.Amount), "lines", "envelope.line.sign", n, string(a.Act))
		f.Check(l.Amount >= -amountLimit && l.Amount <= amountLimit, "lines", "envelope.line.amount", n)
		f.Check(!seen[l.Cell], "lines", "envelope.line.twice", n)
		seen[l.Cell] = true
	}
	return f.Err()
}

func checkAct(f *fault.Fields, a ActInput) {
	checkLabel(f, "reference", a.Reference, maxReference, true)
	f.Check(!a.On.IsZero(), "act_on", "input.required")
	checkReason(f, "reason", a.Reason, a.Act == ActCancel)
}

// authorises tells whether the act can be about an authorisation.
func (a Act) authorises(authorisation string) bool {
	switch authorisation {
	case AuthorisationAP, AuthorisationAE:
		return a == ActCreate || a == ActRevise || a == ActCancel || a == ActTransfer
	case AuthorisationCP:
		return a != ActCreate && a != ActRevise
	}
	return false
}

// gives tells whether the act can have a line of the amount, by its sign.
func (a Act) gives(amount money.Amount) bool {
	switch a {
	case ActBP, ActReport, ActCreate, ActProvisional:
		return amount > 0
	case ActCancel:
		return amount < 0
	}
	return amount != 0
}

// fits reports what keeps the lines of the act from the envelopes and the years that they name.
func (a ActInput) fits(b *books, envelopes map[EnvelopeID]Envelope) error {
	var f fault.Fields
	f.Check(!a.On.After(b.today), "act_on", "envelope.future", a.On, b.today)
	for i, l := range a.Lines {
		n, e := i+1, envelopes[l.Envelope]
		f.Check(e.takes(l.Section), "lines", "envelope.line.other_section", n, e.Code)
		f.Check(l.Authorisation == AuthorisationCP || string(e.Kind) == l.Authorisation, "lines", "envelope.line.kind", n, e.Code, l.Authorisation)
		if l.YearID == 0 {
			continue
		}
		y, ok := b.Year(l.YearID)
		if !ok {
			return fault.NotFound("fiscal_year", l.YearID)
		}
		f.Check(y.State != StateClosed, "lines", "envelope.line.year_closed", n, y.Code)
		f.Check(e.holds(y), "lines", "envelope.line.validity", n, e.Code, y.Code)
	}
	return f.Err()
}
