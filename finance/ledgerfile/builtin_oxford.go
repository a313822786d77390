package ledgerfile

import "jalon/internal/money"

// oxford reads the quarterly lists of payments of Oxford City Council, under every header that they
// were published with, typing errors included. A list is the whole of its quarter. It has no natural
// key: numbers of payments come again, two payments may be alike in every cell, and both are money.
func oxford() Profile {
	return Profile{
		Name: "oxford", Version: 1, Title: "Oxford City Council, payments over £500",
		Format: FormatCSV, Purpose: PurposeLedger,
		Currency: money.Currency("GBP"), FiscalYearStart: "04-01",
		Columns: map[Field][]string{
			FieldBudget:       {"Body Name", "Organisation", "Client"},
			FieldManager:      {"Organisational Unit", "Organisatonal Unit", "Service Area"},
			FieldFunction:     {"Expenditure Category", "Expenditure Catergory", "Expenditure Unit"},
			FieldNature:       {"Expenditure Code"},
			FieldDate:         {"Paid Date"},
			FieldDocNo:        {"Trans No"},
			FieldAmount:       {"Amount"},
			FieldSection:      {"Type", "CapOrRev", "Capital or Revenue", "Type of Expenditure"},
			FieldSupplierID:   {"Supplier ID"},
			FieldSupplierName: {"Supplier Name"},
		},
		Required: []Field{FieldNature, FieldDate, FieldAmount},
		Coverage: CoverageSnapshot,
		Pattern:  `(?i)(?P<from_month>[a-z]{3})-(?P<to_month>[a-z]{3})-(?P<year>\d{4})`,
		Decimal:  DecimalPoint, Dates: []string{"DD/MM/YYYY"},
		Values: map[Field]map[string]string{FieldSection: {"Capital": SectionInvestment, "Revenue": SectionOperations}},
		Stage:  StageMandated, Status: StatusPaid,
	}
}
