package finance

import (
	"jalon/internal/civil"
	"jalon/internal/money"
	"jalon/portfolio"
)

// SubjectKind says what an anomaly is about.
type SubjectKind string

// The kinds of subjects, each with a page of its own.
const (
	SubjectProject    SubjectKind = "project"
	SubjectCommitment SubjectKind = "commitment"
	SubjectPosting    SubjectKind = "posting"
	SubjectRule       SubjectKind = "rule"
	SubjectQueue      SubjectKind = "queue"
)

// Anomaly is something in the books that somebody should look at.
type Anomaly struct {
	ID      int64               `bun:"id" json:"id"`     // of the subject; 0 for the queue
	Name    string              `bun:"name" json:"name"` // of the subject
	Project portfolio.ProjectID `bun:"project_id" json:"project_id"`
	Code    string              `bun:"-" json:"project"` // of the project; "": none is concerned, or several are
	Amount  money.Amount        `bun:"amount" json:"amount"`
	Of      money.Amount        `bun:"of_amount" json:"of"`  // what the amount is held against: budget, commitment, scope; 0: nothing
	On      civil.Date          `bun:"on_day" json:"on"`     // since when; zero: does not matter
	Detail  string              `bun:"detail" json:"detail"` // supplier and invoice, reason: as the books have it
	Count   int                 `bun:"row_count" json:"-"`   // of the sort
	Sum     money.Amount        `bun:"row_sum" json:"-"`     // of the sort
}

// AnomalyGroup holds the anomalies of one sort, those of the largest amounts first.
type AnomalyGroup struct {
	Key      string       `json:"key"` // also of its text
	Subject  SubjectKind  `json:"subject"`
	Decision bool         `json:"decision"` // a committee has to decide
	Count    int          `json:"count"`
	Sum      money.Amount `json:"sum"`   // of the amounts without their signs
	Items    []Anomaly    `json:"items"` // at most maxAnomalies
}

// The sorts of anomalies, in display order.
const (
	AnomalyOverBudget   = "anomaly.over_budget"     // mandated and still called for beyond the budget of the project
	AnomalyLeft         = "anomaly.left"            // costs of a project after it left the portfolio
	AnomalyDormant      = "anomaly.dormant"         // a commitment that still calls for money and has not moved for long
	AnomalyOverMandated = "anomaly.over_mandated"   // more mandated than committed
	AnomalyDuplicate    = "anomaly.duplicate"       // the same supplier, invoice and amount in another document
	AnomalyReimputation = "anomaly.reimputation"    // one leg of a change of imputation is missing
	AnomalyOrigin       = "anomaly.origin"          // a correction of a line that the books do not hold
	AnomalyQueueShare   = "anomaly.queue_share"     // too much is not allocated
	AnomalyQueueAge     = "anomaly.queue_age"       // not allocated for too long
	AnomalyManual       = "anomaly.manual"          // the largest allocations by hand of the open years
	AnomalyRuleUnused   = "anomaly.rule_never_used" // an active rule that never booked
)

// maxAnomalies is how many of a sort are listed.
const maxAnomalies = 20

// group makes a group of what a query found; nothing of nothing.
func group(key string, subject SubjectKind, decision bool, items []Anomaly) []AnomalyGroup {
	if len(items) == 0 {
		return nil
	}
	g := AnomalyGroup{Key: key, Subject: subject, Decision: decision, Count: items[0].Count, Sum: items[0].Sum, Items: items}
	return []AnomalyGroup{g}
}
