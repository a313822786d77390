package ledgerfile

import "strings"

// natureSections tells the section from the beginning of an account or a chapter; the longest one
// counts. Source: chart of accounts M57 of 2024. By class: capital and assets are investment, charges
// and proceeds are operations; of the accounts of third parties the works done for others are
// investment. Then the chapters that hold no accounts, and those of budgets voted by function.
var natureSections = sectionTable(
	"1 2 3 454 455 456 458 481 001 010 018 020 021 024 040 041 90 92 950 951 954",
	"6 7 002 011 012 013 014 015 016 017 022 023 042 043 93 94 952 953")

func sectionTable(investment, operations string) map[string]string {
	table := map[string]string{}
	for _, prefix := range strings.Fields(investment) {
		table[prefix] = SectionInvestment
	}
	for _, prefix := range strings.Fields(operations) {
		table[prefix] = SectionOperations
	}
	return table
}

// SectionOf tells the section of a budget from an account (nature) or a chapter; "" where they do not
// tell, as with most accounts of third parties.
func SectionOf(account string) string {
	account = strings.TrimSpace(account)
	for n := min(len(account), 3); n > 0; n-- {
		if s, known := natureSections[account[:n]]; known {
			return s
		}
	}
	return ""
}
