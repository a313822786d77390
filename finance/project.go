package finance

import (
	"jalon/internal/civil"
	"jalon/portfolio"
)

// Project is a project as the books know it, with the code under which the finance system knows it.
type Project struct {
	portfolio.Member
	FinanceCode string
	AssignedOn  civil.Date
}
