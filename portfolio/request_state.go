package portfolio

import "slices"

// RequestState is how far a request got.
type RequestState string

// A request is drafted, submitted, examined and then a candidate of the selection; it ends selected,
// deferred, refused or withdrawn.
const (
	RequestDraft     RequestState = "draft"
	RequestSubmitted RequestState = "submitted"
	RequestExamined  RequestState = "examined"
	RequestCandidate RequestState = "candidate"
	RequestSelected  RequestState = "selected"
	RequestDeferred  RequestState = "deferred"
	RequestRefused   RequestState = "refused"
	RequestWithdrawn RequestState = "withdrawn"
)

// RequestStates lists every state in display order.
var RequestStates = []RequestState{RequestDraft, RequestSubmitted, RequestExamined, RequestCandidate, RequestSelected, RequestDeferred, RequestRefused, RequestWithdrawn}

// Valid tells whether the state is one of RequestStates.
func (s RequestState) Valid() bool { return slices.Contains(RequestStates, s) }

// renounced tells whether the state is one of those that the register of renunciations holds.
func (s RequestState) renounced() bool {
	return s == RequestDeferred || s == RequestRefused || s == RequestWithdrawn
}

// RequestHand is who may take a step.
type RequestHand string

// The requester writes, the examiner (the roadmap manager) weighs, a committee decides.
const (
	HandRequester RequestHand = "requester"
	HandExaminer  RequestHand = "examiner"
	HandCommittee RequestHand = "committee"
)

// RequestStep is a step in the life of a request, by the name that stands in addresses and in the trail.
type RequestStep string

// The steps.
const (
	StepSubmit     RequestStep = "submit"
	StepWithdraw   RequestStep = "withdraw"
	StepResume     RequestStep = "resume"
	StepSendBack   RequestStep = "send_back"
	StepExamine    RequestStep = "examine"
	StepNominate   RequestStep = "nominate"
	StepReconsider RequestStep = "reconsider"
	StepDefer      RequestStep = "defer"
	StepRefuse     RequestStep = "refuse"
	StepSelect     RequestStep = "select"
	StepReturn     RequestStep = "return"
)

// Transition is one row of the life of a request.
type Transition struct {
	Step   RequestStep
	By     []RequestHand
	From   []RequestState
	To     RequestState
	Reason bool // it must say why
	Later  bool // it may say when to look at it again
}

// Transitions is the one place that says how a request gets from one state to another. Selecting is the
// committee's alone, and so is returning what was decided to the candidates.
var Transitions = []Transition{
	{Step: StepSubmit, By: []RequestHand{HandRequester}, From: []RequestState{RequestDraft}, To: RequestSubmitted},
	{Step: StepExamine, By: []RequestHand{HandExaminer}, From: []RequestState{RequestSubmitted, RequestCandidate}, To: RequestExamined},
	{Step: StepNominate, By: []RequestHand{HandExaminer}, From: []RequestState{RequestExamined}, To: RequestCandidate},
	{Step: StepSendBack, By: []RequestHand{HandExaminer}, From: []RequestState{RequestSubmitted, RequestExamined}, To: RequestDraft, Reason: true},
	{Step: StepSelect, By: []RequestHand{HandCommittee}, From: []RequestState{RequestExamined, RequestCandidate}, To: RequestSelected},
	{Step: StepDefer, By: []RequestHand{HandExaminer, HandCommittee}, From: []RequestState{RequestSubmitted, RequestExamined, RequestCandidate}, To: RequestDeferred, Reason: true, Later: true},
	{Step: StepRefuse, By: []RequestHand{HandExaminer, HandCommittee}, From: []RequestState{RequestSubmitted, RequestExamined, RequestCandidate}, To: RequestRefused, Reason: true, Later: true},
	{Step: StepReconsider, By: []RequestHand{HandExaminer}, From: []RequestState{RequestDeferred, RequestRefused}, To: RequestExamined},
	{Step: StepReturn, By: []RequestHand{HandCommittee}, From: []RequestState{RequestSelected, RequestDeferred, RequestRefused}, To: RequestCandidate, Reason: true},
	{Step: StepWithdraw, By: []RequestHand{HandRequester}, From: []RequestState{RequestDraft, RequestSubmitted, RequestExamined, RequestCandidate, RequestDeferred}, To: RequestWithdrawn, Reason: true},
	{Step: StepResume, By: []RequestHand{HandRequester}, From: []RequestState{RequestWithdrawn}, To: RequestDraft},
}

// TransitionOf finds a step of the table.
func TransitionOf(step RequestStep) (Transition, bool) {
	i := slices.IndexFunc(Transitions, func(t Transition) bool { return t.Step == step })
	if i < 0 {
		return Transition{}, false
	}
	return Transitions[i], true
}

// Open tells whether the step leads on from a state, for somebody with these hands.
func (t Transition) Open(from RequestState, hands ...RequestHand) bool {
	return slices.Contains(t.From, from) && slices.ContainsFunc(hands, func(h RequestHand) bool { return slices.Contains(t.By, h) })
}
