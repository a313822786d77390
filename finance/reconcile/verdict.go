package reconcile

// VerdictKind says what the rules make of a line.
type VerdictKind byte

// The kinds of verdicts. Only the first may be booked without a person.
const (
	Unknown   VerdictKind = iota // no rule matches: to the queue
	Ambiguous                    // rules of equal standing, or several projects, claim it: to the queue, none is picked
	Suggests                     // a rule matches that may not book by itself: to the queue, with its suggestion
	Books
)

// String names the kind as JSON carries it.
func (k VerdictKind) String() string {
	if k > Books {
		return "unknown"
	}
	return [...]string{"unknown", "ambiguous", "suggests", "books"}[k]
}

// Verdict is what the rules make of one line.
type Verdict struct {
	Kind    VerdictKind
	Rule    RuleRef
	Parts   []Part // of Books and Suggests: for Split; shared with the rule, not to be changed
	Exclude bool   // of Books and Suggests: the line is no cost of a project
	// Reason of an exclusion: what the rule's author wrote, or, of a built-in rule, a key of the catalogues. Of a line
	// that goes to the queue though a rule would book it: the key that says why.
	Reason     string
	Agreed     []Field
	Candidates []Candidate // best first, at most 5; of Ambiguous and Suggests, and what Explain finds besides
}

// Why a verdict is what it is, where no rule of a person says so.
const (
	ReasonOrderOp     = "reconcile.reason.order_operation" // excluded: an operation between accounts
	ReasonOrigin      = "reconcile.reason.origin_excluded" // excluded: what it corrects is
	ReasonOverReduced = "reconcile.reason.over_reduced"    // suggested only: it takes back more than is left of the line it corrects
	ReasonMisfit      = "reconcile.reason.misfit"          // suggested only: the fixed amounts of the rule do not fit into the line
	ReasonRules       = "reconcile.reason.rules"           // ambiguous: rules of equal standing disagree
	ReasonProjects    = "reconcile.reason.projects"        // ambiguous: the key belongs to several projects without shares
)

// Candidate is a project, a split or an exclusion that a line may belong to.
type Candidate struct {
	Rule    RuleRef
	Parts   []Part
	Exclude bool
	Reason  string // of an exclusion
	Agreed  []Field
	Near    []Near // codes that are not equal but one slip away
	Score   int    // 1 to 100, to order candidates by: the surer the fields that agree, the higher
}

// Near is a code of a line that is one slip away from one that is known.
type Near struct {
	Field        Field
	Found, Known string
}

// maxCandidates is how many a person is shown.
const maxCandidates = 5
