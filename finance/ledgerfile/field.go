package ledgerfile

import "slices"

// Field is something that a column can say of a line.
type Field string

// The fields. Which of them are texts, codes, dates or amounts is fixed here; what a cell of a coded
// field means (section, flow, status, event, flags) is in the profile's Values.
const (
	FieldExercice       Field = "exercice"
	FieldBudget         Field = "budget"
	FieldFlow           Field = "flow"
	FieldSection        Field = "section"
	FieldChapter        Field = "chapter"
	FieldNature         Field = "nature"
	FieldFunction       Field = "function"
	FieldOperation      Field = "operation"
	FieldEnvelope       Field = "envelope"
	FieldManager        Field = "manager"
	FieldAnalytic       Field = "analytic"
	FieldCommitment     Field = "commitment"
	FieldCommitmentItem Field = "commitment_item"
	FieldContract       Field = "contract"
	FieldSupplierID     Field = "supplier_id" // the suite's own code
	FieldSIRET          Field = "siret"       // wins over the suite's own code
	FieldSupplierName   Field = "supplier_name"
	FieldInventory      Field = "inventory"
	FieldInvoice        Field = "invoice"
	FieldLiquidation    Field = "liquidation"
	FieldBordereau      Field = "bordereau"
	FieldDocType        Field = "doc_type"
	FieldDocNo          Field = "doc_no"
	FieldLineNo         Field = "line_no"
	FieldOrigin         Field = "origin" // number of the document that this one corrects
	FieldDate           Field = "date"
	FieldPayDate        Field = "pay_date"
	FieldAmount         Field = "amount" // the budgetary amount, where the file has but one
	FieldHT             Field = "ht"
	FieldVAT            Field = "vat"
	FieldTTC            Field = "ttc"
	FieldInitial        Field = "initial"
	FieldStatus         Field = "status"
	FieldEvent          Field = "event"
	FieldAccrual        Field = "accrual"
	FieldOrderOp        Field = "order_op"
	FieldLabel          Field = "label"
)

// fieldOrder is the canonical order: keys, hashes and refusals do not depend on the order of columns.
var fieldOrder = []Field{
	FieldExercice, FieldBudget, FieldFlow, FieldSection, FieldChapter, FieldNature, FieldFunction, FieldOperation, FieldEnvelope,
	FieldManager, FieldAnalytic, FieldCommitment, FieldCommitmentItem, FieldContract, FieldSupplierID, FieldSIRET, FieldSupplierName,
	FieldInventory, FieldInvoice, FieldLiquidation, FieldBordereau, FieldDocType, FieldDocNo, FieldLineNo, FieldOrigin, FieldDate,
	FieldPayDate, FieldAmount, FieldHT, FieldVAT, FieldTTC, FieldInitial, FieldStatus, FieldEvent, FieldAccrual, FieldOrderOp, FieldLabel,
}

// Fields lists every field in the canonical order.
func Fields() []Field { return slices.Clone(fieldOrder) }

func (f Field) known() bool { return slices.Contains(fieldOrder, f) }

// amount tells that cells of the field are amounts of money.
func (f Field) amount() bool {
	switch f {
	case FieldAmount, FieldHT, FieldVAT, FieldTTC, FieldInitial:
		return true
	}
	return false
}

func (f Field) date() bool { return f == FieldDate || f == FieldPayDate }

// coded tells that cells of the field are words, each of which stands for a code.
func (f Field) coded() bool {
	switch f {
	case FieldFlow, FieldSection, FieldStatus, FieldEvent, FieldAccrual, FieldOrderOp:
		return true
	}
	return false
}

// number tells that cells of the field are digits that a spreadsheet likes to turn into 1.23E+13.
func (f Field) number() bool {
	switch f {
	case FieldSIRET, FieldSupplierID, FieldCommitment, FieldCommitmentItem, FieldDocNo, FieldLineNo, FieldOrigin, FieldContract,
		FieldOperation, FieldInvoice, FieldLiquidation, FieldInventory, FieldBordereau:
		return true
	}
	return false
}

// slot is the place of a field in the canonical order: an index is faster than a map a million times.
type slot int

// The slots of the fields, in the order of fieldOrder.
const (
	slotExercice slot = iota
	slotBudget
	slotFlow
	slotSection
	slotChapter
	slotNature
	slotFunction
	slotOperation
	slotEnvelope
	slotManager
	slotAnalytic
	slotCommitment
	slotCommitmentItem
	slotContract
	slotSupplierID
	slotSIRET
	slotSupplierName
	slotInventory
	slotInvoice
	slotLiquidation
	slotBordereau
	slotDocType
	slotDocNo
	slotLineNo
	slotOrigin
	slotDate
	slotPayDate
	slotAmount
	slotHT
	slotVAT
	slotTTC
	slotInitial
	slotStatus
	slotEvent
	slotAccrual
	slotOrderOp
	slotLabel
	slots
)

func slotOf(f Field) slot { return slot(slices.Index(fieldOrder, f)) }

// fieldMarks stand for the fields in hashes, in the order of fieldOrder. Hashes are kept: a mark is never
// given to another field, and a new field gets a new one.
const fieldMarks = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijk"
