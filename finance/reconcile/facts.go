package reconcile

import (
	"slices"

	"jalon/internal/civil"
	"jalon/internal/money"
)

// Facts are what a line says that a rule may ask for: texts as the file has them, trimmed; "" where it says nothing.
type Facts struct {
	Commitment, CommitmentItem       string // number of the commitment, and of its item where it has several
	Origin                           string // key of the line that this one corrects
	Analytic, Operation              string
	Contract, Inventory              string
	SupplierID, SupplierName         string // the id in digits
	Nature, Function, Budget         string
	Manager, Section, Invoice, Label string // Manager: code of the department that manages the line; Section: "F" or "I"
	Amount                           money.Amount
	Date                             civil.Date // of the document; zero: none readable
	FiscalYear                       int64      // as parts name it; 0: not known
	Flow                             string     // "DEP" or "REC"
	OrderOp                          bool       // an operation between accounts, without money: no cost of a project
}

// Field names one of the facts, in conditions and where a verdict says which of them agreed.
type Field string

// The fields.
const (
	FieldCommitment     Field = "commitment"
	FieldCommitmentItem Field = "commitment_item"
	FieldOrigin         Field = "origin"
	FieldAnalytic       Field = "analytic"
	FieldOperation      Field = "operation"
	FieldContract       Field = "contract"
	FieldInventory      Field = "inventory"
	FieldSupplierID     Field = "supplier_id"
	FieldSupplierName   Field = "supplier_name"
	FieldNature         Field = "nature"
	FieldFunction       Field = "function"
	FieldBudget         Field = "budget"
	FieldManager        Field = "manager"
	FieldSection        Field = "section"
	FieldInvoice        Field = "invoice"
	FieldLabel          Field = "label"
	FieldFlow           Field = "flow"
	FieldAmount         Field = "amount"
	FieldDate           Field = "date"
	FieldFiscalYear     Field = "fiscal_year"
	FieldOrderOp        Field = "order_operation" // never in a condition: such lines are excluded before any rule
)

// kind says how the values of a field compare.
type kind byte

const (
	kindCode   kind = iota // without regard to case and outer spaces
	kindWords              // without regard to case, accents and the number of spaces
	kindNumber             // amounts in minor units, fiscal years
	kindDay                // ISO dates
)

// fieldInfo is what the engine knows of a field.
type fieldInfo struct {
	field  Field
	key    string // of its name in the catalogues
	kind   kind
	points int                 // what its agreement adds to the score of a candidate, of 100
	text   func(*Facts) string // of codes and words
	number func(*Facts) int64  // of numbers
}

var fieldTable = []fieldInfo{
	{FieldCommitment, "reconcile.field.commitment", kindCode, 90, func(f *Facts) string { return f.Commitment }, nil},
	{FieldCommitmentItem, "reconcile.field.commitment_item", kindCode, 2, func(f *Facts) string { return f.CommitmentItem }, nil},
	{FieldOrigin, "reconcile.field.origin", kindCode, 90, func(f *Facts) string { return f.Origin }, nil},
	{FieldAnalytic, "reconcile.field.analytic", kindCode, 80, func(f *Facts) string { return f.Analytic }, nil},
	{FieldOperation, "reconcile.field.operation", kindCode, 70, func(f *Facts) string { return f.Operation }, nil},
	{FieldContract, "reconcile.field.contract", kindCode, 60, func(f *Facts) string { return f.Contract }, nil},
	{FieldInventory, "reconcile.field.inventory", kindCode, 60, func(f *Facts) string { return f.Inventory }, nil},
	{FieldSupplierID, "reconcile.field.supplier_id", kindCode, 25, func(f *Facts) string { return f.SupplierID }, nil},
	{FieldSupplierName, "reconcile.field.supplier_name", kindWords, 15, func(f *Facts) string { return f.SupplierName }, nil},
	{FieldNature, "reconcile.field.nature", kindCode, 10, func(f *Facts) string { return f.Nature }, nil},
	{FieldFunction, "reconcile.field.function", kindCode, 3, func(f *Facts) string { return f.Function }, nil},
	{FieldBudget, "reconcile.field.budget", kindCode, 2, func(f *Facts) string { return f.Budget }, nil},
	{FieldManager, "reconcile.field.manager", kindCode, 5, func(f *Facts) string { return f.Manager }, nil},
	{FieldSection, "reconcile.field.section", kindCode, 2, func(f *Facts) string { return f.Section }, nil},
	{FieldInvoice, "reconcile.field.invoice", kindCode, 20, func(f *Facts) string { return f.Invoice }, nil},
	{FieldLabel, "reconcile.field.label", kindWords, 20, func(f *Facts) string { return f.Label }, nil},
	{FieldFlow, "reconcile.field.flow", kindCode, 1, func(f *Facts) string { return f.Flow }, nil},
	{FieldAmount, "reconcile.field.amount", kindNumber, 20, nil, func(f *Facts) int64 { return int64(f.Amount) }},
	{FieldDate, "reconcile.field.date", kindDay, 5, nil, func(f *Facts) int64 { return int64(f.Date.Number()) }},
	{FieldFiscalYear, "reconcile.field.fiscal_year", kindNumber, 2, nil, func(f *Facts) int64 { return f.FiscalYear }},
}

// Fields lists what conditions can ask for, in the order in which a form shows them.
func Fields() []Field {
	out := make([]Field, len(fieldTable))
	for i, info := range fieldTable {
		out[i] = info.field
	}
	return out
}

// Key is the key of the field's name in the catalogues, "" for an unknown field.
func (f Field) Key() string {
	if f == FieldOrderOp {
		return "reconcile.field.order_operation"
	}
	if info, ok := f.info(); ok {
		return info.key
	}
	return ""
}

func (f Field) info() (*fieldInfo, bool) {
	i := slices.IndexFunc(fieldTable, func(info fieldInfo) bool { return info.field == f })
	if i < 0 {
		return nil, false
	}
	return &fieldTable[i], true
}

// points is what the agreement of a field adds to the score of a candidate.
func (f Field) points() int {
	if info, ok := f.info(); ok {
		return info.points
	}
	return 0
}
