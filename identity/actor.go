package identity

import "jalon/internal/fault"

// Permission names one thing that an actor may do. Routes and use cases name the same one.
type Permission string

// The permissions of the register and of governance.
const (
	PermReadPortfolio    Permission = "portfolio.read"
	PermEditPortfolio    Permission = "portfolio.edit"
	PermImportPortfolio  Permission = "portfolio.import"
	PermReadGovernance   Permission = "governance.read"
	PermEditCommittee    Permission = "committee.edit"
	PermDecide           Permission = "governance.decide"
	PermFreezePack       Permission = "pack.freeze"
	PermEditOrganisation Permission = "organisation.edit"
)

// kind is the sort of actor; the permission table below is all that it means.
type kind string

const (
	kindOperator kind = "operator" // whoever may run the program on its machine
	kindReader   kind = "reader"   // whoever reaches the loopback address of the machine
)

var table = map[kind]map[Permission]bool{
	kindOperator: {
		PermReadPortfolio: true, PermEditPortfolio: true, PermImportPortfolio: true, PermReadGovernance: true,
		PermEditCommittee: true, PermDecide: true, PermFreezePack: true, PermEditOrganisation: true,
	},
	kindReader: {PermReadPortfolio: true, PermReadGovernance: true},
}

// Actor is who acts. Its name stands in the audit trail.
type Actor struct {
	Name string
	kind kind
}

// Operator is somebody who runs the program itself: the command line ("cli:anne"), a job
// ("job:pack"), the demonstration. It is not subject to roles.
func Operator(name string) Actor { return Actor{Name: name, kind: kindOperator} }

// LocalReader is whoever reads the site on the machine it runs on.
func LocalReader(name string) Actor { return Actor{Name: name, kind: kindReader} }

// Can refuses with a fault what the actor may not do in the organisation.
func Can(a Actor, p Permission, organisation int64) error {
	if a.kind == "" {
		return fault.New(fault.KindUnauthenticated, "permission.nobody")
	}
	if !table[a.kind][p] {
		return fault.Forbidden("permission.denied", string(p))
	}
	return nil
}
