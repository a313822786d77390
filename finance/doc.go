// Package finance holds the voted budget of an organisation and the actual costs of its projects, as the finance system
// holds them, reconciled to the cent.
//
// Words. An envelope is what was voted (AP or AE: what may be engaged; CP: what may be mandated in a year), by movements that
// name their act. A budget is the share of the envelopes that a project has; its first version never changes. A commitment
// is what was engaged with a supplier. A posting is an entry of the books: a line of a file of the finance system, or the
// reversal of one. An allocation says to which project a part of a posting belongs, or that it lies outside the scope; what is
// left is the queue. A period is closed by a certificate.
//
// What holds, always. Amounts are minor units of the organisation's currency, in its basis (TTC or HT). Nothing that was
// booked is changed or deleted: it is reversed by a further entry. The sum of a key's entries is the amount of its live one.
// Every line of a file has exactly one outcome, and the sums over outcomes are the sum of the file. The scope is allocated +
// unallocated + excluded. Nothing is booked in a closed period: a correction stands in the first open one, and names the period it
// is about. Every booking locks the organisation's settings row first, so bookings of one organisation follow each other.
//
// It does not hold: equilibrium of the budget, debt, payroll, tax returns, assets, bank data.
package finance
