package portfolio

import "jalon/internal/money"

// ScenarioInsight is what the engine says beyond the selection: it takes seconds, and comes in parts. A part that is nil is not known yet; one that is empty is known, and there is nothing to say.
type ScenarioInsight struct {
	Hash         string
	Done         bool            // nothing more is to come
	Explained    bool            // all of it is proven, and complete
	Result       SelectionResult // that it is about: of a frozen scenario a better one than what was frozen, where one was found since
	Frontier     []FrontierPoint
	Forced       []ForcedPrice
	Refused      []RefusedLine
	Next         *NextCredit
	Alternatives []AlternativeLine
	CostHidden   bool
}

// FrontierPoint is the best selection for a total of credits.
type FrontierPoint struct {
	Total    money.Amount `json:"total"` // of all limited years and sections
	Value    int64        `json:"value"`
	Bound    int64        `json:"bound"`
	Proven   bool         `json:"proven"`
	Selected []Head       `json:"selected"`
}

// ForcedPrice is what forcing a subject in costs: the value that could be had without the force.
type ForcedPrice struct {
	Subject    Subject     `json:"-"`
	Head       Head        `json:"head"`
	ReasonCode ForceReason `json:"reason_code"`
	Reason     string      `json:"reason"`
	Value      int64       `json:"value"`     // given up, between the best selections known
	ValueLow   int64       `json:"value_low"` // what is proven of it
	ValueHigh  int64       `json:"value_high"`
	Proven     bool        `json:"proven"`     // all three are the same
	PushedOut  []Head      `json:"pushed_out"` // selected without the force and not with it
	BroughtIn  []Head      `json:"brought_in"` // that it brings in besides itself
}

// RefusedLine is why a candidate is not selected.
type RefusedLine struct {
	Subject Subject        `json:"-"`
	Head    Head           `json:"head"`
	Force   Force          `json:"force"` // out: somebody decided so, or a gate is not passed; nothing else is to be explained
	Points  int64          `json:"points"`
	Scored  bool           `json:"scored"`
	Fits    bool           `json:"fits"`    // no limit and no rule keeps it out: it brings nothing, or what is known is not the best yet
	Binding []string       `json:"binding"` // keys that have no room for it
	Rules   []ConflictLine `json:"rules"`   // requires, excludes and themes that keep it out
	With    []Head         `json:"with"`    // what would come in with it, because it requires that
	// Swap is the smallest set whose leaving lets it in; empty where it fits; nil: none is known, and none exists when SwapProven.
	Swap       []Head `json:"swap"`
	SwapValue  int64  `json:"swap_value"` // of the selection then
	SwapProven bool   `json:"swap_proven"`
	// Extra is the least that would let it in beside all others; empty where it fits; nil: credits and days alone do not.
	Extra       []ExtraCredit `json:"extra"`
	ExtraChosen bool          `json:"extra_chosen"` // a best selection with that extra holds it; else the extra would serve another one better
	ExtraProven bool          `json:"extra_proven"`
}

// ExtraCredit is more of one key.
type ExtraCredit struct {
	Key    string `json:"key"`
	Amount int64  `json:"amount"`
}

// NextCredit is what a further sum would buy.
type NextCredit struct {
	Amount    money.Amount  `json:"amount"`
	Value     int64         `json:"value"` // gained with the best selection known
	ValueLow  int64         `json:"value_low"`
	ValueHigh int64         `json:"value_high"`
	Added     []ExtraCredit `json:"added"` // what would go to which year and section
	Proven    bool          `json:"proven"`
	Enter     []Head        `json:"enter"`
	Leave     []Head        `json:"leave"`
}

// AlternativeLine is another selection that is nearly as good.
type AlternativeLine struct {
	Value int64  `json:"value"`
	Less  int64  `json:"less"` // than the best
	Enter []Head `json:"enter"`
	Leave []Head `json:"leave"`
}
